//! A small graph of a rate over time.

use egui::epaint::{Mesh, PathShape, PathStroke};
use egui::{Color32, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, remap};

use crate::app::model::rate_history::SECONDS;
use crate::app::theme;

/// The width of the line.
const LINE: f32 = 1.25;
/// The distance of the maximum from the top.
const HEADROOM: f32 = 3.0;

/// The minimum number of seconds that fill the width; more share it, up to a minute.
const FEWEST: usize = 12;

/// Draws `shares` (one per second from 0 to 1, oldest first) from the left of `rect`. `name` is the
/// accessible name, `value` the latest rate as text.
pub(crate) fn graph(
    ui: &mut Ui,
    rect: Rect,
    shares: impl ExactSizeIterator<Item = f32>,
    name: &str,
    value: &str,
) {
    let response = ui.allocate_rect(rect, Sense::hover());
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(value.to_owned()),
        ..WidgetInfo::labeled(Role::Image, true, name)
    });
    let palette = theme::palette(ui);
    let ground = Stroke::new(1.0, palette.track);
    let bottom = rect.bottom() - 0.5;
    ui.painter().hline(rect.x_range(), bottom, ground);
    let span = shares.len().clamp(FEWEST, SECONDS);
    #[expect(clippy::cast_precision_loss, reason = "at most sixty")]
    let x = |second: usize| {
        let seconds = 0.0..=(span - 1) as f32;
        remap(second as f32, seconds, rect.x_range())
    };
    let top = rect.top() + HEADROOM;
    let points: Vec<_> = smooth(&shares.collect::<Vec<_>>())
        .enumerate()
        .map(|(second, share)| pos2(x(second), remap(share, 0.0..=1.0, bottom..=top)))
        .collect();
    if points.len() < 2 {
        return;
    }
    fill_and_line(ui, points, bottom);
    response.on_hover_text(name);
}

/// Draws `points` (time and value, each from 0 to 1, oldest first) into `rect`. `name` is the accessible name, `value`
/// the latest value as text.
pub(crate) fn curve(ui: &mut Ui, rect: Rect, points: &[[f32; 2]], name: &str, value: &str) {
    let response = ui.allocate_rect(rect, Sense::hover());
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(value.to_owned()),
        ..WidgetInfo::labeled(Role::Image, true, name)
    });
    let palette = theme::palette(ui);
    let bottom = rect.bottom() - 0.5;
    let ground = Stroke::new(1.0, palette.track);
    ui.painter().hline(rect.x_range(), bottom, ground);
    let top = rect.top() + HEADROOM;
    let places = points.iter().map(|[time, value]| {
        pos2(
            remap(*time, 0.0..=1.0, rect.x_range()),
            remap(*value, 0.0..=1.0, bottom..=top),
        )
    });
    fill_and_line(ui, places.collect(), bottom);
}

/// Draws a line through `points` and fills what is below it.
fn fill_and_line(ui: &Ui, points: Vec<Pos2>, bottom: f32) {
    let palette = theme::palette(ui);
    let mut fill = Mesh::default();
    for (index, point) in (0_u32..).zip(&points) {
        fill.colored_vertex(*point, palette.soft_accent);
        fill.colored_vertex(pos2(point.x, bottom), palette.soft_accent);
        if let Some(before) = index.checked_sub(1).map(|before| 2 * before) {
            fill.add_triangle(before, before + 1, before + 2);
            fill.add_triangle(before + 1, before + 2, before + 3);
        }
    }
    ui.painter().add(Shape::mesh(fill));
    let stroke = PathStroke::new(LINE, faint(palette.accent));
    ui.painter().add(PathShape::line(points, stroke));
}

/// A moving average, to show the trend rather than the noise.
fn smooth(shares: &[f32]) -> impl ExactSizeIterator<Item = f32> {
    let last = shares.len().saturating_sub(1);
    let at = move |index: usize| shares[index.min(last)];
    (0..shares.len()).map(move |index| {
        0.25 * at(index.saturating_sub(1)) + 0.5 * at(index) + 0.25 * at(index + 1)
    })
}

fn faint(color: Color32) -> Color32 {
    color.gamma_multiply(theme::share::QUIET)
}
