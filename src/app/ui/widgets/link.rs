//! A link in a line of text.

use egui::{Align2, Pos2, Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use super::{Text, focus_ring};
use crate::app::theme;
use crate::app::theme::{font, radius, size};

/// Draws a link that begins at `left`, the middle of its left edge.
pub(crate) fn link(ui: &mut Ui, left: Pos2, text: &str) -> Response {
    let palette = theme::palette(ui);
    let place = vec2(link_width(ui, text), size::SMALL_CONTROL);
    let rect = Align2::LEFT_CENTER.anchor_size(left, place);
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt(text));
    ui.expand_to_include_rect(rect);
    let ui = &mut child;
    let response = ui.interact(rect, ui.scope_id().with("link"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, text));
    let color = if response.hovered() {
        palette.text
    } else {
        palette.accent
    };
    caption(text).color(color).paint(ui, rect);
    let y = rect.center().y + font::NUMBER / 2.0 + 1.5;
    let stroke = egui::Stroke::new(1.0, color);
    ui.painter().hline(rect.x_range(), y, stroke);
    focus_ring(ui, &response, around(rect), radius::KNOB);
    response
}

/// Its width.
pub(crate) fn link_width(ui: &Ui, text: &str) -> f32 {
    caption(text).width(ui)
}

fn caption(text: &str) -> Text<'_> {
    Text::new(text).font(font::medium(font::NUMBER))
}

fn around(rect: Rect) -> Rect {
    rect.expand2(vec2(2.0, -2.0))
}
