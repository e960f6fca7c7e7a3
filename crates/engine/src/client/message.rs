//! Sends a message to a raw server and receives its reply, like the first pair of programs in the lecture
//! notes.

use std::io::{ErrorKind, Read};
use std::sync::Arc;

use super::connect::connect_plain;
use super::connection::FetchError;
use super::scheduler::Scheduler;
use super::{ClientEvent, location, raw};
use crate::error::ClientError;
use crate::threads;
use crate::transport::{CancelToken, is_timeout};

/// The maximum length of a message in bytes, as raw servers read it.
pub const MESSAGE_MAX_LEN: usize = raw::TEXT_MAX_LEN;

/// The part of a reply that is shown; a server may well send a file instead.
const REPLY_MAX_LEN: usize = 64 * 1024;

/// Sends `text` on a worker and reports the reply. Reports nothing after a cancellation.
pub(super) fn start(
    scheduler: &Arc<Scheduler>,
    cancel: &CancelToken,
    host: String,
    port: u16,
    text: String,
) {
    let reporter = scheduler.reporter.clone();
    let (said_host, said) = (host.clone(), text.clone());
    let replied = move |reply| {
        reporter.report(ClientEvent::Replied {
            host: said_host,
            port,
            text: said,
            reply,
        });
    };
    let failed = replied.clone();
    let cancel = cancel.clone();
    let scheduler = Arc::clone(scheduler);
    let spawned = threads::spawn("say", move || {
        let reply = say(&host, port, &text, &cancel, &scheduler);
        match reply {
            _ if cancel.is_cancelled() => {}
            Ok(reply) => replied(Ok(reply)),
            Err(FetchError::Failed(error)) => replied(Err(error)),
            Err(FetchError::Cancelled) => {}
        }
    });
    if let Err(e) = spawned {
        failed(Err(ClientError::from_system(&e)));
    }
}

fn say(
    host: &str,
    port: u16,
    text: &str,
    cancel: &CancelToken,
    scheduler: &Scheduler,
) -> Result<String, FetchError> {
    location::check_host(host)?;
    if text.is_empty() {
        return Err(ClientError::MessageEmpty.into());
    }
    if text.len() > MESSAGE_MAX_LEN {
        let max_len = MESSAGE_MAX_LEN;
        return Err(ClientError::MessageTooLong { max_len }.into());
    }
    let timeouts = &scheduler.limits.timeouts;
    let mut connection = connect_plain(
        &scheduler.known.connections,
        host,
        port,
        cancel,
        timeouts,
        &|_| {},
    )?;
    let silent = || ClientError::NoAnswer {
        host: host.to_owned(),
        port,
    };
    let no_reply = || ClientError::NoReply {
        host: host.to_owned(),
    };
    connection
        .say(text.as_bytes(), timeouts.silence)
        .and_then(|()| connection.wait_at_most(timeouts.silence))
        .map_err(|_| no_reply())?;
    let mut reply = Vec::new();
    let mut buffer = [0; 4096];
    while reply.len() < REPLY_MAX_LEN {
        match connection.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => reply.extend_from_slice(&buffer[..read]),
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(e) if reply.is_empty() && is_timeout(&e) => return Err(silent().into()),
            // The bytes received are the reply: many servers never close, or reset the connection.
            Err(_) => break,
        }
        if connection.wait_at_most(timeouts.reply_end).is_err() {
            break;
        }
    }
    if reply.is_empty() {
        return Err(no_reply().into());
    }
    reply.truncate(REPLY_MAX_LEN);
    Ok(String::from_utf8_lossy(&reply).into_owned())
}
