//! The widgets of the window. The caller computes the rectangle of each: columns line up and
//! nothing jumps, because no widget decides its own place.

mod bidi;
mod button;
mod check_box;
mod chip;
mod edit_menu;
mod elide;
mod field;
mod graph;
mod help;
mod link;
mod marks;
pub(crate) mod menu;
mod pass_on;
mod secret;
mod segments;
mod selection;
mod switch;
mod text;

pub(crate) use self::button::Button;
pub(crate) use self::check_box::{check_box, check_box_width};
pub(crate) use self::chip::{CHIP, chip, chip_width};
pub(crate) use self::field::{Field, field_height};
pub(crate) use self::graph::{curve, graph};
pub(crate) use self::help::{AFTER as HELP_AFTER, help};
pub(crate) use self::link::{link, link_width};
pub(crate) use self::marks::{bar, card, dot, line, tag, tag_width, tag_with};
pub(crate) use self::pass_on::row_clicked;
pub(crate) use self::segments::segments;
pub(crate) use self::selection::selected;
pub(crate) use self::switch::switch;
pub(crate) use self::text::{Text, label, lay_out, tooltip};

use egui::accesskit::Live;
use egui::{
    Color32, CornerRadius, Event, Id, InputState, Memory, Rect, Response, Role, Stroke, StrokeKind,
    Ui, WidgetInfo,
};

use crate::app::theme;

/// Whether `response` gained the keyboard focus since the last frame. egui detects that only for
/// Tab and clicks, not for the arrow keys.
pub(crate) fn gained_focus(response: &Response) -> bool {
    let has_focus = |memory: &Memory| memory.has_focus(response.id);
    response.ctx.memory(has_focus)
        && response.ctx.data_mut(|data| {
            let last = data.get_temp_mut_or(focused_last(), Id::NULL);
            std::mem::replace(last, response.id) != response.id
        })
}

/// The ID under which the last focused widget is stored.
fn focused_last() -> Id {
    Id::unique("focused last")
}

/// Must be called before anything is drawn: if nothing is focused, the next focused widget has
/// gained the focus. Returns whether anything was focused in the last frame.
pub(crate) fn note_focus(ui: &Ui) -> bool {
    let had_focus = ui
        .data(|data| data.get_temp::<Id>(focused_last()))
        .is_some();
    if ui.memory(Memory::focused).is_none() {
        ui.data_mut(|data| data.remove::<Id>(focused_last()));
    }
    had_focus
}

/// Draws the focus ring, and scrolls a newly focused widget into view.
pub(crate) fn focus_ring(ui: &Ui, response: &Response, rect: Rect, radius: u8) {
    if gained_focus(response) {
        response.scroll_to_me(None);
    }
    if response.has_focus() {
        let accent = theme::palette(ui).accent;
        let ring = rect.expand(2.0);
        ui.painter().rect_stroke(
            ring,
            CornerRadius::same(radius.saturating_add(2)),
            Stroke::new(2.0, accent),
            StrokeKind::Inside,
        );
    }
}

/// Whether `response` was double-clicked. egui only compares the pointer's position, but the list
/// may have changed after the first click.
pub(crate) fn double_clicked(response: &Response) -> bool {
    if !response.clicked() {
        return false;
    }
    let is_second = response.double_clicked() || response.triple_clicked();
    let is_release = |event: &&Event| matches!(event, Event::PointerButton { pressed: false, .. });
    let releases = |input: &InputState| input.events.iter().filter(is_release).count();
    // A long frame may contain both clicks.
    let is_both = response.ctx.input(releases) > 1;
    response.ctx.data_mut(|data| {
        let last = data.get_temp_mut_or(Id::unique("clicked last"), Id::NULL);
        let is_double = is_second && (is_both || *last == response.id);
        // A third click starts another double click.
        *last = if is_double { Id::NULL } else { response.id };
        is_double
    })
}

/// Announces `words` as an alert of `response`.
pub(crate) fn alert(response: &Response, words: &str) {
    response.widget_info(|| WidgetInfo::labeled(Role::Alert, true, words));
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.clear_value();
        node.set_live(Live::Assertive);
    });
}

/// The colour for a disabled control.
fn faded(color: Color32, enabled: bool) -> Color32 {
    if enabled {
        color
    } else {
        color.gamma_multiply(theme::share::DISABLED)
    }
}
