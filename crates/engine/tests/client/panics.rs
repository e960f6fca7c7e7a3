//! A panic in a worker is told and ends nothing else.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;

use crate::common::alone::is_alone;
use crate::common::{PATIENCE, Shared};
use crossbeam_channel::Receiver;
use landline_engine::client::{Client, ClientEvent, Request, Target};
use landline_engine::error::{ClientError, Failure, SendError};
use landline_engine::server::{Config, Server, ServerEvent};
use landline_engine::threads;
use landline_engine::transfer::{Outcome, Reporter, Transfer};

#[test]
fn a_panic_is_reported_and_ends_nothing_else() {
    // There is one panic hook for the whole process.
    if !is_alone("panics::a_panic_is_reported_and_ends_nothing_else") {
        return;
    }
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
            encryption: <_>::default(),
            name: name.to_owned(),
            query: None,
            target: Target::Folder(folder.path().to_owned()),
            protocol: None,
            exists: landline_engine::client::IfExists::Keep,
        });
    }
    for _ in 0..5 {
        let transfer = ended.recv_timeout(PATIENCE).unwrap();
        match (transfer.name(), transfer.outcome()) {
            ("bad.txt", Some(Outcome::Failed(Failure::Fetch(why)))) => {
                assert!(matches!(why, ClientError::Crashed { .. }), "{why:?}");
            }
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

    an_upload_that_panics_has_crashed(&told);
}

fn an_upload_that_panics_has_crashed(told: &Receiver<String>) {
    let folder = tempfile::tempdir().unwrap();
    // Too long to be sent at once, so that its start is reported.
    std::fs::write(folder.path().join("long"), vec![1; 1 << 20]).unwrap();
    std::fs::write(folder.path().join("short"), "hello").unwrap();
    let mut config = Config::new(folder.path());
    config.port = 0;
    config.bind = Some(Ipv4Addr::LOCALHOST.into());
    let (sender, events) = crossbeam_channel::unbounded();
    let server = Server::start(
        config,
        Reporter::new(move |event| match event {
            ServerEvent::Started(_) => panic!("at the start of an upload"),
            event => sender.send(event).unwrap(),
        }),
    );
    let wait = |pick: fn(ServerEvent) -> Option<Arc<Transfer>>| {
        loop {
            if let Some(transfer) = pick(events.recv_timeout(PATIENCE).unwrap()) {
                return transfer;
            }
        }
    };
    let port = loop {
        if let ServerEvent::Listening(addresses) = events.recv_timeout(PATIENCE).unwrap() {
            break addresses[0].port;
        }
    };
    let ask = |name: &str| {
        let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.write_all(name.as_bytes()).unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).map(|_| answer)
    };

    // To a raw client an orderly close would be the end of the file.
    let end = ask("long\n").unwrap_err();
    assert_eq!(end.kind(), ErrorKind::ConnectionReset);
    let long = wait(|event| match event {
        ServerEvent::Ended(transfer) => Some(transfer),
        _ => None,
    });
    let crashed = Outcome::Failed(Failure::Send(SendError::Crashed));
    assert_eq!(long.outcome(), Some(&crashed));
    let report = loop {
        let report = told.recv_timeout(PATIENCE).unwrap();
        // The downloads' reports come first.
        if !report.ends_with("in a report") {
            break report;
        }
    };
    assert!(report.ends_with("at the start of an upload"), "{report}");

    assert_eq!(ask("short\n").unwrap(), b"hello");
    let short = wait(|event| match event {
        ServerEvent::Over(transfer) => Some(transfer),
        _ => None,
    });
    assert_eq!(short.outcome(), Some(&Outcome::Sent));
    server.stop();
    server.join();
}
