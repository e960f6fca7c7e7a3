//! One accepted connection: finds its protocol, serves it in batches, and closes it so that nothing sent is lost.

mod call;
mod end;
mod fill;
mod tls;

use std::cell::RefCell;
use std::io::{self, Write};
use std::net::{IpAddr, Shutdown};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use self::call::SoFar;
pub(super) use self::fill::Filled;
use self::fill::READ_LEN;
use super::admission::{Admission, Slot};
use super::calls::Caller;
use super::reactor::{Blocking, Reactor};
use super::shared::Shared;
use super::sniff::{Likeness, Verdict, sniff};
use super::{calls, http, raw, sniff};
use crate::transport::{CancelToken, Outgoing, Stream};

/// A connection and what has been read from it but not used.
#[derive(Debug)]
pub(super) struct Connection {
    pub stream: Arc<Stream>,
    pub peer: IpAddr,
    /// The same as text.
    pub peer_name: String,
    pub shared: Arc<Shared>,
    pub cancel: CancelToken,
    /// Bytes that were written, of answers that took long.
    pub sent: Arc<AtomicU64>,
    pub buffer: Vec<u8>,
    pub so_far: SoFar,
    /// Set in [`Stage::Call`].
    pub caller: Option<Caller>,
    stage: Stage,
    /// The next batch begins with what is in the buffer.
    has_more: bool,
    /// The last batch may have left some of the input that had arrived unread.
    is_unread: bool,
    /// Declared while this batch may block.
    blocking: RefCell<Option<Blocking>>,
    /// An empty line before the next request was left out.
    pub is_forgiven: bool,
    waits_since: Instant,
    /// When it has to have asked for something, while it waits.
    deadline: Instant,
    reactor: Arc<Reactor>,
    /// After the stream, so that its slot is free when it is closed.
    slot: Slot,
}

/// How far a connection is, while it waits for its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It has not asked for anything.
    New,
    /// A TLS handshake has begun. It and the first request have to be complete within the deadline for a head.
    Tls,
    /// It has asked over HTTP.
    Http,
    /// It is a call.
    Call,
    /// Everything was said; the client is to close.
    Closing,
}

/// What follows when a connection has been served for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The client may ask for more.
    Wait,
    /// More requests have arrived than one batch may have; other connections come first.
    Again,
    /// It has ended.
    Over,
}

/// The result of serving a batch of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Batch {
    /// All that arrived is answered; the client may send another request.
    Done,
    /// More requests have arrived than one batch may have.
    Yielded,
    /// It is a call from now on.
    Call,
    /// The next step of the handshake is the client's.
    Handshake,
    /// The connection ends.
    Ended(Ending),
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

#[cfg_attr(
    not(target_os = "linux"),
    expect(
        dead_code,
        reason = "a thread of its own asks for less than the reactor of Linux"
    )
)]
impl Connection {
    /// An accepted connection, where there is a slot for it.
    pub fn admit(reactor: &Arc<Reactor>, stream: Stream, peer: IpAddr) -> Option<Self> {
        match reactor.shared.slots.admit(stream, peer) {
            Admission::Slot(stream, number, cancel) => {
                Some(Self::new(reactor, stream, peer, number, cancel))
            }
            Admission::Waits => None,
            Admission::Refused(stream) => {
                stream.abort();
                None
            }
        }
    }

    /// One that had to wait for a slot and has it now.
    pub fn next_waiting(reactor: &Arc<Reactor>) -> Option<Self> {
        let (stream, peer, number, cancel) = reactor.shared.slots.next()?;
        Some(Self::new(reactor, stream, peer, number, cancel))
    }

    fn new(
        reactor: &Arc<Reactor>,
        stream: Stream,
        peer: IpAddr,
        number: u64,
        cancel: CancelToken,
    ) -> Self {
        let shared = Arc::clone(&reactor.shared);
        let stream = Arc::new(stream);
        cancel.attach(&stream, Shutdown::Read);
        let prepared = stream.set_nodelay();
        if let Err(e) = prepared.and_then(|()| stream.set_nonblocking()) {
            // The first read will say so, too.
            log::debug!("{peer}: the client is gone already: {e}");
        }
        let now = Instant::now();
        Self {
            stream,
            peer,
            peer_name: peer.to_string(),
            waits_since: now,
            deadline: now + shared.limits.head,
            cancel,
            sent: Arc::default(),
            buffer: Vec::new(),
            so_far: SoFar::default(),
            caller: None,
            stage: Stage::New,
            has_more: false,
            is_unread: true,
            blocking: RefCell::default(),
            is_forgiven: false,
            reactor: Arc::clone(reactor),
            slot: Slot {
                shared: Arc::clone(&shared),
                number,
            },
            shared,
        }
    }

    /// Unique in this server.
    pub fn number(&self) -> u64 {
        self.slot.number
    }

    /// Since when it has waited for its client.
    pub fn waits_since(&self) -> Instant {
        self.waits_since
    }

    /// Whether the last batch may have left input unread.
    pub fn is_unread(&self) -> bool {
        self.is_unread
    }

    /// When it has to have asked for something.
    pub fn deadline(&self) -> Instant {
        let caller = self.caller.as_ref();
        caller.map_or(self.deadline, Caller::deadline)
    }

    /// Serves one batch: answers the requests that have arrived, up to the limit of a batch. To be called when there is
    /// something to read.
    pub fn serve(&mut self) -> Step {
        let step = self.serve_batch();
        self.blocking.take();
        step
    }

    fn serve_batch(&mut self) -> Step {
        self.is_unread = true;
        if self.caller.as_ref().is_some_and(calls::is_settled) {
            let step = calls::serve(self);
            self.waits_since = Instant::now();
            return step;
        }
        let filled = if std::mem::take(&mut self.has_more) {
            Filled::More
        } else if Reactor::IS_EVENT_DRIVEN {
            // A time that is over: nothing is waited for.
            self.fill(self.waits_since)
        } else {
            self.fill(self.silence_ends())
        };
        let batch = match filled {
            // The batch before this one read it.
            Filled::TimedOut if Reactor::IS_EVENT_DRIVEN => return self.continue_close(),
            Filled::TimedOut if self.deadline() > Instant::now() => {
                if let Some(event) = self.show_silent(Instant::now()) {
                    self.shared.report(event);
                }
                return Step::Wait;
            }
            Filled::Eof if self.caller.is_some() => return calls::silent_eof(self),
            // What comes now is not wanted any more.
            Filled::More if self.stage == Stage::Closing => {
                self.buffer.clear();
                return self.continue_close();
            }
            Filled::More => self.answer(),
            Filled::TimedOut => {
                self.expire();
                Batch::Ended(Ending::Drop)
            }
            Filled::Eof | Filled::Broken => Batch::Ended(Ending::Drop),
        };
        let limits = self.shared.limits;
        // A stopped server must not look like one that has said everything.
        let ending = match batch {
            _ if self.cancel.is_cancelled() && self.stage != Stage::Closing => Ending::Abort,
            Batch::Ended(ending) => ending,
            Batch::Call => return self.caller.as_ref().map_or(Step::Over, calls::next_step),
            Batch::Handshake => return Step::Wait,
            Batch::Done => {
                // Few are as long as the longest.
                self.buffer.shrink_to(READ_LEN);
                self.wait_for(limits.idle);
                match self.drain_tls() {
                    None => return Step::Wait,
                    Some(Filled::More) => {
                        self.has_more = true;
                        self.wait_for(limits.stalled);
                        return Step::Again;
                    }
                    Some(_) => Ending::Drop,
                }
            }
            Batch::Yielded => {
                self.has_more = true;
                self.wait_for(limits.stalled);
                return Step::Again;
            }
        };
        match ending {
            Ending::Orderly => return self.close_orderly(),
            Ending::Abort => self.stream.abort(),
            Ending::Drop => {
                if let Some(caller) = &self.caller {
                    calls::broken(caller);
                }
            }
        }
        Step::Over
    }

    fn wait_for(&mut self, time: Duration) {
        self.waits_since = Instant::now();
        self.deadline = self.waits_since + time;
    }

    fn answer(&mut self) -> Batch {
        match self.stage {
            Stage::Http => return http::serve(self, None),
            Stage::Tls => return self.answer_tls(),
            // As if it had connected just now.
            Stage::Call => self.deadline = Instant::now() + self.shared.limits.head,
            Stage::New if self.is_first_byte_of_tls() => return self.await_tls(),
            Stage::New | Stage::Closing => {}
        }
        match self.first_bytes(self.deadline) {
            Some(Verdict::Http) => {
                self.withdraw_call();
                self.so_far = SoFar::default();
                self.stage = Stage::Http;
                http::serve(self, Some(self.deadline))
            }
            // A clean end would say that there is no such file.
            Some(Verdict::Raw(_)) if self.shared.localsend.is_some() => Batch::Ended(Ending::Abort),
            Some(Verdict::Raw(name)) => raw::serve(self, name),
            Some(Verdict::Tls) => self.begin_tls(),
            Some(Verdict::More) | None => Batch::Ended(Ending::Drop),
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
                Filled::More => {}
                Filled::Broken => return None,
                Filled::Eof | Filled::TimedOut if self.buffer.is_empty() => return None,
                Filled::TimedOut if likeness == Likeness::Sure => return Some(Verdict::Http),
                Filled::Eof | Filled::TimedOut => {
                    let len = self.buffer.len().min(sniff::NAME_MAX_LEN);
                    return Some(Verdict::Raw(0..len));
                }
            }
        }
    }

    /// Where answers go. [`Connection::blocking`] comes before what may have to wait.
    pub fn outgoing(&self) -> Outgoing<'_> {
        let limits = &self.shared.limits;
        Outgoing::new(&self.stream, &self.cancel, &self.sent, limits.stalled)
    }

    /// To be called before this waits for the client or for another thread, or reads an amount from the disk that grows
    /// with a file or a folder. What every request costs, opening its path and reading up to
    /// [`FIRST_LEN`](super::upload::FIRST_LEN) bytes, takes microseconds from the page cache, and handing over to another
    /// worker would take longer; a disk that does not answer is noticed all the same ([`Reactor::maintain`]).
    ///
    /// # Errors
    /// [`ErrorKind::ResourceBusy`]: no thread is left for others, and this address has its share.
    pub fn blocking(&self) -> io::Result<()> {
        self.hold(Reactor::blocking)
    }

    /// Hold what `ask` gives until the end of the batch.
    pub fn hold(&self, ask: fn(&Arc<Reactor>, &Self) -> io::Result<Blocking>) -> io::Result<()> {
        if self.blocking.borrow().is_none() {
            self.blocking.replace(Some(ask(&self.reactor, self)?));
        }
        Ok(())
    }

    /// Send a short answer.
    ///
    /// # Errors
    /// The client is gone or does not take it in time, or the server stops.
    pub fn send(&self, bytes: &[u8]) -> io::Result<()> {
        let mut outgoing = self.outgoing();
        let written = outgoing.try_write(bytes)?;
        if written == bytes.len() {
            return Ok(());
        }
        self.blocking()?;
        outgoing.write_all(&bytes[written..])
    }
}
