//! The dialog in which a text is written to a LocalSend device.

use egui::accesskit::Role;
use egui::{
    CornerRadius, Frame, Id, Key, Margin, Modifiers, Rect, ScrollArea, Sense, Stroke, StrokeKind,
    TextEdit, Ui, UiBuilder, pos2, vec2,
};

use super::dialog::Parts;
use super::page::Row;
use super::widgets::{Button, Text};
use super::{dialog, keys, lock};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::localsend::Draft;
use crate::app::symbols::ICON_SEND;
use crate::app::theme;
use crate::app::theme::{font, radius, size, space};
use crate::t;

/// Wide enough for an address.
const WIDTH: f32 = 460.0;
/// The height of the field.
const FIELD: f32 = 132.0;
/// The most characters: a few pages.
const CHARS_MAX: usize = 20_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    Cancel,
    Send,
}

/// Shows the dialog while a text is written, and no other dialog is open.
pub(crate) fn ui(ui: &mut Ui, model: &mut Model, actions: &mut Vec<Action>) {
    let id = Id::unique("draft");
    let is_covered = model.settings_open
        || model.question.is_some()
        || model.doctor.is_some()
        || model.client.password.is_some();
    let Some(draft) = model.localsend.draft.as_mut().filter(|_| !is_covered) else {
        dialog::gone(ui, id, None);
        return;
    };
    let was_shown = dialog::is_shown(ui, id);
    // Enter begins another line.
    let is_sent = was_shown
        && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter))
        && !draft.text.trim().is_empty();
    let (done, closes) = dialog::show(ui, id, Role::Dialog, |ui| content(ui, draft, was_shown));
    match done {
        _ if is_sent => actions.push(Action::SendText),
        Some(Done::Send) => actions.push(Action::SendText),
        Some(Done::Cancel) => actions.push(Action::DismissText),
        None if closes => actions.push(Action::DismissText),
        None => {}
    }
}

fn content(ui: &mut Ui, draft: &mut Draft, was_shown: bool) -> Parts<Option<Done>> {
    let width = WIDTH.min(ui.ctx().content_rect().width() - 4.0 * space::XL);
    let heading = t!("text-to", host = draft.to.name());
    let title = Text::new(&heading).font(font::semibold(font::TITLE));
    let title_lines = title.lines(ui, width);
    let title_height = title_lines.size().y;
    let height = title_height + space::M + FIELD + space::L + size::CONTROL;
    let (area, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let title = title.show_lines(ui, area.min, title_lines);
    let top = area.top() + title_height + space::M;
    let place = Rect::from_min_size(pos2(area.left(), top), vec2(width, FIELD));
    let field = field(ui, place, &mut draft.text, !was_shown);
    let buttons = Rect::from_min_max(pos2(area.left(), area.bottom() - size::CONTROL), area.max);
    let mut row = Row::new(buttons, size::CONTROL, space::S);
    let (send, cancel) = (t!("send-text-now"), t!("cancel"));
    let shortcut = egui::KeyboardShortcut::new(Modifiers::COMMAND, Key::Enter);
    let tip = keys::tip(ui, &send, shortcut);
    let send = Button::primary(&send)
        .icon(ICON_SEND)
        .tooltip(&tip)
        .enabled(!draft.text.trim().is_empty());
    let cancel = Button::new(&cancel);
    let send_rect = row.right(send.width(ui));
    let cancel_rect = row.right(cancel.width(ui));
    let cancel = cancel.show(ui, cancel_rect).clicked();
    let send = send.show(ui, send_rect).clicked();
    if draft.to.is_plain() {
        lock::unencrypted_ui(ui, row.rest());
    }
    Parts {
        title: title.id,
        about: None,
        first: field,
        done: match (cancel, send) {
            (true, _) => Some(Done::Cancel),
            (false, true) => Some(Done::Send),
            (false, false) => None,
        },
    }
}

/// Draws the field; returns its ID.
fn field(ui: &mut Ui, rect: Rect, text: &mut String, takes_focus: bool) -> Id {
    let palette = theme::palette(ui);
    let id = Id::unique("draft text");
    if takes_focus {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    let (width, border) = if ui.memory(|memory| memory.has_focus(id)) {
        ui.painter()
            .rect_filled(rect.expand(3.0), radius::HALO, palette.soft_accent);
        (1.5, palette.accent)
    } else {
        (1.0, palette.line)
    };
    ui.painter().rect(
        rect,
        CornerRadius::same(radius::CONTROL),
        palette.field,
        Stroke::new(width, border),
        StrokeKind::Inside,
    );
    let builder = UiBuilder::new().max_rect(rect.shrink(2.0)).id_salt("field");
    let mut inner = ui.new_child(builder);
    let margin = Margin::symmetric(10, 8);
    ScrollArea::vertical()
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .show(&mut inner, |ui| {
            let field = TextEdit::multiline(text)
                .id(id)
                .char_limit(CHARS_MAX)
                .font(font::regular(font::BODY))
                .text_color(palette.text)
                .hint_text(t!("text-hint"))
                .frame(Frame::NONE.inner_margin(margin))
                .desired_width(ui.available_width())
                .min_size(vec2(ui.available_width(), rect.height() - 4.0))
                .show(ui);
            field.response.response.accessible_name(t!("text"));
        });
    id
}
