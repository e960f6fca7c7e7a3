//! A download over HTTP: what each answer means, from a redirect to the file itself.

use std::time::Duration;

use super::call::Call;
use super::call::Halt;
use super::dial::dial;
use super::fetch::Attempt;
use super::http::{self, Answer, Body, Framing, Head, Hop, MAX_REDIRECTS, Wish};
use super::job::{Job, Look};
use super::resume::{self, Decision, Version};
use super::save::Coming;
use super::{ClientError, Request, Timeouts, listing};
use crate::net::{Checked, Dialect, Saved};

/// Where a redirect leads.
enum Redirected {
    /// On with this path.
    Path(String),
    /// It is a folder, at this path.
    Folder(String),
}

impl Job<'_> {
    /// Ask over HTTP and wait `first` for the first byte.
    pub(super) fn over_http(&self, first: Duration) -> Result<Attempt, Halt> {
        let path = self.request.request_target();
        self.hear_http(self.ask_http(&path)?, first)
    }

    fn ask_http(&self, path: &str) -> Result<Call, Halt> {
        let Request { host, port, .. } = self.request;
        let is_look = self.looks_first();
        let so_far = self.so_far();
        let kept = so_far.part.as_ref().filter(|_| !is_look);
        let wish = Wish {
            head_only: is_look,
            rest: kept.and_then(|part| part.version().ask(part.len())),
            digest: true,
            ..Wish::default()
        };
        let request = http::request(host, *port, path, wish);
        drop(so_far);
        let call = self.dial()?;
        // A server that hangs up already may have said why: what it said decides.
        if let Err(e) = call.say(&request, self.timeouts.silence) {
            log::debug!("asking {host}: {e}");
        }
        Ok(call)
    }

    /// The answer on `call`, and those on the calls to which it redirects.
    pub(super) fn hear_http(&self, mut call: Call, first: Duration) -> Result<Attempt, Halt> {
        let Request { host, port, .. } = self.request;
        let mut path = self.request.request_target();
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
                Answer::Cut | Answer::NotHttp { spoke: false } => {
                    self.known.learn(host, *port, Dialect::Http);
                    self.so_far().is_begun = true;
                    return Err(self.cut().into());
                }
                Answer::NotHttp { spoke: true } => {
                    return Err(self.broken("no HTTP after a redirect"));
                }
                Answer::Broken(what) => return Err(self.broken(&what)),
            };
            self.known.learn(host, *port, Dialect::Http);
            match http::redirect(&head) {
                Some(location) => match self.redirected(&path, location)? {
                    Redirected::Path(there) => path = there,
                    Redirected::Folder(there) => return Ok(Attempt::Folder(there)),
                },
                None => match self.take(call, &head, &path)? {
                    Some(saved) => return Ok(Attempt::Saved(saved)),
                    None => log::debug!("{host}: asking for the whole of {path}"),
                },
            }
            // It has answered: whatever fails from now on is an interruption.
            self.so_far().is_begun = true;
            if hop == MAX_REDIRECTS {
                break;
            }
            call = self.ask_http(&path)?;
        }
        Err(ClientError::TooManyRedirects {
            host: host.clone(),
            name: self.request.shown(),
        }
        .into())
    }

    /// Where to go on.
    fn redirected(&self, path: &str, location: &str) -> Result<Redirected, Halt> {
        let hop = http::follow(&self.request.host, self.request.port, path, location);
        // Another slash and nothing else: that is how a server says that it is a folder.
        if self.request.query.is_none()
            && hop.path().split('?').next() == Some(format!("{path}/").as_str())
        {
            // Behind a proxy it may call itself what it likes.
            return Ok(Redirected::Folder(format!("{path}/")));
        }
        match hop {
            Hop::Path(there) => Ok(Redirected::Path(there)),
            Hop::Elsewhere { url, .. } => Err(ClientError::RedirectElsewhere {
                host: self.request.host.clone(),
                url,
            }
            .into()),
        }
    }

    /// What an answer that is no redirect means; nothing if the whole file has to be asked for.
    fn take(&self, mut call: Call, head: &Head, path: &str) -> Result<Option<Saved>, Halt> {
        let name = &self.request.name;
        if self.so_far().look == Look::Asked {
            return self.look(head, path);
        }
        let asked_from = self.asked_from();
        let answer = match head.status {
            200 | 203 => {
                self.check_is_file(head, path)?;
                let length = match head.framing {
                    Framing::Length(len) => Some(len),
                    Framing::Chunked | Framing::Close => None,
                };
                resume::Answer::Whole(Version::of(head, length))
            }
            206 if asked_from.is_some() && self.is_as_it_is(head) => match &head.part {
                Some(part) => resume::Answer::Part(part.clone(), head.validator.clone()),
                None => resume::Answer::Other,
            },
            416 if asked_from.is_some() => resume::Answer::Beyond,
            206 if asked_from.is_some() => resume::Answer::Other,
            _ => return Err(self.refused(call, head)),
        };
        let Some((version, at)) = self.decide(asked_from, answer) else {
            return Ok(None);
        };
        let suggested = head.suggested_name.as_deref();
        let asked = suggested
            .filter(|_| self.takes_suggestion())
            .unwrap_or(name);
        // A name that the server suggests was not looked for before.
        if self.may_skip()
            && self.takes_suggestion()
            && let Some(saved) = self.skip(asked, head, &version, path)?
        {
            return Ok(Some(saved));
        }
        call.wait_at_most(self.timeouts.silence)
            .map_err(|_| self.cut())?;
        let coming = Coming {
            dialect: Dialect::Http,
            version,
            at,
            asked,
            modified: head.modified.or(self.modified),
            has_digest: head.digest.is_some() || head.retry_after,
        };
        let ours = self.receive(&mut Body::new(&mut call, head.framing), &coming)?;
        let mut checked = match head.framing {
            Framing::Close => Checked::Nothing,
            _ => Checked::Length,
        };
        if let Some(ours) = ours {
            let is_kept = head.keeps_alive && head.framing != Framing::Close && !call.has_more();
            let call = Some(call).filter(|_| is_kept);
            let validator = coming.version.validator.as_deref();
            let theirs = self.told_digest(head, call, path, validator)?;
            checked = self.compare(&ours, theirs.as_ref(), checked)?;
        }
        self.finish(&coming, checked).map(Some)
    }

    /// Which byte the part on the disk lets the body begin with.
    fn asked_from(&self) -> Option<u64> {
        let so_far = self.so_far();
        let part = so_far.part.as_ref()?;
        part.version().ask(part.len()).map(|(from, _)| from)
    }

    /// What comes, and from which byte of it; nothing if the whole file has to be asked for.
    fn decide(&self, asked_from: Option<u64>, answer: resume::Answer) -> Option<(Version, u64)> {
        let kept = self
            .so_far()
            .part
            .as_ref()
            .map(|part| part.version().clone());
        let decision = match (&kept, asked_from) {
            (Some(kept), Some(from)) => kept.decide(from, &answer),
            // Nothing was hoped for, so there is nothing to say.
            _ => match answer {
                resume::Answer::Whole(version) => return Some((version, 0)),
                _ => return None,
            },
        };
        match (decision, answer) {
            (Decision::GoOn { at }, resume::Answer::Part(part, _)) => {
                let mut version = kept.unwrap_or_default();
                version.length = version.length.or(part.whole).or(Some(part.range.end));
                Some((version, at))
            }
            (Decision::StartAnew(why), resume::Answer::Whole(version)) => {
                self.note_anew(why);
                Some((version, 0))
            }
            (Decision::AskAnew(why) | Decision::StartAnew(why), _) => {
                self.drop_part(why);
                None
            }
            (Decision::GoOn { .. }, _) => None,
        }
    }

    /// Whether the body is the file, and not a page about it.
    fn check_is_file(&self, head: &Head, path: &str) -> Result<(), Halt> {
        let name = &self.request.name;
        let is_folder = path.ends_with('/') || head.is_made_page && !name.contains('.');
        // What a query is answered with is what was asked for.
        if is_folder && self.request.query.is_none() && head.suggested_name.is_none() {
            return Err(self.not_a_file().into());
        }
        if !self.is_as_it_is(head) {
            return Err(self.broken(&format!("content coding {:?}, not asked for", head.coding)));
        }
        Ok(())
    }

    /// Whether the body is the bytes of the file. Old servers call a packed file itself a coding: then
    /// it is what was asked for.
    pub(super) fn is_as_it_is(&self, head: &Head) -> bool {
        let packed = [".gz", ".tgz", ".Z", ".bz2", ".xz", ".zst", ".br", ".svgz"];
        let name = &self.request.name;
        head.coding.is_none() || packed.iter().any(|ending| name.ends_with(ending))
    }

    /// What an answer without a file means.
    fn refused(&self, call: Call, head: &Head) -> Halt {
        drop(call);
        match head.status {
            404 | 410 => self.no_such_file(),
            status => ClientError::Status {
                host: self.request.host.clone(),
                name: self.request.shown(),
                status,
                reason: head.reason.clone(),
            }
            .into(),
        }
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
        // What a listing has, or a query, was not misspelt.
        let may_be_misspelt = !self.transfer.is_of_folder() && self.request.query.is_none();
        let call = may_be_misspelt.then(|| dial(host, *port, self.transfer.cancel(), &hurry));
        let nearest = match call {
            Some(Ok(mut call)) => listing::nearest(&mut call, host, *port, name, hurry.listing),
            _ => Vec::new(),
        };
        ClientError::NoSuchFile {
            host: host.clone(),
            name: self.request.shown(),
            nearest,
        }
        .into()
    }
}
