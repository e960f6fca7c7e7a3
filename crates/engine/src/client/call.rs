//! Calls a raw server, on a thread that reads as long as the call lasts.

use std::net::Shutdown;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::ClientEvent;
use super::connect::connect_plain;
use super::connection::FetchError;
use super::location;
use super::scheduler::Scheduler;
use crate::call::{Call, Conversation, Heard, Kind, RECV_LEN};
use crate::error::ClientError;
use crate::threads;
use crate::transfer::Reporter;
use crate::transport::Stream;

/// How long a read waits. Nothing happens then: what ends a call ends the read, except on systems that do not tell.
const READ_WAIT: Duration = Duration::from_secs(1);

/// The calls that a client may have to end.
#[derive(Debug, Default)]
pub(super) struct Calls(Mutex<Vec<Weak<Conversation>>>);

impl Calls {
    fn add(&self, conversation: &Arc<Conversation>) {
        let mut calls = self.0.lock();
        calls.retain(|call| call.strong_count() > 0);
        calls.push(Arc::downgrade(conversation));
    }

    /// Ends every call.
    pub(super) fn end(&self) {
        for call in self.0.lock().drain(..) {
            if let Some(conversation) = call.upgrade() {
                conversation.close_at_once();
            }
        }
    }
}

/// Starts a call; what comes of it is in its state.
pub(super) fn start(
    scheduler: &Arc<Scheduler>,
    calls: &Calls,
    host: String,
    port: u16,
) -> Arc<Call> {
    let events = scheduler.reporter.clone();
    let reporter = Reporter::new(move |id| events.report(ClientEvent::CallChanged(id)));
    let began = Instant::now();
    let conversation = Conversation::new(Kind::Client, host.clone(), port, began, reporter);
    calls.add(&conversation);
    let call = Arc::new(Call::new(Arc::clone(&conversation)));
    let talking = Arc::clone(&conversation);
    let scheduler = Arc::clone(scheduler);
    let spawned = threads::spawn("call", move || {
        match run(&talking, &host, port, began, &scheduler) {
            Ok(()) => {}
            Err(FetchError::Cancelled) => talking.close_at_once(),
            Err(FetchError::Failed(error)) => talking.failed(error),
        }
    });
    if let Err(e) = spawned {
        conversation.failed(ClientError::from_system(&e));
    }
    call
}

fn run(
    conversation: &Arc<Conversation>,
    host: &str,
    port: u16,
    began: Instant,
    scheduler: &Scheduler,
) -> Result<(), FetchError> {
    location::check_host(host)?;
    let connection = connect_plain(
        &scheduler.known.connections,
        host,
        port,
        conversation.connecting(),
        &scheduler.limits.timeouts,
        &|trace| conversation.set_trace(trace),
    )?;
    let (stream, slot) = connection.into_parts();
    slot.detach();
    let broken = |e: std::io::Error| ClientError::CallBroken {
        host: host.to_owned(),
        reason: e.to_string(),
    };
    stream.set_nonblocking().map_err(broken)?;
    conversation.connected(&stream, Some(began.elapsed()));
    listen(conversation, &stream);
    Ok(())
}

/// Reads until the call is over.
fn listen(conversation: &Conversation, stream: &Stream) {
    let mut buffer = vec![0; RECV_LEN];
    loop {
        let read = stream.read_within(&mut buffer, READ_WAIT);
        match conversation.heard(&read, &buffer) {
            Heard::Over => return,
            Heard::Fin => break,
            Heard::Bytes(_) | Heard::Nothing => {}
        }
    }
    drop(buffer);
    // This side may go on sending.
    while conversation.check(stream.take_error()) != Heard::Over {
        if stream.wait_broken(READ_WAIT).is_err() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
