//! What goes wrong while a file is stored.

use std::fs;
use std::io::Write as _;

use landline_engine::error::{ClientError, Failure, StoreError};
use landline_engine::server::ServerEvent;
use landline_engine::server::receiving::{Access, Consent, NotReceived};
use landline_engine::transfer::Outcome;
use serde_json::json;

use super::hostile::refused;
use super::rig::{Device, Session, file, message, receiver};
use super::sessions::{half, two};
use crate::common::noise;
use crate::receive::rig::receiving;

#[test]
fn a_damaged_file_may_be_sent_twice_again() {
    let (rig, _node) = receiver();
    let device = Device::certified();
    for (len, right_at) in [
        (100_000, 1),
        (100_000, 2),
        (100_000, 3),
        (1_000, 2),
        (1_000, 3),
    ] {
        let content = noise(len);
        let session = Session::begin(&device, &rig, &json!({ "1": file("a", &content) }));
        let mut damaged = content.clone();
        damaged[len / 2] ^= 1;
        for attempt in 0..3 {
            if attempt == right_at {
                assert_eq!(session.upload(&device, &rig, "1", &content).status, 200);
                assert!(rig.read("a") == content);
                fs::remove_file(rig.folder().join("a")).unwrap();
                break;
            }
            let answer = session.upload(&device, &rig, "1", &damaged);
            assert_eq!(
                (answer.status, &*message(&answer)),
                (422, "Checksum mismatch")
            );
            // The owner reads it once.
            let outcome = rig.shared.wait(|event| match event {
                ServerEvent::Ended(transfer) | ServerEvent::Over(transfer) => transfer
                    .outcome()
                    .cloned()
                    .filter(|outcome| !matches!(outcome, Outcome::Saved(_))),
                ServerEvent::Logged { entry, .. } => panic!("{entry:?}"),
                _ => None,
            });
            assert!(
                matches!(
                    outcome,
                    Outcome::Failed(Failure::Fetch(ClientError::Damaged { .. }))
                ),
                "{outcome:?}"
            );
            rig.assert_empty();
        }
        assert_eq!(session.upload(&device, &rig, "1", &content).status, 403);
    }
    rig.assert_empty();
}

#[test]
fn what_the_owner_changes_counts_at_once() {
    let (rig, _node) = receiver();
    let server = rig.shared.server.as_ref().unwrap();
    let device = Device::certified();
    let files = json!({ "1": file("a", b"abc"), "2": file("b", b"abc") });
    let session = Session::begin(&device, &rig, &files);
    server.set_receiving(Access::Send, None);
    assert_eq!(session.upload(&device, &rig, "1", b"abc").status, 403);
    assert_eq!(refused(&rig), ("a".to_owned(), NotReceived::Off));
    assert_eq!(device.prepare(&rig, &files).status, 403);
    server.set_receiving(
        Access::Send,
        Some(receiving(rig.around.path(), Consent::Given)),
    );
    let session = Session::begin(&device, &rig, &files);
    fs::remove_dir(rig.folder()).unwrap();
    assert_eq!(session.upload(&device, &rig, "1", b"abc").status, 500);
    let outcome = rig.shared.wait(|event| match event {
        ServerEvent::Over(transfer) => transfer.outcome().cloned(),
        ServerEvent::Logged { entry, .. } => panic!("{entry:?}"),
        _ => None,
    });
    let Outcome::Failed(Failure::Fetch(ClientError::Store(error))) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(
        matches!(error, StoreError::FolderMissing { .. }),
        "{error:?}"
    );
    session.cancel(&device, &rig);
    let answer = device.prepare(&rig, &files);
    assert_eq!((answer.status, &*message(&answer)), (500, "Not stored"));
    assert_eq!(refused(&rig), ("a".to_owned(), NotReceived::NotStored));
    fs::create_dir(rig.folder()).unwrap();
    assert_eq!(device.prepare(&rig, &files).status, 200);
    rig.assert_empty();
}

#[cfg(unix)]
#[test]
fn a_folder_that_goes_in_the_middle_fails_the_file_and_no_other() {
    let (rig, _node) = receiver();
    let content = noise(300_000);
    let device = Device::certified();
    let files =
        json!({ "1": file("a", &content), "2": file("b", b"de"), "3": file("c", &content) });
    let session = Session::begin(&device, &rig, &files);
    let mut uploads = half(&device, &rig, &session, &content);
    std::fs::remove_dir_all(rig.folder()).unwrap();
    uploads.write_all(&content[150_000..]).unwrap();
    let answer = uploads.answer();
    assert_eq!((answer.status, &*message(&answer)), (500, "Not stored"));
    assert!(matches!(rig.ended().outcome(), Some(Outcome::Failed(_))));
    for (id, content) in [("1", &content[..]), ("2", b"de")] {
        let status = session.upload(&device, &rig, id, content).status;
        assert_eq!(status, if id == "1" { 403 } else { 500 }, "{id}");
    }
    assert!(!rig.folder().exists(), "nobody creates it");
    std::fs::create_dir(rig.folder()).unwrap();
    assert_eq!(session.upload(&device, &rig, "3", &content).status, 200);
    assert!(rig.read("c") == content);
    // It was the last one.
    assert_eq!(Device::certified().prepare(&rig, &two()).status, 200);
}
