//! A device, a named pipe or standard output as the place of a download: bytes that were written there
//! cannot be taken back, so nothing is ever named, replaced or begun anew.
#![expect(
    clippy::disallowed_methods,
    reason = "written on the thread that downloads"
)]

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::StoreError;
use crate::fs::fsync;
use crate::store::target::Target;
use crate::store::version::Version;
use crate::transport::CancelToken;
use landline_http1::digest::{Hasher, Sha256};

/// What any pipe takes at once when it takes anything (`PIPE_BUF`, at least on Linux): more could wait for
/// its reader.
const PIECE: usize = 4096;

/// How late a cancel may be noticed.
#[cfg(unix)]
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Where the bytes of a download go that is no file with a name.
#[derive(Debug)]
pub(crate) struct Stream {
    sink: Sink,
    path: PathBuf,
    cancel: CancelToken,
    version: Version,
    /// Bytes that were written.
    written: u64,
    /// Bytes of the next body that were written before.
    repeated: u64,
    /// What was written is not of any use.
    is_lost: bool,
    hasher: Hasher,
    /// What was spent on hashing since it was last asked for.
    hashing: Duration,
}

#[derive(Debug)]
enum Sink {
    Stdout,
    /// A device or a pipe. It does not block where the system can tell when it takes more.
    File(File),
}

/// Whether `target` takes the bytes of one file and has no place for names.
pub fn is_stream(target: &Target) -> bool {
    match target {
        Target::Stdout => true,
        Target::Folder(path) | Target::File(path) => is_special(path),
    }
}

/// Whether a device or a pipe is at `path`, or one of this process's own descriptors, whatever that is.
#[cfg(unix)]
fn is_special(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    is_descriptor(path)
        || std::fs::metadata(path).is_ok_and(|found| {
            let kind = found.file_type();
            kind.is_char_device() || kind.is_block_device() || kind.is_fifo()
        })
}

/// Whether `path` is a name for one of this process's own descriptors.
#[cfg(unix)]
fn is_descriptor(path: &Path) -> bool {
    let is_in = |folder: &str| path.parent() == Some(Path::new(folder));
    let names = ["/dev/stdout", "/dev/stderr"].map(Path::new);
    is_in("/dev/fd") || is_in("/proc/self/fd") || names.contains(&path)
}

/// Its names for devices are refused before.
#[cfg(not(unix))]
fn is_special(_path: &Path) -> bool {
    false
}

impl Stream {
    /// Open `target`, for which [`is_stream`] is true. Waits until somebody reads from a pipe; `None` after a cancel.
    pub(crate) fn open(target: &Target, cancel: &CancelToken) -> Result<Option<Self>, StoreError> {
        let path = target.path();
        let sink = match target {
            Target::Stdout => Sink::Stdout,
            Target::Folder(_) | Target::File(_) => match open(path, cancel) {
                _ if cancel.is_cancelled() => return Ok(None),
                opened => Sink::File(opened.map_err(|e| write_error(&e, path))?),
            },
        };
        Ok(Some(Self {
            sink,
            path: path.to_owned(),
            cancel: cancel.clone(),
            version: Version::default(),
            written: 0,
            repeated: 0,
            is_lost: false,
            hasher: Hasher::new(),
            hashing: Duration::ZERO,
        }))
    }

    /// Whether anything was written.
    pub(crate) fn is_begun(&self) -> bool {
        self.written > 0
    }

    /// How far in the file it is.
    pub(crate) fn len(&self) -> u64 {
        self.written - self.repeated
    }

    /// Which version of the file the bytes are of.
    pub(crate) fn version(&self) -> &Version {
        &self.version
    }

    /// What was written is of no use. Nothing more can be made of it.
    pub(crate) fn give_up(&mut self) {
        self.is_lost = true;
    }

    /// A body comes, which is `version` from byte `at` on.
    ///
    /// # Errors
    /// [`StoreError::CannotRewind`] where it is not known to go on with what was written.
    pub(crate) fn begin(&mut self, version: Version, at: u64) -> Result<(), StoreError> {
        let is_same = !self.is_lost
            && version.validator.is_some()
            && version.validator == self.version.validator
            && at <= self.written;
        if self.is_begun() && !is_same {
            return Err(self.cannot_rewind());
        }
        self.repeated = self.written - at;
        self.version = version;
        Ok(())
    }

    /// Everything was written, and is on the disk where there is one; where.
    pub(crate) fn finish(&self) -> Result<PathBuf, StoreError> {
        if self.repeated > 0 {
            return Err(self.cannot_rewind());
        }
        if let Sink::File(file) = &self.sink
            && let Err(e) = fsync::all(file)
            // Of pipes and of devices that keep nothing.
            && e.kind() != ErrorKind::ReadOnlyFilesystem
        {
            return Err(self.error(&e));
        }
        Ok(self.path.clone())
    }

    /// That of everything that was written.
    pub(crate) fn digest(&self) -> Sha256 {
        self.hasher.clone().finish()
    }

    /// How much of the time since the last call was spent on hashing.
    pub(crate) fn take_hashing_time(&mut self) -> Duration {
        std::mem::take(&mut self.hashing)
    }

    /// What `error` means, which a write to it gave.
    pub(crate) fn error(&self, error: &io::Error) -> StoreError {
        write_error(error, &self.path)
    }

    fn cannot_rewind(&self) -> StoreError {
        let path = self.path.clone();
        StoreError::CannotRewind { path }
    }

    fn wait(&self) -> io::Result<()> {
        match &self.sink {
            Sink::Stdout => wait_writable(&io::stdout(), &self.cancel),
            Sink::File(file) => wait_writable(file, &self.cancel),
        }
    }

    fn write_some(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.sink {
            Sink::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(bytes)?;
                stdout.flush()?;
                Ok(bytes.len())
            }
            Sink::File(file) => file.write(bytes),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.repeated > 0 && !bytes.is_empty() {
            let skipped =
                usize::try_from(self.repeated).map_or(bytes.len(), |n| n.min(bytes.len()));
            self.repeated -= skipped as u64;
            return Ok(skipped);
        }
        let bytes = &bytes[..bytes.len().min(PIECE)];
        loop {
            self.wait()?;
            match self.write_some(bytes) {
                Ok(written) => {
                    self.written += written as u64;
                    let began = Instant::now();
                    self.hasher.update(&bytes[..written]);
                    self.hashing += began.elapsed();
                    return Ok(written);
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                Err(e) => return Err(e),
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Open for writing, without a wait that nothing ends but a reader. After a cancel the result may be
/// anything.
#[cfg(unix)]
fn open(path: &Path, cancel: &CancelToken) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};

    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut options = File::options();
    options.write(true).custom_flags(flags.bits().cast_signed());
    // What is there already stays, whatever position the descriptor has that the name stands for.
    options.append(is_descriptor(path));
    let is_pipe = std::fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo());
    loop {
        match options.open(path) {
            // Nobody reads from the pipe yet.
            Err(e)
                if is_pipe
                    && e.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error())
                    && !cancel.wait(POLL_INTERVAL) => {}
            result => return result,
        }
    }
}

#[cfg(not(unix))]
fn open(path: &Path, _cancel: &CancelToken) -> io::Result<File> {
    File::options().write(true).open(path)
}

/// Wait until `to` takes bytes, or nobody reads any more.
///
/// # Errors
/// It was cancelled.
#[cfg(unix)]
fn wait_writable(to: &impl std::os::fd::AsFd, cancel: &CancelToken) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;

    let interval = Timespec::try_from(POLL_INTERVAL).ok();
    while !cancel.is_cancelled() {
        match poll(&mut [PollFd::new(to, PollFlags::OUT)], interval.as_ref()) {
            Ok(0) | Err(Errno::INTR) => {}
            // What is wrong with it the write will say.
            Ok(_) | Err(_) => return Ok(()),
        }
    }
    Err(ErrorKind::ConnectionAborted.into())
}

#[cfg(not(unix))]
fn wait_writable<T>(_to: &T, cancel: &CancelToken) -> io::Result<()> {
    if cancel.is_cancelled() {
        return Err(ErrorKind::ConnectionAborted.into());
    }
    Ok(())
}

fn write_error(error: &io::Error, path: &Path) -> StoreError {
    let path = path.to_owned();
    if error.kind() == ErrorKind::BrokenPipe {
        return StoreError::ReaderGone { path };
    }
    let reason = error.to_string();
    StoreError::Write { path, reason }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn version(validator: &str) -> Version {
        Version {
            validator: Some(validator.to_owned()),
            ..Version::default()
        }
    }

    #[test]
    fn only_the_same_version_goes_on() {
        let target = Target::File("/dev/null".into());
        assert!(is_stream(&target));
        let open = || {
            let mut stream = Stream::open(&target, &CancelToken::new()).unwrap().unwrap();
            stream.begin(version("\"1\""), 0).unwrap();
            stream.write_all(b"hello").unwrap();
            stream
        };
        let mut stream = open();
        // The rest comes with two bytes that were here already.
        stream.begin(version("\"1\""), 3).unwrap();
        assert_eq!(stream.len(), 3);
        stream.write_all(b"lo, world").unwrap();
        assert_eq!(stream.len(), 12);
        let mut hasher = Hasher::new();
        hasher.update(b"hello, world");
        assert_eq!(stream.digest(), hasher.finish());
        assert_eq!(stream.finish(), Ok(PathBuf::from("/dev/null")));

        let path = || PathBuf::from("/dev/null");
        let lost = Err(StoreError::CannotRewind { path: path() });
        for (version, at) in [
            (version("\"2\""), 0),
            (version("\"2\""), 5),
            (version("\"1\""), 6),
            (Version::default(), 0),
        ] {
            assert_eq!(open().begin(version, at), lost);
        }
        let mut stream = open();
        stream.give_up();
        assert_eq!(stream.begin(version("\"1\""), 5), lost);
        // Less than before is not the whole.
        let mut stream = open();
        stream.begin(version("\"1\""), 0).unwrap();
        stream.write_all(b"hell").unwrap();
        assert_eq!(stream.finish().map(drop), lost);
    }

    #[test]
    fn devices_and_pipes_are_told_from_files() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        for (path, is) in [
            (Path::new("/dev/null"), true),
            (&link, true),
            (Path::new("/dev/stdout"), true),
            (Path::new("/dev/fd/1"), true),
            (&file, false),
            (folder.path(), false),
            (&folder.path().join("missing"), false),
        ] {
            assert_eq!(is_stream(&Target::File(path.to_owned())), is, "{path:?}");
            assert_eq!(is_stream(&Target::Folder(path.to_owned())), is, "{path:?}");
        }
        assert!(is_stream(&Target::Stdout));
    }
}
