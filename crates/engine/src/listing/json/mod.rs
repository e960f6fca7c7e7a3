//! A listing in JSON, handed over entry by entry: as Landline writes it
//! (`{"path":"/","entries":[{"name":"a","kind":"file","size":3,"modified":"2026-11-22T04:39:00Z"}],"omitted":1}`),
//! as nginx does (`autoindex_format json`: an array with `type` and `mtime`), Caddy (an array with `is_dir`
//! and `mod_time`), serve (`files` with `base`), serve-index (an array of names), Fastify (names in `dirs` and
//! `files`), dufs (`paths` with `path_type`) and HFS (`list` with `n`, `s` and `m`).

mod entry;

use std::fmt;
use std::io::{self, BufReader, ErrorKind, Read};

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use self::entry::AnyEntry;
use super::limits::{Guard, JsonScan};
use super::listed::{Listed, ReadError};
use super::scalar::Scalar;

/// The parser asks for single bytes; behind this they cost nothing.
const BUFFER_LEN: usize = 64 * 1024;

/// Hand over each file and folder of the listing in `body` as it comes. The number is of those left
/// out because their names cannot be asked for.
///
/// # Errors
/// The listing is cut, or none, or `each` would not go on.
pub(crate) fn read_json<E>(
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
            let kind = match key {
                Key::Entries => Kind::Any,
                Key::Dirs => Kind::Folder,
                Key::Paths => Kind::OfDufs,
                Key::Omitted => {
                    let omitted = map.next_value::<Scalar>()?.size().unwrap_or_default();
                    self.0.skipped = self.0.skipped.saturating_add(omitted);
                    continue;
                }
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            is_listing |= map.next_value_seed(Entries(&mut *self.0, kind))?;
        }
        if is_listing {
            Ok(())
        } else {
            Err(Error::missing_field("entries"))
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, entries: A) -> Result<(), A::Error> {
        Entries(self.0, Kind::Any).visit_seq(entries).map(drop)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    #[serde(alias = "files", alias = "list")]
    Entries,
    /// Fastify: the names of folders, beside `files`.
    Dirs,
    /// dufs: its entries. serve: the way to the folder, in objects of another form.
    Paths,
    /// How many entries the server has left out because their names cannot be sent.
    Omitted,
    #[serde(other)]
    Other,
}

/// Which entries are in an array.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Any,
    /// Folders, unless an entry says otherwise.
    Folder,
    /// Those that dufs writes; anything else is none.
    OfDufs,
}

struct Entries<'h, 'a, E>(&'h mut Handing<'a, E>, Kind);

impl<'de, E> DeserializeSeed<'de> for Entries<'_, '_, E> {
    /// Whether all of them are.
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, E> Visitor<'de> for Entries<'_, '_, E> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the entries of a folder")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<bool, A::Error> {
        let Self(handing, kind) = self;
        let mut are_entries = true;
        while let Some(AnyEntry(entry)) = entries.next_element()? {
            let is_other = kind == Kind::OfDufs && !entry.is_of_dufs();
            are_entries &= !is_other;
            if is_other || entry.is_special() {
                continue;
            }
            if !entry.has_name() {
                return Err(Error::missing_field("name"));
            }
            match entry.listed(kind == Kind::Folder) {
                Some(listed) => (handing.each)(listed).map_err(|stopped| {
                    handing.stopped = Some(stopped);
                    Error::custom("stopped")
                })?,
                None => handing.skipped = handing.skipped.saturating_add(1),
            }
        }
        Ok(are_entries)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::{Duration, SystemTime};

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
    fn other_servers_are_read() {
        // As serve 14, serve-index 1.9 and Fastify wrote it.
        let serve = br#"{"files":[{"type":"directory","base":"..","relative":"/","title":"/","ext":""},
            {"root":"/","dir":"/w/v1","base":"c.txt","ext":"txt","name":"c","relative":"/v1/c.txt","type":"file","size":"2 B","title":"c.txt"},
            {"root":"/","dir":"/w/v1","base":"sub.d/","ext":".d","name":"sub","relative":"/v1/sub.d/","type":"folder","title":"sub.d/"}],
            "directory":"w/v1/","paths":[{"name":"w/","url":""},{"name":"v1/","url":"v1/"}]}"#;
        let expected = vec![
            listed("c.txt", false, None, None),
            listed("sub.d", true, None, None),
        ];
        assert_eq!(read(serve), (expected, Ok(0)));
        let (a, d) = (
            listed("a b", false, None, None),
            listed("d", true, None, None),
        );
        assert_eq!(
            read(br#"["a b","d/"]"#),
            (vec![a.clone(), d.clone()], Ok(0))
        );
        let fastify = br#"{"dirs":["d"],"files":["a b"]}"#;
        assert_eq!(read(fastify), (vec![d, a], Ok(0)));
        // As dufs 0.43 and HFS 0.52 did.
        let dufs = br#"{"href":"/","kind":"Index","uri_prefix":"/","allow_upload":false,"dir_exists":true,"auth":false,"user":null,
            "paths":[{"path_type":"Dir","name":"d","mtime":1795360567000,"size":1},
            {"path_type":"SymlinkFile","name":"a b","mtime":1795360567123,"size":3}]}"#;
        let at = at(1_795_360_567);
        let millis = Duration::from_millis(123);
        let expected = vec![
            listed("d", true, None, Some(at)),
            listed("a b", false, Some(3), Some(at + millis)),
        ];
        assert_eq!(read(dufs), (expected, Ok(0)));
        let hfs = br#"{"can_archive":true,"can_upload":false,"list":[{"n":"d/","m":"2026-11-22T15:16:07.000Z"},
            {"n":"a b","m":"2026-11-22T15:16:07.123Z","s":3,"p":"a"}]}"#;
        let expected = vec![
            listed("d", true, None, Some(at)),
            listed("a b", false, Some(3), Some(at + millis)),
        ];
        assert_eq!(read(hfs), (expected, Ok(0)));
        // What has nothing but a way to somewhere is no list.
        let way = br#"{"paths":[{"name":"w/","url":""}]}"#;
        assert_eq!(read(way), (vec![], Err(ErrorKind::InvalidData)));
    }

    #[test]
    fn what_a_server_leaves_out_counts() {
        let omitted = |count: &str| {
            let json =
                format!(r#"{{"entries":[{{"name":"a"}},{{"name":"b/c"}}],"omitted":{count}}}"#);
            read(json.as_bytes()).1
        };
        assert_eq!(omitted("2"), Ok(3));
        assert_eq!(omitted("18446744073709551615"), Ok(u64::MAX));
        for odd in ["-1", "\"2\"", "null", "[3]", "{}"] {
            assert_eq!(omitted(odd), Ok(1), "{odd}");
        }
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
