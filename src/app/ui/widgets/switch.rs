//! An on/off switch.

use egui::{
    CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::{Text, focus_ring};
use crate::app::theme;
use crate::app::theme::{font, space};

/// The size of the track.
const GROOVE: egui::Vec2 = vec2(32.0, 18.0);

/// Draws a switch with its label from the left edge of `rect`; clicking either toggles it.
pub(crate) fn switch(ui: &mut Ui, rect: Rect, on: &mut bool, text: &str) -> Response {
    let palette = theme::palette(ui);
    let caption = Text::new(text).font(font::regular(font::NUMBER));
    let galley = caption.layout(ui, rect.width() - GROOVE.x - space::S);
    let width = GROOVE.x + space::S + galley.size().x;
    let rect = Rect::from_min_size(rect.min, vec2(width, rect.height()));
    let id = ui.make_persistent_id(("switch", text));
    let mut response = ui.interact(rect, id, Sense::click());
    ui.expand_to_include_rect(rect);
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    response.widget_info(|| WidgetInfo::selected(Role::Switch, true, *on, text));
    let groove = Rect::from_min_size(pos2(rect.left(), rect.center().y - GROOVE.y / 2.0), GROOVE);
    let (fill, border, thumb) = if *on {
        (palette.accent, palette.accent, palette.on_accent)
    } else {
        (palette.background, palette.muted, palette.muted)
    };
    ui.painter().rect(
        groove,
        CornerRadius::same(theme::radius::PILL),
        fill,
        Stroke::new(1.0, border),
        StrokeKind::Inside,
    );
    let x = if *on {
        groove.right() - GROOVE.y / 2.0
    } else {
        groove.left() + GROOVE.y / 2.0
    };
    ui.painter()
        .circle_filled(pos2(x, groove.center().y), GROOVE.y / 2.0 - 3.0, thumb);
    let at = pos2(
        groove.right() + space::S,
        rect.center().y - galley.size().y / 2.0,
    );
    ui.painter().galley(at, galley, palette.text);
    focus_ring(ui, &response, rect, theme::radius::KNOB);
    response
}
