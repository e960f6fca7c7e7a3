use std::time::Duration;

use html5gum::{DefaultEmitter, Error, Token, Tokenizer};
use proptest::prelude::*;

use super::*;
use crate::server::page_text::{EnglishTexts, PageTexts};

fn entry(name: &str, kind: Kind) -> Entry {
    Entry {
        name: name.into(),
        kind,
        size: 3,
        modified: Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_322_340_500)),
    }
}

/// English, and a little Chinese.
#[derive(Debug)]
struct TwoLanguages;

impl PageTexts for TwoLanguages {
    fn languages(&self) -> &'static [&'static str] {
        &["en", "zh-CN"]
    }

    fn text(&self, language: &str, text: PageText) -> String {
        match (language, text) {
            ("zh-CN", PageText::Title) => "共享文件夹".to_owned(),
            ("zh-CN", PageText::Name) => "名称".to_owned(),
            ("zh-CN", PageText::Size) => "大小".to_owned(),
            ("zh-CN", PageText::Modified) => "修改时间".to_owned(),
            ("zh-CN", PageText::Omitted(count)) => format!("{count} 个名称无法发送"),
            ("zh-CN", other) => panic!("{other:?}"),
            _ => EnglishTexts.text(language, text),
        }
    }
}

fn english() -> Localized<'static> {
    Localized::new(&TwoLanguages, &[])
}

fn chinese() -> Localized<'static> {
    Localized::new(&TwoLanguages, &["zh"])
}

fn page(name: &ShareName, entries: &[Entry], texts: Localized<'_>) -> String {
    let mut out = Vec::new();
    write_start(&mut out, name, texts).unwrap();
    write_entries(&mut out, entries.to_vec(), 0, texts).unwrap();
    String::from_utf8(out).unwrap()
}

/// Tags with their attributes as `<a href=./x>`, end tags, and the text between them.
fn tokens(page: &str) -> Vec<String> {
    let mut emitter = DefaultEmitter::new_with_span();
    emitter.naively_switch_states(true);
    let tokens = Tokenizer::new_with_emitter(page, emitter).filter_map(|token| {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Some(match token.unwrap() {
            Token::<()>::StartTag(tag) => {
                let mut parts = vec![text(&tag.name)];
                for (name, value) in &tag.attributes {
                    parts.push(format!("{}={}", text(name), text(value)));
                }
                format!("<{}>", parts.join(" "))
            }
            Token::EndTag(tag) => format!("</{}>", text(&tag.name)),
            Token::String(found) => text(&found),
            Token::Doctype(_) => String::from("<!DOCTYPE>"),
            // Not for a page's author, but a name may hold one; it is read like any other.
            Token::Error(e) if *e == Error::NoncharacterInInputStream => return None,
            other => panic!("{other:?} in {page}"),
        })
    });
    tokens.collect()
}

/// Names that would like to be more than that.
const EVIL: [&str; 22] = [
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "<script>alert(1)<",
    "<!--",
    "-->",
    "]]>",
    "<style>",
    "&lt;b&gt;&#60;&amp",
    "javascript:alert(1)",
    "data:,x",
    "..\\x",
    "?q=1",
    "#f",
    "%2e%2e",
    "%00",
    "{{7*7}}",
    "${7*7}",
    " ",
    "a  b ",
    "\u{feff}\u{200b}",
    "=cmd|' calc'!A0",
    "`",
];

#[test]
fn names_cannot_write_the_page() {
    for name in EVIL {
        let entries = [entry(name, Kind::Folder), entry(name, Kind::File)];
        let tokens = tokens(&page(&ShareName::default(), &entries, english()));
        let link: String = encode(name).collect();
        let rows = tokens.iter().position(|token| token == "<tbody>").unwrap();
        let expected = [
            "<tbody>",
            "\n",
            "<tr>",
            "<td>",
            &format!("<a href=./{link}/>"),
            "<bdi>",
            name,
            "</bdi>",
            "/",
            "</a>",
            "</td>",
            "<td>",
            "</td>",
            "<td>",
            &tokens[rows + 14],
            "</td>",
            "</tr>",
            "\n",
            "<tr>",
            "<td>",
            &format!("<a href=./{link}>"),
            "<bdi>",
            name,
            "</bdi>",
            "</a>",
            "</td>",
            "<td>",
            "3 B",
            "</td>",
            "<td>",
            &tokens[rows + 30],
            "</td>",
            "</tr>",
            "\n",
            "</tbody>",
            "</table>",
            "</main>",
            "</body>",
            "</html>",
            "\n",
        ];
        assert_eq!(tokens[rows..], expected, "{name}");
        assert_eq!(tokens[rows + 14].len(), "2026-11-22 04:39".len());
    }
}

/// Windows has no folder with such a name.
#[cfg(unix)]
#[test]
fn names_cannot_write_the_way_to_the_folder() {
    for evil in EVIL {
        let encoded: String = encode(evil).collect();
        let Ok((name, _)) = ShareName::from_target(&format!("/{encoded}/{encoded}/")) else {
            panic!("{evil}");
        };
        let tokens = tokens(&page(&name, &[], english()));
        let title = tokens.iter().position(|token| token == "<title>").unwrap();
        assert_eq!(tokens[title + 1..title + 3], [evil, "</title>"]);
        let way = tokens.iter().position(|token| token == "<h1>").unwrap();
        let expected = [
            "<h1>",
            "<a href=/>",
            "<bdi>",
            "Shared folder",
            "</bdi>",
            "</a>",
            "<i>",
            "/",
            "</i>",
            &format!("<a href=/{encoded}/>"),
            "<bdi>",
            evil,
            "</bdi>",
            "</a>",
            "<i>",
            "/",
            "</i>",
            "<b>",
            "<bdi>",
            evil,
            "</bdi>",
            "</b>",
            "</h1>",
            "\n",
            "<p>",
            "This folder is empty.",
            "</p>",
            "</main>",
            "</body>",
            "</html>",
            "\n",
        ];
        assert_eq!(tokens[way..], expected, "{evil}");
    }
}

#[test]
fn marks_that_turn_writing_are_not_shown() {
    let name = "photo\u{202e}gpj.exe";
    let entries = [entry(name, Kind::File)];
    let tokens = tokens(&page(&ShareName::default(), &entries, english()));
    assert!(tokens.contains(&String::from("photo gpj.exe")));
    // The link still leads to the file.
    assert!(tokens.contains(&String::from("<a href=./photo%E2%80%AEgpj.exe>")));
}

#[test]
fn an_empty_folder_says_so() {
    let page = page(&ShareName::default(), &[], english());
    assert!(page.contains("This folder is empty."), "{page}");
}

#[test]
fn names_that_cannot_be_sent_are_counted() {
    let page = |entries: &[Entry], omitted, texts| {
        let mut out = Vec::new();
        write_entries(&mut out, entries.to_vec(), omitted, texts).unwrap();
        String::from_utf8(out).unwrap()
    };
    let one = page(&[], 1, english());
    assert!(one.starts_with("<p>1 file or folder is left out"), "{one}");
    // Nobody would call it empty.
    assert!(!one.contains("empty"), "{one}");
    let entries = [entry("a", Kind::File)];
    let more = page(&entries, 1_204, english());
    assert!(
        more.starts_with("<p>1,204 files and folders are left out"),
        "{more}"
    );
    let more = page(&entries, 2, chinese());
    assert!(more.starts_with("<p>2 个名称无法发送"), "{more}");
    assert!(more.contains("</p><table>"), "{more}");
    assert!(!page(&entries, 0, english()).contains("<p>"));
}

#[test]
fn a_page_is_in_the_language_that_is_asked_for() {
    let (name, _) = ShareName::from_target("/sub/").unwrap();
    let entries = [entry("a", Kind::File)];
    let page = page(&name, &entries, chinese());
    assert!(page.contains("<html lang=\"zh-CN\">"), "{page}");
    for word in [
        "<title>sub<",
        ">共享文件夹</",
        ">名称<",
        ">大小<",
        ">修改时间<",
    ] {
        assert!(page.contains(word), "{word}: {page}");
    }
}

#[test]
fn the_policy_allows_the_style_of_the_page_alone() {
    // Browsers take a CR out before they make the digest.
    assert!(!STYLE.contains(['\r', '<']));
    let page = page(&ShareName::default(), &[], english());
    let (_, style) = page.split_once("<style>").unwrap();
    let (style, _) = style.split_once("</style>").unwrap();
    let digest = BASE64_STANDARD.encode(Sha256::digest(style));
    assert!(CONTENT_SECURITY_POLICY.contains(&format!("style-src 'sha256-{digest}'")));
    assert!(!CONTENT_SECURITY_POLICY.contains("unsafe") && !page.contains(" style="));
}

#[test]
fn folder_paths_have_both_slashes() {
    let (name, _) = ShareName::from_target("/a%20b/c").unwrap();
    assert_eq!(folder_path(&name), "/a%20b/c/");
    assert_eq!(folder_path(&ShareName::default()), "/");
}

proptest! {
    #[test]
    fn every_name_is_one_link_and_one_text(name in "[^/\\p{Cc}]{1,20}") {
        prop_assume!(ShareName::from_raw(name.as_bytes()).is_ok());
        let tokens = tokens(&page(&ShareName::default(), &[entry(&name, Kind::File)], english()));
        let link = tokens.iter().find_map(|token| token.strip_prefix("<a href=./")).unwrap();
        let (found, _) = ShareName::from_target(&format!("/{}", link.trim_end_matches('>'))).unwrap();
        prop_assert_eq!(found.parts(), &[name]);
        prop_assert_eq!(tokens.len(), 63);
    }
}
