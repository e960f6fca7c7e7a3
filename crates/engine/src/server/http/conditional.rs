//! Preconditions, in the order of RFC 9110 13.2.2. Pure.

use std::time::SystemTime;

use crate::share::{Etag, RESOLUTION};
use landline_http1::date;
use landline_http1::request::Request;

/// What the preconditions say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Answer as if there were none.
    Proceed,
    /// The client has it already (304).
    NotModified,
    /// The file is not the one that the client means (412).
    Failed,
}

/// Check all but `If-Range` for a file with this `etag` and time of last change.
pub fn check(request: &Request<'_>, etag: &Etag, modified: Option<SystemTime>) -> Verdict {
    if !request.if_match.is_empty() {
        if !lists(&request.if_match, |tag| etag.is_strongly(tag)) {
            return Verdict::Failed;
        }
    } else if let (Some(date), Some(modified)) = (since(request.if_unmodified_since), modified)
        && date::whole_seconds(modified) > date
    {
        return Verdict::Failed;
    }
    if !request.if_none_match.is_empty() {
        if lists(&request.if_none_match, |tag| etag.is_weakly(tag)) {
            return Verdict::NotModified;
        }
    } else if let (Some(date), Some(modified)) = (since(request.if_modified_since), modified)
        && date::whole_seconds(modified) <= date
    {
        return Verdict::NotModified;
    }
    Verdict::Proceed
}

/// Whether `If-Range`, where there is one, allows to answer with a part (RFC 9110 13.1.5).
pub fn range_applies(
    if_range: Option<&str>,
    etag: &Etag,
    modified: Option<SystemTime>,
    now: SystemTime,
) -> bool {
    let Some(value) = if_range else { return true };
    if value.starts_with('"') || value.starts_with("W/") {
        return etag.is_strongly(value);
    }
    // A date is a strong validator only once the time that it may stand for is over (8.8.2.2).
    match (date::parse(value), modified) {
        (Some(date), Some(modified)) => {
            date::whole_seconds(modified) == date
                && now
                    .duration_since(modified)
                    .is_ok_and(|age| age >= RESOLUTION)
        }
        _ => false,
    }
}

/// Whether a list of entity tags, which may come in several lines, holds one that `is_same` or is `*`.
fn lists(lines: &[&str], is_same: impl Fn(&str) -> bool) -> bool {
    // No tag of ours holds a comma, so splitting there cannot make a match of a foreign one.
    lines
        .iter()
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || is_same(tag))
}

/// A date that is none counts as no field at all.
fn since(value: Option<&str>) -> Option<SystemTime> {
    value.and_then(date::parse)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const ETAG: &str = "\"tag\"";
    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const EXACTLY: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const EXACTLY_850: &str = "Sunday, 06-Nov-94 08:49:37 GMT";
    const EXACTLY_ASCTIME: &str = "Sun Nov  6 08:49:37 1994";

    fn strong() -> Etag {
        Etag::new(ETAG, false)
    }

    fn modified() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_900)
    }

    fn verdict(set: impl FnOnce(&mut Request<'static>)) -> Verdict {
        let mut request = Request::default();
        set(&mut request);
        check(&request, &strong(), Some(modified()))
    }

    #[test]
    fn each_field_alone() {
        assert_eq!(verdict(|_| {}), Verdict::Proceed);
        assert_eq!(
            verdict(|r| r.if_match = ["\"x\", \"tag\""].into_iter().collect()),
            Verdict::Proceed
        );
        assert_eq!(
            verdict(|r| r.if_match = ["*"].into_iter().collect()),
            Verdict::Proceed
        );
        assert_eq!(
            verdict(|r| r.if_match = ["\"x\""].into_iter().collect()),
            Verdict::Failed
        );
        assert_eq!(
            verdict(|r| r.if_match = ["W/\"tag\""].into_iter().collect()),
            Verdict::Failed
        );
        assert_eq!(
            verdict(|r| r.if_none_match = ["W/\"tag\""].into_iter().collect()),
            Verdict::NotModified
        );
        assert_eq!(
            verdict(|r| r.if_none_match = ["*"].into_iter().collect()),
            Verdict::NotModified
        );
        assert_eq!(
            verdict(|r| r.if_none_match = ["\"x\""].into_iter().collect()),
            Verdict::Proceed
        );
        assert_eq!(
            verdict(|r| r.if_unmodified_since = Some(EXACTLY)),
            Verdict::Proceed
        );
        assert_eq!(
            verdict(|r| r.if_unmodified_since = Some(BEFORE)),
            Verdict::Failed
        );
        assert_eq!(
            verdict(|r| r.if_modified_since = Some(BEFORE)),
            Verdict::Proceed
        );
        for date in [EXACTLY, EXACTLY_850, EXACTLY_ASCTIME] {
            assert_eq!(
                verdict(|r| r.if_modified_since = Some(date)),
                Verdict::NotModified
            );
        }
        assert_eq!(
            verdict(|r| r.if_modified_since = Some("yesterday")),
            Verdict::Proceed
        );
    }

    #[test]
    fn dates_before_1970_are_dates() {
        const AT: &str = "Fri, 01 Jan 1965 00:00:00 GMT";
        const LATER: &str = "Fri, 01 Jan 1965 00:00:01 GMT";
        const EARLIER: &str = "Thu, 31 Dec 1964 23:59:59 GMT";
        let half = Duration::from_millis(500);
        let modified = SystemTime::UNIX_EPOCH - Duration::from_hours(1_826 * 24) + half;
        let verdict = |set: fn(&mut Request<'static>, &'static str), date| {
            let mut request = Request::default();
            set(&mut request, date);
            check(&request, &strong(), Some(modified))
        };
        for (date, since, unmodified) in [
            (AT, Verdict::NotModified, Verdict::Proceed),
            (LATER, Verdict::NotModified, Verdict::Proceed),
            (EARLIER, Verdict::Proceed, Verdict::Failed),
            (
                "Friday, 01-Jan-65 00:00:00 GMT",
                Verdict::NotModified,
                Verdict::Proceed,
            ),
            (
                "Fri Jan  1 00:00:00 1965",
                Verdict::NotModified,
                Verdict::Proceed,
            ),
            (
                "Thu, 01 Jan 1965 00:00:00 GMT",
                Verdict::Proceed,
                Verdict::Proceed,
            ),
        ] {
            assert_eq!(
                verdict(|r, date| r.if_modified_since = Some(date), date),
                since,
                "{date}"
            );
            assert_eq!(
                verdict(|r, date| r.if_unmodified_since = Some(date), date),
                unmodified,
                "{date}"
            );
            let is_same = date.contains("65 00:00:00") && since == Verdict::NotModified
                || date.contains("00:00:00 1965");
            let now = SystemTime::now();
            assert_eq!(
                range_applies(Some(date), &strong(), Some(modified), now),
                is_same,
                "{date}"
            );
        }
        // A file that is newer than such a date.
        assert_eq!(
            self::verdict(|r| r.if_unmodified_since = Some(AT)),
            Verdict::Failed
        );
    }

    #[test]
    fn a_list_may_have_several_lines() {
        assert_eq!(
            verdict(|r| r.if_match = [ETAG, "\"x\""].into_iter().collect()),
            Verdict::Proceed
        );
        assert_eq!(
            verdict(|r| r.if_none_match = ["\"x\"", ETAG].into_iter().collect()),
            Verdict::NotModified
        );
    }

    #[test]
    fn tags_beat_dates_and_failure_beats_not_modified() {
        let both = verdict(|r| {
            r.if_match = ["\"tag\""].into_iter().collect();
            r.if_unmodified_since = Some(BEFORE);
        });
        assert_eq!(both, Verdict::Proceed);
        let both = verdict(|r| {
            r.if_none_match = ["\"x\""].into_iter().collect();
            r.if_modified_since = Some(EXACTLY);
        });
        assert_eq!(both, Verdict::Proceed);
        let both = verdict(|r| {
            r.if_match = ["\"x\""].into_iter().collect();
            r.if_none_match = ["\"tag\""].into_iter().collect();
        });
        assert_eq!(both, Verdict::Failed);
    }

    #[test]
    fn if_range_needs_the_same_file() {
        let now = modified() + Duration::from_mins(1);
        let applies = |value| range_applies(value, &strong(), Some(modified()), now);
        assert!(applies(None));
        assert!(applies(Some(ETAG)));
        assert!(applies(Some(EXACTLY)));
        for value in ["\"x\"", "W/\"tag\"", BEFORE, "nonsense"] {
            assert!(!applies(Some(value)), "{value}");
        }
        assert!(!range_applies(
            Some(EXACTLY),
            &strong(),
            Some(modified()),
            modified()
        ));
    }

    #[test]
    fn a_weak_tag_proves_only_that_nothing_new_is_to_be_sent() {
        let weak = Etag::new(ETAG, true);
        let now = modified() + Duration::from_mins(1);
        for tag in [ETAG, "W/\"tag\""] {
            let mut request = Request::default();
            request.if_none_match.push(tag);
            let verdict = check(&request, &weak, Some(modified()));
            assert_eq!(verdict, Verdict::NotModified, "{tag}");
            let mut request = Request::default();
            request.if_match.push(tag);
            let verdict = check(&request, &weak, Some(modified()));
            assert_eq!(verdict, Verdict::Failed, "{tag}");
            assert!(!range_applies(Some(tag), &weak, Some(modified()), now));
        }
        let mut request = Request::default();
        request.if_match.push("*");
        let verdict = check(&request, &weak, Some(modified()));
        assert_eq!(verdict, Verdict::Proceed);
    }
}
