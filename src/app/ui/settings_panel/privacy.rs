//! The settings for privacy, and who this computer is.

use egui::{Rect, Ui, vec2};

use super::Form;
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::symbols::{ICON_CONTENT_COPY, ICON_KEY};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::app::ui::card_header;
use crate::app::ui::widgets::{Button, Text, switch};
use crate::t;
use landline_engine::identity::{Fingerprint, Identity};

/// The digits of a fingerprint that are shown without a space between them.
const GROUP: usize = 4;

/// What must be encrypted, and by which words and which fingerprint others recognise this computer.
pub(super) fn part(ui: &mut Ui, form: &mut Form, model: &mut Model, actions: &mut Vec<Action>) {
    form.title(ui, &t!("privacy"));
    let settings = &mut model.settings;
    let row = form.row(size::SMALL_CONTROL);
    switch(ui, row, &mut settings.encrypted_only, &t!("encrypted-only"));
    form.note(ui, &Text::caption(&t!("what-encrypted-only-does"), ui));
    let row = form.row(size::SMALL_CONTROL);
    let text = t!("raw-with-password");
    switch(ui, row, &mut settings.raw_with_password, &text);
    form.note(ui, &Text::caption(&t!("what-raw-with-password-does"), ui));
    if let Some(problem) = model.privacy.problem() {
        let error = theme::palette(ui).error;
        form.note(ui, &Text::caption(&problem.to_string(), ui).color(error));
    }
    if let Some(fingerprint) = model.privacy.identity().map(Identity::fingerprint) {
        identity(ui, form, fingerprint, actions);
    }
}

fn identity(ui: &mut Ui, form: &mut Form, fingerprint: Fingerprint, actions: &mut Vec<Action>) {
    let mut place = form.labelled(ui, &t!("identity-words"));
    let accent = theme::palette(ui).accent;
    card_header::glyph(ui, place.left(), place.center().y, ICON_KEY, accent);
    place.min.x += card_header::ICON_COLUMN;
    let words = fingerprint.words().join(" ");
    let text = Text::new(&words).font(font::medium(font::BODY));
    text.show(ui, place);
    form.note(ui, &Text::caption(&t!("what-identity-is-for"), ui));
    let name = t!("copy-fingerprint");
    let row = form.row(size::SMALL_CONTROL);
    let mut caption = row;
    caption.max.x -= size::SMALL_CONTROL + space::S;
    let about = t!("fingerprint");
    let text = Text::new(&about).font(font::regular(font::NUMBER));
    text.show(ui, caption);
    let button = vec2(size::SMALL_CONTROL, size::SMALL_CONTROL);
    let button = Rect::from_min_size(row.right_top() - vec2(button.x, 0.0), button);
    let copy = Button::icon_only(ICON_CONTENT_COPY, &name);
    if copy.show(ui, button).clicked() {
        actions.push(Action::Copy(fingerprint.to_string()));
    }
    let grouped = grouped(&fingerprint.to_string());
    let text = Text::new(&grouped).font(font::mono(font::NUMBER));
    form.note(ui, &text.color(theme::palette(ui).muted));
}

/// The digits in groups, between which the line may be broken.
fn grouped(digits: &str) -> String {
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % GROUP == 0 {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}
