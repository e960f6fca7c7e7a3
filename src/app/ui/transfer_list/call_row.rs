//! The rows of calls, above those of transfers. All have the same height, so that only the visible ones cost anything.

use egui::{Align2, Key, Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::app::actions::{Action, InCall};
use crate::app::model::call::words;
use crate::app::model::calls::CallRow;
use crate::app::model::{Calls, Opened};
use crate::app::symbols::{ICON_CALL, ICON_CALL_END, ICON_CLOSE, ICON_CONTENT_COPY};
use crate::app::theme;
use crate::app::theme::{Palette, font, size, space};
use crate::app::ui::widgets::menu::{self, Entry};
use crate::app::ui::widgets::{self, Button, Text, row_clicked, tag, tag_width};
use crate::app::ui::{card_header, keys, transfer_row};
use crate::settings::Tab;
use crate::{format, t};
use landline_engine::call::CallState;
use landline_engine::call::encoding::Encoding;

/// The height of a row.
const ROW: f32 = 46.0;
/// From the top to the middle of the first line.
const FIRST: f32 = 23.0;
/// The height of the second line in a narrow row.
const SECOND: f32 = 20.0;
/// In a narrower row, what was said last is below the name.
const WIDE: f32 = 640.0;
/// The minimum width of the name.
const MIN_NAME: f32 = 60.0;
/// The share of the space that the name may take.
const NAME_SHARE: f32 = 0.4;

/// The height of a row that is `width` points wide.
fn height(width: f32) -> f32 {
    if width < WIDE { ROW + SECOND } else { ROW }
}

/// The height of this many rows.
#[expect(clippy::cast_precision_loss, reason = "there are at most hundreds")]
pub(super) fn all_height(count: usize, width: f32) -> f32 {
    count as f32 * height(width)
}

/// Draws the rows that intersect `viewport`, from the top of `ui`.
pub(super) fn all(
    ui: &mut Ui,
    viewport: Rect,
    (tab, calls, encoding): (Tab, &mut Calls, Encoding),
    width: f32,
    actions: &mut Vec<Action>,
) {
    let origin = ui.max_rect().min;
    let returned = calls.returned.take();
    for index in 0..calls.len() {
        let top = all_height(index, width);
        let rect = Rect::from_min_size(origin + vec2(0.0, top), vec2(width, height(width)));
        if top > viewport.bottom() || top + rect.height() < viewport.top() {
            continue;
        }
        let Some(row) = calls.row(index, encoding) else {
            break;
        };
        if index > 0 {
            widgets::line(ui, rect.left(), rect.right(), rect.top());
        }
        let id = row.call.id();
        let builder = UiBuilder::new().max_rect(rect).id_salt(("call", id));
        let whole = ui.scope_builder(builder, |ui| row_ui(ui, rect, tab, row, actions));
        if returned == Some(id) {
            whole.inner.request_focus();
        }
    }
}

/// Draws a row; returns what covers all of it.
fn row_ui(ui: &mut Ui, rect: Rect, tab: Tab, row: &CallRow, actions: &mut Vec<Action>) -> Response {
    let palette = theme::palette(ui);
    let (call, summary) = (&row.call, &row.summary);
    let (id, state) = (call.id(), call.state());
    let (peer, word) = (words::peer(call), words::state(&state));
    let whole = ui.interact(rect, ui.scope_id().with("call row"), Sense::click());
    let spoken = match &summary.last {
        Some(last) => t!("call-row-said", peer = &peer, state = &word, last = last),
        None => t!("call-row", peer = &peer, state = &word),
    };
    whole.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    let inside = rect.shrink2(vec2(0.0, 1.0)).expand2(vec2(space::S, 0.0));
    if whole.contains_pointer() {
        ui.painter()
            .rect_filled(inside, theme::radius::CONTROL, palette.hover);
    }
    widgets::focus_ring(ui, &whole, inside.shrink(2.0), theme::radius::KNOB);

    let narrow = rect.width() < WIDE;
    let middle = rect.top() + FIRST;
    let (color, colors) = colors(&state, palette);
    card_header::glyph(ui, rect.left(), middle, ICON_CALL, color);
    let left = rect.left() + card_header::ICON_COLUMN;
    let over = state.is_over();
    let (icon, name, action) = if over {
        let name = t!("call-remove-this", peer = &peer);
        (ICON_CLOSE, name, InCall::Remove)
    } else {
        let name = t!("call-hang-up-on", peer = &peer);
        (ICON_CALL_END, name, InCall::HangUp)
    };
    let place = Align2::RIGHT_CENTER.anchor_size(
        pos2(rect.right() + space::XS, middle),
        vec2(size::SMALL_CONTROL, size::SMALL_CONTROL),
    );
    let mut right = place.left() - space::S;

    let count = t!("call-pieces", count = summary.pieces);
    let numbers = transfer_row::joined(&[count, format::bytes(summary.bytes)]);
    let numbers = Text::new(&numbers)
        .font(font::regular(font::NUMBER))
        .color(palette.muted)
        .tabular()
        .align(Align2::RIGHT_CENTER);
    let line = |left: f32, right: f32, y: f32| {
        Rect::from_min_max(pos2(left, y - 12.0), pos2(right.max(left), y + 12.0))
    };
    let width = numbers.width(ui);
    let below = middle + SECOND + 2.0;
    if narrow {
        let place = line(rect.right() - width, rect.right(), below);
        numbers.paint(ui, place);
    } else {
        numbers.paint(ui, line(right - width, right, middle));
        right -= width + space::L;
    }
    let tag_room = tag_width(ui, &word) + space::S;
    let share = if narrow || summary.last.is_none() {
        1.0
    } else {
        NAME_SHARE
    };
    let room = ((right - left) * share - tag_room).max(MIN_NAME);
    let title = Text::new(&peer).font(font::medium(font::BODY)).middle();
    let title_width = title.width(ui).min(room);
    let mut is_whole = title.paint(ui, line(left, left + title_width, middle));
    let x = left + title_width + space::S;
    let x = tag(ui, x, middle, &word, colors);
    if let Some(last) = &summary.last {
        let place = if narrow {
            line(left, rect.right() - width - space::M, below)
        } else {
            line(x + space::M, right, middle)
        };
        let text = Text::new(last).font(font::regular(font::NUMBER));
        is_whole &= text.color(palette.muted).paint(ui, place);
    }
    let button = Button::icon_only(icon, &name).slot(usize::from(over));
    if button.show(ui, place).clicked() {
        actions.push(Action::InCall(tab, id, action.clone()));
    }
    let chosen = menu::context(&whole, || {
        vec![
            Entry::new(t!("call-open-it"), Action::OpenLine(tab, Opened::Call(id))).icon(ICON_CALL),
            Entry::new(name.clone(), Action::InCall(tab, id, action)).icon(icon),
            Entry::new(t!("copy-name"), Action::Copy(peer.clone())).icon(ICON_CONTENT_COPY),
        ]
    });
    actions.extend(chosen);
    if whole.has_focus() && over && keys::pressed_anew(ui, Key::Delete) {
        actions.push(Action::InCall(tab, id, InCall::Remove));
    }
    if row_clicked(&whole) {
        actions.push(Action::OpenLine(tab, Opened::Call(id)));
    }
    if !is_whole {
        let all = transfer_row::joined(&[peer, summary.last.clone().unwrap_or_default()]);
        return whole.on_hover_text(widgets::tooltip(ui, &all));
    }
    whole
}

/// The colour of the icon, and those of the tag.
fn colors(state: &CallState, palette: &Palette) -> (egui::Color32, (egui::Color32, egui::Color32)) {
    match state {
        CallState::Open { .. } => (palette.accent, (palette.accent, palette.soft_accent)),
        CallState::Connecting | CallState::HangingUp | CallState::Ended | CallState::Withdrawn => {
            (palette.muted, (palette.muted, palette.background))
        }
        CallState::Reset | CallState::Failed(_) => {
            (palette.muted, (palette.error, palette.soft_error))
        }
    }
}
