//! A panic in a worker is told and ends nothing else. A program of its own, because the hook that
//! hears of panics is one for the whole process.
#![allow(clippy::disallowed_methods, reason = "tests wait for what they test")]

mod common;

use common::{PATIENCE, Shared};
use landline::client::{Client, ClientEvent, Request, Target};
use landline::net::{Outcome, Reporter, threads};

#[test]
fn a_panic_is_told_and_the_rest_goes_on() {
    let (sender, told) = crossbeam_channel::unbounded();
    threads::report_panics(move |what| sender.send(what).unwrap());

    let worker = threads::spawn("worker", || panic!("at the wrong moment")).unwrap();
    assert!(worker.join().is_err());
    assert_eq!(
        told.recv_timeout(PATIENCE).unwrap(),
        "worker: at the wrong moment"
    );

    // A download whose worker panics ends, gives its place back, and the next one is saved.
    let shared = Shared::of(&[("a.txt", b"hello")]);
    let folder = tempfile::tempdir().unwrap();
    let (sender, ended) = crossbeam_channel::unbounded();
    let client = Client::new(Reporter::new(move |event| match event {
        ClientEvent::Changed(transfer) if transfer.name() == "bad.txt" => panic!("in a report"),
        ClientEvent::Ended(transfer) => sender.send(transfer).unwrap(),
        _ => {}
    }));
    for name in ["bad.txt", "bad.txt", "bad.txt", "bad.txt", "a.txt"] {
        client.download(Request {
            host: "127.0.0.1".to_owned(),
            port: shared.address.port(),
            name: name.to_owned(),
            query: None,
            target: Target::Folder(folder.path().to_owned()),
            dialect: None,
            exists: landline::client::Exists::Keep,
        });
    }
    for _ in 0..5 {
        let transfer = ended.recv_timeout(PATIENCE).unwrap();
        match (transfer.name(), transfer.outcome()) {
            ("bad.txt", Some(Outcome::Failed(why))) => assert_eq!(why.key(), "download-crashed"),
            ("a.txt", Some(Outcome::Saved(_))) => {}
            other => panic!("{other:?}"),
        }
    }
    let report = told.recv_timeout(PATIENCE).unwrap();
    assert!(report.ends_with("in a report"), "{report}");
    assert_eq!(
        std::fs::read(folder.path().join("a.txt")).unwrap(),
        b"hello"
    );
}
