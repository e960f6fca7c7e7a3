//! Files on their way to a share: what is asked, what is sent, and what counts as sent.

use landline_engine::error::{ClientError, DeliveryError, Failure};
use landline_engine::transfer::{Direction, FailedFile, Files, Note, Outcome, TransferState};

use crate::common::noise;
use crate::receiver::{Act, Receiver, Sender, assert_sent, digest_of, json, status};

const MIB: usize = 1 << 20;

#[test]
fn a_small_file_is_sent_with_its_digest() {
    let (receiver, sender) = (Receiver::new(), Sender::new());
    let file = sender.write("海 1.txt", b"hello");
    let transfer = sender.send(receiver.port, &[file]);
    assert_sent(&transfer);
    assert_eq!(receiver.file("海 1.txt"), b"hello");
    assert_eq!((transfer.name(), transfer.done()), ("海 1.txt", 5));
    assert_eq!(transfer.direction(), Direction::Upload);
    assert!(transfer.notes().is_empty() && transfer.files().is_none());
    let [asked] = &receiver.asked()[..] else {
        panic!("one request");
    };
    assert_eq!(
        (&*asked.method, &*asked.path),
        ("PUT", "/%E6%B5%B7%201.txt")
    );
    assert_eq!(asked.field("expect"), Some("100-continue"));
    assert!(asked.head.contains(&digest_of(b"hello").to_lowercase()));
    let batch = asked.field("landline-batch").unwrap();
    assert!(
        batch.ends_with(", files=1, bytes=5, name=ann%27s%20pc"),
        "{batch}"
    );
    assert_eq!(asked.field("landline-device").unwrap().len(), 43);
    assert!(asked.field("x-oc-mtime").unwrap().parse::<u64>().is_ok());
}

#[test]
fn a_large_file_is_checked_after_it_was_sent() {
    let (receiver, sender) = (Receiver::new(), Sender::new());
    let content = noise(9 * MIB + 7);
    let file = sender.write("film.mkv", &content);
    let transfer = sender.send(receiver.port, &[file]);
    assert_sent(&transfer);
    assert!(receiver.file("film.mkv") == content);
    let asked = &receiver.asked()[0];
    assert_eq!(asked.field("want-repr-digest"), Some("sha-256=10"));
    assert_eq!(transfer.traces().len(), 1);
}

#[test]
fn an_empty_file_is_sent() {
    let (receiver, sender) = (Receiver::new(), Sender::new());
    let transfer = sender.send(receiver.port, &[sender.write("empty", b"")]);
    assert_sent(&transfer);
    assert_eq!(receiver.file("empty"), b"");
}

#[test]
fn folders_and_files_arrive_with_their_paths() {
    let (receiver, sender) = (Receiver::new(), Sender::new());
    let names = [
        "d/a.txt",
        "d/e/b 100%.txt",
        "d/e/\"q\".txt",
        "d/large",
        "d/e/c",
    ];
    for name in names {
        let len = if name == "d/large" { 3 * MIB } else { 10 };
        sender.write(name, &vec![u8::try_from(name.len()).unwrap(); len]);
    }
    let other = sender.write("other.txt", b"x");
    let folder = sender.downloader.folder.path().join("d");
    let transfer = sender.send(receiver.port, &[folder, other]);
    assert_sent(&transfer);
    let mut expected = names.map(str::to_owned).to_vec();
    expected.push("other.txt".to_owned());
    expected.sort();
    assert_eq!(receiver.names(), expected);
    assert_eq!(receiver.file("d/large").len(), 3 * MIB);
    assert_eq!(receiver.file("d/e/c"), [5; 10]);
    let files = Files {
        done: 6,
        total: 6,
        failed: 0,
        is_counted: true,
    };
    assert_eq!(transfer.files(), Some(files));
    assert_eq!(transfer.name(), "d + 1");
    // All requests are of one batch.
    let batches: std::collections::HashSet<_> = receiver
        .asked()
        .iter()
        .map(|asked| asked.field("landline-batch").unwrap().to_owned())
        .collect();
    assert_eq!(batches.len(), 1);
}

#[test]
fn many_small_files_share_requests() {
    let (receiver, sender) = (Receiver::new(), Sender::new());
    for i in 0..1000 {
        sender.write(&format!("d/{i}"), format!("content of {i}").as_bytes());
    }
    let folder = sender.downloader.folder.path().join("d");
    let transfer = sender.send(receiver.port, &[folder]);
    assert_sent(&transfer);
    assert_eq!(receiver.names().len(), 1000);
    assert_eq!(receiver.file("d/777"), b"content of 777");
    assert_eq!(receiver.asked().len(), 4);
}

#[test]
fn while_the_owner_is_asked_nothing_is_sent() {
    let (receiver, sender) = (Receiver::with(|_| Act::Wait), Sender::new());
    let file = sender.write("a.txt", b"hello");
    let transfer = sender.start(receiver.port, &[file]);
    Sender::wait_for(&transfer, |state| *state == TransferState::Asking);
    assert_eq!((transfer.moved(), transfer.done()), (0, 0));
    sender.downloader.client.cancel(transfer.id());
    let outcome = sender.downloader.wait(transfer.id());
    assert_eq!(outcome, Outcome::Cancelled);
}

#[test]
fn each_refusal_has_its_own_error() {
    let host = || "127.0.0.1".to_owned();
    let name = || "a.txt".to_owned();
    for early in [true, false] {
        for (line, expected) in [
            ("403 Forbidden", DeliveryError::Declined { host: host() }),
            (
                "405 Method Not Allowed",
                DeliveryError::Off { host: host() },
            ),
            (
                "507 Insufficient Storage",
                DeliveryError::DiskFull { host: host() },
            ),
            (
                "400 Bad Request",
                DeliveryError::NameRefused {
                    host: host(),
                    name: name(),
                },
            ),
            (
                "413 Content Too Large",
                DeliveryError::TooLarge {
                    host: host(),
                    name: name(),
                },
            ),
            (
                "422 Unprocessable Content",
                DeliveryError::Damaged {
                    host: host(),
                    name: name(),
                },
            ),
        ] {
            let receiver = Receiver::with(move |_| {
                if early {
                    Act::Early(status(line, ""))
                } else {
                    Act::Answer(status(line, ""))
                }
            });
            let sender = Sender::new();
            for (name, len) in [("a.txt", 5), ("sub/a.txt", 2 * MIB)] {
                let file = sender.write(name, &vec![1; len]);
                let transfer = sender.send(receiver.port, &[file]);
                let why = Failure::Fetch(expected.clone().into());
                assert_eq!(transfer.outcome(), Some(&Outcome::Failed(why)), "{line}");
            }
            assert_eq!(receiver.asked().len(), 2);
        }
    }
}

#[test]
fn what_is_no_receiver_is_said_to_be_none() {
    for line in [
        "501 Not Implemented",
        "415 Unsupported Media Type",
        "404 Not Found",
        "302 Found",
    ] {
        let receiver = Receiver::with(move |_| Act::Answer(status(line, "Location: /\r\n")));
        let sender = Sender::new();
        let paths = [sender.write("a", b"1"), sender.write("b", b"2")];
        for paths in [&paths[..1], &paths] {
            let transfer = sender.send(receiver.port, paths);
            let outcome = format!("{:?}", transfer.outcome());
            assert!(outcome.contains("NotAReceiver"), "{outcome}");
        }
    }
}

#[test]
fn a_form_that_is_not_understood_is_not_stored() {
    let page = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>";
    let receiver = Receiver::with(|_| Act::Answer(page.to_vec()));
    let sender = Sender::new();
    let paths = [sender.write("a", b"1"), sender.write("b", b"2")];
    let transfer = sender.send(receiver.port, &paths);
    let outcome = format!("{:?}", transfer.outcome());
    assert!(outcome.contains("NotAReceiver"), "{outcome}");
}

#[test]
fn a_server_without_forms_gets_files_one_by_one() {
    for line in ["405 Method Not Allowed", "415 Unsupported Media Type"] {
        let receiver = Receiver::with(move |asked| match &*asked.method {
            "POST" => Act::Early(status(line, "Allow: PUT\r\n")),
            _ => Act::Store,
        });
        let sender = Sender::new();
        let paths = ["a", "b", "c"].map(|name| sender.write(name, name.as_bytes()));
        assert_sent(&sender.send(receiver.port, &paths));
        assert_eq!(receiver.names(), ["a", "b", "c"], "{line}");
        assert_eq!(receiver.asked().len(), 4);
    }
}

#[test]
fn of_a_form_each_file_counts_alone() {
    let receiver = Receiver::with(|_| {
        let files = r#"{"name":"a","stored":"a (2)","status":201},{"name":"b","status":422},{"name":"c","stored":"c","status":200}"#;
        Act::Answer(json(files))
    });
    let sender = Sender::new();
    let paths = ["a", "b", "c"].map(|name| sender.write(name, b"12345"));
    let transfer = sender.send(receiver.port, &paths);
    let Some(Outcome::Incomplete(incomplete)) = transfer.outcome() else {
        panic!("{:?}", transfer.outcome());
    };
    let (host, name) = ("127.0.0.1".to_owned(), "b".to_owned());
    let why = DeliveryError::Damaged {
        host: host.clone(),
        name: name.clone(),
    };
    let failed = FailedFile {
        name,
        why: why.into(),
    };
    assert_eq!(
        (incomplete.failed, &incomplete.examples[..]),
        (1, &[failed][..])
    );
    assert_eq!((transfer.done(), transfer.files().unwrap().done), (10, 2));
    let (name, stored) = ("a".to_owned(), "a (2)".to_owned());
    assert_eq!(transfer.notes(), [Note::StoredAs { host, name, stored }]);
}

#[test]
fn a_file_that_the_server_forgets_to_mention_is_not_sent() {
    let receiver =
        Receiver::with(|_| Act::Answer(json(r#"{"name":"a","stored":"a","status":201}"#)));
    let sender = Sender::new();
    let paths = ["a", "b"].map(|name| sender.write(name, b"1"));
    let transfer = sender.send(receiver.port, &paths);
    let outcome = format!("{:?}", transfer.outcome());
    assert!(
        outcome.contains("NotStored") && outcome.contains("failed: 1"),
        "{outcome}"
    );
}

#[test]
fn another_digest_is_an_error() {
    let receiver = Receiver::with(|asked| {
        let other = format!(
            "Location: {}\r\nRepr-Digest: {}\r\n",
            asked.path,
            digest_of(b"?")
        );
        Act::Answer(status("201 Created", &other))
    });
    let sender = Sender::new();
    let file = sender.write("film.mkv", &noise(2 * MIB));
    let transfer = sender.send(receiver.port, &[file]);
    let outcome = format!("{:?}", transfer.outcome());
    assert!(outcome.contains("Damaged"), "{outcome}");
}

#[test]
fn the_name_that_a_file_got_is_told() {
    let receiver = Receiver::with(|asked| {
        let digest = digest_of(&noise(2 * MIB));
        let fields = format!("Location: /film%20(2).mkv\r\nRepr-Digest: {digest}\r\n");
        assert_eq!(asked.path, "/film.mkv");
        Act::Answer(status("201 Created", &fields))
    });
    let sender = Sender::new();
    let file = sender.write("film.mkv", &noise(2 * MIB));
    let transfer = sender.send(receiver.port, &[file]);
    assert_sent(&transfer);
    let note = Note::StoredAs {
        host: "127.0.0.1".to_owned(),
        name: "film.mkv".to_owned(),
        stored: "film (2).mkv".to_owned(),
    };
    assert_eq!(transfer.notes(), [note]);
}

#[test]
fn without_files_there_is_nothing_to_send() {
    let sender = Sender::new();
    let folder = sender.downloader.folder.path().join("d");
    std::fs::create_dir(&folder).unwrap();
    let transfer = sender.send(1, &[folder]);
    let nothing = Failure::Fetch(DeliveryError::NothingToSend.into());
    assert_eq!(transfer.outcome(), Some(&Outcome::Failed(nothing)));
    let gone = sender.downloader.folder.path().join("gone");
    let outcome = format!("{:?}", sender.send(1, &[gone]).outcome());
    assert!(outcome.contains("Unreadable"), "{outcome}");
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_sent() {
    let (receiver, sender) = (Receiver::new(), Sender::new());
    let paths = [
        sender.write("a", b"1"),
        sender.downloader.folder.path().join("gone"),
        sender.write("b", b"2"),
    ];
    let transfer = sender.send(receiver.port, &paths);
    let Some(Outcome::Incomplete(incomplete)) = transfer.outcome() else {
        panic!("{:?}", transfer.outcome());
    };
    assert_eq!(incomplete.failed, 1);
    assert!(incomplete.examples[0].name.ends_with("gone"));
    assert_eq!(receiver.names(), ["a", "b"]);
}

#[test]
fn a_host_that_refuses_is_not_called_again() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let sender = Sender::new();
    let file = sender.write("a", b"1");
    let transfer = sender.send(port, &[file]);
    let host = "127.0.0.1".to_owned();
    let why = Failure::Fetch(ClientError::Refused { host, port });
    assert_eq!(transfer.outcome(), Some(&Outcome::Failed(why)));
}
