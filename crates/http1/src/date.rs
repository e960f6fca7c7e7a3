//! HTTP-dates (RFC 9110 section 5.6.7), including those before 1970, which `httpdate` does not support. Pure.

use std::ops::Range;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The Gregorian calendar repeats every 400 years, weekdays included: a date before 1970 is parsed and formatted as the
/// one this many years later.
const SHIFT_YEARS: u16 = 2000;
const SHIFT: Duration = Duration::from_hours(5 * 146_097 * 24);

/// The position of the year in an IMF-fixdate.
const YEAR: Range<usize> = 12..16;

/// The first second of the year 10000, counted from 1970.
const END_SECS: u64 = 253_402_300_800;

/// Formats an IMF-fixdate, `Fri, 01 Jan 1965 00:00:00 GMT`, rounded down to the second. `None` for years before 0 and
/// after 9999.
pub fn format(at: SystemTime) -> Option<String> {
    if let Ok(since) = at.duration_since(UNIX_EPOCH) {
        return (since.as_secs() < END_SECS).then(|| httpdate::fmt_http_date(at));
    }
    let later = at.checked_add(SHIFT).filter(|&later| later >= UNIX_EPOCH)?;
    let mut text = httpdate::fmt_http_date(later);
    let year = text[YEAR].parse::<u16>().ok()?.checked_sub(SHIFT_YEARS)?;
    text.replace_range(YEAR, &format!("{year:04}"));
    Some(text)
}

/// Parses an HTTP-date in any of its three forms. `None` if it is malformed, its weekday is wrong, or the system cannot
/// represent it.
pub fn parse(text: &str) -> Option<SystemTime> {
    let parsed = httpdate::parse_http_date(text).ok();
    parsed.or_else(|| parse_before_1970(text.trim()))
}

fn parse_before_1970(text: &str) -> Option<SystemTime> {
    if let Some((weekday, rest)) = text.split_once("day, ") {
        // RFC 850 has two digits for a year. The weekday tells 1965 from 2065.
        let mut parts = rest.splitn(3, '-');
        let (day, month, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let weekday = weekday.get(..3)?;
        return parse_before_1970(&format!("{weekday}, {day} {month} 19{rest}"));
    }
    let year_at = match text.len() {
        29 => YEAR,
        // asctime
        24 => 20..24,
        _ => return None,
    };
    let year = text.get(year_at.clone())?;
    let year = year.bytes().all(|b| b.is_ascii_digit()).then_some(year)?;
    let year = year.parse().ok().filter(|&year: &u16| year < 1970)?;
    let mut later = text.to_owned();
    later.replace_range(year_at, &(year + SHIFT_YEARS).to_string());
    let later = httpdate::parse_http_date(&later).ok()?;
    later.checked_sub(SHIFT)
}

/// `at` in the resolution of an HTTP-date: rounded down to the second, before 1970, too.
pub(crate) fn whole_seconds(at: SystemTime) -> SystemTime {
    let rounded = match at.duration_since(UNIX_EPOCH) {
        Ok(since) => UNIX_EPOCH.checked_add(Duration::from_secs(since.as_secs())),
        Err(before) => {
            let before = before.duration();
            let secs = before.as_secs() + u64::from(before.subsec_nanos() > 0);
            UNIX_EPOCH.checked_sub(Duration::from_secs(secs))
        }
    };
    rounded.unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    /// What no system of ours refuses: Windows knows nothing before 1601.
    const FIRST_SECS: i64 = -11_644_473_600;

    fn at(secs: i64) -> SystemTime {
        let since = Duration::from_secs(secs.unsigned_abs());
        if secs < 0 {
            UNIX_EPOCH - since
        } else {
            UNIX_EPOCH + since
        }
    }

    #[test]
    fn dates_on_both_sides_of_1970_are_written_and_read() {
        for (secs, text) in [
            (-157_766_400, "Fri, 01 Jan 1965 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (-2_208_988_800, "Mon, 01 Jan 1900 00:00:00 GMT"),
            (-2_203_891_201, "Wed, 28 Feb 1900 23:59:59 GMT"),
            (FIRST_SECS, "Mon, 01 Jan 1601 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] {
            assert_eq!(format(at(secs)).as_deref(), Some(text));
            assert_eq!(parse(text), Some(at(secs)), "{text}");
        }
    }

    #[test]
    fn obsolete_forms_are_read() {
        for (secs, text) in [
            (-157_766_400, "Friday, 01-Jan-65 00:00:00 GMT"),
            (-157_766_400, "Fri Jan  1 00:00:00 1965"),
            (-86_400, "Wednesday, 31-Dec-69 00:00:00 GMT"),
            (784_111_777, "Sunday, 06-Nov-94 08:49:37 GMT"),
            (784_111_777, "Sun Nov  6 08:49:37 1994"),
            // The same digits on another day of the week: the next century.
            (2_997_993_600, "Thursday, 01-Jan-65 00:00:00 GMT"),
        ] {
            assert_eq!(parse(text), Some(at(secs)), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "Thu, 01 Jan 1965 00:00:00 GMT",
            "Fri, 32 Jan 1965 00:00:00 GMT",
            "Tue, 29 Feb 1966 00:00:00 GMT",
            "Fri, 01 Jan 1965 24:00:00 GMT",
            "Fri, 01 Jan 1965 00:00:00 UTC",
            "Fri, 01 Jan +965 00:00:00 GMT",
            "Fri, 01 Jan  965 00:00:00 GMT",
            "fri, 01 jan 1965 00:00:00 gmt",
            "Fri, 1 Jan 1965 00:00:00 GMT",
            "Saturday, 01-Jan-65 00:00:00 GMT",
            "day, 01-Jan-65 00:00:00 GMT",
            "Friday, 01-Jan-1965 00:00:00 GMT",
            "Friday, 01-Jan",
            "Sat Jan  1 00:00:00 1965",
            "Fri, 01 Jan 196\u{e9} 00:00:00 GM",
            "\u{6d77}\u{6d77}\u{6d77}\u{6d77}\u{6d77}\u{6d77}\u{6d77}\u{6d77}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_year_without_a_form_is_left_out() {
        assert_eq!(
            at(0)
                .checked_add(Duration::from_secs(END_SECS))
                .and_then(format),
            None
        );
        let year_0 = UNIX_EPOCH.checked_sub(Duration::from_hours(719_528 * 24));
        if let Some(year_0) = year_0 {
            let text = format(year_0).unwrap();
            assert_eq!(text, "Sat, 01 Jan 0000 00:00:00 GMT");
            assert_eq!(parse(&text), Some(year_0));
            assert_eq!(format(year_0 - Duration::from_secs(1)), None);
            assert_eq!(format(year_0 - Duration::from_secs(1 << 40)), None);
        }
    }

    #[test]
    fn seconds_are_rounded_down_on_both_sides_of_1970() {
        let half = Duration::from_millis(500);
        for secs in [-157_766_400, -1, 0, 784_111_777] {
            assert_eq!(whole_seconds(at(secs) + half), at(secs));
            assert_eq!(whole_seconds(at(secs)), at(secs));
            assert_eq!(format(at(secs) + half), format(at(secs)));
        }
    }

    proptest! {
        /// Another calendar says the same.
        #[test]
        fn every_moment_survives(secs in FIRST_SECS..253_402_300_800_i64) {
            let text = format(at(secs)).unwrap();
            let expected = Timestamp::from_second(secs).unwrap();
            prop_assert_eq!(&text, &expected.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
            prop_assert_eq!(parse(&text), Some(at(secs)));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}|[A-Z][a-z]{2}(day)?, [0-9]{2}[ -][A-Z][a-z]{2}[ -][0-9]{2,4} [0-9:]{8} GMT") {
            let _ = parse(&text);
        }
    }
}
