use std::sync::mpsc;
use std::thread;

use super::*;
use crate::transport::is_timeout;

const SOON: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_mins(1);

#[test]
fn nothing_is_waited_for_longer_than_is_said() {
    let (stream, _client) = Stream::loopback();
    let mut buffer = [0; 8];
    assert!(is_timeout(&(&stream).read(&mut buffer).unwrap_err()));
    let late = stream.read_within(&mut buffer, SOON).unwrap_err();
    assert!(is_timeout(&late));
}

#[test]
fn a_reader_that_pauses_gets_every_byte_once() {
    let (stream, client) = Stream::loopback();
    every_byte_comes_once(stream, client);
}

#[cfg(unix)]
#[test]
fn so_does_a_reader_of_a_stream_that_is_no_tcp() {
    let (stream, client) = Stream::pair();
    every_byte_comes_once(stream, client);
}

fn every_byte_comes_once(stream: Stream, mut client: impl Read) {
    let bytes: Vec<u8> = (0..16_000_000_u32).map(|i| (i % 251) as u8).collect();
    let expected = bytes.clone();
    let (full, is_full) = mpsc::channel();
    let writer = thread::spawn(move || {
        let mut left = &bytes[..];
        while !left.is_empty() {
            match (&stream).write(left) {
                Ok(written) => left = &left[written..],
                Err(e) if is_timeout(&e) => {
                    // Nothing fits and nobody reads: this lasts as long as it may.
                    stream.wait_writable().unwrap();
                    let _ = full.send(());
                }
                Err(e) => panic!("{e}"),
            }
        }
    });
    is_full.recv().unwrap();
    let mut got = Vec::new();
    client.read_to_end(&mut got).unwrap();
    writer.join().unwrap();
    assert!(got == expected);
}

#[test]
fn what_comes_ends_the_wait() {
    let (stream, mut client) = Stream::loopback();
    let writer = thread::spawn(move || client.write_all(b"a").map(|()| client));
    let mut buffer = [0; 8];
    let read = loop {
        match stream.read_within(&mut buffer, LONG) {
            Err(e) if is_timeout(&e) => {}
            read => break read.unwrap(),
        }
    };
    assert_eq!(&buffer[..read], b"a");
    drop(writer.join().unwrap().unwrap());
    assert_eq!(stream.read_within(&mut buffer, LONG).unwrap(), 0);
}

#[test]
fn the_peer_of_an_aborted_stream_sees_an_error() {
    let (stream, mut client) = Stream::loopback();
    stream.abort();
    drop(stream);
    let error = client.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
}
