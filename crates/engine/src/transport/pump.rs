//! The one place where a body is copied, whatever the dialect: it counts, notices a cancel, and on
//! Linux lets the kernel copy from the file to the socket.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::ops::Range;

use super::Outgoing;
use crate::transfer::Transfer;

/// How much moves between two looks at the counter and the cancel switch. Large enough that a
/// system call is nothing beside the copying, small enough that progress is smooth on a slow line.
const STEP: u64 = 1 << 20;

/// The buffer where bytes have to pass through this program.
pub const BUFFER_LEN: usize = 128 * 1024;

/// Why a body did not get to its end.
#[derive(Debug, thiserror::Error)]
pub enum PumpError {
    /// The transfer was cancelled.
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

/// Send `len` bytes of `file` from `offset` on. The file's own position is not used.
///
/// # Errors
/// Either end fails, the file ends too early, or the transfer is cancelled.
pub fn send_file(
    file: &File,
    offset: u64,
    len: u64,
    outgoing: &Outgoing<'_>,
    transfer: &Transfer,
) -> Result<(), PumpError> {
    let mut at = offset;
    let end = offset + len;
    while at < end {
        let mut unreadable = None;
        let sent =
            outgoing.wait(
                || match send_some(file, at, (end - at).min(STEP), outgoing.socket) {
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
                transfer.advance(sent as u64);
            }
            (Err(_), None) if transfer.cancel().is_cancelled() => return Err(PumpError::Cancelled),
            (Err(e), None) => return Err(PumpError::Sink(e)),
        }
    }
    Ok(())
}

/// Fill `buffer` from `offset` of `file` on. The file's own position is not used.
///
/// # Errors
/// The file cannot be read, or ends too early.
pub fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> Result<(), PumpError> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read_at(file, &mut buffer[filled..], offset + filled as u64) {
            Ok(0) => return Err(PumpError::Short((buffer.len() - filled) as u64)),
            Ok(read) => filled += read,
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(PumpError::Source(e)),
        }
    }
    Ok(())
}

/// Write all of `buffer` at `offset` of `file`. The file's own position is not used.
///
/// # Errors
/// What the system says.
pub fn write_all_at(file: &File, mut buffer: &[u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match write_at(file, buffer, offset) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => {
                buffer = &buffer[written..];
                offset += written as u64;
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

#[cfg(unix)]
fn write_at(file: &File, buffer: &[u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::write_at(file, buffer, offset)
}

#[cfg(windows)]
fn write_at(file: &File, buffer: &[u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_write(file, buffer, offset)
}

/// One read at `offset` of `file`; 0 bytes at its end.
#[cfg(unix)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

/// One read at `offset` of `file`; 0 bytes at its end.
#[cfg(windows)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// Give everything that `source` sends to `sink`; the number of bytes. A short body is the
/// source's business: it must answer with an error where it knows the length.
///
/// `sink` gets the buffer and where in it the new bytes are. It may put another buffer in its place, and returns where
/// in the buffer the next bytes are to go.
///
/// # Errors
/// Either end fails, or the transfer is cancelled.
pub fn receive(
    source: &mut dyn Read,
    mut sink: impl FnMut(&mut Vec<u8>, Range<usize>) -> io::Result<usize>,
    transfer: &Transfer,
) -> Result<u64, PumpError> {
    let mut buffer = vec![0; BUFFER_LEN];
    let mut at = 0;
    let mut received = 0;
    loop {
        let read = match source.read(&mut buffer[at..]) {
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            // After the read and not before: a cancel ends a blocked read by a false end of file.
            _ if transfer.cancel().is_cancelled() => return Err(PumpError::Cancelled),
            Ok(0) => return Ok(received),
            Ok(read) => read,
            Err(e) => return Err(PumpError::Source(e)),
        };
        at = sink(&mut buffer, at..at + read).map_err(PumpError::Sink)?;
        received += read as u64;
        transfer.advance(read as u64);
    }
}

/// `sendfile(2)`: the bytes never enter this process.
#[cfg(target_os = "linux")]
fn send_some(file: &File, offset: u64, len: u64, socket: &TcpStream) -> Result<usize, PumpError> {
    use rustix::io::Errno;

    let mut at = offset;
    match rustix::fs::sendfile(
        socket,
        file,
        Some(&mut at),
        usize::try_from(len).unwrap_or(usize::MAX),
    ) {
        Ok(sent) => Ok(sent),
        // Not every file system can do it.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => copy_some(file, offset, len, socket),
        // One call has two ends; these are the errors that only the file can cause.
        Err(e @ (Errno::IO | Errno::BADF | Errno::STALE | Errno::OVERFLOW | Errno::ISDIR)) => {
            Err(PumpError::Source(e.into()))
        }
        Err(e) => Err(PumpError::Sink(e.into())),
    }
}

#[cfg(not(target_os = "linux"))]
use copy_some as send_some;

/// Through a buffer of our own.
fn copy_some(
    file: &File,
    offset: u64,
    len: u64,
    mut socket: &TcpStream,
) -> Result<usize, PumpError> {
    let mut buffer = vec![0; BUFFER_LEN.min(usize::try_from(len).unwrap_or(BUFFER_LEN))];
    let read = read_at(file, &mut buffer, offset).map_err(PumpError::Source)?;
    socket.write(&buffer[..read]).map_err(PumpError::Sink)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::sync::atomic::AtomicU64;
    use std::thread;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::transfer::Direction;
    use crate::transport::{CancelToken, is_timeout};

    fn transfer() -> Transfer {
        Transfer::new(Direction::Upload, "a", "host", CancelToken::new())
    }

    fn outgoing<'a>(socket: &'a TcpStream, transfer: &'a Transfer) -> Outgoing<'a> {
        static SENT: AtomicU64 = AtomicU64::new(0);
        Outgoing::new(socket, transfer.cancel(), &SENT, Duration::from_secs(20))
    }

    #[test]
    fn the_ways_to_copy_agree() {
        let file = file_of(b"0123456789");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut reader = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (socket, _) = listener.accept().unwrap();
        assert_eq!(send_some(&file, 2, 5, &socket).unwrap(), 5);
        assert_eq!(copy_some(&file, 2, 5, &socket).unwrap(), 5);
        assert_eq!(copy_some(&file, 10, 5, &socket).unwrap(), 0);
        drop(socket);
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
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
        let file = file_of(&bytes);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let reader = thread::spawn(move || {
            let mut got = Vec::new();
            TcpStream::connect(address)
                .unwrap()
                .read_to_end(&mut got)
                .unwrap();
            got
        });
        let (socket, _) = listener.accept().unwrap();
        let transfer = transfer();
        send_file(
            &file,
            7,
            2_900_000,
            &outgoing(&socket, &transfer),
            &transfer,
        )
        .unwrap();
        drop(socket);
        assert!(reader.join().unwrap() == bytes[7..2_900_007]);
        assert_eq!(transfer.done(), 2_900_000);
    }

    #[test]
    fn one_call_returns_at_once_when_the_peer_takes_no_more() {
        // A socket that waits would do so for a moment in each of the tries, and anew after each piece that fits.
        const MOMENT: Duration = Duration::from_millis(100);
        let file = file_of(&vec![1; 16 << 20]);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let _reader = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (socket, _) = listener.accept().unwrap();
        Outgoing::prepare(&socket).unwrap();
        while send_some(&file, 0, STEP, &socket).is_ok() {}
        let mut tries = (0..10).map(|_| {
            let began = Instant::now();
            let full = send_some(&file, 0, STEP, &socket);
            assert!(matches!(full, Err(PumpError::Sink(e)) if is_timeout(&e)));
            began.elapsed()
        });
        assert!(tries.any(|took| took < MOMENT));
    }

    #[test]
    fn a_file_that_shrank_is_an_error() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let _reader = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (socket, _) = listener.accept().unwrap();
        let transfer = transfer();
        let result = send_file(
            &file_of(b"short"),
            0,
            10,
            &outgoing(&socket, &transfer),
            &transfer,
        );
        assert!(matches!(result, Err(PumpError::Short(5))), "{result:?}");
    }

    #[test]
    fn a_cancel_beats_the_end_of_file() {
        let transfer = transfer();
        transfer.cancel().cancel();
        let result = receive(&mut io::empty(), |_, _| Ok(0), &transfer);
        assert!(matches!(result, Err(PumpError::Cancelled)), "{result:?}");
    }
}
