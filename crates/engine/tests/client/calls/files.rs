//! Files in calls.

use std::io::Read;

use landline_engine::call::EntryKind;
use landline_engine::error::ClientError;

use super::{OPEN, Rig, sent};
use crate::common::calls::{kinds, until};
use crate::common::noise;

#[test]
fn a_file_is_one_entry_and_keeps_its_place() {
    let mut rig = Rig::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.bin");
    let content = noise(3_000_000);
    std::fs::write(&path, &content).unwrap();
    rig.call.send(b"before".to_vec());
    rig.call.send_file(path);
    rig.call.send(b"after".to_vec());
    rig.call.stop_sending();
    let mut got = Vec::new();
    rig.peer.read_to_end(&mut got).unwrap();
    assert!(got == [b"before", &content[..], b"after"].concat());
    rig.until_entry(&EntryKind::OwnFin);
    let kinds = kinds(&rig.call);
    let file = EntryKind::File {
        name: "film.bin".to_owned(),
        len: 3_000_000,
        end: 3_000_006,
    };
    assert!(kinds.contains(&file), "{kinds:?}");
    assert!(kinds.contains(&sent(b"after", 3_000_011)), "{kinds:?}");
    assert_eq!(rig.call.trace().unwrap().sent().bytes, 3_000_011);
}

#[test]
fn a_file_that_cannot_be_read_is_an_entry_and_the_call_goes_on() {
    let mut rig = Rig::new();
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("none"), folder.path().to_owned()] {
        rig.call.send_file(path);
    }
    rig.call.send(b"after".to_vec());
    assert_eq!(rig.read(5), b"after");
    until(&rig.call, &rig.events, |call| {
        let unreadable = |kind: &EntryKind| {
            matches!(kind, EntryKind::Failed(ClientError::FileUnreadable { .. }))
        };
        (kinds(call).into_iter().filter(unreadable).count() == 2).then_some(())
    });
    assert_eq!(rig.call.state(), OPEN);
}
