//! Reads what a client sends, with a deadline.

use std::cell::RefCell;
use std::io::{self, ErrorKind, Read};
use std::time::Instant;

use super::Connection;
use crate::server::reactor::Reactor;
use crate::transport::is_timeout;

/// How much is read at a time while a request is read.
pub(super) const READ_LEN: usize = 4096;

/// The result of [`Connection::fill`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Filled {
    /// The buffer has grown.
    More,
    /// The client has closed its side.
    Eof,
    /// Nothing arrived before the deadline.
    TimedOut,
    /// The connection is broken, or was cancelled.
    Broken,
}

impl Connection {
    /// Take what has come into the buffer, or wait for it until `deadline`.
    pub fn fill(&mut self, deadline: Instant) -> Filled {
        thread_local! {
            /// Zeroed once and not for each read. A connection that waits holds no more than it has read.
            static PIECE: RefCell<[u8; READ_LEN]> = const { RefCell::new([0; READ_LEN]) };
        }
        PIECE.with_borrow_mut(|piece| match self.read_until(piece, deadline) {
            _ if self.cancel.is_cancelled() => Filled::Broken,
            Ok(0) => {
                self.so_far.has_eof = true;
                Filled::Eof
            }
            Ok(read) => {
                self.is_unread = read == READ_LEN || self.stream.may_have_more();
                self.buffer.extend_from_slice(&piece[..read]);
                if self.may_become_call() {
                    self.so_far.pieces.push((self.buffer.len(), Instant::now()));
                }
                Filled::More
            }
            Err(e) if is_timeout(&e) => {
                // Over TLS, much may have come that says nothing.
                self.is_unread = self.stream.may_have_more();
                Filled::TimedOut
            }
            Err(e) => {
                log::debug!("{}: {e}", self.peer);
                Filled::Broken
            }
        })
    }

    /// One read that ends at `deadline` at the latest.
    fn read_until(&mut self, buffer: &mut [u8], deadline: Instant) -> io::Result<usize> {
        // What is there counts, however late it is read.
        loop {
            match (&*self.stream).read(buffer) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if is_timeout(&e) => break,
                result => return result,
            }
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        // What is asked for then may take longer.
        let _until_it_came = if left > self.shared.limits.silence {
            self.blocking()?;
            None
        } else if self.blocking.borrow().is_none() {
            Some(Reactor::briefly(&self.reactor, self)?)
        } else {
            None
        };
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            match self.stream.read_within(buffer, left) {
                Err(_) if self.cancel.is_cancelled() => {
                    return Err(ErrorKind::ConnectionAborted.into());
                }
                Err(e) if e.kind() == ErrorKind::Interrupted || is_timeout(&e) => {}
                result => return result,
            }
        }
    }
}
