//! Sends one unit of work after the other, and decides what each answer means.

use std::collections::HashMap;
use std::io::Read as _;
use std::time::{Duration, Instant};

use super::SendRequest;
use super::delivery::Delivery;
use super::exchange::{Content, Exchange, Trouble};
use super::form::{Form, Stored, read_answer};
use super::item::{SMALL_MAX, Unit};
use super::put::{is_stored, open};
use super::session::Session;
use crate::client::connection::FetchError;
use crate::client::folder::negotiation;
use crate::client::http::Head;
use crate::error::{ClientError, DeliveryError};
use crate::name_bytes;
use crate::transfer::Transfer;
use crate::url_path;

/// A refusal that comes this late is none: nobody has said anything, and the server gave up waiting (after 60 s).
const NOBODY_ANSWERED_AFTER: Duration = Duration::from_secs(59);

/// What belongs to one thread.
#[derive(Debug)]
pub(super) struct Worker<'a> {
    pub(super) delivery: &'a Delivery<'a>,
    pub(super) session: Session<'a>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(delivery: &'a Delivery<'a>) -> Self {
        Self {
            delivery,
            session: Session::new(delivery),
        }
    }

    /// Sends the next unit; false if there is none for now. Fails only where the others would fail, too.
    pub(super) fn send_next(&mut self) -> Result<bool, FetchError> {
        let Some(mut unit) = self.delivery.next() else {
            return Ok(false);
        };
        let sent = match &mut unit {
            Unit::File(at) => {
                let at = *at;
                let put = self.put(at);
                self.settle(at, put)
            }
            Unit::Form(files) => self.send_form(files),
        };
        self.delivery.finished(&unit);
        if sent.is_err() {
            self.delivery.give_back(unit);
        }
        sent.map(|()| true)
    }

    /// Counts what became of the file `at`; fails where it is not about this file alone.
    fn settle(&self, at: usize, put: Result<Option<String>, Trouble>) -> Result<(), FetchError> {
        let name = &self.delivery.items[at].name;
        let error = match put {
            Ok(stored) => {
                self.delivery.stored(at, stored.as_deref());
                return Ok(());
            }
            Err(Trouble::Stop(FetchError::Cancelled)) => return Err(FetchError::Cancelled),
            Err(_) if self.delivery.transfer.cancel().is_cancelled() => {
                return Err(FetchError::Cancelled);
            }
            Err(Trouble::Lost) => {
                let host = self.delivery.request.host.clone();
                let name = name.clone();
                DeliveryError::Cut { host, name }.into()
            }
            Err(Trouble::Unreadable(e)) => DeliveryError::Unreadable {
                name: name.clone(),
                reason: e.to_string(),
            }
            .into(),
            Err(Trouble::Short) => DeliveryError::Changed { name: name.clone() }.into(),
            Err(Trouble::Stop(FetchError::Failed(error))) => error,
        };
        if !is_about_file(&error) {
            return Err(error.into());
        }
        log::info!("{error}");
        self.delivery.failed(at, error);
        Ok(())
    }

    /// Sends small files. Those that turn out to be none, or cannot be read, are taken out of `files`.
    fn send_form(&mut self, files: &mut Vec<usize>) -> Result<(), FetchError> {
        let mut form = Form::new();
        for at in std::mem::take(files) {
            match self.read_small(at) {
                Ok(Some(bytes)) => {
                    form.add(at, &self.delivery.items[at], &bytes);
                    files.push(at);
                }
                Ok(None) => self.delivery.give_back(Unit::File(at)),
                Err(trouble) => self.settle(at, Err(trouble))?,
            }
        }
        let Some(&first) = files.first() else {
            return Ok(());
        };
        let lens: Vec<_> = form.files.iter().map(|&(_, len)| len).collect();
        let len = lens.iter().sum();
        let progress = Transfer::of_file(self.delivery.transfer, "");
        let answer = self.post(&mut form, len, &progress, first);
        let answer = match answer {
            Ok(Some(answer)) => answer,
            Ok(None) => {
                progress.set_done(0);
                let each = std::mem::take(files).into_iter().rev().map(Unit::File);
                each.for_each(|unit| self.delivery.give_back(unit));
                return Ok(());
            }
            Err(trouble) => {
                progress.set_done(0);
                // The files that follow have the same answer coming.
                let whole = self.settle(first, Err(trouble));
                files.retain(|&at| whole.is_err() || at != first);
                for &at in files.iter().filter(|_| whole.is_ok()) {
                    self.delivery.give_back(Unit::File(at));
                }
                return whole;
            }
        };
        let by_name: HashMap<_, _> = answer.iter().map(|file| (&*file.name, file)).collect();
        let mut is_counted = Vec::new();
        for (index, &at) in files.iter().enumerate() {
            let name = &*self.delivery.items[at].name;
            let same_place = answer.get(index).filter(|_| answer.len() == files.len());
            let answer = by_name.get(name).copied().or(same_place);
            let stored = self.stored_in_form(answer, name);
            is_counted.push(stored.is_ok());
            if let Err(error) = self.settle(at, stored) {
                files.drain(..index);
                return Err(error);
            }
        }
        let stored = lens.iter().zip(is_counted).filter(|(_, is)| *is);
        progress.set_done(stored.map(|(len, _)| len).sum());
        Ok(())
    }

    /// The content of the file `at`; none if it is no small file any more.
    fn read_small(&self, at: usize) -> Result<Option<Vec<u8>>, Trouble> {
        let mut bytes = Vec::new();
        let file = open(&self.delivery.items[at]).map_err(Trouble::Unreadable)?;
        let read = file.take(SMALL_MAX + 1).read_to_end(&mut bytes);
        read.map_err(Trouble::Unreadable)?;
        Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= SMALL_MAX))
    }

    /// Sends `form`; what the server says about each of its files. None if it takes no forms: it may take files all the
    /// same, as `WebDAV` servers do.
    fn post(
        &mut self,
        form: &mut Form,
        len: u64,
        progress: &Transfer,
        first: usize,
    ) -> Result<Option<Vec<Stored>>, Trouble> {
        let boundary = form.boundary().to_owned();
        let bytes = form.finish();
        let expects = !self.delivery.is_accepted();
        let name = &*self.delivery.items[first].name;
        let began = Instant::now();
        let post = self
            .delivery
            .sender
            .post(&boundary, bytes.len() as u64, expects);
        let head = self.session.exchange(&Exchange {
            head: &post,
            expects,
            content: Content::Bytes { bytes, len },
            progress,
        })?;
        if !is_stored(&head) {
            self.session.done(&head, true);
            if matches!(head.status, 405 | 415 | 501) && !self.delivery.is_accepted() {
                return Ok(None);
            }
            self.check_accepted(&head, began, name)?;
            answered(self.delivery.request, &head, name)?;
        }
        let answer = self.session.body(head.framing).and_then(read_answer);
        self.session.done(&head, false);
        let Some(answer) = answer else {
            if self.delivery.transfer.cancel().is_cancelled() {
                return Err(FetchError::Cancelled.into());
            }
            // It was cut, or is no answer to a form.
            return Err(match head.framing {
                _ if self.delivery.is_accepted() => Trouble::Lost,
                _ => FetchError::from(not_a_receiver(self.delivery.request, head.status)).into(),
            });
        };
        self.delivery.accepted();
        Ok(Some(answer))
    }

    /// What became of a file in a form.
    fn stored_in_form(
        &self,
        answer: Option<&Stored>,
        name: &str,
    ) -> Result<Option<String>, Trouble> {
        let request = &self.delivery.request;
        match answer {
            Some(file) if matches!(file.status, 200 | 201) => Ok(file.path.clone()),
            Some(file) => Err(FetchError::from(refusal(request, file.status, None, name)).into()),
            None => {
                let (host, name) = (request.host.clone(), name.to_owned());
                let status = 200;
                let missing = DeliveryError::NotStored { host, name, status };
                Err(FetchError::from(ClientError::from(missing)).into())
            }
        }
    }

    /// Whether the owner has accepted what is sent; 403 tells that they have not.
    pub(super) fn check_accepted(
        &self,
        head: &Head,
        began: Instant,
        name: &str,
    ) -> Result<(), FetchError> {
        let host = self.delivery.request.host.clone();
        if is_stored(head) {
            self.delivery.accepted();
        } else if head.status == 403 && began.elapsed() >= NOBODY_ANSWERED_AFTER {
            log::info!("nobody answered about {name}");
            return Err(ClientError::from(DeliveryError::Unanswered { host }).into());
        }
        Ok(())
    }
}

/// The name that a stored file has, if the server says so; otherwise why it is not stored.
pub(super) fn answered(
    request: &SendRequest,
    head: &Head,
    name: &str,
) -> Result<Option<String>, FetchError> {
    if !is_stored(head) {
        return Err(refusal(request, head.status, Some(head), name).into());
    }
    let location = head.location.as_deref().filter(|at| at.starts_with('/'));
    Ok(location.map(|path| name_bytes::shown(&url_path::name_of(path)).into_owned()))
}

/// What a status other than success means.
fn refusal(request: &SendRequest, status: u16, head: Option<&Head>, name: &str) -> ClientError {
    let (host, name) = (request.host.clone(), name.to_owned());
    match (status, head) {
        (403, _) => DeliveryError::Declined { host }.into(),
        (405, _) => DeliveryError::Off { host }.into(),
        (400 | 414 | 431, _) => DeliveryError::NameRefused { host, name }.into(),
        (413, _) => DeliveryError::TooLarge { host, name }.into(),
        (422, _) => DeliveryError::Damaged { host, name }.into(),
        (507, _) => DeliveryError::DiskFull { host }.into(),
        (408 | 429 | 502..=504, head) => {
            let retry_after = head.and_then(|head| head.retry_after);
            DeliveryError::Busy { host, retry_after }.into()
        }
        (401 | 407 | 421, Some(head)) => negotiation::refused(head, host, name),
        (409 | 500, _) => DeliveryError::NotStored { host, name, status }.into(),
        _ => not_a_receiver(request, status),
    }
}

/// The error where the other side is no share.
pub(super) fn not_a_receiver(request: &SendRequest, status: u16) -> ClientError {
    let (host, port) = (request.host.clone(), request.port);
    DeliveryError::NotAReceiver { host, port, status }.into()
}

/// Whether other files may be stored although this one was not.
fn is_about_file(error: &ClientError) -> bool {
    use DeliveryError as E;
    matches!(
        error,
        ClientError::Delivery(
            E::Unreadable { .. }
                | E::UnsendableName { .. }
                | E::Changed { .. }
                | E::NameRefused { .. }
                | E::TooLarge { .. }
                | E::Damaged { .. }
                | E::NotStored { .. }
        )
    )
}
