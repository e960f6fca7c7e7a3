//! `Landline-Batch`: the files that belong to one decision of the owner of the server. Pure.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::content_range::number;

/// The shortest and the longest token. 16 characters of 64 are 96 bits, which nobody guesses.
const TOKEN_LEN: std::ops::RangeInclusive<usize> = 16..=64;

/// What a sender says of the files that it is about to send together: `id=TOKEN, files=3, bytes=24000000,
/// name=PERCENT-ENCODED`, in any order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<'a> {
    /// A [token](is_token) that the sender chose.
    pub id: &'a str,
    /// The number of files; not zero.
    pub files: u64,
    /// Their length together in bytes, if the sender knows it.
    pub bytes: Option<u64>,
    /// What the sender calls itself; not empty.
    pub name: Option<Cow<'a, str>>,
}

/// Parses the value of the field. Unknown members are skipped.
pub fn parse(value: &str) -> Option<Batch<'_>> {
    let (mut id, mut files, mut bytes, mut name) = (None, None, None, None);
    for member in value.split(',') {
        let (key, value) = member.trim().split_once('=')?;
        let is_first = match key {
            "id" => id.replace(value).is_none(),
            "files" => files.replace(number(value)?).is_none(),
            "bytes" => bytes.replace(number(value)?).is_none(),
            "name" => name
                .replace(percent_decode_str(value).decode_utf8().ok()?)
                .is_none(),
            _ => true,
        };
        if !is_first {
            return None;
        }
    }
    Some(Batch {
        id: id.filter(|id| is_token(id))?,
        files: files.filter(|files| *files > 0)?,
        bytes,
        name: name.filter(|name| !name.is_empty()),
    })
}

/// Whether `text` is a token by which a batch or a device is recognised: 16 to 64 letters, digits, `_` or `-`.
pub fn is_token(text: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    TOKEN_LEN.contains(&text.len()) && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_in_any_order() {
        let whole = Batch {
            id: "0123456789abcdef",
            files: 3,
            bytes: Some(24),
            name: Some("Ann's phone".into()),
        };
        for value in [
            "id=0123456789abcdef, files=3, bytes=24, name=Ann%27s%20phone",
            "name=Ann%27s phone,bytes=24,files=3,id=0123456789abcdef,new=thing",
        ] {
            assert_eq!(parse(value).as_ref(), Some(&whole), "{value}");
        }
        let least = parse("id=0123456789abcdef, files=1").unwrap();
        assert_eq!((least.bytes, least.name), (None, None));
    }

    #[test]
    fn what_is_no_batch_is_none() {
        for value in [
            "",
            "id=0123456789abcdef",
            "files=3",
            "id=short, files=3",
            "id=0123456789abcde/, files=3",
            "id=0123456789abcdef, files=0",
            "id=0123456789abcdef, files=-1",
            "id=0123456789abcdef, files=+1",
            "id=0123456789abcdef, files=18446744073709551616",
            "id=0123456789abcdef, files=1, bytes=x",
            "id=0123456789abcdef, files=1, files=2",
            "id=0123456789abcdef, files=1, name=%ff",
            "id=0123456789abcdef, files=1,",
        ] {
            assert_eq!(parse(value), None, "{value}");
        }
    }
}
