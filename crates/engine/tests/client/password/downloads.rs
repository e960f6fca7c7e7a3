//! Files from servers with a password.

use landline_engine::error::{ClientError, Failure, PasswordError};
use landline_engine::transfer::{Checked, Outcome};

use super::{Gate, basic, carries_any, know, unauthorized};
use crate::common::noise;
use crate::peer::{Downloader, Peer, answer, content, failure, http, saved};
use crate::receiver::digest_of;
use crate::rig::quick;
use crate::web::{Files, Reply, Web};

fn notes() -> Files {
    Files([("notes.txt".to_owned(), b"hello".to_vec())].into())
}

#[test]
fn without_the_password_nothing_is_asked_a_second_time() {
    let downloader = Downloader::new();
    // A second connection, for the raw protocol, would be refused.
    let peer = Peer::new(vec![http(unauthorized())]);
    let port = peer.port;
    let outcome = downloader.get(port, "notes.txt");
    peer.done();
    let host = "127.0.0.1".to_owned();
    let required = ClientError::Password(PasswordError::Required {
        host,
        port,
        is_pin: false,
    });
    assert_eq!(outcome, Outcome::Failed(Failure::Fetch(required)));
    assert_eq!(downloader.files(), Vec::<String>::new());
}

#[test]
fn in_plain_text_the_password_is_sent_only_to_a_server_that_has_asked() {
    let gate = Gate::new(notes());
    let downloader = Downloader::new();
    know(&downloader, gate.web.port, "secret");
    let outcome = downloader.get(gate.web.port, "notes.txt");
    assert_eq!(content(&saved(&outcome).path), b"hello");
    let carried: Vec<_> = gate.web.asked().iter().map(carries_any).collect();
    assert_eq!(carried, [false, true]);
    // From now on at once.
    saved(&downloader.get(gate.web.port, "notes.txt"));
    let carried: Vec<_> = gate.web.asked().iter().map(carries_any).collect();
    assert_eq!(carried, [true]);
    // One that does not ask does not get it, although it is known.
    let open = Web::new(|asked| notes().reply(asked));
    know(&downloader, open.port, "secret");
    saved(&downloader.get(open.port, "notes.txt"));
    assert!(!open.asked().iter().any(carries_any));
}

#[test]
fn a_password_is_for_one_server() {
    let (gate, other) = (Gate::new(notes()), Gate::new(notes()));
    let downloader = Downloader::new();
    know(&downloader, gate.web.port, "secret");
    saved(&downloader.get(gate.web.port, "notes.txt"));
    let outcome = downloader.get(other.web.port, "notes.txt");
    assert_eq!(failure(&outcome), "required");
    assert!(!other.web.asked().iter().any(carries_any));
}

#[test]
fn a_wrong_password_is_tried_once() {
    let gate = Gate::new(notes());
    let downloader = Downloader::new();
    know(&downloader, gate.web.port, "sesame");
    let outcome = downloader.get(gate.web.port, "notes.txt");
    assert_eq!(failure(&outcome), "wrong");
    let asked = gate.web.asked();
    assert_eq!(asked.len(), 2);
    assert!(
        asked
            .iter()
            .any(|asked| asked.head.contains(&basic(":sesame")))
    );
    // The right one, another time.
    know(&downloader, gate.web.port, "secret");
    saved(&downloader.get(gate.web.port, "notes.txt"));
}

#[test]
fn what_was_fetched_is_kept_until_the_password_is_known() {
    let file = noise(300_000);
    let half = file.len() / 2;
    let served = file.clone();
    let web = Web::new(move |asked| {
        let range = format!("range: bytes={half}-");
        let part = format!("ETag: \"1\"\r\nContent-Range: bytes {half}-299999/300000\r\n");
        if asked.head.contains(&basic(":secret")) && asked.head.contains(&range) {
            Reply::Say(answer("206 Partial Content", &part, &served[half..]))
        } else if asked.head.contains("range:") {
            Reply::Say(unauthorized())
        } else {
            let whole = answer("200 OK", "ETag: \"1\"\r\n", &served);
            Reply::Last(whole[..whole.len() - half].to_vec())
        }
    });
    let downloader = Downloader::with(quick());
    let transfer = downloader.start(web.port, "film.mkv");
    let outcome = downloader.wait(transfer.id());
    assert_eq!(failure(&outcome), "required");
    assert!(transfer.is_kept());
    assert_eq!(web.asked().len(), 2);
    // A wrong one does no harm, either.
    for (password, expected) in [("sesame", Some("wrong")), ("secret", None)] {
        know(&downloader, web.port, password);
        let outcome = downloader.get(web.port, "film.mkv");
        match expected {
            Some(expected) => assert_eq!(failure(&outcome), expected),
            None => assert!(content(&saved(&outcome).path) == file),
        }
    }
    assert_eq!(downloader.files(), ["film.mkv"]);
    // Nothing was fetched twice.
    let asked = web.asked();
    assert!(asked.iter().all(|asked| asked.head.contains("range:")));
}

#[test]
fn the_digest_is_asked_for_with_the_password() {
    let file = noise(100_000);
    let (served, digest) = (file.clone(), digest_of(&file));
    let web = Web::new(move |asked| {
        if !asked.head.contains(&basic(":secret")) {
            return Reply::Say(unauthorized());
        }
        let fields = match &*asked.method {
            "HEAD" => format!("Repr-Digest: {digest}\r\n"),
            _ => "ETag: \"1\"\r\nRetry-After: 0\r\n".to_owned(),
        };
        let mut bytes = answer("200 OK", &fields, &served);
        if asked.method == "HEAD" {
            bytes.truncate(bytes.len() - served.len());
        }
        Reply::Say(bytes)
    });
    let downloader = Downloader::new();
    know(&downloader, web.port, "secret");
    let outcome = downloader.get(web.port, "film.mkv");
    assert_eq!(saved(&outcome).checked, Checked::Digest);
}

#[test]
fn a_name_that_is_not_there_is_compared_with_others() {
    let gate = Gate::new(notes());
    let downloader = Downloader::new();
    know(&downloader, gate.web.port, "secret");
    let outcome = downloader.get(gate.web.port, "ntoes.txt");
    assert_eq!(failure(&outcome), "no-such-file-near");
}

#[test]
fn servers_with_user_names_get_what_was_typed() {
    let challenge = "WWW-Authenticate: Digest realm=x\r\nWWW-Authenticate: Basic realm=\"NAS\"\r\n";
    let web = Web::new(move |asked| {
        if asked.head.contains(&basic("ann:secret")) {
            notes().reply(asked)
        } else {
            Reply::Say(answer("401 Unauthorized", challenge, b""))
        }
    });
    let downloader = Downloader::new();
    know(&downloader, web.port, "ann:secret");
    saved(&downloader.get(web.port, "notes.txt"));
    assert_eq!(web.asked().len(), 2);
    // A share has none.
    let gate = Gate::new(notes());
    gate.set("ann:secret");
    know(&downloader, gate.web.port, "ann:secret");
    saved(&downloader.get(gate.web.port, "notes.txt"));
    assert_eq!(gate.web.asked().len(), 2);
}

#[test]
fn nothing_shows_a_password() {
    let gate = Gate::new(notes());
    let downloader = Downloader::new();
    know(&downloader, gate.web.port, "sesame");
    let transfer = downloader.start(gate.web.port, "notes.txt");
    let outcome = downloader.wait(transfer.id());
    let shown = format!("{outcome:?} {transfer:?} {:?}", downloader.client);
    assert!(shown.contains("notes.txt"));
    for secret in ["sesame", &*basic(":sesame")] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
