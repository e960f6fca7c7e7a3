//! The rate of a transfer in each second of the last minute, for its graph.

use std::collections::VecDeque;
use std::time::Instant;

/// The length of the history, in seconds.
pub(crate) const SECONDS: usize = 60;

/// Bytes per second for each second, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RateHistory {
    rates: VecDeque<f32>,
    /// When the last second ended, and the byte count at that time.
    since: Option<(Instant, u64)>,
}

impl RateHistory {
    /// Records that `moved` bytes were transferred until `now`. Seconds without a sample share the
    /// bytes evenly.
    pub(crate) fn note(&mut self, now: Instant, moved: u64) {
        let (then, before) = *self.since.get_or_insert((now, moved));
        let passed = now.saturating_duration_since(then);
        let seconds = usize::try_from(passed.as_secs()).unwrap_or(SECONDS);
        if seconds == 0 {
            return;
        }
        self.since = Some((now, moved));
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "a height in a graph"
        )]
        let rate = (moved.saturating_sub(before) as f64 / passed.as_secs_f64()) as f32;
        for _ in 0..seconds.min(SECONDS) {
            if self.rates.len() == SECONDS {
                self.rates.pop_front();
            }
            self.rates.push_back(rate);
        }
    }

    /// Each second's rate relative to the fastest, from 0 to 1, oldest first; at most [`SECONDS`].
    pub(crate) fn shares(&self) -> impl ExactSizeIterator<Item = f32> {
        let fastest = self.rates.iter().copied().fold(0.0, f32::max);
        let share = move |rate: &f32| if fastest > 0.0 { rate / fastest } else { 0.0 };
        self.rates.iter().map(share)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const STEP: Duration = Duration::from_millis(100);

    fn shares(history: &RateHistory) -> Vec<f32> {
        history.shares().collect()
    }

    #[test]
    fn each_second_is_relative_to_the_fastest() {
        let (mut history, start) = (RateHistory::default(), Instant::now());
        let mut moved = 0;
        for tenth in 0..=30 {
            history.note(start + tenth * STEP, moved);
            // Twice as fast in the second second, and idle in the third.
            moved += match tenth {
                0..10 => 100,
                10..20 => 200,
                _ => 0,
            };
        }
        assert_eq!(shares(&history), [0.5, 1.0, 0.0]);
    }

    #[test]
    fn unsampled_seconds_share_their_bytes_evenly() {
        let (mut history, start) = (RateHistory::default(), Instant::now());
        history.note(start, 0);
        history.note(start + Duration::from_secs(1), 400);
        history.note(start + Duration::from_secs(5), 800);
        assert_eq!(shares(&history), [1.0, 0.25, 0.25, 0.25, 0.25]);
    }

    #[test]
    fn samples_older_than_a_minute_are_dropped() {
        let (mut history, start) = (RateHistory::default(), Instant::now());
        for second in 0..100_u64 {
            history.note(start + Duration::from_secs(second), second * second);
        }
        assert_eq!(history.shares().len(), SECONDS);
        assert_eq!(history.shares().last(), Some(1.0));
        history.note(start + Duration::from_hours(9), 0);
        assert_eq!(shares(&history), [0.0; SECONDS]);
    }
}
