//! The batches that were accepted or declined, and what has come of them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::super::NotReceived;
use super::super::sender::BatchClaim;

/// How long a batch is remembered while nothing of it comes: a sender that lost its network for a while goes on.
const IDLE: Duration = Duration::from_mins(10);

/// The most batches that are remembered.
const BATCHES_MAX: usize = 256;

/// The most memory for the files that are remembered, of all batches together, in bytes: about 300,000 files.
const ITEMS_BYTES_MAX: usize = 64 << 20;

/// What a file needs besides its path and its name here, in bytes.
const ITEM_BYTES: usize = 128;

/// What was accepted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    files: u64,
    bytes: u64,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Batches {
    all: HashMap<String, Batch>,
    /// Memory for the files of all batches, in bytes.
    bytes: usize,
}

#[derive(Debug)]
struct Batch {
    is_accepted: bool,
    /// What is left of what was accepted.
    left: Limit,
    has_limit: bool,
    items: HashMap<String, Item>,
    /// Memory for them.
    bytes: usize,
    /// Files that are being received now.
    in_use: usize,
    touched: Instant,
}

/// A file of a batch.
#[derive(Debug, Default)]
struct Item {
    /// What was taken for it of what was accepted, in bytes.
    len: u64,
    /// Its name here.
    stored: Option<String>,
}

/// What [`Batches::claim`] gives.
#[derive(Debug)]
pub(super) struct Claimed {
    pub max_len: u64,
    pub stored: Option<String>,
}

impl Limit {
    /// The owner has agreed to everything.
    pub const NONE: Self = Self {
        files: u64::MAX,
        bytes: u64::MAX,
    };

    /// What a sender has stated.
    pub fn of(batch: &BatchClaim) -> Self {
        Self {
            files: batch.files,
            bytes: batch.bytes.unwrap_or(u64::MAX),
        }
    }

    fn is_none(self) -> bool {
        self.files == u64::MAX && self.bytes == u64::MAX
    }
}

impl Batches {
    /// The owner's answer for the batch `key`, if there is one. None was asked for where a sender or all were trusted.
    pub fn decision(&mut self, key: &str) -> Option<bool> {
        self.sweep();
        let is_answer = |batch: &&mut Batch| batch.has_limit;
        let batch = self.all.get_mut(key).filter(is_answer)?;
        batch.touched = Instant::now();
        Some(batch.is_accepted)
    }

    /// The batch is accepted, within `limit`. Changes nothing if there is a decision already.
    pub fn accept(&mut self, key: &str, limit: Limit) {
        self.insert(key, true, limit);
    }

    /// The batch is declined.
    pub fn decline(&mut self, key: &str) {
        self.insert(key, false, Limit { files: 0, bytes: 0 });
    }

    fn insert(&mut self, key: &str, is_accepted: bool, limit: Limit) {
        if let Some(batch) = self.all.get_mut(key) {
            batch.touched = Instant::now();
            if !batch.has_limit {
                batch.is_accepted = is_accepted;
                (batch.left, batch.has_limit) = (limit, !limit.is_none());
            }
            return;
        }
        self.sweep();
        if self.all.len() >= BATCHES_MAX {
            // What is not remembered is asked again.
            let unused = self.all.iter().filter(|(_, batch)| batch.in_use == 0);
            let oldest = unused.min_by_key(|(_, batch)| batch.touched);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                self.remove(&key);
            }
        }
        let batch = Batch {
            is_accepted,
            left: limit,
            has_limit: !limit.is_none(),
            items: HashMap::new(),
            bytes: 0,
            in_use: 0,
            touched: Instant::now(),
        };
        self.all.insert(key.to_owned(), batch);
    }

    fn sweep(&mut self) {
        let is_over = |batch: &Batch| batch.in_use == 0 && batch.touched.elapsed() >= IDLE;
        let over = self.all.iter().filter(|(_, batch)| is_over(batch));
        let over: Vec<_> = over.map(|(key, _)| key.clone()).collect();
        for key in over {
            self.remove(&key);
        }
    }

    fn remove(&mut self, key: &str) {
        if let Some(batch) = self.all.remove(key) {
            self.bytes -= batch.bytes;
        }
    }

    /// Takes a file of `len` bytes from what is left of the batch `key`. One of unknown length gets all bytes that are left.
    /// One that has the path of a file that is stored, but another length, is another file.
    ///
    /// # Errors
    /// It is more than that.
    pub fn claim(
        &mut self,
        key: &str,
        path: &str,
        len: Option<u64>,
    ) -> Result<Claimed, NotReceived> {
        let batch = self.all.get_mut(key).ok_or(NotReceived::Declined)?;
        let is_same = |item: &&Item| item.stored.is_none() || len.is_none_or(|len| len == item.len);
        let known = batch.items.get(path).filter(is_same);
        let (taken, is_new) = (known.map_or(0, |item| item.len), known.is_none());
        if let Some(stored) = known.and_then(|item| item.stored.clone()) {
            batch.in_use += 1;
            return Ok(Claimed {
                max_len: 0,
                stored: Some(stored),
            });
        }
        let available = batch.left.bytes.saturating_add(taken);
        let max_len = len.unwrap_or(available);
        // Its name here is about as long as its path.
        let bytes = ITEM_BYTES + 2 * path.len();
        let is_full = is_new && self.bytes + bytes > ITEMS_BYTES_MAX;
        if is_new && batch.left.files == 0 || max_len > available || is_full && batch.has_limit {
            return Err(NotReceived::TooMuch);
        }
        batch.in_use += 1;
        if batch.has_limit {
            batch.left.files -= u64::from(is_new);
            batch.left.bytes = available - max_len;
        }
        if !is_full {
            let len = if batch.has_limit { max_len } else { 0 };
            let item = Item { len, stored: None };
            let before = batch.items.insert(path.to_owned(), item);
            if before.is_none() {
                batch.bytes += bytes;
                self.bytes += bytes;
            }
        }
        Ok(Claimed {
            max_len,
            stored: None,
        })
    }

    /// The file at `path` is stored under `name` and has `len` bytes; the rest of its claim is free again.
    pub fn store(&mut self, key: &str, path: &str, name: &str, len: u64) {
        if let Some(batch) = self.all.get_mut(key)
            && let Some(item) = batch.items.get_mut(path)
        {
            if batch.has_limit {
                batch.left.bytes = (batch.left.bytes).saturating_add(item.len - len.min(item.len));
            }
            item.len = len;
            item.stored = Some(name.to_owned());
        }
    }

    /// A file that was claimed is not being received any more.
    pub fn release(&mut self, key: &str) {
        if let Some(batch) = self.all.get_mut(key) {
            batch.in_use -= 1;
            batch.touched = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "0123456789abcdef of 10.0.0.1";

    fn accepted(files: u64, bytes: u64) -> Batches {
        let mut batches = Batches::default();
        batches.accept(A, Limit { files, bytes });
        batches
    }

    #[test]
    fn what_was_accepted_is_the_limit() {
        let mut batches = accepted(2, 100);
        assert!(batches.claim(A, "big", Some(101)).is_err());
        batches.claim(A, "a", Some(60)).unwrap();
        assert!(batches.claim(A, "b", Some(41)).is_err());
        batches.claim(A, "b", Some(40)).unwrap();
        assert!(batches.claim(A, "c", Some(0)).is_err());
        // A file that is sent again counts once.
        assert_eq!(batches.claim(A, "a", Some(60)).unwrap().max_len, 60);
        assert!(batches.claim(A, "a", Some(61)).is_err());
        assert!(batches.claim("other", "a", Some(1)).is_err());
    }

    #[test]
    fn a_file_of_unknown_length_may_have_what_is_left() {
        let mut batches = accepted(3, 100);
        batches.claim(A, "a", Some(60)).unwrap();
        assert_eq!(batches.claim(A, "b", None).unwrap().max_len, 40);
        assert!(batches.claim(A, "c", Some(1)).is_err());
        batches.store(A, "b", "b (2)", 10);
        assert_eq!(batches.claim(A, "c", None).unwrap().max_len, 30);
    }

    #[test]
    fn what_is_stored_is_not_stored_again() {
        for limit in [Limit::NONE, Limit { files: 1, bytes: 9 }] {
            let mut batches = Batches::default();
            batches.accept(A, limit);
            batches.claim(A, "a", Some(9)).unwrap();
            batches.store(A, "a", "a (2)", 9);
            let again = batches.claim(A, "a", Some(9)).unwrap();
            assert_eq!(again.stored.as_deref(), Some("a (2)"));
        }
    }

    #[test]
    fn a_declined_batch_stays_declined() {
        let mut batches = Batches::default();
        assert_eq!(batches.decision(A), None);
        batches.decline(A);
        batches.accept(A, Limit::NONE);
        assert_eq!(batches.decision(A), Some(false));
        assert!(batches.claim(A, "a", Some(0)).is_err());
    }

    #[test]
    fn only_so_many_are_remembered_but_none_in_use_is_forgotten() {
        let mut batches = accepted(1, 1);
        batches.claim(A, "a", Some(1)).unwrap();
        for number in 0..2 * BATCHES_MAX {
            batches.accept(&number.to_string(), Limit::NONE);
        }
        assert_eq!(batches.all.len(), BATCHES_MAX);
        assert_eq!(batches.decision(A), Some(true));
        batches.release(A);
    }

    #[test]
    fn the_memory_for_files_is_bounded() {
        let mut batches = accepted(u64::MAX, 9);
        let most = ITEMS_BYTES_MAX / (ITEM_BYTES + 2 * 4000);
        for number in 0..most {
            let path = format!("{number:04000}");
            batches.claim(A, &path, Some(0)).unwrap();
        }
        assert!(batches.claim(A, &"x".repeat(4000), Some(0)).is_err());
        assert!(batches.bytes <= ITEMS_BYTES_MAX);
        batches.remove(A);
        assert_eq!(batches.bytes, 0);
        // What the owner has agreed to is stored all the same, but not remembered.
        batches.accept(A, Limit::NONE);
        for number in 0..2 * most {
            let path = format!("{number:04000}");
            batches.claim(A, &path, Some(0)).unwrap();
        }
        assert!(batches.bytes <= ITEMS_BYTES_MAX);
    }
}
