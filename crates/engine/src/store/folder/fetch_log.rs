//! Which files this download has fetched itself, noted on the disk: after an interruption only these are known by
//! their size and date. Whatever else has the right size and date may be older, as where a reproducible build gives
//! every version the same.
//!
//! The note is an array of hashes in the scratch folder, one for each file that got its name, so a million files take
//! 8 MB of memory when a download resumes, and none before. A mark is only ever missing where the program was killed,
//! and then the file is fetched again. The hashes are keyed with the identifier in the record beside them: no other
//! download's marks are of any use here.
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

/// Bytes of a mark.
const MARK_LEN: usize = size_of::<Mark>();

/// What a download of the most files may have with as many interruptions as anybody has patience for.
const LIST_MAX_LEN: u64 = 512 << 20;

/// FAT knows only every second of them.
const GRANULARITY: u64 = 2;

/// Stands for one file: where it is on the server and here, its length and its date. Never 0, because that is what
/// the end of a list may hold after the power has failed.
pub(crate) type Mark = u64;

/// What of a file here tells one version of it from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) len: u64,
    /// Seconds since 1970, as coarse as any file system keeps them.
    secs: i64,
}

impl Look {
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
    known: Vec<Mark>,
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
        // What is appended must not join half a mark that was cut.
        list.set_len((known.len() * MARK_LEN) as u64)?;
        let mut marks = Self {
            list,
            key: dir_lock.id.clone().unwrap_or_default(),
            known,
        };
        marks.known.sort_unstable();
        Ok(marks)
    }

    /// Whether there are none of earlier runs.
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The mark of the file at `path` (an [`Entry::path`](crate::client::folder::entry::Entry::path)) that is stored at `here`, seen
    /// from the root.
    pub(crate) fn mark(&self, path: &str, here: &Path, look: Look) -> Mark {
        let mut hasher = Hasher::new();
        for part in [
            self.key.as_bytes(),
            path.as_bytes(),
            here.as_os_str().as_encoded_bytes(),
        ] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher.update(&look.len.to_le_bytes());
        hasher.update(&look.secs.to_le_bytes());
        let mut mark = [0; MARK_LEN];
        mark.copy_from_slice(&hasher.finish()[..MARK_LEN]);
        Mark::from_le_bytes(mark).max(1)
    }

    /// Whether an earlier run of this download has noted it.
    pub(crate) fn has(&self, mark: Mark) -> bool {
        self.known.binary_search(&mark).is_ok()
    }

    /// Note that these are there from now on.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn add(&self, marks: &[Mark]) -> io::Result<()> {
        if marks.is_empty() {
            return Ok(());
        }
        let bytes: Vec<_> = marks.iter().flat_map(|mark| mark.to_le_bytes()).collect();
        // One call, so that marks do not mix.
        (&self.list).write_all(&bytes)
    }
}

/// All marks that are whole.
fn read(list: &File) -> io::Result<Vec<Mark>> {
    let len = list.metadata()?.len().min(LIST_MAX_LEN);
    let mut marks = Vec::with_capacity(usize::try_from(len).unwrap_or(0) / MARK_LEN);
    let mut list = BufReader::new(list).take(len);
    let mut mark = [0; MARK_LEN];
    loop {
        match list.read_exact(&mut mark) {
            Ok(()) => marks.push(Mark::from_le_bytes(mark)),
            Err(e) if e.kind() == ErrorKind::UnexpectedEof => return Ok(marks),
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

    const LOOK: Look = Look { len: 1, secs: 0 };

    #[test]
    fn what_was_noted_is_known_after_an_interruption() {
        let folder = tempfile::tempdir().unwrap();
        let mut dir_lock = make(folder.path());
        let marks = FetchLog::open(&dir_lock).unwrap();
        let of = |marks: &FetchLog, n: usize| marks.mark(&n.to_string(), Path::new("x"), LOOK);
        let all: Vec<_> = (0..1_000).map(|n| of(&marks, n)).collect();
        marks.add(&all[..1]).unwrap();
        marks.add(&all[1..]).unwrap();
        // This run needs none of it.
        assert!(marks.is_empty() && !marks.has(all[0]));
        dir_lock.is_old = true;
        let list = dir_lock.scratch.join(LIST);
        let whole = fs::read(&list).unwrap();
        // Wherever it was cut, and what is added afterwards is whole.
        for len in [0, 1, 8, 17, 4_095, 8_000] {
            fs::write(&list, &whole[..len]).unwrap();
            let marks = FetchLog::open(&dir_lock).unwrap();
            let known = (0..1_000).filter(|n| marks.has(of(&marks, *n))).count();
            assert_eq!(known, len / MARK_LEN);
            marks.add(&all[999..]).unwrap();
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
        let mark = one.mark("a", a, LOOK);
        assert_eq!(one.mark("a", a, LOOK), mark);
        for mark_of_another in [
            other.mark("a", a, LOOK),
            one.mark("b", a, LOOK),
            one.mark("a", b, LOOK),
            one.mark("aa", Path::new(""), LOOK),
            one.mark("a", a, Look { len: 2, ..LOOK }),
            one.mark("a", a, Look { secs: 2, ..LOOK }),
        ] {
            assert_ne!(mark_of_another, mark);
        }
    }

    #[test]
    fn dates_are_compared_as_coarsely_as_any_disk_keeps_them() {
        let at = |millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        assert_eq!(Look::new(1, at(4_000)), Look::new(1, at(5_999)));
        assert_ne!(Look::new(1, at(4_000)), Look::new(1, at(6_000)));
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_ne!(Look::new(1, before), Look::new(1, at(0)));
    }
}
