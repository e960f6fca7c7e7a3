//! The same engine without a window.

pub mod get;
pub mod say;

/// `text` without characters that could take over a terminal. Line breaks and tabs stay where
/// `lines` says so.
fn printable(text: &str, lines: bool) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' if lines => c,
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}
