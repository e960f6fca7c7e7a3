//! A folder's listing for people, and the card by which they send files: a streamed HTML page into which no name can
//! inject markup. Everything on it works without script, and better with the page's own.

mod controls;
pub(super) mod escape;
mod protection;
mod rows;
mod send;
mod sign_in;
mod view;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::SystemTime;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use self::controls::{write_bar, write_breadcrumb, write_orders, write_search};
use self::escape::{write_name, write_text};
pub use self::protection::Protection;
use self::protection::write_protection;
use self::rows::Rows;
pub(super) use self::sign_in::{SignIn, sign_in_fields, write_sign_in};
pub use self::view::{Sort, View};
use crate::server::page_label::PageLabel;
use crate::server::page_text::{Localized, PageText};
use crate::server::receiving::Access;
use crate::share::Entry;
use crate::share::name::ShareName;
use landline_http1::encode_segment as encode;

/// Forbids everything but the page's own style and script, which are identified by their digests, and what the page
/// needs from this server: neither a name nor another site can add a script or a style, or make the page send anything
/// elsewhere.
pub static CONTENT_SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src 'self' data:; media-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        digest(SCRIPT),
        digest(STYLE),
    )
});

/// By which a policy identifies a style or a script.
fn digest(text: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(text))
}

const STYLE: &str = include_str!("../../../../../../assets/page.css");
const SCRIPT: &str = concat!(
    include_str!("../../../../../../assets/page-send.js"),
    include_str!("../../../../../../assets/page.js")
);

/// The handset, white on the accent colour.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'%3E%3Crect width='64' \
    height='64' rx='14' fill='%230b7285'/%3E%3Cpath transform='rotate(-45 32 32)' fill='%23fff' d='M8 40v-8c0-10 11-13.5 \
    24-13.5S56 22 56 32v8a4.5 4.5 0 0 1-4.5 4.5H45a4.5 4.5 0 0 1-4.5-4.5v-4.5c0-2.5-3-4-8.5-4s-8.5 1.5-8.5 4V40a4.5 4.5 0 \
    0 1-4.5 4.5h-6.5A4.5 4.5 0 0 1 8 40z'/%3E%3C/svg%3E";

/// The card for sending files is below the entries if there are at most so many, so that nobody has to look for it.
const ROWS_ABOVE_CARD: usize = 12;

/// What a page is about.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The folder.
    pub folder: &'a ShareName,
    /// What this computer is called; may be empty.
    pub computer: &'a str,
    /// The address at which it was reached.
    pub address: Option<SocketAddr>,
    /// How the connection is protected.
    pub protection: &'a Protection,
    /// What others may do.
    pub access: Access,
    /// How the folder is shown.
    pub view: &'a View,
    /// In the language of the request.
    pub texts: Localized<'a>,
}

impl Page<'_> {
    fn label(&self, label: PageLabel) -> String {
        self.texts.text(PageText::Label(label))
    }

    /// What the whole share is called.
    fn title(&self) -> String {
        title_of(self.computer, self.texts)
    }

    fn address(&self) -> String {
        shown_address(self.address)
    }
}

/// What the share of this computer is called.
fn title_of(computer: &str, texts: Localized<'_>) -> String {
    match computer {
        "" => texts.text(PageText::Title),
        name => name.to_owned(),
    }
}

/// An address as people write it, without a zone.
fn shown_address(address: Option<SocketAddr>) -> String {
    let address = address.map(|at| SocketAddr::new(at.ip().to_canonical(), at.port()));
    address.map_or_else(String::new, |at| at.to_string())
}

/// The path of a folder with both its slashes, ready for a link: `/a%20b/`.
pub fn folder_path(name: &ShareName) -> String {
    let mut path = String::from("/");
    for part in name.parts() {
        path.extend(encode(part));
        path.push('/');
    }
    path
}

/// Writes the page up to what depends on the entries.
///
/// # Errors
/// Those of `out`.
pub fn write_start(out: &mut impl Write, page: Page<'_>) -> io::Result<()> {
    let title = page.title();
    let folder = page.folder.parts().last();
    write_beginning(out, page.texts.language(), folder, &title, STYLE)?;
    out.write_all(b"<body><header><h1>")?;
    write_name(out, &title)?;
    out.write_all(b"</h1>\n")
}

/// Writes the head of a page about `folder`, unless that is the shared one.
fn write_beginning(
    out: &mut impl Write,
    language: &str,
    folder: Option<&String>,
    title: &str,
    style: &str,
) -> io::Result<()> {
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\
         <link rel=\"icon\" href=\"{ICON}\"><title>"
    )?;
    if let Some(folder) = folder {
        write_text(out, folder)?;
        out.write_all(" – ".as_bytes())?;
    }
    write_text(out, title)?;
    writeln!(out, "</title><style>{style}</style></head>")
}

/// Writes how many folders and files there are (`counts`) and how many were omitted because their names cannot be
/// sent, then the entries and the end of the page.
///
/// # Errors
/// Those of `out`.
pub fn write_entries(
    out: &mut impl Write,
    entries: impl IntoIterator<Item = Entry>,
    counts: (usize, usize),
    omitted: u64,
    page: Page<'_>,
) -> io::Result<()> {
    let is_empty = counts == (0, 0);
    out.write_all(b"<p id=\"count\">")?;
    write_text(out, &count(counts, page.texts))?;
    out.write_all(b"</p></header>\n<main>")?;
    write_breadcrumb(out, page)?;
    if !is_empty || !page.view.filter.is_empty() {
        write_search(out, page)?;
        write_orders(out, page)?;
    }
    let is_long = counts.0 + counts.1 > ROWS_ABOVE_CARD;
    if page.access.sends() && is_long {
        send::write_card(out, page)?;
    }
    if omitted > 0 {
        write_paragraph(out, "omitted", &page.texts.text(PageText::Omitted(omitted)))?;
    }
    if !is_empty {
        let class = if page.view.is_selecting {
            " class=\"selecting\""
        } else {
            ""
        };
        writeln!(
            out,
            "<form id=\"pick\" method=\"post\" action=\"./?zip\"><ul id=\"list\"{class}>"
        )?;
        let mut rows = Rows::new(page.texts, page.view.is_selecting);
        for entry in entries {
            rows.write(out, &entry)?;
        }
        out.write_all(b"</ul></form>\n")?;
    } else if !page.view.filter.is_empty() {
        write_paragraph(out, "empty", &page.label(PageLabel::NothingFound))?;
    } else if omitted == 0 {
        write_paragraph(out, "empty", &page.texts.text(PageText::Empty))?;
    }
    if page.access.sends() && !is_long {
        send::write_card(out, page)?;
    }
    write_footer(out, page)?;
    if !is_empty {
        write_bar(out, page)?;
    }
    write_end(out, page)
}

/// Writes a page without entries, on which files can be sent.
///
/// # Errors
/// Those of `out`.
pub fn write_send_only(out: &mut impl Write, page: Page<'_>) -> io::Result<()> {
    write_start(out, page)?;
    // By its class, clients recognise that there is no listing.
    out.write_all(b"</header>\n<main class=\"send-only\">")?;
    send::write_card(out, page)?;
    write_footer(out, page)?;
    write_end(out, page)
}

/// `2 folders · 14 files`
fn count((folders, files): (usize, usize), texts: Localized<'_>) -> String {
    let folders = (folders > 0).then(|| texts.text(PageText::Folders(folders as u64)));
    let files = (files > 0 || folders.is_none()).then(|| texts.text(PageText::Files(files as u64)));
    let both: Vec<String> = folders.into_iter().chain(files).collect();
    both.join(" · ")
}

fn write_paragraph(out: &mut impl Write, class: &str, text: &str) -> io::Result<()> {
    write!(out, "<p class=\"{class}\">")?;
    write_text(out, text)?;
    out.write_all(b"</p>\n")
}

fn write_footer(out: &mut impl Write, page: Page<'_>) -> io::Result<()> {
    out.write_all(b"<footer>")?;
    let label = page.label(PageLabel::SharedBy);
    write_text(out, &label.replace("%address", &page.address()))?;
    write_protection(out, page.texts, page.protection)?;
    out.write_all(b"</footer></main>\n")
}

/// What the script says, by the names that it uses.
const SCRIPT_LABELS: [(&str, PageLabel); 25] = [
    ("select", PageLabel::Select),
    ("cancel", PageLabel::Cancel),
    ("nothing", PageLabel::NothingFound),
    ("all", PageLabel::DownloadAllSized),
    ("chosen", PageLabel::DownloadSelected),
    ("chosen-count", PageLabel::DownloadCount),
    ("download", PageLabel::Download),
    ("previous", PageLabel::Previous),
    ("next", PageLabel::Next),
    ("close", PageLabel::Close),
    ("cannot-show", PageLabel::CannotShow),
    ("and-more", PageLabel::AndMore),
    ("waiting", PageLabel::Waiting),
    ("left", PageLabel::TimeLeft),
    ("resuming", PageLabel::Resuming),
    ("busy", PageLabel::Busy),
    ("received-one", PageLabel::ReceivedOne),
    ("received", PageLabel::Received),
    ("received-some", PageLabel::ReceivedSome),
    ("not-sent", PageLabel::NotSent),
    ("browser", PageLabel::Browser),
    ("android-phone", PageLabel::AndroidPhone),
    ("android-tablet", PageLabel::AndroidTablet),
    ("password-needed", PageLabel::PasswordNeeded),
    ("enter-password", PageLabel::EnterPassword),
];

/// Writes the texts of the script as attributes, so that none of them can be a script, then the script.
fn write_end(out: &mut impl Write, page: Page<'_>) -> io::Result<()> {
    out.write_all(b"<p id=\"news\" role=\"status\"></p><template id=\"texts\"")?;
    for (name, label) in SCRIPT_LABELS {
        write!(out, " data-{name}=\"")?;
        write_text(out, &page.label(label))?;
        out.write_all(b"\"")?;
    }
    // In one write, so that it is not copied piece by piece.
    out.write_all(END.as_bytes())
}

const END: &str = concat!(
    "></template>\n<script>",
    include_str!("../../../../../../assets/page-send.js"),
    include_str!("../../../../../../assets/page.js"),
    "</script></body></html>\n"
);

pub(super) fn timestamp(time: SystemTime) -> Option<Timestamp> {
    Timestamp::try_from(time).ok()
}

/// A whole page, as it is usually shown.
#[cfg(any(test, fuzzing))]
pub(crate) fn whole(folder: &ShareName, entries: Vec<Entry>, texts: Localized<'_>) -> Vec<u8> {
    let page = Page {
        folder,
        computer: "",
        address: None,
        protection: &Protection::Encrypted,
        access: Access::Both,
        view: &View::default(),
        texts,
    };
    let mut out = Vec::new();
    let counts = (0, entries.len());
    let written = write_start(&mut out, page)
        .and_then(|()| write_entries(&mut out, entries, counts, 0, page));
    assert!(written.is_ok(), "a Vec takes it");
    out
}

#[cfg(test)]
mod tests;
