//! What happened in a call, in bounded memory.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::error::ClientError;

/// Entries of one call: more than anyone scrolls through.
const ENTRIES_MAX: usize = 10_000;

/// Memory for the entries of one call, in bytes.
const BYTES_MAX: usize = 8 << 20;

/// Memory for the entries of all callers of a server together, in bytes; then each of them keeps only
/// [`BYTES_SHORT`]. Strangers decide how much they send.
const CALLERS_BYTES_MAX: usize = 64 << 20;

/// What each caller may keep in any case: some pages of text.
const BYTES_SHORT: usize = 64 << 10;

/// About what an entry costs besides its bytes, so that many pieces of one byte each are bounded as well.
const OVERHEAD: usize = 128;

/// One thing that happened in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, since the call began.
    pub at: Duration,
    /// What.
    pub kind: EntryKind,
}

/// What happened in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// It was connected, after so long; a server cannot tell how long.
    Connected(Option<Duration>),
    /// One piece was sent, or queued behind what the other side does not take yet.
    Sent {
        /// The bytes.
        bytes: Arc<[u8]>,
        /// The count of bytes sent on this connection, including these. They left this program once
        /// [`Trace::sent`](crate::transport::trace::Trace::sent) has counted them, and were acknowledged once the
        /// system's send queue no longer reaches into them.
        end: u64,
        /// Whether a rule answered, or a repetition sent it.
        is_automatic: bool,
    },
    /// One `recv` returned this.
    Received {
        /// The bytes.
        bytes: Arc<[u8]>,
    },
    /// This side stopped sending or hung up (FIN).
    OwnFin,
    /// The other side hung up, or stopped sending (FIN).
    PeerFin,
    /// This side reset the connection (RST).
    OwnReset,
    /// The other side reset the connection (RST).
    PeerReset,
    /// The content of a file began to be sent. How far it is: see `end`.
    File {
        /// Its name, without the folder.
        name: String,
        /// Its length in bytes.
        len: u64,
        /// As in [`EntryKind::Sent`]; its first byte is `len` before this.
        end: u64,
    },
    /// Something failed. The call goes on unless its state says otherwise.
    Failed(ClientError),
    /// Older entries were dropped, to save memory. Always the first entry.
    Dropped {
        /// How many.
        count: u64,
    },
}

impl EntryKind {
    fn size(&self) -> usize {
        OVERHEAD
            + match self {
                Self::Sent { bytes, .. } | Self::Received { bytes } => bytes.len(),
                _ => 0,
            }
    }
}

/// The memory that all callers of a server use, in bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Budget(Arc<AtomicUsize>);

/// The entries of a call, numbered from 0.
#[derive(Debug, Default)]
pub(super) struct Entries {
    kept: VecDeque<Entry>,
    /// How many were dropped: the number of the first that is kept.
    dropped: u64,
    size: usize,
    budget: Option<Budget>,
}

impl Entries {
    /// Counts in `budget`, if there is one.
    pub(super) fn within(budget: Option<Budget>) -> Self {
        let mut entries = Self::default();
        entries.budget = budget;
        entries
    }

    /// Adds an entry, and drops the oldest where there are too many.
    pub(super) fn push(&mut self, entry: Entry) {
        let size = entry.kind.size();
        self.kept.push_back(entry);
        self.size += size;
        let mut bytes_max = BYTES_MAX;
        if let Some(Budget(all)) = &self.budget
            && all.fetch_add(size, Ordering::Relaxed) + size > CALLERS_BYTES_MAX
        {
            bytes_max = BYTES_SHORT;
        }
        while (self.kept.len() > ENTRIES_MAX || self.size > bytes_max) && self.kept.len() > 1 {
            let Some(oldest) = self.kept.pop_front() else {
                break;
            };
            let size = oldest.kind.size();
            self.size -= size;
            self.dropped += 1;
            if let Some(Budget(all)) = &self.budget {
                all.fetch_sub(size, Ordering::Relaxed);
            }
        }
    }

    /// The number of the next entry.
    pub(super) fn next_number(&self) -> u64 {
        self.dropped + self.kept.len() as u64
    }

    /// All that are kept, after a mark for those that are not.
    pub(super) fn all(&self) -> Vec<Entry> {
        let mark = self.kept.front().filter(|_| self.dropped > 0);
        let mark = mark.map(|oldest| Entry {
            at: oldest.at,
            kind: EntryKind::Dropped {
                count: self.dropped,
            },
        });
        mark.into_iter().chain(self.kept.iter().cloned()).collect()
    }

    /// Those with `number` and after, as far as they are kept.
    pub(super) fn since(&self, number: u64) -> Vec<Entry> {
        self.kept.range(self.index(number)..).cloned().collect()
    }

    /// The same, to be corrected.
    pub(super) fn since_mut(&mut self, number: u64) -> impl Iterator<Item = &mut Entry> {
        let index = self.index(number);
        self.kept.range_mut(index..)
    }

    fn index(&self, number: u64) -> usize {
        let index = number.saturating_sub(self.dropped);
        usize::try_from(index).map_or(self.kept.len(), |index| index.min(self.kept.len()))
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        if let Some(Budget(all)) = &self.budget {
            all.fetch_sub(self.size, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(len: usize) -> Entry {
        let bytes = vec![0; len].into();
        Entry {
            at: Duration::ZERO,
            kind: EntryKind::Received { bytes },
        }
    }

    #[test]
    fn old_entries_are_dropped_and_counted() {
        let mut entries = Entries::default();
        for _ in 0..ENTRIES_MAX + 5 {
            entries.push(received(1));
        }
        let all = entries.all();
        assert_eq!(all[0].kind, EntryKind::Dropped { count: 5 });
        assert_eq!(all.len(), ENTRIES_MAX + 1);
        assert_eq!(entries.since(0).len(), ENTRIES_MAX);
        assert_eq!(entries.since(entries.next_number() - 2).len(), 2);
        assert!(entries.since(u64::MAX).is_empty());
        for _ in 0..9 {
            entries.push(received(1 << 20));
        }
        // With what an entry costs, eight do not fit.
        assert_eq!(entries.since(0).len(), 7);
        // One is kept however large it is.
        entries.push(received(9 << 20));
        assert_eq!(entries.since(0).len(), 1);
    }

    #[test]
    fn many_callers_share_a_budget() {
        let budget = Budget::default();
        let mut callers: Vec<_> = (0..40)
            .map(|_| Entries::within(Some(budget.clone())))
            .collect();
        for _ in 0..200 {
            for caller in &mut callers {
                caller.push(received(60 << 10));
            }
        }
        let used = budget.0.load(Ordering::Relaxed);
        assert!(
            used < CALLERS_BYTES_MAX + 40 * (BYTES_SHORT + OVERHEAD),
            "{used}"
        );
        assert!(used > CALLERS_BYTES_MAX / 2, "{used}");
        drop(callers);
        assert_eq!(budget.0.load(Ordering::Relaxed), 0);
    }
}
