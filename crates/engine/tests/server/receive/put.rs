//! PUT when all goes well, and when the sender does not.

use std::fs;
use std::io::{Read, Write};
use std::time::{Duration, SystemTime};

use landline_engine::error::{ClientError, Failure};
use landline_engine::server::ServerEvent;
use landline_engine::transfer::{Checked, Direction, Outcome};
use landline_http1::digest::{self, Hasher};

use super::rig::{Rig, answer};
use crate::common::noise;

fn sha256(bytes: &[u8]) -> String {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    digest::field(&hasher.finish())
}

#[test]
fn a_file_is_stored_with_its_date() {
    let rig = Rig::start();
    let answer = rig.put("/a%20b/c.txt", "X-OC-Mtime: 1000000000\r\n", b"hello");
    assert_eq!(answer.status, 201);
    assert_eq!(answer.field("Location"), Some("/a%20b/c.txt"));
    assert_eq!(rig.read("a b/c.txt"), b"hello");
    let modified = fs::metadata(rig.folder().join("a b/c.txt"))
        .unwrap()
        .modified();
    let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    assert_eq!(modified.unwrap(), expected);
    let transfer = rig.ended();
    assert_eq!(transfer.direction(), Direction::Download);
    assert_eq!((transfer.done(), transfer.total()), (5, Some(5)));
    let Some(Outcome::Saved(saved)) = transfer.outcome() else {
        panic!("{:?}", transfer.outcome());
    };
    assert_eq!(saved.checked, Checked::Length);
    assert_eq!(saved.path, rig.folder().join("a b/c.txt"));
    // Nothing is left beside it.
    assert_eq!(rig.stored().len(), 2);
}

#[test]
fn bodies_of_every_kind_and_size_arrive() {
    let rig = Rig::start();
    for len in [0, 1, 4095, 65_536, 3_000_000] {
        let body = noise(len);
        let name = format!("/length-{len}");
        assert_eq!(rig.put(&name, "", &body).status, 201);
        assert!(rig.read(&name[1..]) == body, "{len}");
        let mut socket = rig.begin(
            "PUT",
            &format!("/chunked-{len}"),
            "Transfer-Encoding: chunked\r\n",
        );
        for piece in body.chunks(50_000) {
            write!(socket, "{:x}\r\n", piece.len()).unwrap();
            socket.write_all(piece).unwrap();
            socket.write_all(b"\r\n").unwrap();
        }
        socket.write_all(b"0\r\n\r\n").unwrap();
        assert_eq!(answer(&socket).status, 201);
        assert!(rig.read(&format!("chunked-{len}")) == body, "{len}");
    }
}

#[test]
fn requests_follow_each_other_on_a_connection() {
    let rig = Rig::start();
    let mut socket = rig.begin("PUT", "/a", "Content-Length: 1\r\n");
    socket.write_all(b"a").unwrap();
    assert_eq!(answer(&socket).status, 201);
    for name in ["b", "c"] {
        let host = rig.shared.address;
        let chunks = "1\r\nx\r\n0\r\n\r\n";
        write!(
            socket,
            "PUT /{name} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"
        )
        .unwrap();
        assert_eq!(answer(&socket).status, 201, "{name}");
    }
    assert_eq!(rig.read("c"), b"x");
}

#[test]
fn the_body_is_invited_first() {
    let rig = Rig::start();
    let mut socket = rig.begin("PUT", "/a", "Expect: 100-continue\r\nContent-Length: 5\r\n");
    let mut interim = [0; 25];
    socket.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(b"hello").unwrap();
    assert_eq!(answer(&socket).status, 201);
}

#[test]
fn digests_are_compared_and_given() {
    let rig = Rig::start();
    let body = noise(300_000);
    let right = sha256(&body);
    for field in ["Repr-Digest", "Content-Digest"] {
        let fields = format!("{field}: {right}\r\nWant-Repr-Digest: sha-256=1\r\n");
        let answer = rig.put("/right", &fields, &body);
        assert_eq!(answer.status, 201);
        assert_eq!(answer.field("Repr-Digest"), Some(&*right));
        let Some(Outcome::Saved(saved)) = rig.ended().outcome().cloned() else {
            panic!("not saved");
        };
        assert_eq!(saved.checked, Checked::Digest);
    }
    let before = rig.stored();
    for field in ["Repr-Digest", "Content-Digest"] {
        let fields = format!("{field}: {}\r\n", sha256(b"other"));
        assert_eq!(rig.put("/wrong", &fields, &body).status, 422);
        let outcome = rig.ended().outcome().cloned();
        assert!(
            matches!(
                &outcome,
                Some(Outcome::Failed(Failure::Fetch(ClientError::Damaged { .. })))
            ),
            "{outcome:?}"
        );
    }
    assert_eq!(rig.stored(), before);
}

#[test]
fn an_existing_file_is_kept() {
    let rig = Rig::start();
    fs::write(rig.folder().join("a.txt"), "mine").unwrap();
    for (body, expected) in [("one", "/a%20(2).txt"), ("two", "/a%20(3).txt")] {
        let answer = rig.put("/a.txt", "", body.as_bytes());
        assert_eq!(answer.field("Location"), Some(expected));
    }
    assert_eq!(rig.read("a.txt"), b"mine");
    assert_eq!(rig.read("a (2).txt"), b"one");
    assert_eq!(rig.read("a (3).txt"), b"two");
}

#[test]
fn two_senders_of_one_name_both_get_it() {
    let rig = Rig::start();
    let mut sockets = [(); 2].map(|()| rig.begin("PUT", "/a", "Content-Length: 200000\r\n"));
    let bodies = [b'1', b'2'].map(|byte| vec![byte; 200_000]);
    for half in [0..100_000, 100_000..200_000] {
        for (socket, body) in sockets.iter_mut().zip(&bodies) {
            socket.write_all(&body[half.clone()]).unwrap();
        }
        if half.start == 0 {
            // Both are being received at the same time.
            for _ in 0..2 {
                rig.shared.wait(|event| match event {
                    ServerEvent::Started(_) => Some(()),
                    _ => None,
                });
            }
        }
    }
    for socket in &sockets {
        assert_eq!(answer(socket).status, 201);
    }
    let mut stored = rig.stored();
    stored.sort_by_key(|(_, content)| content[0]);
    let names: Vec<_> = rig.stored().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "a (2)"]);
    assert!(
        stored
            .iter()
            .zip(&bodies)
            .all(|((_, found), sent)| found == sent)
    );
}

#[test]
fn lengths_that_lie_store_nothing() {
    let rig = Rig::start();
    let mut socket = rig.begin("PUT", "/short", "Content-Length: 100000\r\n");
    socket.write_all(&noise(70_000)).unwrap();
    drop(socket);
    let transfer = rig.ended();
    assert!(
        matches!(
            transfer.outcome(),
            Some(Outcome::Failed(Failure::Fetch(ClientError::Cut { .. })))
        ),
        "{:?}",
        transfer.outcome()
    );
    assert!(!transfer.is_kept());
    for chunks in [
        "5\r\nhello",
        "5\r\nhelloX",
        "zz\r\n",
        "5\r\nhel\r\n0\r\n\r\n",
    ] {
        let mut socket = rig.begin("PUT", "/chunks", "Transfer-Encoding: chunked\r\n");
        socket.write_all(chunks.as_bytes()).unwrap();
        socket.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/1.1 2"), "{chunks:?}");
        rig.ended();
    }
    rig.assert_empty();
    // More than the length is the next request, which is none.
    let mut socket = rig.begin("PUT", "/long", "Content-Length: 1\r\n");
    socket.write_all(b"aXYZ\r\n\r\n").unwrap();
    assert_eq!(answer(&socket).status, 201);
    assert_eq!(rig.stored(), [("long".to_owned(), b"a".to_vec())]);
}

#[test]
fn a_length_is_needed() {
    let rig = Rig::start();
    assert_eq!(rig.send("PUT", "/a", "", b"").status, 411);
    rig.assert_empty();
}

#[test]
fn a_silent_or_slow_sender_is_given_up() {
    let limit = Duration::from_millis(300);
    let quiet = Rig::with_limits(|limits| limits.stalled = limit);
    let mut socket = quiet.begin("PUT", "/a", "Content-Length: 100000\r\n");
    socket.write_all(&[0; 1000]).unwrap();
    assert!(stalled(&quiet));
    quiet.assert_empty();
    for (fields, first, byte) in [
        ("Content-Length: 100000\r\n", "", b"0"),
        // The extension of a chunk.
        ("Transfer-Encoding: chunked\r\n", "9;", b"x"),
    ] {
        let slow = Rig::with_limits(|limits| limits.slow_sender = limit);
        let mut socket = slow.begin("PUT", "/a", fields);
        socket.write_all(first.as_bytes()).unwrap();
        // A byte now and then, as long as it is read.
        let dribble = std::thread::spawn(move || {
            while socket.write_all(byte).is_ok() {
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        assert!(stalled(&slow), "{fields}");
        dribble.join().unwrap();
        slow.assert_empty();
    }
}

fn stalled(rig: &Rig) -> bool {
    matches!(
        rig.ended().outcome(),
        Some(Outcome::Failed(Failure::Fetch(ClientError::Stalled { .. })))
    )
}

#[test]
fn the_owner_can_cancel() {
    let rig = Rig::start();
    let mut socket = rig.begin("PUT", "/a", "Content-Length: 9000000\r\n");
    socket.write_all(&noise(2_000_000)).unwrap();
    let transfer = rig.shared.wait(|event| match event {
        ServerEvent::Started(transfer) => Some(transfer),
        _ => None,
    });
    transfer.cancel().cancel();
    rig.ended();
    assert_eq!(transfer.outcome(), Some(&Outcome::Cancelled));
    let error = socket.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    rig.assert_empty();
}

#[test]
fn what_is_larger_than_the_disk_is_refused_unread() {
    let rig = Rig::start();
    let fields = "Expect: 100-continue\r\nContent-Length: 1000000000000000\r\n";
    let socket = rig.begin("PUT", "/a", fields);
    assert_eq!(answer(&socket).status, 507);
    rig.assert_empty();
}
