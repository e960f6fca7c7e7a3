//! What there is to say about single files and folders of a folder: of each kind how many there are, because a
//! sentence for each would be thousands.

use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::transfer::Note;

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
    /// Counts what is noted of one file; what concerns only that file is not told.
    pub(super) fn count(&self, note: &Note) {
        match note {
            Note::Encoded { .. } => self.count_encoded(),
            Note::Grew { .. } => self.count_grown(),
            Note::DigestWithheld { .. } => self.count_withheld(),
            _ => {}
        }
    }

    pub(super) fn count_encoded(&self) {
        self.encoded.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count_grown(&self) {
        self.grown.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count_withheld(&self) {
        self.withheld.fetch_add(1, Ordering::Relaxed);
    }

    /// A listing has so many whose names cannot be sent. A server may claim any number.
    pub(super) fn add_nameless(&self, count: u64) {
        let order = Ordering::Relaxed;
        let add = |known: u64| Some(known.saturating_add(count));
        let _ = self.nameless.fetch_update(order, order, add);
    }

    /// The folder at `path` leads back to one above it.
    pub(super) fn add_loop(&self, path: &str) {
        self.loops.lock().add(path);
    }

    /// The server gives out a page in place of the list of the folder that it calls `name`.
    pub(super) fn add_indexed(&self, name: &str) {
        self.indexed.lock().add(name);
    }

    /// What to say about what arrived from `host`, or was left out without a loss.
    pub(super) fn arrived(&self, host: &str) -> Vec<Note> {
        let of = |counter: &AtomicU64| Some(counter.load(Ordering::Relaxed)).filter(|&n| n > 0);
        let host = || host.to_owned();
        let encoded = of(&self.encoded).map(|count| Note::FilesEncoded {
            host: host(),
            count,
        });
        let grown = of(&self.grown).map(|count| Note::FilesGrew {
            host: host(),
            count,
        });
        let withheld = of(&self.withheld).map(|count| Note::DigestsWithheld {
            host: host(),
            count,
        });
        let Named { count, first } = &*self.loops.lock();
        let loops = (*count > 0).then(|| Note::Loops {
            name: first.clone(),
            count: *count,
        });
        [encoded, grown, withheld, loops]
            .into_iter()
            .flatten()
            .collect()
    }

    /// What to say about what did not arrive from `host`.
    pub(super) fn missing(&self, host: &str) -> Vec<Note> {
        let mut missing = Vec::new();
        let Named { count, first } = &*self.indexed.lock();
        if *count > 0 {
            let name = if first.is_empty() { "/" } else { first };
            missing.push(Note::IndexPages {
                host: host.to_owned(),
                name: name.to_owned(),
                count: *count,
            });
        }
        let nameless = self.nameless.load(Ordering::Relaxed);
        if nameless > 0 {
            missing.push(Note::UnsendableNames { count: nameless });
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
