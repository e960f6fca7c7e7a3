//! Text and names as HTML: nothing in them is markup.

use std::io::{self, Write};

use crate::printable::is_bidi_control;

/// Isolates a name, so that a right-to-left one does not reorder the text around it.
pub(in crate::server::http) fn write_name(out: &mut impl Write, name: &str) -> io::Result<()> {
    out.write_all(b"<bdi>")?;
    write_text(out, name)?;
    out.write_all(b"</bdi>")
}

/// Escapes text, and replaces bidirectional control characters, which can make one name look like another. Also for the
/// value of an attribute in quotation marks.
pub(in crate::server::http) fn write_text(out: &mut impl Write, mut text: &str) -> io::Result<()> {
    while let Some((at, c, instead)) = text
        .char_indices()
        .find_map(|(at, c)| Some((at, c, replacement(c)?)))
    {
        out.write_all(&text.as_bytes()[..at])?;
        out.write_all(instead)?;
        text = &text[at + c.len_utf8()..];
    }
    out.write_all(text.as_bytes())
}

/// Escapes the value of an attribute in quotation marks, every character of which is kept.
pub(super) fn write_value(out: &mut impl Write, value: &str) -> io::Result<()> {
    for (at, piece) in value.split('&').enumerate() {
        if at > 0 {
            out.write_all(b"&amp;")?;
        }
        for (at, piece) in piece.split('"').enumerate() {
            if at > 0 {
                out.write_all(b"&quot;")?;
            }
            out.write_all(piece.as_bytes())?;
        }
    }
    Ok(())
}

fn replacement(c: char) -> Option<&'static [u8]> {
    match c {
        '&' => Some(b"&amp;"),
        '<' => Some(b"&lt;"),
        '>' => Some(b"&gt;"),
        '"' => Some(b"&quot;"),
        '\'' => Some(b"&#39;"),
        _ if is_bidi_control(c) => Some(b" "),
        _ => None,
    }
}
