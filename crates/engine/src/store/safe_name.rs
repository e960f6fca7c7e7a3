//! From a name that came over the wire, or that a server suggests, to one that is safe to store:
//! never a path, never a device, never something that looks like another name. Both may have
//! [escapes](name_bytes).

use std::path::Path;

use super::file_system;
use super::part_name::is_own;
use crate::name_bytes;
use crate::printable::is_reordering;
use crate::windows_device::is_windows_device;

/// What most file systems allow.
pub const NAME_MAX_LEN: usize = 255;

/// An ending longer than this is none: `Mr. Smith goes to Washington` has no ending.
const ENDING_MAX_LEN: usize = 24;

/// What a file is called whose name has nothing to keep.
const NAMELESS: &str = "download";

/// What a file system takes for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rules {
    /// Any bytes but those of `/` and NUL: Linux.
    Bytes,
    /// The same, if they are UTF-8: macOS.
    Utf8,
    /// What Windows has names for.
    Windows,
}

const HERE: Rules = if cfg!(windows) {
    Rules::Windows
} else if cfg!(target_vendor = "apple") {
    Rules::Utf8
} else {
    Rules::Bytes
};

/// The name under which `suggested` is stored in `folder`: its last part, without control characters and
/// those that reorder text, as far as the file system there can have it; not one of a part file or its
/// record; at most [`NAME_MAX_LEN`] bytes with the ending kept.
pub(crate) fn safe_name_in(folder: &Path, suggested: &str) -> String {
    safe_name_if(suggested, || file_system::has_windows_names(folder))
}

/// The question is only asked where it matters.
fn safe_name_if(suggested: &str, has_windows_names: impl FnOnce() -> bool) -> String {
    if is_plain(suggested) {
        return suggested.to_owned();
    }
    let name = safe_name(suggested);
    let portable = safe_name_for(suggested, Rules::Windows);
    if name != portable && has_windows_names() {
        portable
    } else {
        name
    }
}

/// Whether `name` is safe everywhere, as far as a glance shows: most are, and a folder may have millions.
fn is_plain(name: &str) -> bool {
    let is_safe = |b: u8| b.is_ascii_alphanumeric() || b" ._-()".contains(&b);
    (1..=200).contains(&name.len())
        && name.bytes().all(is_safe)
        && !name.ends_with(['.', ' '])
        && !is_windows_device(name)
        && !is_own(name)
}

/// The same on a file system that is usual here.
pub fn safe_name(suggested: &str) -> String {
    safe_name_for(suggested, HERE)
}

/// Whether a file can be called `name` here, the last part of a path that the user chose. Systems other than Windows
/// say so themselves.
pub fn is_storable(name: &str) -> bool {
    !cfg!(windows) || storable(name, HERE) == name
}

fn safe_name_for(suggested: &str, rules: Rules) -> String {
    let name = storable(suggested, rules);
    if is_own(&name) {
        fit("", &name, "", "_")
    } else {
        name
    }
}

/// The same on Windows.
#[cfg(test)]
pub(crate) fn on_windows(suggested: &str) -> String {
    safe_name_for(suggested, Rules::Windows)
}

fn storable(suggested: &str, rules: Rules) -> String {
    let is_windows = rules == Rules::Windows;
    let is_separator = |c| c == '/' || is_windows && c == '\\';
    let last = suggested
        .trim_end_matches(is_separator)
        .rsplit(is_separator)
        .next()
        .unwrap_or_default();
    let mut name = last.to_owned();
    loop {
        let cleaned = clean(&name_bytes::without_surrogates(&name), rules);
        if cleaned == name {
            break;
        }
        // Bytes that were apart before may be a character now.
        name = cleaned;
    }
    if !is_windows {
        return match &*name {
            "" | "." | ".." => NAMELESS.to_owned(),
            name => fit("", name, "", ""),
        };
    }
    let name = match name.trim_end_matches(['.', ' ']) {
        "" => NAMELESS,
        name => name,
    };
    let mark = if is_windows_device(name) { "_" } else { "" };
    let whole = fit(mark, name, "", "");
    // Cutting can bring a dot or a space to the end.
    whole.trim_end_matches(['.', ' ']).to_owned()
}

fn clean(name: &str, rules: Rules) -> String {
    let kept = name
        .chars()
        .filter(|&c| !c.is_control() && !is_reordering(c));
    let stored = kept.map(|c| match name_bytes::escaped(c) {
        Some(byte) if rules == Rules::Bytes && !byte.is_ascii() => c,
        Some(_) => '_',
        None if rules == Rules::Windows && "<>:\"|?*".contains(c) => '_',
        None => c,
    });
    stored.collect()
}

/// `before`, `name` with `count` between its stem and its ending, `after`: `[新]film (2).mkv.part`.
/// At most [`NAME_MAX_LEN`] bytes: where that is too long, the end of the stem goes.
pub(crate) fn fit(before: &str, name: &str, count: &str, after: &str) -> String {
    fit_split(before, split_ending(name), count, after)
}

/// The same for a name that is split already.
pub(crate) fn fit_split(
    before: &str,
    (stem, ending): (&str, &str),
    count: &str,
    after: &str,
) -> String {
    let others = before.len() + count.len() + name_bytes::len(ending) + after.len();
    let stem = name_bytes::prefix(stem, NAME_MAX_LEN.saturating_sub(others));
    format!("{before}{stem}{count}{ending}{after}")
}

/// `film` and `.mkv`.
pub(crate) fn split_ending(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 && name_bytes::len(&name[at..]) <= ENDING_MAX_LEN => name.split_at(at),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Rules; 3] = [Rules::Bytes, Rules::Utf8, Rules::Windows];

    #[test]
    fn ordinary_names_stay() {
        for name in [
            "film.mkv",
            "海边 film.tar.gz",
            ".profile",
            "a..b",
            "100% [新].txt",
            "👩‍💻",
            "part",
            "a.part.txt",
            // Marks that belong to Hebrew and Arabic text.
            "\u{200f}דוח.txt",
            "a\u{200e}b\u{61c}.txt",
        ] {
            for rules in ALL {
                assert_eq!(safe_name_for(name, rules), name);
            }
        }
    }

    #[test]
    fn what_only_windows_cannot_have_stays_elsewhere() {
        for (name, on_windows) in [
            ("aux.c", "_aux.c"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("COM¹.txt", "_COM¹.txt"),
            ("trailing dot.", "trailing dot"),
            ("trailing space ", "trailing space"),
            ("...", "download"),
            (" ", "download"),
            ("what? b:c", "what_ b_c"),
            ("a\\b", "b"),
        ] {
            assert_eq!(safe_name_for(name, Rules::Bytes), name);
            assert_eq!(safe_name_for(name, Rules::Utf8), name);
            assert_eq!(safe_name_for(name, Rules::Windows), on_windows);
        }
    }

    #[test]
    fn bytes_stay_where_they_can() {
        let name = name_bytes::from_part(b"caf\xe9 a/b");
        let stored = safe_name_for(&name, Rules::Bytes);
        assert_eq!(&*name_bytes::to_bytes(&stored), b"caf\xe9 a_b");
        assert_eq!(safe_name_for(&name, Rules::Utf8), "caf_ a_b");
        assert_eq!(safe_name_for(&name, Rules::Windows), "caf_ a_b");
        let python = name_bytes::from_part(b"caf\xed\xb3\xa9");
        let stored = safe_name_for(&python, Rules::Bytes);
        assert_eq!(&*name_bytes::to_bytes(&stored), b"caf\xe9");
        // What is taken out does not join its neighbours to something that would have been taken out.
        let parted = name_bytes::from_part(b"exe.\xe2\x80\x01\xaegpj");
        assert_eq!(safe_name_for(&parted, Rules::Bytes), "exe.gpj");
        let long = name_bytes::from_part(&[b"\xe9".repeat(300), b".txt".to_vec()].concat());
        let stored = safe_name_for(&long, Rules::Bytes);
        assert_eq!(name_bytes::len(&stored), NAME_MAX_LEN);
        assert_eq!(&stored[stored.len() - 4..], ".txt");
    }

    #[test]
    fn names_of_our_own_records_are_changed() {
        for (name, stored) in [
            ("film.mkv.part", "film.mkv.part_"),
            ("film.mkv.PART.json", "film.mkv.PART.json_"),
            ("film.mkv.part.json~", "film.mkv.part.json~_"),
            ("album.part/", "album.part_"),
            ("film.mkv.pa\u{200c}rt", "film.mkv.pa\u{200c}rt_"),
        ] {
            for rules in ALL {
                assert_eq!(safe_name_for(name, rules), stored);
            }
        }
        // Windows drops the dot, which may be at the other end of a network.
        assert_eq!(safe_name_for("a.part.", Rules::Bytes), "a.part._");
        assert_eq!(safe_name_for("a.part.", Rules::Windows), "a.part_");
        // Where the end of a name is cut off.
        let cut = format!("{}.part{}", "x".repeat(250), "y".repeat(30));
        let stored = format!("{}.part_", "x".repeat(249));
        assert_eq!(safe_name_for(&cut, Rules::Bytes), stored);
        let long = format!("{}.part", "x".repeat(250));
        let stored = format!("{}.part_", "x".repeat(249));
        assert_eq!(safe_name_for(&long, Rules::Bytes), stored);
        // Where the user has chosen the name.
        assert!(is_storable("film.mkv.part"));
    }

    #[test]
    fn plain_names_are_safe_everywhere() {
        for name in [
            "IMG_0001.JPG",
            "a",
            ".profile",
            "x (2).tar.gz",
            "part",
            "a.part.txt",
        ] {
            assert!(is_plain(name), "{name}");
            assert!(ALL.iter().all(|rules| safe_name_for(name, *rules) == name));
        }
        let long = "x".repeat(201);
        for name in [
            "", ".", "..", "a.", "a ", "con", "NUL.txt", "a.part", "a/b", "a\\b", "a:b", "é", &long,
        ] {
            assert!(!is_plain(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_plain_stays(name in "[A-Za-z0-9 ._()-]{0,6}(con|nul|aux|prn|com1|lpt9|x)?[. ]{0,2}(\\.part(\\.json~?)?)?") {
            for rules in ALL {
                prop_assert!(!is_plain(&name) || safe_name_for(&name, rules) == name);
            }
        }
    }

    #[test]
    fn only_the_last_part_counts() {
        for rules in ALL {
            assert_eq!(safe_name_for("../../etc/passwd", rules), "passwd");
            assert_eq!(safe_name_for("photos/a.jpg", rules), "a.jpg");
            assert_eq!(safe_name_for("photos/", rules), "photos");
            for nothing in ["", "/", ".", "..", "a/..", "\u{202e}", "\n"] {
                assert_eq!(safe_name_for(nothing, rules), "download", "{nothing:?}");
            }
        }
        assert_eq!(
            safe_name_for("..\\..\\evil.exe", Rules::Windows),
            "evil.exe"
        );
        assert_eq!(safe_name_for("C:evil?.exe", Rules::Windows), "C_evil_.exe");
    }

    #[test]
    fn tricks_are_taken_out() {
        for rules in ALL {
            assert_eq!(safe_name_for("exe.\u{202e}gpj.exe", rules), "exe.gpj.exe");
            assert_eq!(safe_name_for("exe.\u{2067}gpj\u{2069}", rules), "exe.gpj");
            assert_eq!(safe_name_for("a\r\nb\0\u{9b}.txt", rules), "ab.txt");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        for rules in ALL {
            let name = safe_name_for(&format!("{}.mkv", "海".repeat(100)), rules);
            assert_eq!(name.len(), 253);
            assert!(name.ends_with("海.mkv"));
            let name = safe_name_for(&"x".repeat(300), rules);
            assert_eq!(name.len(), NAME_MAX_LEN);
        }
        let name = fit("[新]", &format!("{}.mkv", "x".repeat(251)), " (2)", ".part");
        assert_eq!(name.len(), NAME_MAX_LEN);
        assert!(name.starts_with("[新]xx") && name.ends_with("xx (2).mkv.part"));
    }

    #[test]
    fn the_file_system_of_the_folder_decides() {
        let usual = if cfg!(windows) { "_aux.c" } else { "aux.c" };
        assert_eq!(safe_name_if("aux.c", || false), usual);
        assert_eq!(safe_name_if("aux.c", || true), "_aux.c");
        let latin = name_bytes::from_part(b"caf\xe9?");
        assert_eq!(safe_name_if(&latin, || true), "caf__");
        assert_eq!(safe_name_if("a.c", || panic!("no need to know")), "a.c");
        // No file system of a computer's own processes has such names.
        assert!(!file_system::has_windows_names(Path::new("/proc")));
    }

    proptest! {
        #[test]
        fn whatever_is_suggested_the_name_is_safe(
            suggested in "[\\PC\\pC/\\\\. ]{0,400}|(con|COM¹|nul)[. :a]{0,3}|x{240,250}\\.part(\\.json~?)?",
            bytes in proptest::collection::vec(any::<u8>(), 0..400),
            rules in proptest::sample::select(&ALL),
        ) {
            for suggested in [suggested, name_bytes::from_path(&bytes)] {
                let name = safe_name_for(&suggested, rules);
                prop_assert!(!is_plain(&suggested) || name == suggested);
                let bytes = name_bytes::to_bytes(&name);
                prop_assert!(!bytes.is_empty() && bytes.len() <= NAME_MAX_LEN);
                prop_assert!(&*bytes != b"." && &*bytes != b".." && !bytes.contains(&b'/'));
                prop_assert!(!String::from_utf8_lossy(&bytes).chars().any(|c| c.is_control() || is_reordering(c)));
                prop_assert!(!is_own(&name));
                prop_assert!(rules == Rules::Bytes || std::str::from_utf8(&bytes).is_ok());
                if rules == Rules::Windows {
                    prop_assert!(!name.ends_with(['.', ' ']) && !is_windows_device(&name));
                    prop_assert!(!name.contains(['\\', ':', '<', '>', '"', '|', '?', '*']));
                }
                // What is safe already stays.
                prop_assert_eq!(safe_name_for(&name, rules), name);
            }
        }
    }
}
