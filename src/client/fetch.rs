//! One download from the call to the saved file: which dialect to try, and what to make of a server
//! that does not understand it.

use std::time::Duration;

use super::call::Call;
use super::call::Halt;
use super::http;
use super::job::{Job, folder_of};
use super::{ClientError, Request, location, part_file, raw};
use crate::net::{Dialect, Saved};

/// What an attempt in one dialect came to.
pub(super) enum Attempt {
    /// The file is there.
    Saved(Saved),
    /// Asked over HTTP: the peer does not speak it; `spoke` when it said something else.
    NotHttp {
        /// It said something.
        spoke: bool,
    },
    /// Asked over HTTP: not a word yet. The call stands and the answer may still come.
    Silent(Call),
    /// Asked the raw way on a guess: the answer is HTTP.
    IsHttp,
}

/// Do it. After a cancel any error may come back.
pub(super) fn fetch(job: &Job<'_>) -> Result<Saved, Halt> {
    location::check_host(&job.request.host)?;
    part_file::check_folder(folder_of(&job.request.target))?;
    let silence = job.timeouts.silence;
    let attempt = match job.request.dialect {
        Some(Dialect::Raw) => job.over_raw(silence, false)?,
        Some(Dialect::Http) => job.over_http(silence)?,
        None => return job.find_out(),
    };
    match attempt {
        Attempt::Saved(saved) => Ok(saved),
        Attempt::NotHttp { .. } | Attempt::IsHttp => Err(job.not_http().into()),
        Attempt::Silent(_) => Err(job.no_answer().into()),
    }
}

impl Job<'_> {
    /// HTTP, else raw; or first what this server is known for.
    fn find_out(&self) -> Result<Saved, Halt> {
        let Request { host, port, .. } = self.request;
        match self.known.get(host, *port) {
            None => self.try_both(),
            Some(Dialect::Http) => match self.over_http(self.timeouts.silence)? {
                Attempt::Silent(_) => Err(self.no_answer().into()),
                attempt => self.unless_raw(attempt),
            },
            Some(Dialect::Raw) => match self.over_raw(self.timeouts.silence, true) {
                Ok(Attempt::Saved(saved)) => Ok(saved),
                Ok(_) => {
                    self.known.forget(host, *port);
                    self.try_both()
                }
                Err(halt) => {
                    if matches!(&halt, Halt::Failed(e) if says_nothing(e)) {
                        // Another program may be there by now: next time it is a stranger.
                        self.known.forget(host, *port);
                    }
                    Err(halt)
                }
            },
        }
    }

    /// HTTP, and raw if that is not understood, or not answered soon.
    fn try_both(&self) -> Result<Saved, Halt> {
        let first = self.timeouts.first_answer;
        let call = match self.over_http(first)? {
            Attempt::Silent(call) => call,
            attempt => return self.unless_raw(attempt),
        };
        // Either it waits for something that is not HTTP, or it is slow: the first call stays
        // open, and whichever brings an answer counts. In all it has as long as anyone.
        let halt = match self.over_raw(2 * first, true) {
            Ok(Attempt::Saved(saved)) => return Ok(saved),
            Ok(_) => self.no_answer().into(),
            Err(Halt::Failed(error)) if says_nothing(&error) => Halt::Failed(error),
            Err(halt) => return Err(halt),
        };
        let left = self.timeouts.silence.saturating_sub(3 * first);
        match self.hear_http(call, left)? {
            Attempt::Saved(saved) => Ok(saved),
            _ => Err(halt),
        }
    }

    /// What an attempt over HTTP brought, or what the raw way brings if the server is no HTTP one.
    fn unless_raw(&self, attempt: Attempt) -> Result<Saved, Halt> {
        let Request { host, port, .. } = self.request;
        match attempt {
            Attempt::Saved(saved) => return Ok(saved),
            Attempt::NotHttp { spoke: true } => self.known.learn(host, *port, Dialect::Raw),
            _ => {}
        }
        match self.over_raw(self.timeouts.silence, true) {
            Ok(Attempt::Saved(saved)) => Ok(saved),
            Ok(_) => Err(self.broken("it closes on HTTP and speaks HTTP to a bare name")),
            Err(Halt::Failed(
                ClientError::Refused { .. } | ClientError::Cut { arrived: 0, .. },
            )) => Err(ClientError::OneCallOnly {
                host: host.clone(),
                port: *port,
            }
            .into()),
            Err(halt) => Err(halt),
        }
    }

    /// Ask the raw way and wait `first` for the first byte. `is_guess` when nobody has said that
    /// the server is raw: an answer that begins as HTTP does is no file then.
    fn over_raw(&self, first: Duration, is_guess: bool) -> Result<Attempt, Halt> {
        let Request {
            host, port, name, ..
        } = self.request;
        if name.is_empty() {
            return Err(ClientError::NoName.into());
        }
        if name.contains(char::is_control) {
            // A line feed would end the name early, and another file would come.
            return Err(ClientError::BadName { name: name.clone() }.into());
        }
        if name.len() > raw::TEXT_MAX_LEN {
            let max_len = raw::TEXT_MAX_LEN;
            return Err(ClientError::NameTooLong { max_len }.into());
        }
        let mut call = self.dial()?;
        let bytes = match raw::ask(&mut call, name, first) {
            raw::Start::Bytes(bytes) if is_guess && http::is_http(&bytes) => {
                return Ok(Attempt::IsHttp);
            }
            raw::Start::Bytes(bytes) => bytes,
            raw::Start::Nothing => {
                return Err(ClientError::NothingSent {
                    host: host.clone(),
                    name: name.clone(),
                }
                .into());
            }
            raw::Start::Broken => return Err(self.cut().into()),
            raw::Start::Silent => return Err(self.no_answer().into()),
        };
        call.wait_at_most(self.timeouts.silence)
            .map_err(|_| self.cut())?;
        self.known.learn(host, *port, Dialect::Raw);
        let mut source = raw::whole(&bytes, &mut call);
        self.save(&mut source, Dialect::Raw, None, name)
            .map(Attempt::Saved)
    }
}

/// Whether a raw attempt ended in a way that says nothing about what the server can do over HTTP.
fn says_nothing(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::NothingSent { .. }
            | ClientError::NoAnswer { .. }
            | ClientError::Refused { .. }
            | ClientError::NoName
            | ClientError::NameTooLong { .. }
            | ClientError::Cut { arrived: 0, .. }
    )
}
