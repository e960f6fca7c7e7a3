//! A server that receives files into a folder of its own.

use std::fs;
use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use landline_engine::client::CopyNaming;
use landline_engine::server::receiving::{Access, Consent, Receiving};
use landline_engine::server::{Config, Limits, ServerEvent};
use landline_engine::transfer::Transfer;
use tempfile::TempDir;

use crate::common::answers::{self, Answer};
use crate::common::{PATIENCE, Shared};

/// A server, the folder for received files, and a folder around that, which has to stay as it is.
pub struct Rig {
    pub shared: Shared,
    pub around: TempDir,
}

impl Rig {
    /// The owner has agreed to everything.
    pub fn start() -> Self {
        Self::with(Access::Both, Consent::Given, |_| {})
    }

    /// The same with other limits.
    pub fn with_limits(change: impl FnOnce(&mut Limits)) -> Self {
        Self::with(Access::Both, Consent::Given, |config| {
            change(&mut config.limits);
        })
    }

    pub fn with(access: Access, consent: Consent, configure: impl FnOnce(&mut Config)) -> Self {
        let around = tempfile::tempdir().unwrap();
        fs::create_dir(around.path().join("in")).unwrap();
        let receiving = receiving(around.path(), consent);
        let shared = Shared::with(|config| {
            config.access = access;
            config.receiving = Some(receiving);
            configure(config);
        });
        Self { shared, around }
    }

    pub fn folder(&self) -> PathBuf {
        self.around.path().join("in")
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// PUT with these fields, each ended by CRLF, and this body.
    pub fn put(&self, path: &str, fields: &str, body: &[u8]) -> Answer {
        let len = body.len();
        let fields = format!("Content-Length: {len}\r\n{fields}");
        self.send("PUT", path, &fields, body)
    }

    pub fn send(&self, method: &str, path: &str, fields: &str, body: &[u8]) -> Answer {
        let mut socket = self.begin(method, path, fields);
        // The server may answer and close before it has read the body.
        let _ = socket.write_all(body);
        answer(&socket)
    }

    /// Sends a head.
    pub fn begin(&self, method: &str, path: &str, fields: &str) -> TcpStream {
        let mut socket = self.shared.connect();
        write!(
            socket,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{fields}\r\n",
            self.shared.address
        )
        .unwrap();
        socket
    }

    /// Everything in the folder for received files, with what the files contain, sorted.
    pub fn stored(&self) -> Vec<(String, Vec<u8>)> {
        tree(&self.folder())
    }

    /// Panics unless nothing was stored anywhere.
    pub fn assert_empty(&self) {
        self.assert_empty_but(&[]);
    }

    /// The same, but for what is in the shared folder.
    pub fn assert_empty_but(&self, shared: &[&str]) {
        let found: Vec<_> = tree(self.around.path());
        assert_eq!(found, [("in/".to_owned(), Vec::new())]);
        let found = tree(self.shared.dir.path());
        let found: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(found, shared);
    }

    /// The next transfer that ends.
    pub fn ended(&self) -> Arc<Transfer> {
        self.shared.wait(|event| match event {
            ServerEvent::Ended(transfer) | ServerEvent::Over(transfer) => Some(transfer),
            _ => None,
        })
    }
}

/// Waits for something that no event reports.
pub fn wait_until(is_so: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "not in time");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn receiving(around: &Path, consent: Consent) -> Receiving {
    Receiving {
        folder: around.join("in"),
        consent,
        copies: CopyNaming::Number,
    }
}

/// The next answer to a request that is not a HEAD.
pub fn answer(socket: &TcpStream) -> Answer {
    answers::next(&mut BufReader::new(socket), true).expect("an answer")
}

/// Everything in `folder`; a folder's name ends with a slash.
fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            if fs::symlink_metadata(&path).unwrap().is_dir() {
                found.push((format!("{name}/"), Vec::new()));
                folders.push(path);
            } else {
                found.push((name.to_owned(), fs::read(&path).unwrap_or_default()));
            }
        }
    }
    found.sort();
    found
}
