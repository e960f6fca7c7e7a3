//! How many texts strangers may show to the owner. Pure: whoever asks says what time it is.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How many texts one address may send in [`PERIOD`]: more than a person types.
const PER_ADDRESS_MAX: usize = 20;

/// The same for all addresses together.
const ALL_MAX: usize = 100;

/// For how long a text counts.
const PERIOD: Duration = Duration::from_mins(1);

/// When the last texts came, and from where. The oldest first; at most [`ALL_MAX`].
#[derive(Debug, Default)]
pub(super) struct Texts(VecDeque<(Instant, IpAddr)>);

impl Texts {
    /// Counts a text from `address`, if there may be one more.
    pub fn admit(&mut self, address: IpAddr, now: Instant) -> bool {
        let is_over = |at: Instant| now.saturating_duration_since(at) >= PERIOD;
        while self.0.front().is_some_and(|(at, _)| is_over(*at)) {
            self.0.pop_front();
        }
        let of_address = self.0.iter().filter(|(_, of)| *of == address).count();
        let is_admitted = of_address < PER_ADDRESS_MAX && self.0.len() < ALL_MAX;
        if is_admitted {
            self.0.push_back((now, address));
        }
        is_admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_and_all_together_have_a_limit_for_a_minute() {
        let mut texts = Texts::default();
        let start = Instant::now();
        let mut admitted = |last: u8, times: usize, at: Instant| {
            let address = IpAddr::from([10, 0, 0, last]);
            (0..times).filter(|_| texts.admit(address, at)).count()
        };
        assert_eq!(admitted(1, 100, start), PER_ADDRESS_MAX);
        let half = start + PERIOD / 2;
        let all: usize = (2..20).map(|last| admitted(last, 100, half)).sum();
        assert_eq!(all, ALL_MAX - PER_ADDRESS_MAX);
        let later = start + PERIOD;
        assert_eq!(admitted(1, 100, later), PER_ADDRESS_MAX);
        assert_eq!(admitted(2, 100, later), 0);
        assert_eq!(admitted(2, 100, half + PERIOD), PER_ADDRESS_MAX);
    }
}
