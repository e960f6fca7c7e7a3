//! How fast a line is, and whether a rate uses all of it.

/// What is left for the bytes of an Ethernet line: of 1538 bytes for a full frame, 1448 are TCP's.
const PAYLOAD: f64 = 1448.0 / 1538.0;

/// So much of it counts as all.
const NEARLY: f64 = 0.88;

/// The usual speeds of lines in bits per second, from 1 Gbit/s on. A line of 100 Mbit/s is not among them: where this
/// computer's own is faster, a cable or a switch is worth looking for.
const USUAL: [u64; 5] = [
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
    25_000_000_000,
];

/// Tunnels and other devices that are no lines claim lower speeds.
const LEAST: u64 = 100_000_000;

/// What this computer's own memory carries at least, in bytes per second.
const MEMORY: f64 = 1e9;

/// Whether `rate` bytes per second are nearly all that a line of `line` bits per second carries.
#[expect(clippy::cast_precision_loss, reason = "a rate")]
pub(super) fn is_full(rate: f64, line: u64) -> bool {
    let most = line as f64 / 8.0;
    // What is faster than the line does not pass through it.
    line >= LEAST && rate <= most && rate >= most * PAYLOAD * NEARLY
}

/// The usual line of which `rate` bytes per second are nearly all.
pub(super) fn usual(rate: f64) -> Option<u64> {
    USUAL.into_iter().find(|&line| is_full(rate, line))
}

/// Whether between two programs on one computer nothing faster can be expected.
pub(super) fn is_memory_speed(rate: f64) -> bool {
    rate >= MEMORY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_all_of_a_line_or_not() {
        assert!(is_full(106.2e6, 1_000_000_000));
        assert!(!is_full(90e6, 1_000_000_000));
        for line in [0, 10_000_000, 100_000_000] {
            assert!(!is_full(90e6, line));
        }
        assert!(!is_full(1.2e6, 10_000_000));
        assert_eq!(usual(117.6e6), Some(1_000_000_000));
        assert_eq!(usual(106.2e6), Some(1_000_000_000));
        assert_eq!(usual(1.17e9), Some(10_000_000_000));
        for rate in [0.0, 2.4e6, 11.7e6, 60e6, 150e6, f64::NAN, f64::INFINITY] {
            assert_eq!(usual(rate), None, "{rate}");
        }
    }
}
