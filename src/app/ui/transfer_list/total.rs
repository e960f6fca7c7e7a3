//! The footer with the totals of several active transfers. It has a fixed place, so that rows that
//! come and go do not move it.

use egui::{Align2, Rect, Ui, pos2, vec2};

use crate::app::model::totals::Totals;
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::app::ui::widgets::{Text, bar};
use crate::app::ui::{transfer_row, widgets};
use crate::{format, t};

/// The height in points.
pub(super) const HEIGHT: f32 = 42.0;
/// From the top to the middle of the text.
const MIDDLE: f32 = 17.0;
/// From the bar to the bottom of the card.
const BELOW: f32 = 8.0;

/// Draws the footer into `rect`.
pub(super) fn ui(ui: &mut Ui, rect: Rect, totals: &Totals) {
    widgets::line(ui, rect.left(), rect.right(), rect.top());
    let top = rect.bottom() - BELOW - size::THIN_BAR;
    let size = vec2(rect.width(), size::THIN_BAR);
    let track = Rect::from_min_size(pos2(rect.left(), top), size);
    thin_bar(ui, track, totals);

    let middle = pos2(rect.left(), rect.top() + MIDDLE);
    let size = vec2(rect.width(), 2.0 * (MIDDLE - space::XS));
    let line = Align2::LEFT_CENTER.anchor_size(middle, size);
    let numbers = numbers(totals);
    let muted = theme::palette(ui).muted;
    let text = Text::new(&numbers)
        .font(font::regular(font::NUMBER))
        .tabular();
    let text = text.color(muted).align(Align2::RIGHT_CENTER);
    let right = text.show(ui, line).rect.left() - space::L;

    let mut left = line;
    left.max.x = right.max(line.left());
    let words = t!("together", over = totals.over, count = totals.count);
    let words = Text::new(&words)
        .font(font::regular(font::NUMBER))
        .color(muted);
    words.show(ui, left);
}

/// The progress bar of the totals.
pub(super) fn thin_bar(ui: &mut Ui, rect: Rect, totals: &Totals) {
    let id = ui.scope_id().with("total");
    let (name, color) = (t!("progress-of-all"), theme::palette(ui).accent);
    bar(ui, rect, id, &name, totals.fraction(), color);
}

/// Amount, rate and time left.
pub(super) fn numbers(totals: &Totals) -> String {
    let amount = match totals.total {
        Some(total) => format::bytes_of(totals.done, total),
        None => format::bytes(totals.done),
    };
    let rate = totals.rate.map(format::rate);
    let left = totals.time_left().map(format::time_left);
    transfer_row::joined(&[amount, rate.unwrap_or_default(), left.unwrap_or_default()])
}
