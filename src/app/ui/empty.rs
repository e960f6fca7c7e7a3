//! The empty state of a list: what to do, and what happens then.

use egui::{Color32, Rect, Response, Shape, Stroke, Ui, pos2};

use super::widgets;
use super::widgets::Text;
use crate::app::symbols::MaterialIcon;
use crate::app::theme;
use crate::app::theme::{font, radius, share, size, space};
use crate::{t, text};

/// Longer lines are hard to read.
const MAX_WIDTH: f32 = 420.0;

/// Draws the empty state in the middle of `rect`; returns the y coordinate below it.
pub(crate) fn ui(ui: &mut Ui, rect: Rect, icon: MaterialIcon, title: &str, lines: &str) -> f32 {
    let accent = theme::palette(ui).accent;
    draw(ui, rect, (icon, accent), title, lines).0
}

/// The same for an error.
pub(crate) fn bad(ui: &mut Ui, rect: Rect, icon: MaterialIcon, title: &str, lines: &str) -> f32 {
    let error = theme::palette(ui).error;
    let (below, said) = draw(ui, rect, (icon, error), title, lines);
    if lines.is_empty() {
        widgets::alert(&said, title);
    } else {
        let words = t!("two-sentences", first = title, second = lines);
        widgets::alert(&said, &words);
    }
    below
}

/// Draws it; returns the y coordinate below it, and the title.
fn draw(
    ui: &mut Ui,
    rect: Rect,
    (icon, color): (MaterialIcon, Color32),
    title: &str,
    lines: &str,
) -> (f32, Response) {
    let palette = theme::palette(ui);
    let width = (rect.width() - 2.0 * space::S).min(MAX_WIDTH);
    let title = Text::new(title).font(font::semibold(font::LEAD));
    // Lines are wrapped to the width, not where the text breaks them.
    let lines = text::unwrapped(lines);
    let has_lines = !lines.is_empty();
    let lines = Text::new(&lines).color(palette.muted);
    let (above, below) = (title.centered(ui, width), lines.centered(ui, width));
    let words = above.size().y + space::XS + below.size().y;
    // If there is little height, the text is worth more than the icon.
    let has_icon = size::LARGE_ICON + space::S + words <= rect.height();
    let picture = if has_icon {
        size::LARGE_ICON + space::S
    } else {
        0.0
    };
    let mut y = (rect.center().y - f32::midpoint(picture, words)).max(rect.top());
    let middle = rect.center().x;
    if has_icon {
        let face = font::icon(icon, size::LARGE_ICON);
        let painter = ui.painter();
        let galley = painter.layout_no_wrap(icon.codepoint.to_owned(), face, color);
        let top = y + (size::LARGE_ICON - galley.size().y) / 2.0;
        painter.galley(pos2(middle - galley.size().x / 2.0, top), galley, color);
        y += picture;
    }
    let bottom = y + words;
    let second = y + above.size().y + space::XS;
    let title = title.show_lines(ui, pos2(middle, y), above);
    if has_lines {
        lines.show_lines(ui, pos2(middle, second), below);
    }
    (bottom + space::M, title)
}

/// A dashed border for a drop target, highlighted while files are dragged over it.
pub(crate) fn drop_area(ui: &Ui, rect: Rect) {
    let palette = theme::palette(ui);
    let held = ui.input(|input| !input.raw.hovered_files.is_empty());
    let (color, width) = if held {
        (palette.accent, 2.0)
    } else {
        (palette.muted.gamma_multiply(share::DASHES), 1.0)
    };
    if held {
        ui.painter()
            .rect_filled(rect, radius::CARD, palette.soft_accent);
    }
    let outline = rounded(rect.shrink(0.5), f32::from(radius::CARD));
    let dashes = Shape::dashed_line(&outline, Stroke::new(width, color), 4.0, 4.0);
    ui.painter().extend(dashes);
}

/// The outline of a rounded rectangle, as a closed path.
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
