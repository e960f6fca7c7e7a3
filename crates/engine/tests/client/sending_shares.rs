//! Files on their way to a share of Landline.

use std::path::{Path, PathBuf};

use landline_engine::client::CopyNaming;
use landline_engine::error::ClientError;
use landline_engine::server::ServerEvent;
use landline_engine::server::receiving::{Access, Answer, Consent, Receiving};
use landline_engine::transfer::{Note, Outcome, TransferState};

use crate::common::{Shared, noise};
use crate::peer::Downloader;
use crate::receiver::{Sender, assert_sent};

const MIB: usize = 1 << 20;

/// A share that receives files into a folder of its own.
struct Target {
    shared: Shared,
    folder: tempfile::TempDir,
}

impl Target {
    fn with(consent: Consent) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        let shared = Shared::with(|config| {
            config.access = Access::Send;
            config.receiving = Some(Receiving {
                folder: path,
                consent,
                copies: CopyNaming::default(),
            });
        });
        Self { shared, folder }
    }

    fn new() -> Self {
        Self::with(Consent::Given)
    }

    fn port(&self) -> u16 {
        self.shared.address.port()
    }

    fn content(&self, name: &str) -> Vec<u8> {
        let path = self.folder.path().join(name);
        std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// All files, relative to the folder.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        walk(self.folder.path(), self.folder.path(), &mut names);
        names.sort();
        names
    }
}

fn walk(root: &Path, folder: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, names);
        } else {
            let name = path.strip_prefix(root).unwrap();
            names.push(name.to_str().unwrap().replace('\\', "/"));
        }
    }
}

#[test]
fn files_of_every_size_arrive() {
    let (target, sender) = (Target::new(), Sender::new());
    for (name, len) in [
        ("empty", 0),
        ("海 100%.txt", 5),
        ("a+b & c.txt", 300_000),
        ("film.mkv", 9 * MIB + 1),
    ] {
        let content = noise(len);
        let file = sender.write(name, &content);
        assert_sent(&sender.send(target.port(), &[file]));
        assert!(target.content(name) == content, "{name}");
    }
}

#[test]
fn the_time_of_a_file_is_kept() {
    let (target, sender) = (Target::new(), Sender::new());
    let path = sender.write("a.txt", b"1");
    let at = std::time::UNIX_EPOCH + std::time::Duration::from_mins(25_000_000);
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(at).unwrap();
    assert_sent(&sender.send(target.port(), &[path]));
    let stored = target.folder.path().join("a.txt").metadata().unwrap();
    assert_eq!(stored.modified().unwrap(), at);
}

#[test]
fn an_existing_file_is_kept_and_the_new_name_told() {
    let (target, sender) = (Target::new(), Sender::new());
    std::fs::write(target.folder.path().join("a.txt"), "old").unwrap();
    let transfer = sender.send(target.port(), &[sender.write("a.txt", b"new")]);
    assert_sent(&transfer);
    let note = Note::StoredAs {
        host: "127.0.0.1".to_owned(),
        name: "a.txt".to_owned(),
        stored: "a (2).txt".to_owned(),
    };
    assert_eq!(transfer.notes(), [note]);
    assert_eq!(target.content("a.txt"), b"old");
    assert_eq!(target.content("a (2).txt"), b"new");
}

#[test]
fn nothing_arrives_before_the_owner_accepts() {
    let target = Target::with(Consent::Ask { trusted: vec![] });
    let sender = Sender::new();
    let file = sender.write("film.mkv", &noise(3 * MIB));
    let transfer = sender.start(target.port(), &[file]);
    let offer = target.shared.wait(|event| match event {
        ServerEvent::Offered(offer) => Some(offer),
        _ => None,
    });
    Sender::wait_for(&transfer, |state| *state == TransferState::Asking);
    assert_eq!(offer.device(), Some("Ann's PC"));
    assert!(target.names().is_empty() && transfer.moved() == 0);
    offer.answer(Answer::Accept);
    sender.downloader.wait(transfer.id());
    assert_sent(&transfer);
    assert_eq!(target.names(), ["film.mkv"]);
}

#[test]
fn a_declined_file_does_not_arrive() {
    let target = Target::with(Consent::Ask { trusted: vec![] });
    let sender = Sender::new();
    let file = sender.write("a.txt", b"1");
    let transfer = sender.start(target.port(), &[file]);
    let offer = target.shared.wait(|event| match event {
        ServerEvent::Offered(offer) => Some(offer),
        _ => None,
    });
    offer.answer(Answer::Decline);
    let outcome = format!("{:?}", sender.downloader.wait(transfer.id()));
    assert!(outcome.contains("Declined"), "{outcome}");
    assert!(target.names().is_empty());
}

#[test]
fn what_was_declined_is_asked_about_anew() {
    let target = Target::with(Consent::Ask { trusted: vec![] });
    let sender = Sender::new();
    let mut request = Sender::request(target.port(), &[sender.write("a.txt", b"1")]);
    for answer in [Answer::Decline, Answer::Accept] {
        let transfer = sender.downloader.client.send(request.clone());
        let offer = target.shared.wait(|event| match event {
            ServerEvent::Offered(offer) => Some(offer),
            _ => None,
        });
        offer.answer(answer);
        sender.downloader.wait(transfer.id());
        request = request.again(&transfer);
    }
    assert_eq!(target.names(), ["a.txt"]);
}

#[test]
fn a_share_that_receives_nothing_says_so() {
    let (shared, sender) = (Shared::start(), Sender::new());
    let file = sender.write("a.txt", b"1");
    for paths in [vec![file.clone()], vec![file, sender.write("b.txt", b"2")]] {
        let transfer = sender.send(shared.address.port(), &paths);
        let outcome = format!("{:?}", transfer.outcome());
        assert!(outcome.contains("Off"), "{outcome}");
    }
}

#[test]
fn a_folder_is_asked_about_once() {
    let target = Target::with(Consent::Ask { trusted: vec![] });
    let sender = Sender::new();
    for i in 0..600 {
        sender.write(
            &format!("d/sub/{i} 海.txt"),
            format!("content {i}").as_bytes(),
        );
    }
    let large = noise(2 * MIB);
    sender.write("d/film.mkv", &large);
    let folder: PathBuf = sender.downloader.folder.path().join("d");
    let transfer = sender.start(target.port(), &[folder]);
    let offer = target.shared.wait(|event| match event {
        ServerEvent::Offered(offer) => Some(offer),
        _ => None,
    });
    offer.answer(Answer::Accept);
    let outcome = sender.downloader.wait(transfer.id());
    assert_eq!(outcome, Outcome::Sent);
    assert_eq!(target.names().len(), 601);
    assert_eq!(target.content("d/sub/599 海.txt"), b"content 599");
    assert!(target.content("d/film.mkv") == large);
    let offers = target.shared.events.try_iter();
    assert_eq!(
        offers
            .filter(|event| matches!(event, ServerEvent::Offered(_)))
            .count(),
        0
    );
}

#[test]
fn sending_again_stores_nothing_twice() {
    let (target, sender) = (Target::new(), Sender::new());
    let paths = [
        sender.write("a.txt", b"1"),
        sender.write("film.mkv", &noise(2 * MIB)),
    ];
    let request = Sender::request(target.port(), &paths);
    for _ in 0..2 {
        let transfer = sender.downloader.client.send(request.clone());
        sender.downloader.wait(transfer.id());
        assert_sent(&transfer);
    }
    assert_eq!(target.names(), ["a.txt", "film.mkv"]);
}

#[test]
fn a_share_to_which_files_can_only_be_sent_says_so() {
    let target = Target::new();
    let listed = Downloader::new().list(target.port(), "");
    let only = matches!(listed, Err(ClientError::ReceivesOnly { .. }));
    assert!(only, "{listed:?}");
}
