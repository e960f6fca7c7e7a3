//! Connections that break, devices that stall, files that change.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use landline_engine::client::Timeouts;

use super::*;

/// Accepts, and does this with the upload of this number, from 0.
fn uploading(act: impl Fn(usize) -> Act + Send + Sync + 'static) -> Device {
    let uploads = AtomicUsize::new(0);
    Device::with(move |asked| match &*asked.what {
        "upload" => act(uploads.fetch_add(1, Ordering::Relaxed)),
        _ => Act::Usual,
    })
}

#[test]
fn a_damaged_file_is_sent_three_times() {
    let damaged = || Act::Answer(status("422 Unprocessable Content"));
    for times in [1, 2] {
        let device = uploading(move |number| {
            if number < times {
                damaged()
            } else {
                Act::Usual
            }
        });
        let phone = Phone::new();
        let transfer = phone.send(&device, &[phone.write("film", &noise(2 * MIB))]);
        assert_sent(&transfer);
        assert_eq!(device.count("upload"), times + 1);
        assert_eq!(device.connections(), 1);
    }
    let device = uploading(move |_| damaged());
    let phone = Phone::new();
    let transfer = phone.send(&device, &[phone.write("film", &noise(2 * MIB))]);
    let expected = failed(DeliveryError::Damaged {
        host: host(),
        name: "film".to_owned(),
    });
    assert_eq!(transfer.outcome(), Some(&expected));
    assert_eq!(device.count("upload"), 3);
}

#[test]
fn a_connection_that_breaks_is_made_anew() {
    let device = uploading(|number| match number {
        0 => Act::Cut(MIB),
        1 => Act::Cut(0),
        _ => Act::Usual,
    });
    let phone = Phone::new();
    let content = noise(30 * MIB);
    let transfer = phone.send(&device, &[phone.write("film", &content)]);
    assert_sent(&transfer);
    assert!(device.file("film") == content);
    assert_eq!(transfer.traces().len(), 3);
}

#[test]
fn a_connection_that_always_breaks_is_given_up() {
    let device = uploading(|_| Act::Cut(MIB));
    let phone = Phone::new();
    let files = ["a", "b"].map(|name| phone.write(name, &noise(5 * MIB)));
    let transfer = phone.send(&device, &files);
    let Some(Outcome::Failed(Failure::Fetch(ClientError::Delivery(DeliveryError::Cut { .. })))) =
        transfer.outcome()
    else {
        panic!("{:?}", transfer.outcome())
    };
    assert!((4..=8).contains(&device.count("upload")));
    assert_eq!(transfer.done(), 0);
    // The device may wait for more.
    assert_eq!(device.count("cancel"), 1);
}

#[test]
fn a_file_that_is_refused_after_a_break_does_not_keep_the_others_from_being_sent() {
    let broken = AtomicUsize::new(0);
    let device = Device::with(move |asked| match &*asked.what {
        "upload" if asked.file_id() == "00000" => match broken.fetch_add(1, Ordering::Relaxed) {
            0 => Act::Cut(1),
            _ => Act::Answer(status("403 Forbidden")),
        },
        _ => Act::Usual,
    });
    let phone = Phone::new();
    let files = ["a", "b", "c"].map(|name| phone.write(name, b"hello"));
    let transfer = phone.send(&device, &files);
    let Some(Outcome::Incomplete(incomplete)) = transfer.outcome() else {
        panic!("{:?}", transfer.outcome())
    };
    let cancelled = DeliveryError::CancelledByRecipient { host: host() };
    assert_eq!(incomplete.examples[0].why, cancelled.into());
    assert_eq!(device.names(), ["b", "c"]);
}

#[test]
fn another_attempt_offers_only_what_was_not_confirmed() {
    let is_broken = AtomicBool::new(true);
    let device = Device::with(move |asked| match &*asked.what {
        "upload" if asked.file_id() == "00001" && is_broken.swap(false, Ordering::Relaxed) => {
            Act::Answer(status("500 Internal Server Error"))
        }
        _ => Act::Usual,
    });
    let phone = Phone::new();
    let files = ["a", "b", "c"].map(|name| phone.write(name, b"x"));
    let request = Phone::request(&device, &files);
    let first = phone.send_request(request.clone());
    assert!(matches!(first.outcome(), Some(Outcome::Incomplete(all)) if all.failed == 1));
    // What is not the same any more is sent again.
    phone.write("c", b"other");
    let second = phone.send_request(request.again(&first));
    assert_sent(&second);
    let mut questions = device.asked().into_iter().map(|asked| asked.question);
    let offered = questions.rfind(|of| !of.is_null()).unwrap();
    let names = offered["files"].as_object().unwrap().values();
    let mut names: Vec<_> = names.map(|file| file["fileName"].clone()).collect();
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, ["b", "c"]);
    assert_eq!(
        second.files().map(|files| (files.done, files.total)),
        Some((3, 3))
    );
    // Nothing is left to ask about.
    let third = phone.send_request(request.again(&second));
    assert_sent(&third);
    assert_eq!(device.count("prepare-upload"), 2);
}

#[test]
fn connections_may_be_closed_after_every_answer() {
    let device = Device::with(|_| Act::Close);
    let phone = Phone::new();
    let files = ["a", "b", "c", "d"].map(|name| phone.write(name, b"hello"));
    assert_sent(&phone.send(&device, &files));
    assert_eq!(device.names(), ["a", "b", "c", "d"]);
}

#[test]
fn a_device_that_stalls_is_given_up() {
    let short = Duration::from_millis(200);
    let phone = Phone::with(Timeouts {
        silence: short,
        digest: short,
        first_backoff: Duration::from_millis(1),
        ..Timeouts::default()
    });
    let device = uploading(|_| Act::Wait);
    let transfer = phone.send(&device, &[phone.write("a", b"hello")]);
    let expected = failed(DeliveryError::Cut {
        host: host(),
        name: "a".to_owned(),
    });
    assert_eq!(transfer.outcome(), Some(&expected));
}

#[test]
fn a_device_that_goes_away_while_it_is_asked_is_said() {
    let device = Device::with(|_| Act::Cut(0));
    let phone = Phone::new();
    let transfer = phone.send(&device, &[phone.write("a", b"hello")]);
    let expected = failed(DeliveryError::Cut {
        host: host(),
        name: "a".to_owned(),
    });
    assert_eq!(transfer.outcome(), Some(&expected));
    assert_eq!(device.count("prepare-upload"), 1);
}

/// What happens to a file after it was offered.
type Change = fn(&std::path::Path);

#[test]
fn a_file_that_changes_after_it_was_offered_is_not_sent() {
    let changes: [(Change, bool); 4] = [
        (|path| std::fs::write(path, noise(4 * MIB)).unwrap(), true),
        (|path| std::fs::write(path, noise(2 * MIB)).unwrap(), true),
        (|path| std::fs::write(path, b"").unwrap(), true),
        (|path| std::fs::remove_file(path).unwrap(), false),
    ];
    for (change, is_there) in changes {
        let phone = Phone::new();
        let (file, other) = (phone.write("a", &noise(3 * MIB)), phone.write("b", b"x"));
        let path = file.clone();
        let device = Device::with(move |asked| {
            if asked.what == "prepare-upload" {
                change(&path);
            }
            Act::Usual
        });
        let transfer = phone.send(&device, &[file, other]);
        let Some(Outcome::Incomplete(incomplete)) = transfer.outcome() else {
            panic!("{:?}", transfer.outcome())
        };
        let why = &incomplete.examples[0].why;
        let is_changed = matches!(why, ClientError::Delivery(DeliveryError::Changed { .. }));
        assert_eq!(is_changed, is_there, "{why}");
        assert_eq!(device.names(), ["b"]);
        // The device waits for the other one.
        assert_eq!(device.count("cancel"), 1);
    }
}

#[test]
fn a_file_that_changes_while_it_is_sent_is_said() {
    let phone = Phone::new();
    let file = phone.write("a", &noise(30 * MIB));
    let path = file.clone();
    let device = Device::with(move |asked| {
        if asked.what == "upload" {
            let file = std::fs::File::options().append(true).open(&path).unwrap();
            std::io::Write::write_all(&mut &file, b"more").unwrap();
            return Act::Answer(status("422 Unprocessable Content"));
        }
        Act::Usual
    });
    let transfer = phone.send(&device, &[file]);
    let expected = failed(DeliveryError::Changed {
        name: "a".to_owned(),
    });
    assert_eq!(transfer.outcome(), Some(&expected));
    assert_eq!(device.count("upload"), 1);
}
