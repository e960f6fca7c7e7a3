//! The entries of the page.

use std::collections::HashMap;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use landline_http1::encode_segment as encode;

use super::escape::{write_name, write_text, write_value};
use super::timestamp;
use crate::numbers::bytes;
use crate::server::page_label::PageLabel;
use crate::server::page_text::{Localized, PageText};
use crate::share::{Entry, Kind};

/// The texts of so many days are remembered: those of eleven years.
const DAYS_MAX: usize = 4096;

/// Writes entries, one line each. A page may have a million of them, so bytes are copied where possible, not formatted.
pub(super) struct Rows<'a> {
    texts: Localized<'a>,
    zone: TimeZone,
    today: Date,
    yesterday: Option<Date>,
    folder: Vec<u8>,
    todays: String,
    yesterdays: String,
    download: Vec<u8>,
    days: HashMap<Date, String>,
    has_boxes: bool,
}

impl<'a> Rows<'a> {
    /// With a check box in each row if `has_boxes`.
    pub fn new(texts: Localized<'a>, has_boxes: bool) -> Self {
        let zone = TimeZone::system();
        let label = |label| texts.text(PageText::Label(label));
        let escaped = |of| {
            let mut escaped = Vec::new();
            // Writing to a vector does not fail.
            _ = write_text(&mut escaped, &label(of));
            escaped
        };
        let mut download = b"\" download aria-label=\"".to_vec();
        download.extend(escaped(PageLabel::Download));
        download.extend_from_slice(b"\"></a>");
        let today = zone.to_datetime(Timestamp::now()).date();
        Self {
            texts,
            zone,
            today,
            yesterday: today.yesterday().ok(),
            folder: escaped(PageLabel::Folder),
            todays: label(PageLabel::Today),
            yesterdays: label(PageLabel::Yesterday),
            download,
            days: HashMap::new(),
            has_boxes,
        }
    }

    /// Writes one row: `<li class="picture" data-s="48000000" data-t="1795322340"><a href="./a.jpg">` and so on.
    pub fn write(&mut self, out: &mut impl Write, entry: &Entry) -> io::Result<()> {
        let is_folder = entry.kind == Kind::Folder;
        out.write_all(b"<li class=\"")?;
        out.write_all(class(entry).as_bytes())?;
        if !is_folder {
            write!(out, "\" data-s=\"{}", entry.size)?;
        }
        let at = entry.modified.and_then(timestamp);
        if let Some(at) = at {
            write!(out, "\" data-t=\"{}", at.as_second())?;
        }
        out.write_all(b"\">")?;
        if self.has_boxes {
            out.write_all(b"<input type=\"checkbox\" name=\"n\" value=\"")?;
            write_value(out, &entry.name)?;
            out.write_all(b"\" aria-label=\"")?;
            write_text(out, &entry.name)?;
            out.write_all(b"\">")?;
        }
        write_link(out, entry)?;
        out.write_all(b"\">")?;
        write_name(out, &entry.name)?;
        out.write_all(b" <small>")?;
        if is_folder {
            out.write_all(&self.folder)?;
        } else {
            out.write_all(bytes(entry.size).as_bytes())?;
        }
        if let Some(at) = at {
            let at = self.zone.to_datetime(at);
            out.write_all(" · ".as_bytes())?;
            self.write_time(out, at)?;
        }
        out.write_all(b"</small></a>")?;
        if !is_folder {
            write_link(out, entry)?;
            out.write_all(&self.download)?;
        }
        out.write_all(b"</li>\n")
    }

    fn write_time(&mut self, out: &mut impl Write, at: DateTime) -> io::Result<()> {
        let date = at.date();
        let of_day = if date == self.today {
            &self.todays
        } else if self.yesterday == Some(date) {
            &self.yesterdays
        } else {
            if self.days.len() < DAYS_MAX && !self.days.contains_key(&date) {
                self.days.insert(date, self.texts.text(self.date(date)));
            }
            return match self.days.get(&date) {
                Some(text) => write_text(out, text),
                None => write_text(out, &self.texts.text(self.date(date))),
            };
        };
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        write_text(out, &of_day.replace("%time", &time))
    }

    fn date(&self, date: Date) -> PageText {
        let number = |of: i8| of.unsigned_abs();
        PageText::Date {
            year: (date.year() != self.today.year()).then(|| date.year()),
            month: number(date.month()),
            day: number(date.day()),
        }
    }
}

/// Writes a link up to the end of its address.
fn write_link(out: &mut impl Write, entry: &Entry) -> io::Result<()> {
    // The `./` keeps a name like `a:b` from being read as a scheme.
    out.write_all(b"<a href=\"./")?;
    for piece in encode(&entry.name) {
        out.write_all(piece.as_bytes())?;
    }
    match entry.kind {
        Kind::Folder => out.write_all(b"/"),
        Kind::File => Ok(()),
    }
}

/// The kind of a file, for its icon.
fn class(entry: &Entry) -> &'static str {
    if entry.kind == Kind::Folder {
        return "folder";
    }
    let Some((_, extension)) = entry.name.rsplit_once('.') else {
        return "file";
    };
    let media_type = mime_guess2::from_ext(extension).first_raw().unwrap_or("");
    match media_type.split_once('/') {
        Some(("image", _)) => "picture",
        Some(("video", _)) => "video",
        Some(("audio", _)) => "music",
        Some(("text", _)) => "text",
        Some((_, "pdf")) => "pdf",
        _ if is_archive(extension) => "archive",
        _ => "file",
    }
}

fn is_archive(extension: &str) -> bool {
    let known = ["zip", "7z", "rar", "gz", "tgz", "xz", "zst", "bz2", "tar"];
    known
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_the_icon_of_their_kind() {
        for (name, expected) in [
            ("a.JPG", "picture"),
            ("a.svg", "picture"),
            ("film 海边.mkv", "video"),
            ("a.flac", "music"),
            ("a.pdf", "pdf"),
            ("a.txt", "text"),
            ("a.html", "text"),
            ("a.tar.GZ", "archive"),
            ("a.exe", "file"),
            ("jpg", "file"),
            ("a.\"><script>", "file"),
            (".", "file"),
        ] {
            let entry = |kind| Entry {
                name: name.to_owned(),
                kind,
                size: 0,
                modified: None,
            };
            assert_eq!(class(&entry(Kind::File)), expected, "{name}");
            assert_eq!(class(&entry(Kind::Folder)), "folder", "{name}");
        }
    }
}
