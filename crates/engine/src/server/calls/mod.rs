//! Callers: raw connections that named no file, while messages are answered. They stay in the reactor like any other
//! connection, so that those who say nothing cost no thread.

mod callers;

use std::cell::RefCell;
use std::io::{ErrorKind, Read as _};
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use crossbeam_channel::select;

pub(super) use self::callers::Callers;
use super::ServerEvent;
use super::connection::{Batch, Connection, Ending, Step};
use super::reactor::Reactor;
use super::shared::Shared;
use super::sniff::NAME_MAX_LEN;
use crate::call::{Call, Conversation, Heard, Kind, RECV_LEN};
use crate::printable::printable;
use crate::transfer::Reporter;

/// Reads in one batch; other connections come next.
const RECVS_MAX: usize = 16;

/// Automatic answers that wait for a caller, in bytes: one that sends and does not read is not read from beyond this.
const UNREAD_MAX: usize = 256 << 10;

/// The call that a connection is. Its end is the end of the call.
#[derive(Debug)]
pub(super) struct Caller {
    conversation: Arc<Conversation>,
    /// It has said nothing: it may still become another kind of connection.
    pub(super) is_silent: bool,
    peer: IpAddr,
    shared: Arc<Shared>,
}

impl Drop for Caller {
    fn drop(&mut self) {
        // A panic, or nobody is there to be careful with.
        self.conversation.reset();
        self.shared.live.callers.leave(self.peer);
    }
}

impl Caller {
    /// Makes `connection` a call, which its owner does not know yet; nothing where there are too many.
    fn new(connection: &Connection, is_silent: bool) -> Option<(Self, Arc<Call>)> {
        let shared = &connection.shared;
        let trace = connection.stream.trace()?;
        let callers = &shared.live.callers;
        if !callers.enter(connection.peer, &shared.limits) {
            return None;
        }
        let kind = Kind::Caller {
            keeps_open: Arc::clone(&callers.keeps_open),
            budget: callers.budget.clone(),
        };
        let events = shared.reporter.clone();
        let conversation = Conversation::new(
            kind,
            connection.peer_name.clone(),
            trace.peer().port(),
            trace.started(),
            Reporter::new(move |id| events.report(ServerEvent::CallChanged(id))),
        );
        let call = Arc::new(Call::new(Arc::clone(&conversation)));
        conversation.connected(&connection.stream, None);
        let caller = Self {
            conversation,
            is_silent,
            peer: connection.peer,
            shared: Arc::clone(shared),
        };
        Some((caller, call))
    }

    /// When it has been silent for too long.
    pub(super) fn deadline(&self) -> Instant {
        let (active, is_attended) = self.conversation.activity();
        let limits = &self.shared.limits;
        active
            + if is_attended {
                limits.caller_attended
            } else {
                limits.caller_idle
            }
    }

    /// It was silent for too long.
    pub(super) fn expire(&self) {
        let (_, is_attended) = self.conversation.activity();
        let limits = &self.shared.limits;
        self.conversation.give_up(if is_attended {
            limits.caller_attended
        } else {
            limits.caller_idle
        });
    }

    /// Others need its place, or the server stops.
    pub(super) fn cut(&self) {
        self.conversation.reset();
    }

    /// It is no call.
    pub(super) fn withdraw(self) {
        self.conversation.withdraw();
    }
}

/// Makes `connection`, which has said nothing for a while, a caller; what to report.
pub(super) fn show_silent(connection: &mut Connection) -> Option<ServerEvent> {
    let (caller, call) = Caller::new(connection, true)?;
    connection.become_call(caller);
    Some(ServerEvent::Caller(call))
}

/// The first message of `connection` is in its buffer, with the name that it might have been at `name`.
pub(super) fn begin(connection: &mut Connection, name: Range<usize>) -> Batch {
    let shared = Arc::clone(&connection.shared);
    let name = &connection.buffer[name];
    shared.message(connection.peer, shown(name));
    let caller = match connection.caller.take() {
        Some(caller) => Some((caller, None)),
        None => Caller::new(connection, false).map(|(caller, call)| (caller, Some(call))),
    };
    let Some((mut caller, call)) = caller else {
        return Batch::Ended(answer_without_call(connection, name));
    };
    caller.is_silent = false;
    let mut begin = 0;
    let mut pieces = std::mem::take(&mut connection.so_far.pieces);
    let len = connection.buffer.len();
    if pieces.last().is_none_or(|(end, _)| *end < len) {
        // Messages were not answered yet when this was read.
        pieces.push((len, Instant::now()));
    }
    for (end, at) in pieces {
        let piece = &connection.buffer[begin..end];
        caller.conversation.received(piece, at);
        begin = end;
    }
    if connection.so_far.has_eof {
        caller.conversation.heard(&Ok(0), &[]);
    }
    // Known before it is answered, so that the owner sees all of it.
    if let Some(call) = call {
        shared.report(ServerEvent::Caller(call));
    }
    let message = std::mem::take(&mut connection.buffer);
    react(&caller.conversation, &shared, &message);
    if connection.so_far.has_eof {
        caller.conversation.leave_to_owner();
    }
    connection.become_call(caller);
    Batch::Call
}

/// What happens where there are too many callers.
fn answer_without_call(connection: &Connection, message: &[u8]) -> Ending {
    let answering = connection.shared.answering();
    let answer = answering.and_then(|answering| answering.answer(message));
    if let Err(e) = connection.send(&answer.unwrap_or_default()) {
        log::debug!("{}: did not take the answer: {e}", connection.peer);
    }
    Ending::Orderly
}

/// Answers by the rules; whether there was an answer.
fn react(conversation: &Arc<Conversation>, shared: &Shared, message: &[u8]) -> bool {
    let Some(answering) = shared.answering() else {
        return false;
    };
    if let Some(answer) = answering.answer(message) {
        conversation.send(answer, true);
        conversation.answered();
        return true;
    }
    if !answering.keeps_open {
        conversation.leave_to_owner();
    }
    false
}

/// A message for the log: its beginning, as plain text.
fn shown(message: &[u8]) -> String {
    let message = &message[..message.len().min(NAME_MAX_LEN)];
    printable(&String::from_utf8_lossy(message), false)
}

/// The client of a silent caller has hung up without a word.
pub(super) fn silent_eof(connection: &mut Connection) -> Step {
    connection.so_far.has_eof = true;
    let Some(caller) = &mut connection.caller else {
        return Step::Over;
    };
    caller.is_silent = false;
    caller.conversation.heard(&Ok(0), &[]);
    caller.conversation.leave_to_owner();
    next_step(caller)
}

/// The connection of a caller broke.
pub(super) fn broken(caller: &Caller) {
    let error = Err(ErrorKind::ConnectionReset.into());
    caller.conversation.heard(&error, &[]);
}

/// What follows for a connection that is a call now.
pub(super) fn next_step(caller: &Caller) -> Step {
    if caller.conversation.is_over() {
        Step::Over
    } else {
        Step::Wait
    }
}

/// Whether the owner has said something to a silent caller, or ended the call: it will be nothing else then.
pub(super) fn is_settled(caller: &Caller) -> bool {
    !caller.is_silent || caller.conversation.activity().1 || caller.conversation.is_over()
}

/// Serves a call for one batch: records what has come, and answers it.
pub(super) fn serve(connection: &mut Connection) -> Step {
    let Some(caller) = &mut connection.caller else {
        return Step::Over;
    };
    caller.is_silent = false;
    let conversation = Arc::clone(&caller.conversation);
    let step = read(connection, &conversation);
    if connection.cancel.is_cancelled() {
        conversation.reset();
        return Step::Over;
    }
    if !Reactor::IS_EVENT_DRIVEN && step == Step::Wait && connection.deadline() <= Instant::now() {
        connection.expire();
        return Step::Over;
    }
    step
}

fn read(connection: &mut Connection, conversation: &Arc<Conversation>) -> Step {
    thread_local! {
        /// A caller that waits has none.
        static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    if connection.so_far.has_eof {
        if !Reactor::IS_EVENT_DRIVEN {
            let left = connection
                .deadline()
                .saturating_duration_since(Instant::now());
            let _ = connection.stream.wait_broken(left);
        }
        return match conversation.check(connection.stream.take_error()) {
            Heard::Over => Step::Over,
            _ => Step::Wait,
        };
    }
    for _ in 0..RECVS_MAX {
        let mut message = Vec::new();
        let heard = BUFFER.with_borrow_mut(|buffer| {
            buffer.resize(RECV_LEN, 0);
            let read = if Reactor::IS_EVENT_DRIVEN {
                (&*connection.stream).read(buffer)
            } else {
                let left = connection
                    .deadline()
                    .saturating_duration_since(Instant::now());
                connection.stream.read_within(buffer, left)
            };
            let heard = conversation.heard(&read, buffer);
            if let Heard::Bytes(len) = heard {
                message.extend_from_slice(&buffer[..len]);
            }
            heard
        });
        match heard {
            Heard::Bytes(_) => {
                if !conversation.may_send() {
                    continue;
                }
                let shared = &connection.shared;
                shared.message(connection.peer, shown(&message));
                if react(conversation, shared, &message) && !is_read(connection, conversation) {
                    conversation.reset();
                    return Step::Over;
                }
            }
            Heard::Nothing => {
                connection.set_read_empty();
                return Step::Wait;
            }
            Heard::Fin => {
                connection.so_far.has_eof = true;
                conversation.leave_to_owner();
                return Step::Wait;
            }
            Heard::Over => return Step::Over,
        }
    }
    Step::Wait
}

/// Waits while more than enough answers wait for the caller; false if it takes none.
fn is_read(connection: &Connection, conversation: &Conversation) -> bool {
    let limit = connection.shared.limits.stalled;
    let mut queued = conversation.queued();
    let mut since = Instant::now();
    while queued > UNREAD_MAX {
        if connection.blocking().is_err() {
            return false;
        }
        let drained = conversation.drained();
        let now_queued = conversation.queued();
        if now_queued < queued {
            (queued, since) = (now_queued, Instant::now());
            continue;
        }
        let left = limit.saturating_sub(since.elapsed());
        if left.is_zero() {
            return false;
        }
        select! {
            recv(drained) -> _ => {}
            recv(connection.cancel.cancelled()) -> _ => return false,
            default(left) => {}
        }
        queued = queued.max(conversation.queued());
    }
    true
}
