//! One connection of a delivery: a request and its answer at a time, made anew when the server has closed it.

use std::io::{self, Read as _, Write as _};
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::delivery::Delivery;
use super::exchange::{Content, Exchange, Trouble};
use crate::client::authorization::Sent;
use crate::client::connect::connect;
use crate::client::connection::{Connection, FetchError};
use crate::client::http::{self, Answer, Body, Framing, Head, RequestOptions};
use crate::client::offers::{Heeded, Offer};
use crate::client::origin::Origin;
use crate::error::{ClientError, DeliveryError};
use crate::transfer::Transfer;
use crate::transport::pump::{self, PumpError};
use crate::transport::{Outgoing, is_timeout};

/// A server that has not answered for this long is taken to wait for its owner.
const ASKING_AFTER: Duration = Duration::from_millis(500);

/// How long to wait for the owner's answer: servers give up after 60 s, and their answer needs a moment.
const OWNER_ANSWERS_WITHIN: Duration = Duration::from_secs(75);

/// After a write has failed: the server may have said why before it closed.
const LAST_WORDS_WITHIN: Duration = Duration::from_secs(2);

/// How much of a file is sent between two looks for an early answer.
const STEP: u64 = 4 << 20;

/// How much of what is in memory is sent at a time, for the progress.
const PIECE: usize = 64 * 1024;

/// Every share has something there, and no other server more than an error.
const OWN_PATH: &str = "/.well-known/landline";

/// The longest body of an answer that is read to keep the connection.
const DRAIN_MAX: u64 = 64 * 1024;

/// A connection to the server of `delivery`, as long as it lasts.
#[derive(Debug)]
pub(super) struct Session<'a> {
    delivery: &'a Delivery<'a>,
    connection: Option<Connection>,
    /// The server has asked for the body of the request.
    has_continued: bool,
    sent: AtomicU64,
    /// How the last request was sent.
    how: Sent,
}

impl<'a> Session<'a> {
    pub(super) fn new(delivery: &'a Delivery<'a>) -> Self {
        Self {
            delivery,
            connection: None,
            has_continued: false,
            sent: AtomicU64::new(0),
            how: Sent::default(),
        }
    }

    /// Whether the server has asked for the body of the last request that [expects](Exchange::expects) this.
    pub(super) fn has_continued(&self) -> bool {
        self.has_continued
    }

    /// Sends a request; the head of the final answer. The body of the answer is to be read with [`Session::body`], and
    /// then [`Session::done`] called; otherwise the connection is given up.
    pub(super) fn exchange(&mut self, exchange: &Exchange<'_>) -> Result<Box<Head>, Trouble> {
        loop {
            let old = self.connection.take().filter(Connection::resumes);
            let is_old = old.is_some();
            self.has_continued = false;
            let connection = old.map_or_else(|| self.connect(), Ok)?;
            match self.exchange_over(connection, exchange) {
                // It had been closed in the meantime.
                Err(Trouble::Lost) if is_old && !self.has_continued => {}
                Ok(head) if self.must_repeat(&head)? => self.connection = None,
                result => return result,
            }
        }
    }

    /// Whether the request carries a password when it is repeated.
    fn must_repeat(&self, head: &Head) -> Result<bool, FetchError> {
        let Delivery {
            scheduler, request, ..
        } = self.delivery;
        let known = &scheduler.known;
        let Origin { host, port, .. } = known.reach(request.origin());
        Ok(known.must_repeat(host, port, &self.how, head)?)
    }

    /// A new connection; over TLS if the server offers it, so that no file leaves in plain text.
    fn connect(&self) -> Result<Connection, Trouble> {
        let origin = self.delivery.request.origin();
        if self.delivery.scheduler.known.is_unsure(origin) {
            return self.find_out(origin);
        }
        Ok(self.open()?)
    }

    /// Asks for something harmless, to see whether the server at `origin` offers TLS.
    fn find_out(&self, origin: Origin<'_>) -> Result<Connection, Trouble> {
        let known = &self.delivery.scheduler.known;
        let silence = self.delivery.scheduler.limits.timeouts.silence;
        let mut connection = self.open()?;
        let options = RequestOptions {
            head_only: true,
            ..RequestOptions::default()
        };
        let Origin { host, port, .. } = origin;
        let request = http::request(host, port, OWN_PATH, options);
        // Who does not listen does not answer.
        let _ = self.outgoing(&connection).write_all(&request);
        let answer = http::read_head(&mut connection, silence, silence);
        match self.head_of(answer, false) {
            Ok(head) => {
                let heeded = known.heed(origin, &connection, &head);
                let is_kept = heeded == Heeded::Nothing
                    && head.keeps_alive
                    && !connection.has_more()
                    && connection.rests()
                    && connection.resumes();
                if is_kept {
                    return Ok(connection);
                }
            }
            // What is wrong shows when it is asked for more.
            Err(Trouble::Lost) => known.offers.learn(host, port, Offer::None),
            Err(trouble) => return Err(trouble),
        }
        drop(connection);
        Ok(self.open()?)
    }

    fn open(&self) -> Result<Connection, FetchError> {
        let Delivery {
            scheduler,
            transfer,
            ..
        } = self.delivery;
        let origin = self.delivery.request.origin();
        let connection = connect(
            &scheduler.known,
            origin,
            transfer.cancel(),
            &scheduler.limits.timeouts,
            &|trace| transfer.attach(trace),
        )?;
        transfer.set_protection(connection.protection());
        let unusable = |e: io::Error| ClientError::Network {
            host: origin.host.to_owned(),
            reason: e.to_string(),
        };
        Ok(connection.polled().map_err(unusable)?)
    }

    fn exchange_over(
        &mut self,
        mut connection: Connection,
        exchange: &Exchange<'_>,
    ) -> Result<Box<Head>, Trouble> {
        let silence = self.delivery.scheduler.limits.timeouts.silence;
        if let Some(trace) = connection.trace() {
            self.delivery.transfer.attach(trace);
        }
        let known = &self.delivery.scheduler.known;
        let Origin { host, port, .. } = known.reach(self.delivery.request.origin());
        let head = exchange.head.to_vec();
        let mut head = known.authorize(host, port, &mut connection, head);
        self.how = connection.sent.clone();
        let mut content = exchange.content;
        if let Content::Bytes { bytes, len } = content
            && !exchange.expects
            && bytes.len() <= PIECE
        {
            // In one write.
            exchange.progress.set_done(0);
            head = Zeroizing::new([&head, bytes].concat());
            content = Content::Nothing;
            exchange.progress.advance(len);
            self.delivery.moves();
        }
        let written = self.outgoing(&connection).write_all(&head);
        if written.is_err() {
            return self.last_words(&mut connection);
        }
        if exchange.expects {
            let head = self.wait_for_owner(&mut connection)?;
            if head.status != 100 {
                // The server may still wait for the body: the connection is of no use.
                return Ok(head);
            }
            self.has_continued = true;
        }
        if exchange.expects || !matches!(content, Content::Nothing) {
            self.delivery.moves();
        }
        match self.send_content(&mut connection, content, exchange.progress) {
            Ok(()) => {}
            Err(PumpError::Cancelled) => return Err(FetchError::Cancelled.into()),
            Err(PumpError::Sink(_)) => return self.last_words(&mut connection),
            Err(why) => {
                // So that the server does not wait for the rest.
                connection.stream().abort();
                return Err(match why {
                    PumpError::Source(e) => Trouble::Unreadable(e),
                    _ => Trouble::Short,
                });
            }
        }
        self.delivery.sent_all();
        let confirmed = self.delivery.scheduler.limits.timeouts.digest;
        let answer = http::read_head(&mut connection, confirmed, silence);
        let head = self.head_of(answer, true)?;
        // The time that is left for the body.
        let _ = connection.wait_at_most(silence);
        self.connection = Some(connection);
        Ok(head)
    }

    fn outgoing<'b>(&'b self, connection: &'b Connection) -> Outgoing<'b> {
        Outgoing::new(
            connection.stream(),
            self.delivery.transfer.cancel(),
            &self.sent,
            self.delivery.scheduler.limits.timeouts.silence,
        )
    }

    /// The answer to the head of a request that expects one: 100, or the final one.
    fn wait_for_owner(&self, connection: &mut Connection) -> Result<Box<Head>, Trouble> {
        let silence = self.delivery.scheduler.limits.timeouts.silence;
        let mut answer = http::read_continue(connection, ASKING_AFTER, silence);
        if matches!(answer, Answer::Silent) {
            self.delivery.asks();
            answer = http::read_continue(connection, OWNER_ANSWERS_WITHIN, silence);
        }
        self.head_of(answer, false)
    }

    /// After a failed write.
    fn last_words(&self, connection: &mut Connection) -> Result<Box<Head>, Trouble> {
        let answer = http::read_head(connection, LAST_WORDS_WITHIN, LAST_WORDS_WITHIN);
        match answer {
            Answer::Silent => Err(Trouble::Lost),
            answer => self.head_of(answer, true),
        }
    }

    /// The head that an answer has. After the body was sent (`is_sent`), a server that says nothing is lost.
    fn head_of(&self, answer: Answer, is_sent: bool) -> Result<Box<Head>, Trouble> {
        if self.delivery.transfer.cancel().is_cancelled() {
            return Err(FetchError::Cancelled.into());
        }
        let (host, port) = (
            self.delivery.request.host.clone(),
            self.delivery.request.port,
        );
        let error: ClientError = match answer {
            Answer::Head(head) => {
                self.delivery.spoke();
                return Ok(head);
            }
            Answer::NotHttp { spoke: false } if !self.delivery.is_http() => {
                DeliveryError::RawOnly { host, port }.into()
            }
            Answer::NotHttp { spoke: true } => DeliveryError::RawOnly { host, port }.into(),
            Answer::Silent if !is_sent => ClientError::NoAnswer { host, port },
            Answer::Cut | Answer::NotHttp { .. } | Answer::Silent => return Err(Trouble::Lost),
            Answer::Broken(what) => {
                log::info!("{host} breaks the rules of HTTP: {what}");
                ClientError::BrokenHttp { host }
            }
        };
        Err(FetchError::from(error).into())
    }

    fn send_content(
        &self,
        connection: &mut Connection,
        content: Content<'_>,
        progress: &Transfer,
    ) -> Result<(), PumpError> {
        match content {
            Content::Nothing => Ok(()),
            Content::Bytes { bytes, len } => {
                progress.set_done(0);
                let mut counted = 0;
                for piece in bytes.chunks(PIECE) {
                    let mut outgoing = self.outgoing(connection);
                    outgoing.write_all(piece).map_err(|e| self.sink(e))?;
                    let count = (piece.len() as u64).min(len - counted);
                    progress.advance(count);
                    counted += count;
                }
                Ok(())
            }
            Content::File {
                file,
                from,
                end,
                follower,
            } => {
                progress.set_done(from);
                let mut at = from;
                while at < end {
                    let len = STEP.min(end - at);
                    pump::send_file(file, at, len, &self.outgoing(connection), progress)?;
                    at += len;
                    follower.passed(at);
                    if at < end && connection.has_answered() {
                        let early = io::ErrorKind::ConnectionAborted.into();
                        return Err(self.sink(early));
                    }
                }
                Ok(())
            }
        }
    }

    fn sink(&self, error: io::Error) -> PumpError {
        if self.delivery.transfer.cancel().is_cancelled() {
            return PumpError::Cancelled;
        }
        let is_late = is_timeout(&error);
        log::info!(
            "sending to {}: {error}{}",
            self.delivery.sender.host(),
            if is_late { " (it takes nothing)" } else { "" }
        );
        PumpError::Sink(error)
    }

    /// The body of the last answer.
    pub(super) fn body(&mut self, framing: Framing) -> Option<Body<&mut Connection>> {
        let silence = self.delivery.scheduler.limits.timeouts.silence;
        let connection = self.connection.as_mut()?;
        Some(Body::new(connection, framing, silence))
    }

    /// Reads what is left of the answer, and keeps the connection if it can be used again.
    pub(super) fn done(&mut self, head: &Head, has_body: bool) {
        let has_body = has_body && head.status != 204;
        let is_drained = !has_body
            || match head.framing {
                Framing::Close => false,
                framing => self.drain(framing),
            };
        let is_kept = |connection: &Connection| {
            is_drained && head.keeps_alive && !connection.has_more() && connection.rests()
        };
        self.connection = self.connection.take().filter(is_kept);
    }

    fn drain(&mut self, framing: Framing) -> bool {
        let began = Instant::now();
        let Some(mut body) = self.body(framing) else {
            return false;
        };
        let mut left = DRAIN_MAX;
        let mut buffer = [0; 4096];
        while left > 0 && began.elapsed() < LAST_WORDS_WITHIN {
            match body.read(&mut buffer) {
                Ok(0) => return true,
                Ok(read) => left = left.saturating_sub(read as u64),
                Err(_) => return false,
            }
        }
        false
    }
}
