use proptest::prelude::*;

use super::*;
use crate::language::negotiate;

fn get(fields: &str) -> Result<Request<'static>, Refusal> {
    parse_text(&format!(
        "GET /a%20b?x=1 HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n"
    ))
}

fn parse_text(head: &str) -> Result<Request<'static>, Refusal> {
    // Leaked, so that tests can keep the borrowed request.
    parse(head.to_owned().leak().as_bytes(), &|name| {
        name == "files.example.org"
    })
}

#[test]
fn fields_are_read() {
    let request = get(
        "range: bytes=0-1\r\nIF-RANGE:\"x\"\r\nAccept:  application/json \r\nX-Odd: \u{e9}\r\n",
    )
    .unwrap();
    assert_eq!(request.path, "/a%20b");
    assert_eq!(request.range, Some("bytes=0-1"));
    assert_eq!(request.if_range, Some("\"x\""));
    assert_eq!(*request.accept, ["application/json"]);
    assert!(request.http_11 && request.keep_alive && request.method == Method::Get);
}

#[test]
fn every_field_of_interest_is_found_by_its_name() {
    let names = [
        "Range",
        "Accept",
        "If-Range",
        "If-Match",
        "If-None-Match",
        "Accept-Language",
        "If-Modified-Since",
        "If-Unmodified-Since",
    ];
    for name in names {
        let of = |request: Request<'static>| {
            let options = [
                ("Range", request.range),
                ("If-Range", request.if_range),
                ("If-Modified-Since", request.if_modified_since),
                ("If-Unmodified-Since", request.if_unmodified_since),
            ];
            let lists = [
                ("Accept", request.accept),
                ("If-Match", request.if_match),
                ("If-None-Match", request.if_none_match),
                ("Accept-Language", request.accept_language),
            ];
            let options = options
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            let lists = lists.into_iter().flat_map(|(name, lines)| {
                lines.iter().map(|line| (name, *line)).collect::<Vec<_>>()
            });
            options.chain(lists).collect::<Vec<_>>()
        };
        for written in [name.to_owned(), name.to_lowercase(), name.to_uppercase()] {
            let request = get(&format!("{written}: x\r\n{written}s: y\r\n")).unwrap();
            assert_eq!(of(request), [(name, "x")], "{written}");
        }
    }
}

#[test]
fn no_control_character_passes_wherever_it_stands() {
    let head =
        b"GET /a%20b?x=1 HTTP/1.1\r\nHost: localhost\r\nX-Some-Long-Enough-Name: and some long \
                 enough value for every way of searching\r\nAccept: */*\r\n\r\n";
    assert!(parse(head, &|_| false).is_ok());
    for at in 0..=head.len() {
        for control in (0..0x20).chain([0x7f]).filter(|b| !b"\t\n".contains(b)) {
            let odd = [&head[..at], &[control], &head[at..]].concat();
            // Before a line feed there may be one carriage return; here is one already.
            assert_eq!(
                parse(&odd, &|_| false),
                Err(Refusal::BadRequest),
                "{control} at {at}"
            );
        }
    }
}

#[test]
fn want_repr_digest_is_parsed() {
    let wants = |fields| get(fields).unwrap().wants_digest;
    assert!(wants("want-repr-digest: sha-256=10\r\n"));
    assert!(wants(
        "Want-Repr-Digest: sha-512=3\r\nWant-Repr-Digest: sha-256=1\r\n"
    ));
    assert!(!wants("Want-Repr-Digest: sha-512=3\r\n"));
    assert!(!wants("Want-Repr-Digest: sha-256=0\r\n"));
    assert!(!wants("Want-Content-Digest: sha-256=1\r\n"));
    assert!(!wants(""));
}

#[test]
fn whether_tls_is_preferred_is_read() {
    let prefers = |fields| get(fields).unwrap().prefers_tls;
    assert!(prefers("Landline-Prefer-TLS: 1\r\n"));
    assert!(prefers("landline-prefer-tls:1 \r\n"));
    for other in ["Landline-Prefer-TLS: 0\r\n", "Landline-Prefer-TLS:\r\n", ""] {
        assert!(!prefers(other), "{other}");
    }
}

#[test]
fn how_old_an_answer_may_be_is_read() {
    let max_age = |value: &str| {
        let age = get(&format!("Cache-Control: {value}\r\n")).unwrap().max_age;
        age.map(|age| age.as_secs())
    };
    assert_eq!(max_age("no-cache"), Some(0));
    assert_eq!(max_age("max-age=7"), Some(7));
    assert_eq!(max_age("no-store, Max-Age=7"), Some(7));
    assert_eq!(max_age("max-age=7\r\nCache-Control: max-age=3"), Some(3));
    for odd in [
        "",
        "max-age",
        "max-age=",
        "max-age=-1",
        "s-maxage=7",
        "no-cache=x",
        "no-store",
    ] {
        assert_eq!(max_age(odd), None, "{odd}");
    }
    let no_text = b"GET / HTTP/1.1\r\nHost: localhost\r\nCache-Control: \xff\r\n\r\n";
    assert_eq!(parse(no_text, &|_| false).unwrap().max_age, None);
}

#[test]
fn accept_language_is_parsed() {
    let preferred = |request: Request<'_>| negotiate(&request.accept_language, &["en", "zh-CN"]);
    let wanted = |fields| preferred(get(fields).unwrap());
    assert_eq!(wanted("accept-language: zh\r\n"), "zh-CN");
    assert_eq!(wanted(""), "en");
    let lines = "Accept-Language: en;q=0.1\r\nAccept-Language: zh;q=0.2\r\n";
    assert_eq!(wanted(lines), "zh-CN");
    let no_text = b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Language: zh\xff\r\n\r\n";
    assert_eq!(preferred(parse(no_text, &|_| false).unwrap()), "en");
}

#[test]
fn connections_are_kept_as_the_version_has_it() {
    assert!(!get("Connection: foo, Close\r\n").unwrap().keep_alive);
    assert!(!parse_text("GET / HTTP/1.0\r\n\r\n").unwrap().keep_alive);
    assert!(
        parse_text("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
            .unwrap()
            .keep_alive
    );
}

#[test]
fn malformed_and_ambiguous_heads_are_refused() {
    for fields in [
        "Host: other\r\n",
        "Host: localhost\r\n",
        "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 1\r\nContent-Length: 2\r\n",
        "Content-Length: x\r\n",
        "Content-Length: +1\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 1, 1\r\n",
        "Content-Length:\r\n",
        "Content-Length: 99999999999999999999999\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: \u{a0}5\r\n",
        "Range: bytes=0-\r\nRange: bytes=1-\r\n",
        "Bare: a\rb\r\n",
        "Nul: a\0b\r\n",
        "Folded: a\r\n b\r\n",
        " Leading: a\r\n",
        "Space : a\r\n",
        "NoColon\r\n",
        ": empty\r\n",
        "Bad(Name): a\r\n",
    ] {
        assert_eq!(get(fields), Err(Refusal::BadRequest), "{fields:?}");
    }
    for head in [
        "GET /x HTTP/1.1\r\n\r\n",
        "GET  /x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /x  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /x y HTTP/1.1\r\nHost: a\r\n\r\n",
        " GET /x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET ftp://a/x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost:\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        assert_eq!(parse_text(head), Err(Refusal::BadRequest), "{head:?}");
    }
}

#[test]
fn other_refusals_have_their_own_status() {
    for (head, refusal) in [
        (
            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            Refusal::NotImplemented,
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n",
            Refusal::ExpectationFailed,
        ),
        (
            "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n",
            Refusal::ContentCoding,
        ),
        (
            "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            Refusal::Misdirected,
        ),
        (
            "GET http://evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n",
            Refusal::Misdirected,
        ),
        (
            "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
            Refusal::VersionNotSupported,
        ),
    ] {
        assert_eq!(parse_text(head), Err(refusal), "{head:?}");
    }
    let long = "a".repeat(TARGET_MAX_LEN);
    assert_eq!(
        parse_text(&format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n")),
        Err(Refusal::TargetTooLong)
    );
    let many = "A: b\r\n".repeat(FIELDS_MAX + 1);
    assert_eq!(get(&many), Err(Refusal::HeadTooLarge));
}

#[test]
fn every_method_is_passed_on_with_its_target() {
    for (line, method, path, query) in [
        ("GET /a?", Method::Get, "/a", Some("")),
        ("POST /a?b?c", Method::Post, "/a", Some("b?c")),
        ("PUT /a", Method::Put, "/a", None),
        ("OPTIONS *", Method::Options, "*", None),
        ("CONNECT a:1", Method::Connect, "a:1", None),
        ("BREW http://a?b", Method::Other("BREW"), "/", Some("b")),
    ] {
        let request = parse_text(&format!("{line} HTTP/1.1\r\nHost: a\r\n\r\n")).unwrap();
        let parts = (request.method, request.path, request.query);
        assert_eq!(parts, (method, path, query), "{line}");
    }
    // Everything else is checked as for GET.
    let refused = parse_text("PUT / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    assert_eq!(refused, Err(Refusal::Misdirected));
}

#[test]
fn targets_in_other_forms() {
    assert_eq!(
        parse_text("GET http://files.example.org:80/x?y HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap()
            .path,
        "/x"
    );
    assert_eq!(
        parse_text("GET HTTP://a HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap()
            .path,
        "/"
    );
    assert!(
        parse_text("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap()
            .is_head()
    );
}

#[test]
fn a_refused_head_still_says_something() {
    let peek = peek_request_line;
    assert_eq!(peek(b"HEAD / HTTP/1.0\r\n"), (true, false));
    assert_eq!(peek(b"BREW / HTTP/1.1\r\n\r\n"), (false, true));
    assert_eq!(peek(b""), (false, true));
}

#[test]
fn bodies_are_delimited() {
    assert_eq!(
        get("Content-Length: 7\r\nContent-Length: 7\r\n")
            .unwrap()
            .body,
        BodyFraming::Length(7)
    );
    assert_eq!(
        get("Content-Length: 0\r\n").unwrap().body,
        BodyFraming::None
    );
    assert_eq!(
        get("Transfer-Encoding: Chunked\r\n").unwrap().body,
        BodyFraming::Chunked
    );
    assert!(get("Expect: 100-Continue\r\n").unwrap().expects_continue);
}

#[test]
fn the_head_ends_at_its_empty_line_however_it_arrives() {
    for head in [
        "GET / HTTP/1.1\r\nA: b\r\n\r\n",
        "GET / HTTP/1.1\nA: b\n\n",
        "GET / HTTP/1.1\r\n\r\n",
    ] {
        let whole = format!("{head}body\r\n\r\n").into_bytes();
        let mut seen = 0;
        let mut found = None;
        for len in 1..=whole.len() {
            found = head_len(&whole[..len], seen).unwrap();
            seen = len;
            if found.is_some() {
                break;
            }
        }
        assert_eq!(found, Some(head.len()), "{head:?}");
        assert_eq!(head_len(&whole, 0), Ok(Some(head.len())), "{head:?}");
    }
}

#[test]
fn oversized_heads_are_told_apart() {
    let line = format!("GET /{} HTTP/1.1\r\n", "a".repeat(TARGET_MAX_LEN + 100));
    assert_eq!(head_len(line.as_bytes(), 0), Err(Refusal::TargetTooLong));
    assert_eq!(
        head_len(&line.as_bytes()[..TARGET_MAX_LEN + 50], 0),
        Err(Refusal::TargetTooLong)
    );
    let fields = format!("GET / HTTP/1.1\r\nA: {}", "a".repeat(HEAD_MAX_LEN));
    assert_eq!(head_len(fields.as_bytes(), 0), Err(Refusal::HeadTooLarge));
    let ended = format!("{fields}\r\n\r\n");
    assert_eq!(head_len(ended.as_bytes(), 0), Err(Refusal::HeadTooLarge));
}

proptest! {
    #[test]
    fn any_bytes_are_a_request_or_a_refusal(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes, &|_| false);
        let _ = head_len(&bytes, 0);
    }

    #[test]
    fn near_requests_never_panic(text in "(GET|HEAD|PUT|X) [ -~]{0,20} HTTP/1\\.[0-2]\r?\n([A-Za-z-]{1,12}: ?[ -~\t]{0,20}\r?\n){0,4}\r?\n") {
        if let Ok(request) = parse(text.as_bytes(), &|_| false) {
            prop_assert!(request.path.starts_with('/'), "{}", request.path);
        }
    }

    /// However a head is cut into pieces, what is said of it first is what is said of the whole.
    #[test]
    fn pieces_of_a_head_change_nothing(
        method in "(GET|X{300})",
        target in prop::sample::select(&[3_usize, 8_180, 8_192, 8_193, 8_210, 9_000]),
        value in prop::sample::select(&[3_usize, 8_000, 8_160, 16_300, 16_340, 16_350, 17_000]),
        end in "\r?\n(\r\n|\n)[a\n]{0,3}",
    ) {
        let head = format!(
            "{method} /{} HTTP/1.1\r\nHost: localhost\r\nX: {}{end}",
            "a".repeat(target - 1),
            "a".repeat(value),
        );
        let bytes = head.as_bytes();
        let verdict = |len: usize, seen: usize| match head_len(&bytes[..len], seen) {
            Ok(None) => None,
            Ok(Some(len)) => Some(parse(&bytes[..len], &|_| false).err()),
            Err(refusal) => Some(Some(refusal)),
        };
        let first = (1..=bytes.len()).step_by(7).chain([bytes.len()]).find_map(|len| verdict(len, len.saturating_sub(7)));
        prop_assert_eq!(first, verdict(bytes.len(), 0));
    }
}
