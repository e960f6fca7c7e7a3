//! No name, search or computer writes the page.

use proptest::prelude::*;

use super::*;

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

/// The tokens between two others.
fn between(tokens: &[String], first: &str, last: &str) -> Vec<String> {
    let from = tokens.iter().position(|token| token == first).unwrap();
    let until = tokens.iter().skip(from).position(|token| token == last);
    tokens[from..=from + until.unwrap()].to_vec()
}

#[test]
fn names_cannot_write_the_page() {
    for name in EVIL {
        let entries = [entry(name, Kind::Folder), entry(name, Kind::File)];
        let view = View {
            is_selecting: true,
            ..View::default()
        };
        let root = ShareName::default();
        let tokens = tokens(&written(about(&root, &view, english()), &entries, 0));
        let rows = between(&tokens, "<ul class=selecting id=list>", "</ul>");
        let link: String = encode(name).collect();
        let [at_folder, at_file] = [&rows[10], &rows[23]];
        assert!(at_folder.starts_with("folder · ") && at_file.starts_with("3 B · "));
        let check = format!("<input aria-label={name} name=n type=checkbox value={name}>");
        let expected = [
            "<ul class=selecting id=list>",
            "\n",
            "<li class=folder data-t=1795322340>",
            &check,
            &format!("<a href=./{link}/>"),
            "<bdi>",
            name,
            "</bdi>",
            " ",
            "<small>",
            at_folder,
            "</small>",
            "</a>",
            "</li>",
            "\n",
            &rows[15],
            &check,
            &format!("<a href=./{link}>"),
            "<bdi>",
            name,
            "</bdi>",
            " ",
            "<small>",
            at_file,
            "</small>",
            "</a>",
            &format!("<a aria-label=Download download= href=./{link}>"),
            "</a>",
            "</li>",
            "\n",
            "</ul>",
        ];
        assert_eq!(rows, expected, "{name}");
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
        let title = between(&tokens, "<title>", "</title>");
        assert_eq!(title[1], format!("{evil} – Shared folder"));
        let expected = [
            "<nav>",
            "<a href=/>",
            "<bdi>",
            "All files",
            "</bdi>",
            "</a>",
            "<i>",
            "›",
            "</i>",
            &format!("<a href=/{encoded}/>"),
            "<bdi>",
            evil,
            "</bdi>",
            "</a>",
            "<i>",
            "›",
            "</i>",
            "<b aria-current=page>",
            "<bdi>",
            evil,
            "</bdi>",
            "</b>",
            "</nav>",
        ];
        assert_eq!(between(&tokens, "<nav>", "</nav>"), expected, "{evil}");
    }
}

#[test]
fn neither_a_search_nor_the_name_of_the_computer_can_write_the_page() {
    let root = ShareName::default();
    let shown = |text: &str| {
        let filter: String = encode(text).collect();
        let view = View::of(Some(&format!("q={filter}&sort=size&order=desc")));
        let page = Page {
            computer: text,
            access: Access::Both,
            ..about(&root, &view, english())
        };
        written(page, &[entry("a", Kind::File)], 0)
    };
    let plain = tokens(&shown("plain"));
    for evil in EVIL.into_iter().filter(|evil| !evil.trim().is_empty()) {
        let tokens = tokens(&shown(evil));
        assert_eq!(between(&tokens, "<h1>", "</h1>")[2], evil);
        let card = tokens.iter().find(|token| token.starts_with("<section"));
        assert!(
            card.unwrap()
                .contains(&format!("Drop files here to send them to {evil} "))
        );
        assert_eq!(tokens.len(), plain.len(), "{evil}");
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

proptest! {
    #[test]
    fn every_name_is_one_link_and_one_text(name in "[^/\\p{Cc}]{1,20}") {
        prop_assume!(ShareName::from_raw(name.as_bytes()).is_ok());
        let shown = |name: &str| tokens(&page(&ShareName::default(), &[entry(name, Kind::File)], english()));
        let list = between(&shown(&name), "<ul id=list>", "</ul>");
        let link = list.iter().find_map(|token| token.strip_prefix("<a href=./")).unwrap();
        let (found, _) = ShareName::from_target(&format!("/{}", link.trim_end_matches('>'))).unwrap();
        prop_assert_eq!(found.parts(), std::slice::from_ref(&name));
        prop_assert_eq!(shown(&name).len(), shown("plain").len());
    }
}
