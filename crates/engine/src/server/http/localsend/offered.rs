//! What a sender offers, checked: a text, or files with paths that can be stored. Pure, but for the rules of the file
//! system that safe names depend on.

use std::collections::HashMap;
use std::path::Path;
use std::time::SystemTime;

use landline_http1::digest::Sha256;

use crate::localsend::message::{FileInfo, Metadata};
use crate::server::localsend::Accepted;
use crate::store::received::Destination;
use crate::timestamp::system_time;

/// The longest text that is shown as a message, in bytes.
const TEXT_MAX_LEN: usize = 64 * 1024;

/// The longest id of a file, in bytes: four times that of a UUID.
const ID_MAX_LEN: usize = 144;

/// The longest path of a file, in bytes.
const PATH_MAX_LEN: usize = 4096;

/// What is offered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Offered {
    /// One text, which is here already.
    Text(String),
    Files(Files),
}

/// Files with their ids.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Files {
    /// Those that can be stored, by their paths.
    pub accepted: Vec<(String, Accepted)>,
    /// Their length together, in bytes.
    pub len: u64,
    /// The path of one whose name cannot be used here, and how many there are. The sender gets no token for them.
    pub omitted: Option<(String, usize)>,
}

/// The offer makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// Checks `files`, which would be stored in `folder`.
///
/// # Errors
/// There are none, or an id or a digest is malformed. A digest that cannot be compared must not look like one that was.
pub(super) fn check(
    mut files: HashMap<String, FileInfo>,
    folder: &Path,
) -> Result<Offered, Malformed> {
    if files.is_empty()
        || files
            .keys()
            .any(|id| id.is_empty() || id.len() > ID_MAX_LEN)
    {
        return Err(Malformed);
    }
    if files.len() == 1
        && let Some(text) = files.values_mut().next().and_then(text_of)
    {
        return Ok(Offered::Text(text));
    }
    let mut checked = Files::default();
    for (id, file) in files {
        let sha256 = match file.sha256.as_deref() {
            None | Some("") => None,
            Some(digits) => Some(digest(digits).ok_or(Malformed)?),
        };
        let path = path_of(&file.file_name);
        let is_storable = !path.is_empty()
            && path.len() <= PATH_MAX_LEN
            && Destination::new(folder, &path).is_some();
        if !is_storable {
            let omitted = checked.omitted.get_or_insert((file.file_name, 0));
            omitted.1 += 1;
            continue;
        }
        checked.len = checked.len.saturating_add(file.size);
        let accepted = Accepted {
            path,
            len: file.size,
            sha256,
            modified: file.metadata.as_ref().and_then(modified),
        };
        checked.accepted.push((id, accepted));
    }
    // So that the owner sees them in the order of a folder.
    checked
        .accepted
        .sort_by(|(_, a), (_, b)| a.path.cmp(&b.path));
    Ok(Offered::Files(checked))
}

/// The text, if `file` is one.
fn text_of(file: &mut FileInfo) -> Option<String> {
    let media_type = file.file_type.split(';').next().unwrap_or_default().trim();
    let is_text = ["text/plain", "text"]
        .iter()
        .any(|it| media_type.eq_ignore_ascii_case(it));
    let is_whole = |text: &String| {
        !text.is_empty() && text.len() <= TEXT_MAX_LEN && text.len() as u64 == file.size
    };
    if !is_text || !file.preview.as_ref().is_some_and(is_whole) {
        return None;
    }
    file.preview.take()
}

/// `name` without what leads elsewhere: it is below the folder for received files.
fn path_of(name: &str) -> String {
    let parts = name
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."));
    parts.collect::<Vec<_>>().join("/")
}

/// SHA-256 from 64 hexadecimal digits.
fn digest(digits: &str) -> Option<Sha256> {
    let mut digest = Sha256::default();
    if digits.len() != 2 * digest.len() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(digest)
}

/// When the file changed last, if that can be read and is not before 1970.
fn modified(metadata: &Metadata) -> Option<SystemTime> {
    let at = metadata.modified.as_deref()?.parse().ok()?;
    system_time(at).filter(|at| *at >= SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn file(name: &str) -> FileInfo {
        FileInfo {
            id: String::new(),
            file_name: name.to_owned(),
            size: 3,
            file_type: String::new(),
            sha256: None,
            preview: None,
            metadata: None,
        }
    }

    fn checked(files: Vec<(&str, FileInfo)>) -> Result<Offered, Malformed> {
        let files = files.into_iter().map(|(id, file)| (id.to_owned(), file));
        check(files.collect(), &std::env::temp_dir())
    }

    fn paths(files: Vec<(&str, FileInfo)>) -> (Vec<String>, usize) {
        match checked(files).unwrap() {
            Offered::Files(files) => (
                files
                    .accepted
                    .into_iter()
                    .map(|(_, file)| file.path)
                    .collect(),
                files.omitted.map_or(0, |(_, count)| count),
            ),
            Offered::Text(text) => panic!("{text}"),
        }
    }

    #[test]
    fn paths_lead_nowhere_else() {
        for (name, expected) in [
            ("a.txt", "a.txt"),
            ("d/e/a.txt", "d/e/a.txt"),
            ("../x", "x"),
            ("/etc/x", "etc/x"),
            ("a/../../b", "a/b"),
            ("./a//b/", "a/b"),
        ] {
            assert_eq!(
                paths(vec![("1", file(name))]),
                (vec![expected.to_owned()], 0)
            );
        }
        let deep = "a/".repeat(100) + "b";
        let long = "x".repeat(PATH_MAX_LEN + 1);
        for name in ["", "/", "..", "../..", ".bashrc", "a/.ssh/b", &deep, &long] {
            let files = vec![("1", file(name)), ("2", file("good"))];
            assert_eq!(paths(files), (vec!["good".to_owned()], 1), "{name:?}");
        }
    }

    #[test]
    fn ids_and_digests_are_checked() {
        let with = |sha256: &str| FileInfo {
            sha256: Some(sha256.to_owned()),
            ..file("a")
        };
        let digits = "0123456789abcdefABCDEF0123456789abcdef0123456789abcdef0123456789";
        let Ok(Offered::Files(files)) = checked(vec![("1", with(digits))]) else {
            panic!("no files");
        };
        let sha256 = files.accepted[0].1.sha256.unwrap();
        assert_eq!(sha256[..3], [0x01, 0x23, 0x45]);
        assert!(checked(vec![("1", with(""))]).is_ok());
        for wrong in [
            "abc",
            &digits[1..],
            &format!("{digits}0"),
            &digits.replace('a', "+"),
        ] {
            assert_eq!(checked(vec![("1", with(wrong))]), Err(Malformed), "{wrong}");
        }
        assert_eq!(checked(Vec::new()), Err(Malformed));
        assert_eq!(checked(vec![("", file("a"))]), Err(Malformed));
        assert_eq!(checked(vec![(&"x".repeat(200), file("a"))]), Err(Malformed));
    }

    #[test]
    fn a_text_is_one_file_that_is_here_as_a_whole() {
        let text = |kind: &str, preview: &str, size: u64| FileInfo {
            file_type: kind.to_owned(),
            preview: Some(preview.to_owned()),
            size,
            ..file("a.txt")
        };
        let is_text = |file: FileInfo| matches!(checked(vec![("1", file)]), Ok(Offered::Text(_)));
        assert!(is_text(text("text/plain", "海!", 4)));
        assert!(is_text(text("Text/Plain; charset=utf-8", "abc", 3)));
        assert!(is_text(text("text", "abc", 3)));
        let long = "x".repeat(TEXT_MAX_LEN);
        assert!(is_text(text("text", &long, long.len() as u64)));
        for other in [
            text("text/plain", "abc", 4),
            text("text/plain", "", 0),
            text("text/html", "abc", 3),
            text("image/png", "abc", 3),
            text("text", &format!("{long}x"), long.len() as u64 + 1),
            file("a.txt"),
        ] {
            assert!(!is_text(other.clone()), "{:?}", other.file_type);
        }
        let two = vec![("1", text("text", "abc", 3)), ("2", text("text", "abc", 3))];
        assert!(matches!(checked(two), Ok(Offered::Files(_))));
    }

    #[test]
    fn dates_are_read_as_programs_write_them() {
        let at = |text: &str| {
            modified(&Metadata {
                modified: Some(text.to_owned()),
                accessed: None,
            })
        };
        let expected = SystemTime::UNIX_EPOCH + Duration::from_millis(1_600_000_000_456);
        for text in [
            "2020-09-13T12:26:40.456Z",
            "2020-09-13T14:26:40.456000+02:00",
        ] {
            assert_eq!(at(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2020-09-13",
            "1969-12-31T23:59:59Z",
            "99999-01-01T00:00:00Z",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
