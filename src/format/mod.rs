//! Sizes, rates and times for display.

mod relative_time;

use std::time::Duration;

pub use self::relative_time::{relative_time, warm_up};
use crate::t;
pub use landline_engine::numbers::{bytes, bytes_of, grouped, rate};
pub use landline_engine::printable::printable;

/// `<1 ms`, `2 ms`, `1.4 s`, `0:18`, `1:02:03`: a duration.
pub fn duration(time: Duration) -> String {
    let (secs, millis) = (time.as_secs(), time.subsec_millis());
    match secs {
        0 if millis == 0 => t!("took-no-time"),
        0 => t!("took-ms", ms = u64::from(millis)),
        1..=9 => t!("took-secs", secs = format!("{secs}.{}", millis / 100)),
        _ => clock(secs),
    }
}

/// `0:18 left`, rounded up to whole seconds, so that the last second is not shown as zero.
pub fn time_left(time: Duration) -> String {
    let secs = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    t!("time-left", time = clock(secs))
}

/// `0:18`, `1:02:03`.
pub fn clock(secs: u64) -> String {
    let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{secs:02}")
    } else {
        format!("{minutes}:{secs:02}")
    }
}

/// The first of `names`, and the number of the others.
pub fn list(names: impl ExactSizeIterator<Item = String>) -> String {
    /// How many names a message has space for.
    const NAMED: usize = 3;

    let more = names.len().saturating_sub(NAMED);
    let first = names.take(NAMED);
    let names = first.reduce(|names, name| t!("one-more-name", names = names, name = name));
    let names = names.unwrap_or_default();
    if more == 0 {
        names
    } else {
        t!("names-and-more", names = names, count = more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, set_language};

    #[test]
    fn durations_have_a_suitable_unit() {
        assert_eq!(duration(Duration::from_micros(300)), "<1 ms");
        assert_eq!(duration(Duration::from_millis(2)), "2 ms");
        assert_eq!(duration(Duration::from_millis(1_450)), "1.4 s");
        assert_eq!(duration(Duration::from_secs(18)), "0:18");
        assert_eq!(duration(Duration::from_secs(3_723)), "1:02:03");
        assert_eq!(time_left(Duration::from_millis(17_100)), "0:18 left");
        set_language(Language::Chinese);
        assert_eq!(duration(Duration::from_micros(300)), "不到 1 毫秒");
        assert_eq!(duration(Duration::from_millis(2)), "2 毫秒");
        assert_eq!(duration(Duration::from_millis(1_450)), "1.4 秒");
        assert_eq!(duration(Duration::from_secs(18)), "0:18");
        assert_eq!(time_left(Duration::from_millis(17_100)), "剩余 0:18");
    }
}
