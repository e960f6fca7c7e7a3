//! Preconditions, in the order of RFC 9110 13.2.2. Pure.

use std::time::{Duration, SystemTime};

use super::request::Request;

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

/// Check all but `If-Range` for a file with this strong `etag` and time of last change.
pub fn check(request: &Request<'_>, etag: &str, modified: Option<SystemTime>) -> Verdict {
    if !request.if_match.is_empty() {
        if !lists(&request.if_match, etag, false) {
            return Verdict::Failed;
        }
    } else if let (Some(date), Some(modified)) = (date(request.if_unmodified_since), modified)
        && whole_secs(modified) > date
    {
        return Verdict::Failed;
    }
    if !request.if_none_match.is_empty() {
        if lists(&request.if_none_match, etag, true) {
            return Verdict::NotModified;
        }
    } else if let (Some(date), Some(modified)) = (date(request.if_modified_since), modified)
        && whole_secs(modified) <= date
    {
        return Verdict::NotModified;
    }
    Verdict::Proceed
}

/// Whether `If-Range`, where there is one, allows to answer with a part (RFC 9110 13.1.5).
pub fn range_applies(
    if_range: Option<&str>,
    etag: &str,
    modified: Option<SystemTime>,
    now: SystemTime,
) -> bool {
    /// A date is a strong validator only once the second that it names is over (8.8.2.2).
    const SETTLED: Duration = Duration::from_secs(2);

    let Some(value) = if_range else { return true };
    if value.starts_with('"') || value.starts_with("W/") {
        return value == etag;
    }
    match (date(Some(value)), modified) {
        (Some(date), Some(modified)) => {
            whole_secs(modified) == date
                && now.duration_since(modified).is_ok_and(|age| age >= SETTLED)
        }
        _ => false,
    }
}

/// Whether a list of entity tags, which may come in several lines, holds `etag` or is `*`. The weak
/// comparison lets `W/"a"` match.
fn lists(lines: &[&str], etag: &str, weak: bool) -> bool {
    // No tag of ours holds a comma, so splitting there cannot make a match of a foreign one.
    lines
        .iter()
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|tag| {
            let plain = if weak {
                tag.strip_prefix("W/").unwrap_or(tag)
            } else {
                tag
            };
            tag == "*" || plain == etag
        })
}

/// A date that is none counts as no field at all.
fn date(value: Option<&str>) -> Option<SystemTime> {
    httpdate::parse_http_date(value?).ok()
}

/// HTTP dates have whole seconds.
fn whole_secs(time: SystemTime) -> SystemTime {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs()),
        Err(_) => time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETAG: &str = "\"tag\"";
    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const EXACTLY: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const EXACTLY_850: &str = "Sunday, 06-Nov-94 08:49:37 GMT";
    const EXACTLY_ASCTIME: &str = "Sun Nov  6 08:49:37 1994";

    fn modified() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_900)
    }

    fn verdict(set: impl FnOnce(&mut Request<'static>)) -> Verdict {
        let mut request = Request::default();
        set(&mut request);
        check(&request, ETAG, Some(modified()))
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
        let applies = |value| range_applies(value, ETAG, Some(modified()), now);
        assert!(applies(None));
        assert!(applies(Some(ETAG)));
        assert!(applies(Some(EXACTLY)));
        for value in ["\"x\"", "W/\"tag\"", BEFORE, "nonsense"] {
            assert!(!applies(Some(value)), "{value}");
        }
        assert!(!range_applies(
            Some(EXACTLY),
            ETAG,
            Some(modified()),
            modified()
        ));
    }
}
