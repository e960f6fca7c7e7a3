//! Conditional requests: the preconditions of RFC 9110 section 13, in the order of section 13.2.2. Pure.

use std::time::SystemTime;

use crate::date;
use crate::etag::{Etag, RESOLUTION};
use crate::request::Request;

/// The outcome of a request's preconditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All hold, or there are none.
    Proceed,
    /// The client has this version already (304).
    NotModified,
    /// The client means another version (412).
    Failed,
}

/// Evaluates all preconditions but `If-Range` for a resource with this `etag` and modification time.
pub fn check(request: &Request<'_>, etag: &Etag, modified: Option<SystemTime>) -> Outcome {
    if !request.if_match.is_empty() {
        if !lists(&request.if_match, |tag| etag.matches_strongly(tag)) {
            return Outcome::Failed;
        }
    } else if let (Some(date), Some(modified)) = (since(request.if_unmodified_since), modified)
        && date::whole_seconds(modified) > date
    {
        return Outcome::Failed;
    }
    if !request.if_none_match.is_empty() {
        if lists(&request.if_none_match, |tag| etag.matches_weakly(tag)) {
            return Outcome::NotModified;
        }
    } else if let (Some(date), Some(modified)) = (since(request.if_modified_since), modified)
        && date::whole_seconds(modified) <= date
    {
        return Outcome::NotModified;
    }
    Outcome::Proceed
}

/// Whether `Range` applies: `If-Range` is missing or names this version (RFC 9110 section 13.1.5).
pub fn range_applies(
    if_range: Option<&str>,
    etag: &Etag,
    modified: Option<SystemTime>,
    now: SystemTime,
) -> bool {
    let Some(value) = if_range else { return true };
    if value.starts_with('"') || value.starts_with("W/") {
        return etag.matches_strongly(value);
    }
    // A date is a strong validator only once the clock has moved on by its resolution (section 8.8.2.2).
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

/// Whether a list of entity tags, in one line or several, holds `*` or a tag that `matches`.
fn lists(lines: &[&str], matches: impl Fn(&str) -> bool) -> bool {
    // No tag of ours holds a comma, so splitting there cannot make a match of a foreign one.
    lines
        .iter()
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || matches(tag))
}

/// A malformed date counts as a missing field (RFC 9110 section 13.1.3).
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

    fn outcome(set: impl FnOnce(&mut Request<'static>)) -> Outcome {
        let mut request = Request::default();
        set(&mut request);
        check(&request, &strong(), Some(modified()))
    }

    #[test]
    fn each_field_alone() {
        assert_eq!(outcome(|_| {}), Outcome::Proceed);
        assert_eq!(
            outcome(|r| r.if_match = ["\"x\", \"tag\""].into_iter().collect()),
            Outcome::Proceed
        );
        assert_eq!(
            outcome(|r| r.if_match = ["*"].into_iter().collect()),
            Outcome::Proceed
        );
        assert_eq!(
            outcome(|r| r.if_match = ["\"x\""].into_iter().collect()),
            Outcome::Failed
        );
        assert_eq!(
            outcome(|r| r.if_match = ["W/\"tag\""].into_iter().collect()),
            Outcome::Failed
        );
        assert_eq!(
            outcome(|r| r.if_none_match = ["W/\"tag\""].into_iter().collect()),
            Outcome::NotModified
        );
        assert_eq!(
            outcome(|r| r.if_none_match = ["*"].into_iter().collect()),
            Outcome::NotModified
        );
        assert_eq!(
            outcome(|r| r.if_none_match = ["\"x\""].into_iter().collect()),
            Outcome::Proceed
        );
        assert_eq!(
            outcome(|r| r.if_unmodified_since = Some(EXACTLY)),
            Outcome::Proceed
        );
        assert_eq!(
            outcome(|r| r.if_unmodified_since = Some(BEFORE)),
            Outcome::Failed
        );
        assert_eq!(
            outcome(|r| r.if_modified_since = Some(BEFORE)),
            Outcome::Proceed
        );
        for date in [EXACTLY, EXACTLY_850, EXACTLY_ASCTIME] {
            assert_eq!(
                outcome(|r| r.if_modified_since = Some(date)),
                Outcome::NotModified
            );
        }
        assert_eq!(
            outcome(|r| r.if_modified_since = Some("yesterday")),
            Outcome::Proceed
        );
    }

    #[test]
    fn dates_before_1970_are_dates() {
        const AT: &str = "Fri, 01 Jan 1965 00:00:00 GMT";
        const LATER: &str = "Fri, 01 Jan 1965 00:00:01 GMT";
        const EARLIER: &str = "Thu, 31 Dec 1964 23:59:59 GMT";
        let half = Duration::from_millis(500);
        let modified = SystemTime::UNIX_EPOCH - Duration::from_hours(1_826 * 24) + half;
        let outcome = |set: fn(&mut Request<'static>, &'static str), date| {
            let mut request = Request::default();
            set(&mut request, date);
            check(&request, &strong(), Some(modified))
        };
        for (date, since, unmodified) in [
            (AT, Outcome::NotModified, Outcome::Proceed),
            (LATER, Outcome::NotModified, Outcome::Proceed),
            (EARLIER, Outcome::Proceed, Outcome::Failed),
            (
                "Friday, 01-Jan-65 00:00:00 GMT",
                Outcome::NotModified,
                Outcome::Proceed,
            ),
            (
                "Fri Jan  1 00:00:00 1965",
                Outcome::NotModified,
                Outcome::Proceed,
            ),
            (
                "Thu, 01 Jan 1965 00:00:00 GMT",
                Outcome::Proceed,
                Outcome::Proceed,
            ),
        ] {
            assert_eq!(
                outcome(|r, date| r.if_modified_since = Some(date), date),
                since,
                "{date}"
            );
            assert_eq!(
                outcome(|r, date| r.if_unmodified_since = Some(date), date),
                unmodified,
                "{date}"
            );
            let is_same = date.contains("65 00:00:00") && since == Outcome::NotModified
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
            self::outcome(|r| r.if_unmodified_since = Some(AT)),
            Outcome::Failed
        );
    }

    #[test]
    fn a_list_may_have_several_lines() {
        assert_eq!(
            outcome(|r| r.if_match = [ETAG, "\"x\""].into_iter().collect()),
            Outcome::Proceed
        );
        assert_eq!(
            outcome(|r| r.if_none_match = ["\"x\"", ETAG].into_iter().collect()),
            Outcome::NotModified
        );
    }

    #[test]
    fn tags_beat_dates_and_failure_beats_not_modified() {
        let both = outcome(|r| {
            r.if_match = ["\"tag\""].into_iter().collect();
            r.if_unmodified_since = Some(BEFORE);
        });
        assert_eq!(both, Outcome::Proceed);
        let both = outcome(|r| {
            r.if_none_match = ["\"x\""].into_iter().collect();
            r.if_modified_since = Some(EXACTLY);
        });
        assert_eq!(both, Outcome::Proceed);
        let both = outcome(|r| {
            r.if_match = ["\"x\""].into_iter().collect();
            r.if_none_match = ["\"tag\""].into_iter().collect();
        });
        assert_eq!(both, Outcome::Failed);
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
            let outcome = check(&request, &weak, Some(modified()));
            assert_eq!(outcome, Outcome::NotModified, "{tag}");
            let mut request = Request::default();
            request.if_match.push(tag);
            let outcome = check(&request, &weak, Some(modified()));
            assert_eq!(outcome, Outcome::Failed, "{tag}");
            assert!(!range_applies(Some(tag), &weak, Some(modified()), now));
        }
        let mut request = Request::default();
        request.if_match.push("*");
        let outcome = check(&request, &weak, Some(modified()));
        assert_eq!(outcome, Outcome::Proceed);
    }
}
