//! The settings for receiving files.

use egui::{Ui, UiBuilder};

use super::Form;
use crate::app::theme::{font, size, space};
use crate::app::ui::widgets::{Button, Text, switch};
use crate::settings::Settings;
use crate::t;
use landline_engine::printable::printable;

/// Whether the owner is asked before a file is received, and about whom not.
pub(super) fn rows(ui: &mut Ui, form: &mut Form, settings: &mut Settings) {
    let row = form.row(size::SMALL_CONTROL);
    let what = t!("what-asking-does");
    switch(ui, row, &mut settings.asks_first, &t!("ask-first")).on_hover_text(&what);
    if !settings.asks_first {
        form.note(ui, &Text::caption(&what, ui));
        return;
    }
    if settings.trusted.is_empty() {
        return;
    }
    let row = form.row(size::LABEL);
    Text::caption(&t!("trusted-devices"), ui).show(ui, row);
    let text = t!("forget");
    let mut forgotten = None;
    for (index, known) in settings.trusted.iter().enumerate() {
        let device = printable(&known.name, false);
        let name = t!("forget-device", name = &device);
        let button = Button::new(&text).name(&name).small();
        let mut row = form.row(size::SMALL_CONTROL);
        // Two devices may have the same name.
        let builder = UiBuilder::new().max_rect(row).id_salt(&known.key);
        let ui = &mut ui.new_child(builder);
        let mut place = row;
        place.min.x = row.right() - button.width(ui);
        row.max.x = place.left() - space::S;
        Text::new(&device)
            .font(font::regular(font::NUMBER))
            .middle()
            .show(ui, row);
        if button.show(ui, place).clicked() {
            forgotten = Some(index);
        }
    }
    if let Some(index) = forgotten {
        settings.trusted.remove(index);
    }
}
