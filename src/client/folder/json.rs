//! A listing in JSON, handed over entry by entry: as Landline writes it
//! (`{"path":"/","entries":[{"name":"a","kind":"file","size":3,"modified":"2026-11-22T04:39:00Z"}]}`),
//! as nginx does (`autoindex_format json`: an array with `type` and `mtime`), and as Caddy does (an
//! array with `is_dir` and `mod_time`).

use std::fmt;
use std::io::{self, BufReader, ErrorKind, Read};
use std::time::SystemTime;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::entry::system_time;
use super::guard::{Guard, JsonScan};
use super::listing::{Listed, ReadError, part};
use super::scalar::Scalar;
use crate::name_bytes;
use crate::net::date;

/// The parser asks for single bytes; behind this they cost nothing.
const BUFFER_LEN: usize = 64 * 1024;

/// Hand over each file and folder of the listing in `body` as it comes. The number is of those left
/// out because their names cannot be asked for.
///
/// # Errors
/// The listing is cut, or none, or `each` would not go on.
pub(in crate::client) fn read_json<E>(
    body: impl Read,
    each: &mut dyn FnMut(Listed) -> Result<(), E>,
) -> Result<u64, ReadError<E>> {
    let guarded = Guard::<_, JsonScan>::new(body);
    let source = BufReader::with_capacity(BUFFER_LEN, guarded);
    let mut parser = serde_json::Deserializer::from_reader(source);
    let mut handing = Handing {
        each,
        skipped: 0,
        stopped: None,
    };
    let result = parser
        .deserialize_any(Listing(&mut handing))
        .and_then(|()| parser.end());
    match (handing.stopped, result) {
        (Some(stopped), _) => Err(ReadError::Stopped(stopped)),
        (None, Err(e)) => Err(ReadError::Source(io_error(e))),
        (None, Ok(())) => Ok(handing.skipped),
    }
}

fn io_error(error: serde_json::Error) -> io::Error {
    match error.classify() {
        serde_json::error::Category::Io => error.into(),
        serde_json::error::Category::Eof => ErrorKind::UnexpectedEof.into(),
        _ => io::Error::new(ErrorKind::InvalidData, error),
    }
}

/// Where the entries go. The parser's errors have no place for that of `each`.
struct Handing<'a, E> {
    each: &'a mut dyn FnMut(Listed) -> Result<(), E>,
    skipped: u64,
    stopped: Option<E>,
}

/// The whole: an array of entries, or an object with one.
struct Listing<'h, 'a, E>(&'h mut Handing<'a, E>);

impl<'de, E> Visitor<'de> for Listing<'_, '_, E> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the listing of a folder")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut is_listing = false;
        while let Some(key) = map.next_key()? {
            match key {
                Key::Entries => {
                    map.next_value_seed(Entries(&mut *self.0))?;
                    is_listing = true;
                }
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if is_listing {
            Ok(())
        } else {
            Err(Error::missing_field("entries"))
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, entries: A) -> Result<(), A::Error> {
        Entries(self.0).visit_seq(entries)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Entries,
    #[serde(other)]
    Other,
}

struct Entries<'h, 'a, E>(&'h mut Handing<'a, E>);

impl<'de, E> DeserializeSeed<'de> for Entries<'_, '_, E> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, E> Visitor<'de> for Entries<'_, '_, E> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the entries of a folder")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(entry) = entries.next_element::<JsonEntry>()? {
            if entry.is_special() {
                continue;
            }
            match entry.listed() {
                Some(listed) => (self.0.each)(listed).map_err(|stopped| {
                    self.0.stopped = Some(stopped);
                    Error::custom("stopped")
                })?,
                None => self.0.skipped += 1,
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct JsonEntry {
    name: Name,
    #[serde(alias = "type")]
    kind: Option<String>,
    is_dir: Option<bool>,
    #[serde(default)]
    size: Scalar,
    #[serde(default, alias = "mtime", alias = "mod_time")]
    modified: Scalar,
}

impl JsonEntry {
    /// A device, a socket, or what else nobody can download.
    fn is_special(&self) -> bool {
        let kind = self.kind.as_deref();
        kind.is_some_and(|kind| !matches!(kind, "file" | "folder" | "directory"))
    }

    fn listed(self) -> Option<Listed> {
        let mut name = self.name.0;
        // Caddy writes a folder's name with its slash.
        let has_slash = name.last() == Some(&b'/');
        let is_folder = match (self.kind.as_deref(), self.is_dir) {
            (Some("folder" | "directory"), _) => true,
            (Some(_), _) => false,
            (None, is_dir) => is_dir.unwrap_or(has_slash),
        };
        if is_folder && has_slash {
            name.pop();
        }
        Some(Listed {
            name: part(name_bytes::from_path(&name))?,
            is_folder,
            // A folder's size is that of its own blocks.
            size: self.size.size().filter(|_| !is_folder),
            modified: self.modified.text().and_then(moment),
        })
    }
}

/// As RFC 3339 or HTTP (RFC 9110 section 5.6.7) writes it.
fn moment(text: &str) -> Option<SystemTime> {
    match text.parse::<Timestamp>() {
        Ok(timestamp) => system_time(timestamp),
        Err(_) => date::parse(text),
    }
}

/// Bytes, because one name in another encoding, which nginx writes as it finds it, is no reason to
/// give up the folder.
struct Name(Vec<u8>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Name, E> {
        Ok(Name(bytes.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use super::*;

    fn read(json: &[u8]) -> (Vec<Listed>, Result<u64, ErrorKind>) {
        let mut entries = Vec::new();
        let result = read_json(json, &mut |listed| {
            entries.push(listed);
            Ok::<_, Infallible>(())
        });
        let result = result.map_err(|e| match e {
            ReadError::Source(e) => e.kind(),
            ReadError::Stopped(never) => match never {},
        });
        (entries, result)
    }

    fn at(secs: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(secs)
    }

    fn listed(
        name: &str,
        is_folder: bool,
        size: Option<u64>,
        modified: Option<SystemTime>,
    ) -> Listed {
        Listed {
            name: name.to_owned(),
            is_folder,
            size,
            modified,
        }
    }

    #[test]
    fn landline_is_read() {
        use crate::server::http::json as listing;
        use crate::share::name::ShareName;
        use crate::share::{Entry, Kind};

        let entry = |name: &str, kind, size| Entry {
            name: name.into(),
            kind,
            size,
            modified: Some(at(1_795_322_340)),
        };
        let entries = [
            entry("d", Kind::Folder, 0),
            entry("海 \"b\".txt", Kind::File, 3),
        ];
        let mut json = Vec::new();
        listing::write_start(&mut json, &ShareName::default()).unwrap();
        listing::write_entries(&mut json, entries, 0).unwrap();
        let expected = vec![
            listed("d", true, None, Some(at(1_795_322_340))),
            listed("海 \"b\".txt", false, Some(3), Some(at(1_795_322_340))),
        ];
        assert_eq!(read(&json), (expected, Ok(0)));
    }

    #[test]
    fn nginx_and_caddy_are_read() {
        // As nginx 1.22 wrote it, the second name in another encoding.
        let nginx = b"[\n{ \"name\":\"a b\", \"type\":\"directory\", \"mtime\":\"Sun, 22 Nov 2026 15:16:07 GMT\" },\n\
            { \"name\":\"caf\xe9\", \"type\":\"file\", \"mtime\":\"Sun, 22 Nov 2026 15:16:07 GMT\", \"size\":2 },\n\
            { \"name\":\"tab\\tx\", \"type\":\"file\", \"mtime\":\"Sun, 22 Nov 2026 15:16:07 GMT\", \"size\":2 },\n\
            { \"name\":\"%41\", \"type\":\"file\", \"mtime\":\"Sun, 22 Nov 2026 15:16:07 GMT\", \"size\":2 }\n]\n";
        let expected = vec![
            listed("a b", true, None, Some(at(1_795_360_567))),
            listed("caf\u{10fee9}", false, Some(2), Some(at(1_795_360_567))),
            listed("%41", false, Some(2), Some(at(1_795_360_567))),
        ];
        assert_eq!(read(nginx), (expected, Ok(1)));
        let caddy = br#"[{"name":"d/","size":4096,"url":"./d/","mod_time":"2026-11-22T05:39:00+01:00","mode":2147484141,"is_dir":true,"is_symlink":false},
            {"name":"a","size":3,"url":"./a","mod_time":"never","mode":420,"is_dir":false,"is_symlink":false}]"#;
        let expected = vec![
            listed("d", true, None, Some(at(1_795_322_340))),
            listed("a", false, Some(3), None),
        ];
        assert_eq!(read(caddy), (expected, Ok(0)));
    }

    #[test]
    fn what_is_unknown_is_left_out() {
        let json = br#" {"x":[{"entries":1}],"entries":[
            {"name":"link","kind":"socket","size":1},
            {"more":{"a":[1.5e300]},"name":"a","kind":"file","size":null,"modified":null},
            {"name":"..","kind":"folder"},{"name":"","kind":"file"},{"name":"a/b","kind":"file"},
            {"name":"b","size":-1,"modified":1795322340}
            ],"path":"/"} "#;
        let expected = ["a", "b"]
            .map(|name| listed(name, false, None, None))
            .into();
        assert_eq!(read(json), (expected, Ok(3)));
        assert_eq!(read(b"[]"), (vec![], Ok(0)));
        assert_eq!(read(br#"{"entries":[]}"#), (vec![], Ok(0)));
    }

    #[test]
    fn a_cut_listing_is_an_error_after_what_came() {
        let json = br#"{"entries":[{"name":"a","kind":"file"},{"name":"b","kind":"file"}]}"#;
        let second = json.iter().rposition(|&b| b == b'{').unwrap();
        for len in 0..json.len() {
            let (entries, result) = read(&json[..len]);
            assert_eq!(result, Err(ErrorKind::UnexpectedEof), "{len}");
            assert!(len < second || !entries.is_empty());
        }
        assert_eq!(read(json).0.len(), 2);
    }

    #[test]
    fn what_is_no_listing_is_an_error() {
        for json in [
            &b"{}"[..],
            b"<html>",
            b"[1]",
            b"1",
            b"null",
            b"\xff",
            br#"[{"kind":"file"}]"#,
            br#"{"entries":3}"#,
            b"[] []",
        ] {
            assert_eq!(read(json).1, Err(ErrorKind::InvalidData), "{json:?}");
        }
        let deep = "[".repeat(1_000_000);
        let long = format!("[{{\"name\":\"{}", "a".repeat(1_000_000));
        let skipped = format!("[{{\"x\":{deep}");
        for json in [deep, long, skipped] {
            assert_eq!(read(json.as_bytes()).1, Err(ErrorKind::InvalidData));
        }
    }

    #[test]
    fn who_takes_them_can_stop() {
        let mut count = 0;
        let result = read_json(
            &br#"[{"name":"a"},{"name":"b"},{"name":"c"}]"#[..],
            &mut |_| {
                count += 1;
                if count == 2 { Err("enough") } else { Ok(()) }
            },
        );
        assert!(matches!(result, Err(ReadError::Stopped("enough"))));
        assert_eq!(count, 2);
    }
}
