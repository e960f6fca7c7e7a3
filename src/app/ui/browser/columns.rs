//! The columns for name, size and date, and the header that sorts by them.

use egui::accesskit::SortDirection;
use egui::{Align2, Rect, Sense, Ui, WidgetInfo, pos2};

use crate::app::model::browse::{Browse, Column};
use crate::app::symbols::{ICON_ARROW_DROP_DOWN, ICON_ARROW_DROP_UP};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::app::ui::widgets::Text;
use crate::app::ui::{card_header, widgets};
use crate::t;

/// `999.9 MB` and its header.
const SIZE: f32 = 96.0;
/// `yesterday 18:02`.
const MODIFIED: f32 = 132.0;
/// The horizontal padding of a row.
const INSET: f32 = space::XS;

/// The layout of the columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    left: f32,
    right: f32,
    /// Whether there is space for the date.
    has_modified: bool,
}

impl Columns {
    /// Columns for the width of `area`.
    pub(super) fn new(area: Rect, narrow: bool) -> Self {
        Self {
            left: area.left(),
            right: area.right(),
            has_modified: !narrow,
        }
    }

    /// The width of a row.
    pub(super) fn width(&self) -> f32 {
        self.right - self.left
    }

    /// The rectangle of a column in `row`; `None` if it is hidden.
    pub(super) fn cell(&self, column: Column, row: Rect) -> Option<Rect> {
        let end = self.right - INSET;
        let modified = if self.has_modified { MODIFIED } else { 0.0 };
        let (left, right) = match column {
            Column::Name => (self.left + INSET, end - modified - SIZE - space::M),
            Column::Size => (end - modified - SIZE, end - modified),
            Column::Modified if !self.has_modified => return None,
            Column::Modified => (end - MODIFIED + space::M, end),
        };
        Some(Rect::from_min_max(
            pos2(left, row.top()),
            pos2(right, row.bottom()),
        ))
    }

    /// Draws the column headers at `top`, which sort when clicked; returns the top of the rows.
    pub(super) fn names(&self, ui: &mut Ui, top: f32, browse: &mut Browse) -> f32 {
        let row = Rect::from_min_max(
            pos2(self.left, top),
            pos2(self.right, top + size::SMALL_CONTROL),
        );
        let columns = [
            (Column::Name, t!("name"), t!("sort-by-name")),
            (Column::Size, t!("size"), t!("sort-by-size")),
            (Column::Modified, t!("modified"), t!("sort-by-modified")),
        ];
        for (column, text, name) in columns {
            if let Some(cell) = self.cell(column, row) {
                let order = browse.sort();
                let descending = (order.0 == column).then_some(order.1);
                if column_name(ui, cell, column == Column::Name, &text, &name, descending) {
                    browse.sort_by(column);
                }
            }
        }
        widgets::line(ui, self.left, self.right, row.bottom() - 0.5);
        row.bottom()
    }
}

/// Draws a column header; returns whether it was clicked.
fn column_name(
    ui: &mut Ui,
    cell: Rect,
    at_left: bool,
    text: &str,
    name: &str,
    descending: Option<bool>,
) -> bool {
    let palette = theme::palette(ui);
    let id = ui.make_persistent_id(("column", name));
    let response = ui.interact(cell, id, Sense::click());
    response
        .widget_info(|| WidgetInfo::selected(egui::Role::Button, true, descending.is_some(), name));
    ui.ctx()
        .accesskit_node_builder(response.id, |node| match descending {
            Some(true) => node.set_sort_direction(SortDirection::Descending),
            Some(false) => node.set_sort_direction(SortDirection::Ascending),
            None => node.clear_sort_direction(),
        });
    let color = if descending.is_some() || response.hovered() {
        palette.text
    } else {
        palette.muted
    };
    let text = Text::new(text)
        .font(font::medium(font::CAPTION))
        .color(color);
    let galley = text.layout(ui, cell.width());
    let arrow = card_header::ICON_COLUMN - space::M;
    let align = if at_left {
        Align2::LEFT_CENTER
    } else {
        Align2::RIGHT_CENTER
    };
    let place = align.align_size_within_rect(galley.size(), cell);
    if let Some(descending) = descending {
        let icon = if descending {
            ICON_ARROW_DROP_DOWN
        } else {
            ICON_ARROW_DROP_UP
        };
        // On the side opposite to the text alignment.
        let left = if at_left {
            place.right()
        } else {
            place.left() - arrow - space::XS
        };
        card_header::glyph(ui, left, cell.center().y, icon, color);
    }
    ui.painter().galley(place.min, galley, color);
    widgets::focus_ring(ui, &response, cell, theme::radius::KNOB);
    response.on_hover_text(name).clicked()
}
