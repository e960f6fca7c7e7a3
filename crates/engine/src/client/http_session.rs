//! A connection over which one request follows another (RFC 9112 section 9.3), made anew when the
//! server has closed it, as it may at any time between two of them.

use std::sync::Arc;

use super::connect::connect;
use super::connection::{Connection, FetchError};
use super::http::{Answer, Body, RequestOptions};
use super::offers::Heeded;
use super::origin::Origin;
use super::protocol_cache::ProtocolCache;
use super::{Timeouts, http};
use crate::error::ClientError;
use crate::identity::Protection;
use crate::transfer::Transfer;
use crate::transport::CancelToken;
use crate::transport::trace::Trace;
use crate::url_path;
use landline_http1::response_head::{Framing, Head};

/// To one server. Nothing is called before something is asked.
#[derive(Debug)]
pub(super) struct HttpSession<'a> {
    known: &'a ProtocolCache,
    origin: Origin<'a>,
    cancel: &'a CancelToken,
    timeouts: &'a Timeouts,
    /// What protected the last connection.
    protection: Protection,
    connection: Option<Connection>,
    /// The transfer that shows the connections.
    transfer: Option<&'a Transfer>,
}

impl<'a> HttpSession<'a> {
    pub(super) fn new(
        known: &'a ProtocolCache,
        origin: Origin<'a>,
        cancel: &'a CancelToken,
        timeouts: &'a Timeouts,
    ) -> Self {
        Self::over(None, known, origin, cancel, timeouts)
    }

    /// The first request goes over `connection`, if that stands.
    pub(super) fn over(
        connection: Option<Connection>,
        known: &'a ProtocolCache,
        origin: Origin<'a>,
        cancel: &'a CancelToken,
        timeouts: &'a Timeouts,
    ) -> Self {
        Self {
            known,
            origin,
            cancel,
            timeouts,
            protection: Protection::None,
            connection,
            transfer: None,
        }
    }

    /// Shows its connections in `transfer`.
    pub(super) fn traced_in(self, transfer: &'a Transfer) -> Self {
        Self {
            transfer: Some(transfer),
            ..self
        }
    }

    /// Where the next request goes.
    pub(super) fn origin(&self) -> Origin<'a> {
        self.known.reach(self.origin)
    }

    /// What protected the last connection.
    pub(super) fn protection(&self) -> Protection {
        self.protection
    }

    pub(super) fn timeouts(&self) -> &Timeouts {
        self.timeouts
    }

    /// Ask for `path`; the head of the answer. Its body, if it has one, has to be read to the end with
    /// [`HttpSession::body`], and then [`HttpSession::done`]; otherwise the connection is given up.
    pub(super) fn ask(
        &mut self,
        path: &str,
        options: RequestOptions<'_>,
    ) -> Result<Head, FetchError> {
        let error = match self.hear(path, options)? {
            Answer::Head(head) => return Ok(*head),
            Answer::NotHttp { spoke: true } => ClientError::NotHttp {
                host: self.host(),
                port: self.origin.port,
            },
            Answer::Silent => ClientError::NoAnswer {
                host: self.host(),
                port: self.origin.port,
            },
            Answer::Broken(what) => self.broken(&what),
            Answer::NotHttp { spoke: false } | Answer::Cut => self.cut(path),
        };
        Err(error.into())
    }

    /// As [`HttpSession::ask`], but any answer is one. Only one with a head has a body.
    pub(super) fn hear(
        &mut self,
        path: &str,
        options: RequestOptions<'_>,
    ) -> Result<Answer, FetchError> {
        let silence = self.timeouts.silence;
        loop {
            let old = self.connection.take().filter(Connection::resumes);
            let is_old = old.is_some();
            let mut connection = old.map_or_else(|| self.connect(), Ok)?;
            self.show(&connection);
            let origin = self.origin();
            let request = http::request(origin.host, origin.port, path, options);
            // Who does not listen does not answer.
            let request =
                (self.known).authorize(origin.host, origin.port, &mut connection, request);
            let _ = connection.say(&request, silence);
            return match http::read_head(&mut connection, silence, silence) {
                Answer::Head(head) => {
                    let known = self.known;
                    match known.heed(origin, &connection, &head) {
                        Heeded::Nothing => {}
                        Heeded::AskAgain => continue,
                        Heeded::Moved => return Ok(Answer::Head(head)),
                    }
                    if known.must_repeat(origin.host, origin.port, &connection.sent, &head)? {
                        continue;
                    }
                    connection
                        .wait_at_most(silence)
                        .map_err(|_| self.cut(path))?;
                    self.connection = Some(connection);
                    Ok(Answer::Head(head))
                }
                _ if self.cancel.is_cancelled() => Err(FetchError::Cancelled),
                // It had closed that connection by then, or has sent more there than it had said: a body
                // after an answer to `HEAD`, for one.
                Answer::NotHttp { .. } | Answer::Cut | Answer::Broken(_) if is_old => continue,
                answer => Ok(answer),
            };
        }
    }

    fn connect(&self) -> Result<Connection, FetchError> {
        let attach = |trace: &_| self.attach(Some(trace));
        connect(self.known, self.origin, self.cancel, self.timeouts, &attach)
    }

    /// Says which connection is used.
    fn show(&mut self, connection: &Connection) {
        self.protection = connection.protection();
        self.attach(connection.trace());
        if let Some(transfer) = self.transfer {
            transfer.set_protection(self.protection);
        }
    }

    fn host(&self) -> String {
        self.origin.host.to_owned()
    }

    fn attach(&self, trace: Option<&Arc<Trace>>) {
        if let (Some(transfer), Some(trace)) = (self.transfer, trace) {
            transfer.attach(trace);
        }
    }

    /// The body of the last answer.
    pub(super) fn body(&mut self, framing: Framing) -> Option<Body<&mut Connection>> {
        let silence = self.timeouts.silence;
        let connection = self.connection.as_mut()?;
        Some(Body::new(connection, framing, silence))
    }

    /// The last answer was read to its end; whether another request may follow depends on it.
    pub(super) fn done(&mut self, head: &Head) {
        let is_kept = head.keeps_alive && head.framing != Framing::Close;
        let may_stay =
            |connection: &Connection| is_kept && !connection.has_more() && connection.rests();
        self.connection = self.connection.take().filter(may_stay);
    }

    /// The connection is of no use any more.
    pub(super) fn close(&mut self) {
        self.connection = None;
    }

    fn cut(&self, path: &str) -> ClientError {
        ClientError::Cut {
            host: self.host(),
            name: url_path::name_of(path),
            arrived: 0,
        }
    }

    /// It breaks the rules of HTTP, in this way.
    pub(super) fn broken(&self, what: &str) -> ClientError {
        let host = self.host();
        log::info!("{host} breaks the rules of HTTP: {what}");
        ClientError::BrokenHttp { host }
    }

    /// The file at `path` is another one by now.
    pub(super) fn keeps_changing(&self, path: &str) -> ClientError {
        ClientError::KeepsChanging {
            host: self.host(),
            name: url_path::name_of(path),
        }
    }
}
