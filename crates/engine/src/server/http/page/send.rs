//! The card by which files are sent to this computer.

use std::io::{self, Write};

use super::Page;
use super::escape::write_text;
use crate::server::page_label::PageLabel;

/// Writes the card: a form, whose button the script replaces.
pub(super) fn write_card(out: &mut impl Write, page: Page<'_>) -> io::Result<()> {
    // An address, so that the sentence is complete.
    let computer = match page.computer {
        "" => page.address(),
        name => name.to_owned(),
    };
    let label = |label| page.label(label).replace("%name", &computer);
    out.write_all(b"<section id=\"send\" data-name=\"")?;
    write_text(out, &computer)?;
    for (name, of) in [
        ("folder", PageLabel::SendFolder),
        ("drop", PageLabel::DropHere),
        ("again", PageLabel::TryAgain),
    ] {
        write!(out, "\" data-{name}=\"")?;
        write_text(out, &label(of))?;
    }
    out.write_all(
        b"\"><form method=\"post\" enctype=\"multipart/form-data\" action=\"/\">\
          <label for=\"files\">",
    )?;
    write_text(out, &label(PageLabel::SendFiles))?;
    out.write_all(
        b"</label><input id=\"files\" type=\"file\" name=\"f\" multiple required><button>",
    )?;
    write_text(out, &label(PageLabel::Send))?;
    out.write_all(b"</button></form></section>\n")
}
