//! What there is to say about single files of a folder: of each kind how many there are, because a
//! sentence for each would be thousands.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::sentence;
use crate::text::Sentence;

/// How many files have arrived of which there is something to say.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Those stored in a content coding that their names do not show.
    encoded: AtomicU64,
    /// Those that are longer at the server by now.
    grown: AtomicU64,
}

impl Notes {
    /// Counts one of which the note with this `key` is to be told; others concern nobody here.
    pub(super) fn count(&self, key: &str) {
        let counter = match key {
            "saved-encoded" => &self.encoded,
            "grew-meanwhile" => &self.grown,
            _ => return,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// What to say about all of them, which are from `host`.
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
        sentences
    }
}
