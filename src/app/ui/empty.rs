//! What is shown where nothing is yet: what to do, and what happens then.

use egui::{Align2, Color32, Rect, Shape, Stroke, Ui, pos2};
use egui_material_icons::MaterialIcon;

use super::widgets::Text;
use crate::app::theme::{self, font, radius, space};

/// The large icon, in points.
const ICON: f32 = 44.0;
/// Icon, title and two lines.
const CONTENT: f32 = ICON + 8.0 + 24.0 + 4.0 + 40.0;

/// Draw it into the middle of `rect`; where something could follow below it.
pub(crate) fn ui(ui: &mut Ui, rect: Rect, icon: MaterialIcon, title: &str, lines: &str) -> f32 {
    let palette = theme::palette(ui);
    let mut y = rect.center().y - CONTENT / 2.0;
    let font = egui::FontId::new(ICON, icon.font_family());
    let galley = ui
        .painter()
        .layout_no_wrap(icon.codepoint.to_owned(), font, palette.accent);
    let x = rect.center().x - galley.size().x / 2.0;
    ui.painter().galley(
        pos2(x, y + (ICON - galley.size().y) / 2.0),
        galley,
        Color32::PLACEHOLDER,
    );
    y += ICON + space::S;
    let inner = rect.shrink2(egui::vec2(space::L, 0.0));
    let mut line = |height: f32| {
        let line = Rect::from_min_max(pos2(inner.left(), y), pos2(inner.right(), y + height));
        y += height;
        line
    };
    Text::new(title)
        .font(font::semibold(font::TITLE + 2.0))
        .align(Align2::CENTER_CENTER)
        .show(ui, line(28.0));
    for text in lines.lines() {
        Text::new(text)
            .color(palette.muted)
            .align(Align2::CENTER_CENTER)
            .show(ui, line(20.0));
    }
    y + space::L
}

/// A dashed border: something can be dropped here. Strong while something is held above it.
pub(crate) fn drop_area(ui: &Ui, rect: Rect) {
    let palette = theme::palette(ui);
    let held = ui.input(|input| !input.raw.hovered_files.is_empty());
    let (color, width) = if held {
        (palette.accent, 2.0)
    } else {
        (palette.muted.gamma_multiply(0.35), 1.0)
    };
    if held {
        ui.painter()
            .rect_filled(rect, radius::CARD, palette.soft_accent);
    }
    let outline = rounded(rect.shrink(0.5), f32::from(radius::CARD));
    let dashes = Shape::dashed_line(&outline, Stroke::new(width, color), 4.0, 4.0);
    ui.painter().extend(dashes);
}

/// The outline of a rounded rectangle, closed.
fn rounded(rect: Rect, radius: f32) -> Vec<egui::Pos2> {
    const STEPS: u8 = 8;
    let inner = rect.shrink(radius);
    let corners = [
        (inner.right_top(), -90.0_f32),
        (inner.right_bottom(), 0.0),
        (inner.left_bottom(), 90.0),
        (inner.left_top(), 180.0),
    ];
    let mut points = Vec::new();
    for (center, from) in corners {
        for step in 0..=STEPS {
            let angle = (from + 90.0 * f32::from(step) / f32::from(STEPS)).to_radians();
            points.push(center + radius * egui::Vec2::angled(angle));
        }
    }
    points.extend(points.first().copied());
    points
}
