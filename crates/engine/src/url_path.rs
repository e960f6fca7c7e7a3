//! Conversion between names and URL paths (RFC 3986 section 3.3).

use std::borrow::Cow;

use landline_http1::redirect::without_dots;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use crate::name_bytes;

/// All characters except those allowed unencoded in a path segment (RFC 3986 sections 2.3 and 3.3).
const ENCODED_IN_PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// Encodes a name: `/a%20b/c.txt` for `a b/c.txt`. The bytes of [escapes](name_bytes) are percent-encoded; dot
/// segments are removed (RFC 3986 section 5.2.4).
pub(crate) fn path_of(name: &str) -> String {
    let parts = name.trim_start_matches('/').split('/');
    let mut path = String::with_capacity(name.len() + 1);
    for part in parts {
        path.push('/');
        path.extend(percent_encode(&name_bytes::to_bytes(part), ENCODED_IN_PART));
    }
    without_dots(&path)
}

/// Decodes a path, the inverse of [`path_of`]: `a b/c.txt` for `/a%20b/c.txt`.
pub(crate) fn name_of(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    let parts = path.trim_start_matches('/').split('/').map(part_of);
    parts.collect::<Vec<_>>().join("/")
}

/// Decodes a path segment once, so `%2541` is a file called `%41`.
pub fn part_of(encoded: &str) -> String {
    name_bytes::from_part(&Cow::from(percent_decode_str(encoded)))
}
