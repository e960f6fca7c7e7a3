//! The card *Nearby*: who announces itself on the local network.

mod footer;
mod row;
mod send;

use egui::{Align2, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use super::page::Page;
use super::widgets::Button;
use super::{card_header, empty};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::send_to::Sent;
use crate::app::symbols::{ICON_DEVICES, ICON_REFRESH, ICON_SENSORS};
use crate::app::theme::{size, space};
use crate::t;
use landline_engine::discovery::DeviceKind;

/// The height of a row.
const ROW: f32 = 44.0;
/// The height of the header with the line below it.
const HEADER: f32 = 51.0;
/// The rows that are visible in a small window.
const MIN_ROWS: f32 = 2.0;

/// The height of the card beside the downloads, at most `most`.
pub(crate) fn wanted_height(page: &Page, model: &Model, most: f32) -> f32 {
    let footer = footer::height(model, page.narrow);
    #[expect(clippy::cast_precision_loss, reason = "at most a few hundred")]
    let rows = model.nearby.devices().len() as f32;
    let least = HEADER + footer + rows.min(MIN_ROWS) * ROW;
    (HEADER + footer + rows * ROW).min(most.max(least))
}

/// What the chip in the card of the share says; `None` while it is not known whether the share is visible nearby.
pub(crate) fn chip_text(model: &Model) -> Option<String> {
    model.announcement()?;
    Some(match model.nearby.visible_as()? {
        Ok(name) => t!("visible-nearby-as", name = name),
        Err(_) => t!("not-visible-nearby"),
    })
}

/// Draws the card. Without devices it is high enough for an empty state, or has no rows.
pub(crate) fn ui(
    ui: &mut Ui,
    page: &mut Page,
    height: f32,
    model: &mut Model,
    actions: &mut Vec<Action>,
) {
    model.nearby.is_shown = true;
    let card = page.card(ui, height);
    header(ui, card, page, model, actions);
    let inner = Rect::from_min_max(
        pos2(card.left() + page.padding(), card.top() + HEADER),
        pos2(
            card.right() - page.padding(),
            card.bottom() - footer::height(model, page.narrow),
        ),
    );
    super::widgets::line(ui, inner.left(), inner.right(), inner.top() - 0.5);
    rows(ui, inner, page, model, actions);
    let below = Rect::from_min_max(
        pos2(inner.left() + space::XS, inner.bottom()),
        pos2(inner.right(), card.bottom()),
    );
    footer::ui(ui, below, page.narrow, model, actions);
}

/// The empty state of the tab, with the same link; returns the y coordinate below its text.
pub(crate) fn nobody(ui: &mut Ui, card: Rect, model: &mut Model, actions: &mut Vec<Action>) -> f32 {
    model.nearby.is_shown = true;
    let footer = footer::height(model, true);
    let area = card.with_max_y(card.bottom() - footer);
    let (title, lines) = (t!("nobody-found"), t!("what-to-type"));
    let below = match model.nearby.problem() {
        Some(problem) => empty::ui(ui, area, ICON_DEVICES, &title, &problem.to_string()),
        None => empty::ui(ui, area, ICON_DEVICES, &title, &lines),
    };
    footer::centered(ui, card.with_min_y(area.bottom()), model, actions);
    below
}

fn header(ui: &mut Ui, card: Rect, page: &Page, model: &Model, actions: &mut Vec<Action>) {
    let padding = page.padding();
    let text = t!("look-again");
    let button = if page.narrow {
        Button::icon_only(ICON_REFRESH, &text)
    } else {
        Button::new(&text).icon(ICON_REFRESH).small()
    };
    let right = pos2(card.right() - padding, card.top() + card_header::MIDDLE);
    let place = vec2(button.width(ui), size::SMALL_CONTROL);
    let place = Align2::RIGHT_CENTER.anchor_size(right, place);
    let rest = card.with_max_x(place.left() - space::S + padding);
    let count = model.nearby.devices().len();
    let remark = match model.nearby.problem() {
        Some(problem) => problem.title(),
        None if count == 0 => t!("nearby-nobody"),
        None => t!("nearby-count", count = count),
    };
    let (icon, title) = (Some(ICON_SENSORS), t!("nearby"));
    card_header::ui(ui, rest, padding, icon, &title, &remark);
    if button.show(ui, place).clicked() {
        actions.push(Action::LookAgain);
    }
}

fn rows(ui: &mut Ui, inner: Rect, page: &Page, model: &mut Model, actions: &mut Vec<Action>) {
    let is_dialog_open = model.dialog_open;
    let (devices, browse) = (model.nearby.devices(), &mut model.client.browse);
    if devices.is_empty() {
        return;
    }
    let builder = UiBuilder::new().max_rect(inner).id_salt("nearby");
    let mut list = ui.new_child(builder);
    list.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("nearby")
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .show_rows(&mut list, ROW, devices.len(), |ui, shown| {
            let mut place = Rect::from_min_size(ui.max_rect().min, vec2(inner.width(), ROW));
            for device in devices.get(shown).unwrap_or_default() {
                let row = row::ui(ui, place, (page, is_dialog_open), device, actions);
                if row.clicked() && device.kind == DeviceKind::LocalSend {
                    let what = Action::SendToDevice(device.id.clone(), Sent::Files);
                    actions.extend((!is_dialog_open).then_some(what));
                } else if row.clicked() {
                    actions.push(Action::OpenDevice(device.id.clone()));
                    // The row disappears.
                    browse.wants_keyboard |= row.has_focus();
                }
                place = place.translate(vec2(0.0, ROW));
            }
        });
}
