//! Files on their way to servers that break off, dribble, lie or die.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use landline_engine::transfer::Outcome;

use crate::common::noise;
use crate::receiver::{Act, Receiver, Sender, assert_sent, status};

const MIB: usize = 1 << 20;

#[test]
fn a_cut_file_goes_on_where_it_was_cut() {
    let cuts = AtomicUsize::new(0);
    let receiver = Receiver::with(move |asked| match &*asked.method {
        "PUT" if cuts.fetch_add(1, Ordering::Relaxed) < 3 => Act::Cut(2 * MIB + 1),
        _ => Act::Store,
    });
    let sender = Sender::new();
    let content = noise(9 * MIB);
    let file = sender.write("film.mkv", &content);
    let transfer = sender.send(receiver.port, &[file]);
    assert_sent(&transfer);
    assert!(receiver.file("film.mkv") == content);
    let ranges: Vec<_> = receiver
        .asked()
        .iter()
        .filter_map(|asked| asked.field("content-range").map(str::to_owned))
        .collect();
    let last = 9 * MIB - 1;
    let expected = [1, 2, 3].map(|i| {
        let from = i * (2 * MIB + 1);
        format!("bytes {from}-{last}/{}", 9 * MIB)
    });
    assert_eq!(ranges, expected);
}

#[test]
fn a_server_that_forgot_the_file_gets_all_of_it() {
    let receiver = Receiver::with(|asked| match asked.number {
        0 => Act::Cut(MIB),
        1 => Act::Answer(status("404 Not Found", "")),
        _ => Act::Store,
    });
    let sender = Sender::new();
    let content = noise(5 * MIB);
    let file = sender.write("film.mkv", &content);
    assert_sent(&sender.send(receiver.port, &[file]));
    assert!(receiver.file("film.mkv") == content);
}

#[test]
fn a_conflict_says_where_to_go_on() {
    let receiver = Receiver::with(|asked| match asked.number {
        0 => Act::Cut(3 * MIB),
        1 => Act::Answer(b"HTTP/1.1 204 No Content\r\nUpload-Offset: 9\r\n\r\n".to_vec()),
        2 => Act::Early(status("409 Conflict", "Upload-Offset: 0\r\n")),
        _ => Act::Store,
    });
    let sender = Sender::new();
    let content = noise(5 * MIB);
    let file = sender.write("film.mkv", &content);
    assert_sent(&sender.send(receiver.port, &[file]));
    assert!(receiver.file("film.mkv") == content);
    let asked = receiver.asked();
    assert_eq!(asked.len(), 4);
    assert!(
        asked[2]
            .field("content-range")
            .unwrap()
            .starts_with("bytes 9-")
    );
    assert_eq!(asked[3].field("content-range"), None);
}

#[test]
fn endless_conflicts_end() {
    let receiver = Receiver::with(|_| Act::Early(status("409 Conflict", "Upload-Offset: 1\r\n")));
    let sender = Sender::new();
    let file = sender.write("film.mkv", &noise(2 * MIB));
    let outcome = format!("{:?}", sender.send(receiver.port, &[file]).outcome());
    assert!(outcome.contains("NotStored"), "{outcome}");
    assert_eq!(receiver.asked().len(), 4);
}

#[test]
fn a_lost_confirmation_is_asked_for_again() {
    let receiver = Receiver::with(|asked| match asked.number {
        0 => Act::Hush,
        _ if asked.method == "HEAD" => Act::Answer(status("404 Not Found", "")),
        // It was stored.
        _ => Act::Early(status("200 OK", "Location: /film.mkv\r\n")),
    });
    let sender = Sender::new();
    let content = noise(2 * MIB);
    let file = sender.write("film.mkv", &content);
    assert_sent(&sender.send(receiver.port, &[file]));
    assert!(receiver.file("film.mkv") == content);
}

#[test]
fn a_server_that_says_yes_to_everything_has_stored_nothing() {
    for content in [noise(2 * MIB), b"small".to_vec()] {
        let receiver = Receiver::with(|_| Act::Early(status("200 OK", "")));
        let sender = Sender::new();
        let file = sender.write("film.mkv", &content);
        let outcome = format!("{:?}", sender.send(receiver.port, &[file]).outcome());
        assert!(outcome.contains("NotAReceiver"), "{outcome}");
    }
}

#[test]
fn a_cut_form_is_sent_again() {
    let receiver = Receiver::with(|asked| match asked.number {
        1 | 3 => Act::Cut(1000),
        _ => Act::Store,
    });
    let sender = Sender::new();
    for i in 0..1000 {
        sender.write(&format!("d/{i}"), format!("content of {i}").as_bytes());
    }
    let folder = sender.downloader.folder.path().join("d");
    let transfer = sender.send(receiver.port, &[folder]);
    assert_sent(&transfer);
    assert_eq!(receiver.names().len(), 1000);
    assert_eq!(transfer.files().unwrap().done, 1000);
}

#[test]
fn a_busy_server_is_asked_again() {
    let receiver = Receiver::with(|asked| match asked.number {
        0 | 1 => Act::Early(status("503 Service Unavailable", "Retry-After: 1\r\n")),
        _ => Act::Store,
    });
    let sender = Sender::new();
    let file = sender.write("a", b"1");
    assert_sent(&sender.send(receiver.port, &[file]));
    assert_eq!(receiver.asked().len(), 3);
}

#[test]
fn a_full_disk_in_the_middle_ends_everything() {
    let receiver = Receiver::with(|asked| match asked.number {
        0 => Act::Store,
        _ => Act::Early(status("507 Insufficient Storage", "")),
    });
    let sender = Sender::new();
    let paths: Vec<_> = (0..4)
        .map(|i| sender.write(&format!("film{i}"), &noise(2 * MIB)))
        .collect();
    let transfer = sender.send(receiver.port, &paths);
    let outcome = format!("{:?}", transfer.outcome());
    assert!(outcome.contains("DiskFull"), "{outcome}");
    assert_eq!(transfer.files().unwrap().done, 1);
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_is_noticed() {
    let sender = Sender::new();
    let content = noise(64 * MIB);
    let file = sender.write("film.mkv", &content);
    let path = Mutex::new(Some(file.clone()));
    let receiver = Receiver::with(move |_| {
        // Before a byte of it was taken, and more than fits into any socket's buffer.
        if let Some(path) = path.lock().unwrap().take() {
            let file = std::fs::File::options().write(true).open(path).unwrap();
            file.set_len(48 << 20).unwrap();
        }
        Act::Store
    });
    let outcome = format!("{:?}", sender.send(receiver.port, &[file]).outcome());
    assert!(outcome.contains("Changed"), "{outcome}");
    assert!(receiver.names().is_empty());
}

#[test]
fn a_file_that_is_written_while_it_is_sent_is_noticed() {
    let sender = Sender::new();
    let file = sender.write("film.mkv", &noise(4 * MIB));
    let path = file.clone();
    let receiver = Receiver::with(move |_| {
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        (&file).write_all(b"other").unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH)
            .unwrap();
        Act::Store
    });
    let outcome = format!("{:?}", sender.send(receiver.port, &[file]).outcome());
    assert!(outcome.contains("Changed"), "{outcome}");
}

#[test]
fn a_raw_server_receives_nothing() {
    for answer in [&b""[..], b"thanks"] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut asked = [0; 4096];
            let _ = std::io::Read::read(&mut socket, &mut asked).unwrap();
            socket.write_all(answer).unwrap();
        });
        let sender = Sender::new();
        let file = sender.write("a", b"1");
        let outcome = format!("{:?}", sender.send(port, &[file]).outcome());
        assert!(outcome.contains("RawOnly"), "{outcome}");
        server.join().unwrap();
    }
}

#[test]
fn an_answer_that_is_cut_at_any_byte_is_no_confirmation() {
    let answer = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nLocation: /a\r\n\r\n";
    for len in 0..answer.len() {
        let receiver = Receiver::with(move |asked| match asked.number {
            0 => Act::Answer(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n".to_vec()),
            1 => Act::Early(answer[..len].to_vec()),
            _ => Act::Store,
        });
        let sender = Sender::new();
        // The server is known to speak HTTP, so that nothing looks like a raw one.
        assert_sent(&sender.send(receiver.port, &[sender.write("first", b"0")]));
        let file = sender.write("a", b"1");
        let transfer = sender.send(receiver.port, &[file]);
        assert_sent(&transfer);
        assert_eq!(receiver.file("a"), b"1");
        assert_eq!(receiver.asked().len(), 3, "{len}");
    }
}

#[test]
fn a_cancel_ends_it_at_every_point() {
    let points: [fn() -> Act; 3] = [
        || Act::Wait,
        // The connection stays, and nobody takes anything.
        || Act::Cut(0),
        || Act::Store,
    ];
    for point in points {
        let receiver = Receiver::with(move |_| point());
        let sender = Sender::new();
        let file = sender.write("film.mkv", &noise(32 * MIB));
        let transfer = sender.start(receiver.port, &[file]);
        let began = std::time::Instant::now();
        while receiver.asked().is_empty() {
            assert!(began.elapsed() < crate::peer::PATIENCE);
            thread::yield_now();
        }
        sender.downloader.client.cancel(transfer.id());
        let outcome = sender.downloader.wait(transfer.id());
        assert!(
            matches!(outcome, Outcome::Cancelled | Outcome::Sent),
            "{outcome:?}"
        );
    }
}

#[test]
fn the_end_of_the_client_stops_what_is_sent() {
    let receiver = Receiver::with(|_| Act::Wait);
    let mut sender = Sender::new();
    let file = sender.write("a", b"1");
    let transfer = sender.start(receiver.port, &[file]);
    sender.downloader.renew(<_>::default());
    let began = std::time::Instant::now();
    while transfer.outcome().is_none() {
        assert!(began.elapsed() < crate::peer::PATIENCE);
        thread::yield_now();
    }
    assert_eq!(transfer.outcome(), Some(&Outcome::Paused(None)));
}

#[test]
fn a_file_may_have_more_than_four_gigabytes() {
    const LEN: u64 = (4 << 30) + 12_345;
    const FROM: u64 = LEN - 10;

    let receiver = Receiver::with(|asked| match asked.number {
        0 => Act::Cut(0),
        1 => {
            let answer = format!("HTTP/1.1 204 No Content\r\nUpload-Offset: {FROM}\r\n\r\n");
            Act::Answer(answer.into_bytes())
        }
        _ => Act::Answer(status("201 Created", "")),
    });
    let sender = Sender::new();
    let path = sender.write("sparse", b"");
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_len(LEN).unwrap();
    assert_sent(&sender.send(receiver.port, &[path]));
    let asked = receiver.asked();
    assert_eq!(asked[0].field("content-length"), Some(&*LEN.to_string()));
    assert_eq!(asked[2].field("content-length"), Some("10"));
    let range = format!("bytes {FROM}-{}/{LEN}", LEN - 1);
    assert_eq!(asked[2].field("content-range"), Some(&*range));
}
