//! What is around the entries: the way to the folder, search, other orders, and the buttons for archives.

use std::io::{self, Write};

use super::escape::{write_name, write_text};
use super::{Page, Sort};
use crate::server::page_label::PageLabel;
use crate::server::page_text::PageText;
use landline_http1::encode_segment as encode;

/// Writes the way to the folder, unless it is the shared one.
pub(super) fn write_breadcrumb(out: &mut impl Write, page: Page<'_>) -> io::Result<()> {
    let parts = page.folder.parts();
    let last = parts.len();
    if last == 0 {
        return Ok(());
    }
    let root = page.label(PageLabel::AllFiles);
    let mut path = String::from("/");
    out.write_all(b"<nav>")?;
    for (depth, part) in std::iter::once(&root).chain(parts).enumerate() {
        if depth > 0 {
            path.extend(encode(part));
            path.push('/');
            out.write_all("<i>›</i>".as_bytes())?;
        }
        if depth == last {
            out.write_all(b"<b aria-current=\"page\">")?;
            write_name(out, part)?;
            out.write_all(b"</b>")?;
        } else {
            write!(out, "<a href=\"{path}\">")?;
            write_name(out, part)?;
            out.write_all(b"</a>")?;
        }
    }
    out.write_all(b"</nav>\n")
}

/// Writes the search field. Its form leads to the filtered page.
pub(super) fn write_search(out: &mut impl Write, page: Page<'_>) -> io::Result<()> {
    let title = page.title();
    let folder = page.folder.parts().last().unwrap_or(&title);
    let label = page.label(PageLabel::Search).replace("%name", folder);
    out.write_all(b"<form id=\"search\" role=\"search\" action=\"./\"><input type=\"search\" name=\"q\" autocomplete=\"off\" placeholder=\"")?;
    write_text(out, &label)?;
    out.write_all(b"\" aria-label=\"")?;
    write_text(out, &label)?;
    out.write_all(b"\" value=\"")?;
    write_text(out, &page.view.filter)?;
    out.write_all(b"\">")?;
    let (sort, is_descending) = (page.view.sort, page.view.is_descending);
    if (sort, is_descending) != (Sort::Name, false) {
        write_hidden(out, "sort", sort.key())?;
        write_hidden(out, "order", if is_descending { "desc" } else { "asc" })?;
    }
    if page.view.is_selecting {
        write_hidden(out, "select", "")?;
    }
    out.write_all(b"</form>\n")
}

fn write_hidden(out: &mut impl Write, name: &str, value: &str) -> io::Result<()> {
    write!(
        out,
        "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"
    )
}

/// Writes the links to other orders and to check boxes. The link of the present order reverses it.
pub(super) fn write_orders(out: &mut impl Write, page: Page<'_>) -> io::Result<()> {
    out.write_all(b"<p id=\"orders\"><span>")?;
    write_text(out, &page.label(PageLabel::SortBy))?;
    out.write_all(b"</span>")?;
    for sort in Sort::ALL {
        let is_current = sort == page.view.sort;
        // The largest and the newest are what people look for.
        let is_descending = if is_current {
            !page.view.is_descending
        } else {
            sort != Sort::Name
        };
        let key = sort.key();
        let current = match (is_current, page.view.is_descending) {
            (false, _) => "",
            (true, false) => " aria-current=\"true\" class=\"up\"",
            (true, true) => " aria-current=\"true\" class=\"down\"",
        };
        write!(out, " <a data-sort=\"{key}\"{current} href=\"./")?;
        write_text(out, &page.view.sorted_by(sort, is_descending))?;
        out.write_all(b"\">")?;
        let label = match sort {
            Sort::Name => PageText::Name,
            Sort::Size => PageText::Size,
            Sort::Date => PageText::Modified,
        };
        write_text(out, &page.texts.text(label))?;
        out.write_all(b"</a>")?;
    }
    let (href, label) = if page.view.is_selecting {
        ("./", PageLabel::Cancel)
    } else {
        ("./?select", PageLabel::Select)
    };
    write!(out, " <a id=\"select\" href=\"{href}\">")?;
    write_text(out, &page.label(label))?;
    out.write_all(b"</a></p>\n")
}

/// Writes the button that downloads the folder, and the one for selected entries. The first is a form and no link, so
/// that programs that follow all links (`wget -r`) do not fetch every file twice.
pub(super) fn write_bar(out: &mut impl Write, page: Page<'_>) -> io::Result<()> {
    out.write_all(b"<div id=\"bar\">")?;
    if !page.view.is_selecting {
        out.write_all(b"<form action=\"./\"><button id=\"all\" name=\"zip\" value=\"\">")?;
        write_text(out, &page.label(PageLabel::DownloadAll))?;
        out.write_all(b"</button></form>")?;
    }
    let hidden = if page.view.is_selecting {
        ""
    } else {
        " hidden"
    };
    write!(out, "<button id=\"chosen\" form=\"pick\"{hidden}>")?;
    write_text(out, &page.label(PageLabel::DownloadSelected))?;
    out.write_all(b"</button></div>\n")
}
