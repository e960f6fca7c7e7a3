//! The folder that a download fills, and beside it `NAME.part`, which holds what it needs until it is
//! done: where it comes from, which folder it fills, and small files on their way.
#![expect(
    clippy::disallowed_methods,
    reason = "folders are made on the threads that download"
)]

use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::fs::fsync;
use crate::name_bytes;
use crate::store::file_system;
use crate::store::part::{
    MAX_COPIES, Source, folder_copy_name, open_alone, or_current_dir, part_name, parts, write_error,
};
use crate::store::seal::{Kind, Seal, unverified};
use crate::store::target::{CopyNaming, IfExists};

/// In the scratch folder.
const RECORD: &str = "landline.json";

/// A record is a few hundred bytes; a file that is larger than this is not one.
const RECORD_MAX_LEN: u64 = 64 * 1024;

/// A target and its scratch folder, which nobody else uses.
#[derive(Debug)]
pub(crate) struct DirLock {
    /// What is filled.
    pub(crate) root: PathBuf,
    /// What is on its way there.
    pub(crate) scratch: PathBuf,
    /// An earlier download has begun to fill it.
    pub(crate) is_old: bool,
    /// It was made for this download.
    pub(crate) is_own: bool,
    /// Like that of no other download. Records of earlier versions have none.
    pub(crate) id: Option<String>,
    /// The record. Locked as long as this lives.
    lock: File,
    pub(crate) seal: Seal,
}

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    source: Source,
    /// The name of the folder that is filled.
    into: String,
    /// It was made for this download.
    is_own: bool,
    /// Like that of no other download; see [`marks`](super::fetch_log).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

impl DirLock {
    /// What an earlier download of this by this installation left in `folder`, if nobody else works on it.
    pub(crate) fn find(folder: &Path, name: &str, source: &Source, seal: &Seal) -> Option<Self> {
        let folder = or_current_dir(folder);
        parts(folder, name).find_map(|scratch| {
            let path = scratch.join(RECORD);
            // Nobody knows yet whose an empty one is.
            if !(1..=RECORD_MAX_LEN).contains(&fs::metadata(&path).ok()?.len()) {
                return None;
            }
            let lock = open_alone(&path)?;
            let text = read(&lock).ok()?;
            let record = seal.open(Kind::Folder, &scratch, &text)?;
            let record: Record = serde_json::from_slice(record).ok()?;
            let into = name_bytes::to_os(&record.into);
            let is_name = Path::new(&into).file_name() == Some(&into);
            if record.source != *source || !is_name {
                return None;
            }
            Some(Self {
                root: folder.join(into),
                scratch,
                is_old: true,
                is_own: record.is_own,
                id: record.id,
                lock,
                seal: seal.clone(),
            })
        })
    }

    /// What looks like left by an earlier download of this in `folder` and is left alone, because its record is
    /// not from this installation: an earlier version may have written it, or a stranger.
    pub(crate) fn foreign(
        folder: &Path,
        name: &str,
        source: &Source,
        seal: &Seal,
    ) -> Option<PathBuf> {
        parts(folder, name).find(|scratch| {
            let text = open_alone(&scratch.join(RECORD)).and_then(|file| read(&file).ok());
            let text = text.unwrap_or_default();
            let record = serde_json::from_slice(unverified(&text));
            record.is_ok_and(|record: Record| record.source == *source)
                && seal.open(Kind::Folder, scratch, &text).is_none()
        })
    }

    /// A folder called `name` in `folder`, or by `copies` if that is taken; one that is there already is
    /// filled only where that is wanted. What is written down comes first and what it is about after
    /// it, so that nothing is left over wherever this ends.
    pub(crate) fn make(
        folder: &Path,
        name: &str,
        source: Source,
        (exists, copies): (IfExists, CopyNaming),
        seal: &Seal,
    ) -> Result<Self, StoreError> {
        let folder = or_current_dir(folder);
        let scratch = name_bytes::join(folder, &part_name(name, 1));
        let (scratch, lock) =
            make_scratch(folder, name).map_err(|e| write_error(&e, folder, &scratch))?;
        let id = Some(new_id());
        let record = Record {
            source,
            into: name.to_owned(),
            is_own: true,
            id: id.clone(),
        };
        let mut dir_lock = Self {
            root: name_bytes::join(folder, name),
            scratch,
            is_old: false,
            is_own: true,
            id,
            lock,
            seal: seal.clone(),
        };
        match dir_lock.make_root(folder, name, record, (exists, copies)) {
            Ok(()) => Ok(dir_lock),
            Err(e) => {
                let error = write_error(&e, folder, &dir_lock.root);
                // Nothing of what it names was made here.
                dir_lock.is_own = false;
                dir_lock.clear(false);
                Err(error)
            }
        }
    }

    fn make_root(
        &mut self,
        folder: &Path,
        name: &str,
        mut record: Record,
        (exists, copies): (IfExists, CopyNaming),
    ) -> io::Result<()> {
        for copy in 0..=MAX_COPIES {
            record.into = folder_copy_name(name, copy, copies);
            self.root = name_bytes::join(folder, &record.into);
            match fs::symlink_metadata(&self.root) {
                Ok(_) if exists != IfExists::Keep && self.root.is_dir() => {
                    (record.is_own, self.is_own) = (false, false);
                    return self.write(&record);
                }
                Ok(_) => continue,
                Err(e) if e.kind() == ErrorKind::NotFound => {}
                Err(e) => return Err(e),
            }
            self.write(&record)?;
            match fs::create_dir(&self.root) {
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                result => return result,
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    fn write(&mut self, record: &Record) -> io::Result<()> {
        let text = serde_json::to_vec(record)?;
        self.lock.set_len(0)?;
        self.lock.rewind()?;
        self.lock
            .write_all(&self.seal.close(Kind::Folder, &self.scratch, text))?;
        fsync::all(&self.lock)
    }

    /// Whether the disk takes names for one that differ in case only.
    pub(crate) fn folds_case(&self) -> bool {
        file_system::folds_case(&self.scratch.join(RECORD))
    }

    /// Remove what an earlier run had on its way here.
    pub(crate) fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.scratch)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "part") {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// The root may have been removed since.
    pub(crate) fn restore_root(&self) -> Result<(), StoreError> {
        match fs::create_dir(&self.root) {
            Err(e) if e.kind() != ErrorKind::AlreadyExists => {
                let folder = self.root.parent().unwrap_or(&self.root);
                Err(write_error(&e, folder, &self.root))
            }
            _ => Ok(()),
        }
    }

    /// Everything is in its place, or nothing more is wanted: then empty folders go, too.
    pub(crate) fn clear(self, is_wanted: bool) {
        // The record goes last, and as long as it is locked: nobody shall go on with what is half gone,
        // and if this is killed the next download of it knows what to remove.
        let removed = remove_all_but_record(&self.scratch)
            .and_then(|()| fs::remove_file(self.scratch.join(RECORD)));
        drop(self.lock);
        if let Err(e) = removed.and_then(|()| fs::remove_dir(&self.scratch)) {
            log::warn!("{} stays: {e}", self.scratch.display());
        }
        if !is_wanted && self.is_own {
            remove_empty(&self.root);
        }
    }
}

/// An empty scratch folder for `name` with an empty record in it, locked. One that was left like this
/// is taken, too.
fn make_scratch(folder: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    for copy in 1..=MAX_COPIES {
        let scratch = name_bytes::join(folder, &part_name(name, copy));
        match fs::create_dir(&scratch) {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
            Ok(()) => {}
        }
        if !is_unused(&scratch) {
            continue;
        }
        let path = scratch.join(RECORD);
        let mut options = OpenOptions::new();
        match options.write(true).create_new(true).open(&path) {
            Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(e),
            _ => {}
        }
        if let Some(lock) = open_alone(&path)
            && lock.metadata()?.len() == 0
        {
            return Ok((scratch, lock));
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn read(record: &File) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    record.take(RECORD_MAX_LEN).read_to_end(&mut text)?;
    Ok(text)
}

/// As random as the keys of the standard library's hashes are.
fn new_id() -> String {
    let random = |()| RandomState::new().hash_one(Instant::now());
    format!("{:016x}{:016x}", random(()), random(()))
}

fn remove_all_but_record(scratch: &Path) -> io::Result<()> {
    for entry in fs::read_dir(scratch)? {
        let entry = entry?;
        if entry.file_name() != RECORD {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether there is nothing in the folder `scratch` but a record that says nothing.
fn is_unused(scratch: &Path) -> bool {
    let is_record = |entry: io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| {
            entry.file_name() == RECORD && entry.metadata().is_ok_and(|found| found.len() == 0)
        })
    };
    let is_folder = fs::symlink_metadata(scratch).is_ok_and(|found| found.is_dir());
    is_folder && fs::read_dir(scratch).is_ok_and(|entries| entries.into_iter().all(is_record))
}

/// Remove `folder` and the folders in it, as far as there is nothing else: what is whole is not thrown
/// away.
fn remove_empty(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty(&entry.path());
        }
    }
    let _ = fs::remove_dir(folder);
}

#[cfg(test)]
pub(crate) mod tests;
