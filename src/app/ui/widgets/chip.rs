//! A chip: an icon and a few words about the state of something.

use egui::{CornerRadius, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

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

fn text(words: &str) -> Text<'_> {
    Text::new(words).font(font::medium(font::CAPTION)).middle()
}

/// The natural width.
pub(crate) fn chip_width(ui: &Ui, words: &str) -> f32 {
    PADDING + ICON + space::XS + text(words).width(ui) + PADDING + 0.5
}

/// Draws a chip at `min`, at most `most` points wide. The pointer and screen readers find out more `about` it.
pub(crate) fn chip(
    ui: &mut Ui,
    min: Pos2,
    most: f32,
    (icon, words): (MaterialIcon, &str),
    about: Option<&str>,
) {
    let palette = theme::palette(ui);
    let before = PADDING + ICON + space::XS;
    let rect = Rect::from_min_size(min, vec2(chip_width(ui, words).min(most), CHIP));
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
    let shown = text(words).show(ui, inner);
    if let Some(about) = about {
        ui.ctx()
            .accesskit_node_builder(shown.id, |node| node.set_description(about));
        // The whole chip, not only its words.
        ui.interact(rect, shown.id.with("chip"), Sense::hover())
            .on_hover_text(about);
    }
}
