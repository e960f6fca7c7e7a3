//! Each name on a page leads to its file, and does no more than be read.

use super::dechunked;
use crate::common::{Shared, body, field, status};

#[cfg(unix)]
#[test]
fn each_link_leads_to_its_file_whatever_its_name() {
    let names = [
        "\"><img src=x onerror=alert(1)>",
        "<script>",
        "<",
        "javascript:alert(1)",
        "\\\\evil\\x",
        "C:",
        "?q",
        "#f",
        "%2e%2e",
        "%",
        "%2Fetc%2Fpasswd",
        "&lt;",
        "&amp;",
        "{{7*7}}",
        "..\u{2215}up",
        "a;b=c",
        "a+b",
        " ",
        "a  b ",
        "...",
        "~",
        "gpj.\u{202e}exe",
        "\u{200b}",
        "\u{feff}",
        "ﬀ",
        "e\u{301}",
        "é",
        "海边",
        "🦀",
    ];
    let shared = Shared::with(|config| config.hidden = true);
    for name in names {
        shared.write(name, name.as_bytes());
        shared.write(&format!("in {name}/{name}"), name.as_bytes());
    }
    shared.write("two\nlines", b"");
    // In the root each name has a file and a folder.
    let root = links(&shared, "/");
    assert_eq!(root.len(), 2 * names.len(), "{root:?}");
    for name in names {
        let mut links_to = root.iter().filter(|link| decoded(link) == name);
        let link = links_to.next().expect("a link");
        assert_eq!(links_to.next(), None, "{name}");
        let folder = format!("/in%20{link}/");
        assert!(root.contains(&folder[1..].to_owned()), "{folder}");
        assert_eq!(links(&shared, &folder), std::slice::from_ref(link));
        for target in [format!("/{link}"), format!("{folder}{link}")] {
            let answer = shared.get(&target, "");
            assert_eq!((status(&answer), body(&answer)), (200, name));
        }
    }
}

#[cfg(unix)]
fn decoded(link: &str) -> String {
    let bytes = percent_encoding::percent_decode_str(link);
    bytes.decode_utf8().unwrap().into_owned()
}

#[cfg(unix)]
/// Where the rows of the page of `folder` lead, relative to it.
fn links(shared: &Shared, folder: &str) -> Vec<String> {
    let answer = shared.get(folder, "");
    let page = dechunked(body(&answer));
    let links = page
        .split("<a href=\"./")
        .skip(1)
        .map(|link| link.split_once('"').unwrap());
    // A file has a second link, which saves it.
    let links = links.filter(|(_, rest)| !rest.starts_with(" download"));
    let links = links.map(|(link, _)| {
        let plain = link.strip_suffix('/').unwrap_or(link);
        // Nothing that a browser would read as anything but a part of a path.
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
        assert!(plain.chars().all(allowed), "{link}");
        link.to_owned()
    });
    links.collect()
}

#[test]
fn nothing_in_a_page_can_script() {
    let shared = Shared::of(&[("a.txt", b"x")]);
    for request in ["GET / HTTP/1.1", "HEAD / HTTP/1.1", "GET / HTTP/1.0"] {
        let answer = shared.http(&format!("{request}\r\nHost: localhost\r\n\r\n"));
        assert_eq!(
            field(&answer, "Content-Type"),
            Some("text/html; charset=utf-8")
        );
        let policy = field(&answer, "Content-Security-Policy").unwrap();
        let rules: Vec<&str> = policy.split("; ").collect();
        for rule in [
            "default-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(rules.contains(&rule), "{policy}");
        }
        let script = rules
            .iter()
            .find_map(|rule| rule.strip_prefix("script-src "));
        let digest = script.and_then(|script| script.strip_prefix("'sha256-")?.strip_suffix('\''));
        assert_eq!(digest.map(str::len), Some(44), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(field(&answer, "X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(field(&answer, "Referrer-Policy"), Some("same-origin"));
    }
    for request in [
        "GET /<script>alert(1)</script> HTTP/1.1\r\nHost: localhost",
        "GET /%3Cscript%3E HTTP/1.1\r\nHost: localhost",
        "GET / HTTP/1.1\r\nHost: <script>",
        "GET / HTTP/1.1\r\nHost: evil.example",
        "POST / HTTP/1.1\r\nHost: localhost",
    ] {
        let answer = shared.http(&format!("{request}\r\n\r\n"));
        assert!(status(&answer) >= 400, "{answer}");
        assert_eq!(
            field(&answer, "Content-Type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(field(&answer, "X-Content-Type-Options"), Some("nosniff"));
        assert!(!answer.contains("<script"), "{answer}");
    }
}
