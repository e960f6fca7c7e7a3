//! What is said when the sending of files or of a text has ended.

use std::sync::Arc;
use std::time::Instant;

use super::Tone;
use crate::app::model::Model;
use crate::sentence;
use crate::text::{Sentence, describe};
use landline_engine::error::{ClientError, Failure};
use landline_engine::transfer::{Outcome, Transfer};

impl Model {
    /// Says how a transfer has ended if it is one of what this side sends, and the user has not cancelled it.
    pub(crate) fn delivery_ended(&mut self, transfer: &Arc<Transfer>, now: Instant) {
        let row = self.client.transfers.get(transfer.id());
        let Some(delivery) = row.and_then(|row| row.delivery.as_ref()) else {
            return;
        };
        let (name, host) = (transfer.name(), transfer.peer());
        let (said, title) = match transfer.outcome() {
            None | Some(Outcome::Cancelled) => return,
            Some(Outcome::Sent) if delivery.text.is_some() => {
                same(sentence!("text-sent", host = host))
            }
            Some(Outcome::Sent) => {
                let count = transfer.files().map_or(1, |files| files.total);
                same(sentence!(
                    "send-done",
                    name = name,
                    host = host,
                    count = count
                ))
            }
            Some(Outcome::Incomplete(incomplete)) => {
                same(sentence!("send-some-failed", failed = incomplete.failed))
            }
            Some(_) => {
                let why = describe::reason(transfer);
                let title = sentence!("sending-failed", name = name, host = host);
                (why.filter(|_| !is_asked_for_password(transfer)), title)
            }
        };
        if let Some(what) = said {
            // The row of what failed says so in red.
            let is_sent = matches!(transfer.outcome(), Some(Outcome::Sent));
            let tone = if is_sent { Tone::Good } else { Tone::Plain };
            self.finished.say_in(tone, what, now);
        }
        self.finished.sent(transfer, title);
    }
}

/// The toast, and the title of the notification.
fn same(what: Sentence) -> (Option<Sentence>, Sentence) {
    (Some(what.clone()), what)
}

/// Whether it has ended because of a password, for which there is a dialog or a button.
fn is_asked_for_password(transfer: &Transfer) -> bool {
    matches!(
        transfer.outcome(),
        Some(Outcome::Failed(Failure::Fetch(ClientError::Password(_))))
    )
}
