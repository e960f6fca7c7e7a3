//! A folder's listing for programs, as JSON.

use std::io::{self, Write};

use jiff::tz::TimeZone;

use super::page::timestamp;
use crate::share::name::ShareName;
use crate::share::{Entry, Kind};

/// Writes what precedes the first entry: `{"path":"/sub/","entries":[`.
///
/// # Errors
/// Those of `out`.
pub fn write_start(out: &mut impl Write, name: &ShareName) -> io::Result<()> {
    let path = if name.is_root() {
        "/".to_owned()
    } else {
        format!("/{name}/")
    };
    out.write_all(b"{\"path\":")?;
    serde_json::to_writer(&mut *out, &path)?;
    out.write_all(b",\"entries\":[")
}

/// Writes the entries, `{"name":"a.txt","kind":"file","size":3,"modified":"..."}` and so on, and the end: `],"omitted":2}`
/// if names were omitted because they cannot be sent, `]}` otherwise.
///
/// # Errors
/// Those of `out`.
pub fn write_entries(
    out: &mut impl Write,
    entries: impl IntoIterator<Item = Entry>,
    omitted: u64,
) -> io::Result<()> {
    for (i, entry) in entries.into_iter().enumerate() {
        if i > 0 {
            out.write_all(b",")?;
        }
        write_entry(out, &entry)?;
    }
    if omitted > 0 {
        write!(out, "],\"omitted\":{omitted}}}")
    } else {
        out.write_all(b"]}")
    }
}

fn write_entry(out: &mut impl Write, entry: &Entry) -> io::Result<()> {
    out.write_all(b"{\"name\":")?;
    serde_json::to_writer(&mut *out, &entry.name)?;
    match entry.kind {
        Kind::Folder => out.write_all(b",\"kind\":\"folder\"")?,
        Kind::File => write!(out, ",\"kind\":\"file\",\"size\":{}", entry.size)?,
    }
    if let Some(at) = entry.modified.and_then(timestamp) {
        let at = TimeZone::UTC.to_datetime(at);
        let (year, month, day) = (at.year(), at.month(), at.day());
        let (hour, minute, second) = (at.hour(), at.minute(), at.second());
        write!(
            out,
            ",\"modified\":\"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z\""
        )?;
    }
    out.write_all(b"}")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn it_is_as_the_protocol_says() {
        let modified = Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_322_340_500));
        let entry = |name: &str, kind, size, modified| Entry {
            name: name.into(),
            kind,
            size,
            modified,
        };
        let entries = [
            entry("d", Kind::Folder, 0, modified),
            entry("<a href=\"x\">&'\\.txt", Kind::File, 3, modified),
            entry("old", Kind::File, 0, None),
        ];
        let mut out = Vec::new();
        // Windows has no folder with a quotation mark.
        let (sub, written) = if cfg!(windows) {
            ("/s'ub/", "/s'ub/")
        } else {
            ("/s%22ub/", "/s\\\"ub/")
        };
        let (name, _) = ShareName::from_target(sub).unwrap();
        write_start(&mut out, &name).unwrap();
        write_entries(&mut out, entries, 0).unwrap();
        let expected = r#"{"path":"PATH","entries":[{"name":"d","kind":"folder","modified":"2026-11-22T04:39:00Z"},{"name":"<a href=\"x\">&'\\.txt","kind":"file","size":3,"modified":"2026-11-22T04:39:00Z"},{"name":"old","kind":"file","size":0}]}"#;
        assert_eq!(
            String::from_utf8(out).unwrap(),
            expected.replace("PATH", written)
        );
        let mut out = Vec::new();
        write_start(&mut out, &ShareName::default()).unwrap();
        write_entries(&mut out, [], 2).unwrap();
        assert_eq!(out, br#"{"path":"/","entries":[],"omitted":2}"#);
    }
}
