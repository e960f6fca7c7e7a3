//! What the device has stored, for another attempt.

use std::collections::HashSet;
use std::sync::Arc;

use parking_lot::Mutex;

use super::offered::{Content, Offered};
use landline_http1::digest::Sha256;

/// The files that the device has confirmed, by their names and digests. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Confirmed(Arc<Mutex<HashSet<(String, Sha256)>>>);

impl Confirmed {
    /// The device has stored `file`.
    pub(super) fn add(&self, file: &Offered) {
        // A text is not a file, and may be sent twice.
        if matches!(file.content, Content::File { .. }) {
            self.0.lock().insert((file.name.clone(), file.digest));
        }
    }

    /// Whether the device has stored `file`, as it is now.
    pub(super) fn has(&self, file: &Offered) -> bool {
        self.0.lock().contains(&(file.name.clone(), file.digest))
    }
}

impl PartialEq for Confirmed {
    /// What became of it does not tell two requests apart.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Confirmed {}
