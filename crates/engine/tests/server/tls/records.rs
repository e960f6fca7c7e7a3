//! However requests are cut into records and segments, none is stuck.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::Duration;

use super::{REQUEST, answer};
use crate::common::tls::Tls;
use crate::common::{Shared, noise};

const LEN: usize = 2000;

/// Long enough that no timeout ends what a test waits for.
const NEVER: Duration = Duration::from_hours(1);

fn start() -> Shared {
    let shared = Shared::encrypted_with(|config| {
        config.limits.head = NEVER;
        config.limits.idle = NEVER;
    });
    shared.write("a", &[b'x'; LEN]);
    shared
}

/// A request of this length.
fn padded(len: usize) -> Vec<u8> {
    let start = b"GET /a HTTP/1.1\r\nHost: localhost\r\nX: ";
    let pad = len - start.len() - 4;
    [start as &[u8], &vec![b'y'; pad], b"\r\n\r\n"].concat()
}

fn expect_answers(tls: &mut Tls, count: usize) {
    for number in 0..count {
        let answer = answer(tls);
        assert_eq!((answer.status, answer.body.len()), (200, LEN), "{number}");
    }
}

#[test]
fn pipelined_requests_in_one_record_are_all_answered() {
    let shared = start();
    let mut tls = shared.connect_tls();
    // 16 are a batch; 100 are more than one read takes.
    for count in [1, 2, 15, 16, 17, 32, 33, 100, 17] {
        tls.write_all(&REQUEST.repeat(count)).unwrap();
        expect_answers(&mut tls, count);
    }
}

#[test]
fn a_record_that_is_longer_than_what_is_read_at_once_leaves_nothing_behind() {
    let shared = start();
    let mut tls = shared.connect_tls();
    // A read of 4096 bytes ends where a request ends, or near it; the rest causes no event.
    for first in [4095, 4096, 4097, 8191, 8192, 8193, 12_288] {
        let requests = [&padded(first)[..], REQUEST, REQUEST].concat();
        tls.write_all(&requests).unwrap();
        expect_answers(&mut tls, 3);
    }
    // The same at the end of a batch.
    for last in [4096 * 2, 4096 * 3] {
        let before = REQUEST.repeat(15);
        let requests = [&before[..], &padded(last - before.len()), REQUEST].concat();
        tls.write_all(&requests).unwrap();
        expect_answers(&mut tls, 17);
    }
}

#[test]
fn a_head_in_records_of_one_byte_is_answered() {
    let shared = start();
    // In one segment, and each for itself.
    for is_together in [true, false] {
        let mut tls = shared.connect_tls();
        for _ in 0..3 {
            let mut records = Vec::new();
            for byte in REQUEST {
                let record = tls.seal(&[*byte]);
                if is_together {
                    records.extend(record);
                } else {
                    tls.socket.write_all(&record).unwrap();
                }
            }
            tls.socket.write_all(&records).unwrap();
            expect_answers(&mut tls, 1);
        }
    }
}

#[test]
fn many_records_in_one_segment_are_all_answered() {
    let shared = start();
    let mut tls = shared.connect_tls();
    for count in [2, 16, 17, 50] {
        let records: Vec<u8> = (0..count).flat_map(|_| tls.seal(REQUEST)).collect();
        tls.socket.write_all(&records).unwrap();
        expect_answers(&mut tls, count);
    }
}

#[test]
fn a_request_and_half_of_the_next_are_two() {
    let shared = start();
    let mut tls = shared.connect_tls();
    for cut in 1..REQUEST.len() {
        let (one, other) = REQUEST.split_at(cut);
        tls.write_all(&[REQUEST, one].concat()).unwrap();
        expect_answers(&mut tls, 1);
        tls.write_all(other).unwrap();
        expect_answers(&mut tls, 1);
    }
}

#[test]
fn a_record_in_segments_of_one_byte_is_read() {
    let shared = start();
    let mut tls = shared.connect_tls();
    tls.socket.set_nodelay(true).unwrap();
    for byte in tls.seal(&REQUEST.repeat(2)) {
        tls.socket.write_all(&[byte]).unwrap();
    }
    expect_answers(&mut tls, 2);
    // So is one that ends together with the beginning of the next.
    let (one, other) = (tls.seal(REQUEST), tls.seal(REQUEST));
    let (start, rest) = other.split_at(7);
    tls.socket.write_all(&[&one[..], start].concat()).unwrap();
    expect_answers(&mut tls, 1);
    tls.socket.write_all(rest).unwrap();
    expect_answers(&mut tls, 1);
}

#[test]
fn a_handshake_in_segments_of_one_byte_is_one() {
    let shared = start();
    let config = crate::common::tls::config();
    let mut tls = Tls::before_handshake(shared.connect(), config);
    tls.socket.set_nodelay(true).unwrap();
    while tls.connection.is_handshaking() {
        for byte in tls.records() {
            tls.socket.write_all(&[byte]).unwrap();
        }
        if tls.connection.wants_read() {
            assert!(tls.connection.read_tls(&mut tls.socket).unwrap() > 0);
            tls.connection.process_new_packets().unwrap();
        }
    }
    tls.write_all(REQUEST).unwrap();
    expect_answers(&mut tls, 1);
}

#[test]
fn the_end_of_the_handshake_and_the_first_requests_may_come_together() {
    let shared = start();
    for count in [1, 17, 200] {
        let mut tls = Tls::before_handshake(shared.connect(), crate::common::tls::config());
        while tls.connection.is_handshaking() && !may_send(&mut tls) {
            let records = tls.records();
            tls.socket.write_all(&records).unwrap();
            tls.connection.read_tls(&mut tls.socket).unwrap();
            tls.connection.process_new_packets().unwrap();
        }
        let mut records = tls.records();
        records.extend(tls.seal(&REQUEST.repeat(count)));
        tls.socket.write_all(&records).unwrap();
        expect_answers(&mut tls, count);
    }
}

/// Whether the rest of the handshake is waiting to be sent.
fn may_send(tls: &mut Tls) -> bool {
    !tls.connection.wants_read() && tls.connection.wants_write()
}

#[test]
fn a_client_that_sends_while_it_is_written_to_gets_every_answer() {
    const COUNT: usize = 3000;
    let shared = start();
    let mut tls = shared.connect_tls();
    let requests = tls.seal(&REQUEST.repeat(COUNT));
    let mut asking = tls.socket.try_clone().unwrap();
    // Far more answers than the socket buffers hold: the server waits while this goes on.
    let asker = std::thread::spawn(move || asking.write_all(&requests).unwrap());
    expect_answers(&mut tls, COUNT);
    asker.join().unwrap();
    tls.write_all(REQUEST).unwrap();
    expect_answers(&mut tls, 1);
}

#[test]
fn a_client_that_has_ended_its_side_gets_its_answers() {
    let shared = start();
    for is_said in [true, false] {
        let mut tls = shared.connect_tls();
        let mut records = tls.seal(&REQUEST.repeat(3));
        if is_said {
            tls.connection.send_close_notify();
            records.extend(tls.records());
        }
        tls.socket.write_all(&records).unwrap();
        tls.socket.shutdown(Shutdown::Write).unwrap();
        expect_answers(&mut tls, 3);
        assert_eq!(tls.read(&mut [0]).unwrap(), 0);
    }
}

#[test]
fn keys_may_be_updated_at_any_time() {
    let shared = start();
    shared.write("big", &noise(3_000_000));
    let mut tls = shared.connect_tls();
    for _ in 0..40 {
        tls.connection.refresh_traffic_keys().unwrap();
        tls.write_all(REQUEST).unwrap();
        expect_answers(&mut tls, 1);
    }
    tls.write_all(b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    tls.connection.refresh_traffic_keys().unwrap();
    assert!(answer(&mut tls).body == noise(3_000_000));
}
