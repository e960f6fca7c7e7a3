//! The log file. A separate thread writes it, because a disk may be slow and the UI thread logs,
//! too; lines that do not fit into the queue are counted and dropped.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "all but `log` is for the writer's thread and for the end of the program"
    )
)]

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::format::printable;
use landline_engine::fs::regular_file;
use landline_engine::threads;

/// The most verbose level that is written.
pub(super) const LEVEL: LevelFilter = LevelFilter::Info;

/// The current file and the previous one.
const NAMES: (&str, &str) = ("landline.log", "landline.old.log");
/// The maximum length of each file in bytes: enough for a day full of errors, small enough for any
/// editor.
const MAX_LEN: u64 = 1024 * 1024;
/// The maximum length of a line, in bytes.
const MAX_LINE: usize = 4096;
/// The number of lines that may be queued.
const QUEUE_LEN: usize = 1024;
/// How long to wait for the last lines on exit.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(100);

/// The sending end, which never waits for the disk.
pub(super) struct LogFile {
    entries: Sender<Entry>,
    lost: Arc<AtomicU64>,
}

/// The writer's end.
struct Entries {
    entries: Receiver<Entry>,
    lost: Arc<AtomicU64>,
}

enum Entry {
    Line {
        at: Timestamp,
        level: Level,
        target: String,
        text: String,
    },
    /// Dropped once everything before it is written.
    Mark(Sender<()>),
}

impl LogFile {
    /// Logs to a file in `folder`. Returns `None` if no thread can be created; if the folder cannot
    /// be written, nothing is logged.
    pub(super) fn start(folder: PathBuf) -> Option<Self> {
        let (file, entries) = Self::new(QUEUE_LEN);
        let writer = threads::spawn("log", move || match Rolling::open(&folder, MAX_LEN) {
            Ok(to) => entries.write(to),
            Err(error) => {
                drop(entries);
                log::info!("no log is kept in {}: {error}", folder.display());
            }
        });
        writer.is_ok().then_some(file)
    }

    fn new(waiting: usize) -> (Self, Entries) {
        let (entries, taken) = bounded(waiting);
        let lost = Arc::new(AtomicU64::new(0));
        let writer = Entries {
            entries: taken,
            lost: Arc::clone(&lost),
        };
        (Self { entries, lost }, writer)
    }
}

impl Log for LogFile {
    /// Of other crates, only errors are of interest.
    fn enabled(&self, metadata: &Metadata) -> bool {
        let target = metadata.target();
        let is_ours = target == "landline" || target.starts_with("landline::");
        metadata.level() <= if is_ours { LEVEL } else { LevelFilter::Warn }
    }

    fn log(&self, record: &Record) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = Entry::Line {
            at: Timestamp::now(),
            level: record.level(),
            target: record.target().to_owned(),
            text: record.args().to_string(),
        };
        if self.entries.try_send(line).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn flush(&self) {
        let until = Instant::now() + FLUSH_TIMEOUT;
        let (mark, written) = bounded(0);
        let is_sent = self.entries.send_deadline(Entry::Mark(mark), until).is_ok();
        if is_sent {
            // Nothing is ever sent: the writer drops the sender when it gets there.
            let _ = written.recv_deadline(until);
        }
    }
}

impl Entries {
    /// Writes entries until all senders are dropped.
    fn write(self, mut to: Rolling) {
        let zone = TimeZone::system();
        for entry in self.entries {
            let lost = self.lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                let sorry = format!("{lost} lines are missing here: the disk was too slow\n");
                let _ = to.write(&sorry);
            }
            match entry {
                Entry::Line {
                    at,
                    level,
                    target,
                    text,
                } => {
                    let at = at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.3f");
                    let text = printable(cut(&text), false);
                    // A full disk is no reason to stop: space may be freed later.
                    let _ = to.write(&format!("{at} {level:5} {target}: {text}\n"));
                }
                Entry::Mark(mark) => drop(mark),
            }
        }
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_LINE)]
}

/// A log file of limited length. When it is full it is renamed, replacing the previous one.
struct Rolling {
    folder: PathBuf,
    max_len: u64,
    file: File,
    len: u64,
}

impl Rolling {
    fn open(folder: &Path, max_len: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let (file, len) = append(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            max_len,
            file,
            len,
        })
    }

    fn write(&mut self, line: &str) -> io::Result<()> {
        if self.is_full_with(line) {
            // Another window may have rotated it already.
            (self.file, self.len) = append(&self.folder)?;
        }
        if self.is_full_with(line) {
            fs::rename(self.folder.join(NAMES.0), self.folder.join(NAMES.1))?;
            (self.file, self.len) = append(&self.folder)?;
        }
        self.len += line.len() as u64;
        // Unbuffered, so that the lines of a killed process are not lost.
        self.file.write_all(line.as_bytes())
    }

    fn is_full_with(&self, line: &str) -> bool {
        self.len > 0 && self.len + line.len() as u64 > self.max_len
    }
}

/// Opens the file for appending; returns it with its length.
fn append(folder: &Path) -> io::Result<(File, u64)> {
    let path = folder.join(NAMES.0);
    let file = regular_file::open(&path, File::options().create(true).append(true))?;
    let len = file.metadata()?.len();
    Ok((file, len))
}

#[cfg(test)]
mod tests;
