//! The names of our own files beside what is downloaded. Nothing that a stranger names may have such a name, on any file
//! system.

use std::ops::RangeInclusive;

/// Ends the name of a part, and of the scratch folder of a folder's download.
pub(crate) const PART: &str = ".part";

/// Follows [`PART`] in the name of a part's record.
pub(crate) const RECORD: &str = ".json";

/// Follows [`RECORD`] while the next record is written.
pub(crate) const NEXT: &str = "~";

/// Whether some file system takes `name` for that of a part or its record: most of those of Windows and macOS ignore case,
/// Windows drops dots and spaces at the end, and HFS+ and ext4 (where it ignores case) drop what cannot be seen.
pub(crate) fn is_own(name: &str) -> bool {
    let name = folded(name);
    let is_record = |name: &&str| name.ends_with(RECORD);
    let record = name.strip_suffix(NEXT).filter(is_record).unwrap_or(&name);
    let part = record.strip_suffix(RECORD).unwrap_or(record);
    part.ends_with(PART)
}

fn folded(name: &str) -> String {
    let seen = name.chars().filter(|c| !is_ignorable(*c)).map(ascii);
    let folded: String = seen.flat_map(char::to_lowercase).collect();
    let len = folded.trim_end_matches(['.', ' ']).len();
    folded[..len].to_owned()
}

/// What file systems, and programs that convert names between character sets, take for an ASCII character.
fn ascii(c: char) -> char {
    match c {
        // Case folding (Unicode, CaseFolding.txt) has it, small letters have not.
        '\u{17f}' => 's',
        // Full-width forms, which code pages of Windows replace.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xff01 + 0x21).unwrap_or(c),
        c => c,
    }
}

/// Unicode's `Default_Ignorable_Code_Point` (DerivedCoreProperties.txt).
fn is_ignorable(c: char) -> bool {
    const IGNORABLE: [RangeInclusive<char>; 17] = [
        '\u{ad}'..='\u{ad}',
        '\u{34f}'..='\u{34f}',
        '\u{61c}'..='\u{61c}',
        '\u{115f}'..='\u{1160}',
        '\u{17b4}'..='\u{17b5}',
        '\u{180b}'..='\u{180f}',
        '\u{200b}'..='\u{200f}',
        '\u{202a}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
        '\u{3164}'..='\u{3164}',
        '\u{fe00}'..='\u{fe0f}',
        '\u{feff}'..='\u{feff}',
        '\u{ffa0}'..='\u{ffa0}',
        '\u{fff0}'..='\u{fff8}',
        '\u{1bca0}'..='\u{1bca3}',
        '\u{1d173}'..='\u{1d17a}',
        '\u{e0000}'..='\u{e0fff}',
    ];
    !c.is_ascii() && IGNORABLE.iter().any(|range| range.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_any_file_system_takes_for_ours_is() {
        for name in [
            "film.mkv.part",
            "film.mkv.part.json",
            "film.mkv.part.json~",
            "film.mkv.PaRT",
            "film.mkv.PART.JSON~",
            "film.mkv.part.",
            "film.mkv.part. . ",
            "film.mkv.part.json~ .",
            "film.mkv.pa\u{200c}rt",
            "film.mkv.part\u{feff}",
            "film.mkv.part.\u{ad} ",
            "film.mkv.part\u{fe0f}.js\u{e0001}on",
            "film.mkv.part.j\u{17f}on",
            "film.mkv．ｐａｒｔ",
            "film.mkv.ＰＡＲＴ．json～",
            ".part",
        ] {
            assert!(is_own(name), "{name:?}");
        }
        for name in [
            "part",
            "film.part.txt",
            "film.party",
            "film.parts.json",
            "film.part~",
            "film.part_",
            "json",
            "a.json~",
            "film.pаrt",
        ] {
            assert!(!is_own(name), "{name:?}");
        }
    }
}
