use std::convert::Infallible;
use std::io;

use proptest::prelude::*;

use super::*;
use crate::name_bytes;

const PLACE: Place<'_> = Place {
    host: "ann-pc",
    port: 8080,
    path: "/share/",
};

/// As nginx 1.22 and Python 3.11 wrote them for one folder, byte for byte: nginx cuts long names in
/// the middle of a character.
const NGINX: &[u8] = include_bytes!("nginx.html");
const PYTHON: &[u8] = include_bytes!("python.html");
/// In the form of Apache 2.4 with `FancyIndexing HTMLTable IconsAreLinks`, which links twice.
const APACHE: &[u8] = include_bytes!("apache.html");

/// The names, a folder's with its slash, and how many were left out.
fn read(page: impl Read, place: Place<'_>) -> (Vec<String>, u64) {
    let mut names = Vec::new();
    let skipped = read_html(page, place, &mut |listed: Listed| {
        let slash = if listed.is_folder { "/" } else { "" };
        assert!(listed.size.is_none() && listed.modified.is_none());
        names.push(format!("{}{slash}", listed.name));
        Ok::<_, Infallible>(())
    });
    (names, skipped.unwrap())
}

fn names(page: &str) -> Vec<String> {
    read(page.as_bytes(), PLACE).0
}

/// What was in the folder, but for what starts with a dot and what cannot be asked for (`tab\tx.txt`).
fn expected() -> Vec<String> {
    let mut names: Vec<String> = [
        "a b/",
        "sub/",
        "夜/",
        " lead.txt",
        "%41.txt",
        "&amp;.txt",
        "100%.txt",
        "<b>.txt",
        "a b&c.txt",
        "a:b.txt",
        "a;b=c+d,e.txt",
        "back\\slash.txt",
        "it's \"q\".txt",
        "trail.txt ",
        "x?y#z.txt",
        "~t.txt",
        "海边.txt",
    ]
    .map(String::from)
    .to_vec();
    names.push(format!("{}.txt", "long".repeat(40)));
    names.push(format!("{}.txt", "长".repeat(70)));
    names.sort();
    names
}

#[test]
fn nginx_is_read() {
    let (mut names, skipped) = read(NGINX, PLACE);
    names.sort();
    assert_eq!((names, skipped), (expected(), 1));
}

#[test]
fn python_is_read() {
    let (mut names, skipped) = read(PYTHON, PLACE);
    names.retain(|name| name != ".hidden");
    names.sort();
    assert_eq!((names, skipped), (expected(), 1));
}

#[test]
fn apache_is_read_and_each_name_comes_once() {
    let (names, skipped) = read(APACHE, PLACE);
    let long = format!("{}.txt", "long".repeat(8));
    assert_eq!(
        names,
        [
            "%41.txt",
            "100%.txt",
            "a b/",
            "a b&c.txt",
            "a:b.txt",
            "it's \"q\".txt",
            &long,
            "sub/",
            "x?y#z.txt",
            "海边.txt",
        ]
    );
    assert_eq!(skipped, 0);
}

#[test]
fn landline_is_read() {
    use crate::server::http::page;
    use crate::server::{Localized, PageText, PageTexts};
    use crate::share::name::ShareName;
    use crate::share::{Entry, Kind};

    #[derive(Debug)]
    struct Chinese;

    impl PageTexts for Chinese {
        fn languages(&self) -> &'static [&'static str] {
            &["zh-CN"]
        }

        fn text(&self, _: &str, _: PageText) -> String {
            "共享文件夹".to_owned()
        }
    }

    let entry = |name: &str, kind| Entry {
        name: name.into(),
        kind,
        size: 3,
        modified: None,
    };
    let entries = [
        entry("d:e", Kind::Folder),
        entry("<a href=\"x\">&'?#%41.txt", Kind::File),
    ];
    let (name, _) = ShareName::from_target("/a%20b/%E6%B5%B7/").unwrap();
    // Its words are none of the reader's business.
    let page = page::whole(&name, entries.to_vec(), Localized::new(&Chinese, &[]));
    let place = Place {
        path: "/a%20b/%e6%b5%b7/",
        ..PLACE
    };
    let (names, skipped) = read(&page[..], place);
    assert_eq!(names, ["d:e/", "<a href=\"x\">&'?#%41.txt"]);
    assert_eq!(skipped, 0);
}

#[test]
fn only_what_is_directly_in_the_folder_is_taken() {
    for href in [
        "",
        ".",
        "./",
        "..",
        "../",
        "/",
        "/share",
        "/share/",
        "/share/a/b",
        "a/b",
        "a/b/",
        "a//",
        "//ann-pc/share/a",
        "//bo:8080/share/a",
        "http://ann-pc/share/a",
        "http://bo:8080/share/a",
        "http://x@ann-pc:8080/share/a",
        "/Share/a",
        "/sharex/a",
        "../other/a",
        "?C=M;O=D",
        "a?x",
        "a#x",
        "#top",
        "mailto:ann",
        "javascript:a",
        "file:///share/a",
        "/share%2Fa",
        "%2e%2e",
        "%2E%2e/a",
        "%2E/",
        "..//a",
        "../share/../a",
        "/share//a",
    ] {
        let page = format!("<a href=\"{href}\">x</a>");
        assert_eq!(read(page.as_bytes(), PLACE), (vec![], 0), "{href:?}");
    }
    for href in [
        "a",
        "./a",
        "/share/a",
        "//ann-pc:8080/share/a",
        "http://ANN-PC:8080/share/a",
        // The same server, over TLS.
        "https://ann-pc:8080/share/a",
        "/%73hare/a",
        "/other/../share/a",
        "../share/a",
        " a\n",
        "%61",
        "b/../a",
    ] {
        assert_eq!(names(&format!("<a href=\"{href}\">")), ["a"], "{href:?}");
        assert_eq!(names(&format!("<a href=\"{href}\">")).len(), 1);
    }
    assert_eq!(names("<a href='/share/a/'>"), ["a/"]);
}

#[test]
fn names_with_marks_that_are_not_escaped_are_in_the_folder() {
    let page = "<a href='?C=M;O=A'>Last modified</a> <a href='/share/n97?mark'>n97?mark</a>\
                <a href='/share/n97?mark?view'>View</a> <a href='n96#hash'>n96#hash</a>\
                <a href='n98?download'>Download</a> <a href='n98'>n98</a> <a href='/else/x?y'>x?y</a>";
    assert_eq!(names(page), ["n97?mark", "n96#hash", "n98"]);
}

#[test]
fn names_that_cannot_be_asked_for_are_counted() {
    for href in ["a%00", "%0a", "a\nb", "%C2%85"] {
        let page = format!("<a href=\"{href}\">x</a>");
        assert_eq!(read(page.as_bytes(), PLACE), (vec![], 1), "{href:?}");
    }
    // Decoded once, and left as it is where it is no code.
    assert_eq!(
        names("<a href='%252e%252e'><a href='50%'>"),
        ["%2e%2e", "50%"]
    );
}

#[test]
fn bytes_that_are_not_text_and_encoded_slashes_stay_in_the_name() {
    let page = b"<a href='caf\xe9'><a href='%ff.txt'><a href='a%2fb/'><a href='%2F'>";
    let names = [
        "caf\u{10fee9}",
        "\u{10feff}.txt",
        "a\u{10fe2f}b/",
        "\u{10fe2f}",
    ];
    assert_eq!(read(&page[..], PLACE), (names.map(String::from).into(), 0));
}

#[test]
fn the_base_of_a_page_is_respected() {
    assert_eq!(names("<base href='/share/x'><a href=a>"), ["a"]);
    assert_eq!(
        names("<base href='http://ann-pc:8080/share/'><a href=a>"),
        ["a"]
    );
    assert_eq!(names("<base href='/'><a href=a><a href=share/b>"), ["b"]);
    assert_eq!(
        names("<base href='/share/'><base href='/'><a href=a>"),
        ["a"]
    );
    assert!(names("<base href='http://bo/share/'><a href=a><a href=/share/a>").is_empty());
}

#[test]
fn two_links_to_one_thing_are_one() {
    assert_eq!(
        names("<a href=a><a href=a><a href=./a><a href=b>"),
        ["a", "b"]
    );
    assert_eq!(names("<a href=a><a href=a/><a href=b>"), ["a/", "b"]);
    assert_eq!(
        names("<a href=a><a href=b><a href=a><a href=b>"),
        ["a", "b"]
    );
}

#[test]
fn a_hundred_thousand_names_come_once_each_and_few_are_kept() {
    struct Page {
        next: u32,
        last: u32,
        line: io::Cursor<Vec<u8>>,
    }
    impl Read for Page {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.line.position() == self.line.get_ref().len() as u64 && self.next < self.last {
                let n = self.next;
                let line = format!("<li><a href='{n}'><img></a> <a href='{n}'>{n}</a>\n");
                self.line = io::Cursor::new(line.into_bytes());
                self.next += 1;
            }
            self.line.read(buffer)
        }
    }
    let last = 100_000;
    let page = Page {
        next: 0,
        last,
        line: io::Cursor::default(),
    };
    let mut count = 0;
    read_html(page, PLACE, &mut |listed| {
        assert_eq!(listed.name, count.to_string());
        count += 1;
        Ok::<_, Infallible>(())
    })
    .unwrap();
    assert_eq!(count, last);

    let mut once = Once::default();
    for n in 0..last {
        let name = n.to_string();
        once.take(Listed {
            name,
            is_folder: false,
            size: None,
            modified: None,
        });
    }
    assert_eq!(once.known.len(), MAX_KNOWN);
}

#[test]
fn who_takes_them_can_stop() {
    let mut count = 0;
    let result = read_html(&b"<a href=a><a href=b><a href=c>"[..], PLACE, &mut |_| {
        count += 1;
        if count == 2 { Err("enough") } else { Ok(()) }
    });
    assert!(matches!(result, Err(ReadError::Stopped("enough"))));
}

proptest! {
    #[test]
    fn no_page_leads_out(href in "[\\PC\\pC%/.:#?&\\\\]{0,30}", base in "[a-z/.:]{0,12}") {
        let page = format!("<base href=\"{base}\"><a href=\"{href}\"><a href='/share/{href}'>");
        for name in names(&page) {
            let name = name.strip_suffix('/').unwrap_or(&name);
            prop_assert!(!name.is_empty() && name != "." && name != ".." && !name.contains('/'));
            prop_assert!(!name.contains(char::is_control));
        }
    }

    #[test]
    fn every_name_comes_back(name in "[^/\\p{Cc}]{1,20}", folder in any::<bool>()) {
        prop_assume!(name != "." && name != "..");
        let slash = if folder { "/" } else { "" };
        let encoded = landline_http1::encode_segment(&name);
        prop_assert_eq!(
            names(&format!("<a href=\"{encoded}{slash}\">")),
            [format!("{}{slash}", name_bytes::from_part(name.as_bytes()))]
        );
    }
}

#[test]
fn of_a_page_all_that_is_inside_is_taken_once() {
    let page = "<link href=style.css><a href=./>home</a><a href='a/b/c.txt'>c</a><a href='a/b/c.txt#x'>c</a>\
        <img src='/share/img/x%20y.png'><a href='/share/d/'>d</a><a href='d/inside'>in it</a>\
        <a href=e>e</a><a href=e/f>f</a><a href=../up>up</a><a href=/other>o</a><a href='a/%00'>odd</a><a href=?q>q</a>";
    let mut found = Vec::new();
    let skipped = read_index(page.as_bytes(), PLACE, &mut |listed: Listed| {
        let slash = if listed.is_folder { "/" } else { "" };
        found.push(format!("{}{slash}", listed.name));
        Ok::<_, Infallible>(())
    });
    assert_eq!(found, ["a/b/c.txt", "d/", "e", "img/x y.png", "style.css"]);
    assert_eq!(skipped.unwrap(), 1);
}
