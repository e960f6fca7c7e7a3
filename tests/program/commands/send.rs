//! `landline send`, to a share of this process.

use std::process::Output;

use landline_engine::client::CopyNaming;
use landline_engine::server::receiving::{Access, Consent, Receiving};

use super::outcome;
use crate::common::Shared;
use crate::landline;

fn send(words: &[&str]) -> Output {
    landline().arg("send").args(words).output().unwrap()
}

/// A share that receives files into `folder`.
fn receiving(folder: &std::path::Path) -> Shared {
    Shared::with(|config| {
        config.access = Access::Send;
        config.receiving = Some(Receiving {
            folder: folder.to_owned(),
            consent: Consent::Given,
            copies: CopyNaming::default(),
        });
    })
}

#[test]
fn files_and_folders_are_sent() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let shared = receiving(to.path());
    let host = shared.address.to_string();
    let file = from.path().join("a.txt");
    std::fs::write(&file, "hello").unwrap();
    let sent = send(&[&host, file.to_str().unwrap()]);
    let line = "Sent “a.txt” to 127.0.0.1.\n";
    assert_eq!(outcome(&sent), (Some(0), line, ""));
    assert_eq!(std::fs::read(to.path().join("a.txt")).unwrap(), b"hello");

    let folder = from.path().join("d");
    std::fs::create_dir_all(folder.join("e")).unwrap();
    for name in ["1", "2", "e/3", ".hidden"] {
        std::fs::write(folder.join(name), name).unwrap();
    }
    let sent = send(&[&host, folder.to_str().unwrap(), file.to_str().unwrap()]);
    let (status, out, err) = outcome(&sent);
    assert_eq!(
        (status, out),
        (Some(0), "Sent 4 files to 127.0.0.1.\n"),
        "{err}"
    );
    assert!(
        err.contains("a (2).txt") && err.contains("Left out one hidden"),
        "{err}"
    );
    assert_eq!(std::fs::read(to.path().join("d/e/3")).unwrap(), b"e/3");
    assert!(!to.path().join("d/.hidden").exists());
}

#[test]
fn what_is_not_sent_is_a_failure() {
    let (from, shared) = (tempfile::tempdir().unwrap(), Shared::start());
    let host = shared.address.to_string();
    let file = from.path().join("a.txt");
    std::fs::write(&file, "hello").unwrap();
    let file = file.to_str().unwrap();
    let refused = send(&[&host, file]);
    let (status, out, err) = outcome(&refused);
    assert_eq!((status, out), (Some(1), ""));
    assert!(err.contains("127.0.0.1 does not receive files."), "{err}");

    let to = tempfile::tempdir().unwrap();
    let shared = receiving(to.path());
    let host = shared.address.to_string();
    let partly = send(&[&host, file, "/no/such/file"]);
    let (status, out, err) = outcome(&partly);
    assert_eq!((status, out), (Some(1), ""));
    assert!(
        err.contains("no/such/file") && err.contains("One file could not be sent."),
        "{err}"
    );
    assert!(to.path().join("a.txt").exists());
    assert_eq!(send(&[&host]).status.code(), Some(2));
    assert_eq!(
        send(&["http://127.0.0.1/folder", file]).status.code(),
        Some(2)
    );
}
