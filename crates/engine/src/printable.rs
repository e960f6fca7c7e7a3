//! Strangers' texts, made fit to be printed: which characters could deceive whoever reads them.

use std::borrow::Cow;

use crate::name_bytes;

/// A stranger's text without characters that could take over a terminal, end a line of the log or
/// [deceive](is_deceptive) its reader, and without [escapes](name_bytes). Line breaks and tabs stay where `lines` says so.
pub fn printable(text: &str, lines: bool) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' if lines => c,
            c if c.is_control() || is_deceptive(c) => ' ',
            c if name_bytes::escaped(c).is_some() => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}

/// Characters that no text needs and that make it look like another: separators of lines, bidirectional control
/// characters, and those that are not seen. Joiners stay, which emoji and many scripts need.
pub fn is_deceptive(c: char) -> bool {
    is_bidi_control(c)
        || matches!(
            c,
            '\u{180e}'
                | '\u{200b}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{2060}'..='\u{2064}'
                | '\u{206a}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

/// All bidirectional control characters (Unicode `Bidi_Control`).
pub fn is_bidi_control(c: char) -> bool {
    is_reordering(c) || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// Those that reorder the text behind them (embeddings, overrides and isolates), by which `gpj.exe` can be
/// made to look like `exe.jpg`. The others are marks that Hebrew and Arabic text has for good reason.
pub fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A stranger's text may be as long as a page; its ends say enough. In bytes.
const CLIPPED_LEN: usize = 600;

/// `text` without its middle if it is too long to be read.
pub fn clipped(text: &str) -> Cow<'_, str> {
    if text.len() <= CLIPPED_LEN {
        return Cow::Borrowed(text);
    }
    let head = text.floor_char_boundary(CLIPPED_LEN / 2);
    let tail = text.ceil_char_boundary(text.len() - CLIPPED_LEN / 2);
    Cow::Owned(format!("{}…{}", &text[..head], &text[tail..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_cannot_deceive() {
        for c in [
            '\0', '\u{1b}', '\u{7f}', '\u{85}', '\u{9b}', '\u{61c}', '\u{200b}', '\u{200e}',
            '\u{200f}', '\u{2028}', '\u{2029}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}',
            '\u{202e}', '\u{2060}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}', '\u{206f}',
            '\u{feff}', '\u{fffb}',
        ] {
            for lines in [false, true] {
                assert_eq!(printable(&format!("a{c}b"), lines), "a b", "{c:?}");
            }
        }
        assert_eq!(printable("a\n\tb", false), "a  b");
        for whole in [
            "a\n\tb",
            "👩\u{200d}💻.png",
            "می\u{200c}خواهم",
            "שלום مرحبا 照片 e\u{301}",
        ] {
            assert_eq!(printable(whole, true), whole);
        }
    }
}
