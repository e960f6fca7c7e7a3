//! One message in bytes, and its reply.
#![expect(
    clippy::disallowed_methods,
    reason = "a command has no window to keep drawing"
)]

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, unbounded};

use landline_engine::call::{Call, CallState, EntryKind};
use landline_engine::client::{Client, ClientEvent, MESSAGE_MAX_LEN, Timeouts};
use landline_engine::error::ClientError;

/// The part of a reply that is printed; a server may well send a file instead.
const REPLY_MAX_LEN: usize = 64 * 1024;

/// Sends `message` and returns the reply, which ends like that of a message in text.
pub(super) fn ask(host: String, port: u16, message: Vec<u8>) -> Result<Vec<u8>, ClientError> {
    if message.is_empty() {
        return Err(ClientError::MessageEmpty);
    }
    let max_len = MESSAGE_MAX_LEN;
    if message.len() > max_len {
        return Err(ClientError::MessageTooLong { max_len });
    }
    let (sender, events) = unbounded();
    let client = Client::new(sender.into());
    let call = client.call(host.clone(), port);
    call.send(message);
    let (mut reply, is_over) = receive(&call, &events)?;
    if reply.is_empty() {
        return Err(if is_over {
            ClientError::NoReply { host }
        } else {
            ClientError::NoAnswer { host, port }
        });
    }
    reply.truncate(REPLY_MAX_LEN);
    Ok(reply)
}

/// What comes until the other side hangs up or says nothing for too long, and whether it hung up.
fn receive(call: &Call, events: &Receiver<ClientEvent>) -> Result<(Vec<u8>, bool), ClientError> {
    let timeouts = Timeouts::default();
    let (mut reply, mut next) = (Vec::new(), 0);
    loop {
        let (entries, after) = call.entries_since(next);
        next = after;
        for entry in entries {
            match entry.kind {
                EntryKind::Received { bytes } => reply.extend_from_slice(&bytes),
                EntryKind::PeerFin | EntryKind::PeerReset => return Ok((reply, true)),
                EntryKind::Failed(error) => return Err(error),
                _ => {}
            }
        }
        if reply.len() >= REPLY_MAX_LEN {
            return Ok((reply, true));
        }
        let wait = match call.state() {
            CallState::Connecting => Duration::MAX,
            _ if reply.is_empty() => timeouts.silence,
            _ => timeouts.reply_end,
        };
        let event = if wait == Duration::MAX {
            events.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            events.recv_timeout(wait)
        };
        if event.is_err() {
            return Ok((reply, false));
        }
    }
}
