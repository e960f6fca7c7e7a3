//! Bytes, rates and times as people read them.

mod moment;

use std::time::Duration;

pub use self::moment::{moment, warm_up};
use crate::{name_bytes, t};

/// `4.2 GB`, `31 MB`, `3.1 KB`, `512 B`: decimal units, one decimal below ten, none in bytes.
pub fn bytes(count: u64) -> String {
    let (value, unit) = scaled(count);
    format!("{value} {unit}")
}

/// `2.6 / 4.2 GB`: how much of how much, the unit said once where both have the same.
pub fn bytes_of(done: u64, total: u64) -> String {
    let (done_value, done_unit) = scaled(done);
    let (total_value, total_unit) = scaled(total);
    if done_unit == total_unit || done == 0 {
        format!("{done_value} / {total_value} {total_unit}")
    } else {
        format!("{done_value} {done_unit} / {total_value} {total_unit}")
    }
}

/// `88.4 MB/s`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rates are positive and far below 2^64"
)]
pub fn rate(bytes_per_sec: f64) -> String {
    let (value, unit) = with_decimal(bytes_per_sec.max(0.0) as u64);
    format!("{value} {unit}/s")
}

/// `<1 ms`, `2 ms`, `1.4 s`, `0:18`, `1:02:03`: how long something took or will take.
pub fn duration(time: Duration) -> String {
    let (secs, millis) = (time.as_secs(), time.subsec_millis());
    match secs {
        0 if millis == 0 => t!("took-no-time"),
        0 => t!("took-ms", ms = u64::from(millis)),
        1..=9 => t!("took-secs", secs = format!("{secs}.{}", millis / 100)),
        _ => clock(secs),
    }
}

/// `0:18 left`; whole seconds, rounded up, so that the last second is not shown as none.
pub fn time_left(time: Duration) -> String {
    let secs = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    t!("time-left", time = clock(secs))
}

/// `1,204`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A stranger's text without characters that could take over a terminal, end a line of the log or
/// [deceive](deceives) its reader, and without [escapes](name_bytes). Line breaks and tabs stay where `lines` says so.
pub fn printable(text: &str, lines: bool) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' if lines => c,
            c if c.is_control() || deceives(c) => ' ',
            c if name_bytes::escaped(c).is_some() => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}

/// Characters that no text needs and that make it look like another: separators of lines, bidirectional control
/// characters, and those that are not seen. Joiners stay, which emoji and many scripts need.
pub fn deceives(c: char) -> bool {
    turns_writing(c)
        || matches!(
            c,
            '\u{180e}'
                | '\u{200b}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{2060}'..='\u{2064}'
                | '\u{206a}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

/// All bidirectional control characters (Unicode `Bidi_Control`).
pub fn turns_writing(c: char) -> bool {
    reorders(c) || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// Those that reorder the text behind them (embeddings, overrides and isolates), by which `gpj.exe` can be
/// made to look like `exe.jpg`. The others are marks that Hebrew and Arabic text has for good reason.
pub fn reorders(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn clock(secs: u64) -> String {
    let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{secs:02}")
    } else {
        format!("{minutes}:{secs:02}")
    }
}

fn scaled(count: u64) -> (String, &'static str) {
    let (value, unit) = with_decimal(count);
    // 31 MB, not 31.0 MB: the decimal says something only about small numbers.
    match value.split_once('.') {
        Some((whole, "0")) => (whole.to_owned(), unit),
        Some((whole, _)) if whole.len() > 1 => (whole.to_owned(), unit),
        _ => (value, unit),
    }
}

/// One decimal, but for bytes.
fn with_decimal(count: u64) -> (String, &'static str) {
    const UNITS: [&str; 7] = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];
    let mut step = 0;
    let mut divisor = 1_u64;
    // 999,950 would round to 1000.0 KB, so the next unit begins a little before 1,000.
    while step + 1 < UNITS.len() && count / divisor >= 1000
        || step > 0 && step + 1 < UNITS.len() && count / (divisor / 20).max(1) >= 19_999
    {
        step += 1;
        divisor *= 1000;
    }
    if step == 0 {
        return (count.to_string(), UNITS[0]);
    }
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let value = count as f64 / divisor as f64;
    (format!("{value:.1}"), UNITS[step])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Language;
    use crate::text::set_language;

    #[test]
    fn what_is_printed_cannot_deceive() {
        for c in [
            '\0', '\u{1b}', '\u{7f}', '\u{85}', '\u{9b}', '\u{61c}', '\u{200b}', '\u{200e}',
            '\u{200f}', '\u{2028}', '\u{2029}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}',
            '\u{202e}', '\u{2060}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}', '\u{206f}',
            '\u{feff}', '\u{fffb}',
        ] {
            for lines in [false, true] {
                assert_eq!(printable(&format!("a{c}b"), lines), "a b", "{c:?}");
            }
        }
        assert_eq!(printable("a\n\tb", false), "a  b");
        for whole in [
            "a\n\tb",
            "👩\u{200d}💻.png",
            "می\u{200c}خواهم",
            "שלום مرحبا 照片 e\u{301}",
        ] {
            assert_eq!(printable(whole, true), whole);
        }
    }

    #[test]
    fn bytes_are_short_and_decimal() {
        for (count, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1 KB"),
            (3_100, "3.1 KB"),
            (48_000_000, "48 MB"),
            (999_960, "1 MB"),
            (4_200_000_000, "4.2 GB"),
            (u64::MAX, "18 EB"),
        ] {
            assert_eq!(bytes(count), shown, "{count}");
        }
    }

    #[test]
    fn progress_says_the_unit_once() {
        assert_eq!(bytes_of(2_600_000_000, 4_200_000_000), "2.6 / 4.2 GB");
        assert_eq!(bytes_of(31_000_000, 4_200_000_000), "31 MB / 4.2 GB");
        assert_eq!(bytes_of(0, 4_200_000_000), "0 / 4.2 GB");
    }

    #[test]
    fn rates_keep_their_decimal() {
        assert_eq!(rate(88_400_000.0), "88.4 MB/s");
        assert_eq!(rate(110_000_000.0), "110.0 MB/s");
        assert_eq!(rate(-1.0), "0 B/s");
    }

    #[test]
    fn times_fit_their_size() {
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

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_204), "1,204");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }
}
