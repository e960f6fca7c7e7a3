//! One accepted connection: reads its first bytes, finds the dialect, and closes it so that
//! nothing sent is lost.

use std::io::{self, ErrorKind, Read};
use std::net::{IpAddr, Shutdown, TcpStream};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::shared::Shared;
use super::sniff::{self, Likeness, Verdict, sniff};
use super::{http, raw};
use crate::net::{Cancel, Outgoing, is_timeout};
use crate::sentence;

/// How much is read at a time while a request is read.
const READ_LEN: usize = 4096;

/// A connection and what has been read from it but not used.
#[derive(Debug)]
pub(super) struct Connection {
    pub socket: Arc<TcpStream>,
    pub peer: IpAddr,
    pub shared: Arc<Shared>,
    pub cancel: Cancel,
    pub buffer: Vec<u8>,
}

/// What came of waiting for bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// The buffer has grown.
    More,
    /// The client has closed its side.
    End,
    /// Nothing came until the deadline.
    Late,
    /// The connection is broken, or was cancelled.
    Broken,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Everything was said: the client gets all of it.
    Orderly,
    /// The client must see an error and not a clean end.
    Abort,
    /// There is nobody to be careful with.
    Drop,
}

impl Connection {
    pub fn new(socket: TcpStream, peer: IpAddr, shared: Arc<Shared>, cancel: Cancel) -> Self {
        let socket = Arc::new(socket);
        cancel.attach(&socket, Shutdown::Read);
        Self {
            socket,
            peer,
            shared,
            cancel,
            buffer: Vec::new(),
        }
    }

    /// Serve it to its end. Blocks.
    pub fn serve(mut self) {
        let prepared = self.socket.set_nodelay(true);
        if let Err(e) = prepared.and_then(|()| Outgoing::prepare(&self.socket)) {
            log::debug!("{}: the client is gone already: {e}", self.peer);
            return;
        }
        let deadline = Instant::now() + self.shared.limits.head;
        let ending = match self.first_bytes(deadline) {
            Some(Verdict::Http) => http::serve(&mut self, deadline),
            Some(Verdict::Raw(name)) => raw::serve(&self, &self.buffer[name]),
            Some(Verdict::Tls) => {
                self.shared.note(self.peer, sentence!("log-tls"));
                Ending::Drop
            }
            Some(Verdict::More) | None => Ending::Drop,
        };
        // A stopped server must not look like one that has said everything.
        let ending = if self.cancel.is_cancelled() {
            Ending::Abort
        } else {
            ending
        };
        match ending {
            Ending::Orderly => self.close_orderly(),
            // The kernel answers with RST and forgets what it has not sent.
            Ending::Abort => drop(SockRef::from(&*self.socket).set_linger(Some(Duration::ZERO))),
            Ending::Drop => {}
        }
    }

    /// Read until it is clear what the client speaks; `None` when it says nothing.
    fn first_bytes(&mut self, deadline: Instant) -> Option<Verdict> {
        loop {
            let verdict = sniff(&self.buffer);
            if verdict != Verdict::More {
                return Some(verdict);
            }
            let likeness = sniff::request_so_far(&self.buffer);
            let wait_until = if likeness == Likeness::None {
                deadline.min(Instant::now() + self.shared.limits.silence)
            } else {
                // Nothing yet, or it may become a request.
                deadline
            };
            match self.fill(wait_until) {
                Fill::More => {}
                Fill::Broken => return None,
                Fill::End | Fill::Late if self.buffer.is_empty() => return None,
                Fill::Late if likeness == Likeness::Sure => return Some(Verdict::Http),
                Fill::End | Fill::Late => return Some(Verdict::Raw(self.whole_as_name())),
            }
        }
    }

    fn whole_as_name(&self) -> Range<usize> {
        0..self.buffer.len().min(sniff::NAME_MAX_LEN)
    }

    /// Where answers go.
    pub fn outgoing(&self) -> Outgoing<'_> {
        Outgoing::new(&self.socket, &self.cancel, self.shared.limits.stalled)
    }

    /// Wait until `deadline` for more bytes in the buffer.
    pub fn fill(&mut self, deadline: Instant) -> Fill {
        let len = self.buffer.len();
        self.buffer.resize(len + READ_LEN, 0);
        let (read, fill) = match read_until(&self.socket, &mut self.buffer[len..], deadline) {
            _ if self.cancel.is_cancelled() => (0, Fill::Broken),
            Ok(0) => (0, Fill::End),
            Ok(read) => (read, Fill::More),
            Err(e) if is_timeout(&e) => (0, Fill::Late),
            Err(e) => {
                log::debug!("{}: {e}", self.peer);
                (0, Fill::Broken)
            }
        };
        self.buffer.truncate(len + read);
        fill
    }

    /// End the writing side, then read and drop what the client still sends: a plain close with
    /// unread input makes the kernel send RST, and RST throws away what the client has not read.
    fn close_orderly(&self) {
        let deadline = Instant::now() + self.shared.limits.drain;
        if self.socket.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let mut dropped = [0; READ_LEN];
        while matches!(read_until(&self.socket, &mut dropped, deadline), Ok(1..)) {}
    }
}

/// One read that ends at `deadline` at the latest.
fn read_until(mut socket: &TcpStream, buffer: &mut [u8], deadline: Instant) -> io::Result<usize> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        // A timeout under a microsecond would be rounded to none at all.
        socket.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        match socket.read(buffer) {
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
