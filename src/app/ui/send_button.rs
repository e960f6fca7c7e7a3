//! The button that sends files to the host in the fields.

use egui::{Rect, Ui};

use super::widgets::Button;
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::symbols::ICON_ARROW_UPWARD;
use crate::t;

/// Draws the button with its right edge at that of `place`.
pub(super) fn ui(ui: &mut Ui, place: Rect, model: &Model, actions: &mut Vec<Action>) {
    let (text, about) = (t!("send-files"), t!("what-sending-does"));
    let button = Button::plain(&text).icon(ICON_ARROW_UPWARD).tooltip(&about);
    let (no_host, elsewhere) = (t!("no-host"), t!("dialog-is-open"));
    let is_named = !model.settings.host.trim().is_empty();
    let button = button.unless(!is_named, &no_host);
    let button = button.unless(model.dialog_open, &elsewhere);
    let place = place.with_min_x(place.right() - button.width(ui));
    if button.show(ui, place).clicked() {
        actions.push(Action::ChooseFilesToSend);
    }
}
