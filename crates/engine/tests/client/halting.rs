//! A server that stalls in the middle of a folder.

use std::sync::atomic::{AtomicUsize, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use crate::common::noise;
use crate::peer::PATIENCE;
use crate::web::{Asked, Files, Reply, Web};

/// 30 small files, and two that do not fit into memory buffers.
pub fn files() -> Files {
    let mut files = Files::many(30);
    let bytes = noise(2 << 20);
    for name in ["f/big 1", "f/big 2", "f/0010 big"] {
        files.0.insert(name.to_owned(), bytes.clone());
    }
    files
}

pub fn is_file(asked: &Asked) -> bool {
    asked.method == "GET" && !asked.path.ends_with('/')
}

/// A server of `files` that signals and stalls in the middle of the body of file number `at`, and of all after
/// it.
pub struct Halting {
    pub web: Web,
    is_there: Receiver<()>,
    /// Dropping it closes the connections.
    _go: Sender<()>,
}

impl Halting {
    pub fn new(files: Files, at: usize) -> Self {
        let (there, is_there) = unbounded();
        let (go, gate) = bounded(0);
        let count = AtomicUsize::new(0);
        let web = Web::new(move |asked| {
            if is_file(asked) && count.fetch_add(1, Ordering::SeqCst) >= at {
                let mut bytes = files.answer(asked);
                let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
                bytes.truncate(head + (bytes.len() - head) / 2);
                let _ = there.send(());
                return Reply::Wait(bytes, gate.clone());
            }
            files.reply(asked)
        });
        Self {
            web,
            is_there,
            _go: go,
        }
    }

    pub fn wait(&self) {
        self.is_there.recv_timeout(PATIENCE).unwrap();
    }
}
