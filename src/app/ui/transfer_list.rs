//! The rows of transfers, of which only those are drawn that can be seen.

use egui::{Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use super::page::Page;
use super::{card_header, transfer_row};
use crate::app::actions::Action;
use crate::app::model::transfers::Transfers;
use crate::app::theme::space;
use crate::{format, t};

/// Rows this far outside are laid out, too: Tab leads to their buttons, and the list follows.
const BEYOND: f32 = 160.0;

/// How many move, how many wait and how fast it goes, for the header of `transfers`.
pub(crate) fn remark(transfers: &Transfers) -> String {
    let (active, waiting) = transfers.active();
    let parts = [
        (active > 0).then(|| t!("active", count = active)),
        (waiting > 0).then(|| t!("queued", count = waiting)),
        transfers.rate().map(format::rate),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(" · ")
}

/// Draw the rows below the header of `card`.
pub(crate) fn ui(
    ui: &mut Ui,
    card: Rect,
    page: &Page,
    transfers: &mut Transfers,
    actions: &mut Vec<Action>,
) {
    let area = Rect::from_min_max(
        pos2(
            card.left() + page.padding(),
            card.top() + card_header::HEIGHT,
        ),
        // The scroll bar floats over the padding.
        pos2(card.right() - space::XS, card.bottom() - space::XS),
    );
    let width = card.width() - 2.0 * page.padding();
    let mut inner = ui.new_child(UiBuilder::new().max_rect(area).id_salt("transfers"));
    ScrollArea::vertical()
        .auto_shrink(false)
        .show_viewport(&mut inner, |ui, viewport| {
            let origin = ui.max_rect().min;
            let mut y = 0.0;
            for (index, row) in transfers.rows_mut().enumerate() {
                let height = transfer_row::height(ui, row, width);
                let below = y + height;
                if below >= viewport.top() - BEYOND && y <= viewport.bottom() + BEYOND {
                    let rect = Rect::from_min_size(origin + vec2(0.0, y), vec2(width, height));
                    if index > 0 {
                        super::widgets::line(ui, rect.left(), rect.right(), rect.top());
                    }
                    let builder = UiBuilder::new().max_rect(rect).id_salt(row.key);
                    ui.scope_builder(builder, |ui| transfer_row::ui(ui, rect, row, actions));
                }
                y = below;
            }
            ui.expand_to_include_rect(Rect::from_min_size(origin, vec2(width, y)));
        });
}
