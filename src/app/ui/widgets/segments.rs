//! A segmented control: a few options side by side, one of them selected.

use std::any::type_name;

use egui::{
    Align2, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::{Text, focus_ring};
use crate::app::theme;
use crate::app::theme::{font, radius};
use crate::t;

/// From the border to the selected segment.
const INSET: f32 = 4.0;

/// Draws `choices` (value and text) in equal parts of `rect`; returns the clicked one, unless it is
/// `chosen` already. `about` is the accessible name of the group, `tips` are tooltips.
pub(crate) fn segments<T: Copy + PartialEq>(
    ui: &mut Ui,
    rect: Rect,
    about: Option<&str>,
    chosen: T,
    choices: &[(T, String)],
    tips: &[String],
    points: f32,
) -> Option<T> {
    let palette = theme::palette(ui);
    ui.painter().rect(
        rect,
        CornerRadius::same(radius::CONTROL),
        palette.background,
        Stroke::new(1.0, palette.line),
        StrokeKind::Inside,
    );
    let inner = rect.shrink(INSET);
    #[expect(clippy::cast_precision_loss, reason = "a handful of choices")]
    let width = inner.width() / choices.len().max(1) as f32;
    let mut clicked = None;
    let mut left = inner.left();
    for (index, (value, text)) in choices.iter().enumerate() {
        let side = Rect::from_min_size(pos2(left, inner.top()), vec2(width, inner.height()));
        left += width;
        let is_chosen = *value == chosen;
        let name = match about {
            Some(about) => t!("choice", about = about, choice = text),
            None => text.clone(),
        };
        // The ID does not depend on the text, because choosing a language here changes it; there is
        // one control for each type.
        let id = ui.make_persistent_id(("segment", type_name::<T>(), index));
        let response = ui.interact(side, id, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &name));
        if is_chosen {
            ui.painter().rect(
                side,
                CornerRadius::same(radius::KNOB),
                palette.knob,
                Stroke::new(1.0, palette.line),
                StrokeKind::Inside,
            );
        }
        let color = if is_chosen || response.hovered() {
            palette.text
        } else {
            palette.muted
        };
        let galley = Text::new(text)
            .font(font::medium(points))
            .color(color)
            .layout(ui, width);
        let place = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), side);
        ui.painter().galley(place.min, galley, color);
        focus_ring(ui, &response, side.shrink(1.0), radius::KNOB);
        if response.clicked() && !is_chosen {
            clicked = Some(*value);
        }
        if let Some(tip) = tips.get(index) {
            response.on_hover_text(tip);
        }
    }
    ui.expand_to_include_rect(rect);
    clicked
}
