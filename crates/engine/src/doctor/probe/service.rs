//! What answers on a port: asks for `/.well-known/landline`, and greets what does not answer in the way of TLS.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use landline_http1::head_end;
use serde::Deserialize;

use crate::doctor::facts::{Answer, Service};
use crate::printable::short_name;
use crate::transport::Stream;

/// A head and a short body. What another server sends beyond that is of no interest.
const HEARD_MAX_LEN: usize = 16 * 1024;

/// The first message of TLS 1.2 (RFC 5246 section 7.4.1.2), with the two cipher suites that every server of that version
/// has had, one with RSA and one with ECDSA: whoever speaks TLS answers with a handshake or an alert.
const CLIENT_HELLO: &[u8] = b"\x16\x03\x01\x00\x31\x01\x00\x00\x2d\x03\x03\
    landline landline landline land \
    \x00\x00\x06\xc0\x2f\xc0\x2b\x00\x2f\x01\x00";

/// What was heard on a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::doctor) struct Heard {
    pub service: Service,
    /// What connecting back led to at the other computer, if it was asked to.
    pub back: Option<Answer>,
}

/// What answers at `address`, which accepts connections. Blocks up to twice `timeout`.
pub(in crate::doctor) fn identify(address: SocketAddr, timeout: Duration) -> Service {
    let service = ask(address, None, timeout).map(|heard| heard.service);
    match service {
        Some(found @ (Service::Landline { .. } | Service::Http { .. } | Service::Tls)) => found,
        service if speaks_tls(address, timeout / 2) => {
            log::debug!("{service:?}, and TLS");
            Service::Tls
        }
        Some(found) => found,
        None => Service::Mute,
    }
}

/// Asks for `/.well-known/landline`, and with `back` to connect to that port of this computer. Blocks up to `timeout`; `None`
/// if no connection can be made.
pub(in crate::doctor) fn ask(
    address: SocketAddr,
    back: Option<u16>,
    timeout: Duration,
) -> Option<Heard> {
    let deadline = Instant::now() + timeout;
    let stream = Stream::connect(&address, timeout, |_| {}).ok()?;
    let query = back.map(|port| format!("?back={port}")).unwrap_or_default();
    let request = format!(
        "GET /.well-known/landline{query} HTTP/1.1\r\nHost: {address}\r\nLandline-Check: 1\r\n\
         Connection: close\r\n\r\n"
    );
    let (bytes, has_ended) = exchange(&stream, request.as_bytes(), deadline, is_complete);
    Some(heard(&bytes, has_ended))
}

/// Whether `address` answers the greeting of TLS.
fn speaks_tls(address: SocketAddr, timeout: Duration) -> bool {
    let deadline = Instant::now() + timeout;
    let Ok(stream) = Stream::connect(&address, timeout, |_| {}) else {
        return false;
    };
    let (bytes, _) = exchange(&stream, CLIENT_HELLO, deadline, |bytes| bytes.len() >= 3);
    is_tls(&bytes)
}

/// A handshake or an alert of any version (RFC 8446 section 5.1).
fn is_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [0x15 | 0x16, 3, ..])
}

/// Sends `bytes` and reads until `is_enough`, the end or `deadline`; and whether the other side ended it.
fn exchange(
    stream: &Stream,
    bytes: &[u8],
    deadline: Instant,
    is_enough: impl Fn(&[u8]) -> bool,
) -> (Vec<u8>, bool) {
    let mut heard = Vec::new();
    let mut talk = || -> io::Result<bool> {
        let left = || deadline.saturating_duration_since(Instant::now());
        stream.set_write_timeout(left())?;
        (&mut &*stream).write_all(bytes)?;
        let mut piece = [0; 2048];
        while heard.len() < HEARD_MAX_LEN && !is_enough(&heard) && !left().is_zero() {
            stream.set_read_timeout(left())?;
            match (&mut &*stream).read(&mut piece)? {
                0 => return Ok(true),
                len => heard.extend_from_slice(&piece[..len]),
            }
        }
        Ok(false)
    };
    let ended = talk();
    // A reset is an end as well.
    let has_ended = ended.unwrap_or_else(|e| !crate::transport::is_timeout(&e));
    (heard, has_ended)
}

/// What is used of an answer.
struct Head {
    len: usize,
    status: u16,
    body_len: Option<usize>,
    software: Option<String>,
}

fn head(bytes: &[u8]) -> Option<Head> {
    let len = head_end(bytes, 0)?;
    let mut fields = [httparse::EMPTY_HEADER; 100];
    let mut answer = httparse::Response::new(&mut fields);
    let parsed = httparse::ParserConfig::default()
        .ignore_invalid_headers_in_responses(true)
        .parse_response(&mut answer, &bytes[..len]);
    parsed.ok()?;
    let field = |name: &str| {
        let mut fields = answer.headers.iter();
        let field = fields.find(|field| field.name.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(field.value).into_owned())
    };
    Some(Head {
        len,
        status: answer.code?,
        body_len: field("Content-Length").and_then(|len| len.trim().parse().ok()),
        software: field("Server").map(|name| short(&name)),
    })
}

/// Whether the whole answer is there.
fn is_complete(bytes: &[u8]) -> bool {
    head(bytes).is_some_and(|head| {
        let body_len = head.body_len.unwrap_or(HEARD_MAX_LEN);
        bytes.len().saturating_sub(head.len) >= body_len
    })
}

/// The body of Landline's answer.
#[derive(Deserialize)]
struct About {
    landline: u32,
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    back: Option<String>,
}

fn heard(bytes: &[u8], has_ended: bool) -> Heard {
    let only = |service| Heard {
        service,
        back: None,
    };
    if is_tls(bytes) {
        return only(Service::Tls);
    }
    let Some(head) = head(bytes) else {
        return only(match bytes {
            [] if !has_ended => Service::Mute,
            _ if bytes.starts_with(b"HTTP/") => Service::Http { software: None },
            _ => Service::Raw,
        });
    };
    let body = &bytes[head.len..];
    let body = &body[..body.len().min(head.body_len.unwrap_or(usize::MAX))];
    match serde_json::from_slice::<About>(body) {
        Ok(about) if head.status == 200 && about.landline > 0 => Heard {
            service: Service::Landline {
                name: short(&about.name),
                version: short(&about.version),
            },
            back: about.back.and_then(|back| match &*back {
                "open" => Some(Answer::Open),
                "refused" => Some(Answer::Refused),
                "timeout" => Some(Answer::Silent),
                "unreachable" => Some(Answer::Unreachable),
                _ => None,
            }),
        },
        _ => only(Service::Http {
            software: head.software,
        }),
    }
}

/// Text from a stranger; may be empty.
fn short(text: &str) -> String {
    short_name(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn landline(name: &str, version: &str) -> Service {
        Service::Landline {
            name: name.into(),
            version: version.into(),
        }
    }

    fn answer(body: &str) -> String {
        format!(
            "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    #[test]
    fn landline_says_what_it_is() {
        let about = r#"{"landline":1,"name":"Ann","version":"0.1.0","back":"timeout","more":[]}"#;
        let it = heard(answer(about).as_bytes(), true);
        assert_eq!(it.service, landline("Ann", "0.1.0"));
        assert_eq!(it.back, Some(Answer::Silent));
        let it = heard(answer(r#"{"landline":2}"#).as_bytes(), false);
        assert_eq!((it.service, it.back), (landline("", ""), None));
        let long = format!(
            r#"{{"landline":1,"name":"{}\u202e\u001b[31m"}}"#,
            "x".repeat(900)
        );
        let it = heard(answer(&long).as_bytes(), true);
        assert_eq!(it.service, landline(&"x".repeat(64), ""));
        assert!(is_complete(answer(about).as_bytes()));
        assert!(!is_complete(
            &answer(about).as_bytes()[..answer(about).len() - 1]
        ));
    }

    #[test]
    fn anything_else_is_told_by_its_first_bytes() {
        let http = |software: Option<&str>| Service::Http {
            software: software.map(str::to_owned),
        };
        for (bytes, has_ended, expected) in [
            ("", true, Service::Raw),
            ("", false, Service::Mute),
            ("thanks", true, Service::Raw),
            ("\x15\x03\x01\0\x02\x02\x46", true, Service::Tls),
            (
                "HTTP/1.0 404 x\r\nServer: SimpleHTTP/0.6\r\n\r\n",
                true,
                http(Some("SimpleHTTP/0.6")),
            ),
            ("HTTP/1.1 404 x\r\n\r\n{\"landline\":1}", true, http(None)),
            (
                "HTTP/1.1 200 x\r\nServer: \x1b[31m\r\n\r\n",
                true,
                http(None),
            ),
            ("HTTP/1.1 200 x\r\n\r\n{\"landline\":0}", true, http(None)),
            (
                "HTTP/1.1 200 x\r\n\r\n{\"landline\":\"1\"}",
                true,
                http(None),
            ),
            ("HTTP/1.1 200", true, http(None)),
        ] {
            assert_eq!(
                heard(bytes.as_bytes(), has_ended).service,
                expected,
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn every_prefix_is_something() {
        let about = answer(r#"{"landline":1,"name":"Ann","version":"0.1.0","back":"open"}"#);
        for len in 0..about.len() {
            let service = heard(&about.as_bytes()[..len], true).service;
            assert!(!matches!(service, Service::Landline { .. }), "{len}");
        }
    }
}
