//! File names as bytes, losslessly stored in a [`String`].
//!
//! A server may use any bytes in a name, and a `%2F` in a URL is a slash *inside* one path segment. Requests,
//! manifests and the list of downloads store names as text, so other bytes are escaped like in Python's
//! `surrogateescape` (PEP 383): valid UTF-8 is kept, and every other byte 0xNN becomes the private-use
//! character U+10FE00 + 0xNN. Characters of that range in a name are themselves escaped byte by byte, so that
//! the mapping is injective. A slash within a segment is escaped, too; a separator is not.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The first of 256 private-use characters that represent the bytes 0x00 to 0xFF.
const FIRST: u32 = 0x10_FE00;

/// The first byte of these characters in UTF-8: text without this byte has no escapes.
const LEAD: u8 = 0xF4;

/// The byte that the escape `c` represents.
pub fn escaped(c: char) -> Option<u8> {
    u32::from(c).checked_sub(FIRST)?.try_into().ok()
}

/// Encodes one path segment.
pub fn from_part(bytes: &[u8]) -> String {
    let mut name = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c == '/' || escaped(c).is_some() {
                escape(&mut name, c.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                name.push(c);
            }
        }
        escape(&mut name, chunk.invalid());
    }
    name
}

/// Encodes a path: each `/` is a separator.
pub fn from_path(bytes: &[u8]) -> String {
    let parts: Vec<_> = bytes.split(|&b| b == b'/').map(from_part).collect();
    parts.join("/")
}

fn escape(name: &mut String, bytes: &[u8]) {
    // Every character of the range exists.
    name.extend(
        bytes
            .iter()
            .filter_map(|&b| char::from_u32(FIRST + u32::from(b))),
    );
}

/// Decodes `name`; a slash within a segment looks like any other.
pub fn to_bytes(name: &str) -> Cow<'_, [u8]> {
    if !may_escape(name) {
        return Cow::Borrowed(name.as_bytes());
    }
    let mut bytes = Vec::with_capacity(name.len());
    for c in name.chars() {
        match escaped(c) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(bytes)
}

/// The length of the decoded `name` in bytes.
pub fn len(name: &str) -> usize {
    name.chars().map(char_len).sum()
}

/// The longest prefix of `name` that decodes to at most `max_len` bytes.
pub fn prefix(name: &str, max_len: usize) -> &str {
    let mut len = 0;
    let end = name.char_indices().find(|&(_, c)| {
        len += char_len(c);
        len > max_len
    });
    end.map_or(name, |(at, _)| &name[..at])
}

fn char_len(c: char) -> usize {
    escaped(c).map_or(c.len_utf8(), |_| 1)
}

/// `name` for display: a slash within a segment as in a URL (`%2F`), any other escape as U+FFFD.
pub fn shown(name: &str) -> Cow<'_, str> {
    if !may_escape(name) {
        return Cow::Borrowed(name);
    }
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        match escaped(c) {
            None => text.push(c),
            Some(b'/') => text.push_str("%2F"),
            Some(_) => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
    Cow::Owned(text)
}

/// Replaces each surrogate U+DC80 to U+DCFF in `name` with the byte that it represents in Python, whose
/// `http.server` lists the byte 0xE9 as `%ED%B3%A9`. UTF-8 has no surrogates, so there is no ambiguity.
pub fn without_surrogates(name: &str) -> Cow<'_, str> {
    if !may_escape(name) {
        return Cow::Borrowed(name);
    }
    let bytes = to_bytes(name);
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = &*bytes;
    while let [first, others @ ..] = rest {
        let (byte, left) = match rest {
            [0xED, 0xB2, last @ 0x80..=0xBF, left @ ..] => (*last, left),
            [0xED, 0xB3, last @ 0x80..=0xBF, left @ ..] => (*last + 0x40, left),
            _ => (*first, others),
        };
        plain.push(byte);
        rest = left;
    }
    Cow::Owned(from_part(&plain))
}

fn may_escape(name: &str) -> bool {
    memchr::memchr(LEAD, name.as_bytes()).is_some()
}

/// The path of the file `name` in `folder`.
pub fn join(folder: &Path, name: &str) -> PathBuf {
    folder.join(to_os(name))
}

/// Encodes a native file name.
#[cfg(unix)]
pub fn from_os(name: &OsStr) -> String {
    use std::os::unix::ffi::OsStrExt;
    from_path(name.as_bytes())
}

/// Encodes a native file name. Invalid Unicode is lost.
#[cfg(not(unix))]
pub fn from_os(name: &OsStr) -> String {
    from_path(name.to_string_lossy().as_bytes())
}

/// Decodes to a native file name.
#[cfg(unix)]
pub fn to_os(name: &str) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(to_bytes(name).into_owned())
}

/// Decodes to a native file name. Bytes that are not UTF-8 cannot be represented on this system.
#[cfg(not(unix))]
pub fn to_os(name: &str) -> OsString {
    String::from_utf8_lossy(&to_bytes(name)).into_owned().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn surrogates_decode_like_in_python() {
        let plain = |bytes: &[u8]| to_bytes(&without_surrogates(&from_part(bytes))).into_owned();
        assert_eq!(plain(b"caf\xed\xb3\xa9"), b"caf\xe9");
        assert_eq!(
            plain(b"\xed\xb2\x80\xed\xb2\xbf\xed\xb3\xbf"),
            b"\x80\xbf\xff"
        );
        // Two halves of a UTF-8 sequence are joined.
        assert_eq!(plain(b"\xed\xb3\x83\xed\xb2\xa9"), "\u{e9}".as_bytes());
        for other in [
            &b"\xed\xb1\x80"[..],
            b"\xed\xb4\x80",
            b"\xed\xb3",
            b"\xed\xb3\x7f",
            b"a/b",
            "\u{d7ff}".as_bytes(),
        ] {
            assert_eq!(plain(other), other);
        }
    }

    #[test]
    fn text_is_not_escaped() {
        for name in ["", "a b.txt", "海/👩‍💻", "%2F", "\u{10fdff}\u{10ff00}"] {
            assert_eq!(from_path(name.as_bytes()), name);
            assert_eq!(to_bytes(name), name.as_bytes());
            assert_eq!(shown(name), name);
        }
    }

    #[test]
    fn other_bytes_are_escaped() {
        assert_eq!(from_part(b"caf\xe9.txt"), "caf\u{10fee9}.txt");
        assert_eq!(from_part(b"a/b"), "a\u{10fe2f}b");
        assert_eq!(from_path(b"a/\xff"), "a/\u{10feff}");
        // The bytes of U+10FE41, which would otherwise decode to an A.
        let literal = "\u{10fe41}";
        assert_eq!(
            from_part(literal.as_bytes()),
            "\u{10fef4}\u{10fe8f}\u{10feb9}\u{10fe81}"
        );
        assert_eq!(shown("caf\u{10fee9} a\u{10fe2f}b"), "caf\u{fffd} a%2Fb");
    }

    #[test]
    fn lengths_are_those_of_the_bytes() {
        let name = from_part(b"\xe9\xe9\xe6\xb5\xb7x");
        assert_eq!(len(&name), 6);
        for (max_len, bytes) in [
            (0, &b""[..]),
            (1, b"\xe9"),
            (4, b"\xe9\xe9"),
            (5, b"\xe9\xe9\xe6\xb5\xb7"),
        ] {
            assert_eq!(to_bytes(prefix(&name, max_len)), bytes, "{max_len}");
        }
        assert_eq!(prefix(&name, 6), name);
    }

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let text = "[a-c/\u{10fe00}-\u{10feff}\u{10fdff}é海]{0,8}".prop_map(String::into_bytes);
        let pieces = prop_oneof![text, proptest::collection::vec(any::<u8>(), 0..8)];
        proptest::collection::vec(pieces, 0..4).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn all_bytes_survive_a_round_trip(bytes in bytes()) {
            for name in [from_part(&bytes), from_path(&bytes)] {
                prop_assert_eq!(&*to_bytes(&name), &bytes[..]);
                prop_assert_eq!(len(&name), bytes.len());
                prop_assert_eq!(prefix(&name, bytes.len()), &name);
                prop_assert!(!shown(&name).chars().any(|c| escaped(c).is_some()));
            }
            prop_assert!(!from_part(&bytes).contains('/'));
        }

        #[cfg(unix)]
        #[test]
        fn files_keep_their_names(bytes in bytes()) {
            use std::os::unix::ffi::OsStrExt;
            let name = OsStr::from_bytes(&bytes);
            prop_assert_eq!(to_os(&from_os(name)), name);
        }
    }
}
