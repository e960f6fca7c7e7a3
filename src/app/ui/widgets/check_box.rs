//! A check box.

use egui::{
    Align2, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    vec2,
};

use super::{Text, focus_ring};
use crate::app::symbols::ICON_CHECK;
use crate::app::theme;
use crate::app::theme::{font, radius, space};

/// The size of the box.
const BOX: f32 = 16.0;
/// The size of the mark in it.
const MARK: f32 = 14.0;

/// The width with this label.
pub(crate) fn check_box_width(ui: &Ui, text: &str) -> f32 {
    BOX + space::S + label(text).width(ui)
}

fn label(text: &str) -> Text<'_> {
    Text::new(text).font(font::regular(font::NUMBER))
}

/// Draws a check box with its label from the left edge of `rect`; clicking either toggles it.
pub(crate) fn check_box(ui: &mut Ui, rect: Rect, checked: &mut bool, text: &str) -> Response {
    let palette = theme::palette(ui);
    let galley = label(text).layout(ui, rect.width() - BOX - space::S);
    let width = BOX + space::S + galley.size().x;
    let rect = Rect::from_min_size(rect.min, vec2(width, rect.height()));
    let id = ui.make_persistent_id(("check box", text));
    let mut response = ui.interact(rect, id, Sense::click());
    ui.expand_to_include_rect(rect);
    if response.clicked() {
        *checked = !*checked;
        response.mark_changed();
    }
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, *checked, text));
    let middle = pos2(rect.left() + BOX / 2.0, rect.center().y);
    let place = Align2::CENTER_CENTER.anchor_size(middle, vec2(BOX, BOX));
    let (fill, border) = if *checked {
        (palette.accent, palette.accent)
    } else {
        (palette.field, palette.muted)
    };
    ui.painter().rect(
        place,
        CornerRadius::same(radius::CHECK_BOX),
        fill,
        Stroke::new(1.0, border),
        StrokeKind::Inside,
    );
    if *checked {
        let face = font::icon(ICON_CHECK, MARK);
        let mark = ICON_CHECK.codepoint.to_owned();
        let mark = ui.painter().layout_no_wrap(mark, face, palette.on_accent);
        let at = Align2::CENTER_CENTER.align_size_within_rect(mark.size(), place);
        ui.painter().galley(at.min, mark, palette.on_accent);
    }
    let at = pos2(
        place.right() + space::S,
        rect.center().y - galley.size().y / 2.0,
    );
    ui.painter().galley(at, galley, palette.text);
    focus_ring(ui, &response, rect, radius::KNOB);
    response
}
