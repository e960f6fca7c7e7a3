//! Digests that are none, that are of something else, and that come in odd ways.

use std::sync::atomic::{AtomicUsize, Ordering};

use landline::net::Checked;

use crate::hostile::{Chosen, fails, wire};
use crate::peer::{Peer, answer, content, http, saved};
use crate::web::{Reply, Web};

/// How the one file that a server gives, with these fields, was checked.
#[track_caller]
fn checked(fields: &str) -> Checked {
    let peer = Peer::new(wire(answer("200 OK", fields, b"hello")));
    let chosen = Chosen::new();
    let outcome = chosen.get(peer.port, "a.txt");
    assert_eq!(content(&saved(&outcome).path), b"hello");
    peer.done();
    saved(&outcome).checked
}

/// The SHA-256 of `hello`.
const RIGHT: &str = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:";
const WRONG: &str = "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:";

#[test]
fn a_digest_that_is_none_checks_nothing() {
    for digest in [
        "",
        "sha-256",
        "sha-256=:AA==:",
        "sha-256=::",
        "sha-256=:!!!!:",
        // One byte less than there have to be, and one more.
        "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==:",
        "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA:",
        "sha-512=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:",
        "md5=:AAAA:",
    ] {
        let field = format!("Repr-Digest: {digest}\r\n");
        assert_eq!(checked(&field), Checked::Length, "{digest}");
    }
    let one_of_ten = format!("Repr-Digest: {}{RIGHT}\r\n", "sha-512=:AA==:, ".repeat(9));
    assert_eq!(checked(&one_of_ten), Checked::Digest);
}

#[test]
fn a_digest_of_something_else_is_damage() {
    let field = format!("Repr-Digest: {WRONG}\r\n");
    let damaged = || http(answer("200 OK", &field, b"hello"));
    assert_eq!(fails(vec![damaged(), damaged()]).0, "damaged");
}

#[test]
fn a_body_after_an_answer_to_head_does_not_spoil_the_download() {
    let heads = AtomicUsize::new(0);
    let web = Web::new(move |asked| {
        let soon = "ETag: \"1\"\r\nRetry-After: 1\r\n";
        match (asked.method.as_str(), asked.before) {
            ("GET", _) => Reply::Say(answer("200 OK", soon, b"hello")),
            // With two line feeds: then the test's server leaves off no body, as `HEAD` asks for.
            _ if heads.fetch_add(1, Ordering::Relaxed) == 0 => {
                Reply::Say(b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello".to_vec())
            }
            _ => {
                let told = format!("ETag: \"1\"\r\nRepr-Digest: {RIGHT}\r\n");
                Reply::Say(answer("200 OK", &told, b""))
            }
        }
    });
    let chosen = Chosen::new();
    let outcome = chosen.get(web.port, "a.txt");
    assert_eq!(saved(&outcome).checked, Checked::Digest);
}
