//! What a part is called, and how what is whole gets its own name.
#![expect(
    clippy::disallowed_methods,
    reason = "files are named on the threads that download"
)]

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::fs::locked::retry_if_locked;
use crate::fs::no_clobber;
use crate::name_bytes;
use crate::store::part_name::{NEXT, PART, RECORD};
use crate::store::safe_name::{fit, fit_split, split_ending};
use crate::store::target::{CopyNaming, IfExists};

/// The lecture notes' prefix for a new file when the old one keeps the name.
const NEW: &str = "[新]";

/// The part of an ending that says what is compressed: `.tar` in `a.tar.gz`.
const COMPRESSED: &str = ".tar";

/// Parts of one name that are looked through for the one to resume.
const MAX_PARTS: usize = 16;

/// More copies of one name than anyone keeps; a folder where all are taken is a fault.
pub(crate) const MAX_COPIES: usize = 1_000;

/// Give the file `from` its name in `folder`: `NAME`, else the first that is free of its [copies](copy_name);
/// or put it in the place of the file that is there.
pub(crate) fn place(
    from: &Path,
    folder: &Path,
    name: &str,
    exists: IfExists,
    copies: CopyNaming,
) -> io::Result<PathBuf> {
    let path = name_bytes::join(folder, name);
    if exists == IfExists::Overwrite && is_replaceable(&path) {
        match retry_if_locked(|| fs::rename(from, &path)) {
            Ok(()) => return Ok(path),
            // A folder of that name is not replaced.
            Err(_) if path.is_dir() => {}
            Err(e) => return Err(e),
        }
    }
    for copy in 0..=MAX_COPIES {
        let path = name_bytes::join(folder, &copy_name(name, copy, copies));
        match retry_if_locked(|| no_clobber::rename(from, &path)) {
            Ok(()) => return Ok(path),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// A device, a pipe or a socket is no earlier version of a file.
fn is_replaceable(path: &Path) -> bool {
    fs::symlink_metadata(path)
        .is_ok_and(|found| found.is_file() || found.is_symlink() || found.is_dir())
        || !path.exists()
}

/// Where the parts of `name` in `folder` may be.
pub(crate) fn parts(folder: &Path, name: &str) -> impl Iterator<Item = PathBuf> {
    (1..=MAX_PARTS).map(move |copy| name_bytes::join(folder, &part_name(name, copy)))
}

/// `film.mkv.part`, `film (2).mkv.part`, ... with room left for the record's ending.
pub(crate) fn part_name(name: &str, copy: usize) -> String {
    let longest = [PART, RECORD, NEXT].concat();
    let mut part = fit("", name, &counted(copy), &longest);
    part.truncate(part.len() - longest.len() + PART.len());
    part
}

/// `film.mkv`, `film (2).mkv`, `film (3).mkv`, ...; or `film.mkv`, `[新]film.mkv`, `[新]film (2).mkv`, ...
pub(crate) fn copy_name(name: &str, copy: usize, copies: CopyNaming) -> String {
    numbered_copy(name, split_extension(name), copy, copies)
}

/// The same for a folder, whose name has no ending: `v1.2 (2)`.
pub(crate) fn folder_copy_name(name: &str, copy: usize, copies: CopyNaming) -> String {
    numbered_copy(name, (name, ""), copy, copies)
}

fn numbered_copy(name: &str, split: (&str, &str), copy: usize, copies: CopyNaming) -> String {
    match (copy, copies) {
        (0, _) => name.to_owned(),
        (_, CopyNaming::Prefix) => fit_split(NEW, split, &counted(copy), ""),
        (_, CopyNaming::Number | CopyNaming::ByProtocol) => {
            fit_split("", split, &counted(copy + 1), "")
        }
    }
}

/// `film` and `.mkv`, `a` and `.tar.gz`. What contains a space is no ending: `Dr. Who`.
fn split_extension(name: &str) -> (&str, &str) {
    let (stem, ending) = split_ending(name);
    if ending.contains(char::is_whitespace) {
        return (name, "");
    }
    let tar = stem
        .len()
        .checked_sub(COMPRESSED.len())
        .filter(|at| *at > 0);
    match tar.and_then(|at| Some((at, stem.get(at..)?))) {
        Some((at, tar)) if tar.eq_ignore_ascii_case(COMPRESSED) => name.split_at(at),
        _ => (stem, ending),
    }
}

/// Nothing for the first, which needs no number.
fn counted(copy: usize) -> String {
    match copy {
        0 | 1 => String::new(),
        _ => format!(" ({copy})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::safe_name::NAME_MAX_LEN;

    #[test]
    fn copies_are_numbered_before_the_ending() {
        for (name, second, third, prefixed) in [
            (
                "film.mkv",
                "film (2).mkv",
                "film (3).mkv",
                "[新]film (2).mkv",
            ),
            (
                "archive.tar.gz",
                "archive (2).tar.gz",
                "archive (3).tar.gz",
                "[新]archive (2).tar.gz",
            ),
            (
                "a.TAR.zst",
                "a (2).TAR.zst",
                "a (3).TAR.zst",
                "[新]a (2).TAR.zst",
            ),
            ("a.b.gz", "a.b (2).gz", "a.b (3).gz", "[新]a.b (2).gz"),
            (".tar.gz", ".tar (2).gz", ".tar (3).gz", "[新].tar (2).gz"),
            (".bashrc", ".bashrc (2)", ".bashrc (3)", "[新].bashrc (2)"),
            (
                "Makefile",
                "Makefile (2)",
                "Makefile (3)",
                "[新]Makefile (2)",
            ),
            ("Dr. Who", "Dr. Who (2)", "Dr. Who (3)", "[新]Dr. Who (2)"),
            ("海.txt", "海 (2).txt", "海 (3).txt", "[新]海 (2).txt"),
            (
                "a (2).txt",
                "a (2) (2).txt",
                "a (2) (3).txt",
                "[新]a (2) (2).txt",
            ),
        ] {
            let number = |copy| copy_name(name, copy, CopyNaming::Number);
            let by_protocol = |copy| copy_name(name, copy, CopyNaming::ByProtocol);
            let prefix = |copy| copy_name(name, copy, CopyNaming::Prefix);
            assert_eq!([number(0), number(1), number(2)], [name, second, third]);
            assert_eq!([by_protocol(1), by_protocol(2)], [second, third]);
            let first = format!("[新]{name}");
            assert_eq!([prefix(0), prefix(1), prefix(2)], [name, &*first, prefixed]);
        }
        assert_eq!(
            copy_name("film.mkv", 99, CopyNaming::Number),
            "film (100).mkv"
        );
        assert_eq!(
            copy_name("film.mkv", 99, CopyNaming::Prefix),
            "[新]film (99).mkv"
        );
    }

    #[test]
    fn folders_have_no_ending() {
        for (name, second, prefixed) in [
            ("v1.2", "v1.2 (2)", "[新]v1.2 (2)"),
            ("photos", "photos (2)", "[新]photos (2)"),
            ("a.tar.gz", "a.tar.gz (2)", "[新]a.tar.gz (2)"),
        ] {
            assert_eq!(folder_copy_name(name, 1, CopyNaming::Number), second);
            assert_eq!(folder_copy_name(name, 2, CopyNaming::Prefix), prefixed);
        }
        assert_eq!(folder_copy_name("v1", 2, CopyNaming::Number), "v1 (3)");
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        for name in [
            format!("{}.tar.gz", "海".repeat(82)),
            format!("{}.mkv", "🎈".repeat(62)),
            "é".repeat(127),
            format!("{}.mkv", "x".repeat(251)),
        ] {
            for copies in [CopyNaming::Number, CopyNaming::Prefix] {
                for copy in [1, 2, MAX_COPIES] {
                    for given in [
                        copy_name(&name, copy, copies),
                        folder_copy_name(&name, copy, copies),
                    ] {
                        assert!(
                            (NAME_MAX_LEN - 4..=NAME_MAX_LEN).contains(&given.len()),
                            "{given}"
                        );
                    }
                    let ending = split_extension(&name).1;
                    assert!(copy_name(&name, copy, copies).ends_with(ending));
                }
            }
        }
    }

    #[test]
    fn a_hundred_copies_get_a_name_each_and_nothing_is_replaced() {
        for copies in [CopyNaming::Number, CopyNaming::Prefix] {
            let folder = tempfile::tempdir().unwrap();
            for number in 0..100 {
                let from = folder.path().join("from");
                fs::write(&from, number.to_string()).unwrap();
                let there = place(&from, folder.path(), "a.txt", IfExists::Keep, copies).unwrap();
                assert_eq!(
                    there,
                    folder.path().join(copy_name("a.txt", number, copies))
                );
            }
            for number in 0..100 {
                let there = folder.path().join(copy_name("a.txt", number, copies));
                assert_eq!(fs::read_to_string(there).unwrap(), number.to_string());
            }
        }
    }
}
