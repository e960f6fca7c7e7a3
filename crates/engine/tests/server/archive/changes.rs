//! Files that change while their archive is sent: the connection is reset.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use landline_engine::error::{Failure, SendError};
use landline_engine::server::ServerEvent;
use landline_engine::transfer::Outcome;

use crate::common::{Shared, settle};

/// More than the sockets of both ends hold.
const LARGE: usize = 32 << 20;

/// Begins to read the archive of a large file and what `change` changes, has it changed, and reads the rest. Returns which
/// file the server says has changed.
fn change_while_sending(files: &[(&str, &[u8])], change: impl FnOnce(&Path)) -> String {
    let shared = Shared::of(&[("a", &vec![7; LARGE])]);
    for (name, content) in files {
        shared.write(name, content);
    }
    let mut socket = shared.connect();
    socket
        .write_all(b"GET /?zip HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    socket.read_exact(&mut vec![0; 100_000]).unwrap();
    change(shared.dir.path());
    let mut rest = Vec::new();
    let error = socket.read_to_end(&mut rest).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    shared.wait(|event| match event {
        ServerEvent::Ended(transfer) => match transfer.outcome() {
            Some(Outcome::Failed(Failure::Send(SendError::Changed { name }))) => Some(name.clone()),
            other => panic!("{other:?}"),
        },
        _ => None,
    })
}

#[test]
fn a_file_that_is_rewritten_before_its_turn() {
    let changed = change_while_sending(&[("b", b"12345")], |dir| {
        fs::write(dir.join("b"), "54321").unwrap();
    });
    assert_eq!(changed, "b");
}

#[test]
fn a_file_that_is_replaced_by_one_with_the_same_size_and_date() {
    let changed = change_while_sending(&[("b", b"12345")], |dir| {
        let before = fs::metadata(dir.join("b")).unwrap().modified().unwrap();
        let other = dir.join("other");
        fs::write(&other, "54321").unwrap();
        let file = fs::File::options().write(true).open(&other).unwrap();
        file.set_modified(before).unwrap();
        fs::rename(&other, dir.join("b")).unwrap();
    });
    assert_eq!(changed, "b");
}

#[test]
fn a_file_that_vanishes() {
    let changed = change_while_sending(&[("b", b"12345")], |dir| {
        fs::remove_file(dir.join("b")).unwrap();
    });
    assert_eq!(changed, "b");
}

#[test]
fn a_file_that_becomes_a_folder_or_a_link() {
    let changed = change_while_sending(&[("b", b"12345")], |dir| {
        fs::remove_file(dir.join("b")).unwrap();
        fs::create_dir(dir.join("b")).unwrap();
    });
    assert_eq!(changed, "b");
    #[cfg(unix)]
    {
        let changed = change_while_sending(&[("b", b"12345")], |dir| {
            fs::remove_file(dir.join("b")).unwrap();
            std::os::unix::fs::symlink("a", dir.join("b")).unwrap();
        });
        assert_eq!(changed, "b");
    }
}

#[test]
fn the_file_that_is_being_sent() {
    let changes: [fn(&Path); 3] = [
        // Truncated, appended to, overwritten in place.
        |file| {
            fs::File::options()
                .write(true)
                .open(file)
                .unwrap()
                .set_len(5)
                .unwrap();
        },
        |file| {
            let mut file = fs::File::options().append(true).open(file).unwrap();
            file.write_all(b"more").unwrap();
        },
        |file| {
            let mut open = fs::File::options().write(true).open(file).unwrap();
            open.write_all(b"other").unwrap();
            drop(open);
            settle(file);
        },
    ];
    for change in changes {
        assert_eq!(change_while_sending(&[], |dir| change(&dir.join("a"))), "a");
    }
}

#[test]
fn what_is_added_meanwhile_is_no_change() {
    let shared = Shared::of(&[("a", &vec![7; LARGE]), ("b", b"1")]);
    let mut socket = shared.connect();
    socket
        .write_all(b"GET /?zip HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut first = vec![0; 100_000];
    socket.read_exact(&mut first).unwrap();
    shared.write("a0", b"new");
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).unwrap();
    first.append(&mut rest);
    let body = first
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    assert_eq!(super::Archive::read(&first[body..]).names(), ["a", "b"]);
}
