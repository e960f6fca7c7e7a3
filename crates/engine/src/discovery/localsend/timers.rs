//! What is due when, while this computer can be seen or a search is on; otherwise nothing. Pure.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// When the announcements of a burst are sent: one may get lost, and whoever has just joined may not be ready.
const BURST: [Duration; 3] = [
    Duration::from_millis(100),
    Duration::from_millis(600),
    Duration::from_millis(2600),
];
/// The time between two announcements during a search.
const SEARCH_INTERVAL: Duration = Duration::from_secs(30);
/// The same while nobody searches here: other programs forget who was silent for two minutes.
const REST_INTERVAL: Duration = Duration::from_secs(50);
/// How long after an announcement devices may take to register; those that have not are asked.
const ANSWER_TIME: Duration = Duration::from_secs(3);
/// How long after the beginning of a search addresses are asked one by one.
const SCAN_DELAY: Duration = Duration::from_secs(2);

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Announce this computer, if it can be seen.
    Announce,
    /// Ask the devices that were not seen since this time.
    Ask(Instant),
    /// Ask one address after another.
    Scan,
    /// Look for new interfaces.
    Look,
}

/// Everything that is due later.
#[derive(Debug, Default)]
pub(super) struct Timers {
    burst: VecDeque<Instant>,
    again: Option<Instant>,
    ask: Option<(Instant, Instant)>,
    scan: Option<Instant>,
    look: Option<Instant>,
}

impl Timers {
    /// Announce several times from now on.
    pub(super) fn burst(&mut self, now: Instant) {
        self.burst = BURST.map(|delay| now + delay).into();
    }

    /// A search begins, or begins again. `is_hidden`: nobody answers without being asked.
    pub(super) fn search(&mut self, now: Instant, is_hidden: bool) {
        let delay = if is_hidden {
            Duration::ZERO
        } else {
            SCAN_DELAY
        };
        self.scan = Some(now + delay);
        self.again = Some(now + SEARCH_INTERVAL);
    }

    /// The search has ended. `is_visible`: others can see this computer, and remember it if it announces itself now and
    /// then.
    pub(super) fn rest(&mut self, is_visible: bool, now: Instant) {
        self.scan = None;
        self.ask = None;
        self.again = is_visible.then(|| now + REST_INTERVAL);
        if !is_visible {
            self.burst.clear();
        }
    }

    /// Look for new interfaces at this time, unless that is due earlier.
    pub(super) fn look(&mut self, at: Instant) {
        self.look = Some(self.look.map_or(at, |due| due.min(at)));
    }

    /// When the next thing is due.
    pub(super) fn next(&self) -> Option<Instant> {
        let ask = self.ask.map(|(at, _)| at);
        let all = [
            self.burst.front().copied(),
            self.again,
            ask,
            self.scan,
            self.look,
        ];
        all.into_iter().flatten().min()
    }

    /// Takes one thing that is due at `now`.
    pub(super) fn take(&mut self, is_searching: bool, now: Instant) -> Option<Due> {
        let is_due = |at: &mut Option<Instant>| at.take_if(|at| *at <= now).is_some();
        if self.burst.front().is_some_and(|at| *at <= now) {
            self.burst.pop_front();
            return Some(Due::Announce);
        }
        if is_due(&mut self.look) {
            return Some(Due::Look);
        }
        if is_due(&mut self.scan) {
            return Some(Due::Scan);
        }
        if let Some((_, since)) = self.ask.take_if(|(at, _)| *at <= now) {
            return Some(Due::Ask(since));
        }
        if is_due(&mut self.again) {
            if is_searching {
                self.again = Some(now + SEARCH_INTERVAL);
                self.ask = Some((now + ANSWER_TIME, now));
            } else {
                self.again = Some(now + REST_INTERVAL);
            }
            return Some(Due::Announce);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is due in the next `seconds`, with the tenths of seconds when.
    fn all(
        timers: &mut Timers,
        is_searching: bool,
        start: Instant,
        seconds: u64,
    ) -> Vec<(u64, Due)> {
        let mut found = Vec::new();
        while let Some(at) = timers.next() {
            if at > start + Duration::from_secs(seconds) {
                break;
            }
            while let Some(due) = timers.take(is_searching, at) {
                let tenths = at.duration_since(start).as_millis() / 100;
                found.push((u64::try_from(tenths).unwrap(), due));
            }
        }
        found
    }

    #[test]
    fn a_search_announces_scans_and_asks_again() {
        let start = Instant::now();
        let mut timers = Timers::default();
        timers.burst(start);
        timers.search(start, false);
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(
            all(&mut timers, true, start, 63),
            [
                (1, Due::Announce),
                (6, Due::Announce),
                (20, Due::Scan),
                (26, Due::Announce),
                (300, Due::Announce),
                (330, Due::Ask(at(30))),
                (600, Due::Announce),
                (630, Due::Ask(at(60))),
            ]
        );
    }

    #[test]
    fn whoever_can_be_seen_announces_itself_now_and_then() {
        let start = Instant::now();
        let mut timers = Timers::default();
        timers.search(start, false);
        timers.rest(true, start);
        let expected = [(500, Due::Announce), (1000, Due::Announce)];
        assert_eq!(all(&mut timers, false, start, 120), expected);
    }

    #[test]
    fn nothing_is_due_at_rest() {
        let start = Instant::now();
        let mut timers = Timers::default();
        assert_eq!(timers.next(), None);
        timers.burst(start);
        timers.search(start, true);
        assert_eq!(timers.next(), Some(start));
        timers.rest(false, start);
        assert_eq!(timers.next(), None);
    }
}
