//! What a folder looks like from outside: a page for people, JSON for programs.

use std::io::{self, Write};
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::net::encode_segment as encode;

use crate::settings::Language;
use crate::share::name::ShareName;
use crate::share::{Entry, Kind};
use crate::{format, sentence, text};

/// Forbids everything but the page's own style: no script can come from a name or from elsewhere.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = include_str!("../../../assets/page.css");

/// The path of a folder with both its slashes, ready for a link: `/a%20b/`.
pub fn folder_path(name: &ShareName) -> String {
    let mut path = String::from("/");
    for part in name.parts() {
        path.extend(encode(part));
        path.push('/');
    }
    path
}

/// `{"path":"/sub/","entries":[{"name":"a.txt","kind":"file","size":3,"modified":"..."}]}`.
///
/// # Errors
/// `out` does not take it.
pub fn write_json(out: &mut impl Write, name: &ShareName, entries: &[Entry]) -> io::Result<()> {
    let path = if name.is_root() {
        "/".to_owned()
    } else {
        format!("/{name}/")
    };
    out.write_all(b"{\"path\":")?;
    serde_json::to_writer(&mut *out, &path)?;
    out.write_all(b",\"entries\":[")?;
    for (i, entry) in entries.iter().enumerate() {
        if i > 0 {
            out.write_all(b",")?;
        }
        serde_json::to_writer(&mut *out, &JsonEntry::from(entry))?;
    }
    out.write_all(b"]}")
}

#[derive(Serialize)]
struct JsonEntry<'a> {
    name: &'a str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
}

impl<'a> From<&'a Entry> for JsonEntry<'a> {
    fn from(entry: &'a Entry) -> Self {
        let file = entry.kind == Kind::File;
        Self {
            name: &entry.name,
            kind: if file { "file" } else { "folder" },
            size: file.then_some(entry.size),
            modified: entry
                .modified
                .and_then(timestamp)
                .map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        }
    }
}

/// A page that reads well on a telephone, too, in `language`.
///
/// # Errors
/// `out` does not take it.
pub fn write_html(
    out: &mut impl Write,
    name: &ShareName,
    entries: &[Entry],
    language: Language,
) -> io::Result<()> {
    let root = sentence!("page-title").title_in(language);
    let title = name.parts().last().unwrap_or(&root);
    let lang = text::tag(language);
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"icon\" href=\"data:,\"><title>{}</title><style>{STYLE}</style></head>\n<body><main><h1>",
        Escaped(title)
    )?;
    write_breadcrumb(out, &root, name)?;
    out.write_all(b"</h1>\n")?;
    if entries.is_empty() {
        let empty = sentence!("page-empty").title_in(language);
        write!(out, "<p class=\"empty\">{}</p>", Escaped(&empty))?;
    } else {
        let zone = TimeZone::system();
        writeln!(
            out,
            "<table><thead><tr><th>{}</th><th class=\"n\">{}</th><th class=\"n m\">{}</th></tr></thead><tbody>",
            Escaped(&sentence!("page-name").title_in(language)),
            Escaped(&sentence!("page-size").title_in(language)),
            Escaped(&sentence!("page-modified").title_in(language))
        )?;
        for entry in entries {
            write_row(out, entry, &zone)?;
        }
        out.write_all(b"</tbody></table>")?;
    }
    out.write_all(b"</main></body></html>\n")
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
            write!(out, "<b>{}</b>", Escaped(part))?;
        } else {
            write!(out, "<a href=\"{path}\">{}</a>", Escaped(part))?;
        }
    }
    Ok(())
}

fn write_row(out: &mut impl Write, entry: &Entry, zone: &TimeZone) -> io::Result<()> {
    let folder = entry.kind == Kind::Folder;
    let modified = entry.modified.and_then(timestamp);
    let modified = modified.map(|at| {
        at.to_zoned(zone.clone())
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    });
    writeln!(
        out,
        // The `./` keeps a name like `a:b` from being read as a scheme.
        "<tr><td><a class=\"{class}\" href=\"./{link}{slash}\">{name}{slash}</a></td>\
         <td class=\"n\">{size}</td><td class=\"n m\">{modified}</td></tr>",
        class = if folder { "d" } else { "f" },
        link = encode(&entry.name),
        slash = if folder { "/" } else { "" },
        name = Escaped(&entry.name),
        size = if folder {
            String::new()
        } else {
            format::bytes(entry.size)
        },
        modified = modified.unwrap_or_default(),
    )
}

fn timestamp(time: SystemTime) -> Option<Timestamp> {
    Timestamp::try_from(time).ok()
}

/// Text inside HTML or an attribute in double quotes.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                _ => std::fmt::Write::write_char(f, c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn entries() -> Vec<Entry> {
        let modified = Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_322_340_500));
        let entry = |name: &str, kind, size| Entry {
            name: name.into(),
            kind,
            size,
            modified,
        };
        vec![
            entry("d", Kind::Folder, 0),
            entry("<a href=\"x\">&'.txt", Kind::File, 3),
        ]
    }

    #[test]
    fn json_is_as_the_protocol_says() {
        let mut out = Vec::new();
        let (name, _) = ShareName::from_target("/sub/").unwrap();
        write_json(&mut out, &name, &entries()).unwrap();
        let expected = r#"{"path":"/sub/","entries":[{"name":"d","kind":"folder","modified":"2026-11-22T04:39:00Z"},{"name":"<a href=\"x\">&'.txt","kind":"file","size":3,"modified":"2026-11-22T04:39:00Z"}]}"#;
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn names_cannot_write_the_page() {
        let mut out = Vec::new();
        let (name, _) = ShareName::from_target("/%3Cscript%3E/").unwrap();
        write_html(&mut out, &name, &entries(), Language::English).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(
            !page.contains("<script") && !page.contains("<a href=\"x\""),
            "{page}"
        );
        assert!(
            page.contains("href=\"./%3Ca%20href%3D%22x%22%3E%26%27.txt\""),
            "{page}"
        );
        assert!(page.contains("<b>&lt;script&gt;</b>"), "{page}");
    }

    #[test]
    fn an_empty_folder_says_so() {
        let mut out = Vec::new();
        write_html(&mut out, &ShareName::default(), &[], Language::English).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(page.contains("This folder is empty."), "{page}");
    }

    #[test]
    fn a_page_is_in_the_language_that_is_asked_for() {
        let mut out = Vec::new();
        let (name, _) = ShareName::from_target("/sub/").unwrap();
        write_html(&mut out, &name, &entries(), Language::Chinese).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(page.contains("<html lang=\"zh-CN\">"), "{page}");
        for word in [
            "<title>sub<",
            ">共享文件夹</a>",
            ">名称<",
            ">大小<",
            ">修改时间<",
        ] {
            assert!(page.contains(word), "{word}: {page}");
        }
    }

    #[test]
    fn folder_paths_have_both_slashes() {
        let (name, _) = ShareName::from_target("/a%20b/c").unwrap();
        assert_eq!(folder_path(&name), "/a%20b/c/");
        assert_eq!(folder_path(&ShareName::default()), "/");
    }
}
