//! Parsers of the server.

use std::net::Ipv4Addr;

use super::{ends, is_part};
use crate::server::sniff::{Likeness, NAME_MAX_LEN, Verdict, request_so_far, sniff as judge};
use crate::share::name::ShareName;
use landline_http1::range::{Selection, select};
use landline_http1::request::{BodyFraming, Request};
use landline_http1::{host, request};

/// The first bytes of a connection: the first verdict is the same however they are split; a name lies within
/// them; once they cannot be HTTP, they stay so.
pub fn sniff(data: &[u8]) {
    let whole = judge(data);
    let mut verdicts = ends(data).into_iter().map(|end| judge(&data[..end]));
    let first = verdicts.find(|verdict| *verdict != Verdict::More);
    assert_eq!(first.unwrap_or(Verdict::More), whole);
    if let Verdict::Raw(name) = &whole {
        assert!(name.start == 0 && name.end <= data.len().min(NAME_MAX_LEN));
        assert!(!data[name.clone()].contains(&b'\n'));
        if let Ok(name) = ShareName::from_raw(&data[name.clone()]) {
            check_parts(&name);
        }
    }
    let mut before = Likeness::Possible;
    for end in ends(data) {
        let now = request_so_far(&data[..end]);
        assert!(before == Likeness::Possible || now == before);
        before = now;
    }
}

/// A request head: its end is found however it is split; an accepted one is unambiguous, has a local host, and
/// survives being serialized.
pub fn request_head(data: &[u8]) {
    let mut seen = 0;
    let mut arrived = Ok(None);
    for end in ends(data) {
        arrived = request::head_len(&data[..end], seen);
        seen = end;
        if arrived != Ok(None) {
            break;
        }
    }
    let whole = request::head_len(data, 0);
    let Ok(Some(len)) = whole else {
        assert!(whole.is_err() || arrived == Ok(None));
        return;
    };
    assert!(len <= data.len() && len <= request::HEAD_MAX_LEN);
    let head = &data[..len];
    let parsed = request::parse(head, &|_| false);
    // An early refusal must also be right for the whole head.
    assert!(arrived == whole || arrived.is_err() && parsed.is_err());
    let Ok(parsed) = parsed else {
        return;
    };
    let lines = lines_of(head);
    check_accepted(&parsed, &lines);
    let again = written(&parsed);
    assert_eq!(
        request::parse(again.as_bytes(), &|_| false).as_ref(),
        Ok(&parsed)
    );
    if head.starts_with(lines.request.as_bytes()) {
        let line = request::peek_request_line(head);
        assert_eq!(line, (parsed.is_head(), parsed.http_11));
    }
}

/// A head parsed without any leniency.
struct Lines<'a> {
    request: &'a str,
    /// Names in lower case.
    fields: Vec<(String, &'a [u8])>,
}

impl<'a> Lines<'a> {
    fn all(&self, name: &str) -> Vec<&'a str> {
        let named = self.fields.iter().filter(|field| field.0 == name);
        named
            .map(|field| str::from_utf8(field.1).expect("a field that is read is text"))
            .collect()
    }
}

fn lines_of(head: &[u8]) -> Lines<'_> {
    assert!(!head.contains(&0));
    let mut lines = head.split(|&b| b == b'\n').map(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(!line.contains(&b'\r'));
        line
    });
    let request = lines.find(|line| !line.is_empty()).unwrap_or_default();
    let mut fields = Vec::new();
    for line in lines.by_ref().take_while(|line| !line.is_empty()) {
        let colon = line.iter().position(|&b| b == b':').expect("a colon");
        let is_token = |b: &u8| b.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]{}".contains(b);
        assert!(colon > 0 && line[..colon].iter().all(is_token));
        let name = String::from_utf8_lossy(&line[..colon]).to_ascii_lowercase();
        let value = line[colon + 1..].trim_ascii();
        assert!(!value.iter().any(|b| b.is_ascii_control() && *b != b'\t'));
        fields.push((name, value));
    }
    // One empty line, and nothing after it.
    assert!(lines.all(<[u8]>::is_empty));
    let request = str::from_utf8(request).expect("an accepted target is text");
    Lines { request, fields }
}

fn check_accepted(request: &Request<'_>, lines: &Lines<'_>) {
    let words: Vec<_> = lines.request.split(' ').collect();
    let [method, target, version] = words[..] else {
        panic!("{:?}", lines.request);
    };
    assert_eq!(method, request.method.name());
    let minor = if request.http_11 { "1" } else { "0" };
    assert_eq!(version.strip_prefix("HTTP/1."), Some(minor));
    assert!(target.len() <= request::TARGET_MAX_LEN);
    // `CONNECT` names an authority, and `OPTIONS *` the server itself.
    let has_path = method != "CONNECT" && target != "*";
    if has_path {
        let path = request.path;
        assert!(path.starts_with('/') && target.contains(path) || path == "/");
        assert!(!path.contains(|c: char| "?# ".contains(c) || c.is_ascii_control()));
        let query = target.split_once('?').map(|(_, query)| query);
        assert_eq!(request.query, query);
    } else {
        assert_eq!((request.path, request.query), (target, None));
    }

    let hosts = lines.all("host");
    assert!(hosts.len() <= 1 && (!request.http_11 || hosts.len() == 1));
    let authority = (has_path && !target.starts_with('/')).then(|| {
        let rest = &target["http://".len()..];
        &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())]
    });
    if let Some(name) = authority.or(hosts.first().copied()) {
        assert!(is_local(name), "{name:?}");
        assert_eq!(host::classify(name, |_| false), host::HostKind::Local);
    }

    let (lengths, codings) = (lines.all("content-length"), lines.all("transfer-encoding"));
    assert!(lengths.is_empty() || codings.is_empty());
    let body = match (lengths.first(), codings.is_empty()) {
        (Some(length), _) => {
            assert!(lengths.iter().all(|other| other == length));
            assert!(length.bytes().all(|b| b.is_ascii_digit()));
            match length.parse() {
                Ok(0) => BodyFraming::None,
                Ok(length) => BodyFraming::Length(length),
                Err(e) => panic!("{length:?}: {e}"),
            }
        }
        (None, true) => BodyFraming::None,
        (None, false) => {
            assert!(request.http_11 && codings.len() == 1);
            assert!(codings[0].eq_ignore_ascii_case("chunked"));
            BodyFraming::Chunked
        }
    };
    assert_eq!(request.body, body);
    for (name, value) in [
        ("range", request.range),
        ("if-range", request.if_range),
        ("if-modified-since", request.if_modified_since),
        ("if-unmodified-since", request.if_unmodified_since),
    ] {
        assert_eq!(lines.all(name), value.as_slice());
    }
    assert_eq!(lines.all("accept"), request.accept[..]);
    assert_eq!(lines.all("if-match"), request.if_match[..]);
    assert_eq!(lines.all("if-none-match"), request.if_none_match[..]);
}

/// An independent implementation of [`host::classify`].
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(address) => return address.contains(']'),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let parts: Vec<_> = name.split('.').collect();
    match parts[..] {
        [_] | [.., "local" | "lan" | "home" | "internal" | "localhost"] | [.., "home", "arpa"] => {
            true
        }
        _ => name.parse::<Ipv4Addr>().is_ok(),
    }
}

/// Serializes `request` as a plain client would.
fn written(request: &Request<'_>) -> String {
    let (method, path) = (request.method.name(), request.path);
    let minor = u8::from(request.http_11);
    let query = request.query.map(|query| format!("?{query}"));
    let query = query.unwrap_or_default();
    let mut text = format!("{method} {path}{query} HTTP/1.{minor}\r\n");
    let mut field = |name: &str, value: &str| text.extend([name, ": ", value, "\r\n"]);
    if let Some(authority) = request.authority {
        field("Host", authority);
    }
    if request.keep_alive != request.http_11 {
        field(
            "Connection",
            if request.http_11 {
                "close"
            } else {
                "keep-alive"
            },
        );
    }
    for (name, values) in [
        ("Accept", &request.accept[..]),
        ("Accept-Language", &request.accept_language[..]),
        ("Authorization", &request.authorization[..]),
        ("Range", request.range.as_slice()),
        ("If-Range", request.if_range.as_slice()),
        ("If-Match", &request.if_match[..]),
        ("If-None-Match", &request.if_none_match[..]),
        ("If-Modified-Since", request.if_modified_since.as_slice()),
        (
            "If-Unmodified-Since",
            request.if_unmodified_since.as_slice(),
        ),
    ] {
        for value in values {
            field(name, value);
        }
    }
    if request.wants_digest {
        field("Want-Repr-Digest", "sha-256=1");
    }
    if request.prefers_tls {
        field("Landline-Prefer-TLS", "1");
    }
    if let Some(age) = request.max_age {
        field("Cache-Control", &format!("max-age={}", age.as_secs()));
    }
    match request.body {
        BodyFraming::None => {}
        BodyFraming::Length(len) => field("Content-Length", &len.to_string()),
        BodyFraming::Chunked => field("Transfer-Encoding", "chunked"),
    }
    if request.expects_continue {
        field("Expect", "100-continue");
    }
    text + "\r\n"
}

/// The length of a file in decimal, a line feed, and a `Range` value: the selected part lies within the file,
/// is the requested one, and survives being serialized.
pub fn range(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (len, value) = text.split_once('\n').unwrap_or(("1000", &text));
    let len: u64 = len.parse().unwrap_or(u64::MAX);
    let asked = asked(value);
    match select(value, len) {
        Selection::Part(part) => {
            assert!(part.start < part.end && part.end <= len);
            let last = part.end - 1;
            let exact = format!("bytes={}-{last}", part.start);
            assert_eq!(select(&exact, len), Selection::Part(part.clone()));
            super::content_range(&part, len);
            let (start, end) = match asked {
                Some((Some(first), last)) => (first, last.unwrap_or(u128::MAX)),
                Some((None, Some(suffix))) => (u128::from(len).saturating_sub(suffix), u128::MAX),
                _ => panic!("{value:?} asks for nothing"),
            };
            assert_eq!(u128::from(part.start), start);
            assert_eq!(u128::from(last), end.min(u128::from(len) - 1));
        }
        Selection::Unsatisfiable => match asked {
            Some((Some(first), last)) => {
                assert!(first >= u128::from(len) && last.is_none_or(|last| first <= last));
            }
            Some((None, Some(0))) => {}
            _ => panic!("{value:?} can be satisfied"),
        },
        Selection::Whole => match asked {
            Some((Some(first), Some(last))) => assert!(first > last),
            Some((None, Some(_))) => assert_eq!(len, 0),
            asked => assert_eq!(asked, None),
        },
    }
}

/// The first and last position of a single byte range, unbounded; the first is missing in a suffix range.
fn asked(value: &str) -> Option<(Option<u128>, Option<u128>)> {
    let (unit, set) = value.split_once('=')?;
    let (first, last) = set.trim().split_once('-')?;
    let number = |digits: &str| {
        let all = digits.bytes().all(|b| b.is_ascii_digit());
        // File lengths have 64 bits: clamp what is larger.
        let number = digits
            .parse::<u128>()
            .unwrap_or(u128::MAX)
            .min(u64::MAX.into());
        all.then_some((!digits.is_empty()).then_some(number))
    };
    let range = (number(first)?, number(last)?);
    let is_bytes = unit.trim().eq_ignore_ascii_case("bytes");
    (is_bytes && range != (None, None)).then_some(range)
}

/// A name in both protocols: its components are valid, it equals the input, and requesting it again gives the
/// same name.
pub fn share_name(data: &[u8]) {
    if let Ok(name) = ShareName::from_raw(data) {
        check_parts(&name);
        assert_eq!(name.to_string().as_bytes(), data);
        check_asked_again(&name);
    }
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    for path in [text.to_owned(), format!("/{text}")] {
        let Ok((name, is_folder)) = ShareName::from_target(&path) else {
            continue;
        };
        check_parts(&name);
        check_asked_again(&name);
        let slash = if is_folder && !name.is_root() {
            "/"
        } else {
            ""
        };
        assert_eq!(
            format!("/{name}{slash}").into_bytes(),
            decoded(path.as_bytes())
        );
        if !name.is_root() {
            assert_eq!(ShareName::from_raw(name.to_string().as_bytes()), Ok(name));
        }
    }
}

fn check_parts(name: &ShareName) {
    assert!(name.parts().iter().all(|part| is_part(part)));
    let is_hidden = name
        .to_string()
        .split('/')
        .any(|part| part.starts_with('.'));
    assert_eq!(name.is_hidden(), is_hidden);
}

fn check_asked_again(name: &ShareName) {
    let text = name.to_string();
    let path = super::path_of(&text);
    assert_eq!(
        ShareName::from_target(&path),
        Ok((name.clone(), name.is_root()))
    );
    let path = format!("{}/", path.trim_end_matches('/'));
    assert_eq!(ShareName::from_target(&path), Ok((name.clone(), true)));
}

/// Percent-decoded once (RFC 3986 section 2.1).
fn decoded(text: &[u8]) -> Vec<u8> {
    let digit = |b: u8| {
        char::from(b)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    let mut bytes = Vec::new();
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        let (byte, behind) = match behind {
            [high, low, behind @ ..] if *first == b'%' => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, behind),
                _ => (*first, &rest[1..]),
            },
            _ => (*first, behind),
        };
        bytes.push(byte);
        rest = behind;
    }
    bytes
}
