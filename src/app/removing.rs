//! Removes rows, brings them back, and deletes the parts of those that stay removed.

use std::time::Instant;

use super::app::App;
use super::inbox::Event;
use crate::settings::Tab;
use landline_engine::client::Request;
use landline_engine::transfer::TransferId;

impl App {
    /// Removes a row. A download keeps its part as long as it can be brought back.
    pub(super) fn remove(&mut self, id: TransferId) {
        let model = &mut self.model;
        if model.server.transfers.get(id).is_some() {
            model.server.transfers.remove(id);
        } else if model.client.transfers.remove(id) {
            self.pause(id);
        }
        self.model.offer_undo(Instant::now());
    }

    pub(super) fn clear_finished(&mut self, tab: Tab) {
        let model = &mut self.model;
        match tab {
            Tab::Server => model.server.transfers.clear_ended(),
            Tab::Client => model.client.transfers.clear_ended(),
        }
        model.calls(tab).clear_ended();
        model.offer_undo(Instant::now());
    }

    /// The offer to bring rows back was accepted or closed.
    pub(super) fn offer_was_clicked(&mut self) {
        let now = Instant::now();
        // A second click hits the row that the offer has covered.
        self.ending.is_meant(now);
        self.settle_removed(now);
    }

    /// Gives up what was removed once the user can no longer bring it back, and resumes what was
    /// brought back. Both have to wait until the downloads have been paused.
    pub(super) fn settle_removed(&mut self, now: Instant) {
        if self.model.expire_undo(now) {
            self.model.server.transfers.take_removed();
            let parts = self.model.client.transfers.take_removed();
            self.discard(parts);
        }
        for id in self.model.client.transfers.take_resuming() {
            let row = self.model.client.transfers.get(id);
            let before = row.and_then(|row| Some((row.request.clone()?, &row.transfer)));
            if let (Some(client), Some((request, before))) = (&self.client, before) {
                let again = client.go_on_next(request, before);
                self.model.client.transfers.continue_with(id, again);
            }
        }
    }

    /// Deletes the parts of downloads that are no longer in the list.
    pub(super) fn discard(&self, requests: Vec<Request>) {
        if let Some(client) = &self.client
            && !requests.is_empty()
        {
            let outbox = self.outbox.clone();
            let discarded = requests.clone();
            client.discard(requests, move || outbox.send(Event::Discarded(discarded)));
        }
    }

    /// Gives up what was removed, because the window closes.
    pub(super) fn close_removed(&mut self) {
        let parts = self.model.client.transfers.close_removed();
        // The program exits when the parts are gone.
        let unfinished = self.unfinished.clone();
        if let Some(client) = &self.client
            && !parts.is_empty()
        {
            client.discard(parts, move || drop(unfinished));
        }
    }
}
