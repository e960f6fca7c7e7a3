//! A connection over which one request follows another (RFC 9112 section 9.3), made anew when the
//! server has closed it, as it may at any time between two of them.

use super::call::{Call, Halt};
use super::dial::dial;
use super::http::{self, Answer, Body, Framing, Head, Wish};
use super::known::Known;
use super::{ClientError, Timeouts};
use crate::net::Cancel;

/// To one server. Nothing is called before something is asked.
#[derive(Debug)]
pub(super) struct Link<'a> {
    known: &'a Known,
    host: &'a str,
    port: u16,
    cancel: &'a Cancel,
    timeouts: &'a Timeouts,
    call: Option<Call>,
}

impl<'a> Link<'a> {
    pub(super) fn new(
        known: &'a Known,
        host: &'a str,
        port: u16,
        cancel: &'a Cancel,
        timeouts: &'a Timeouts,
    ) -> Self {
        Self::over(None, known, host, port, cancel, timeouts)
    }

    /// The first request goes over `call`, if that stands.
    pub(super) fn over(
        call: Option<Call>,
        known: &'a Known,
        host: &'a str,
        port: u16,
        cancel: &'a Cancel,
        timeouts: &'a Timeouts,
    ) -> Self {
        Self {
            known,
            host,
            port,
            cancel,
            timeouts,
            call,
        }
    }

    pub(super) fn timeouts(&self) -> &Timeouts {
        self.timeouts
    }

    /// Ask for `path`; the head of the answer. Its body, if it has one, has to be read to the end with
    /// [`Link::body`], and then [`Link::done`]; otherwise the connection is given up.
    pub(super) fn ask(&mut self, path: &str, wish: Wish<'_>) -> Result<Head, Halt> {
        let error = match self.hear(path, wish)? {
            Answer::Head(head) => return Ok(*head),
            Answer::NotHttp { spoke: true } => ClientError::NotHttp {
                host: self.host.to_owned(),
                port: self.port,
            },
            Answer::Silent => ClientError::NoAnswer {
                host: self.host.to_owned(),
                port: self.port,
            },
            Answer::Broken(what) => self.broken(&what),
            Answer::NotHttp { spoke: false } | Answer::Cut => self.cut(path),
        };
        Err(error.into())
    }

    /// As [`Link::ask`], but any answer is one. Only one with a head has a body.
    pub(super) fn hear(&mut self, path: &str, wish: Wish<'_>) -> Result<Answer, Halt> {
        let request = http::request(self.host, self.port, path, wish);
        let silence = self.timeouts.silence;
        loop {
            let old = self.call.take().filter(Call::resumes);
            let is_old = old.is_some();
            let mut call = old.map_or_else(|| self.dial(), Ok)?;
            // Who does not listen does not answer.
            let _ = call.say(&request, silence);
            return match http::read_head(&mut call, silence, silence) {
                Answer::Head(head) => {
                    call.wait_at_most(silence).map_err(|_| self.cut(path))?;
                    self.call = Some(call);
                    Ok(Answer::Head(head))
                }
                _ if self.cancel.is_cancelled() => Err(Halt::Cancelled),
                // It had closed that connection by then, or has sent more there than it had said: a body
                // after an answer to `HEAD`, for one.
                Answer::NotHttp { .. } | Answer::Cut | Answer::Broken(_) if is_old => continue,
                answer => Ok(answer),
            };
        }
    }

    fn dial(&self) -> Result<Call, Halt> {
        let connections = &self.known.connections;
        dial(
            connections,
            self.host,
            self.port,
            self.cancel,
            self.timeouts,
        )
    }

    /// The body of the last answer.
    pub(super) fn body(&mut self, framing: Framing) -> Option<Body<&mut Call>> {
        let silence = self.timeouts.silence;
        let call = self.call.as_mut()?;
        Some(Body::new(call, framing, silence))
    }

    /// The last answer was read to its end; whether another request may follow depends on it.
    pub(super) fn done(&mut self, head: &Head) {
        let is_kept = head.keeps_alive && head.framing != Framing::Close;
        let may_stay = |call: &Call| is_kept && !call.has_more() && call.rests();
        self.call = self.call.take().filter(may_stay);
    }

    /// The connection is of no use any more.
    pub(super) fn close(&mut self) {
        self.call = None;
    }

    fn cut(&self, path: &str) -> ClientError {
        ClientError::Cut {
            host: self.host.to_owned(),
            name: http::name_of(path),
            arrived: 0,
        }
    }

    /// It breaks the rules of HTTP, in this way.
    pub(super) fn broken(&self, what: &str) -> ClientError {
        let host = self.host.to_owned();
        log::info!("{host} breaks the rules of HTTP: {what}");
        ClientError::BrokenHttp { host }
    }

    /// The file at `path` is another one by now.
    pub(super) fn keeps_changing(&self, path: &str) -> ClientError {
        ClientError::KeepsChanging {
            host: self.host.to_owned(),
            name: http::name_of(path),
        }
    }
}
