//! Files and texts on their way to LocalSend devices.

mod cancels;
mod device;
mod faults;
mod identities;
mod phone;
mod refusals;

use landline_engine::error::{ClientError, DeliveryError, Failure};
use landline_engine::transfer::{Direction, FailedFile, Files, Outcome, TransferState};

use self::device::{Act, Device, json_answer, status};
use self::phone::Phone;
use crate::common::noise;
use crate::receiver::{Sender, assert_sent};

const MIB: usize = 1 << 20;

/// The SHA-256 of `hello`.
const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

fn failed(error: DeliveryError) -> Outcome {
    Outcome::Failed(Failure::Fetch(error.into()))
}

fn host() -> String {
    "127.0.0.1".to_owned()
}

#[test]
fn a_file_is_offered_with_its_digest_and_sent() {
    let (device, phone) = (Device::new(), Phone::new());
    let file = phone.write("海 1.txt", b"hello");
    let modified = std::time::UNIX_EPOCH + std::time::Duration::from_millis(1_714_557_600_250);
    std::fs::File::options()
        .write(true)
        .open(&file)
        .unwrap()
        .set_modified(modified)
        .unwrap();
    let transfer = phone.send(&device, &[file]);
    assert_sent(&transfer);
    assert_eq!(device.file("海 1.txt"), b"hello");
    assert_eq!((transfer.name(), transfer.done()), ("海 1.txt", 5));
    assert_eq!(transfer.direction(), Direction::Upload);
    assert!(transfer.notes().is_empty() && transfer.files().is_none());
    assert!(transfer.protection().unwrap().is_encrypted());
    // Over one connection.
    assert_eq!((transfer.traces().len(), device.connections()), (1, 1));
    let question = device.question();
    let info = &question["info"];
    assert_eq!(info["alias"], "Ann's PC");
    let own = phone.node.fingerprint().to_string().to_uppercase();
    assert_eq!(info["fingerprint"], own);
    assert_eq!(info["protocol"], "https");
    let file = &question["files"]["00000"];
    assert_eq!(
        (&file["id"], &file["size"]),
        (&"00000".into(), &5_i32.into())
    );
    assert_eq!(file["fileType"], "text/plain");
    assert_eq!(file["sha256"], HELLO);
    assert_eq!(file["preview"], serde_json::Value::Null);
    assert_eq!(file["metadata"]["modified"], "2024-05-01T10:00:00.25Z");
    let asked = device.asked();
    let what: Vec<_> = asked.iter().map(|asked| &*asked.what).collect();
    assert_eq!(what, ["prepare-upload", "upload"]);
    assert_eq!(
        asked[1].query,
        "sessionId=s%201&fileId=00000&token=t%2F00000"
    );
}

#[test]
fn folders_keep_their_paths_and_any_name_is_sent() {
    let (device, phone) = (Device::new(), Phone::new());
    let mut names = vec![
        "d/\"q\" \\ 100% {}.txt",
        "d/e/\u{2028}海.jpg",
        "d/e/empty",
        "d/large",
    ];
    names.sort_unstable();
    for name in &names {
        let len = match *name {
            "d/large" => 9 * MIB + 1,
            "d/e/empty" => 0,
            _ => 10,
        };
        phone.write(name, &noise(len));
    }
    let folder = phone.sender.downloader.folder.path().join("d");
    let transfer = phone.send(&device, &[folder]);
    assert_sent(&transfer);
    assert_eq!(device.names(), names);
    assert!(device.file("d/large") == noise(9 * MIB + 1));
    assert_eq!(device.file("d/e/empty"), b"");
    let files = Files {
        done: 4,
        total: 4,
        failed: 0,
        is_counted: true,
    };
    assert_eq!(transfer.files(), Some(files));
    assert!(device.connections() <= 2);
    let question = device.question();
    let types: Vec<_> = question["files"].as_object().unwrap().values().collect();
    assert!(types.iter().any(|file| file["fileType"] == "image/jpeg"));
}

#[test]
fn a_thousand_files_need_two_connections() {
    let (device, phone) = (Device::new(), Phone::new());
    for i in 0..1000 {
        phone.write(&format!("d/{i}"), format!("content of {i}").as_bytes());
    }
    let folder = phone.sender.downloader.folder.path().join("d");
    let transfer = phone.send(&device, &[folder]);
    assert_sent(&transfer);
    assert_eq!(device.names().len(), 1000);
    assert_eq!(device.file("d/777"), b"content of 777");
    assert_eq!(device.connections(), 2);
    assert_eq!(device.count("upload"), 1000);
    // It has everything: there is nothing to cancel.
    assert_eq!(device.count("cancel"), 0);
}

#[test]
fn a_device_without_tls_gets_everything_in_plain_text() {
    let (device, phone) = (Device::plain(|_| Act::Usual), Phone::new());
    let content = noise(5 * MIB);
    let transfer = phone.send(&device, &[phone.write("film.mkv", &content)]);
    assert_sent(&transfer);
    assert!(device.file("film.mkv") == content);
    assert!(!transfer.protection().unwrap().is_encrypted());
}

#[test]
fn files_that_were_not_chosen_are_not_sent() {
    let device = Device::with(|asked| match &*asked.what {
        "prepare-upload" => Act::Choose(vec!["b", "d"]),
        _ => Act::Usual,
    });
    let phone = Phone::new();
    let files = ["a", "b", "c", "d"].map(|name| phone.write(name, name.repeat(9).as_bytes()));
    let transfer = phone.send(&device, &files);
    assert_eq!(device.names(), ["b", "d"]);
    let Some(Outcome::Incomplete(incomplete)) = transfer.outcome() else {
        panic!("{:?}", transfer.outcome())
    };
    let not_wanted = |name: &str| FailedFile {
        name: name.to_owned(),
        why: DeliveryError::NotWanted {
            host: host(),
            name: name.to_owned(),
        }
        .into(),
    };
    assert_eq!(incomplete.examples, [not_wanted("a"), not_wanted("c")]);
    assert_eq!((transfer.done(), transfer.total()), (18, Some(18)));
    assert_eq!(device.count("cancel"), 0);
}

#[test]
fn a_text_is_part_of_the_question() {
    let device = Device::with(|_| Act::Answer(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()));
    let phone = Phone::new();
    let transfer = phone.send_text(&device, "hello");
    assert_sent(&transfer);
    assert_eq!((transfer.name(), transfer.total()), ("hello", Some(5)));
    let question = device.question();
    let file = &question["files"]["00000"];
    assert_eq!(
        (&file["preview"], &file["size"]),
        (&"hello".into(), &5.into())
    );
    assert_eq!(
        (&file["fileType"], &file["sha256"]),
        (&"text/plain".into(), &HELLO.into())
    );
    assert_eq!(device.asked().len(), 1);
}

#[test]
fn a_text_is_sent_as_a_file_to_a_device_that_wants_that() {
    let (device, phone) = (Device::new(), Phone::new());
    let text = "\u{1f4de} line\n".repeat(20_000);
    let transfer = phone.send_text(&device, &text);
    assert_sent(&transfer);
    assert!(device.file("message.txt") == text.as_bytes());
}

#[test]
fn while_the_owner_is_asked_nothing_is_sent() {
    let (device, phone) = (Device::with(|_| Act::Wait), Phone::new());
    let transfer = phone.start(&device, &[phone.write("a.txt", b"hello")]);
    Sender::wait_for(&transfer, |state| *state == TransferState::Asking);
    assert_eq!((transfer.moved(), transfer.done()), (0, 0));
    phone.sender.downloader.client.cancel(transfer.id());
    let outcome = phone.sender.downloader.wait(transfer.id());
    assert_eq!(outcome, Outcome::Cancelled);
}

#[test]
fn nothing_is_asked_about_no_files() {
    let (device, phone) = (Device::new(), Phone::new());
    let folder = phone.sender.downloader.folder.path().join("d");
    std::fs::create_dir(&folder).unwrap();
    let transfer = phone.send(&device, &[folder]);
    let expected = failed(DeliveryError::NothingToSend);
    assert_eq!(transfer.outcome(), Some(&expected));
    let missing = phone.sender.downloader.folder.path().join("missing");
    let transfer = phone.send(&device, &[missing]);
    assert!(
        matches!(
            transfer.outcome(),
            Some(Outcome::Failed(Failure::Fetch(ClientError::Delivery(
                DeliveryError::Unreadable { .. }
            ))))
        ),
        "{:?}",
        transfer.outcome()
    );
    assert_eq!(device.connections(), 0);
}

#[test]
fn other_files_are_sent_if_one_cannot_be_read() {
    let (device, phone) = (Device::new(), Phone::new());
    let missing = phone.sender.downloader.folder.path().join("missing");
    let transfer = phone.send(&device, &[missing, phone.write("a", b"hello")]);
    assert_eq!(device.names(), ["a"]);
    assert!(matches!(transfer.outcome(), Some(Outcome::Incomplete(_))));
    let files = Files {
        done: 1,
        total: 2,
        failed: 1,
        is_counted: true,
    };
    assert_eq!(transfer.files(), Some(files));
}
