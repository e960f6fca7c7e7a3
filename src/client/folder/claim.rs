//! The folder that a download fills, and beside it `NAME.part`, which holds what it needs until it is
//! done: where it comes from, which folder it fills, and small files on their way.
#![expect(
    clippy::disallowed_methods,
    reason = "folders are made on the threads that download"
)]

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::client::part::{MAX_COPIES, MAX_PARTS, Source, copy_name, here, part_name, write_error};
use crate::client::{ClientError, Exists};

/// In the scratch folder.
const RECORD: &str = "landline.json";

/// A record is a few hundred bytes; a file that is larger than this is not one.
const RECORD_MAX_LEN: u64 = 64 * 1024;

/// A target and its scratch folder, which nobody else uses.
#[derive(Debug)]
pub(super) struct Claim {
    /// What is filled.
    pub(super) root: PathBuf,
    /// What is on its way there.
    pub(super) scratch: PathBuf,
    /// An earlier download has begun to fill it.
    pub(super) is_old: bool,
    /// It was made for this download.
    is_own: bool,
    /// Locked as long as this lives.
    lock: File,
}

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    source: Source,
    /// The name of the folder that is filled.
    into: String,
    /// It was made for this download.
    is_own: bool,
}

impl Claim {
    /// What an earlier download of this left in `folder`, if nobody else works on it.
    pub(super) fn find(folder: &Path, name: &str, source: &Source) -> Option<Self> {
        let folder = here(folder);
        let mut copies = 1..=MAX_PARTS;
        copies.find_map(|copy| {
            let scratch = folder.join(part_name(name, copy));
            let path = scratch.join(RECORD);
            if fs::metadata(&path).ok()?.len() > RECORD_MAX_LEN {
                return None;
            }
            let lock = OpenOptions::new().read(true).write(true).open(&path).ok()?;
            lock.try_lock().ok()?;
            // Whoever had it until now may be done with it.
            fs::metadata(&path).ok()?;
            let record: Record = serde_json::from_reader(&lock).ok()?;
            let is_name = Path::new(&record.into).file_name() == Some(record.into.as_ref());
            if record.source != *source || !is_name {
                return None;
            }
            Some(Self {
                root: folder.join(record.into),
                scratch,
                is_old: true,
                is_own: record.is_own,
                lock,
            })
        })
    }

    /// A folder called `name` in `folder`, or beside it `[新]NAME`; one that is there already is
    /// filled only where that is wanted.
    pub(super) fn make(
        folder: &Path,
        name: &str,
        source: Source,
        exists: Exists,
    ) -> Result<Self, ClientError> {
        let folder = here(folder);
        let (into, is_own) = make_root(folder, name, exists)?;
        let made = make_scratch(folder, name).and_then(|scratch| {
            let path = scratch.join(RECORD);
            let record = Record {
                source,
                into: into.clone(),
                is_own,
            };
            let mut lock = OpenOptions::new();
            let mut lock = lock.read(true).write(true).create_new(true).open(path)?;
            lock.lock()?;
            lock.write_all(&serde_json::to_vec(&record)?)?;
            lock.sync_all()?;
            Ok((scratch, lock))
        });
        let root = folder.join(into);
        match made {
            Ok((scratch, lock)) => Ok(Self {
                root,
                scratch,
                is_old: false,
                is_own,
                lock,
            }),
            Err(e) => {
                if is_own {
                    let _ = fs::remove_dir(&root);
                }
                Err(write_error(&e, folder, &root))
            }
        }
    }

    /// The root may have been removed since.
    pub(super) fn restore_root(&self) -> Result<(), ClientError> {
        match fs::create_dir(&self.root) {
            Err(e) if e.kind() != ErrorKind::AlreadyExists => {
                let folder = self.root.parent().unwrap_or(&self.root);
                Err(write_error(&e, folder, &self.root))
            }
            _ => Ok(()),
        }
    }

    /// Everything is in its place, or nothing more is wanted: then an empty folder goes, too.
    pub(super) fn clear(self, is_wanted: bool) {
        drop(self.lock);
        if let Err(e) = fs::remove_dir_all(&self.scratch) {
            log::warn!("{} stays: {e}", self.scratch.display());
        }
        if !is_wanted && self.is_own {
            // Only if it is empty: what is whole is not thrown away.
            let _ = fs::remove_dir(&self.root);
        }
    }
}

fn make_root(folder: &Path, name: &str, exists: Exists) -> Result<(String, bool), ClientError> {
    for copy in 0..=MAX_COPIES {
        let into = copy_name(name, copy);
        let path = folder.join(&into);
        match fs::create_dir(&path) {
            Ok(()) => return Ok((into, true)),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {
                if exists != Exists::Keep && path.is_dir() {
                    return Ok((into, false));
                }
            }
            Err(e) => return Err(write_error(&e, folder, &path)),
        }
    }
    let taken = ErrorKind::AlreadyExists.into();
    Err(write_error(&taken, folder, &folder.join(name)))
}

fn make_scratch(folder: &Path, name: &str) -> io::Result<PathBuf> {
    for copy in 1..=MAX_COPIES {
        let path = folder.join(part_name(name, copy));
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}
