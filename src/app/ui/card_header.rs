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
    let (left, right) = (card.left() + padding, card.right() - padding);
    let y = card.top() + MIDDLE;
    let mut x = left;
    if let Some(icon) = icon {
        glyph(ui, left, y, icon, palette.accent);
        x += ICON_COLUMN;
    }
    let line = |x: f32| Rect::from_min_max(pos2(x, y - 12.0), pos2(right.max(x), y + 12.0));
    let title = Text::new(title).font(font::semibold(font::BODY));
    x = title.show(ui, line(x)).rect.right();
    if !remark.is_empty() {
        let text = Text::new(remark)
            .font(font::regular(font::NUMBER))
            .color(palette.muted)
            .tabular();
        x = text.show(ui, line(x + space::S)).rect.right();
    }
    x
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
