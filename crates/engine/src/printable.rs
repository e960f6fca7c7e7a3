//! Makes untrusted text safe to display.

use std::borrow::Cow;

use crate::name_bytes;

/// Replaces characters of untrusted text that could control a terminal, break a log line or
/// [deceive](is_deceptive) the reader, and removes [escapes](name_bytes). Keeps line breaks and tabs if `lines`
/// is set.
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

/// Whether a character is unnecessary and makes text look like other text: line separators, bidirectional
/// control characters, and invisible ones. Joiners are allowed, because emoji and many scripts need them.
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

/// Whether a character is a bidirectional control character (Unicode `Bidi_Control`).
pub fn is_bidi_control(c: char) -> bool {
    is_reordering(c) || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// Whether a character reorders the text after it (embeddings, overrides and isolates), which can make
/// `gpj.exe` look like `exe.jpg`. The other bidirectional control characters are marks with legitimate uses in
/// Hebrew and Arabic.
pub fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The longest name of a person or a computer that is shown, in characters.
const SHORT_LEN: usize = 64;

/// What a stranger calls himself, printable, on one line and not longer than that; `None` if nothing remains to be read.
pub fn short_name(text: &str) -> Option<String> {
    let text: String = printable(text, false).chars().take(SHORT_LEN).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The maximum length in bytes. Untrusted text may be as long as a page; its start and end suffice.
const CLIPPED_LEN: usize = 600;

/// Removes the middle of `text` if it is too long to read.
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
    fn printable_text_cannot_deceive() {
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
