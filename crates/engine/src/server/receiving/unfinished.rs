//! Uploads that are being received now, and those that were interrupted: their senders may go on.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::store::part::Source;
use crate::store::received::{self, Destination};
use crate::store::seal::Seal;
use crate::transfer::{Transfer, TransferId};
use crate::transport::Notify;

/// The most interrupted uploads whose parts are kept. Beyond that, the oldest one is removed.
const KEPT_MAX: usize = 64;

/// How long the earlier connection of an upload may take to end, once its sender goes on over another one.
const TAKE_OVER: Duration = Duration::from_secs(5);

/// The sender and the path of an upload.
type Key = (String, String);

/// See the module.
#[derive(Debug, Default)]
pub(in crate::server) struct Unfinished {
    active: Mutex<HashMap<Key, Vec<Arc<Transfer>>>>,
    /// Oldest first.
    kept: Mutex<VecDeque<(Destination, Source)>>,
    ended: Notify,
}

/// An upload that is being received, until it is dropped.
#[derive(Debug)]
pub(in crate::server) struct Active<'a> {
    all: &'a Unfinished,
    key: Key,
    id: TransferId,
}

impl Unfinished {
    /// Adds an upload.
    pub fn add(&self, sender: String, path: String, transfer: &Arc<Transfer>) -> Active<'_> {
        let key = (sender, path);
        let mut active = self.active.lock();
        let transfers = active.entry(key.clone()).or_default();
        transfers.push(Arc::clone(transfer));
        Active {
            all: self,
            key,
            id: transfer.id(),
        }
    }

    /// How many bytes have arrived of an upload that is being received now, if that is the only one of this name.
    pub fn done(&self, sender: &str, path: &str) -> Option<u64> {
        let active = self.active.lock();
        match active
            .get(&(sender.to_owned(), path.to_owned()))?
            .as_slice()
        {
            [one] => Some(one.done()),
            _ => None,
        }
    }

    /// Ends what is still being received of this upload over other connections: its sender goes on over a new one, and
    /// nothing more comes over the old one. Waits until it has ended.
    pub fn take_over(&self, sender: &str, path: &str) {
        let key = (sender.to_owned(), path.to_owned());
        let until = std::time::Instant::now() + TAKE_OVER;
        loop {
            let ended = self.ended.listen();
            match self.active.lock().get(&key) {
                None => return,
                Some(transfers) => transfers.iter().for_each(|transfer| transfer.pause()),
            }
            let left = until.saturating_duration_since(std::time::Instant::now());
            if left.is_zero() {
                return;
            }
            #[expect(
                clippy::disallowed_methods,
                reason = "within a limit, on its own thread"
            )]
            let _ = ended.recv_timeout(left);
        }
    }

    /// The part of an upload stays on the disk.
    pub fn keep(&self, destination: Destination, source: Source, seal: &Seal) {
        let oldest = {
            let mut kept = self.kept.lock();
            let entry = (destination, source);
            kept.retain(|other| *other != entry);
            kept.push_back(entry);
            (kept.len() > KEPT_MAX).then(|| kept.pop_front()).flatten()
        };
        if let Some((destination, source)) = oldest
            && let Some(part) = received::find_any(&destination, &source, seal)
        {
            part.remove();
        }
    }
}

impl Drop for Active<'_> {
    fn drop(&mut self) {
        let mut active = self.all.active.lock();
        if let Some(transfers) = active.get_mut(&self.key) {
            transfers.retain(|transfer| transfer.id() != self.id);
            if transfers.is_empty() {
                active.remove(&self.key);
            }
        }
        drop(active);
        self.all.ended.notify_all();
    }
}
