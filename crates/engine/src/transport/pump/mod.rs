//! The one place where a body is copied, whatever the protocol and the direction: it counts, notices a cancel, and
//! on Linux lets the kernel copy from the file to the socket.

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::ops::Range;
use std::time::{Duration, Instant};

use super::trace::{Trace, WaitFor};
#[cfg(target_os = "linux")]
use super::traced::Traced;
use super::{Outgoing, Stream, sys};
use crate::fs::positional::read_at;

/// How much moves between two looks at the counter and the cancel switch. Large enough that a
/// system call is nothing beside the copying, small enough that progress is smooth on a slow line.
const STEP: u64 = 1 << 20;

/// The buffer where bytes have to pass through this program.
pub const BUFFER_LEN: usize = 128 * 1024;

/// Why a body did not get to its end.
#[derive(Debug, thiserror::Error)]
pub enum PumpError {
    /// The copy was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The bytes could not be read.
    #[error("reading: {0}")]
    Source(#[source] io::Error),
    /// The bytes could not be written.
    #[error("writing: {0}")]
    Sink(#[source] io::Error),
    /// The source ended this many bytes too early.
    #[error("{0} bytes are missing")]
    Short(u64),
}

/// Whoever is told how a copy goes on, and may end it.
pub(crate) trait Meter {
    /// So many more bytes were copied.
    fn advance(&self, bytes: u64);

    /// Whether the copy is to end with [`PumpError::Cancelled`].
    fn is_cancelled(&self) -> bool;
}

/// Send `len` bytes of `file` from `offset` on. The file's own position is not used.
///
/// # Errors
/// Either end fails, the file ends too early, or the copy is cancelled.
pub fn send_file(
    file: &File,
    offset: u64,
    len: u64,
    outgoing: &Outgoing<'_>,
    meter: &impl Meter,
) -> Result<(), PumpError> {
    let mut at = offset;
    let end = offset + len;
    let mut delays = RunDelays::start();
    while at < end {
        let mut unreadable = None;
        let sent =
            outgoing.wait(
                || match send_some(file, at, (end - at).min(STEP), outgoing.stream()) {
                    Ok(sent) => Ok(sent),
                    Err(PumpError::Sink(e)) => Err(e),
                    Err(other) => {
                        unreadable = Some(other);
                        Ok(0)
                    }
                },
            );
        match (sent, unreadable) {
            (_, Some(e)) => return Err(e),
            (Ok(0), None) => return Err(PumpError::Short(end - at)),
            (Ok(sent), None) => {
                at += sent as u64;
                meter.advance(sent as u64);
                if let Some(trace) = outgoing.stream().trace() {
                    delays.count(trace);
                }
            }
            (Err(_), None) if meter.is_cancelled() => return Err(PumpError::Cancelled),
            (Err(e), None) => return Err(PumpError::Sink(e)),
        }
    }
    Ok(())
}

/// Tells waiting for a processor from waiting for the disk, on the thread that sends.
struct RunDelays {
    looked: Instant,
    before: Option<Duration>,
}

impl RunDelays {
    /// A look costs about as much as sending 50 KB.
    const PERIOD: Duration = Duration::from_millis(50);

    fn start() -> Self {
        Self {
            looked: Instant::now(),
            before: None,
        }
    }

    fn count(&mut self, trace: &Trace) {
        if self.looked.elapsed() < Self::PERIOD {
            return;
        }
        let now = sys::run_delay();
        if let (Some(now), Some(before)) = (now, self.before) {
            let time = now.saturating_sub(before);
            trace.move_wait(WaitFor::DiskRead, WaitFor::Processor, time);
        }
        (self.looked, self.before) = (Instant::now(), now);
    }
}

/// Give everything that `source` sends to `sink`; the number of bytes. A short body is the
/// source's business: it must answer with an error where it knows the length.
///
/// `sink` gets the buffer and where in it the new bytes are. It may put another buffer in its place, and returns where
/// in the buffer the next bytes are to go. `waits` counts the time of the sink as `sink_wait`.
///
/// # Errors
/// Either end fails, or the copy is cancelled.
pub fn receive(
    source: &mut dyn Read,
    mut sink: impl FnMut(&mut Vec<u8>, Range<usize>) -> io::Result<usize>,
    meter: &impl Meter,
    waits: Option<(&Trace, WaitFor)>,
) -> Result<u64, PumpError> {
    let begin_wait = |is_sink: bool| {
        if let Some((trace, sink)) = waits {
            trace.begin_wait(if is_sink { sink } else { WaitFor::Receive });
        }
    };
    let mut buffer = vec![0; BUFFER_LEN];
    let mut at = 0;
    let mut received = 0;
    loop {
        begin_wait(false);
        let read = match source.read(&mut buffer[at..]) {
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            // After the read and not before: a cancel ends a blocked read by a false end of file.
            _ if meter.is_cancelled() => return Err(PumpError::Cancelled),
            Ok(0) => return Ok(received),
            Ok(read) => read,
            Err(e) => return Err(PumpError::Source(e)),
        };
        begin_wait(true);
        at = sink(&mut buffer, at..at + read).map_err(PumpError::Sink)?;
        received += read as u64;
        meter.advance(read as u64);
    }
}

/// One write of a part of a file.
fn send_some(file: &File, offset: u64, len: u64, stream: &Stream) -> Result<usize, PumpError> {
    #[cfg(target_os = "linux")]
    if let Some(socket) = stream.plain_tcp()
        && let Some(sent) = sendfile(file, offset, len, socket)?
    {
        return Ok(sent);
    }
    copy_some(file, offset, len, stream)
}

/// `sendfile(2)`: the bytes never enter this process. Nothing where the file system cannot do it.
#[cfg(target_os = "linux")]
fn sendfile(
    file: &File,
    offset: u64,
    len: u64,
    socket: &Traced,
) -> Result<Option<usize>, PumpError> {
    use rustix::io::Errno;

    let mut at = offset;
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    let trace = socket.trace();
    let worked = thread_time();
    trace.begin_wait(WaitFor::DiskRead);
    let sent = rustix::fs::sendfile(socket.socket(), file, Some(&mut at), len);
    // The socket does not block: what this thread did not work in, it waited for the disk.
    trace.end_wait(thread_time().saturating_sub(worked));
    match sent {
        Ok(sent) => Ok(Some(socket.wrote(Ok(sent)).map_err(PumpError::Sink)?)),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(None),
        // One call has two ends; these are the errors that only the file can cause.
        Err(e @ (Errno::IO | Errno::BADF | Errno::STALE | Errno::OVERFLOW | Errno::ISDIR)) => {
            Err(PumpError::Source(e.into()))
        }
        Err(e) => match socket.wrote(Err(e.into())) {
            Ok(sent) => Ok(Some(sent)),
            Err(e) => Err(PumpError::Sink(e)),
        },
    }
}

/// The time that the processor spent on this thread.
#[cfg(target_os = "linux")]
fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.try_into().unwrap_or_default()
}

/// Through a buffer of our own.
fn copy_some(file: &File, offset: u64, len: u64, mut stream: &Stream) -> Result<usize, PumpError> {
    thread_local! {
        static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    }
    // What was read and encrypted before the peer took no more, even if the file has changed.
    if let Some(sent) = stream.write_accepted() {
        return sent.map_err(PumpError::Sink);
    }
    let most = stream.piece_len().unwrap_or(BUFFER_LEN);
    let len = most.min(usize::try_from(len).unwrap_or(most));
    let mut buffer = BUFFER.take();
    if buffer.len() < len {
        buffer.resize(len, 0);
    }
    let sent = read_some(file, &mut buffer[..len], offset, stream)
        .and_then(|read| stream.write(&buffer[..read]).map_err(PumpError::Sink));
    // As long as a slow client takes, the thread needs none of this memory.
    if sent.is_ok() {
        BUFFER.set(buffer);
    }
    sent
}

fn read_some(
    file: &File,
    buffer: &mut [u8],
    offset: u64,
    stream: &Stream,
) -> Result<usize, PumpError> {
    let trace = stream.trace();
    if let Some(trace) = trace {
        trace.begin_wait(WaitFor::DiskRead);
    }
    let read = read_at(file, buffer, offset).map_err(PumpError::Source);
    if let Some(trace) = trace {
        trace.end_wait(Duration::ZERO);
    }
    read
}
