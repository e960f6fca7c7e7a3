//! Lists the host in the fields.

use super::app::App;
use super::model::Failure;
use landline_engine::client::Place;

impl App {
    pub(super) fn list(&mut self) {
        self.model.spread_host();
        if !self.model.can_list() {
            return;
        }
        if self.model.is_other_host() && self.model.client.names_chosen {
            // The name came from the selection of the listing that is being replaced.
            self.model.clear_name();
        }
        let is_named = std::mem::take(&mut self.model.client.host.named);
        // A file name from a URL exists on that host; other text in the field may belong to another
        // host.
        let place = if is_named || !self.model.is_other_host() {
            self.model.named_place()
        } else {
            self.model.whole_place()
        };
        self.look_at(place);
    }

    pub(super) fn open_folder(&mut self, place: Place) {
        self.look_at(Ok(place));
        self.model.clear_name();
    }

    pub(super) fn refresh(&mut self) {
        match self.model.client.browse.place() {
            Some(place) if self.model.is_browsed_host() && self.model.can_list() => {
                let place = place.clone();
                self.look_at(Ok(place));
            }
            _ => self.list(),
        }
    }

    pub(super) fn look_at(&mut self, place: Result<Place, Failure>) {
        self.take_tokens();
        if let Ok(Place { host, port, .. }) = &place {
            self.model.may_ask(host, *port);
        }
        match (place, &self.client) {
            (Ok(place), Some(client)) => {
                self.model.client.failure = None;
                client.list(place.clone());
                self.model.client.browse.ask(place);
            }
            (Err(failure), _) => self.model.client.failure = Some(failure),
            (Ok(_), None) => {}
        }
    }
}
