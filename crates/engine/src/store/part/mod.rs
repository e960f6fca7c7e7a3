//! How a file is written: under `NAME.part` until every byte is there and on the disk, with
//! what is needed to go on beside it, and then under a name that nothing had before.
#![expect(
    clippy::disallowed_methods,
    reason = "files are written on the thread that downloads"
)]

mod disk;
mod flusher;
mod naming;
mod plain;
pub(crate) mod record;
mod settle;

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use self::flusher::Flusher;
use self::record::Record;
use super::free_space::SpaceGuard;
use super::safe_name::NAME_MAX_LEN;
use super::seal::Seal;
use super::{free_space, origin_mark};
use crate::error::StoreError;
use crate::fs::locked::retry_if_locked;
use crate::fs::positional::write_all_at;
use crate::fs::{fsync, no_clobber};
use crate::name_bytes;
use crate::store::target::{CopyNaming, IfExists};
use crate::store::version::Version;

pub(crate) use self::disk::{check_folder, or_current_dir, write_error};
pub(crate) use self::naming::{MAX_COPIES, copy_name, folder_copy_name, part_name, parts, place};
pub(crate) use self::plain::{create as create_anew, identity};
pub(crate) use self::record::Source;

/// A file on its way. What is not finished stays on the disk if anything can go on from it, and
/// goes otherwise.
#[derive(Debug)]
pub(crate) struct PartFile {
    file: Arc<File>,
    part: PathBuf,
    folder: PathBuf,
    name: String,
    /// How it is called if the name is taken.
    copies: CopyNaming,
    len: u64,
    record: Record,
    seal: Seal,
    flusher: Option<Flusher>,
    /// Unless space was set aside for all of it.
    growth: Option<SpaceGuard>,
    on_drop: OnDrop,
}

/// What happens to a part file when it is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OnDrop {
    Keep,
    Remove,
    /// It has its final name; another download may use the part's by now.
    Renamed,
}

impl PartFile {
    /// What is left in `folder` of an earlier download of `name` from `source` by this installation, if nobody
    /// else works on it.
    pub(crate) fn find(folder: &Path, name: &str, source: &Source, seal: &Seal) -> Option<Self> {
        let folder = or_current_dir(folder);
        parts(folder, name).find_map(|part| {
            let is_ours = |record: &Record| record.source == *source;
            let Some(_) = Record::load(&part, seal).filter(is_ours) else {
                Record::clear(&part, source, seal);
                return None;
            };
            let Some(file) = open_alone(&part) else {
                // Its part may have got its name, and then the machine stopped.
                Record::clear(&part, source, seal);
                return None;
            };
            // Whoever had it until now may have finished it, or written more.
            let record = Record::load(&part, seal).filter(is_ours)?;
            if record.is_ending || plain::has_other_name(&file) {
                // The machine stopped between two names: this may be a file that is whole.
                let _ = fs::remove_file(&part);
                let _ = fs::remove_file(Record::path(&part));
                return None;
            }
            let len = record.trusted(file.metadata().ok()?.len());
            let place = (folder, name);
            let mut found = Self::new(file, part, place, len, record, seal.clone());
            // What came last may not be on the disk yet, and may never get there.
            found.settle();
            Some(found)
        })
    }

    /// A part in `folder` for `name` from `source` that is left alone, because its record is not from this
    /// installation: an earlier version may have written it, or a stranger.
    pub(crate) fn foreign(
        folder: &Path,
        name: &str,
        source: &Source,
        seal: &Seal,
    ) -> Option<PathBuf> {
        parts(folder, name).find(|part| Record::is_foreign(part, source, seal))
    }

    /// An empty one for `name` in `folder`. Two for the same name never share one.
    pub(crate) fn create(
        folder: &Path,
        name: &str,
        source: &Source,
        seal: &Seal,
    ) -> Result<Self, StoreError> {
        let folder = or_current_dir(folder);
        if name_bytes::len(name) > NAME_MAX_LEN {
            // Said before anything is fetched, and not when it gets its name.
            let too_long = ErrorKind::InvalidFilename.into();
            let path = name_bytes::join(folder, name);
            return Err(write_error(&too_long, folder, &path));
        }
        for copy in 1..=MAX_COPIES {
            let part = name_bytes::join(folder, &part_name(name, copy));
            let taken = [&part, &Record::new_path(&part)];
            if taken
                .into_iter()
                .any(|name| fs::symlink_metadata(name).is_ok())
            {
                continue;
            }
            // The record first: what is left without its part is known for what it is.
            let record = Record::new(source.clone());
            let made = retry_if_locked(|| record.create(&part, seal)).and_then(|()| {
                let made = retry_if_locked(|| plain::options(true).create_new(true).open(&part));
                // Somebody was faster, or it cannot be made at all.
                made.inspect_err(|_| _ = fs::remove_file(Record::path(&part)))
            });
            match made {
                // Somebody else saw it before it was locked; it is theirs. Where there are no locks,
                // nobody else goes on with it.
                Ok(file) if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) => {}
                Ok(file) => {
                    let place = (folder, name);
                    return Ok(Self::new(file, part, place, 0, record, seal.clone()));
                }
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                // What some file systems say when nothing can be made in them (`/proc`).
                Err(e) if e.kind() == ErrorKind::NotFound && folder.is_dir() => {
                    let folder = folder.to_owned();
                    return Err(StoreError::NotWritable { folder });
                }
                Err(e) => return Err(write_error(&e, folder, &part)),
            }
        }
        let part = name_bytes::join(folder, &part_name(name, 1));
        Err(write_error(&ErrorKind::AlreadyExists.into(), folder, &part))
    }

    fn new(
        file: File,
        part: PathBuf,
        (folder, name): (&Path, &str),
        len: u64,
        record: Record,
        seal: Seal,
    ) -> Self {
        Self {
            file: Arc::new(file),
            part,
            folder: folder.to_owned(),
            name: name.to_owned(),
            copies: CopyNaming::default(),
            len,
            record,
            seal,
            flusher: None,
            growth: None,
            on_drop: OnDrop::Keep,
        }
    }

    /// A body comes, which is `version` from byte `at` on and of this date. What the part has beyond
    /// goes.
    pub(crate) fn begin(
        &mut self,
        version: Version,
        at: u64,
        modified: Option<SystemTime>,
    ) -> Result<(), StoreError> {
        let written = self.write_through();
        written.map_err(|e| self.error(&e))?;
        let begun = self.file.set_len(at);
        begun.map_err(|e| self.error(&e))?;
        self.len = at;
        self.growth = match version.length {
            Some(whole) => {
                free_space::reserve(&self.file, &self.folder, whole, whole.saturating_sub(at))?
            }
            None => Some(SpaceGuard::new(&self.folder)),
        };
        self.record.continues(version, at, modified);
        let saved = self.record.save(&self.part, &self.seal);
        saved.map_err(|e| self.error(&e))?;
        let (part, record, seal) = (self.part.clone(), self.record.clone(), self.seal.clone());
        match Flusher::start(Arc::clone(&self.file), part, record, seal) {
            Ok(flusher) => self.flusher = Some(flusher),
            // It costs more when the power goes, and nothing else.
            Err(e) => log::warn!("{}: {e}", self.part.display()),
        }
        Ok(())
    }

    /// Bytes in it that can be relied on.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Which version of the file it is a part of.
    pub(crate) fn version(&self) -> &Version {
        &self.record.version
    }

    /// When it changed last: at the server, as far as that is known.
    pub(crate) fn date(&self) -> Option<SystemTime> {
        let own = || self.file.metadata().and_then(|found| found.modified()).ok();
        self.record.modified.or_else(own)
    }

    /// The open file; its position is not used.
    pub(crate) fn file(&self) -> &Arc<File> {
        &self.file
    }

    /// Whether anything can go on from it.
    pub(crate) fn is_worth_keeping(&self) -> bool {
        self.on_drop == OnDrop::Keep
            && self.len > 0
            && self.version().validator.is_some()
            && plain::is_same(&self.file, &self.part)
    }

    /// Whether what has its name is this file, with the bytes that were written.
    fn is_untouched(&self) -> bool {
        let is_whole = |found: fs::Metadata| found.len() == self.len;
        self.file.metadata().is_ok_and(is_whole) && plain::is_same(&self.file, &self.part)
    }

    /// It is not wanted any more.
    pub(crate) fn remove(mut self) {
        self.on_drop = OnDrop::Remove;
    }

    /// It will be called `name`, and not after what was asked for, or by `copies` if that is taken.
    pub(crate) fn set_name(&mut self, name: String, copies: CopyNaming) {
        self.name = name;
        self.copies = copies;
    }

    /// Put it on the disk and [give it its name](place).
    pub(crate) fn finish(&mut self, exists: IfExists) -> Result<PathBuf, StoreError> {
        let written = self.write_through();
        written.map_err(|e| self.error(&e))?;
        origin_mark::mark(&self.part, &self.file);
        if let Some(modified) = self.record.modified
            && let Err(e) = self.file.set_modified(modified)
        {
            log::info!("{}: {e}", self.part.display());
        }
        if !self.is_untouched() {
            // Somebody else has written to it, or put something else in its place.
            let missing = fs::symlink_metadata(&self.part).err();
            let changed = || io::Error::other("another program has changed it");
            return Err(self.error(&missing.unwrap_or_else(changed)));
        }
        if let Err(e) = fsync::all(&self.file) {
            self.distrust(&e);
            return Err(self.error(&e));
        }
        if !no_clobber::IS_ONE_CALL {
            self.record.is_ending = true;
            let saved = self.record.save(&self.part, &self.seal);
            saved.map_err(|e| self.error(&e))?;
        }
        let placed = place(&self.part, &self.folder, &self.name, exists, self.copies);
        let path = placed.map_err(|e| self.error(&e))?;
        self.on_drop = OnDrop::Renamed;
        // The name first: a part without its record would be nobody's.
        let named = fsync::folder(&self.folder);
        let _ = fs::remove_file(Record::path(&self.part));
        match named {
            Ok(()) => Ok(path),
            Err(e) => Err(StoreError::not_durable(&path, &e)),
        }
    }

    /// What `error` means, which a write to it gave.
    pub(crate) fn error(&self, error: &io::Error) -> StoreError {
        write_error(error, &self.folder, &self.part)
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.flusher.as_ref().is_some_and(Flusher::has_failed) {
            self.write_through()?;
        }
        if let Some(growth) = &mut self.growth {
            growth.grow(bytes.len() as u64)?;
        }
        write_all_at(&self.file, bytes, self.len)?;
        self.len += bytes.len() as u64;
        if let Some(flusher) = &self.flusher {
            flusher.advance(self.len);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if self.is_worth_keeping() {
            self.settle();
        }
        self.flusher = None;
        if self.is_worth_keeping() {
            // Room that was set aside is given back.
            let _ = self.file.set_len(self.len);
        } else if self.on_drop != OnDrop::Renamed {
            // What somebody has put there instead is not ours.
            let part = plain::is_same(&self.file, &self.part).then(|| self.part.clone());
            let record = [Record::path(&self.part), Record::new_path(&self.part)];
            for path in part.into_iter().chain(record) {
                if let Err(e) = fs::remove_file(&path)
                    && e.kind() != ErrorKind::NotFound
                {
                    log::warn!("{} stays: {e}", path.display());
                }
            }
        }
        // Those that still read it hold the file, but must not hold the lock.
        let _ = self.file.unlock();
    }
}

/// `part`, if it is what it is called and nobody else has it.
pub(crate) fn open_alone(part: &Path) -> Option<File> {
    let file = plain::open(part, true).ok()?;
    file.try_lock().ok()?;
    // Between the two calls it may have been given its final name by whoever had it.
    plain::is_same(&file, part).then_some(file)
}

#[cfg(all(test, unix))]
mod failing_disk;
#[cfg(test)]
mod tests;
