//! What answers say beside their bodies: where else to look, how long to keep them, what to call a file.

use std::time::{Duration, SystemTime};

use crate::common::{Shared, body, field, status};

#[test]
fn several_slashes_lead_to_the_clean_path_and_nowhere_else() {
    let shared = Shared::of(&[
        ("y.txt", b"x"),
        ("x/in.txt", b"x"),
        ("x/a b 海.txt", b"x"),
        ("evil.example/x", b"x"),
        (".hid", b"x"),
    ]);
    for (target, location) in [
        ("//y.txt", "/y.txt"),
        ("/x//in.txt", "/x/in.txt"),
        ("//x///in.txt?a=b//c&d=%2F", "/x/in.txt?a=b//c&d=%2F"),
        ("/x%2F%2fin.txt", "/x/in.txt"),
        ("/x//a%20b%20%E6%B5%B7.txt", "/x/a%20b%20%E6%B5%B7.txt"),
        ("//", "/"),
        ("//?q", "/?q"),
        ("//x", "/x/"),
        ("/x//", "/x/"),
        ("http://localhost//y.txt", "/y.txt"),
        // Neither a host, nor anything that a browser takes for one.
        ("//evil.example", "/evil.example/"),
        ("///evil.example", "/evil.example/"),
        ("//evil.example//x", "/evil.example/x"),
        ("/%2Fevil.example", "/evil.example/"),
        // The same for a folder without its slash.
        ("/x?a=\"<b>\"", "/x/?a=%22%3Cb%3E%22"),
        (
            "/evil.example?//other.example",
            "/evil.example/?//other.example",
        ),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = shared.http(&format!(
                "{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"
            ));
            assert_eq!((status(&answer), body(&answer)), (301, ""), "{target}");
            assert_eq!(field(&answer, "Location"), Some(location), "{target}");
        }
    }
    for target in [
        "//other.example",
        "//other.example/%2e%2e",
        "//y.txt/",
        "//.hid",
        "/\\evil.example",
        "//x//..//y.txt",
    ] {
        assert_eq!(status(&shared.get(target, "")), 404, "{target}");
    }
    // As many slashes as a target can hold.
    let flood = format!("{}y.txt", "/".repeat(8_000));
    assert_eq!(field(&shared.get(&flood, ""), "Location"), Some("/y.txt"));
    // A raw name is a name and not an address.
    assert!(shared.raw(b"x//in.txt\n").is_empty());
}

#[test]
fn a_folder_is_what_the_client_accepts() {
    let shared = Shared::of(&[("a.txt", b"x")]);
    for (accept, json) in [
        ("text/html, application/json;q=0", false),
        ("application/json;q=0.9, text/html", false),
        ("application/json;q=0.5, text/html;q=0.4", true),
        ("APPLICATION/JSON", true),
        ("*/*", false),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = shared.http(&format!(
                "{method} / HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"
            ));
            let expected = if json {
                "application/json"
            } else {
                "text/html; charset=utf-8"
            };
            assert_eq!(field(&answer, "Content-Type"), Some(expected), "{accept}");
            assert_eq!(field(&answer, "Vary"), Some("Accept, Accept-Language"));
        }
    }
}

#[test]
fn nothing_is_kept_by_a_cache_without_asking_again_or_used_by_other_origins() {
    let shared = Shared::of(&[("a", b"12345"), ("d/x", b"")]);
    let etag = field(&shared.get("/a", ""), "ETag").unwrap().to_owned();
    for (target, fields, code) in [
        ("/a", String::new(), 200),
        ("/a", "Range: bytes=1-\r\n".into(), 206),
        ("/a", format!("If-None-Match: {etag}\r\n"), 304),
        ("/a", "If-Match: \"other\"\r\n".into(), 412),
        ("/a", "Range: bytes=9-\r\n".into(), 416),
        ("/", String::new(), 200),
        ("/d", String::new(), 301),
        ("//a", String::new(), 301),
        ("/none", String::new(), 404),
        ("/a", "Expect: tea\r\n".into(), 417),
        ("/", "Accept: application/json\r\n".into(), 200),
        ("/a", "Sec-Fetch-Site: cross-site\r\n".into(), 403),
        ("/a", "Host: localhost\r\n".into(), 400),
    ] {
        let answer = shared.get(target, &fields);
        assert_eq!(status(&answer), code, "{target} {fields}");
        for (name, value) in [
            ("Cache-Control", "private, no-cache"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
        ] {
            assert_eq!(field(&answer, name), Some(value), "{code}");
            assert_eq!(answer.matches(name).count(), 1, "{code}");
        }
    }
}

#[test]
fn pages_of_other_sites_can_link_to_what_is_shared_and_embed_nothing() {
    let shared = Shared::of(&[("a.js", b"secret"), ("d/b.html", b"secret")]);
    let targets = ["/a.js", "/d/b.html", "/d", "//d/b.html", "/", "/none"];
    for (mode, dest) in [
        ("no-cors", "script"),
        ("no-cors", "image"),
        ("no-cors", "style"),
        ("no-cors", "video"),
        ("no-cors", "empty"),
        ("cors", "empty"),
        ("cors", "font"),
        ("navigate", "iframe"),
        ("navigate", "frame"),
        ("navigate", "object"),
        ("navigate", "embed"),
        ("navigate", "fencedframe"),
        ("websocket", "empty"),
    ] {
        for target in targets {
            for site in ["cross-site", "same-site"] {
                for request in ["GET {} HTTP/1.1", "HEAD {} HTTP/1.1", "GET {} HTTP/1.0"] {
                    let answer = shared.http(&format!(
                        "{}\r\nHost: localhost\r\nSec-Fetch-Site: {site}\r\nSec-Fetch-Mode: {mode}\r\n\
                         Sec-Fetch-Dest: {dest}\r\nAccept: application/json\r\n\r\n",
                        request.replace("{}", target)
                    ));
                    let shown = format!("{request} {target} {site} {mode} {dest}: {answer}");
                    assert_eq!(status(&answer), 403, "{shown}");
                    assert!(
                        !answer.contains("secret") && !answer.contains("Location"),
                        "{shown}"
                    );
                    assert_eq!(
                        body(&answer).contains("A page on another site"),
                        !request.starts_with("HEAD"),
                        "{shown}"
                    );
                }
            }
            // The same from the share's own pages, and by hand.
            for site in ["same-origin", "none"] {
                let fields = format!(
                    "Sec-Fetch-Site: {site}\r\nSec-Fetch-Mode: {mode}\r\nSec-Fetch-Dest: {dest}\r\n"
                );
                let answer = shared.get(target, &fields);
                assert_ne!(status(&answer), 403, "{target} {fields}");
            }
        }
    }
    for (target, code) in targets.into_iter().zip([200, 200, 301, 301, 200, 404]) {
        for (site, dest) in [
            ("cross-site", "document"),
            ("same-site", "document"),
            ("none", "document"),
            ("cross-site", "empty"),
        ] {
            let fields = format!(
                "Sec-Fetch-Site: {site}\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: {dest}\r\n"
            );
            assert_eq!(
                status(&shared.get(target, &fields)),
                code,
                "{target} {fields}"
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn every_name_survives_its_quoted_string() {
    let names = [
        "a\"b.txt",
        "a\\b.txt",
        "\\\"",
        "\\\\\"\"x\\",
        "a;b=\"c\".txt",
        "海\".txt",
    ];
    let shared = Shared::start();
    for name in names {
        shared.write(name, b"x");
        let target: String = landline_http1::encode_segment(name).collect();
        let answer = shared.get(&format!("/{target}"), "");
        let disposition = field(&answer, "Content-Disposition").unwrap();
        let (plain, rest) = unquoted(disposition.strip_prefix("inline; filename=").unwrap());
        assert_eq!(plain, name, "{disposition}");
        let encoded = rest.strip_prefix("; filename*=UTF-8''").unwrap();
        let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8();
        assert_eq!(decoded.unwrap(), name, "{disposition}");
    }
}

/// The value of the quoted string at the start of `text` (RFC 9110 5.6.4), and what follows it.
#[cfg(unix)]
fn unquoted(text: &str) -> (String, &str) {
    let mut chars = text.strip_prefix('"').unwrap().chars();
    let mut value = String::new();
    loop {
        match chars.next().unwrap() {
            '"' => return (value, chars.as_str()),
            '\\' => value.push(chars.next().unwrap()),
            c => value.push(c),
        }
    }
}

#[test]
fn a_file_from_before_1970_has_a_date_that_works_as_a_validator() {
    const AT: &str = "Fri, 01 Jan 1965 00:00:00 GMT";
    let shared = Shared::of(&[("old", b"0123456789")]);
    let path = shared.dir.path().join("old");
    let at = SystemTime::UNIX_EPOCH - Duration::from_hours(1_826 * 24);
    let set = |at: SystemTime| filetime::set_file_mtime(&path, at.into()).unwrap();
    set(at + Duration::from_millis(500));
    let answer = shared.get("/old", "");
    assert_eq!(field(&answer, "Last-Modified"), Some(AT));
    for (fields, code) in [
        (format!("If-Modified-Since: {AT}"), 304),
        (
            "If-Modified-Since: Thu, 31 Dec 1964 23:59:59 GMT".into(),
            200,
        ),
        (format!("If-Unmodified-Since: {AT}"), 200),
        (
            "If-Unmodified-Since: Thu, 31 Dec 1964 23:59:59 GMT".into(),
            412,
        ),
        (format!("Range: bytes=5-\r\nIf-Range: {AT}"), 206),
        (
            "Range: bytes=5-\r\nIf-Range: Sat, 02 Jan 1965 00:00:00 GMT".into(),
            200,
        ),
        (
            "Range: bytes=5-\r\nIf-Range: Thu, 01 Jan 1970 00:00:00 GMT".into(),
            200,
        ),
    ] {
        let answer = shared.get("/old", &format!("{fields}\r\n"));
        assert_eq!(status(&answer), code, "{fields}");
    }
    let listing = shared.get("/", "Accept: application/json\r\n");
    assert!(
        listing.contains("\"modified\":\"1965-01-01T00:00:00Z\""),
        "{listing}"
    );
    let page = shared.get("/", "");
    // In this computer's zone it may be the day before.
    assert!(
        page.contains("1 Jan 1965</small>") || page.contains("31 Dec 1964</small>"),
        "{page}"
    );
    // The next second is another version.
    set(at + Duration::from_secs(1));
    let changed = shared.get("/old", &format!("Range: bytes=5-\r\nIf-Range: {AT}\r\n"));
    assert_eq!(status(&changed), 200);
}

#[cfg(unix)]
#[test]
fn names_that_cannot_be_sent_are_counted_in_the_listing() {
    use std::os::unix::ffi::OsStrExt;

    let shared = Shared::of(&[("a.txt", b"x"), ("two\nlines", b"x"), ("tab\t", b"x")]);
    shared.write("d/b.txt", b"x");
    let json = |target: &str| {
        // HTTP/1.0 has no chunks.
        let answer = shared.http(&format!(
            "GET {target} HTTP/1.0\r\nAccept: application/json\r\n\r\n"
        ));
        serde_json::from_str::<serde_json::Value>(body(&answer)).unwrap()
    };
    let listing = json("/");
    assert_eq!(listing["entries"].as_array().unwrap().len(), 2);
    assert_eq!(listing["omitted"], 2);
    assert_eq!(json("/d/").get("omitted"), None);
    for (language, text) in [
        (
            "en",
            "<p class=\"omitted\">2 files and folders are left out",
        ),
        ("zh", "<p class=\"omitted\">2 个文件或文件夹"),
    ] {
        let wish = format!("Accept-Language: {language}\r\n");
        assert!(shared.get("/", &wish).contains(text), "{language}");
        assert!(
            !shared.get("/d/", &wish).contains("<p class=\"omitted\">"),
            "{language}"
        );
    }
    let latin = std::ffi::OsStr::from_bytes(b"caf\xe9");
    std::fs::write(shared.dir.path().join("d").join(latin), "x").unwrap();
    assert_eq!(json("/d/")["omitted"], 1);
}

#[cfg(unix)]
#[test]
fn only_what_can_be_fetched_is_counted() {
    use landline_engine::server::ServerEvent;

    let mut shared = Shared::of(&[("a.txt", b"x"), ("two\nlines", b"x"), ("d/tab\t", b"x")]);
    std::os::unix::fs::symlink("..", shared.dir.path().join("d/up")).unwrap();
    std::os::unix::fs::symlink("../a.txt", shared.dir.path().join("d/link")).unwrap();
    shared.begin(|_| {});
    let counted = shared.wait(|event| match event {
        ServerEvent::Counted {
            files,
            omitted,
            more: false,
        } => Some((files, omitted)),
        _ => None,
    });
    assert_eq!(counted, (2, 2));
}
