//! From a name that came over the wire, or that a server suggests, to one that is safe to store:
//! never a path, never a device, never something that looks like another name.

use crate::format::turns_writing;
use crate::share::name::is_windows_device;

/// What most file systems allow.
pub const NAME_MAX_LEN: usize = 255;

/// An ending longer than this is none: `Mr. Smith goes to Washington` has no ending.
const ENDING_MAX_LEN: usize = 24;

/// What a file is called whose name has nothing to keep.
const NAMELESS: &str = "download";

/// The name under which `suggested` is stored: its last part, without control characters, characters
/// that change the direction of writing, and dots or spaces at the end; not one that Windows keeps
/// for a device (on any system: files travel); at most [`NAME_MAX_LEN`] bytes with the ending kept.
/// On Windows also without the characters that it forbids.
pub fn safe_name(suggested: &str) -> String {
    safe_name_for(suggested, cfg!(windows))
}

/// Whether a file can be called `name` here, the last part of a path that the user chose. Systems other than Windows
/// say so themselves.
pub(crate) fn is_storable(name: &str) -> bool {
    !cfg!(windows) || safe_name(name) == name
}

fn safe_name_for(suggested: &str, windows: bool) -> String {
    let is_separator = |c| c == '/' || windows && c == '\\';
    let last = suggested
        .trim_end_matches(is_separator)
        .rsplit(is_separator)
        .next()
        .unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|&c| !c.is_control() && !turns_writing(c))
        .map(|c| {
            if windows && "<>:\"|?*".contains(c) {
                '_'
            } else {
                c
            }
        })
        .collect();
    let name = match name.trim_end_matches(['.', ' ']) {
        "" => NAMELESS,
        name => name,
    };
    let mark = if is_windows_device(name) { "_" } else { "" };
    let whole = fit(mark, name, "", "");
    // Cutting can bring a dot or a space to the end.
    whole.trim_end_matches(['.', ' ']).to_owned()
}

/// `before`, `name` with `count` between its stem and its ending, `after`: `[新]film (2).mkv.part`.
/// At most [`NAME_MAX_LEN`] bytes: where that is too long, the end of the stem goes.
pub(super) fn fit(before: &str, name: &str, count: &str, after: &str) -> String {
    let (stem, ending) = split_ending(name);
    let others = before.len() + count.len() + ending.len() + after.len();
    let stem = &stem[..stem.floor_char_boundary(NAME_MAX_LEN.saturating_sub(others))];
    format!("{before}{stem}{count}{ending}{after}")
}

/// `film` and `.mkv`.
fn split_ending(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 && name.len() - at <= ENDING_MAX_LEN => name.split_at(at),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_names_stay() {
        for name in [
            "film.mkv",
            "海边 film.tar.gz",
            ".profile",
            "a..b",
            "100% [新].txt",
            "👩‍💻",
        ] {
            assert_eq!(safe_name_for(name, false), name);
            assert_eq!(safe_name_for(name, true), name);
        }
        assert_eq!(safe_name_for("what? a\\b:c", false), "what? a\\b:c");
    }

    #[test]
    fn only_the_last_part_counts() {
        assert_eq!(safe_name_for("../../etc/passwd", false), "passwd");
        assert_eq!(safe_name_for("photos/a.jpg", false), "a.jpg");
        assert_eq!(safe_name_for("photos/", false), "photos");
        assert_eq!(safe_name_for("..\\..\\evil.exe", true), "evil.exe");
        assert_eq!(safe_name_for("C:evil?.exe", true), "C_evil_.exe");
        for nothing in ["", "/", "..", "a/..", "...", "\u{202e}", "\n", ". ."] {
            assert_eq!(safe_name_for(nothing, false), "download", "{nothing:?}");
        }
    }

    #[test]
    fn tricks_are_taken_out() {
        assert_eq!(safe_name_for("exe.\u{202e}gpj.exe", false), "exe.gpj.exe");
        assert_eq!(safe_name_for("a\r\nb\0\u{9b}.txt. . ", false), "ab.txt");
        assert_eq!(safe_name_for("COM¹.txt", false), "_COM¹.txt");
        assert_eq!(safe_name_for("nul", false), "_nul");
    }

    #[test]
    fn long_names_keep_their_ending() {
        let name = safe_name_for(&format!("{}.mkv", "海".repeat(100)), false);
        assert_eq!(name.len(), 253);
        assert!(name.ends_with("海.mkv"));
        let name = safe_name_for(&"x".repeat(300), false);
        assert_eq!(name.len(), NAME_MAX_LEN);
        let name = fit("[新]", &format!("{}.mkv", "x".repeat(251)), " (2)", ".part");
        assert_eq!(name.len(), NAME_MAX_LEN);
        assert!(name.starts_with("[新]xx") && name.ends_with("xx (2).mkv.part"));
    }

    proptest! {
        #[test]
        fn whatever_is_suggested_the_name_is_safe(
            suggested in "[\\PC\\pC/\\\\. ]{0,400}|(con|COM¹|nul)[. :a]{0,3}",
            windows in any::<bool>(),
        ) {
            let name = safe_name_for(&suggested, windows);
            prop_assert!(!name.is_empty() && name.len() <= NAME_MAX_LEN);
            prop_assert!(name != "." && name != ".." && !name.contains('/'));
            prop_assert!(!name.ends_with(['.', ' ']));
            prop_assert!(!name.chars().any(|c| c.is_control() || turns_writing(c)));
            prop_assert!(!is_windows_device(&name));
            prop_assert!(!windows || !name.contains(['\\', ':', '<', '>', '"', '|', '?', '*']));
            // What is safe already stays.
            prop_assert_eq!(safe_name_for(&name, windows), name);
        }
    }
}
