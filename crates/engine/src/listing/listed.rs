//! One folder as a server lists it: what an entry says, which form the listing has, and what can go
//! wrong on the way.

use std::fmt;
use std::io;
use std::time::SystemTime;

/// One entry of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Decoded, with [escapes](crate::name_bytes); one part of a path: not empty, no slash but an escaped
    /// one, no control character, not `.` or `..`.
    pub(crate) name: String,
    pub(crate) is_folder: bool,
    /// In bytes, where the listing says it exactly. A page for people does not.
    pub(crate) size: Option<u64>,
    pub(crate) modified: Option<SystemTime>,
}

/// What a listing is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// [`read_json`](super::json::read_json) understands it.
    Json,
    /// [`read_html`](super::html::read_html) does.
    Html,
}

impl Form {
    /// What the value of a `Content-Type` (RFC 9110 section 8.3) stands for; none of both for
    /// anything but a listing.
    pub(crate) fn of(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let is = |name: &str| essence.eq_ignore_ascii_case(name);
        if is("application/json") {
            Some(Self::Json)
        } else if is("text/html") || is("application/xhtml+xml") {
            Some(Self::Html)
        } else {
            None
        }
    }
}

/// Why a listing was not read to its end. What was handed over before stays handed over.
#[derive(Debug)]
pub(crate) enum ReadError<E> {
    /// The source failed: [`io::ErrorKind::UnexpectedEof`] where the listing is cut,
    /// [`io::ErrorKind::InvalidData`] where it is none or has no bounds, otherwise what the source
    /// says.
    Source(io::Error),
    /// Whoever was handed the entries would not have more.
    Stopped(E),
}

impl<E: fmt::Display> fmt::Display for ReadError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(error) => error.fmt(f),
            Self::Stopped(error) => error.fmt(f),
        }
    }
}

/// `name` (with [escapes](crate::name_bytes)) as that of an entry. None where it cannot be that of one:
/// such an entry is not fetched, because asking for it again would ask for something else.
pub(crate) fn part(name: String) -> Option<String> {
    let is_odd = |c: char| c == '/' || c.is_control();
    (!matches!(name.as_str(), "" | "." | "..") && !name.contains(is_odd)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_type_decides() {
        for (value, form) in [
            ("application/json", Some(Form::Json)),
            ("Application/JSON; charset=utf-8", Some(Form::Json)),
            ("text/html", Some(Form::Html)),
            ("text/html ;charset=\"utf-8\"", Some(Form::Html)),
            ("application/xhtml+xml", Some(Form::Html)),
            ("text/plain", None),
            ("application/octet-stream", None),
            ("text/html2", None),
            ("", None),
        ] {
            assert_eq!(Form::of(value), form, "{value:?}");
        }
    }

    #[test]
    fn only_a_part_is_a_name() {
        for name in ["a", "..a", "...", "海 边.txt", "100%", "a\\b", "%2e%2e"] {
            assert_eq!(part(name.into()).as_deref(), Some(name));
        }
        for name in ["", ".", "..", "a/b", "/", "a\0", "a\nb", "\u{85}"] {
            assert_eq!(part(name.into()), None, "{name:?}");
        }
    }
}
