//! Sizes and rates for display, in any language.

/// `4.2 GB`, `31 MB`, `3.1 KB`, `512 B`: decimal units, one decimal below ten, none for bytes.
pub fn bytes(count: u64) -> String {
    let (value, unit) = scaled(count);
    format!("{value} {unit}")
}

/// `2.6 / 4.2 GB`: progress, with the unit only once if both have the same.
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

fn scaled(count: u64) -> (String, &'static str) {
    let (value, unit) = with_decimal(count);
    // 31 MB, not 31.0 MB: the decimal matters only for small numbers.
    match value.split_once('.') {
        Some((whole, "0")) => (whole.to_owned(), unit),
        Some((whole, _)) if whole.len() > 1 => (whole.to_owned(), unit),
        _ => (value, unit),
    }
}

/// One decimal, except for bytes.
fn with_decimal(count: u64) -> (String, &'static str) {
    const UNITS: [&str; 7] = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];
    let mut step = 0;
    let mut divisor = 1_u64;
    // 999,950 would round to 1000.0 KB, so the next unit starts a little below 1,000.
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
    fn progress_shows_the_unit_once() {
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
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_204), "1,204");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }
}
