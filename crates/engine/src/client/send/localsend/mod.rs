//! Sends files, folders or a text to a LocalSend device (protocol 2.2): `prepare-upload` asks its owner, then `upload`
//! sends each file that was chosen. The digests of all files are computed first, because they are part of the question.
//!
//! The thread of the delivery asks and uploads, with one more thread for a second connection. Connections are kept
//! between requests. Either side may cancel: this one with `cancel`, the recipient with `cancel` at this computer's
//! receiver ([`Sendings`](crate::localsend::Sendings)), or by refusing further uploads.

mod answer;
mod confirmed;
mod failed;
mod link;
mod offered;
mod upload;

use std::sync::Arc;
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use self::answer::{Chosen, chosen};
pub(super) use self::confirmed::Confirmed;
use self::link::{Body, Link, Request, Wire};
use self::offered::{Offered, message, prepare};
use self::upload::Uploads;
use super::SendRequest;
use super::exchange::Trouble;
use super::results::Results;
use super::walk::{Found, walk};
use crate::client::Timeouts;
use crate::client::connection::FetchError;
use crate::client::http::host_field;
use crate::client::location::check_host;
use crate::client::origin::Origin;
use crate::client::scheduler::Scheduler;
use crate::error::{ClientError, DeliveryError};
use crate::localsend::{Node, PATH};
use crate::password::Password;
use crate::transfer::{Outcome, Transfer, TransferState};
use crate::transport::CancelToken;

/// How long to wait for the owner's answer: the app asks until it is answered, and somebody has to find the phone.
const OWNER_ANSWERS_WITHIN: Duration = Duration::from_mins(10);

/// How long to wait for our receiver, which starts with the delivery if others do not see this computer.
const RECEIVER_STARTS_WITHIN: Duration = Duration::from_millis(500);

/// How long to try to tell the recipient of a cancel. It notices by itself that nothing comes.
const CANCEL_WITHIN: Duration = Duration::from_secs(1);

/// What a delivery consists of.
#[derive(Clone, Copy, Debug)]
struct Delivery<'a> {
    scheduler: &'a Arc<Scheduler>,
    transfer: &'a Arc<Transfer>,
    request: &'a SendRequest,
    node: &'a Node,
    /// Cancelled when the recipient says so.
    by_recipient: &'a CancelToken,
}

/// Sends everything; blocks until that has ended.
pub(super) fn send(
    scheduler: &Arc<Scheduler>,
    transfer: &Arc<Transfer>,
    request: &SendRequest,
) -> Result<Outcome, FetchError> {
    check_host(&request.host)?;
    let node = scheduler.known.servers.localsend.get();
    let delivery = Delivery {
        scheduler,
        transfer,
        request,
        node: node.ok_or_else(|| ClientError::from(DeliveryError::NoIdentity))?,
        by_recipient: &CancelToken::new(),
    };
    delivery.set_state(TransferState::Preparing);
    let mut found = match request.text {
        Some(_) => Found::default(),
        None => walk(&request.paths, transfer.cancel())?,
    };
    let mut results = Results::new(&mut found);
    if found.items.len() > 1 || found.failed > 0 {
        transfer.set_files(results.files());
    }
    let mut offered = match &request.text {
        Some(text) => vec![Offered::text(text)],
        None => prepare(transfer, &mut results, found)?,
    };
    // By an earlier attempt.
    offered.retain(|file| {
        let is_confirmed = request.confirmed.has(file);
        if is_confirmed {
            results.stored(&file.name, None);
        }
        !is_confirmed
    });
    if offered.is_empty() {
        return nothing_left(&delivery, &results);
    }
    let sent = delivery.send(&offered, results);
    sent.map(|results| results.outcome(request.recipient()))
}

/// How it has ended where nothing is to be offered: nothing was chosen that can be sent, or all was sent before.
fn nothing_left(delivery: &Delivery<'_>, results: &Results) -> Result<Outcome, FetchError> {
    let Delivery {
        transfer, request, ..
    } = delivery;
    let outcome = results.outcome(request.recipient());
    let files = results.files();
    if outcome == Outcome::Sent && files.done == 0 {
        return Err(ClientError::from(DeliveryError::NothingToSend).into());
    }
    if transfer.files().is_some() {
        transfer.set_files(files);
    }
    transfer.set_total(Some(0));
    transfer.set_notes(results.notes(request.recipient()));
    Ok(outcome)
}

impl Delivery<'_> {
    /// Asks, and sends what was chosen.
    fn send(&self, offered: &[Offered], mut results: Results) -> Result<Results, FetchError> {
        self.set_state(TransferState::Connecting);
        self.transfer
            .set_total(Some(offered.iter().map(|file| file.len).sum()));
        let mut link = Link::new(self.wire());
        // Where the recipient cancels is part of the question.
        self.node.wait_for_receiver(RECEIVER_STARTS_WITHIN);
        let message = message(self.node, offered)?;
        let asked = self.ask(&mut link, &message);
        if matches!(asked, Err(FetchError::Cancelled)) && link.has_sent() {
            self.tell_cancel(None);
        }
        let chosen = match asked? {
            Some(chosen) => chosen,
            // A text is complete: it was part of the question.
            None if self.request.text.is_some() => {
                self.transfer.set_done(self.transfer.total().unwrap_or(0));
                return Ok(results);
            }
            None => return Err(self.declined().into()),
        };
        let uploads = Uploads::new(self, offered, &chosen, &mut results);
        if uploads.is_empty() {
            self.tell_cancel(Some(&chosen.session));
            return Err(self.declined().into());
        }
        let sending = link.peer().map(|peer| {
            let cancel = self.by_recipient.clone();
            let sendings = self.node.sendings();
            sendings.add(peer.ip(), chosen.session.clone(), cancel)
        });
        let sent = uploads.send(link, results);
        drop(sending);
        let is_over = sent.is_finished || self.is_cancelled_by_recipient(&sent.result);
        if !is_over {
            self.tell_cancel(Some(&chosen.session));
        }
        sent.result
    }

    /// Asks the owner; what was chosen, if anything is to be sent.
    fn ask(&self, link: &mut Link<'_>, message: &[u8]) -> Result<Option<Chosen>, FetchError> {
        let SendRequest { host, port, .. } = self.request;
        let known = self.scheduler.known.servers.passwords.get(host, *port);
        // In plain text, it is sent only to a device that asks for it.
        let is_encrypted = self.wire().is_encrypted();
        let mut pin = known.clone().filter(|_| is_encrypted);
        loop {
            let head = self.head(
                "prepare-upload",
                &pin_query(pin.as_ref()),
                JSON,
                message.len() as u64,
            );
            let began = Instant::now();
            let asked = link.exchange(&Request {
                head: &head,
                body: Body::Bytes(message),
                progress: None,
                within: OWNER_ANSWERS_WITHIN,
                on_silence: &|| self.set_state(TransferState::Asking),
            });
            let reply = match asked {
                Ok(reply) => reply,
                Err(Trouble::Stop(error)) => return Err(error),
                Err(_) if began.elapsed() >= OWNER_ANSWERS_WITHIN => {
                    let host = self.request.recipient().to_owned();
                    return Err(ClientError::from(DeliveryError::Unanswered { host }).into());
                }
                Err(_) => return Err(self.cut(&self.request.shown()).into()),
            };
            if reply.head.status == 401 && pin.is_none() && known.is_some() {
                pin.clone_from(&known);
                continue;
            }
            if reply.head.status == 401 && pin.is_some() {
                // Another try with it would count as another wrong one.
                let passwords = &self.scheduler.known.servers.passwords;
                if passwords.get(host, *port) == pin {
                    passwords.forget(host, *port);
                }
            }
            return Ok(chosen(self.request, &reply, pin.is_some())?);
        }
    }

    /// Tells the recipient that nothing more comes, for as long as it takes at most [`CANCEL_WITHIN`]. Without a `session`,
    /// its owner has not answered.
    fn tell_cancel(&self, session: Option<&str>) {
        let query = session.map(|id| format!("?sessionId={}", encoded(id)));
        let head = self.head("cancel", &query.unwrap_or_default(), BYTES, 0);
        let timeouts = Timeouts {
            connect: CANCEL_WITHIN,
            resolve: CANCEL_WITHIN,
            silence: CANCEL_WITHIN,
            ..self.scheduler.limits.timeouts.clone()
        };
        let fresh = CancelToken::new();
        let wire = Wire {
            cancel: &fresh,
            by_recipient: &fresh,
            timeouts: &timeouts,
            transfer: None,
            ..self.wire()
        };
        let told = Link::new(wire).exchange(&Request {
            head: &head,
            body: Body::Bytes(&[]),
            progress: None,
            within: CANCEL_WITHIN,
            on_silence: &|| {},
        });
        if let Err(trouble) = told {
            log::debug!("cancelling at {}: {trouble:?}", self.request.host);
        }
    }

    fn wire(&self) -> Wire<'_> {
        let request = self.request;
        Wire {
            known: &self.scheduler.known,
            origin: Origin {
                device: Some(self.node),
                ..request.origin()
            },
            cancel: self.transfer.cancel(),
            by_recipient: self.by_recipient,
            timeouts: &self.scheduler.limits.timeouts,
            recipient: request.recipient(),
            transfer: Some(self.transfer),
        }
    }

    /// The head of a `POST` with a body of `len` bytes.
    fn head(&self, path: &str, query: &str, media_type: &str, len: u64) -> Zeroizing<Vec<u8>> {
        let host = host_field(&self.request.host, self.request.port);
        let version = env!("CARGO_PKG_VERSION");
        let head = format!(
            "POST {PATH}{path}{query} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Landline/{version}\r\n\
             Content-Type: {media_type}\r\nContent-Length: {len}\r\n\r\n"
        );
        Zeroizing::new(head.into_bytes())
    }

    fn set_state(&self, state: TransferState) {
        if self.transfer.state() != state {
            self.transfer.set_state(state);
            self.scheduler.changed(self.transfer);
        }
    }

    fn declined(&self) -> ClientError {
        let host = self.request.recipient().to_owned();
        DeliveryError::Declined { host }.into()
    }

    fn cut(&self, name: &str) -> ClientError {
        let (host, name) = (self.request.recipient().to_owned(), name.to_owned());
        DeliveryError::Cut { host, name }.into()
    }

    fn cancelled_by_recipient(&self) -> ClientError {
        let host = self.request.recipient().to_owned();
        DeliveryError::CancelledByRecipient { host }.into()
    }

    fn is_cancelled_by_recipient(&self, result: &Result<Results, FetchError>) -> bool {
        let cancelled = FetchError::Failed(self.cancelled_by_recipient());
        result.as_ref().err() == Some(&cancelled)
    }
}

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

fn pin_query(pin: Option<&Password>) -> Zeroizing<String> {
    Zeroizing::new(pin.map_or_else(String::new, |pin| format!("?pin={}", encoded(pin.reveal()))))
}

/// As part of a query.
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
