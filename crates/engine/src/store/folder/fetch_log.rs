//! Which files this download has fetched itself, noted on the disk: after an interruption only these are known by
//! their size and date. Whatever else has the right size and date may be older, as where a reproducible build gives
//! every version the same.
//!
//! The note is an array of hashes in the scratch folder, one for each file that got its name, so a million files take
//! 8 MB of memory when a download resumes, and none before. An entry is only ever missing where the program was killed,
//! and then the file is fetched again. The hashes are keyed with the identifier in the record beside them: no other
//! download's entries are of any use here.
#![expect(
    clippy::disallowed_methods,
    reason = "the note is written and read on the threads that download"
)]

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufReader, ErrorKind, Read as _, Write as _};
use std::path::Path;
use std::time::SystemTime;

use super::dir_lock::DirLock;
use landline_http1::digest::Hasher;

/// In the scratch folder.
const LIST: &str = "fetched";

/// Bytes of an entry.
const ENTRY_LEN: usize = size_of::<LogEntry>();

/// Enough for a download of 10 million files that is interrupted six times.
const LIST_MAX_LEN: u64 = 512 << 20;

/// FAT knows only every second of them.
const GRANULARITY: u64 = 2;

/// A hash of a file's path on the server and here, its length and its date. Never 0, which the end of a log may hold
/// after a power failure.
pub(crate) type LogEntry = u64;

/// The length and date of a file on the disk, which tell one version of it from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) len: u64,
    /// Seconds since 1970, as coarse as any file system keeps them.
    secs: i64,
}

impl Stat {
    /// That of a file with this length and date.
    pub(crate) fn new(len: u64, modified: SystemTime) -> Self {
        let secs = match modified.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => (since.as_secs() / GRANULARITY * GRANULARITY).cast_signed(),
            Err(e) => -(e.duration().as_secs().cast_signed()) - 1,
        };
        Self { len, secs }
    }

    /// That of the file with this metadata; none if it is no regular file.
    pub(crate) fn of(found: &Metadata) -> Option<Self> {
        let modified = found.modified().ok()?;
        found.is_file().then(|| Self::new(found.len(), modified))
    }
}

/// Appended to by all threads.
#[derive(Debug)]
pub(crate) struct FetchLog {
    list: File,
    key: String,
    /// Those of earlier runs, sorted.
    known: Vec<LogEntry>,
}

impl FetchLog {
    /// Those of the download that `dir_lock` is of.
    pub(crate) fn open(dir_lock: &DirLock) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        let options = options.read(true).append(true).create(true);
        let list = options.open(dir_lock.scratch.join(LIST))?;
        let known = if dir_lock.is_old {
            read(&list)?
        } else {
            Vec::new()
        };
        // What is appended must not join half an entry that was cut.
        list.set_len((known.len() * ENTRY_LEN) as u64)?;
        let mut log = Self {
            list,
            key: dir_lock.id.clone().unwrap_or_default(),
            known,
        };
        log.known.sort_unstable();
        Ok(log)
    }

    /// Whether there are none of earlier runs.
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The entry of the file at `path` (an [`Entry::path`](super::entry::Entry::path)) that is stored at `here`, seen
    /// from the root.
    pub(crate) fn entry(&self, path: &str, here: &Path, stat: Stat) -> LogEntry {
        let mut hasher = Hasher::new();
        for part in [
            self.key.as_bytes(),
            path.as_bytes(),
            here.as_os_str().as_encoded_bytes(),
        ] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher.update(&stat.len.to_le_bytes());
        hasher.update(&stat.secs.to_le_bytes());
        let mut entry = [0; ENTRY_LEN];
        entry.copy_from_slice(&hasher.finish()[..ENTRY_LEN]);
        LogEntry::from_le_bytes(entry).max(1)
    }

    /// Whether an earlier run of this download has noted it.
    pub(crate) fn has(&self, entry: LogEntry) -> bool {
        self.known.binary_search(&entry).is_ok()
    }

    /// Note that these are there from now on.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn add(&self, entries: &[LogEntry]) -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let bytes: Vec<_> = entries
            .iter()
            .flat_map(|entry| entry.to_le_bytes())
            .collect();
        // One call, so that entries do not mix.
        (&self.list).write_all(&bytes)
    }
}

/// All entries that are whole.
fn read(list: &File) -> io::Result<Vec<LogEntry>> {
    let len = list.metadata()?.len().min(LIST_MAX_LEN);
    let mut entries = Vec::with_capacity(usize::try_from(len).unwrap_or(0) / ENTRY_LEN);
    let mut list = BufReader::new(list).take(len);
    let mut entry = [0; ENTRY_LEN];
    loop {
        match list.read_exact(&mut entry) {
            Ok(()) => entries.push(LogEntry::from_le_bytes(entry)),
            Err(e) if e.kind() == ErrorKind::UnexpectedEof => return Ok(entries),
            Err(e) => return Err(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;
    use crate::store::folder::dir_lock::tests::make;

    const STAT: Stat = Stat { len: 1, secs: 0 };

    #[test]
    fn what_was_noted_is_known_after_an_interruption() {
        let folder = tempfile::tempdir().unwrap();
        let mut dir_lock = make(folder.path());
        let log = FetchLog::open(&dir_lock).unwrap();
        let of = |log: &FetchLog, n: usize| log.entry(&n.to_string(), Path::new("x"), STAT);
        let all: Vec<_> = (0..1_000).map(|n| of(&log, n)).collect();
        log.add(&all[..1]).unwrap();
        log.add(&all[1..]).unwrap();
        // This run needs none of it.
        assert!(log.is_empty() && !log.has(all[0]));
        dir_lock.is_old = true;
        let list = dir_lock.scratch.join(LIST);
        let whole = fs::read(&list).unwrap();
        // Wherever it was cut, and what is added afterwards is whole.
        for len in [0, 1, 8, 17, 4_095, 8_000] {
            fs::write(&list, &whole[..len]).unwrap();
            let log = FetchLog::open(&dir_lock).unwrap();
            let known = (0..1_000).filter(|n| log.has(of(&log, *n))).count();
            assert_eq!(known, len / ENTRY_LEN);
            log.add(&all[999..]).unwrap();
            assert!(FetchLog::open(&dir_lock).unwrap().has(all[999]));
        }
        // As after a power failure.
        fs::write(&list, [0; 80]).unwrap();
        assert!(!FetchLog::open(&dir_lock).unwrap().has(all[0]));
    }

    #[test]
    fn a_mark_is_about_one_version_of_one_file_of_one_download() {
        let folder = tempfile::tempdir().unwrap();
        let one = FetchLog::open(&make(folder.path())).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let other = FetchLog::open(&make(folder.path())).unwrap();
        let (a, b) = (Path::new("a"), Path::new("b"));
        let entry = one.entry("a", a, STAT);
        assert_eq!(one.entry("a", a, STAT), entry);
        for entry_of_another in [
            other.entry("a", a, STAT),
            one.entry("b", a, STAT),
            one.entry("a", b, STAT),
            one.entry("aa", Path::new(""), STAT),
            one.entry("a", a, Stat { len: 2, ..STAT }),
            one.entry("a", a, Stat { secs: 2, ..STAT }),
        ] {
            assert_ne!(entry_of_another, entry);
        }
    }

    #[test]
    fn dates_are_compared_as_coarsely_as_any_disk_keeps_them() {
        let at = |millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        assert_eq!(Stat::new(1, at(4_000)), Stat::new(1, at(5_999)));
        assert_ne!(Stat::new(1, at(4_000)), Stat::new(1, at(6_000)));
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_ne!(Stat::new(1, before), Stat::new(1, at(0)));
    }
}
