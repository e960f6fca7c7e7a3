//! A file on its way out, whatever the protocol: the head and the first bytes leave in one piece,
//! then the kernel copies.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;
use std::thread;

use landline_http1::response;

use super::ServerEvent;
use super::connection::{Connection, Ending};
use crate::error::{Failure, SendError};
use crate::fs::positional::read_exact_at;
use crate::share::SharedFile;
use crate::share::name::ShareName;
use crate::transfer::{Direction, Outcome, Protocol, Transfer};
use crate::transport::pump::PumpError;
use crate::transport::trace::{Body, Trace};
use crate::transport::{is_timeout, pump};

/// How much of a body goes out with its head. Small files leave in one segment train, with one
/// system call.
pub(super) const FIRST_LEN: u64 = 16 * 1024;

/// Send `range` of `file` behind `head`; `begun` hears of the transfer before its first byte goes
/// out, and must not wait. [`Ending::Orderly`] only when every byte was sent.
pub(super) fn send(
    connection: &Connection,
    name: &ShareName,
    file: &SharedFile,
    range: Range<u64>,
    protocol: Protocol,
    head: Vec<u8>,
    begun: impl FnOnce(&Arc<Transfer>),
) -> Ending {
    let len = range.end - range.start;
    send_as(connection, name.to_string(), len, protocol, |sending| {
        begun(sending.transfer);
        body(file, range, head, sending).map_err(|e| why(e, connection))
    })
}

/// Sends `len` bytes as the transfer `name`, with `body`, whose error is `None` after a cancel. [`Ending::Orderly`] only
/// when every byte was sent.
pub(super) fn send_as(
    connection: &Connection,
    name: String,
    len: u64,
    protocol: Protocol,
    body: impl FnOnce(&mut Sending<'_>) -> Result<(), Option<SendError>>,
) -> Ending {
    let peer = connection.peer_name.as_str();
    let cancel = connection.cancel.clone();
    let transfer = Transfer::new(Direction::Upload, name, peer, cancel);
    if let Some(trace) = connection.stream.trace() {
        transfer.attach(trace);
    }
    transfer.start(protocol, Some(len));
    let transfer = Arc::new(transfer);
    let mut sending = Sending {
        connection,
        transfer: &transfer,
        is_told: false,
    };
    match body(&mut sending) {
        Ok(()) => {
            transfer.end(Outcome::Sent);
            Ending::Orderly
        }
        Err(None) => Ending::Abort,
        Err(Some(e)) => {
            transfer.end(Outcome::Failed(Failure::Send(e)));
            Ending::Abort
        }
    }
}

fn body(
    file: &SharedFile,
    range: Range<u64>,
    mut head: Vec<u8>,
    sending: &mut Sending<'_>,
) -> Result<(), PumpError> {
    let Sending {
        connection,
        transfer,
        ..
    } = *sending;
    let first = FIRST_LEN.min(range.end - range.start);
    let rest = range.start + first;
    let head_len = head.len();
    // At most FIRST_LEN, so it fits.
    head.resize(head_len + usize::try_from(first).unwrap_or(0), 0);
    read_exact_at(&file.file, &mut head[head_len..], range.start).map_err(PumpError::Source)?;
    let mut outgoing = connection.outgoing();
    // A small file is gone before anyone could look at how far it is.
    let at_once = if rest == range.end {
        outgoing.try_write(&head)
    } else {
        Ok(0)
    };
    // Of a body that fits in one write there is nothing to tell.
    let mut passing = None;
    let written = at_once.and_then(|written| match &head[written..] {
        [] => Ok(()),
        left => {
            connection.blocking()?;
            passing = connection.stream.trace().map(Trace::body);
            sending.begin();
            outgoing.limit_unsent(unsent_max(connection.shared.slots.taken()));
            outgoing.write_all(left)
        }
    });
    if connection.cancel.is_cancelled() {
        return Err(PumpError::Cancelled);
    }
    written.map_err(PumpError::Sink)?;
    transfer.advance(first);
    if rest == range.end {
        response::recycle(head);
        passing.inspect(Body::complete);
        return Ok(());
    }
    // As long as a slow client takes, the thread needs none of this memory.
    drop(head);
    pump::send_file(&file.file, rest, range.end - rest, &outgoing, &**transfer)?;
    passing.inspect(Body::complete);
    Ok(())
}

/// How much of an answer the system may keep unsent. The memory for that is one for the whole computer, and a
/// newcomer waits when clients that never read have used it up.
pub(super) fn unsent_max(connections: usize) -> u32 {
    /// Of all connections together, were all of them sending.
    const TOTAL: usize = 256 << 20;
    /// More than a fast client takes at once.
    const MOST: usize = 4 << 20;
    /// Less would mean to wait for each segment.
    const LEAST: usize = 64 << 10;
    let each = TOTAL / connections.max(1);
    u32::try_from(each.clamp(LEAST, MOST)).unwrap_or(u32::MAX)
}

/// Tells of the beginning, and of the end whatever way it comes, a panic included.
pub(super) struct Sending<'a> {
    pub connection: &'a Connection,
    pub transfer: &'a Arc<Transfer>,
    is_told: bool,
}

impl Sending<'_> {
    /// Tells of the beginning. To be called before the first write that may wait.
    pub fn begin(&mut self) {
        self.is_told = self.connection.shared.uploads.add(self.transfer);
        if self.is_told {
            self.report(ServerEvent::Started);
        }
    }

    fn report(&self, event: impl FnOnce(Arc<Transfer>) -> ServerEvent) {
        self.connection
            .shared
            .report(event(Arc::clone(self.transfer)));
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        // Only the first end counts; this one is for a cancel or a panic.
        if thread::panicking() {
            let crashed = Failure::Send(SendError::Crashed);
            self.transfer.end(Outcome::Failed(crashed));
            // A raw client takes an orderly close for the end of the file.
            self.connection.stream.abort();
        } else {
            self.transfer.end(Outcome::Cancelled);
        }
        if !self.is_told {
            self.report(ServerEvent::Over);
        } else if self.connection.shared.uploads.remove(self.transfer) {
            self.report(ServerEvent::Ended);
        }
    }
}

/// Why sending failed; `None` after a cancel.
pub(super) fn why(error: PumpError, connection: &Connection) -> Option<SendError> {
    Some(match error {
        PumpError::Cancelled => return None,
        PumpError::Sink(e) if e.kind() == io::ErrorKind::ResourceBusy => SendError::OutOfThreads,
        PumpError::Sink(e) if is_timeout(&e) => SendError::Stalled {
            secs: connection.shared.limits.stalled.as_secs(),
        },
        PumpError::Sink(_) => SendError::HungUp,
        PumpError::Source(e) => SendError::Unreadable {
            reason: e.to_string(),
        },
        PumpError::Short(_) => SendError::Unreadable {
            reason: io::Error::from(io::ErrorKind::UnexpectedEof).to_string(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_together_keep_little_unsent_and_few_as_much_as_they_can_use() {
        assert_eq!(unsent_max(0), unsent_max(64));
        assert_eq!(unsent_max(64), 4 << 20);
        assert_eq!(unsent_max(1024), 256 << 10);
        assert_eq!(unsent_max(usize::MAX), 64 << 10);
    }
}
