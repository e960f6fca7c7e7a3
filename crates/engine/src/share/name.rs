//! Names from requests. This is the only way from the wire to a path inside the shared folder.

use landline_http1::request::TARGET_MAX_LEN;
use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;

use crate::windows_device::is_windows_device;

/// A relative path inside the shared folder, split at `/`. No part is empty, `.` or `..`, or has control
/// characters, and each is a valid file name on this system. The name without parts is the folder itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ShareName {
    parts: Vec<String>,
}

/// Why bytes from the wire are not a valid name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not valid UTF-8 (after percent-decoding).
    #[error("not UTF-8")]
    NotUtf8,
    /// A request target that does not begin with `/`.
    #[error("no leading slash")]
    NoSlash,
    /// An empty part, `.` or `..`.
    #[error("not a plain path")]
    NotPlain,
    /// A NUL or another control character.
    #[error("a control character")]
    Control,
    /// A name that this system reserves.
    #[error("not possible on this system")]
    Reserved,
}

impl ShareName {
    /// Parses a name as a raw client sends it: `notes.txt`, `photos/a.jpg`.
    ///
    /// # Errors
    /// The bytes are not a valid name.
    pub fn from_raw(bytes: &[u8]) -> Result<Self, NameError> {
        let text = std::str::from_utf8(bytes).map_err(|_| NameError::NotUtf8)?;
        Self::from_parts(text.split('/'))
    }

    /// Parses the path of a request target (without its query), percent-decoded once (RFC 3986 section 2.1),
    /// and reports whether it ends with a slash: `/photos/a%20b.jpg`, `/photos/`, `/`.
    ///
    /// # Errors
    /// The path is not a valid name. An encoded slash is a separator: no file name contains one.
    pub fn from_target(path: &str) -> Result<(Self, bool), NameError> {
        let decoded = decode(path)?;
        match decoded.strip_suffix('/') {
            Some(folder) => Ok((Self::from_parts(folder.split('/'))?, true)),
            None if decoded.is_empty() => Ok((Self::default(), true)),
            None => Ok((Self::from_parts(decoded.split('/'))?, false)),
        }
    }

    /// Like [`ShareName::from_target`], but treats consecutive slashes as one: `//photos///a.jpg`.
    ///
    /// # Errors
    /// The path is not a valid name even so.
    pub fn from_target_merging_slashes(path: &str) -> Result<(Self, bool), NameError> {
        let decoded = decode(path)?;
        let parts = decoded.split('/').filter(|part| !part.is_empty());
        let is_folder = decoded.is_empty() || decoded.ends_with('/');
        Ok((Self::from_parts(parts)?, is_folder))
    }

    fn from_parts<'a>(parts: impl Iterator<Item = &'a str>) -> Result<Self, NameError> {
        let parts = parts.map(|part| check_part(part, cfg!(windows)).map(|()| part.to_owned()));
        Ok(Self {
            parts: parts.collect::<Result<_, _>>()?,
        })
    }

    /// Whether this is the shared folder itself.
    pub fn is_root(&self) -> bool {
        self.parts.is_empty()
    }

    /// The path components, outermost first.
    pub fn parts(&self) -> &[String] {
        &self.parts
    }

    /// The first component and the rest of the name; `None` for the shared folder itself.
    pub(super) fn split_first(&self) -> Option<(&str, Self)> {
        let (first, rest) = self.parts.split_first()?;
        let parts = rest.to_vec();
        Some((first, Self { parts }))
    }

    /// Whether any part starts with a dot, or may be a short name of such a file.
    pub fn is_hidden(&self) -> bool {
        self.parts.iter().any(|part| is_hidden(part))
    }
}

/// Percent-decodes a path without its leading slash.
fn decode(path: &str) -> Result<Cow<'_, str>, NameError> {
    let path = path.strip_prefix('/').ok_or(NameError::NoSlash)?;
    let decoded = percent_decode_str(path).decode_utf8();
    decoded.map_err(|_| NameError::NotUtf8)
}

/// The parts joined by `/`, without a leading slash.
impl fmt::Display for ShareName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, part) in self.parts.iter().enumerate() {
            if i > 0 {
                f.write_str("/")?;
            }
            f.write_str(part)?;
        }
        Ok(())
    }
}

/// Whether `part` is valid as one part of a name.
pub(super) fn is_part(part: &str) -> bool {
    check_part(part, cfg!(windows)).is_ok()
}

/// Whether the path of `name` in `folder` fits into a request target (percent-encoded, with a slash at both
/// ends) and into the system's limit.
pub(super) fn is_short_enough(folder: &[u8], name: &str) -> bool {
    /// The longest path that Linux accepts (`PATH_MAX` without its NUL), in bytes.
    const LINUX_MAX_LEN: usize = 4095;

    let len = folder.len() + 1 + name.len();
    if 3 * len + 2 <= TARGET_MAX_LEN {
        return true;
    }
    let is_encoded = |b: &&u8| !b.is_ascii_alphanumeric() && !b"-._~/".contains(b);
    let encoded = folder.iter().chain(name.as_bytes()).filter(is_encoded);
    let encoded_len = len + 2 * encoded.count() + 2;
    encoded_len <= TARGET_MAX_LEN && !(cfg!(target_os = "linux") && len > LINUX_MAX_LEN)
}

/// Whether `part` starts with a dot, or may be a short name of such a file.
pub(super) fn is_hidden(part: &str) -> bool {
    part.starts_with('.') || cfg!(windows) && is_short(part)
}

/// Whether `part` looks like a short name (8.3) that Windows generated: `GIT~1` for `.git`.
fn is_short(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part);
    let number = stem.rsplit_once('~').map(|(_, number)| number);
    stem.len() <= 8
        && number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn check_part(part: &str, windows: bool) -> Result<(), NameError> {
    if part.is_empty() || part == "." || part == ".." {
        return Err(NameError::NotPlain);
    }
    if part.chars().any(char::is_control) {
        return Err(NameError::Control);
    }
    if windows
        && (part.contains(['\\', ':', '<', '>', '"', '|', '?', '*'])
            || part.ends_with(['.', ' '])
            || is_windows_device(part))
    {
        return Err(NameError::Reserved);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn target(path: &str) -> Result<(String, bool), NameError> {
        ShareName::from_target(path).map(|(name, folder)| (name.to_string(), folder))
    }

    #[test]
    fn plain_names_pass() {
        assert_eq!(
            ShareName::from_raw("海边 film.mkv".as_bytes())
                .unwrap()
                .to_string(),
            "海边 film.mkv"
        );
        assert_eq!(
            target("/a%20b/%E6%B5%B7.txt"),
            Ok(("a b/海.txt".into(), false))
        );
        assert_eq!(target("/sub/"), Ok(("sub".into(), true)));
        assert_eq!(target("/"), Ok((String::new(), true)));
        assert_eq!(target("/100%25"), Ok(("100%".into(), false)));
    }

    #[test]
    fn paths_out_of_the_folder_are_rejected() {
        for path in [
            "/..",
            "/a/../b",
            "/%2e%2e/etc/passwd",
            "/a/%2E%2e",
            "/..%2f..",
            "//etc",
            "/a//b",
            "/.",
            "/a/./b",
            "//",
        ] {
            assert_eq!(target(path), Err(NameError::NotPlain), "{path}");
        }
        for name in ["..", "../x", "/etc/passwd", "a/", "", "a//b"] {
            assert_eq!(
                ShareName::from_raw(name.as_bytes()),
                Err(NameError::NotPlain),
                "{name}"
            );
        }
        assert_eq!(target("etc"), Err(NameError::NoSlash));
        assert_eq!(target("/a%00b"), Err(NameError::Control));
        assert_eq!(target("/a%0d%0aSet-Cookie"), Err(NameError::Control));
        assert_eq!(target("/%c0%ae%c0%ae/"), Err(NameError::NotUtf8));
        // Decoded once only: the result is an odd but harmless name.
        assert_eq!(target("/%252e%252e"), Ok(("%2e%2e".into(), false)));
    }

    #[test]
    fn several_slashes_can_count_as_one() {
        let merged = |path: &str| {
            let merged = ShareName::from_target_merging_slashes(path);
            merged.map(|(name, folder)| (name.to_string(), folder))
        };
        for (path, name, folder) in [
            ("//y.txt", "y.txt", false),
            ("/x//in.txt", "x/in.txt", false),
            ("/x%2f%2Fin.txt", "x/in.txt", false),
            ("///x///d//", "x/d", true),
            ("//", "", true),
            ("/", "", true),
            ("/a b", "a b", false),
        ] {
            assert_eq!(merged(path), Ok((name.to_owned(), folder)), "{path}");
        }
        for path in ["//..", "//../x", "/x//.", "//%2e%2e//x", "/.//x"] {
            assert_eq!(merged(path), Err(NameError::NotPlain), "{path}");
        }
        assert_eq!(merged("x//y"), Err(NameError::NoSlash));
        assert_eq!(merged("//%00"), Err(NameError::Control));
        assert_eq!(merged("//%ff"), Err(NameError::NotUtf8));
    }

    #[test]
    fn windows_reserves_some_names() {
        for name in [
            "CON",
            "nul.txt",
            "Com1",
            "lpt9.tar.gz",
            "COM¹",
            "aux .txt",
            "CONIN$",
        ] {
            assert!(is_windows_device(name), "{name}");
            assert_eq!(check_part(name, true), Err(NameError::Reserved), "{name}");
            assert_eq!(check_part(name, false), Ok(()), "{name}");
        }
        for name in ["a\\b", "C:", "a:stream", "dot.", "space ", "a?b"] {
            assert_eq!(check_part(name, true), Err(NameError::Reserved), "{name}");
        }
        for name in ["console", "COM10", "COM", "lpt", "null"] {
            assert!(!is_windows_device(name), "{name}");
        }
    }

    #[test]
    fn hidden_means_a_dot_in_any_part() {
        assert!(ShareName::from_raw(b".ssh/id").unwrap().is_hidden());
        assert!(ShareName::from_raw(b"a/.b").unwrap().is_hidden());
        assert!(!ShareName::from_raw(b"a.b").unwrap().is_hidden());
    }

    #[test]
    fn short_names_may_refer_to_hidden_files() {
        for name in ["GIT~1", "SSH~12.BAK", "a~1"] {
            assert!(is_short(name), "{name}");
        }
        for name in ["a~", "~a", "long name~1", "a~1x", "git", "a.b~1"] {
            assert!(!is_short(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_a_dangerous_name(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let names = [
                ShareName::from_raw(&bytes).ok(),
                ShareName::from_target(&text).ok().map(|(name, _)| name),
                ShareName::from_target_merging_slashes(&text).ok().map(|(name, _)| name),
            ];
            for name in names.into_iter().flatten() {
                for part in name.parts() {
                    prop_assert!(!part.is_empty() && part != "." && part != "..");
                    prop_assert!(!part.contains('/') && !part.chars().any(char::is_control));
                }
            }
        }

        #[test]
        fn every_plain_name_survives_encoding(name in "[^/\\p{Cc}]{1,20}") {
            prop_assume!(check_part(&name, cfg!(windows)).is_ok());
            let encoded = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
            let (decoded, folder) = ShareName::from_target(&format!("/{encoded}")).unwrap();
            prop_assert_eq!(decoded.to_string(), name);
            prop_assert!(!folder);
        }
    }
}
