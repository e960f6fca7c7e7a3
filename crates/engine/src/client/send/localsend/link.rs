//! One connection to a device, for one request at a time. It reconnects if the device has closed it.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::client::Timeouts;
use crate::client::connect::connect;
use crate::client::connection::{Connection, FetchError};
use crate::client::http::{self, Answer, Framing, Head};
use crate::client::origin::Origin;
use crate::client::protocol_cache::ProtocolCache;
use crate::client::send::exchange::Trouble;
use crate::error::{ClientError, DeliveryError};
use crate::localsend::exchange::ANSWER_MAX_LEN;
use crate::transfer::Transfer;
use crate::transport::pump::{self, PumpError};
use crate::transport::{CancelToken, Outgoing};

/// A device that has not answered for this long is taken to wait for its owner.
const SILENT_AFTER: Duration = Duration::from_millis(500);

/// How long to wait for an answer after a write has failed: the device may have said why before it closed.
const LAST_WORDS_WITHIN: Duration = Duration::from_secs(2);

/// How long the body of an answer may take.
const BODY_WITHIN: Duration = Duration::from_secs(30);

/// How much of a file is sent between two looks for an early answer.
const STEP: u64 = 4 << 20;

/// How much of a body in memory is sent at a time, for the progress; a shorter one is sent together with the head.
const PIECE: usize = 64 * 1024;

/// How a device is reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wire<'a> {
    pub(super) known: &'a ProtocolCache,
    pub(super) origin: Origin<'a>,
    pub(super) cancel: &'a CancelToken,
    /// Cancelled by the recipient.
    pub(super) by_recipient: &'a CancelToken,
    pub(super) timeouts: &'a Timeouts,
    /// What the device is called in errors.
    pub(super) recipient: &'a str,
    /// What shows the connections.
    pub(super) transfer: Option<&'a Transfer>,
}

impl Wire<'_> {
    /// Whether it is reached over TLS.
    pub(super) fn is_encrypted(&self) -> bool {
        !self.known.plan(self.origin).is_plain()
    }
}

/// A request.
pub(super) struct Request<'a> {
    pub(super) head: &'a [u8],
    pub(super) body: Body<'a>,
    /// Counts the bytes of the body.
    pub(super) progress: Option<&'a Transfer>,
    /// How long to wait for the answer.
    pub(super) within: Duration,
    /// Called if there is no answer for a while.
    pub(super) on_silence: &'a dyn Fn(),
}

/// The body of a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Body<'a> {
    Bytes(&'a [u8]),
    /// The first so many bytes of a file.
    File(&'a File, u64),
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) head: Box<Head>,
    /// None if it is incomplete or too long.
    pub(super) body: Option<Vec<u8>>,
    /// Whether it came before all of the request was sent, so that it cannot be about the content.
    pub(super) is_early: bool,
}

/// A connection to a device, as long as it lasts.
#[derive(Debug)]
pub(super) struct Link<'a> {
    wire: Wire<'a>,
    connection: Option<Connection>,
    peer: Option<SocketAddr>,
    sent: AtomicU64,
}

impl<'a> Link<'a> {
    /// Not connected yet.
    pub(super) fn new(wire: Wire<'a>) -> Self {
        Self {
            wire,
            connection: None,
            peer: None,
            sent: AtomicU64::new(0),
        }
    }

    /// Where it was connected to.
    pub(super) fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// Whether any byte of a request was sent.
    pub(super) fn has_sent(&mut self) -> bool {
        *self.sent.get_mut() > 0
    }

    /// Sends a request; its answer. A body that was cut short, by this side or the other, ends the connection.
    pub(super) fn exchange(&mut self, request: &Request<'_>) -> Result<Reply, Trouble> {
        let old = self.connection.take().filter(Connection::resumes);
        // Unsolicited data ends the connection.
        let old = old.and_then(|mut old| (!old.has_answered()).then_some(old));
        let connection = old.map_or_else(|| self.open(), Ok)?;
        self.exchange_over(connection, request)
            .map_err(|trouble| self.cancelled().unwrap_or(trouble))
    }

    fn open(&mut self) -> Result<Connection, Trouble> {
        let Wire {
            known,
            origin,
            cancel,
            timeouts,
            transfer,
            by_recipient,
            ..
        } = self.wire;
        let connection = connect(known, origin, cancel, timeouts, &|trace| {
            if let Some(transfer) = transfer {
                transfer.attach(trace);
            }
        })?;
        connection.attach(by_recipient);
        if let Some(transfer) = transfer {
            transfer.set_protection(connection.protection());
        }
        self.peer = connection.trace().map(|trace| trace.peer());
        let unusable = |e: io::Error| ClientError::Network {
            host: origin.host.to_owned(),
            reason: e.to_string(),
        };
        Ok(connection
            .polled()
            .map_err(|e| FetchError::from(unusable(e)))?)
    }

    fn exchange_over(
        &mut self,
        mut connection: Connection,
        request: &Request<'_>,
    ) -> Result<Reply, Trouble> {
        let silence = self.wire.timeouts.silence;
        if let (Some(transfer), Some(trace)) = (self.wire.transfer, connection.trace()) {
            transfer.attach(trace);
        }
        let mut is_early = false;
        let answer = match self.write(&mut connection, request) {
            Ok(()) => self.wait(&mut connection, request),
            Err(PumpError::Sink(e)) => {
                log::info!("sending to {}: {e}", self.wire.origin.host);
                is_early = true;
                http::read_head(&mut connection, LAST_WORDS_WITHIN, LAST_WORDS_WITHIN)
            }
            Err(why) => {
                // So that the device does not wait for the rest.
                connection.stream().abort();
                return Err(match why {
                    PumpError::Source(e) => Trouble::Unreadable(e),
                    PumpError::Cancelled => FetchError::Cancelled.into(),
                    _ => Trouble::Short,
                });
            }
        };
        let head = self.head_of(answer)?;
        let _ = connection.wait_at_most(silence);
        let body = match head.status {
            204 | 304 => Some(Vec::new()),
            _ => read_body(&mut connection, head.framing, silence),
        };
        let is_kept = body.is_some()
            && head.keeps_alive
            && (head.status == 204 || head.framing != Framing::Close)
            && !connection.has_more()
            && connection.rests();
        self.connection = Some(connection).filter(|_| is_kept);
        Ok(Reply {
            head,
            body,
            is_early,
        })
    }

    fn write(&self, connection: &mut Connection, request: &Request<'_>) -> Result<(), PumpError> {
        let sink = |e: io::Error| {
            if self.wire.cancel.is_cancelled() {
                PumpError::Cancelled
            } else {
                PumpError::Sink(e)
            }
        };
        let advance = |len: usize| {
            if let Some(progress) = request.progress {
                progress.advance(len as u64);
            }
        };
        match request.body {
            Body::Bytes(bytes) if bytes.len() <= PIECE => {
                // In one write.
                let whole = Zeroizing::new([request.head, bytes].concat());
                advance(bytes.len());
                self.outgoing(connection).write_all(&whole).map_err(sink)
            }
            Body::Bytes(bytes) => {
                self.outgoing(connection)
                    .write_all(request.head)
                    .map_err(sink)?;
                for piece in bytes.chunks(PIECE) {
                    self.outgoing(connection).write_all(piece).map_err(sink)?;
                    advance(piece.len());
                    check_unanswered(connection)?;
                }
                Ok(())
            }
            Body::File(file, len) => {
                self.outgoing(connection)
                    .write_all(request.head)
                    .map_err(sink)?;
                let mut at = 0;
                while at < len {
                    let step = STEP.min(len - at);
                    let outgoing = self.outgoing(connection);
                    match request.progress {
                        Some(progress) => pump::send_file(file, at, step, &outgoing, progress)?,
                        None => pump::send_file(file, at, step, &outgoing, &Uncounted)?,
                    }
                    at += step;
                    if at < len {
                        check_unanswered(connection)?;
                    }
                }
                Ok(())
            }
        }
    }

    /// Waits for the answer to a request that was sent.
    fn wait(&self, connection: &mut Connection, request: &Request<'_>) -> Answer {
        let silence = self.wire.timeouts.silence;
        let soon = SILENT_AFTER.min(request.within);
        match http::read_head(connection, soon, silence) {
            Answer::Silent => {
                (request.on_silence)();
                http::read_head(connection, request.within.saturating_sub(soon), silence)
            }
            answer => answer,
        }
    }

    fn outgoing<'b>(&'b self, connection: &'b Connection) -> Outgoing<'b> {
        let silence = self.wire.timeouts.silence;
        Outgoing::new(connection.stream(), self.wire.cancel, &self.sent, silence)
    }

    fn head_of(&self, answer: Answer) -> Result<Box<Head>, Trouble> {
        let (host, port) = (self.wire.recipient.to_owned(), self.wire.origin.port);
        match answer {
            Answer::Head(head) => return Ok(head),
            Answer::Cut | Answer::Silent | Answer::NotHttp { spoke: false } => {
                return Err(Trouble::Lost);
            }
            Answer::NotHttp { spoke: true } => {}
            Answer::Broken(what) => log::info!("{host} breaks the rules of HTTP: {what}"),
        }
        let other = DeliveryError::NotADevice { host, port };
        Err(FetchError::from(ClientError::from(other)).into())
    }

    /// Why a connection was lost, if somebody has cancelled.
    fn cancelled(&self) -> Option<Trouble> {
        let host = self.wire.recipient.to_owned();
        if self.wire.cancel.is_cancelled() {
            return Some(FetchError::Cancelled.into());
        }
        let cancelled = ClientError::from(DeliveryError::CancelledByRecipient { host });
        let is = self.wire.by_recipient.is_cancelled();
        is.then(|| FetchError::from(cancelled).into())
    }
}

/// Counts nothing.
struct Uncounted;

impl pump::Meter for Uncounted {
    fn advance(&self, _bytes: u64) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Fails if the device has answered already: it does not want the rest.
fn check_unanswered(connection: &mut Connection) -> Result<(), PumpError> {
    if connection.has_answered() {
        return Err(PumpError::Sink(io::ErrorKind::ConnectionAborted.into()));
    }
    Ok(())
}

fn read_body(connection: &mut Connection, framing: Framing, silence: Duration) -> Option<Vec<u8>> {
    let began = Instant::now();
    let mut body = http::Body::new(connection, framing, silence);
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    while bytes.len() <= ANSWER_MAX_LEN && began.elapsed() < BODY_WITHIN {
        match body.read(&mut buffer) {
            Ok(0) => return Some(bytes),
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    None
}
