//! Non-interactive widgets: cards, lines, dots, tags and bars.

use std::time::Duration;

use egui::{
    Color32, CornerRadius, Id, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    vec2,
};

use super::Text;
use crate::app::theme;
use crate::app::theme::{font, radius};

/// The frame interval of an animated bar: smooth to the eye, and cheap without a GPU.
const GLIDE_STEP: Duration = Duration::from_millis(33);
/// The time constant of an animated bar: after this long it has covered two thirds of the distance.
const GLIDE_SECS: f32 = 0.12;
/// The horizontal padding of a tag.
const TAG_PADDING: f32 = 7.0;
/// The height of a tag.
const TAG_HEIGHT: f32 = 18.0;

/// Draws the background of a card.
pub(crate) fn card(ui: &Ui, rect: Rect) {
    let palette = theme::palette(ui);
    ui.painter().rect(
        rect,
        CornerRadius::same(radius::CARD),
        palette.card,
        Stroke::new(1.0, palette.line),
        StrokeKind::Inside,
    );
}

/// Draws a separator from `left` to `right` at height `y`.
pub(crate) fn line(ui: &Ui, left: f32, right: f32, y: f32) {
    let stroke = Stroke::new(1.0, theme::palette(ui).line);
    ui.painter().hline(left..=right, y, stroke);
}

/// Draws a status dot with a soft ring. The text beside it says the same.
pub(crate) fn dot(ui: &Ui, center: Pos2, color: Color32, ring: Color32) {
    ui.painter().circle_filled(center, 8.0, ring);
    ui.painter().circle_filled(center, 4.5, color);
}

/// The width of a tag with this text.
pub(crate) fn tag_width(ui: &Ui, text: &str) -> f32 {
    tag_text(text).width(ui) + 2.0 * TAG_PADDING
}

/// Draws a tag from `left`, centred on `y`; returns its right edge.
pub(crate) fn tag(ui: &mut Ui, left: f32, y: f32, text: &str, colors: (Color32, Color32)) -> f32 {
    tag_with(ui, left, y, text, colors, None)
}

/// The same with `more` as a tooltip.
pub(crate) fn tag_with(
    ui: &mut Ui,
    left: f32,
    y: f32,
    text: &str,
    (color, ground): (Color32, Color32),
    more: Option<&str>,
) -> f32 {
    let width = tag_width(ui, text);
    let rect = Rect::from_min_size(pos2(left, y - TAG_HEIGHT / 2.0), vec2(width, TAG_HEIGHT));
    ui.painter()
        .rect_filled(rect, CornerRadius::same(radius::PILL), ground);
    let inner = rect.shrink2(vec2(TAG_PADDING, 0.0));
    // A tag is as wide as its text; half a point more avoids elision by rounding.
    let shown = tag_text(text)
        .color(color)
        .show(ui, inner.expand2(vec2(0.5, 0.0)));
    if let Some(more) = more {
        shown.on_hover_text(more);
    }
    rect.right()
}

fn tag_text(text: &str) -> Text<'_> {
    Text::new(text)
        .font(font::medium(font::CAPTION))
        .clicks_row()
}

/// Draws a progress bar, animated unless reduced motion is on; `None` leaves the track empty.
pub(crate) fn bar(
    ui: &mut Ui,
    rect: Rect,
    id: Id,
    name: &str,
    fraction: Option<f32>,
    color: Color32,
) {
    let palette = theme::palette(ui);
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo {
        value: fraction.map(|fraction| f64::from((fraction * 100.0).floor())),
        ..WidgetInfo::labeled(Role::ProgressIndicator, true, name)
    });
    ui.ctx().accesskit_node_builder(response.id, |node| {
        // The range of the value.
        node.set_min_numeric_value(0.0);
        node.set_max_numeric_value(100.0);
    });
    if !ui.is_rect_visible(rect) {
        return;
    }
    let corners = CornerRadius::same(radius::BAR);
    ui.painter().rect_filled(rect, corners, palette.track);
    let Some(fraction) = fraction else { return };
    let shown = glide(ui, id, fraction, rect.width());
    if shown > 0.0 {
        let filled = Rect::from_min_size(rect.min, vec2(rect.width() * shown, rect.height()));
        ui.painter().rect_filled(filled, corners, color);
    }
}

fn glide(ui: &Ui, id: Id, target: f32, width: f32) -> f32 {
    if theme::is_calm(ui.ctx()) {
        return target;
    }
    let shown: Option<f32> = ui.data(|data| data.get_temp(id));
    let shown = shown.unwrap_or(target);
    let passed = ui.input(|input| input.stable_dt.min(0.1));
    let near = shown + (target - shown) * (1.0 - (-passed / GLIDE_SECS).exp());
    // Less than half a point is invisible.
    let near = if (target - near).abs() * width < 0.5 {
        target
    } else {
        ui.ctx().request_repaint_after(GLIDE_STEP);
        near
    };
    ui.data_mut(|data| data.insert_temp(id, near));
    near
}
