//! How bytes get between rustls and a socket.

use std::cell::Cell;
use std::io::{self, ErrorKind, IoSlice, Read, Write};

use crate::transport::socket::Socket;

/// How much is read from a socket at a time at most.
pub(super) const READ_MAX: usize = 128 * 1024;

/// A socket that gets several records with one call.
pub(super) struct Vectored<'a>(pub &'a Socket);

impl Write for Vectored<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn write_vectored(&mut self, records: &[IoSlice<'_>]) -> io::Result<usize> {
        match records {
            [one] => self.0.write(one),
            records => self.0.write_vectored(records),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Has nothing to read for now.
pub(super) struct Nothing;

impl Read for Nothing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(ErrorKind::WouldBlock.into())
    }
}

/// Calls `f` with the buffer of this thread for what comes from sockets. The system gives memory for as much of it as
/// is used.
pub(super) fn with_scratch<T>(f: impl FnOnce(&mut [u8]) -> T) -> T {
    thread_local! {
        static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    }
    let mut scratch = SCRATCH.take();
    if scratch.is_empty() {
        scratch = vec![0; READ_MAX];
    }
    let result = f(&mut scratch);
    SCRATCH.set(scratch);
    result
}
