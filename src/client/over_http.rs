//! A download over HTTP: what each answer means, from a redirect to the file itself.

use std::time::Duration;

use super::call::Call;
use super::call::Halt;
use super::dial::dial;
use super::fetch::Attempt;
use super::http::{self, Answer, Body, Framing, Head, Hop};
use super::job::Job;
use super::{ClientError, Request, Timeouts, listing};
use crate::net::{Checked, Dialect, Saved};

/// What a person would follow by hand before giving up.
const MAX_REDIRECTS: usize = 5;

impl Job<'_> {
    /// Ask over HTTP and wait `first` for the first byte.
    pub(super) fn over_http(&self, first: Duration) -> Result<Attempt, Halt> {
        let path = http::path_of(&self.request.name);
        self.hear_http(self.ask_http(&path)?, first)
    }

    fn ask_http(&self, path: &str) -> Result<Call, Halt> {
        let Request { host, port, .. } = self.request;
        let call = self.dial()?;
        // A server that hangs up already may have said why: what it said decides.
        if let Err(e) = call.say(
            &http::request(host, *port, path, "*/*"),
            self.timeouts.silence,
        ) {
            log::debug!("asking {host}: {e}");
        }
        Ok(call)
    }

    /// The answer on `call`, and those on the calls to which it redirects.
    pub(super) fn hear_http(&self, mut call: Call, first: Duration) -> Result<Attempt, Halt> {
        let Request { host, port, .. } = self.request;
        let mut path = http::path_of(&self.request.name);
        for hop in 0..=MAX_REDIRECTS {
            // Who has redirected speaks HTTP, and may take its time.
            let wait = if hop == 0 {
                first
            } else {
                self.timeouts.silence
            };
            let head = match http::read_head(&mut call, wait, self.timeouts.silence) {
                Answer::Head(head) => head,
                Answer::NotHttp { spoke } if hop == 0 => return Ok(Attempt::NotHttp { spoke }),
                Answer::Silent if hop == 0 => return Ok(Attempt::Silent(call)),
                Answer::Silent => return Err(self.no_answer().into()),
                Answer::Cut => return Err(self.cut().into()),
                Answer::NotHttp { .. } => return Err(self.broken("no HTTP after a redirect")),
                Answer::Broken(what) => return Err(self.broken(&what)),
            };
            self.known.learn(host, *port, Dialect::Http);
            match (head.status, &head.location) {
                (301 | 302 | 303 | 307 | 308, Some(location)) => {
                    path = self.redirected(&path, location)?;
                }
                _ => return self.take(call, &head, &path).map(Attempt::Saved),
            }
            call = self.ask_http(&path)?;
        }
        Err(ClientError::TooManyRedirects {
            host: host.clone(),
            name: self.request.name.clone(),
        }
        .into())
    }

    /// The path to go on with.
    fn redirected(&self, path: &str, location: &str) -> Result<String, Halt> {
        let hop = http::follow(&self.request.host, self.request.port, path, location);
        // Another slash and nothing else: that is how a server says that it is a folder.
        if hop.path().split('?').next() == Some(format!("{path}/").as_str()) {
            return Err(self.not_a_file().into());
        }
        match hop {
            Hop::Path(there) => Ok(there),
            Hop::Elsewhere { url, .. } => Err(ClientError::RedirectElsewhere {
                host: self.request.host.clone(),
                url,
            }
            .into()),
        }
    }

    /// What an answer that is no redirect means.
    fn take(&self, call: Call, head: &Head, path: &str) -> Result<Saved, Halt> {
        let Request { host, name, .. } = self.request;
        match head.status {
            200 | 203 => {}
            404 | 410 => {
                drop(call);
                return Err(self.no_such_file());
            }
            status => {
                return Err(ClientError::Status {
                    host: host.clone(),
                    name: name.clone(),
                    status,
                    reason: head.reason.clone(),
                }
                .into());
            }
        }
        let suggested = head.suggested_name.as_deref();
        let is_folder = path.ends_with('/') || head.is_made_page && !name.contains('.');
        if is_folder && suggested.is_none() {
            return Err(self.not_a_file().into());
        }
        if let Some(coding) = &head.coding {
            // Old servers call the packed file itself so: then it is what was asked for.
            let packed = [".gz", ".tgz", ".Z", ".bz2", ".xz", ".zst", ".br", ".svgz"];
            if !packed.iter().any(|ending| name.ends_with(ending)) {
                return Err(self.broken(&format!("content coding {coding:?}, not asked for")));
            }
        }
        let total = match head.framing {
            Framing::Length(len) => Some(len),
            Framing::Chunked | Framing::Close => None,
        };
        let asked = match name.as_str() {
            "" => suggested.unwrap_or_default(),
            name => name,
        };
        call.wait_at_most(self.timeouts.silence)
            .map_err(|_| self.cut())?;
        let mut body = Body::new(call, head.framing);
        let mut saved = self.save(&mut body, Dialect::Http, total, asked)?;
        if head.framing != Framing::Close {
            saved.checked = Checked::Length;
        }
        Ok(saved)
    }

    fn no_such_file(&self) -> Halt {
        let Request {
            host, port, name, ..
        } = self.request;
        // Seconds at most, and then the sentence comes without them.
        let hurry = Timeouts {
            resolve: self.timeouts.listing,
            connect: self.timeouts.listing,
            ..self.timeouts.clone()
        };
        let nearest = match dial(host, *port, self.transfer.cancel(), &hurry) {
            Ok(mut call) => listing::nearest(&mut call, host, *port, name, hurry.listing),
            Err(_) => Vec::new(),
        };
        ClientError::NoSuchFile {
            host: host.clone(),
            name: name.clone(),
            nearest,
        }
        .into()
    }
}
