//! Folders, listings and deliveries where there is a password.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use landline_engine::error::{ClientError, PasswordError};
use landline_engine::transfer::{Outcome, Transfer};

use super::{CHALLENGE, Gate, basic, know, unauthorized};
use crate::common::noise;
use crate::peer::{Downloader, answer, code, failure, saved};
use crate::receiver::{Act, Receiver, Sender, assert_sent};
use crate::rig::patient;
use crate::web::{Files, Reply, Web};

#[test]
fn a_folder_is_listed_and_fetched_with_the_password() {
    let gate = Gate::new(Files::many(40));
    let downloader = Downloader::new();
    assert_eq!(failure(&downloader.get(gate.web.port, "f/")), "required");
    assert_eq!(gate.web.asked().len(), 1);
    assert_eq!(downloader.files(), Vec::<String>::new());
    know(&downloader, gate.web.port, "secret");
    let outcome = downloader.get(gate.web.port, "f/");
    let saved = saved(&outcome);
    assert_eq!(std::fs::read_dir(&saved.path).unwrap().count(), 40);
    // A server that has asked gets the password at once.
    let asked = gate.web.asked();
    let without = asked.iter().filter(|asked| !super::carries_any(asked));
    assert_eq!(without.count(), 0);
}

#[test]
fn browsing_says_that_there_is_a_password() {
    let gate = Gate::new(Files::many(3));
    let (downloader, port) = (Downloader::new(), gate.web.port);
    let host = "127.0.0.1".to_owned();
    let required = ClientError::Password(PasswordError::Required {
        host,
        port,
        is_pin: false,
    });
    assert_eq!(downloader.list(port, "f").unwrap_err(), required);
    know(&downloader, port, "sesame");
    assert_eq!(code(&downloader.list(port, "f").unwrap_err()), "wrong");
    know(&downloader, port, "secret");
    assert_eq!(downloader.list(port, "f").unwrap().entries.len(), 3);
}

/// A folder whose server changes its password after 50 files, and the number of requests that it refused.
fn changing() -> (Arc<Gate>, Arc<AtomicUsize>) {
    let (served, refused) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&refused);
    let files = Files::many(200);
    let password = Arc::new(std::sync::Mutex::new("secret".to_owned()));
    let current = Arc::clone(&password);
    let web = Web::new(move |asked| {
        let mut current = current.lock().unwrap();
        if !asked.head.contains(&basic(&format!(":{current}"))) {
            counted.fetch_add(1, Ordering::SeqCst);
            return Reply::Say(unauthorized());
        }
        let is_file = !asked.path.ends_with('/');
        if is_file && served.fetch_add(1, Ordering::SeqCst) + 1 == 50 {
            "changed".clone_into(&mut current);
        }
        files.reply(asked)
    });
    (Arc::new(Gate { web, password }), refused)
}

#[test]
fn a_folder_stops_when_the_password_changes_and_resumes_with_the_new_one() {
    let (gate, refused) = changing();
    let downloader = Downloader::with(patient());
    know(&downloader, gate.web.port, "secret");
    let transfer = downloader.start(gate.web.port, "f/");
    let outcome = downloader.wait(transfer.id());
    assert_eq!(failure(&outcome), "wrong");
    assert!(transfer.is_kept());
    // The first request of all, and at most one or two of each worker.
    let refused = refused.load(Ordering::SeqCst);
    assert!(refused <= 20, "{refused}");
    let before = gate.web.gets().len();
    assert!(before < 100, "{before}");
    know(&downloader, gate.web.port, "changed");
    let outcome = downloader.get(gate.web.port, "f/");
    let saved = saved(&outcome);
    assert_eq!(std::fs::read_dir(&saved.path).unwrap().count(), 200);
    // What was there is not fetched again.
    let gets = gate.web.gets().len();
    assert!(gets <= 160, "{gets}");
}

fn receiver() -> Receiver {
    Receiver::with(|asked| {
        if asked.head.contains(&basic(":secret")) {
            Act::Store
        } else {
            Act::Early(unauthorized())
        }
    })
}

fn failed(transfer: &Transfer) -> &'static str {
    failure(transfer.outcome().unwrap())
}

#[test]
fn files_are_sent_with_the_password() {
    let (receiver, sender) = (receiver(), Sender::new());
    let paths = [
        sender.write("a.txt", b"hello"),
        sender.write("b.txt", b"there"),
        sender.write("film.mkv", &noise(3 << 20)),
    ];
    let transfer = sender.send(receiver.port, &paths);
    assert_eq!(failed(&transfer), "required");
    assert_eq!(receiver.asked().len(), 1);
    know(&sender.downloader, receiver.port, "sesame");
    assert_eq!(failed(&sender.send(receiver.port, &paths)), "wrong");
    assert_eq!(receiver.names(), Vec::<String>::new());
    know(&sender.downloader, receiver.port, "secret");
    assert_sent(&sender.send(receiver.port, &paths));
    assert_eq!(receiver.names(), ["a.txt", "b.txt", "film.mkv"]);
}

#[test]
fn a_delivery_asks_once_and_then_sends_the_password_at_once() {
    let (receiver, sender) = (receiver(), Sender::new());
    know(&sender.downloader, receiver.port, "secret");
    assert_sent(&sender.send(receiver.port, &[sender.write("a.txt", b"hello")]));
    let carried = |asked: &crate::receiver::Asked| asked.field("authorization").is_some();
    let asked: Vec<_> = receiver.asked().iter().map(carried).collect();
    assert_eq!(asked, [false, true]);
    assert_sent(&sender.send(receiver.port, &[sender.write("b.txt", b"hello")]));
    assert!(carried(receiver.asked().last().unwrap()));
    assert_eq!(receiver.asked().len(), 3);
}

#[test]
fn a_delivery_ends_at_once_when_nothing_more_is_let_in() {
    for (line, fields, expected) in [
        ("401 Unauthorized", CHALLENGE, "wrong"),
        ("429 Too Many Requests", "Retry-After: 0\r\n", "too-many"),
    ] {
        let receiver = Receiver::with(move |asked| {
            if !asked.head.contains(&basic(":secret")) {
                Act::Early(unauthorized())
            } else if asked.path == "/a.bin" {
                Act::Store
            } else {
                Act::Early(answer(line, fields, b""))
            }
        });
        let sender = Sender::with(patient());
        know(&sender.downloader, receiver.port, "secret");
        let large = noise(3 << 20);
        let paths = ["a.bin", "b.bin", "c.bin", "d.bin"].map(|name| sender.write(name, &large));
        let transfer = sender.send(receiver.port, &paths);
        assert_eq!(failed(&transfer), expected);
        assert!(matches!(transfer.outcome(), Some(Outcome::Failed(_))));
        assert_eq!(receiver.names(), ["a.bin"]);
        let asked = receiver.asked().len();
        assert!(asked <= 6, "{asked}");
    }
}
