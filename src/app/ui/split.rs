//! Two lists, one above the other, that share the height of a page, and the divider between them.

use std::ops::RangeInclusive;

use egui::accesskit::{Action, Orientation};
use egui::{
    Align2, CursorIcon, EventFilter, Key, Modifiers, Rect, Response, Role, Sense, Ui, WidgetInfo,
    vec2,
};

use super::{keys, widgets};
use crate::app::theme;
use crate::app::theme::{radius, share, size};
use crate::t;

/// How far an arrow key moves the divider, in points.
const STEP: f32 = 16.0;

/// The height of the divider for the pointer; the cards have nothing so close to their edges.
const TARGET: f32 = 24.0;

/// The height that two lists share, in points without the gap between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Split {
    /// The height of both.
    pub height: f32,
    /// The minimum height of the upper one.
    pub upper: f32,
    /// The minimum height of the lower one.
    pub lower: f32,
}

impl Split {
    /// The possible heights of the upper list, if there is a choice.
    fn range(&self) -> Option<RangeInclusive<f32>> {
        let most = self.height - self.lower;
        (self.upper < most).then_some(self.upper..=most)
    }

    /// The height of the upper list with the `share` that the user chose, in thousandths of the
    /// height; none if the user has chosen none or there is no choice.
    pub(crate) fn chosen(&self, share: Option<u16>) -> Option<f32> {
        let range = self.range()?;
        let upper = f32::from(share?) / 1000.0 * self.height;
        Some(upper.round().clamp(*range.start(), *range.end()))
    }

    /// Draws the divider in `gap`, which changes the `share` of the upper list, now `upper` points
    /// high.
    pub(crate) fn ui(
        &self,
        ui: &mut Ui,
        gap: Rect,
        name: &str,
        upper: f32,
        share: &mut Option<u16>,
    ) {
        let Some(range) = self.range() else {
            return;
        };
        let (least, most) = (*range.start(), *range.end());
        let id = ui.scope_id().with("divider");
        let target = gap.expand2(vec2(0.0, (TARGET - gap.height()) / 2.0));
        let response = ui.interact(target, id, Sense::click_and_drag());
        let percent = |height: f32| (f64::from(height / self.height) * 100.0).round();
        response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, name));
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_orientation(Orientation::Horizontal);
            node.set_numeric_value(percent(upper));
            node.set_min_numeric_value(percent(least));
            node.set_max_numeric_value(percent(most));
            node.add_action(Action::Increment);
            node.add_action(Action::Decrement);
        });
        if response.double_clicked() || response.triple_clicked() {
            *share = None;
        } else if let Some(upper) = dragged(ui, &response, upper).or_else(|| {
            let keys = self.keys(ui, &response, upper)?;
            Some(keys.clamp(least, most))
        }) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 1000"
            )]
            let chosen = (upper.clamp(least, most) / self.height * 1000.0).round() as u16;
            *share = Some(chosen);
        }
        if widgets::gained_focus(&response) {
            response.scroll_to_me(None);
        }
        paint(ui, gap, &response);
        response
            .on_hover_and_drag_cursor(CursorIcon::ResizeVertical)
            .on_hover_text_at_pointer(t!("divider-hint"));
    }

    /// The height of the upper list that a key or a screen reader asks for.
    fn keys(&self, ui: &Ui, response: &Response, upper: f32) -> Option<f32> {
        let asks =
            |action| ui.input(|input| input.has_accesskit_action_request(response.id, action));
        if asks(Action::Increment) {
            return Some(upper + STEP);
        }
        if asks(Action::Decrement) {
            return Some(upper - STEP);
        }
        if !response.has_focus() {
            return None;
        }
        let filter = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        if !keys::are_for(ui, response.id) {
            return None;
        }
        ui.input_mut(|input| {
            let mut pressed = |key| input.count_and_consume_key(Modifiers::NONE, key);
            #[expect(clippy::cast_precision_loss, reason = "a handful of presses")]
            let steps = pressed(Key::ArrowDown) as f32 - pressed(Key::ArrowUp) as f32;
            if pressed(Key::Home) > 0 {
                Some(0.0)
            } else if pressed(Key::End) > 0 {
                Some(self.height)
            } else {
                (steps != 0.0).then_some(upper + steps * STEP)
            }
        })
    }
}

/// The height of the upper list where the pointer has dragged the divider to.
fn dragged(ui: &Ui, response: &Response, upper: f32) -> Option<f32> {
    if response.drag_started() {
        let from = ui.input(|input| input.pointer.press_origin())?;
        ui.data_mut(|data| data.insert_temp(response.id, upper - from.y));
    }
    let at = response.interact_pointer_pos()?;
    let offset: f32 = ui.data(|data| data.get_temp(response.id))?;
    response.dragged().then_some(at.y + offset)
}

/// Draws the grip while the divider is used.
fn paint(ui: &Ui, gap: Rect, response: &Response) {
    let palette = theme::palette(ui);
    let color = if response.dragged() || response.has_focus() {
        palette.accent
    } else if response.hovered() {
        palette.muted.gamma_multiply(share::DASHES)
    } else {
        return;
    };
    let grip = vec2(size::SMALL_CONTROL, size::BAR);
    let grip = Align2::CENTER_CENTER.align_size_within_rect(grip, gap);
    ui.painter().rect_filled(grip, radius::BAR, color);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_keeps_its_minimum() {
        let split = Split {
            height: 400.0,
            upper: 196.0,
            lower: 108.0,
        };
        for (share, upper) in [
            (None, None),
            (Some(0), Some(196.0)),
            (Some(600), Some(240.0)),
            (Some(1000), Some(292.0)),
            (Some(u16::MAX), Some(292.0)),
        ] {
            assert_eq!(split.chosen(share), upper, "{share:?}");
        }
        let low = Split {
            height: 300.0,
            ..split
        };
        assert_eq!(low.chosen(Some(500)), None);
    }
}
