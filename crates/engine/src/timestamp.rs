//! Points in time as text (RFC 3339), for `#[serde(with = "timestamp")]`.

use std::time::SystemTime;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serializer};

/// Writes RFC 3339, and `null` for what it cannot express (before the year -9999 or after 9999).
#[expect(clippy::ref_option, reason = "serde asks for it so")]
pub(crate) fn serialize<S: Serializer>(at: &Option<SystemTime>, to: S) -> Result<S::Ok, S::Error> {
    match at.and_then(|at| Timestamp::try_from(at).ok()) {
        Some(timestamp) => to.collect_str(&timestamp),
        None => to.serialize_none(),
    }
}

/// Reads RFC 3339. `None` for any other text, and for what this system cannot represent.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<SystemTime>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    Ok(text.and_then(|text| system_time(text.parse().ok()?)))
}

/// `at` as a [`SystemTime`]; `None` if the system cannot represent it: on Windows nothing before 1601, where a plain
/// conversion would panic.
pub(crate) fn system_time(at: Timestamp) -> Option<SystemTime> {
    let since = at.duration_since(Timestamp::UNIX_EPOCH);
    if since.is_negative() {
        SystemTime::UNIX_EPOCH.checked_sub(since.unsigned_abs())
    } else {
        SystemTime::UNIX_EPOCH.checked_add(since.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_time_that_the_system_cannot_represent_is_none() {
        let at = |text: &str| system_time(text.parse().unwrap());
        let secs = Duration::from_millis(1_500);
        assert_eq!(
            at("1970-01-01T00:00:01.5Z"),
            Some(SystemTime::UNIX_EPOCH + secs)
        );
        assert_eq!(
            at("1969-12-31T23:59:58.5Z"),
            Some(SystemTime::UNIX_EPOCH - secs)
        );
        assert_eq!(at("0026-11-22T22:00:19Z").is_none(), cfg!(windows));
        assert!(at("9999-01-01T00:00:00Z").is_some());
    }
}
