//! Hashing a file slice by slice, and detecting changes to it in the meantime.

use std::time::{Instant, SystemTime};

use super::cache;
use crate::fs::FileHasher;
use crate::fs::positional::read_exact_at;
use crate::share::SharedFile;
use landline_http1::digest::Sha256;

/// Bytes read per scheduling step; fewer only at the end of a file. It takes a millisecond or two, about as
/// long as a seek of a hard disk.
pub(super) const SLICE: u64 = 1 << 20;

/// Bytes at the end of a file that are compared. Rewriting a file moves its content.
const TAIL: u64 = 4 * 1024;

/// A file being hashed.
#[derive(Debug)]
pub(super) struct Reading {
    file: SharedFile,
    hasher: FileHasher,
    /// By the clock of the file system, and by a monotonic one.
    began: Option<(SystemTime, Instant)>,
    /// Whether the file had grown before its prefix was hashed again.
    has_grown: bool,
    /// Its last bytes before hashing.
    tail: Option<Vec<u8>>,
}

/// The result of a step.
#[derive(Debug)]
pub(super) enum Step {
    /// There is more to read.
    More(Box<Reading>),
    /// The end of the file, or an error.
    End(Option<Found>),
}

/// A digest, and whether the file may have changed since without its metadata showing it.
#[derive(Debug)]
pub(super) struct Found {
    pub digest: Sha256,
    /// When reading started.
    pub began: Instant,
    pub is_racy: bool,
    /// Whether it is the digest of the prefix of a file that has since grown.
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

    /// Bytes left to read.
    pub fn left(&self) -> u64 {
        self.file.len.saturating_sub(self.hasher.at())
    }

    /// How far a step may go if bytes up to `limit(len)` are available; `None` if that is not worth a step.
    pub fn ready(&self, limit: impl FnOnce(u64) -> u64) -> Option<u64> {
        let len = self.file.len;
        let limit = limit(len);
        // The end is sampled as soon as possible: it may be overwritten before it is sent.
        let is_ready = self.tail.is_none() || limit >= len.min(self.hasher.at() + SLICE);
        is_ready.then_some(limit)
    }

    /// Reads a step, up to `limit`. Blocks while the disk is slow.
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
            // The bytes read may be a mix of two versions. If the file has grown, hash its prefix again: a
            // client with the same bytes has the file as it was before.
            return if self.file.has_grown() {
                let tail = self.tail;
                let anew = Self::new(self.file);
                Step::More(Box::new(Self { tail, ..anew }))
            } else {
                Step::End(None)
            };
        }
        if self.has_grown && self.tail != tail(&self.file) {
            // It has not only been appended to.
            return Step::End(None);
        }
        Step::End(Some(Found {
            digest: self.hasher.finish(),
            began: at,
            is_racy: !self.has_grown && cache::is_racy(self.file.changed, began),
            is_prefix: self.has_grown,
        }))
    }
}

/// The last bytes within the length that the file had when it was opened.
fn tail(file: &SharedFile) -> Option<Vec<u8>> {
    let len = file.len.min(TAIL);
    let mut bytes = vec![0; usize::try_from(len).ok()?];
    read_exact_at(&file.file, &mut bytes, file.len - len).ok()?;
    Some(bytes)
}
