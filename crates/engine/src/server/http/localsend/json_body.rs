//! Bodies that are read into memory: within a limit of length, a deadline, and what all of them may use.

use std::io::{self, ErrorKind, Read as _};
use std::time::{Duration, Instant};

use super::reply::Refused;
use crate::server::back_tests::network;
use crate::server::connection::Connection;
use crate::server::http::request_body::RequestBody;
use crate::server::localsend::{Receiver, Used};

/// How much is read at a time, in bytes.
const STEP: usize = 16 * 1024;

/// When a device may try again, in seconds, if too many send at the same time.
const RETRY_SECS: u64 = 5;

/// A body that was read.
#[derive(Debug)]
pub(super) struct Read<'a> {
    pub content: Vec<u8>,
    /// To be kept as long as the content and what is parsed of it.
    pub memory: Used<'a>,
}

/// Reads a body of at most `most` bytes, which has to be complete after `time`. The error is the response.
///
/// # Errors
/// The device does not take the interim response.
pub(super) fn read<'a>(
    connection: &mut Connection,
    receiver: &'a Receiver,
    body: RequestBody,
    most: usize,
    time: Duration,
) -> io::Result<Result<Read<'a>, Refused>> {
    let most_len = most as u64;
    if body.len().is_some_and(|len| len > most_len) {
        return Ok(Err(Refused::TooLarge));
    }
    let mut memory = receiver.budget.of(network(connection.peer));
    let mut reader = body.read(connection, most_len)?;
    reader.end_at(Instant::now() + time);
    let mut content = Vec::new();
    loop {
        let len = content.len();
        if !memory.grow(STEP) {
            return Ok(Err(Refused::TooMany { secs: RETRY_SECS }));
        }
        content.resize(len + STEP, 0);
        let mut filled = len;
        while filled < content.len() {
            match reader.read(&mut content[filled..]).map_err(|e| e.kind()) {
                Ok(0) => {
                    content.truncate(filled);
                    return Ok(Ok(Read { content, memory }));
                }
                Ok(read) => filled += read,
                Err(ErrorKind::FileTooLarge) => return Ok(Err(Refused::TooLarge)),
                Err(ErrorKind::InvalidData) => return Ok(Err(Refused::Malformed)),
                Err(ErrorKind::TimedOut) => return Ok(Err(Refused::TooSlow)),
                Err(kind) => return Err(kind.into()),
            }
        }
    }
}
