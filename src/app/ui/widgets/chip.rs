//! A chip: an icon and a few words about the state of something.

use egui::{CornerRadius, Pos2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use super::Text;
use crate::app::symbols::MaterialIcon;
use crate::app::theme;
use crate::app::theme::{font, space};

/// The height.
pub(crate) const CHIP: f32 = 24.0;
/// The size of the icon.
const ICON: f32 = 16.0;
/// The horizontal padding.
const PADDING: f32 = 10.0;

/// Draws a chip at `min`, at most `most` points wide; returns its right edge.
pub(crate) fn chip(ui: &mut Ui, min: Pos2, most: f32, icon: MaterialIcon, words: &str) -> f32 {
    let palette = theme::palette(ui);
    let text = Text::new(words).font(font::medium(font::CAPTION)).middle();
    let before = PADDING + ICON + space::XS;
    let width = (before + text.width(ui) + PADDING + 0.5).min(most);
    let rect = Rect::from_min_size(min, vec2(width, CHIP));
    let corners = CornerRadius::same(theme::radius::CHIP);
    let stroke = Stroke::new(1.0, palette.line);
    let painter = ui.painter();
    painter.rect(
        rect,
        corners,
        palette.background,
        stroke,
        StrokeKind::Inside,
    );
    let glyph = icon.codepoint.to_owned();
    let glyph = painter.layout_no_wrap(glyph, font::icon(icon, ICON), palette.muted);
    let top = rect.center().y - glyph.size().y / 2.0;
    painter.galley(pos2(rect.left() + PADDING, top), glyph, palette.muted);
    let mut inner = rect;
    inner.min.x += before;
    inner.max.x -= PADDING;
    text.show(ui, inner);
    rect.right()
}
