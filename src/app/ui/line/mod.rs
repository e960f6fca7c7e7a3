//! The line of a transfer: its TCP connection as a sequence diagram, with the system's figures and what limits it. Fills
//! the page of a tab.

mod diagram;
mod words;

use egui::Ui;

use super::page::Page;
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::settings::Tab;
use landline_engine::transfer::TransferId;

/// Draws the line of the row with this key.
pub(crate) fn ui(
    ui: &mut Ui,
    page: &mut Page,
    model: &mut Model,
    (tab, key): (Tab, TransferId),
    actions: &mut Vec<Action>,
) {
    let _ = (ui, page, model, tab, key, actions);
}

pub(crate) use self::diagram::{Drawing, Look};
