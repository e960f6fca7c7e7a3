//! The one place where a body is copied, whatever the dialect: it counts, notices a cancel, and on
//! Linux lets the kernel copy from the file to the socket.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

use super::Transfer;

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
    socket: &TcpStream,
    transfer: &Transfer,
) -> Result<(), PumpError> {
    let mut at = offset;
    let end = offset + len;
    while at < end {
        if transfer.cancel().is_cancelled() {
            return Err(PumpError::Cancelled);
        }
        match send_some(file, at, (end - at).min(STEP), socket) {
            Ok(0) => return Err(PumpError::Short(end - at)),
            Ok(sent) => {
                at += sent;
                transfer.advance(sent);
            }
            Err(PumpError::Sink(e)) if e.kind() == ErrorKind::Interrupted => {}
            Err(_) if transfer.cancel().is_cancelled() => return Err(PumpError::Cancelled),
            Err(e) => return Err(e),
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

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// Copy everything that `source` gives to `sink`; the number of bytes. A short body is the
/// source's business: it must answer with an error where it knows the length.
///
/// # Errors
/// Either end fails, or the transfer is cancelled.
pub fn receive(
    source: &mut dyn Read,
    sink: &mut dyn Write,
    transfer: &Transfer,
) -> Result<u64, PumpError> {
    let mut buffer = vec![0; BUFFER_LEN];
    let mut received = 0;
    loop {
        let read = match source.read(&mut buffer) {
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            // After the read and not before: a cancel ends a blocked read by a false end of file.
            _ if transfer.cancel().is_cancelled() => return Err(PumpError::Cancelled),
            Ok(0) => return Ok(received),
            Ok(read) => read,
            Err(e) => return Err(PumpError::Source(e)),
        };
        sink.write_all(&buffer[..read]).map_err(PumpError::Sink)?;
        received += read as u64;
        transfer.advance(read as u64);
    }
}

/// `sendfile(2)`: the bytes never enter this process.
#[cfg(target_os = "linux")]
fn send_some(file: &File, offset: u64, len: u64, socket: &TcpStream) -> Result<u64, PumpError> {
    use rustix::io::Errno;

    let mut at = offset;
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    match rustix::fs::sendfile(socket, file, Some(&mut at), len) {
        Ok(sent) => Ok(sent as u64),
        // One call has two ends; these are the ones that the file cannot cause.
        Err(
            e @ (Errno::AGAIN
            | Errno::INTR
            | Errno::PIPE
            | Errno::CONNRESET
            | Errno::CONNABORTED
            | Errno::TIMEDOUT
            | Errno::NOTCONN
            | Errno::HOSTUNREACH
            | Errno::NETUNREACH
            | Errno::NETDOWN
            | Errno::NOBUFS),
        ) => Err(PumpError::Sink(e.into())),
        Err(e) => Err(PumpError::Source(e.into())),
    }
}

/// Where the kernel has no call for it.
#[cfg(not(target_os = "linux"))]
fn send_some(file: &File, offset: u64, len: u64, mut socket: &TcpStream) -> Result<u64, PumpError> {
    let mut buffer = vec![0; BUFFER_LEN.min(usize::try_from(len).unwrap_or(BUFFER_LEN))];
    let read = read_at(file, &mut buffer, offset).map_err(PumpError::Source)?;
    socket.write_all(&buffer[..read]).map_err(PumpError::Sink)?;
    Ok(read as u64)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;
    use crate::net::{Cancel, Direction};

    fn transfer() -> Transfer {
        Transfer::new(Direction::Upload, "a", "host", Cancel::new())
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
        send_file(&file, 7, 2_900_000, &socket, &transfer).unwrap();
        drop(socket);
        assert!(reader.join().unwrap() == bytes[7..2_900_007]);
        assert_eq!(transfer.done(), 2_900_000);
    }

    #[test]
    fn a_file_that_shrank_is_an_error() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let _reader = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (socket, _) = listener.accept().unwrap();
        let result = send_file(&file_of(b"short"), 0, 10, &socket, &transfer());
        assert!(matches!(result, Err(PumpError::Short(5))), "{result:?}");
    }

    #[test]
    fn a_cancel_beats_the_end_of_file() {
        let transfer = transfer();
        transfer.cancel().cancel();
        let result = receive(&mut io::empty(), &mut Vec::new(), &transfer);
        assert!(matches!(result, Err(PumpError::Cancelled)), "{result:?}");
    }
}
