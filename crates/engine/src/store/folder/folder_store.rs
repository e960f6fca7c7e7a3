//! The folder that a download fills: what is in it already, and what may be replaced. Only what this download has
//! [logged](super::fetch_log) that it fetched is known to be its own; size and date alone decide only where the user
//! wants it so.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::iter;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use parking_lot::Mutex;

use super::dir_lock::DirLock;
use super::entry::Entry;
use super::fetch_log::{FetchLog, LogEntry, Stat};
use super::part_journal::PartJournal;
use crate::error::StoreError;
use crate::name_bytes;
use crate::store::free_space::SpaceGuard;
use crate::store::part::{MAX_COPIES, copy_name, identity, write_error};
use crate::store::target::{CopyNaming, IfExists};

/// Where a file goes.
pub(crate) struct Destination {
    pub(crate) folder: PathBuf,
    /// Its name there, with [escapes](name_bytes).
    pub(crate) name: String,
    /// Its folder or itself has a number, because another entry has its name.
    pub(crate) is_numbered: bool,
    /// What this download has put there before is to be replaced.
    pub(crate) is_outdated: bool,
}

impl Destination {
    pub(crate) fn path(&self) -> PathBuf {
        name_bytes::join(&self.folder, &self.name)
    }
}

/// What has a name that an entry could get.
#[derive(Debug)]
pub(crate) struct Existing {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    /// In bytes.
    pub(crate) len: u64,
    pub(crate) modified: Option<SystemTime>,
    pub(crate) is_file: bool,
    /// An earlier run of this download has put it there.
    pub(crate) is_logged: bool,
}

/// The files and folders that stand for an entry, by the file system's own numbers for them: whichever names the file
/// system takes for one, and wherever links lead, one file stands for one entry.
#[derive(Debug, Default)]
pub(super) struct Claims(Mutex<HashSet<u64>>);

impl Claims {
    /// Claim what is at `path` for an entry; false if another one has it. A link counts as itself.
    fn claim(&self, path: &Path) -> bool {
        identity(path).is_none_or(|identity| {
            let mut claimed = self.0.lock();
            claimed.insert(identity)
        })
    }

    /// The same for a folder, or a link to one.
    pub(super) fn claim_folder(&self, path: &Path) -> bool {
        match path.canonicalize() {
            Ok(path) => self.claim(&path),
            Err(_) => true,
        }
    }
}

/// Shared by all threads of one folder's download.
#[derive(Debug)]
pub(crate) struct FolderStore<'a> {
    pub(super) dir_lock: &'a DirLock,
    if_exists: IfExists,
    /// How files are called whose names are taken.
    pub(crate) copies: CopyNaming,
    log: FetchLog,
    journal: PartJournal,
    pub(super) claims: Claims,
}

impl<'a> FolderStore<'a> {
    /// That of the download that holds `dir_lock`.
    pub(crate) fn open(
        dir_lock: &'a DirLock,
        if_exists: IfExists,
        copies: CopyNaming,
    ) -> io::Result<Self> {
        let store = Self {
            dir_lock,
            if_exists,
            copies,
            log: FetchLog::open(dir_lock)?,
            journal: PartJournal::open(dir_lock)?,
            claims: Claims::default(),
        };
        store.claims.claim_folder(&dir_lock.root);
        Ok(store)
    }

    /// Where `entry` goes. Its folder may still have to be [made](Self::make_parent).
    pub(crate) fn destination(&self, entry: &Entry) -> Destination {
        let root = &self.dir_lock.root;
        let path = entry.place(root);
        let folder = path.parent().unwrap_or(Path::new(""));
        Destination {
            folder: root.join(folder),
            name: name_bytes::from_os(path.file_name().unwrap_or_default()),
            is_numbered: entry.local.is_some(),
            is_outdated: false,
        }
    }

    /// Whether nothing can be there already that stands for an entry: all of it is new, or not known to be ours.
    pub(crate) fn is_nothing_known(&self) -> bool {
        !self.may_match() && self.log.is_empty()
    }

    /// Whether any file of the right size and date stands for an entry: the user wants it so, or a version without a
    /// log has begun this download, in a folder in which nothing was before.
    pub(crate) fn may_match(&self) -> bool {
        let is_without_log =
            self.dir_lock.is_old && self.dir_lock.is_own && self.dir_lock.id.is_none();
        self.if_exists == IfExists::Skip || is_without_log
    }

    /// What has the name of the file at `path` (an [`Entry::path`]), and the files beside it that may be copies of it, in
    /// either naming: the setting may have changed since.
    pub(crate) fn existing(
        &self,
        path: &str,
        destination: &Destination,
    ) -> impl Iterator<Item = Existing> {
        let existing = move |name: String| {
            let there = name_bytes::join(&destination.folder, &name);
            let found = fs::symlink_metadata(&there).ok()?;
            let stat = Stat::of(&found);
            let is_logged =
                stat.is_some_and(|stat| self.log.has(self.log_entry(path, &there, stat)));
            Some(Existing {
                path: there,
                name,
                len: found.len(),
                modified: found.modified().ok(),
                is_file: found.is_file(),
                is_logged,
            })
        };
        let copies = move |copies| {
            let name = move |copy| copy_name(&destination.name, copy, copies);
            (1..=MAX_COPIES).map_while(move |copy| existing(name(copy)))
        };
        let own = existing(destination.name.clone()).into_iter();
        own.flat_map(move |own| {
            let others = copies(self.copies.other());
            iter::once(own).chain(copies(self.copies)).chain(others)
        })
    }

    /// Claim what is at `there` for an entry; false if another has it. In a folder that was made for this download
    /// nothing is replaced, and what is in it is known by the log.
    pub(crate) fn claim(&self, there: &Path) -> bool {
        self.dir_lock.is_own || self.claims.claim(there)
    }

    /// What to do if something is `there` already when a file with this `stat`, where known, comes to `destination`.
    /// What another entry has claimed is never replaced; nor is what has the number that an entry got because its name
    /// is taken, unless its stat is the same: it may be anything.
    pub(crate) fn if_exists(
        &self,
        destination: &Destination,
        there: &Path,
        stat: Option<Stat>,
    ) -> IfExists {
        let has_same_stat = || stat.is_some() && stat_of(there) == stat;
        let if_exists = match self.if_exists {
            _ if destination.is_outdated => IfExists::Overwrite,
            IfExists::Overwrite if self.dir_lock.is_own => return IfExists::Keep,
            IfExists::Overwrite if destination.is_numbered && !has_same_stat() => {
                return IfExists::Keep;
            }
            IfExists::Keep => return IfExists::Keep,
            if_exists => if_exists,
        };
        if self.claim(there) {
            if_exists
        } else {
            IfExists::Keep
        }
    }

    /// The file at `path` of the folder, which the server calls `name` and which goes to `target`, may have a part from
    /// now on. It takes `len` bytes before its own length is known.
    pub(crate) fn add_part(
        &self,
        (path, name): (&str, &str),
        target: &Path,
        growth: &mut SpaceGuard,
        len: u64,
    ) -> Result<(), StoreError> {
        let added = growth
            .grow(len)
            .and_then(|()| self.journal.add(path, name, target));
        added.map_err(|e| self.scratch_error(&e))
    }

    /// A file with this `stat` is about to get its name at `there`, and is on the disk.
    pub(crate) fn log_before(&self, path: &str, there: &Path, stat: Stat) {
        if stat_of(there) != Some(stat) {
            self.try_log(self.log_entry(path, there, stat));
        }
    }

    /// The file at `path` of the folder has its name `there`, and that is on the disk. It `is_new` unless what was there
    /// already stands for it.
    pub(crate) fn log_after(&self, path: &str, there: &Path, is_new: bool) {
        self.claim(there);
        if let Some(stat) = stat_of(there).filter(|_| is_new) {
            self.try_log(self.log_entry(path, there, stat));
        }
    }

    /// A file that is not in the log is fetched again after an interruption, and nothing worse.
    fn try_log(&self, entry: LogEntry) {
        if let Err(e) = self.log.add(&[entry]) {
            log::warn!("{}: {e}", self.dir_lock.scratch.display());
        }
    }

    pub(super) fn log(&self, entries: &[LogEntry]) -> Result<(), StoreError> {
        self.log.add(entries).map_err(|e| self.scratch_error(&e))
    }

    /// The log's entry for the file at `path` of the folder that is at `there`.
    pub(super) fn log_entry(&self, path: &str, there: &Path, stat: Stat) -> LogEntry {
        let here = there.strip_prefix(&self.dir_lock.root).unwrap_or(there);
        self.log.entry(path, here, stat)
    }

    /// What `error` means, which the scratch folder gave.
    pub(crate) fn scratch_error(&self, error: &io::Error) -> StoreError {
        write_error(error, &self.dir_lock.scratch, &self.dir_lock.scratch)
    }
}

fn stat_of(path: &Path) -> Option<Stat> {
    fs::symlink_metadata(path).ok().as_ref().and_then(Stat::of)
}
