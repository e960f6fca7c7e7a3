use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::*;
use crate::transport::{CancelToken, is_timeout, tls};

#[derive(Default)]
struct Counter {
    copied: AtomicU64,
    cancel: CancelToken,
}

impl Meter for Counter {
    fn advance(&self, bytes: u64) {
        self.copied.fetch_add(bytes, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }
}

fn outgoing<'a>(stream: &'a Stream, counter: &'a Counter) -> Outgoing<'a> {
    static SENT: AtomicU64 = AtomicU64::new(0);
    Outgoing::new(stream, &counter.cancel, &SENT, Duration::from_secs(20))
}

#[test]
fn the_ways_to_copy_agree() {
    let file = file_of(b"0123456789");
    let (stream, mut reader) = Stream::loopback();
    assert_eq!(send_some(&file, 2, 5, &stream).unwrap(), 5);
    assert_eq!(copy_some(&file, 2, 5, &stream).unwrap(), 5);
    assert_eq!(copy_some(&file, 10, 5, &stream).unwrap(), 0);
    drop(stream);
    let mut got = String::new();
    reader.read_to_string(&mut got).unwrap();
    assert_eq!(got, "2345623456");
}

fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

#[test]
fn a_part_of_a_file_arrives_and_is_counted() {
    let (stream, reader) = Stream::loopback();
    a_part_arrives(stream, reader);
}

#[cfg(unix)]
#[test]
fn a_part_of_a_file_arrives_over_a_stream_that_is_no_tcp() {
    let (stream, reader) = Stream::pair();
    a_part_arrives(stream, reader);
}

fn a_part_arrives(stream: Stream, mut reader: impl Read + Send + 'static) {
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
    let file = file_of(&bytes);
    let reader = thread::spawn(move || {
        let mut got = Vec::new();
        reader.read_to_end(&mut got).unwrap();
        got
    });
    let counter = Counter::default();
    let out = outgoing(&stream, &counter);
    send_file(&file, 7, 2_900_000, &out, &counter).unwrap();
    drop(stream);
    assert!(reader.join().unwrap() == bytes[7..2_900_007]);
    assert_eq!(counter.copied.into_inner(), 2_900_000);
}

#[test]
fn one_call_returns_at_once_when_the_peer_takes_no_more() {
    // A socket that waits would do so for a moment in each of the tries, and anew after each piece that fits.
    const MOMENT: Duration = Duration::from_millis(100);
    let file = file_of(&vec![1; 16 << 20]);
    let (stream, _reader) = Stream::loopback();
    while send_some(&file, 0, STEP, &stream).is_ok() {}
    let mut tries = (0..10).map(|_| {
        let began = Instant::now();
        let full = send_some(&file, 0, STEP, &stream);
        assert!(matches!(full, Err(PumpError::Sink(e)) if is_timeout(&e)));
        began.elapsed()
    });
    assert!(tries.any(|took| took < MOMENT));
}

/// Both ends of an encrypted connection after the handshake: the server's does not block.
fn encrypted() -> (Stream, Stream) {
    let (client, server) = Stream::both_ends();
    let accepting = thread::spawn(move || {
        server.accept_tls(&tls::tests::server_tls(), b"").unwrap();
        assert_eq!((&server).read(&mut [0; 8]).unwrap(), 1);
        server.set_nonblocking().unwrap();
        server
    });
    let anyone = std::sync::Arc::new(tls::tests::Anyone);
    let tls = tls::ClientTls::new("localhost", anyone).unwrap();
    client.connect_tls(tls, Duration::from_secs(20)).unwrap();
    (&client).write_all(b"a").unwrap();
    (accepting.join().unwrap(), client)
}

/// What is read from `client` until the end.
fn read_all(client: Stream) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut got = Vec::new();
        (&client).read_to_end(&mut got).unwrap();
        got
    })
}

#[test]
fn a_part_of_a_file_arrives_encrypted() {
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
    let file = file_of(&bytes);
    let (stream, client) = encrypted();
    let client = read_all(client);
    let counter = Counter::default();
    send_file(&file, 7, 2_900_000, &outgoing(&stream, &counter), &counter).unwrap();
    drop(stream);
    assert!(client.join().unwrap() == bytes[7..2_900_007]);
    assert_eq!(counter.copied.into_inner(), 2_900_000);
}

#[test]
fn what_is_encrypted_is_sent_even_if_the_file_is_gone() {
    let file = file_of(&vec![1; 16 << 20]);
    let (stream, client) = encrypted();
    let mut at = 0;
    let full = loop {
        match send_some(&file, at, STEP, &stream) {
            Ok(sent) => at += sent as u64,
            Err(e) => break e,
        }
    };
    assert!(matches!(full, PumpError::Sink(e) if is_timeout(&e)));
    // It becomes another file, and then a shorter one.
    crate::fs::positional::write_all_at(&file, &vec![2; 16 << 20], 0).unwrap();
    let client = read_all(client);
    while stream.wants_write() {
        stream.wait_writable().unwrap();
        match send_some(&file, at, STEP, &stream) {
            Ok(sent) => at += sent as u64,
            Err(PumpError::Sink(e)) => assert!(is_timeout(&e), "{e}"),
            Err(e) => panic!("{e}"),
        }
        file.set_len(0).unwrap();
    }
    while let Some(sent) = stream.write_accepted() {
        at += sent.unwrap() as u64;
    }
    assert_eq!(send_some(&file, at, STEP, &stream).unwrap(), 0);
    drop(stream);
    let got = client.join().unwrap();
    assert_eq!(got.len() as u64, at);
    assert!(got.iter().all(|byte| *byte == 1));
}

#[test]
fn a_file_that_shrank_is_an_error() {
    let (stream, _reader) = Stream::loopback();
    let counter = Counter::default();
    let out = outgoing(&stream, &counter);
    let result = send_file(&file_of(b"short"), 0, 10, &out, &counter);
    assert!(matches!(result, Err(PumpError::Short(5))), "{result:?}");
}

#[test]
fn a_cancel_beats_the_end_of_file() {
    let counter = Counter::default();
    counter.cancel.cancel();
    let result = receive(&mut io::empty(), |_, _| Ok(0), &counter, None);
    assert!(matches!(result, Err(PumpError::Cancelled)), "{result:?}");
}
