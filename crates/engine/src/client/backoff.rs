//! Exponential backoff: how long to wait before the next try.

use std::time::{Duration, Instant};

use super::Timeouts;
use crate::error::ClientError;

/// The backoff of one piece of work. Each delay is twice as long as the one before, until there is progress.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
    /// When it began, or the last progress.
    since: Instant,
    /// There are no more tries after this long without progress.
    limit: Option<Duration>,
}

impl Backoff {
    /// From now on.
    pub(super) fn new(timeouts: &Timeouts, limit: Option<Duration>) -> Self {
        Self {
            first: timeouts.first_backoff,
            longest: timeouts.longest_backoff,
            next: timeouts.first_backoff,
            since: Instant::now(),
            limit,
        }
    }

    /// There was progress: the next delay is the shortest one.
    pub(super) fn progressed(&mut self) {
        self.next = self.first;
        self.since = Instant::now();
    }

    /// The limit begins anew, and the delays stay as long as they are.
    pub(super) fn renew(&mut self) {
        self.since = Instant::now();
    }

    /// The delay after `error`: at least what the server asks for (`Retry-After`), at most the longest one.
    pub(super) fn after(&mut self, error: &ClientError) -> Option<Duration> {
        let asked = error.retry_after().unwrap_or_default();
        let delay = self.next()?;
        Some(delay.max(asked.min(self.longest)))
    }

    /// The next delay, cut so that the last try comes when the limit is over; nothing after that.
    pub(super) fn next(&mut self) -> Option<Duration> {
        let delay = match self.limit {
            None => self.next,
            Some(limit) => {
                let left = limit.saturating_sub(self.since.elapsed());
                if left.is_zero() {
                    return None;
                }
                self.next.min(left)
            }
        };
        self.next = (2 * self.next).min(self.longest);
        Some(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_to_the_longest_and_begin_anew_with_progress() {
        let timeouts = Timeouts::default();
        let mut backoff = Backoff::new(&timeouts, None);
        let secs: Vec<_> = (0..7).map(|_| backoff.next().unwrap().as_secs()).collect();
        assert_eq!(secs, [1, 2, 4, 8, 16, 30, 30]);
        backoff.renew();
        assert_eq!(backoff.next().unwrap().as_secs(), 30);
        backoff.progressed();
        assert_eq!(backoff.next().unwrap().as_secs(), 1);
    }

    #[test]
    fn a_server_that_says_when_to_ask_again_is_not_asked_before() {
        let timeouts = Timeouts::default();
        let mut backoff = Backoff::new(&timeouts, None);
        let mut rest = |secs| {
            let error = ClientError::Status {
                host: "h".to_owned(),
                name: "n".to_owned(),
                status: 503,
                reason: String::new(),
                retry_after: Some(Duration::from_secs(secs)),
            };
            backoff.after(&error).unwrap().as_secs()
        };
        assert_eq!([5, 0, 5, 3600].map(&mut rest), [5, 2, 5, 30]);
    }

    #[test]
    fn the_last_rest_ends_with_the_limit_and_then_there_is_none() {
        let timeouts = Timeouts::default();
        let limit = Duration::from_millis(500);
        assert!(Backoff::new(&timeouts, Some(limit)).next().unwrap() <= limit);
        assert_eq!(Backoff::new(&timeouts, Some(Duration::ZERO)).next(), None);
    }
}
