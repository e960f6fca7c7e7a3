//! The context menu of a row: its buttons, and what can be copied from it.

use egui::Response;

use super::offers::{Offer, Slot};
use super::words::{self, Reason};
use super::{offers, open};
use crate::app::actions::Action;
use crate::app::model::row::Row;
use crate::app::symbols::{
    ICON_ARROW_DOWNWARD, ICON_CONTENT_COPY, ICON_LINK, ICON_SWAP_VERT, ICON_WARNING,
};
use crate::app::ui::widgets::menu::{self, Entry};
use crate::t;
use crate::text::Describe as _;
use landline_engine::transfer::Outcome;

/// Shows the menu of `row`, which `response` covers, if it is open; returns the chosen action.
pub(super) fn ui(response: &Response, row: &Row) -> Option<Action> {
    menu::context(response, || entries(row))
}

fn entries(row: &Row) -> Vec<Entry<Action>> {
    let mut offers = offers::offers(row);
    let end = offers.pop_if(|offer| offer.slot == Slot::End);
    let mut entries: Vec<_> = offers.into_iter().map(entry).collect();
    let line = Entry::new(t!("show-line"), open::action(row));
    entries.push(line.icon(ICON_SWAP_VERT));
    if matches!(row.transfer.outcome(), Some(Outcome::Saved(_))) && row.request.is_some() {
        let again = Action::Again(row.transfer.id());
        entries.push(Entry::new(t!("download-again"), again).icon(ICON_ARROW_DOWNWARD));
    }
    if let Some(why) = words::reason(row) {
        let why = match why {
            Reason::Over(why) => why.to_string(),
            Reason::Waiting(interruption) => interruption.why.sentence().to_string(),
        };
        entries.push(Entry::new(t!("copy-error-text"), Action::Copy(why)).icon(ICON_WARNING));
    }
    if let Some(request) = &row.request {
        let url = Action::Copy(request.url());
        entries.push(Entry::new(t!("copy-link"), url).icon(ICON_LINK));
    }
    let name = Action::Copy(row.name().into_owned());
    entries.push(Entry::new(t!("copy-name"), name).icon(ICON_CONTENT_COPY));
    entries.extend(end.map(entry));
    entries
}

fn entry(offer: Offer) -> Entry<Action> {
    Entry::new(offer.text, offer.action).icon(offer.icon)
}
