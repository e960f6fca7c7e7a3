//! One version of one archive: what is in it, and the checksums that are known so far.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::tz::TimeZone;
use landline_http1::etag::Etag;
use parking_lot::Mutex;
use sha2::{Digest as _, Sha256};

use crate::archive::{Layout, NewItem, Stamp};
use crate::secret::Secret;
use crate::share::{Kind, LeftOut, SharedFolder, Visitor, Walked};

/// A ZIP archive of a folder, or of a selection of its entries, in one version. Requests for the same version share it.
#[derive(Debug)]
pub(in crate::server) struct Archive {
    pub layout: Layout,
    pub etag: Etag,
    /// What is not in it.
    pub left_out: LeftOut,
    /// For each item [`KNOWN`] and its CRC-32, or 0.
    sums: Vec<AtomicU64>,
    /// The file whose checksum was last interrupted.
    partial: Mutex<Option<PartialSum>>,
}

/// Set for a checksum that is known.
const KNOWN: u64 = 1 << 32;

/// A checksum of the first `at` bytes of an item.
#[derive(Clone, Debug)]
pub(super) struct PartialSum {
    pub index: usize,
    pub at: u64,
    pub hasher: crc32fast::Hasher,
}

impl Archive {
    /// Walks through `folder`, or through the `selected` entries of it. `check` is called with the memory used so far, in
    /// bytes, and may end the walk.
    ///
    /// # Errors
    /// The folder cannot be read; `NotFound` if a selected entry does not exist; an error of `check`.
    pub fn walk(
        folder: &SharedFolder,
        selected: Option<&BTreeSet<String>>,
        secret: &Secret,
        check: impl FnMut(usize) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut gathering = Gathering {
            layout: Layout::default(),
            hasher: Sha256::new(),
            is_weak: false,
            zone: TimeZone::system(),
            path: String::new(),
            check,
        };
        let mut left_out = folder.walk(selected, &mut gathering)?;
        let (mut layout, same_names) = gathering.layout.with_unique_names();
        left_out.unnamed += same_names;
        layout.shrink();
        let digest = gathering.hasher.finalize();
        let code = secret.code("archive", &[&digest[..]]);
        // 128 bits are enough to rule out collisions.
        let half = code.first_chunk().copied().map_or(0, u128::from_be_bytes);
        let sums = layout.items_from(0).map(|item| match item.len {
            0 => AtomicU64::new(KNOWN),
            _ => AtomicU64::new(0),
        });
        Ok(Self {
            sums: sums.collect(),
            etag: Etag::new(format!("\"zip-{half:032x}\""), gathering.is_weak),
            left_out,
            partial: Mutex::default(),
            layout,
        })
    }

    /// Memory used, in bytes.
    pub fn bytes(&self) -> usize {
        self.layout.bytes() + self.sums.capacity() * SUM_BYTES
    }

    /// The CRC-32 of the item at `index`, if it is known.
    pub(super) fn sum(&self, index: usize) -> Option<u32> {
        let sum = self.sums.get(index)?.load(Ordering::Relaxed);
        (sum & KNOWN != 0).then(|| u32::try_from(sum & !KNOWN).unwrap_or_default())
    }

    /// Records a checksum; false if another one was known, and the file has changed although its version has not.
    pub(super) fn set_sum(&self, index: usize, crc: u32) -> bool {
        let sum = self.sums.get(index);
        let before = sum.map_or(0, |sum| sum.swap(KNOWN | u64::from(crc), Ordering::Relaxed));
        before == 0 || before == KNOWN | u64::from(crc)
    }

    /// Takes the checksum of the beginning of the item at `index`, to continue it.
    pub(super) fn take_partial(&self, index: usize) -> Option<PartialSum> {
        self.partial
            .lock()
            .take_if(|partial| partial.index == index)
    }

    /// Keeps a checksum that was interrupted.
    pub(super) fn keep_partial(&self, partial: PartialSum) {
        *self.partial.lock() = Some(partial);
    }
}

/// Memory for the checksum of one item, in bytes.
const SUM_BYTES: usize = size_of::<AtomicU64>();

/// An archive while its folder is walked.
struct Gathering<C> {
    layout: Layout,
    /// Everything that the bytes of the archive depend on.
    hasher: Sha256,
    is_weak: bool,
    zone: TimeZone,
    /// The path of the last item; kept for its memory.
    path: String,
    check: C,
}

impl<C: FnMut(usize) -> io::Result<()>> Visitor for Gathering<C> {
    fn visit(&mut self, found: &Walked<'_>) -> io::Result<()> {
        self.path.clear();
        for (at, part) in found.path.iter().enumerate() {
            if at > 0 {
                self.path.push('/');
            }
            self.path.push_str(part);
        }
        let is_file = found.kind == Kind::File;
        if !is_file {
            self.path.push('/');
        }
        let stamp = Stamp::new(found.modified, &self.zone);
        self.hasher.update((self.path.len() as u64).to_be_bytes());
        self.hasher.update(&self.path);
        self.hasher.update(stamp.dos().to_be_bytes());
        if is_file {
            self.hasher.update(found.version.bytes());
            self.is_weak |= found.is_recent;
        } else {
            self.hasher
                .update(stamp.unix().unwrap_or_default().to_be_bytes());
        }
        let new = NewItem {
            name: &self.path,
            len: found.len,
            stamp,
            version: found.version.short(),
        };
        let pushed = self.layout.push(new);
        pushed.map_err(|e| io::Error::new(ErrorKind::QuotaExceeded, e))
    }

    fn check(&mut self, bytes: usize) -> io::Result<()> {
        let sums = self.layout.count() * SUM_BYTES;
        (self.check)(bytes + self.layout.bytes() + sums)
    }
}
