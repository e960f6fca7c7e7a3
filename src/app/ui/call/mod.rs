//! A call: the conversation, with its TCP connection beside it. Fills the page of a tab.

use egui::Ui;

use super::page::Page;
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::settings::Tab;
use landline_engine::call::CallId;

/// Draws the call with this id.
pub(crate) fn ui(
    ui: &mut Ui,
    page: &mut Page,
    model: &mut Model,
    (tab, id): (Tab, CallId),
    actions: &mut Vec<Action>,
) {
    let _ = (ui, page, model, tab, id, actions);
}
