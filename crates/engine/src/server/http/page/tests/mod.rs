mod names;

use std::time::Duration;

use html5gum::{DefaultEmitter, Error, Token, Tokenizer};

use super::*;
use crate::server::page_text::{EnglishTexts, PageTexts};
use crate::share::Kind;

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
            ("zh-CN", PageText::Label(_) | PageText::Date { .. } | PageText::Files(_)) => {
                String::new()
            }
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

fn about<'a>(folder: &'a ShareName, view: &'a View, texts: Localized<'a>) -> Page<'a> {
    Page {
        folder,
        computer: "",
        address: Some(SocketAddr::from(([192, 168, 1, 5], 8080))),
        protection: &Protection::None { encrypted: None },
        access: Access::Download,
        view,
        texts,
    }
}

fn written(page: Page<'_>, entries: &[Entry], omitted: u64) -> String {
    let mut out = Vec::new();
    write_start(&mut out, page).unwrap();
    let folders = entries.iter().filter(|e| e.kind == Kind::Folder).count();
    let counts = (folders, entries.len() - folders);
    write_entries(&mut out, entries.to_vec(), counts, omitted, page).unwrap();
    String::from_utf8(out).unwrap()
}

fn page(name: &ShareName, entries: &[Entry], texts: Localized<'_>) -> String {
    written(about(name, &View::default(), texts), entries, 0)
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

#[test]
fn an_empty_folder_says_so() {
    let page = page(&ShareName::default(), &[], english());
    assert!(page.contains("This folder is empty."), "{page}");
}

#[test]
fn a_search_without_result_says_so() {
    let (root, view) = (ShareName::default(), View::of(Some("q=x")));
    let page = written(about(&root, &view, english()), &[], 0);
    assert!(
        page.contains("Nothing found.") && !page.contains("is empty"),
        "{page}"
    );
    // What was searched can be changed.
    assert!(page.contains(" value=\"x\""), "{page}");
}

#[test]
fn names_that_cannot_be_sent_are_counted() {
    let (root, view) = (ShareName::default(), View::default());
    let page =
        |entries: &[Entry], omitted, texts| written(about(&root, &view, texts), entries, omitted);
    let one = page(&[], 1, english());
    assert!(
        one.contains("<p class=\"omitted\">1 file or folder is left out"),
        "{one}"
    );
    // Nobody would call it empty.
    assert!(!one.contains("is empty"), "{one}");
    let entries = [entry("a", Kind::File)];
    let more = page(&entries, 1_204, english());
    assert!(
        more.contains(">1,204 files and folders are left out"),
        "{more}"
    );
    let more = page(&entries, 2, chinese());
    assert!(more.contains(">2 个名称无法发送</p>"), "{more}");
    assert!(!page(&entries, 0, english()).contains("<p class=\"omitted\">"));
}

#[test]
fn entries_are_counted() {
    let [folder, file] = [entry("a", Kind::Folder), entry("b", Kind::File)];
    for (entries, expected) in [
        (&[][..], "0 files"),
        (std::slice::from_ref(&folder), "1 folder"),
        (&[folder.clone(), file.clone()], "1 folder · 1 file"),
        (&[file.clone(), file], "2 files"),
    ] {
        let page = page(&ShareName::default(), entries, english());
        assert!(
            page.contains(&format!("<p id=\"count\">{expected}</p>")),
            "{page}"
        );
    }
}

#[test]
fn there_is_nothing_to_download_in_an_empty_folder_and_a_card_only_where_files_can_be_sent() {
    let (root, view) = (ShareName::default(), View::default());
    for access in [Access::Download, Access::Both, Access::Send] {
        let about = Page {
            access,
            ..about(&root, &view, english())
        };
        for entries in [&[][..], &[entry("a", Kind::File)]] {
            let page = written(about, entries, 0);
            let has_card = page.contains("<section id=\"send\"");
            assert_eq!(has_card, access.sends());
            assert_eq!(page.contains("<div id=\"bar\">"), !entries.is_empty());
        }
    }
    let only = Page {
        access: Access::Send,
        ..about(&root, &view, english())
    };
    let mut out = Vec::new();
    write_send_only(&mut out, only).unwrap();
    let page = String::from_utf8(out).unwrap();
    assert!(page.contains("Send files to 192.168.1.5:8080"), "{page}");
    let is_listing = ["<ul", "id=\"bar\"", "id=\"search\"", "id=\"count\""];
    assert!(!is_listing.iter().any(|part| page.contains(part)), "{page}");
}

#[test]
fn the_link_of_the_present_order_reverses_it() {
    let root = ShareName::default();
    for (query, expected) in [
        (
            "",
            ["up ./?sort=name&order=desc", " ./?sort=size&order=desc"],
        ),
        ("sort=size", [" ./?sort=name", "up ./?sort=size&order=desc"]),
        (
            "sort=size&order=desc&q=a",
            [" ./?sort=name&q=a", "down ./?sort=size&q=a"],
        ),
    ] {
        let view = View::of(Some(query));
        let tokens = tokens(&written(
            about(&root, &view, english()),
            &[entry("a", Kind::File)],
            0,
        ));
        let links = ["name", "size"].map(|sort| {
            let of = format!("data-sort={sort} ");
            let link = tokens.iter().find(|token| token.contains(&of)).unwrap();
            let (_, href) = link.trim_end_matches('>').split_once("href=").unwrap();
            let class = link.split_once("class=").map_or("", |(_, class)| class);
            format!("{} {href}", class.split(' ').next().unwrap())
        });
        assert_eq!(links, expected, "{query}");
    }
}

#[test]
fn a_page_is_in_the_language_that_is_asked_for() {
    let (name, _) = ShareName::from_target("/sub/").unwrap();
    let entries = [entry("a", Kind::File)];
    let page = page(&name, &entries, chinese());
    assert!(page.contains("<html lang=\"zh-CN\">"), "{page}");
    for word in [
        "<title>sub – 共享文件夹<",
        "<bdi>共享文件夹</",
        ">名称<",
        ">大小<",
        ">修改时间<",
    ] {
        assert!(page.contains(word), "{word}: {page}");
    }
}

#[test]
fn the_policy_allows_the_style_and_the_script_of_the_page_alone() {
    // Browsers take a CR out before they make the digest.
    assert!(!STYLE.contains(['\r', '<']));
    assert!(!SCRIPT.contains('\r') && !SCRIPT.contains("</script") && !SCRIPT.contains("<!--"));
    let page = page(&ShareName::default(), &[], english());
    for (element, rule) in [("style", "style-src"), ("script", "script-src")] {
        let (_, text) = page.split_once(&format!("<{element}>")).unwrap();
        let (text, _) = text.split_once(&format!("</{element}>")).unwrap();
        let digest = BASE64_STANDARD.encode(Sha256::digest(text));
        assert!(CONTENT_SECURITY_POLICY.contains(&format!("{rule} 'sha256-{digest}'; ")));
    }
    assert!(!CONTENT_SECURITY_POLICY.contains("unsafe") && !page.contains(" style="));
    assert_eq!(page.matches("<script").count(), 1);
}

#[test]
fn the_page_is_small() {
    assert!(STYLE.len() + SCRIPT.len() < 40_000);
}

#[test]
fn every_text_of_the_script_is_there() {
    let mut out = Vec::new();
    let (root, view) = (ShareName::default(), View::default());
    write_end(&mut out, about(&root, &view, english())).unwrap();
    let page = String::from_utf8(out).unwrap();
    let (texts, script) = page.split_once("<script>").unwrap();
    for call in script.split("say('").skip(1) {
        let (name, _) = call.split_once('\'').unwrap();
        let words = name.chars().flat_map(|c| {
            let dash = c.is_ascii_uppercase().then_some('-');
            dash.into_iter().chain([c.to_ascii_lowercase()])
        });
        let attribute = format!(" data-{}=\"", words.collect::<String>());
        assert!(texts.contains(&attribute), "{attribute}");
    }
}

#[test]
fn folder_paths_have_both_slashes() {
    let (name, _) = ShareName::from_target("/a%20b/c").unwrap();
    assert_eq!(folder_path(&name), "/a%20b/c/");
    assert_eq!(folder_path(&ShareName::default()), "/");
}
