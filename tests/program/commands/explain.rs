//! `--explain`: what limited a transfer, with ends that are slow on purpose.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::{interrupt, outcome};
use crate::landline;

/// Reads pieces of a body with pauses, until it ends.
fn read_slowly(port: u16) {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let request = format!("GET /film.mkv HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    socket.write_all(request.as_bytes()).unwrap();
    let mut piece = vec![0; 64 * 1024];
    while socket.read(&mut piece).is_ok_and(|read| read > 0) {
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_receiver_that_reads_slowly_is_named_by_serve() {
    let dir = tempfile::tempdir().unwrap();
    let film = std::fs::File::create(dir.path().join("film.mkv")).unwrap();
    film.set_len(1 << 30).unwrap();
    let mut serve = landline()
        .args(["serve", "--explain", "--port", "0", "--bind", "127.0.0.1"])
        .arg(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(serve.stdout.take().unwrap()).lines();
    let address = lines.next().unwrap().unwrap();
    let port = address.rsplit(':').next().unwrap().parse().unwrap();
    let reader = thread::spawn(move || read_slowly(port));
    // Uploads that took less than 5 s are not explained.
    thread::sleep(Duration::from_millis(5_500));
    interrupt(&serve);
    let mut said = String::new();
    let mut stderr = serve.stderr.take().unwrap();
    stderr.read_to_string(&mut said).unwrap();
    serve.wait().unwrap();
    reader.join().unwrap();
    let beginning = "landline: “film.mkv” to 127.0.0.1: Limited by the receiver: its disk or program reads too slowly. For ";
    assert!(said.starts_with(beginning), "{said}");
    assert!(
        said.contains("% of the time its receive window was full."),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

/// A server that sends a body of so many pieces, with a pause after each.
fn pausing(pieces: usize) -> u16 {
    static PIECE: [u8; 32 * 1024] = [0; 32 * 1024];

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let socket = socket.unwrap();
            let mut lines = BufReader::new(&socket).lines();
            while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            let length = pieces * PIECE.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
            (&socket).write_all(head.as_bytes()).unwrap();
            for _ in 0..pieces {
                (&socket).write_all(&PIECE).unwrap();
                thread::sleep(Duration::from_millis(60));
            }
        }
    });
    port
}

#[test]
fn a_server_that_sends_with_pauses_is_named_by_get() {
    let to = tempfile::tempdir().unwrap();
    let get = |port: u16, more: &[&str]| {
        landline()
            .args([
                "get",
                "127.0.0.1",
                "film.mkv",
                "--port",
                &port.to_string(),
                "--dir",
            ])
            .arg(to.path())
            .args(more)
            .output()
            .unwrap()
    };
    let explained = |port| {
        let began = Instant::now();
        let got = get(port, &["--explain"]);
        let (status, _, said) = outcome(&got);
        assert_eq!(status, Some(0), "{said}");
        (
            said.lines().last().unwrap_or_default().to_owned(),
            began.elapsed(),
        )
    };
    let (said, took) = explained(pausing(30));
    assert!(took > Duration::from_secs(1));
    let beginning = "landline: Limited by the server: it sends with pauses. For ";
    assert!(said.starts_with(beginning), "{said}");
    let (said, _) = explained(pausing(1));
    assert_eq!(said, "landline: Over too soon to tell what limited it.");
    let quiet = get(pausing(1), &[]);
    let (_, _, said) = outcome(&quiet);
    assert!(!said.contains("limited"), "{said}");
}
