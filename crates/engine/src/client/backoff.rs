//! How long to rest before what failed is tried again: each time twice as long, until nothing has come
//! for too long.

use std::time::{Duration, Instant};

use super::Timeouts;
use crate::error::ClientError;

/// The rests of one piece of work.
#[derive(Debug)]
pub(super) struct Backoff<'a> {
    timeouts: &'a Timeouts,
    /// The next one.
    rest: Duration,
    /// When it began, or something came last.
    since: Instant,
    /// Nothing is tried again once nothing has come for so long.
    limit: Option<Duration>,
}

impl<'a> Backoff<'a> {
    /// From now on.
    pub(super) fn new(timeouts: &'a Timeouts, limit: Option<Duration>) -> Self {
        Self {
            timeouts,
            rest: timeouts.first_rest,
            since: Instant::now(),
            limit,
        }
    }

    /// Something has come: the next rest is a short one.
    pub(super) fn progressed(&mut self) {
        self.rest = self.timeouts.first_rest;
        self.since = Instant::now();
    }

    /// It has all its time again.
    pub(super) fn renew(&mut self) {
        self.since = Instant::now();
    }

    /// The next rest after `error`: no shorter than the server asks for, but not longer than any.
    pub(super) fn after(&mut self, error: &ClientError) -> Option<Duration> {
        let asked = error.retry_after().unwrap_or_default();
        let rest = self.next()?;
        Some(rest.max(asked.min(self.timeouts.longest_rest)))
    }

    /// The next rest, so that the last try comes when all of the limit is over; nothing after that.
    pub(super) fn next(&mut self) -> Option<Duration> {
        let rest = self.rest;
        let time = match self.limit {
            None => rest,
            Some(limit) => {
                let left = limit.saturating_sub(self.since.elapsed());
                if left.is_zero() {
                    return None;
                }
                rest.min(left)
            }
        };
        self.rest = (2 * rest).min(self.timeouts.longest_rest);
        Some(time)
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
