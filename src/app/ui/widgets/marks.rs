//! What is only looked at: cards, lines, dots, tags and bars.

use std::time::Duration;

use egui::{
    Color32, CornerRadius, Id, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    vec2,
};

use super::Text;
use crate::app::theme;
use crate::app::theme::{font, radius};

/// How often a gliding bar is drawn: smooth to the eye, and cheap where no graphics card helps.
const GLIDE_STEP: Duration = Duration::from_millis(33);
/// After this long a bar has made two thirds of its way to where it should be.
const GLIDE_SECS: f32 = 0.12;
/// From a tag's border to its text.
const TAG_PADDING: f32 = 7.0;
/// How high a tag is.
const TAG_HEIGHT: f32 = 18.0;

/// The ground of a card.
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

/// A separator from `left` to `right` at height `y`.
pub(crate) fn line(ui: &Ui, left: f32, right: f32, y: f32) {
    let stroke = Stroke::new(1.0, theme::palette(ui).line);
    ui.painter().hline(left..=right, y, stroke);
}

/// A status: a dot with a soft ring. The words beside it say the same.
pub(crate) fn dot(ui: &Ui, center: Pos2, color: Color32, ring: Color32) {
    ui.painter().circle_filled(center, 8.0, ring);
    ui.painter().circle_filled(center, 4.5, color);
}

/// How wide a tag with this text is.
pub(crate) fn tag_width(ui: &Ui, text: &str) -> f32 {
    tag_text(text).width(ui) + 2.0 * TAG_PADDING
}

/// A short word on a soft ground, from `left` on, centred on `y`; returns where it ends.
pub(crate) fn tag(ui: &mut Ui, left: f32, y: f32, text: &str, colors: (Color32, Color32)) -> f32 {
    tag_with(ui, left, y, text, colors, None)
}

/// The same with `more` under the pointer.
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
    // A tag is as wide as its text; half a point more keeps rounding from cutting it.
    let shown = tag_text(text)
        .color(color)
        .show(ui, inner.expand2(vec2(0.5, 0.0)));
    if let Some(more) = more {
        shown.on_hover_text(more);
    }
    rect.right()
}

fn tag_text(text: &str) -> Text<'_> {
    Text::new(text).font(font::medium(font::CAPTION))
}

/// How far something is. A new value is reached smoothly, unless nothing shall move; `None` leaves the
/// track empty.
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
        // Of what the value is a part.
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
    // Closer than half a point cannot be seen.
    let near = if (target - near).abs() * width < 0.5 {
        target
    } else {
        ui.ctx().request_repaint_after(GLIDE_STEP);
        near
    };
    ui.data_mut(|data| data.insert_temp(id, near));
    near
}
