//! A file on its way through the hasher, a slice at a time, and whether it stayed the same meanwhile.

use std::time::{Instant, SystemTime};

use super::remembered;
use crate::fs::FileHasher;
use crate::fs::positional::read_exact_at;
use crate::share::SharedFile;
use landline_http1::digest::Sha256;

/// Bytes of a file that are read before it is another's turn. Less is read only at a file's end. It
/// takes a millisecond or two, and a hard disk reads for about as long as it seeks.
pub(super) const SLICE: u64 = 1 << 20;

/// How much of a file's end is compared. Who writes a file anew moves what is in it.
const TAIL: u64 = 4 * 1024;

/// A file on its way through the hasher.
#[derive(Debug)]
pub(super) struct Reading {
    file: SharedFile,
    hasher: FileHasher,
    /// By the clock of the file system, and by one that nobody sets.
    began: Option<(SystemTime, Instant)>,
    /// The file had grown before this reading of its start began.
    has_grown: bool,
    /// Its last bytes as they were at first.
    tail: Option<Vec<u8>>,
}

/// What came of a step.
#[derive(Debug)]
pub(super) enum Step {
    /// There is more to read.
    More(Box<Reading>),
    /// That was all, or it cannot go on.
    End(Option<Found>),
}

/// A digest, and whether the file may have changed since without looking so.
#[derive(Debug)]
pub(super) struct Found {
    pub digest: Sha256,
    /// When reading began.
    pub began: Instant,
    pub is_racy: bool,
    /// It is that of the start of a file which has grown since.
    pub is_prefix: bool,
}

impl Reading {
    pub fn new(file: SharedFile) -> Self {
        Self {
            has_grown: file.has_grown(),
            file,
            hasher: FileHasher::new(),
            began: None,
            tail: None,
        }
    }

    /// Bytes that are not read yet.
    pub fn left(&self) -> u64 {
        self.file.len.saturating_sub(self.hasher.at())
    }

    /// How far a step may go if its bytes are there up to `limit(len)`; nothing where that is not worth one.
    pub fn ready(&self, limit: impl FnOnce(u64) -> u64) -> Option<u64> {
        let len = self.file.len;
        let limit = limit(len);
        // The end is looked at as soon as possible: it may be written over before it is sent.
        let is_ready = self.tail.is_none() || limit >= len.min(self.hasher.at() + SLICE);
        is_ready.then_some(limit)
    }

    /// Read a step further, but not beyond `limit`. Blocks while the disk takes its time.
    pub fn step(mut self: Box<Self>, limit: u64, buffer: &mut [u8]) -> Step {
        let now = || (SystemTime::now(), Instant::now());
        let (began, at) = *self.began.get_or_insert_with(now);
        if self.tail.is_none() {
            self.tail = tail(&self.file);
        }
        let end = limit.min(self.hasher.at() + SLICE);
        if let Err(e) = self.hasher.read(&self.file.file, end, buffer) {
            log::debug!("no digest: {e}");
            return Step::End(None);
        }
        if self.hasher.at() < self.file.len {
            return Step::More(self);
        }
        if !self.has_grown && !self.file.is_unchanged() {
            // What was read may be of two states. Where the file is longer now, its start is read again:
            // who has the same bytes has the file as it was before it grew.
            return if self.file.has_grown() {
                let tail = self.tail;
                let anew = Self::new(self.file);
                Step::More(Box::new(Self { tail, ..anew }))
            } else {
                Step::End(None)
            };
        }
        if self.has_grown && self.tail != tail(&self.file) {
            // It was not only added to.
            return Step::End(None);
        }
        Step::End(Some(Found {
            digest: self.hasher.finish(),
            began: at,
            is_racy: !self.has_grown && remembered::is_racy(self.file.changed, began),
            is_prefix: self.has_grown,
        }))
    }
}

/// The last bytes of what was the file when it was opened.
fn tail(file: &SharedFile) -> Option<Vec<u8>> {
    let len = file.len.min(TAIL);
    let mut bytes = vec![0; usize::try_from(len).ok()?];
    read_exact_at(&file.file, &mut bytes, file.len - len).ok()?;
    Some(bytes)
}
