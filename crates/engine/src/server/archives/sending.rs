//! An archive, or a range of it, on its way out.

use std::fs::File;
use std::io::{self, ErrorKind, Write as _};
use std::ops::Range;
use std::time::{Duration, Instant};

use super::archive::{Archive, PartialSum};
use crate::archive::{DIRECTORY_CRC_AT, Item, LOCAL_CRC_AT};
use crate::error::SendError;
use crate::fs::positional::{read_at, read_exact_at};
use crate::server::connection::Connection;
use crate::server::upload::{Sending, unsent_max, why};
use crate::share::name::ShareName;
use crate::share::{Found, SharedFile};
use crate::transport::pump::{self, PumpError};
use crate::transport::trace::Trace;

/// Files up to this length are read once, into memory, in bytes; longer ones a second time, by the kernel.
const SMALL_LEN: u64 = 256 * 1024;

/// Small files and records are written together once they have this length, in bytes.
const FLUSH_LEN: usize = 256 * 1024;

/// How much of a large file is read at once for its checksum, in bytes.
const CHUNK_LEN: usize = 256 * 1024;

/// How long a client gets nothing while the checksum of a large file is computed; then it gets one byte of what precedes
/// the checksum. Clients, including ours, time out after 15 s without a byte, and a client that has left shows.
const BYTE_INTERVAL: Duration = Duration::from_secs(5);

/// Why sending failed; `None` after a cancel.
type Failure = Option<SendError>;

/// Sends `range` of `archive`, which is of `folder`, behind `head`.
///
/// # Errors
/// The client is gone, or a file has changed or cannot be read.
pub(in crate::server) fn send(
    sending: &mut Sending<'_>,
    archive: &Archive,
    folder: &ShareName,
    range: Range<u64>,
    head: Vec<u8>,
) -> Result<(), Failure> {
    let connection = sending.connection;
    connection
        .outgoing()
        .limit_unsent(unsent_max(connection.shared.slots.taken()));
    let passing = connection.stream.trace().map(Trace::body);
    let mut sender = Sender {
        connection,
        sending,
        archive,
        folder,
        next: range.start,
        end: range.end,
        head_len: head.len(),
        pending: head,
        flushed: Instant::now(),
        buffer: Vec::new(),
    };
    sender.run()?;
    if let Some(body) = &passing {
        body.complete();
    }
    Ok(())
}

struct Sender<'a, 'b> {
    connection: &'a Connection,
    sending: &'b mut Sending<'a>,
    archive: &'b Archive,
    folder: &'b ShareName,
    /// The offset in the archive of the next byte to be sent.
    next: u64,
    /// The offset of the first byte that is not wanted.
    end: u64,
    /// Bytes to be written; the first `head_len` are not the archive's.
    pending: Vec<u8>,
    head_len: usize,
    /// When something was last written.
    flushed: Instant,
    /// For the content of files.
    buffer: Vec<u8>,
}

impl Sender<'_, '_> {
    fn run(&mut self) -> Result<(), Failure> {
        let layout = &self.archive.layout;
        let first = layout.index_at(self.next);
        for (index, item) in (first..).zip(layout.items_from(first)) {
            if item.at >= self.end {
                return self.flush();
            }
            self.item(index, &item)?;
        }
        let mut at = layout.directory_at();
        let mut entry = Vec::new();
        for (index, item) in layout.items_from(0).enumerate() {
            if at >= self.end {
                return self.flush();
            }
            let end = at + item.directory_len();
            if end > self.next {
                entry.clear();
                item.write_directory(0, &mut entry);
                let crc = self.sum(index, &item, at, &entry[..DIRECTORY_CRC_AT])?;
                entry.clear();
                item.write_directory(crc, &mut entry);
                self.put(at, &entry)?;
            }
            at = end;
        }
        self.put(layout.end_at(), &layout.end())?;
        self.flush()
    }

    /// Sends the local header and the content of an item, as far as they are wanted.
    fn item(&mut self, index: usize, item: &Item<'_>) -> Result<(), Failure> {
        let content = item.content_at()..item.content_at() + item.len;
        let is_content_wanted = content.start < self.end && content.end > self.next && item.len > 0;
        if is_content_wanted && item.len <= SMALL_LEN {
            return self.small_item(index, item);
        }
        if self.next < content.start {
            let mut header = Vec::new();
            item.write_local(0, &mut header);
            let crc = self.sum(index, item, item.at, &header[..LOCAL_CRC_AT])?;
            header.clear();
            item.write_local(crc, &mut header);
            self.put(item.at, &header)?;
        }
        if !is_content_wanted {
            return Ok(());
        }
        self.flush()?;
        let file = self.open(item)?;
        let (offset, end) = (self.next - content.start, self.end.min(content.end));
        let outgoing = self.connection.outgoing();
        let sent = pump::send_file(
            &file.file,
            offset,
            end - self.next,
            &outgoing,
            &**self.sending.transfer,
        );
        sent.map_err(|e| match e {
            PumpError::Short(_) => Some(changed(item)),
            e => why(e, self.connection),
        })?;
        self.next = end;
        self.flushed = Instant::now();
        check(item, &file)
    }

    /// The same for one whose content fits in memory: it is read once.
    fn small_item(&mut self, index: usize, item: &Item<'_>) -> Result<(), Failure> {
        let file = self.open(item)?;
        let mut content = std::mem::take(&mut self.buffer);
        content.resize(usize::try_from(item.len).unwrap_or_default(), 0);
        read_exact_at(&file.file, &mut content, 0).map_err(|e| Some(unreadable(item, &e)))?;
        check(item, &file)?;
        let crc = crc32fast::hash(&content);
        if !self.archive.set_sum(index, crc) {
            return Err(Some(changed(item)));
        }
        if self.next < item.content_at() {
            let mut header = Vec::new();
            item.write_local(crc, &mut header);
            self.put(item.at, &header)?;
        }
        self.put(item.content_at(), &content)?;
        self.buffer = content;
        Ok(())
    }

    /// The CRC-32 of an item. While it is computed, the client gets a byte of `before` now and then, which has the offset
    /// `at` in the archive.
    fn sum(
        &mut self,
        index: usize,
        item: &Item<'_>,
        at: u64,
        before: &[u8],
    ) -> Result<u32, Failure> {
        if let Some(crc) = self.archive.sum(index) {
            return Ok(crc);
        }
        let file = self.open(item)?;
        if item.len > SMALL_LEN {
            self.flush()?;
        }
        let begun = self.archive.take_partial(index);
        let mut sum = begun.unwrap_or_else(|| PartialSum {
            index,
            at: 0,
            hasher: crc32fast::Hasher::new(),
        });
        let result = self.continue_sum(&mut sum, item, &file.file, at, before);
        if let Err(failure) = result {
            self.archive.keep_partial(sum);
            return Err(failure);
        }
        check(item, &file)?;
        let crc = sum.hasher.finalize();
        if self.archive.set_sum(index, crc) {
            Ok(crc)
        } else {
            Err(Some(changed(item)))
        }
    }

    fn continue_sum(
        &mut self,
        sum: &mut PartialSum,
        item: &Item<'_>,
        file: &File,
        at: u64,
        before: &[u8],
    ) -> Result<(), Failure> {
        let len = usize::try_from(item.len).map_or(CHUNK_LEN, |len| len.min(CHUNK_LEN));
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(len, 0);
        while sum.at < item.len {
            if self.connection.cancel.is_cancelled() {
                return Err(None);
            }
            if !matches!(self.connection.stream.take_error(), Ok(None)) {
                return Err(Some(SendError::HungUp));
            }
            match read_at(file, &mut buffer, sum.at) {
                Ok(0) => return Err(Some(changed(item))),
                Ok(read) => {
                    sum.hasher.update(&buffer[..read]);
                    sum.at += read as u64;
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(Some(unreadable(item, &e))),
            }
            if self.flushed.elapsed() >= BYTE_INTERVAL {
                let sent = usize::try_from(self.next.saturating_sub(at)).unwrap_or(usize::MAX);
                if sent < before.len() {
                    self.put(at, &before[..=sent])?;
                    self.flush()?;
                }
            }
        }
        self.buffer = buffer;
        Ok(())
    }

    /// Opens the file of an item, if it still is the version that belongs in the archive.
    fn open(&self, item: &Item<'_>) -> Result<SharedFile, Failure> {
        let name = if self.folder.is_root() {
            item.name.to_owned()
        } else {
            format!("{}/{}", self.folder, item.name)
        };
        let name = ShareName::from_raw(name.as_bytes()).map_err(|_| Some(changed(item)))?;
        match self.connection.shared.share.find(&name) {
            Ok(Found::File(file)) => {
                let version = file.version().map_err(|e| Some(unreadable(item, &e)))?;
                if file.len == item.len && version.short() == item.version {
                    Ok(file)
                } else {
                    Err(Some(changed(item)))
                }
            }
            Ok(Found::Folder(_)) => Err(Some(changed(item))),
            Err(e) if e.kind() == ErrorKind::NotFound => Err(Some(changed(item))),
            Err(e) => Err(Some(unreadable(item, &e))),
        }
    }

    /// Adds the part of `bytes` that is still to be sent. Their offset in the archive is `at`, which is not beyond the
    /// next byte to be sent.
    fn put(&mut self, at: u64, bytes: &[u8]) -> Result<(), Failure> {
        let position =
            |offset: u64| usize::try_from(offset.saturating_sub(at)).unwrap_or(usize::MAX);
        let (from, to) = (position(self.next), position(self.end).min(bytes.len()));
        if let Some(wanted) = bytes.get(from..to) {
            self.pending.extend_from_slice(wanted);
            self.next += wanted.len() as u64;
        }
        if self.pending.len() >= FLUSH_LEN {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let failed = |e: io::Error| why(PumpError::Sink(e), self.connection);
        let mut outgoing = self.connection.outgoing();
        let written = if self.next == self.end {
            // Of a body that fits in one write there is nothing to tell.
            outgoing.try_write(&self.pending).map_err(failed)
        } else {
            Ok(0)
        };
        let rest = written.map(|written| &self.pending[written..])?;
        if !rest.is_empty() {
            self.sending.begin();
            let result = outgoing.write_all(rest);
            if self.connection.cancel.is_cancelled() {
                return Err(None);
            }
            result.map_err(failed)?;
        }
        let count = self.pending.len() - std::mem::take(&mut self.head_len);
        self.sending.transfer.advance(count as u64);
        self.pending.clear();
        self.flushed = Instant::now();
        Ok(())
    }
}

/// The failure of an item that is not as the walk found it.
fn changed(item: &Item<'_>) -> SendError {
    SendError::Changed {
        name: item.name.to_owned(),
    }
}

fn unreadable(item: &Item<'_>, error: &io::Error) -> SendError {
    if error.kind() == ErrorKind::UnexpectedEof {
        return changed(item);
    }
    SendError::Unreadable {
        reason: format!("{}: {error}", item.name),
    }
}

/// Fails if the file of an item has changed since it was opened.
fn check(item: &Item<'_>, file: &SharedFile) -> Result<(), Failure> {
    if file.is_unchanged() {
        Ok(())
    } else {
        Err(Some(changed(item)))
    }
}
