//! The one place where a body is copied, whatever the protocol and the direction: it counts, notices a cancel, and
//! on Linux lets the kernel copy from the file to the socket.

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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use super::*;
    use crate::transport::{CancelToken, is_timeout, tls};

    #[derive(Default)]
    struct Counter {
        copied: AtomicU64,
        cancel: CancelToken,
    }

    impl Meter for Counter {
        fn advance(&self, bytes: u64) {
            self.copied.fetch_add(bytes, Ordering::Relaxed);
        }

        fn is_cancelled(&self) -> bool {
            self.cancel.is_cancelled()
        }
    }

    fn outgoing<'a>(stream: &'a Stream, counter: &'a Counter) -> Outgoing<'a> {
        static SENT: AtomicU64 = AtomicU64::new(0);
        Outgoing::new(stream, &counter.cancel, &SENT, Duration::from_secs(20))
    }

    #[test]
    fn the_ways_to_copy_agree() {
        let file = file_of(b"0123456789");
        let (stream, mut reader) = Stream::loopback();
        assert_eq!(send_some(&file, 2, 5, &stream).unwrap(), 5);
        assert_eq!(copy_some(&file, 2, 5, &stream).unwrap(), 5);
        assert_eq!(copy_some(&file, 10, 5, &stream).unwrap(), 0);
        drop(stream);
        let mut got = String::new();
        reader.read_to_string(&mut got).unwrap();
        assert_eq!(got, "2345623456");
    }

    fn file_of(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn a_part_of_a_file_arrives_and_is_counted() {
        let (stream, reader) = Stream::loopback();
        a_part_arrives(stream, reader);
    }

    #[cfg(unix)]
    #[test]
    fn a_part_of_a_file_arrives_over_a_stream_that_is_no_tcp() {
        let (stream, reader) = Stream::pair();
        a_part_arrives(stream, reader);
    }

    fn a_part_arrives(stream: Stream, mut reader: impl Read + Send + 'static) {
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
        let file = file_of(&bytes);
        let reader = thread::spawn(move || {
            let mut got = Vec::new();
            reader.read_to_end(&mut got).unwrap();
            got
        });
        let counter = Counter::default();
        let out = outgoing(&stream, &counter);
        send_file(&file, 7, 2_900_000, &out, &counter).unwrap();
        drop(stream);
        assert!(reader.join().unwrap() == bytes[7..2_900_007]);
        assert_eq!(counter.copied.into_inner(), 2_900_000);
    }

    #[test]
    fn one_call_returns_at_once_when_the_peer_takes_no_more() {
        // A socket that waits would do so for a moment in each of the tries, and anew after each piece that fits.
        const MOMENT: Duration = Duration::from_millis(100);
        let file = file_of(&vec![1; 16 << 20]);
        let (stream, _reader) = Stream::loopback();
        while send_some(&file, 0, STEP, &stream).is_ok() {}
        let mut tries = (0..10).map(|_| {
            let began = Instant::now();
            let full = send_some(&file, 0, STEP, &stream);
            assert!(matches!(full, Err(PumpError::Sink(e)) if is_timeout(&e)));
            began.elapsed()
        });
        assert!(tries.any(|took| took < MOMENT));
    }

    /// Both ends of an encrypted connection after the handshake: the server's does not block.
    fn encrypted() -> (Stream, Stream) {
        let (client, server) = Stream::both_ends();
        let accepting = thread::spawn(move || {
            server.accept_tls(&tls::tests::server_tls(), b"").unwrap();
            assert_eq!((&server).read(&mut [0; 8]).unwrap(), 1);
            server.set_nonblocking().unwrap();
            server
        });
        let anyone = std::sync::Arc::new(tls::tests::Anyone);
        let tls = tls::ClientTls::new("localhost", anyone).unwrap();
        client.connect_tls(tls, Duration::from_secs(20)).unwrap();
        (&client).write_all(b"a").unwrap();
        (accepting.join().unwrap(), client)
    }

    /// What is read from `client` until the end.
    fn read_all(client: Stream) -> thread::JoinHandle<Vec<u8>> {
        thread::spawn(move || {
            let mut got = Vec::new();
            (&client).read_to_end(&mut got).unwrap();
            got
        })
    }

    #[test]
    fn a_part_of_a_file_arrives_encrypted() {
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
        let file = file_of(&bytes);
        let (stream, client) = encrypted();
        let client = read_all(client);
        let counter = Counter::default();
        send_file(&file, 7, 2_900_000, &outgoing(&stream, &counter), &counter).unwrap();
        drop(stream);
        assert!(client.join().unwrap() == bytes[7..2_900_007]);
        assert_eq!(counter.copied.into_inner(), 2_900_000);
    }

    #[test]
    fn what_is_encrypted_is_sent_even_if_the_file_is_gone() {
        let file = file_of(&vec![1; 16 << 20]);
        let (stream, client) = encrypted();
        let mut at = 0;
        let full = loop {
            match send_some(&file, at, STEP, &stream) {
                Ok(sent) => at += sent as u64,
                Err(e) => break e,
            }
        };
        assert!(matches!(full, PumpError::Sink(e) if is_timeout(&e)));
        // It becomes another file, and then a shorter one.
        crate::fs::positional::write_all_at(&file, &vec![2; 16 << 20], 0).unwrap();
        let client = read_all(client);
        while stream.wants_write() {
            stream.wait_writable().unwrap();
            match send_some(&file, at, STEP, &stream) {
                Ok(sent) => at += sent as u64,
                Err(PumpError::Sink(e)) => assert!(is_timeout(&e), "{e}"),
                Err(e) => panic!("{e}"),
            }
            file.set_len(0).unwrap();
        }
        while let Some(sent) = stream.write_accepted() {
            at += sent.unwrap() as u64;
        }
        assert_eq!(send_some(&file, at, STEP, &stream).unwrap(), 0);
        drop(stream);
        let got = client.join().unwrap();
        assert_eq!(got.len() as u64, at);
        assert!(got.iter().all(|byte| *byte == 1));
    }

    #[test]
    fn a_file_that_shrank_is_an_error() {
        let (stream, _reader) = Stream::loopback();
        let counter = Counter::default();
        let out = outgoing(&stream, &counter);
        let result = send_file(&file_of(b"short"), 0, 10, &out, &counter);
        assert!(matches!(result, Err(PumpError::Short(5))), "{result:?}");
    }

    #[test]
    fn a_cancel_beats_the_end_of_file() {
        let counter = Counter::default();
        counter.cancel.cancel();
        let result = receive(&mut io::empty(), |_, _| Ok(0), &counter, None);
        assert!(matches!(result, Err(PumpError::Cancelled)), "{result:?}");
    }
}
