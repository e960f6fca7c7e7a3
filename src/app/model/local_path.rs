//! Paths of this computer as people type and paste them: in quotes, or as `file:` URLs.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::sentence;
use crate::text::Sentence;
use landline_engine::printable::is_deceptive;
use landline_engine::{name_bytes, url_path};

/// What programs put around a path that they copy, or that a shell needs around one.
const QUOTES: [(char, char); 4] = [('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’')];

/// The path that `typed` means, without expanding `~`. A `file:` URL (RFC 8089) is decoded.
///
/// # Errors
/// It is a `file:` URL of another computer or an invalid one.
pub(super) fn parse(typed: &str) -> Result<PathBuf, Sentence> {
    parse_on(cfg!(windows), typed)
}

/// [`parse`] as text to show in the field; `None` if it is not text, or if text would not mean the same.
pub(super) fn tidied(typed: &str) -> Option<String> {
    let path = parse(typed).ok()?;
    let text = path.to_str()?;
    (parse(text).as_ref() == Ok(&path)).then(|| text.to_owned())
}

fn parse_on(windows: bool, typed: &str) -> Result<PathBuf, Sentence> {
    let text = unquoted(typed);
    match strip_scheme(text) {
        Some(rest) => from_url(windows, text, rest),
        None => Ok(PathBuf::from(text)),
    }
}

/// `typed` without what surrounds a pasted path: white space, a pair of quotes, and the invisible characters that
/// Windows adds when a path is copied from its properties.
fn unquoted(typed: &str) -> &str {
    let text = typed.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_deceptive(c));
    let inside = |(open, close)| text.strip_prefix(open)?.strip_suffix(close);
    QUOTES.into_iter().find_map(inside).unwrap_or(text)
}

/// What follows `file:`, if that is absolute: `file:a` is a relative path.
fn strip_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    (scheme.eq_ignore_ascii_case("file") && rest.starts_with('/')).then_some(rest)
}

/// The path of the URL `url`, whose scheme is followed by `rest`.
fn from_url(windows: bool, url: &str, rest: &str) -> Result<PathBuf, Sentence> {
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", rest),
    };
    // On Windows, two slashes begin the path of another computer.
    let elsewhere = path.strip_prefix("//").filter(|_| windows);
    if elsewhere.is_some() || !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
        return Err(sentence!("file-url-elsewhere", url = url));
    }
    let path = if windows {
        path.strip_prefix('/').unwrap_or(path)
    } else {
        path
    };
    let mut whole = OsString::new();
    for (index, part) in path.split('/').enumerate() {
        let part = name_bytes::to_os(&url_path::part_of(part));
        let is_split = |byte: &u8| matches!(byte, 0 | b'/') || windows && *byte == b'\\';
        if part.as_encoded_bytes().iter().any(is_split) {
            return Err(sentence!("bad-file-url", url = url));
        }
        if index > 0 {
            whole.push("/");
        }
        whole.push(part);
    }
    if whole.is_empty() {
        return Err(sentence!("bad-file-url", url = url));
    }
    Ok(PathBuf::from(whole))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_people_paste_is_a_path() {
        for (typed, path) in [
            (" /srv/files\n", "/srv/files"),
            ("\"/srv/a b\"", "/srv/a b"),
            ("'/srv/a b'\r\n", "/srv/a b"),
            ("“/srv/it's”", "/srv/it's"),
            ("\"C:\\a b\"", "C:\\a b"),
            ("\u{202a}C:\\Users\\ann\u{200e}", "C:\\Users\\ann"),
            ("\" /a \"", " /a "),
            ("\"/a", "\"/a"),
            ("it's", "it's"),
            ("\"", "\""),
            ("", ""),
            ("~/Photos", "~/Photos"),
            ("file:///home/ann/a%20b/%E6%B5%B7", "/home/ann/a b/海"),
            ("\"FILE://LocalHost/srv\"", "/srv"),
            ("file:/srv/", "/srv/"),
            ("file:///C:/a%20b", "/C:/a b"),
            ("file:///srv/C#?x", "/srv/C#?x"),
            ("file:///a%2541", "/a%41"),
            ("file:////server/share", "//server/share"),
            ("file:notes", "file:notes"),
            // A file may have such a name.
            ("/srv/ａ：b。txt", "/srv/ａ：b。txt"),
            ("/srv/\u{202e}x", "/srv/\u{202e}x"),
        ] {
            assert_eq!(
                parse_on(false, typed).as_deref(),
                Ok(Path::new(path)),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn a_drive_has_no_slash_before_it_on_windows() {
        for (typed, path) in [
            ("file:///C:/a%20b/c", "C:/a b/c"),
            ("file://localhost/C:/a", "C:/a"),
            ("\"C:\\a b\"", "C:\\a b"),
            ("\\\\server\\share", "\\\\server\\share"),
        ] {
            assert_eq!(parse_on(true, typed).as_deref(), Ok(Path::new(path)));
        }
        for url in ["file:////server/share", "file://///server/share"] {
            let error = parse_on(true, url).unwrap_err();
            assert_eq!(error.key(), "file-url-elsewhere", "{url}");
        }
        for url in ["file:///%5C%5Cserver/share", "file:///C:/a%2Fb"] {
            let error = parse_on(true, url).unwrap_err();
            assert_eq!(error.key(), "bad-file-url", "{url}");
        }
    }

    #[test]
    fn a_url_of_another_computer_is_no_path_of_this_one() {
        for url in [
            "file://evil-host/share",
            "file://evil-host",
            "file://127.0.0.1/srv",
            "file://localhost.evil/srv",
            "file://me@localhost/srv",
            "file://C:/a",
        ] {
            for windows in [false, true] {
                let error = parse_on(windows, url).unwrap_err();
                assert_eq!(error.key(), "file-url-elsewhere", "{url}");
            }
        }
        for url in ["file://", "file:///a%00b", "file:///a%2fb"] {
            let error = parse_on(false, url).unwrap_err();
            assert_eq!(error.key(), "bad-file-url", "{url}");
        }
    }

    #[test]
    fn only_text_that_means_the_same_replaces_what_was_typed() {
        for (typed, text) in [
            ("\"/srv/a b\"", Some("/srv/a b")),
            ("\"/srv/a \"", None),
            ("\"'/srv'\"", None),
            ("file://evil/srv", None),
        ] {
            assert_eq!(tidied(typed).as_deref(), text, "{typed}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt as _;

            let path = parse("file:///caf%E9").unwrap();
            assert_eq!(path.as_os_str().as_bytes(), b"/caf\xe9");
            assert_eq!(tidied("file:///caf%E9"), None);
            let path = tidied("file:///srv/a%20b");
            assert_eq!(path.as_deref(), Some("/srv/a b"));
            assert_eq!(tidied("\"file:///srv\"").as_deref(), Some("/srv"));
        }
    }
}
