//! When a flood of packets makes us leave the network for a while. The library's daemon remembers every record that it is
//! sent, for as long as the sender says, and compares each with all others: a stranger could fill the memory.

use std::time::{Duration, Instant};

/// The most records and timers that the daemon may remember: about 10 MB, and ten times what a lecture hall needs.
pub(super) const REMEMBERED_MAX: u64 = 20_000;
/// How many devices may be found between two checks.
const FOUND_MAX: u32 = 64;
/// The time between two checks where nothing tells us how much arrives: a flood of addresses alone causes no events.
const CHECK_INTERVAL: Duration = Duration::from_secs(5);
/// The first pause; each following one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// After this time without a flood, the next pause is the first again.
const CALM: Duration = Duration::from_mins(10);

/// Decides when to check and how long to pause.
#[derive(Debug)]
pub(super) struct Guard {
    found: u32,
    next_check: Instant,
    pause: Duration,
    last_flood: Option<Instant>,
}

impl Guard {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            found: 0,
            next_check: now + CHECK_INTERVAL,
            pause: FIRST_PAUSE,
            last_flood: None,
        }
    }

    /// Counts an event about a device. Returns whether to check now.
    pub(super) fn count(&mut self) -> bool {
        self.found += 1;
        self.found >= FOUND_MAX
    }

    /// When to check, even without events.
    pub(super) fn next_check(&self) -> Instant {
        self.next_check
    }

    /// Judges what the daemon remembers; `None` if it did not answer. Returns how long to pause, if this is a flood.
    pub(super) fn check(&mut self, remembered: Option<u64>, now: Instant) -> Option<Duration> {
        self.found = 0;
        self.next_check = now + CHECK_INTERVAL;
        if remembered.is_some_and(|count| count <= REMEMBERED_MAX) {
            return None;
        }
        let is_calm = self
            .last_flood
            .is_some_and(|last| now.saturating_duration_since(last) > CALM);
        if is_calm {
            self.pause = FIRST_PAUSE;
        }
        self.last_flood = Some(now);
        let pause = self.pause;
        self.pause = (pause * 2).min(LONGEST_PAUSE);
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_so_many_devices_are_a_reason_to_check() {
        let mut guard = Guard::new(Instant::now());
        let checks = (0..3 * FOUND_MAX).filter(|_| {
            let is_due = guard.count();
            if is_due {
                assert_eq!(guard.check(Some(REMEMBERED_MAX), Instant::now()), None);
            }
            is_due
        });
        assert_eq!(checks.count(), 3);
    }

    #[test]
    fn pauses_grow_while_the_flood_goes_on() {
        let mut now = Instant::now();
        let mut guard = Guard::new(now);
        let mut pauses = Vec::new();
        for remembered in [Some(REMEMBERED_MAX + 1), None, None, None, None, None, None] {
            let pause = guard.check(remembered, now).unwrap();
            now += pause;
            pauses.push(pause.as_secs());
        }
        assert_eq!(pauses, [10, 20, 40, 80, 160, 300, 300]);
        now += CALM + Duration::from_secs(1);
        assert_eq!(guard.check(Some(0), now), None);
        assert_eq!(guard.check(None, now), Some(FIRST_PAUSE));
    }
}
