//! Dates relative to now: the closer, the shorter.

use std::sync::OnceLock;
use std::time::SystemTime;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::t;

/// `today 18:02`, `yesterday 18:02`, `2 Nov`, `2 Nov 2025`: a modification time in the local time
/// zone. Empty for a time outside of the calendar's range.
pub fn relative_time(at: SystemTime) -> String {
    seen_from(at, SystemTime::now(), zone()).unwrap_or_default()
}

/// Loads the local time zone. That reads files, so a worker does it before anything is drawn.
pub fn warm_up() {
    zone();
}

/// The time zone, loaded once: the UI thread must not read files.
fn zone() -> &'static TimeZone {
    static ZONE: OnceLock<TimeZone> = OnceLock::new();
    ZONE.get_or_init(TimeZone::system)
}

fn seen_from(at: SystemTime, now: SystemTime, zone: &TimeZone) -> Option<String> {
    let at = zoned(at, zone)?;
    let today = zoned(now, zone)?.date();
    let date = at.date();
    let time = at.strftime("%H:%M").to_string();
    let (month, day) = (number(date.month()), number(date.day()));
    Some(if date == today {
        t!("today-at", time = time)
    } else if today.yesterday().is_ok_and(|yesterday| date == yesterday) {
        t!("yesterday-at", time = time)
    } else if date.year() == today.year() {
        t!("day-of-this-year", month = month, day = day)
    } else {
        // As text, because a number would get separators.
        let year = date.year().to_string();
        t!("day-of-another-year", year = year, month = month, day = day)
    })
}

fn zoned(at: SystemTime, zone: &TimeZone) -> Option<Zoned> {
    let at = Timestamp::try_from(at).ok()?;
    Some(at.to_zoned(zone.clone()))
}

/// The number of a day or a month, which is never negative.
fn number(of: i8) -> u64 {
    u64::from(of.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::text::{Language, set_language};

    /// `at` and `now` are local times in Shanghai, eight hours ahead of UTC.
    fn shown(at: &str, now: &str) -> String {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        let time = |text: &str| {
            let local: jiff::civil::DateTime = text.parse().unwrap();
            SystemTime::from(local.to_zoned(zone.clone()).unwrap())
        };
        seen_from(time(at), time(now), &zone).unwrap()
    }

    #[test]
    fn dates_close_to_now_are_short() {
        let now = "2026-11-22T12:00";
        for (at, english, chinese) in [
            ("2026-11-22T18:02", "today 18:02", "今天 18:02"),
            // In UTC, both were on the previous day.
            ("2026-11-22T00:00", "today 00:00", "今天 00:00"),
            ("2026-11-21T23:59", "yesterday 23:59", "昨天 23:59"),
            ("2026-11-20T18:02", "20 Nov", "11月20日"),
            ("2026-11-02T18:02", "2 Nov", "11月2日"),
            ("2026-01-01T00:00", "1 Jan", "1月1日"),
            ("2025-12-31T23:59", "31 Dec 2025", "2025年12月31日"),
            // Clocks differ: a time from another computer may be in the future.
            ("2026-11-23T00:00", "23 Nov", "11月23日"),
            ("2031-05-09T08:00", "9 May 2031", "2031年5月9日"),
        ] {
            set_language(Language::English);
            assert_eq!(shown(at, now), english);
            set_language(Language::Chinese);
            assert_eq!(shown(at, now), chinese);
        }
        set_language(Language::English);
        assert_eq!(
            shown("2025-12-31T23:59", "2026-01-01T00:01"),
            "yesterday 23:59"
        );
    }

    #[test]
    fn every_month_has_its_name() {
        let names = (1..=12).map(|month| {
            let at = format!("2020-{month:02}-03T10:00");
            shown(&at, "2026-11-22T12:00")
        });
        let names: Vec<String> = names.collect();
        let expected = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(' ');
        let expected: Vec<String> = expected.map(|name| format!("3 {name} 2020")).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn times_out_of_range_are_not_shown() {
        let far = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1 << 40));
        // Windows cannot represent this time.
        let expected = (!cfg!(windows)).then(String::new);
        assert_eq!(far.map(relative_time), expected);
    }

    #[test]
    fn this_computer_has_a_time_zone() {
        warm_up();
        assert!(relative_time(SystemTime::now()).starts_with("today "));
    }
}
