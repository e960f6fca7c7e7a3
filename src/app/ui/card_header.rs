//! The header of a card: icon, title and remark.

use egui::{Color32, Rect, Ui, pos2};

use super::widgets::Text;
use crate::app::symbols::MaterialIcon;
use crate::app::theme;
use crate::app::theme::{font, size, space};

/// From the top of a card to the middle of its header.
pub(crate) const MIDDLE: f32 = 25.0;
/// The height of the header.
pub(crate) const HEIGHT: f32 = 40.0;
/// The width that rows reserve for an icon and the gap after it.
pub(crate) const ICON_COLUMN: f32 = 28.0;

/// Draws the header of `card` with horizontal `padding`; returns the right edge of the text.
pub(crate) fn ui(
    ui: &mut Ui,
    card: Rect,
    padding: f32,
    icon: Option<MaterialIcon>,
    title: &str,
    remark: &str,
) -> f32 {
    let palette = theme::palette(ui);
    let left = card.left() + padding;
    let y = card.top() + MIDDLE;
    let mut x = left;
    if let Some(icon) = icon {
        glyph(ui, left, y, icon, palette.accent);
        x += ICON_COLUMN;
    }
    let title = Text::new(title).font(font::semibold(font::BODY));
    x = title.show(ui, line(card, padding, x)).rect.right();
    self::remark(ui, card, padding, x, remark)
}

/// Draws a remark after `x`, the right edge of what is before it; returns its own right edge.
pub(crate) fn remark(ui: &mut Ui, card: Rect, padding: f32, x: f32, remark: &str) -> f32 {
    if remark.is_empty() {
        return x;
    }
    let text = Text::new(remark)
        .font(font::regular(font::NUMBER))
        .color(theme::palette(ui).muted)
        .tabular();
    let place = line(card, padding, x + space::S);
    text.show(ui, place).rect.right()
}

/// The rest of the header's line after `x`.
fn line(card: Rect, padding: f32, x: f32) -> Rect {
    let (y, right) = (card.top() + MIDDLE, card.right() - padding);
    Rect::from_min_max(pos2(x, y - 12.0), pos2(right.max(x), y + 12.0))
}

/// Draws an icon in the icon column, centred on `y`.
pub(crate) fn glyph(ui: &Ui, left: f32, y: f32, icon: MaterialIcon, color: Color32) {
    let font = font::icon(icon, size::ICON);
    let galley = ui
        .painter()
        .layout_no_wrap(icon.codepoint.to_owned(), font, color);
    let top = y - galley.size().y / 2.0;
    ui.painter().galley(pos2(left - 1.0, top), galley, color);
}
