//! The page that asks for the password. Its form works without script.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::LazyLock;

use landline_http1::response::HeadWriter;

use super::escape::{write_name, write_text};
use super::protection::{Protection, write_protection};
use super::{digest, shown_address, title_of, write_beginning};
use crate::server::page_label::PageLabel;
use crate::server::page_text::{Localized, PageText};

const STYLE: &str = concat!(
    include_str!("../../../../../../assets/page.css"),
    include_str!("../../../../../../assets/page-password.css")
);
const SCRIPT: &str = include_str!("../../../../../../assets/page-password.js");

/// Forbids everything but the page's own style and script, and its form.
static CONTENT_SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
        digest(SCRIPT),
        digest(STYLE),
    )
});

/// What the page says.
#[derive(Debug)]
pub(in crate::server::http) struct SignIn<'a> {
    /// What this computer is called; may be empty.
    pub computer: &'a str,
    /// The address at which it was reached.
    pub address: Option<SocketAddr>,
    /// How the connection is protected.
    pub protection: Protection,
    /// The query to which the form is sent, with its question mark.
    pub action: String,
    /// Why the password that was sent does not help.
    pub error: Option<PageText>,
    /// In the language of the request.
    pub texts: Localized<'a>,
}

/// Writes what the page says about its content.
pub(in crate::server::http) fn sign_in_fields(head: &mut HeadWriter) {
    head.field("Content-Type", "text/html; charset=utf-8");
    head.field("Content-Security-Policy", &*CONTENT_SECURITY_POLICY);
    head.field("Referrer-Policy", "same-origin");
}

/// Writes the page.
///
/// # Errors
/// Those of `out`.
pub(in crate::server::http) fn write_sign_in(
    out: &mut impl Write,
    page: &SignIn<'_>,
) -> io::Result<()> {
    let label = |label| page.texts.text(PageText::Label(label));
    let title = title_of(page.computer, page.texts);
    write_beginning(out, page.texts.language(), None, &title, STYLE)?;
    out.write_all(b"<body><header><h1>")?;
    write_name(out, &title)?;
    // An action without a path, so that nothing in the path can lead elsewhere.
    out.write_all(b"</h1></header>\n<main><form method=\"post\" action=\"")?;
    write_text(out, &page.action)?;
    out.write_all(b"\"><h2>")?;
    write_text(out, &label(PageLabel::PasswordTitle))?;
    out.write_all(b"</h2><p>")?;
    write_text(out, &label(PageLabel::PasswordHint))?;
    out.write_all(b"</p><label for=\"password\">")?;
    write_text(out, &label(PageLabel::Password))?;
    out.write_all(
        b"</label><div><input id=\"password\" type=\"password\" name=\"password\" autocomplete=\"current-password\" \
          autocapitalize=\"off\" spellcheck=\"false\" required autofocus",
    )?;
    if page.error.is_some() {
        out.write_all(b" aria-invalid=\"true\" aria-describedby=\"error\"")?;
    }
    out.write_all(
        b"><button type=\"button\" id=\"show\" aria-pressed=\"false\" hidden aria-label=\"",
    )?;
    write_text(out, &label(PageLabel::ShowPassword))?;
    out.write_all(b"\"></button></div>")?;
    if let Some(error) = page.error {
        out.write_all(b"<p id=\"error\" role=\"alert\">")?;
        write_text(out, &page.texts.text(error))?;
        out.write_all(b"</p>")?;
    }
    out.write_all(b"<button>")?;
    write_text(out, &label(PageLabel::Open))?;
    out.write_all(b"</button></form></main>\n<footer>")?;
    let shared_by = label(PageLabel::SharedBy).replace("%address", &shown_address(page.address));
    write_text(out, &shared_by)?;
    write_protection(out, page.texts, &page.protection)?;
    write!(out, "</footer>\n<script>{SCRIPT}</script></body></html>\n")
}
