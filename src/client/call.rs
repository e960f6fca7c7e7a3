//! One connection to a server: what is said, what is heard, and how long to wait for it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use super::ClientError;

/// Below the pump's buffer, so that the bytes of a body go from the kernel straight into that one.
const BUFFER_LEN: usize = 16 * 1024;

/// A connection that is read through a buffer. Cancelling is done from outside, by shutting the
/// socket down: reads then end early, so whoever sees an end must look at the cancel switch.
#[derive(Debug)]
pub(super) struct Call {
    reader: BufReader<Ear>,
}

/// Reads a socket that others hold too.
#[derive(Debug)]
struct Ear(Arc<TcpStream>);

impl Read for Ear {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(buffer)
    }
}

impl Call {
    pub(super) fn new(socket: Arc<TcpStream>) -> Self {
        Self {
            reader: BufReader::with_capacity(BUFFER_LEN, Ear(socket)),
        }
    }

    /// Say `bytes`, all of them, waiting `wait` at most for each part that the peer takes.
    pub(super) fn say(&self, bytes: &[u8], wait: Duration) -> io::Result<()> {
        let mut socket = &*self.reader.get_ref().0;
        socket.set_write_timeout(Some(positive(wait)))?;
        socket.write_all(bytes)
    }

    /// Whether more has come than was read. After all of an answer was read, nothing can follow but what
    /// the server had not announced: it would be taken for the next answer.
    pub(super) fn has_more(&self) -> bool {
        !self.reader.buffer().is_empty()
    }

    /// From now on wait `wait` at most for the next byte.
    pub(super) fn wait_at_most(&self, wait: Duration) -> io::Result<()> {
        let socket = &self.reader.get_ref().0;
        socket.set_read_timeout(Some(positive(wait)))
    }
}

impl Read for Call {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

impl BufRead for Call {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.reader.consume(amount);
    }
}

/// Why a download does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    Cancelled,
    Failed(ClientError),
}

impl From<ClientError> for Halt {
    fn from(error: ClientError) -> Self {
        Self::Failed(error)
    }
}

/// The system takes a timeout of zero for none at all.
fn positive(wait: Duration) -> Duration {
    wait.max(Duration::from_millis(1))
}
