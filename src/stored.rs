//! The state that is saved between runs of the window: one JSON file each, in one folder.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "read before there is a window, written on a thread of its own"
    )
)]

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;

use landline_engine::fs::locked::retry_if_locked;
use landline_engine::fs::{fsync, regular_file};
use landline_engine::threads;

/// However often it changes, unsaved state is never older than this.
const MAX_AGE: Duration = Duration::from_secs(1);

/// How often to retry a file that another process has locked.
const LOCK_RETRY: Duration = Duration::from_millis(50);

/// State with a file of its own.
pub trait Stored: Default + Serialize + DeserializeOwned + Send + 'static {
    /// The file name without `.json`.
    const NAME: &'static str;
    /// Longer files are rejected, in bytes.
    const MAX_LEN: u64;
    /// The debounce delay: the file is written once nothing has changed for this long.
    const DEBOUNCE: Duration;
    /// For a file that only one process may write at a time: how long to wait for its lock.
    const LOCK_TIMEOUT: Option<Duration> = None;

    /// Loads it from `dir`. Returns the default if there is no file yet. A file that cannot be
    /// parsed is renamed rather than overwritten, so that it can be repaired by hand.
    ///
    /// # Errors
    /// The file could not be read: use the default.
    fn load(dir: &Path) -> io::Result<Self> {
        let path = dir.join(format!("{}.json", Self::NAME));
        let read = || -> io::Result<Self> {
            let text = regular_file::read(&path, Self::MAX_LEN)?;
            Ok(serde_json::from_slice(&text)?)
        };
        match read() {
            Ok(stored) => Ok(stored),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => {
                let aside = dir.join(format!("{}.unreadable.json", Self::NAME));
                if let Err(error) = fs::rename(&path, aside) {
                    log::warn!("{}: {error}", path.display());
                }
                Err(error)
            }
        }
    }

    /// Writes JSON that can be edited by hand.
    ///
    /// # Errors
    /// Any error of `to`.
    fn write(&self, mut to: impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut to, self)?;
        to.write_all(b"\n")
    }

    /// Saves it to `dir` atomically and durably, even if the power fails.
    ///
    /// # Errors
    /// The folder cannot be created or written to, or the file would be longer than
    /// [`Stored::MAX_LEN`]; the previous file, which can be read, is then unchanged.
    fn save(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir_all(dir)?;
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        write_all(self, &mut file)?;
        if file.as_file().metadata()?.len() > Self::MAX_LEN {
            return Err(regular_file::too_long());
        }
        // Otherwise the rename may reach the disk before the contents.
        fsync::all(file.as_file())?;
        let path = dir.join(format!("{}.json", Self::NAME));
        let mut temporary = Some(file.into_temp_path());
        retry_if_locked(|| match temporary.take() {
            Some(from) => from.persist(&path).map_err(|e| {
                temporary = Some(e.path);
                e.error
            }),
            None => Ok(()),
        })?;
        fsync::folder(dir)
    }
}

/// Writes and flushes, so that no error is lost.
fn write_all(stored: &impl Stored, to: impl Write) -> io::Result<()> {
    let mut to = io::BufWriter::new(to);
    stored.write(&mut to)?;
    to.flush()
}

/// Why state could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum NotSaved {
    /// Another process has locked the file, so this one will never write it.
    #[error("another program keeps it")]
    Elsewhere,
    /// An I/O error.
    #[error(transparent)]
    Failed(#[from] io::Error),
}

/// Saves on a thread of its own. Dropping it lets the thread save pending state and exit.
#[derive(Debug)]
pub struct Saver<T> {
    newest: Arc<Mutex<Option<T>>>,
    wake: Sender<()>,
}

impl<T: Stored> Saver<T> {
    /// Spawns the thread, which calls `failed` if it could not save.
    ///
    /// # Errors
    /// The system cannot create another thread.
    pub fn start(
        dir: PathBuf,
        failed: impl Fn(&NotSaved) + Send + 'static,
    ) -> io::Result<(Self, JoinHandle<()>)> {
        let newest = Arc::new(Mutex::new(None));
        let (wake, rung) = bounded(1);
        let slot = Arc::clone(&newest);
        let worker = threads::spawn(T::NAME, move || match lock::<T>(&dir, &rung) {
            Ok(_held) => write_when_quiet(&dir, &slot, &rung, &failed),
            Err(why) => failed(&why),
        })?;
        Ok((Self { newest, wake }, worker))
    }

    /// Schedules a save. Returns at once.
    pub fn save(&self, stored: T) {
        *self.newest.lock() = Some(stored);
        // A full channel already has a pending wake-up.
        let _ = self.wake.try_send(());
    }
}

fn write_when_quiet<T: Stored>(
    dir: &Path,
    newest: &Mutex<Option<T>>,
    rung: &Receiver<()>,
    failed: &impl Fn(&NotSaved),
) {
    loop {
        // Includes what was scheduled while waiting for the lock.
        let stored = newest.lock().take();
        if let Some(stored) = stored
            && let Err(error) = stored.save(dir)
        {
            log::warn!("{}: {error}", dir.display());
            failed(&error.into());
        }
        if rung.recv().is_err() {
            return;
        }
        let first = Instant::now();
        while first.elapsed() < MAX_AGE && rung.recv_timeout(T::DEBOUNCE).is_ok() {}
    }
}

/// Locks `NAME.lock` in `dir` if only one process may write the file. Returns `None` if no lock is
/// needed or supported: a list that may be overwritten is better than none.
fn lock<T: Stored>(dir: &Path, rung: &Receiver<()>) -> Result<Option<File>, NotSaved> {
    let Some(patience) = T::LOCK_TIMEOUT else {
        return Ok(None);
    };
    let open = || {
        fs::create_dir_all(dir)?;
        let path = dir.join(format!("{}.lock", T::NAME));
        regular_file::open_to_lock(&path)
    };
    let unlocked = |error: io::Error| {
        log::warn!("{}: {error}", dir.display());
        Ok(None)
    };
    let file = match open() {
        Ok(file) => file,
        Err(error) => return unlocked(error),
    };
    let began = Instant::now();
    let mut is_last = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(error)) => return unlocked(error),
            Err(TryLockError::WouldBlock) if is_last => return Err(NotSaved::Elsewhere),
            Err(TryLockError::WouldBlock) => {}
        }
        let is_closing = rung.recv_timeout(LOCK_RETRY) == Err(RecvTimeoutError::Disconnected);
        is_last = is_closing || began.elapsed() >= patience;
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    struct Note {
        text: String,
    }

    impl Stored for Note {
        const NAME: &'static str = "note";
        const MAX_LEN: u64 = 1000;
        const DEBOUNCE: Duration = Duration::from_millis(20);
        const LOCK_TIMEOUT: Option<Duration> = Some(Duration::from_millis(100));
    }

    fn note(text: &str) -> Note {
        let text = text.to_owned();
        Note { text }
    }

    #[test]
    fn saved_state_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let new = dir.path().join("new");
        assert_eq!(Note::load(&new).unwrap(), Note::default());
        note("照片").save(&new).unwrap();
        assert_eq!(Note::load(&new).unwrap(), note("照片"));
    }

    #[test]
    fn a_disk_that_fills_up_is_noticed_at_the_last_byte() {
        let whole = serde_json::to_vec_pretty(&note("照片")).unwrap().len() + 1;
        for room in 0..whole {
            let mut disk = vec![0; room];
            let error = write_all(&note("照片"), &mut disk[..]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::WriteZero, "{room}");
        }
        write_all(&note("照片"), &mut vec![0; whole][..]).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_failed_sync_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        landline_engine::fs::fsync::faults::fail_once(dir.path());
        // The file exists, but its name might not survive a power failure.
        assert!(note("1").save(dir.path()).is_err());
        note("1").save(dir.path()).unwrap();
    }

    #[test]
    fn an_invalid_file_is_renamed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("note.json");
        let long = vec![b' '; 2000];
        for damage in [&b"{ \"text\": "[..], b"\xff\xfe", b"{\"text\": 7}", &long] {
            fs::write(&path, damage).unwrap();
            assert!(Note::load(dir.path()).is_err());
            let aside = dir.path().join("note.unreadable.json");
            assert_eq!(fs::read(aside).unwrap(), damage);
            assert!(!path.exists());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_or_device_does_not_block_and_is_renamed() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        use std::os::unix::fs::FileTypeExt;
        let dir = tempfile::tempdir().unwrap();
        let (path, lock) = (dir.path().join("note.json"), dir.path().join("note.lock"));
        let aside = dir.path().join("note.unreadable.json");
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        assert!(Note::load(dir.path()).is_err());
        assert_eq!(fs::read_link(&aside).unwrap(), Path::new("/dev/zero"));
        for path in [&path, &lock] {
            mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        }
        assert!(Note::load(dir.path()).is_err());
        assert!(fs::symlink_metadata(&aside).unwrap().file_type().is_fifo());
        let (saver, worker) = Saver::start(dir.path().to_owned(), |why| panic!("{why}")).unwrap();
        saver.save(note("new"));
        drop(saver);
        worker.join().unwrap();
        assert_eq!(Note::load(dir.path()).unwrap(), note("new"));
        assert!(fs::symlink_metadata(&lock).unwrap().file_type().is_fifo());
    }

    #[test]
    fn files_that_are_too_long_to_load_are_not_written() {
        let dir = tempfile::tempdir().unwrap();
        note("short").save(dir.path()).unwrap();
        assert!(note(&"x".repeat(1000)).save(dir.path()).is_err());
        assert_eq!(Note::load(dir.path()).unwrap(), note("short"));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn unknown_fields_of_another_version_are_ignored() {
        let dir = tempfile::tempdir().unwrap();
        let other = r#"{"text": "hello", "colour": 7}"#;
        fs::write(dir.path().join("note.json"), other).unwrap();
        assert_eq!(Note::load(dir.path()).unwrap(), note("hello"));
    }

    #[test]
    fn the_saver_writes_the_last_change_before_it_exits() {
        let dir = tempfile::tempdir().unwrap();
        let (saver, worker) = Saver::start(dir.path().to_owned(), |error| {
            panic!("{error}");
        })
        .unwrap();
        for text in ["1", "12", "123"] {
            saver.save(note(text));
        }
        drop(saver);
        worker.join().unwrap();
        assert_eq!(Note::load(dir.path()).unwrap(), note("123"));
    }

    #[test]
    fn of_two_processes_one_saves_and_the_other_reports_that_it_cannot() {
        let dir = tempfile::tempdir().unwrap();
        let start = || {
            let (tell, told) = bounded(10);
            let (saver, worker) = Saver::start(dir.path().to_owned(), move |why| {
                tell.send(matches!(why, NotSaved::Elsewhere)).unwrap();
            })
            .unwrap();
            (saver, worker, told)
        };
        let (first, first_worker, first_told) = start();
        first.save(note("1"));
        let started = Instant::now();
        while Note::load(dir.path()).unwrap() != note("1") {
            assert!(started.elapsed() < 20 * MAX_AGE);
            std::thread::yield_now();
        }
        let (second, second_worker, second_told) = start();
        second.save(note("2"));
        assert_eq!(second_told.recv(), Ok(true));
        second.save(note("3"));
        drop(second);
        second_worker.join().unwrap();
        assert!(second_told.is_empty());
        drop(first);
        first_worker.join().unwrap();
        assert!(first_told.is_empty());
        assert_eq!(Note::load(dir.path()).unwrap(), note("1"));
        // Then another process can lock it.
        let (third, third_worker, _) = start();
        third.save(note("4"));
        drop(third);
        third_worker.join().unwrap();
        assert_eq!(Note::load(dir.path()).unwrap(), note("4"));
    }

    #[test]
    fn changes_made_while_waiting_for_the_lock_are_saved() {
        let dir = tempfile::tempdir().unwrap();
        let other = File::create(dir.path().join("note.lock")).unwrap();
        other.lock().unwrap();
        let (saver, worker) = Saver::start(dir.path().to_owned(), |why| panic!("{why}")).unwrap();
        saver.save(note("mine"));
        drop(other);
        drop(saver);
        worker.join().unwrap();
        assert_eq!(Note::load(dir.path()).unwrap(), note("mine"));
    }

    #[test]
    fn constant_changes_are_saved_all_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let (saver, _worker) = Saver::start(dir.path().to_owned(), |error| {
            panic!("{error}");
        })
        .unwrap();
        let started = Instant::now();
        while Note::load(dir.path()).unwrap() == Note::default() {
            assert!(started.elapsed() < 20 * MAX_AGE);
            saver.save(note("again"));
            std::thread::yield_now();
        }
    }
}
