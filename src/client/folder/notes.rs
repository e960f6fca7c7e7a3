//! What there is to say about single files and folders of a folder: of each kind how many there are, because a
//! sentence for each would be thousands.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::sentence;
use crate::text::Sentence;

/// How many there are of each kind.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Files stored in a content coding that their names do not show.
    encoded: AtomicU64,
    /// Those that are longer at the server by now.
    grown: AtomicU64,
    /// Those whose digest the server had promised and did not give.
    withheld: AtomicU64,
    /// Files and folders whose names cannot be sent.
    nameless: AtomicU64,
    /// Folders that are left out because they lead back to one above them.
    loops: Mutex<Named>,
    /// Folders for which the server gives out a page in place of a list.
    indexed: Mutex<Named>,
}

/// Some, and what the first of them is called.
#[derive(Debug, Default)]
struct Named {
    count: u64,
    first: String,
}

impl Notes {
    /// Counts one of which the note with this `key` is to be told; others concern nobody here.
    pub(super) fn count(&self, key: &str) {
        let counter = match key {
            "saved-encoded" => &self.encoded,
            "grew-meanwhile" => &self.grown,
            "digest-withheld" => &self.withheld,
            _ => return,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// A listing has so many whose names cannot be sent. A server may claim any number.
    pub(super) fn add_nameless(&self, count: u64) {
        let order = Ordering::Relaxed;
        let add = |known: u64| Some(known.saturating_add(count));
        let _ = self.nameless.fetch_update(order, order, add);
    }

    /// The folder at `path` leads back to one above it.
    pub(super) fn add_loop(&self, path: &str) {
        lock(&self.loops).add(path);
    }

    /// The server gives out a page in place of the list of the folder that it calls `name`.
    pub(super) fn add_indexed(&self, name: &str) {
        lock(&self.indexed).add(name);
    }

    /// What to say about what arrived, or was left out without a loss; all is from `host`.
    pub(super) fn sentences(&self, host: &str) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        let encoded = self.encoded.load(Ordering::Relaxed);
        if encoded > 0 {
            sentences.push(sentence!("files-encoded", host = host, count = encoded));
        }
        let grown = self.grown.load(Ordering::Relaxed);
        if grown > 0 {
            sentences.push(sentence!("files-grew", host = host, count = grown));
        }
        let withheld = self.withheld.load(Ordering::Relaxed);
        if withheld > 0 {
            sentences.push(sentence!("digests-withheld", host = host, count = withheld));
        }
        let Named { count, first } = &*lock(&self.loops);
        if *count > 0 {
            sentences.push(sentence!("loops-left-out", name = first, count = *count));
        }
        sentences
    }

    /// What to say about what did not arrive from `host`.
    pub(super) fn missing(&self, host: &str) -> Vec<Sentence> {
        let mut missing = Vec::new();
        let Named { count, first } = &*lock(&self.indexed);
        if *count > 0 {
            let name = if first.is_empty() { "/" } else { first };
            missing.push(sentence!(
                "index-in-place-of-list",
                host = host,
                name = name,
                count = *count
            ));
        }
        let nameless = self.nameless.load(Ordering::Relaxed);
        if nameless > 0 {
            missing.push(sentence!("nameless", count = nameless));
        }
        missing
    }
}

impl Named {
    fn add(&mut self, name: &str) {
        if self.count == 0 {
            name.clone_into(&mut self.first);
        }
        self.count += 1;
    }
}

fn lock(named: &Mutex<Named>) -> MutexGuard<'_, Named> {
    // Both fields are changed without anything that can panic.
    named.lock().unwrap_or_else(PoisonError::into_inner)
}
