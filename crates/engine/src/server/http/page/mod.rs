//! A folder's listing for people: a streamed HTML page into which no name can inject markup.

use std::io::{self, Write};
use std::sync::LazyLock;
use std::time::SystemTime;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use crate::numbers::bytes;
use crate::printable::is_bidi_control;
use crate::server::page_text::{Localized, PageText};
use crate::share::name::ShareName;
use crate::share::{Entry, Kind};
use landline_http1::encode_segment as encode;

/// Forbids everything but the page's own style, which is identified by its digest: neither a name nor another site can add
/// a script or a style.
pub static CONTENT_SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
});

const STYLE: &str = include_str!("../../../../../../assets/page.css");

/// The path of a folder with both its slashes, ready for a link: `/a%20b/`.
pub fn folder_path(name: &ShareName) -> String {
    let mut path = String::from("/");
    for part in name.parts() {
        path.extend(encode(part));
        path.push('/');
    }
    path
}

/// Writes the page up to the first entry.
///
/// # Errors
/// Those of `out`.
pub fn write_start(out: &mut impl Write, name: &ShareName, texts: Localized<'_>) -> io::Result<()> {
    let root = texts.text(PageText::Title);
    let title = name.parts().last().unwrap_or(&root);
    let lang = texts.language();
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"icon\" href=\"data:,\"><title>"
    )?;
    write_text(out, title)?;
    write!(
        out,
        "</title><style>{STYLE}</style></head>\n<body><main><h1>"
    )?;
    write_breadcrumb(out, &root, name)?;
    out.write_all(b"</h1>\n")
}

/// Writes how many names were omitted because they cannot be sent, then the entries and the end of the page.
///
/// # Errors
/// Those of `out`.
pub fn write_entries(
    out: &mut impl Write,
    entries: impl IntoIterator<Item = Entry>,
    omitted: u64,
    texts: Localized<'_>,
) -> io::Result<()> {
    if omitted > 0 {
        write_paragraph(out, &texts.text(PageText::Omitted(omitted)))?;
    }
    let zone = TimeZone::system();
    let mut is_empty = true;
    for entry in entries {
        if is_empty {
            write_table_head(out, texts)?;
            is_empty = false;
        }
        write_row(out, &entry, &zone)?;
    }
    if !is_empty {
        out.write_all(b"</tbody></table>")?;
    } else if omitted == 0 {
        write_paragraph(out, &texts.text(PageText::Empty))?;
    }
    out.write_all(b"</main></body></html>\n")
}

fn write_paragraph(out: &mut impl Write, text: &str) -> io::Result<()> {
    out.write_all(b"<p>")?;
    write_text(out, text)?;
    out.write_all(b"</p>")
}

fn write_breadcrumb(out: &mut impl Write, root: &String, name: &ShareName) -> io::Result<()> {
    let mut path = String::from("/");
    let parts = std::iter::once(root).chain(name.parts());
    let last = name.parts().len();
    for (depth, part) in parts.enumerate() {
        if depth > 0 {
            path.extend(encode(part));
            path.push('/');
            out.write_all(b"<i>/</i>")?;
        }
        if depth == last {
            out.write_all(b"<b>")?;
            write_name(out, part)?;
            out.write_all(b"</b>")?;
        } else {
            write!(out, "<a href=\"{path}\">")?;
            write_name(out, part)?;
            out.write_all(b"</a>")?;
        }
    }
    Ok(())
}

fn write_table_head(out: &mut impl Write, texts: Localized<'_>) -> io::Result<()> {
    out.write_all(b"<table><thead><tr>")?;
    for head in [PageText::Name, PageText::Size, PageText::Modified] {
        out.write_all(b"<th>")?;
        write_text(out, &texts.text(head))?;
        out.write_all(b"</th>")?;
    }
    out.write_all(b"</tr></thead><tbody>\n")
}

/// A page may have a million rows, so bytes are copied where possible, not formatted.
fn write_row(out: &mut impl Write, entry: &Entry, zone: &TimeZone) -> io::Result<()> {
    let slash: &[u8] = match entry.kind {
        Kind::Folder => b"/",
        Kind::File => b"",
    };
    // The `./` keeps a name like `a:b` from being read as a scheme.
    out.write_all(b"<tr><td><a href=\"./")?;
    for piece in encode(&entry.name) {
        out.write_all(piece.as_bytes())?;
    }
    out.write_all(slash)?;
    out.write_all(b"\">")?;
    write_name(out, &entry.name)?;
    out.write_all(slash)?;
    out.write_all(b"</a></td><td>")?;
    if entry.kind == Kind::File {
        out.write_all(bytes(entry.size).as_bytes())?;
    }
    out.write_all(b"</td><td>")?;
    if let Some(at) = entry.modified.and_then(timestamp) {
        let at = zone.to_datetime(at);
        let (year, month, day) = (at.year(), at.month(), at.day());
        let (hour, minute) = (at.hour(), at.minute());
        write!(out, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")?;
    }
    out.write_all(b"</td></tr>\n")
}

pub(super) fn timestamp(time: SystemTime) -> Option<Timestamp> {
    Timestamp::try_from(time).ok()
}

/// Isolates a name, so that a right-to-left one does not reorder the text around it.
fn write_name(out: &mut impl Write, name: &str) -> io::Result<()> {
    out.write_all(b"<bdi>")?;
    write_text(out, name)?;
    out.write_all(b"</bdi>")
}

/// Escapes text, and replaces bidirectional control characters, which can make one name look like another.
fn write_text(out: &mut impl Write, mut text: &str) -> io::Result<()> {
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

#[cfg(test)]
mod tests;
