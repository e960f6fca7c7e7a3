//! One process starts and stops sharing over and over under load, and leaks nothing.
//!
//! `SOAK_SECS=3600` runs for that long instead, at a slower pace, while `benches/soak.py` monitors it from
//! outside.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::common::alone::is_alone;
use crate::common::{PATIENCE, Shared, noise};
use crossbeam_channel::Receiver;
use landline_engine::client::{Client, ClientEvent, IfExists, Request, Target};
use landline_engine::server::ServerEvent;
use landline_engine::transfer::{Outcome, Transfer};
use tempfile::TempDir;

const ROUNDS: u32 = 150;
const FILE_LEN: usize = 300_000;

/// Sent concurrently.
const REQUESTS: [&str; 4] = [
    "file\n",
    "GET /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "HEAD /file HTTP/1.1\r\nHost: a\r\nWant-Repr-Digest: sha-256=1\r\nConnection: close\r\n\r\n",
];

/// When nobody waits for it, a round now and then is load enough.
const PAUSE: Duration = Duration::from_millis(400);

/// How sharing stops, seen by clients in the middle of a response.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stop {
    AtOnce,
    WhileOneReads,
    WhenAllHaveIt,
}

#[test]
fn starting_and_stopping_leaves_nothing_behind() {
    // It counts descriptors and threads of the process.
    if !is_alone("soak::starting_and_stopping_leaves_nothing_behind") {
        return;
    }
    let before = held();
    let file = noise(FILE_LEN);
    let mut shared = Shared::of(&[("file", &file), ("folder/a", b"a")]);
    // Far more than the sockets of both ends hold.
    let huge = fs::File::create(shared.dir.path().join("huge")).unwrap();
    huge.set_len(1 << 30).unwrap();
    drop(huge);
    shared.stop();
    let until = std::env::var("SOAK_SECS")
        .map(|secs| Instant::now() + Duration::from_secs(secs.parse().unwrap()));

    let downloads = Downloads::new();
    let mut number = 0;
    while until
        .as_ref()
        .map_or(number < ROUNDS, |until| Instant::now() < *until)
    {
        shared.begin(|_| {});
        let stop = [Stop::AtOnce, Stop::WhileOneReads, Stop::WhenAllHaveIt][number as usize % 3];
        round(&mut shared, &downloads, &file, stop);
        number += 1;
        if until.is_ok() {
            thread::sleep(PAUSE);
        }
    }

    drop(downloads);
    // Detached threads end with a delay.
    let deadline = Instant::now() + PATIENCE;
    while held() != before && Instant::now() < deadline {
        thread::yield_now();
    }
    assert_eq!(
        held(),
        before,
        "threads and descriptors after {number} rounds"
    );
}

/// Shares, handles all requests concurrently, and stops.
fn round(shared: &mut Shared, downloads: &Downloads, file: &[u8], stop: Stop) {
    let silent = shared.connect();
    let mut begun = shared.connect();
    begun.write_all(b"GET /fi").unwrap();
    let mut left = vec![silent, begun];
    if stop != Stop::WhenAllHaveIt {
        let mut never_reads = shared.connect();
        never_reads.write_all(b"huge\n").unwrap();
        left.push(never_reads);
    }
    let transfer = downloads.start(shared.address.port());
    let askers = REQUESTS.map(|request| {
        let socket = shared.connect();
        thread::spawn(move || ask(socket, request))
    });
    if stop == Stop::WhileOneReads {
        shared.wait(|event| match event {
            ServerEvent::Started(transfer) if transfer.name() == "huge" => Some(()),
            _ => None,
        });
    }
    if stop == Stop::WhenAllHaveIt {
        let answers = askers.map(|asker| asker.join().unwrap().unwrap());
        are_right(answers.map(Some), file);
        downloads.saved(&transfer, file);
        shared.stop();
    } else {
        shared.stop();
        // Requests served in time got a complete response; the others see an error and no clean end.
        are_right(askers.map(|asker| asker.join().unwrap().ok()), file);
        downloads.cancel(&transfer);
    }
    for mut socket in left {
        // Nothing was said to the end here either.
        let end = io::copy(&mut socket, &mut io::sink()).map_err(|e| e.kind());
        assert_eq!(end, Err(ErrorKind::ConnectionReset), "{stop:?}");
    }
}

/// What comes until the end of the connection.
fn ask(mut socket: TcpStream, request: &str) -> io::Result<Vec<u8>> {
    socket.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer)?;
    Ok(answer)
}

/// The answers to [`REQUESTS`], as far as there are any.
#[track_caller]
fn are_right(answers: [Option<Vec<u8>>; REQUESTS.len()], file: &[u8]) {
    for (request, answer) in REQUESTS.iter().zip(answers) {
        let Some(answer) = answer else { continue };
        let right = if request.starts_with("file") {
            answer == file
        } else {
            let body = if request.starts_with("GET /file") {
                file
            } else {
                b""
            };
            answer.starts_with(b"HTTP/1.1 200") && answer.ends_with(body)
        };
        assert!(right, "{request:?}: {} bytes", answer.len());
    }
}

/// A client that lives through all of it.
struct Downloads {
    client: Client,
    events: Receiver<ClientEvent>,
    folder: TempDir,
}

impl Downloads {
    fn new() -> Self {
        let (sender, events) = crossbeam_channel::unbounded();
        Self {
            client: Client::new(sender.into()),
            events,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn start(&self, port: u16) -> Arc<Transfer> {
        self.client.download(Request {
            host: "127.0.0.1".to_owned(),
            port,
            encryption: <_>::default(),
            name: "file".to_owned(),
            query: None,
            target: Target::Folder(self.folder.path().to_owned()),
            protocol: None,
            exists: IfExists::Overwrite,
        })
    }

    fn ended(&self, transfer: &Transfer) {
        loop {
            match self.events.recv_timeout(PATIENCE).unwrap() {
                ClientEvent::Ended(ended) if ended.id() == transfer.id() => return,
                _ => {}
            }
        }
    }

    fn saved(&self, transfer: &Transfer, file: &[u8]) {
        self.ended(transfer);
        let outcome = transfer.outcome();
        assert!(matches!(outcome, Some(Outcome::Saved(_))), "{outcome:?}");
        let path = self.folder.path().join("file");
        assert!(fs::read(&path).unwrap() == file);
        fs::remove_file(path).unwrap();
    }

    /// End one that may be over already.
    fn cancel(&self, transfer: &Transfer) {
        self.client.cancel(transfer.id());
        self.ended(transfer);
    }
}

/// The number of threads and descriptors of this process.
fn held() -> [usize; 2] {
    ["/proc/self/task", "/proc/self/fd"].map(|folder| fs::read_dir(folder).unwrap().count())
}
