//! Sends files to the share of another computer.

use std::path::PathBuf;

use super::actions::Question;
use super::app::App;
use super::model::send_to::SendTo;
use super::{dialogs, dropped};
use crate::t;
use landline_engine::client::Recipient;
use landline_engine::transfer::TransferId;

impl App {
    /// Opens the dialog for files to send to the host in the fields.
    pub(super) fn choose_files_to_send(&mut self) {
        if self.model.dialog_open {
            return;
        }
        self.model.spread_host();
        match self.model.whole_place() {
            Ok(to) => {
                self.model.client.failure = None;
                self.model.dialog_open = true;
                let title = t!("choose-files-to-send", host = &to.host);
                dialogs::pick_files(SendTo::share(to), &title, &self.outbox);
            }
            Err(failure) => self.model.client.failure = Some(failure),
        }
    }

    /// Asks about what was dropped on the Client tab while it shows a host or LocalSend devices; otherwise shares it.
    pub(super) fn drop_paths(&mut self, paths: Vec<PathBuf>) {
        let mut recipients = self.model.drop_recipients();
        if recipients.len() > 1 {
            self.model.question = Some(Question::SendToWhich(paths, recipients));
            return;
        }
        match recipients.pop() {
            Some(to) => self.model.question = Some(Question::SendOrShare(paths, to)),
            None => dropped::look_at(paths, &self.outbox),
        }
    }

    /// Sends files and folders.
    pub(super) fn send_files(&mut self, paths: Vec<PathBuf>, to: SendTo) {
        self.model.question = None;
        if !paths.is_empty() {
            self.deliver(to, paths, None);
        }
    }

    /// Sends files and folders, or a text.
    pub(super) fn deliver(&mut self, to: SendTo, paths: Vec<PathBuf>, text: Option<String>) {
        let name = self.model.computer_name();
        if to.device.is_some() {
            self.await_cancels();
        }
        if let Some(client) = &self.client {
            self.model.may_ask(&to.place.host, to.place.port);
            let mut request = to.request(paths, name);
            request.text = text;
            let transfer = client.send(request.clone());
            let transfers = &mut self.model.client.transfers;
            transfers.add_delivery(transfer, request);
        }
    }

    /// Sends again what was not sent; false if that row is none of files that were sent.
    pub(super) fn send_again(&mut self, id: TransferId) -> bool {
        let transfers = &mut self.model.client.transfers;
        let row = transfers.get(id).filter(|row| !row.is_active());
        let Some((request, before)) = row.and_then(|row| Some((row.delivery.as_ref()?, row)))
        else {
            return false;
        };
        let request = request.again(&before.transfer);
        if request.to == Recipient::LocalSend {
            self.await_cancels();
        }
        let transfers = &mut self.model.client.transfers;
        if let Some(client) = &self.client {
            let transfer = client.send(request.clone());
            transfers.deliver_again(id, transfer, request);
        }
        true
    }

    /// Cancels what is being sent; false if that row is none of files that are sent.
    pub(super) fn cancel_delivery(&self, id: TransferId) -> bool {
        let row = self.model.client.transfers.get(id);
        let is_delivery = row.is_some_and(|row| row.delivery.is_some());
        if let Some(client) = &self.client
            && is_delivery
        {
            client.cancel(id);
        }
        is_delivery
    }
}
