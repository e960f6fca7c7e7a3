//! What a server says to the client, and what the client finds on its own disk: the fuzz targets of
//! `crate::fuzzing` for what only this room can see.
#![expect(
    clippy::missing_panics_doc,
    reason = "to panic where something does not hold is what these are for"
)]

mod listings;

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::ops::Range;
use std::time::Duration;

use super::http;
use super::http::{Body, RequestOptions};
use crate::fuzzing::{ends, is_part};
use crate::name_bytes;
use crate::printable::is_reordering;
use crate::store::part::record::Record;
use crate::store::part::{copy_name, folder_copy_name, part_name};
use crate::store::safe_name::{NAME_MAX_LEN, safe_name};
use crate::store::target::CopyNaming;
use crate::store::version::Version;
use crate::url_path;
use crate::windows_device::is_windows_device;
use landline_http1::chunked::{Decoder, Malformed, Writer};
use landline_http1::request::{HEAD_MAX_LEN, Refusal, TARGET_MAX_LEN};
use landline_http1::response_head::Framing;
use landline_http1::{head_end, request};

pub use self::listings::{listing_html, listing_json};

/// A server says of a file of `whole` bytes that it sends `part`: the client understands the same.
pub(crate) fn content_range(part: &Range<u64>, whole: u64) {
    let (first, last) = (part.start, part.end - 1);
    let said = format!("HTTP/1.1 206 x\r\nContent-Range: bytes {first}-{last}/{whole}\r\n\r\n");
    let heard = http::parse(said.as_bytes()).expect("a head").part;
    let heard = heard.map(|heard| (heard.range, heard.whole));
    assert_eq!(heard, Some((part.clone(), Some(whole))));
}

/// How the client asks for the file `name`.
pub(crate) fn path_of(name: &str) -> String {
    url_path::path_of(&name_bytes::from_path(name.as_bytes()))
}

/// An answer's head: its end is found however it arrives, and whatever it says, what the client asks
/// next is one well-formed request. The bytes are also taken for a redirect's target and for the name
/// that a server suggests.
pub fn answer_head(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    check_location(&text);
    check_name(&text);
    let whole = head_end(data, 0);
    let mut seen = 0;
    let arrived = ends(data).into_iter().find_map(|end| {
        let found = head_end(&data[..end], seen);
        seen = end;
        found
    });
    assert_eq!(arrived, whole);
    let Some(head) = whole.filter(|_| http::is_http(data)) else {
        return;
    };
    let Ok(head) = http::parse(&data[..head]) else {
        return;
    };
    assert!(head.status < 1000 && head.framing != Framing::Length(u64::MAX));
    if let Some(location) = head.redirect() {
        check_location(location);
    }
    if let Some(name) = &head.disposition.name {
        check_name(name);
    }
    let whole = match &head.part {
        Some(part) => {
            let is_inside = part.whole.is_none_or(|whole| part.range.end <= whole);
            assert!(!part.range.is_empty() && is_inside);
            part.whole
        }
        None => None,
    };
    check_rest(&Version::of(&head, whole), 1000);
}

/// The request that goes on with `len` bytes of `version`.
fn check_rest(version: &Version, len: u64) {
    let rest = version.ask(len);
    if let Some((from, _)) = rest {
        assert!(from > 0 && from <= len);
        assert!(version.length.is_none_or(|length| from < length));
    }
    let same = rest.map(|(_, validator)| validator);
    let options = RequestOptions {
        rest,
        same,
        digest: true,
        is_last: true,
        ..RequestOptions::default()
    };
    check_request("/a", options);
}

/// What is asked is what a strict server hears.
fn check_request(path: &str, options: RequestOptions<'_>) {
    let bytes = http::request("ann-pc", 8080, path, options);
    if bytes.len() <= HEAD_MAX_LEN {
        assert_eq!(request::head_len(&bytes, 0), Ok(Some(bytes.len())));
    }
    match request::parse(&bytes, &|_| false) {
        Ok(heard) => {
            assert_eq!(heard.path, path.split('?').next().unwrap_or(path));
            let range = options.rest.map(|(from, _)| format!("bytes={from}-"));
            assert_eq!(heard.range, range.as_deref());
            let validator = options
                .rest
                .map(|(_, validator)| validator.trim_matches(' '));
            assert_eq!(heard.if_range, validator);
            assert_eq!(heard.body, request::BodyFraming::None);
        }
        Err(refusal) => {
            assert_eq!(refusal, Refusal::TargetTooLong);
            assert!(path.len() > TARGET_MAX_LEN);
        }
    }
}

/// Wherever a redirect leads, its path can stand in a request line and climbs nowhere.
fn check_location(location: &str) {
    for (host, base) in [("ann-pc", "/a/b?c"), ("fe80::1", "/sub/")] {
        let hop = http::follow(host, 8080, base, location);
        let path = hop.path();
        assert!(path.starts_with('/') && path.bytes().all(|b| b.is_ascii_graphic()));
        let plain = path.split('?').next().unwrap_or(path);
        assert!(!plain.split('/').any(|part| part == "." || part == ".."));
        check_request(path, RequestOptions::default());
    }
}

/// Whatever a server suggests, the name is one, and so are those that are made of it.
fn check_name(suggested: &str) {
    let name = safe_name(suggested);
    assert!(is_safe(&name), "{name:?}");
    assert_eq!(safe_name(&name), name);
    for name in [
        part_name(&name, 1),
        part_name(&name, 2),
        copy_name(&name, 1, CopyNaming::Prefix),
        copy_name(&name, 1, CopyNaming::Number),
        folder_copy_name(&name, 1, CopyNaming::Number),
    ] {
        let len = name_bytes::len(&name);
        assert!(is_part(&name) && len <= NAME_MAX_LEN, "{name:?}");
    }
}

fn is_safe(name: &str) -> bool {
    let is_odd = |c: char| c.is_control() || is_reordering(c);
    is_part(name)
        && name_bytes::len(name) <= NAME_MAX_LEN
        && !name.contains(is_odd)
        && !(cfg!(windows) && is_windows_device(name))
}

/// Hands out bytes in pieces of changing length, as a network does.
struct Pieces<'a> {
    rest: &'a [u8],
    max_len: usize,
    state: u32,
}

impl<'a> Pieces<'a> {
    /// At most `max_len` bytes at a time.
    fn of(rest: &'a [u8], max_len: usize) -> Self {
        let state = 1;
        Self {
            rest,
            max_len,
            state,
        }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.state = self
            .state
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        let len = 1 + (self.state >> 16) as usize % self.max_len;
        let len = len.min(buffer.len());
        self.rest.read(&mut buffer[..len])
    }
}

/// A body and how many bytes it took, or what was wrong with it.
fn body(data: &[u8], framing: Framing, piece: usize) -> (Vec<u8>, Result<usize, ErrorKind>) {
    let mut source = BufReader::with_capacity(piece, Pieces::of(data, piece));
    let mut got = Vec::new();
    let read = Body::new(&mut source, framing, Duration::from_secs(15)).read_to_end(&mut got);
    let left = source.buffer().len() + source.get_ref().rest.len();
    (got, read.map(|_| data.len() - left).map_err(|e| e.kind()))
}

/// As long as the bodies of requests may be that the server discards.
const REQUEST_BODY_MAX_LEN: u64 = 64 * 1024;

/// The length of the request body at the start of `data`, once it is complete.
fn body_len(data: &[u8]) -> Result<Option<usize>, Malformed> {
    let mut decoder = Decoder::for_request(REQUEST_BODY_MAX_LEN);
    let len = decoder.skip(data)?;
    Ok(decoder.is_done().then_some(len))
}

/// A chunked body, which both ends read: in pieces of any length it is the same, it takes no more than
/// is there, and where the server finds its end the client finds it, too. The bytes are also sent as a
/// body in each of its forms.
pub fn chunked(data: &[u8]) {
    let (got, end) = body(data, Framing::Chunked, data.len().max(1));
    for piece in [1, 2, 7, 64] {
        assert_eq!(body(data, Framing::Chunked, piece), (got.clone(), end));
    }
    assert!(got.len() <= data.len());
    let measured = body_len(data);
    if let Ok(Some(len)) = measured {
        // The client has limits for lines and trailers, the server one for all of a body.
        let lines = data[..len].split_inclusive(|&b| b == b'\n');
        let has_long_line = lines.map(<[u8]>::len).any(|len| len > 4 * 1024);
        let is_beyond = has_long_line || len > 16 * 1024;
        assert!(end == Ok(len) || is_beyond && end == Err(ErrorKind::InvalidData));
        assert_eq!(body_len(&data[..len]), measured);
    }
    let mut decoder = Decoder::for_request(REQUEST_BODY_MAX_LEN);
    let (mut skipped, mut dribbled) = (0, Ok(None));
    for end in ends(data) {
        // Once the result is known, what follows changes nothing.
        if dribbled == Ok(None) {
            dribbled = decoder.skip(&data[skipped..end]).map(|len| {
                skipped += len;
                decoder.is_done().then_some(skipped)
            });
        }
    }
    assert_eq!(dribbled, measured);
    check_sent(data);
}

fn check_sent(data: &[u8]) {
    let len = data.len() as u64;
    assert_eq!(
        body(data, Framing::Close, 7),
        (data.to_vec(), Ok(data.len()))
    );
    let half = data.len() / 2;
    let said = Framing::Length(half as u64);
    assert_eq!(body(data, said, 7), (data[..half].to_vec(), Ok(half)));
    let (got, end) = body(data, Framing::Length(len + 1), 7);
    assert_eq!((&got[..], end), (data, Err(ErrorKind::UnexpectedEof)));

    let mut sent = Vec::new();
    let mut writer = Writer::new(&mut sent, Vec::new(), true);
    let mut pieces = BufReader::with_capacity(999, Pieces::of(data, 999));
    while let Ok(piece) = pieces.fill_buf()
        && !piece.is_empty()
    {
        let len = piece.len();
        writer
            .write_all(piece)
            .and_then(|()| writer.flush())
            .expect("a Vec takes it");
        pieces.consume(len);
    }
    writer.finish().expect("a Vec takes it");
    assert_eq!(body_len(&sent), Ok(Some(sent.len())));
    let end = Ok(sent.len());
    assert_eq!(body(&sent, Framing::Chunked, 64), (data.to_vec(), end));
}

/// The record beside a part, which anybody may have written: what is read is written back the same, it
/// vouches for no more bytes than there are, and the request that it leads to is well formed.
pub fn part_record(data: &[u8]) {
    let Some(record) = Record::parse(data) else {
        return;
    };
    let text = record.to_text().expect("a record can be written");
    assert_eq!(Record::parse(&text), Some(record.clone()));
    for len in [0, 1, 1000, u64::MAX] {
        let trusted = record.trusted(len);
        assert!(trusted <= len);
        check_rest(&record.version, trusted);
    }
}
