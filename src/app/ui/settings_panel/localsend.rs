//! The setting *Visible to LocalSend*.

use egui::Ui;

use super::Form;
use crate::app::model::Model;
use crate::app::theme;
use crate::app::theme::size;
use crate::app::ui::widgets::{Text, switch};
use crate::t;

/// Whether LocalSend devices see this computer, what that means, and why they do not.
pub(super) fn row(ui: &mut Ui, form: &mut Form, model: &mut Model) {
    let row = form.row(size::SMALL_CONTROL);
    let text = t!("visible-to-localsend");
    let is_new = switch(ui, row, &mut model.settings.localsend, &text).changed();
    let folder = model.receive_folder().unwrap_or_default();
    let folder = folder.display().to_string();
    let what = if model.settings.asks_first {
        t!("what-localsend-does", folder = folder)
    } else {
        t!("what-localsend-unasked-does", folder = folder)
    };
    let what = if model.privacy.has_password() {
        t!("two-sentences", first = what, second = t!("localsend-pin"))
    } else {
        what
    };
    form.note(ui, &Text::caption(&what, ui));
    if is_new || !model.settings.localsend {
        return;
    }
    let problem = model.server.receive_folder.problem.as_ref();
    let problem = model.localsend.failure.as_ref().or(problem);
    if let Some(problem) = problem {
        let words = problem.reason.to_string();
        let error = theme::palette(ui).error;
        form.note(ui, &Text::caption(&words, ui).color(error).spoken());
    } else if model.is_becoming_visible() {
        form.note(ui, &Text::caption(&t!("localsend-becoming-visible"), ui));
    } else if model.is_visible_to_localsend() {
        let good = theme::palette(ui).good;
        let words = t!("localsend-visible-as", name = model.computer_name());
        form.note(ui, &Text::caption(&words, ui).color(good));
    }
}
