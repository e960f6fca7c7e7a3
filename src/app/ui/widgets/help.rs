//! The "?" beside a term: on hover, on a click and on Enter it shows a text of a few sentences.

use egui::accesskit::Live;
use egui::{
    Frame, Popup, PopupCloseBehavior, Pos2, Rect, RectAlign, Role, Sense, SetOpenCommand, Ui,
    WidgetInfo, vec2,
};

use super::{Text, focus_ring};
use crate::app::symbols::ICON_HELP;
use crate::app::theme;
use crate::app::theme::{font, radius, size, space};
use crate::t;

/// The width of the text.
const WIDTH: f32 = 300.0;
/// What can be clicked.
const TARGET: f32 = 24.0;
/// The distance from a term to the centre of its "?".
pub(crate) const AFTER: f32 = 14.0;

/// Draws a "?" around `center`, which explains `term` by `text`.
pub(crate) fn help(ui: &mut Ui, center: Pos2, term: &str, text: &str) {
    let palette = theme::palette(ui);
    let rect = Rect::from_center_size(center, vec2(TARGET, TARGET));
    let id = ui.scope_id().with(("help", term));
    let response = ui.interact(rect, id, Sense::click());
    let name = t!("explain", term = term);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    // A screen reader may read it without opening it.
    ui.ctx()
        .accesskit_node_builder(id, |node| node.set_description(text));
    let popup = id.with("text");
    let is_open = Popup::is_id_open(ui.ctx(), popup);
    if ui.is_rect_visible(rect) {
        let color = if response.hovered() || is_open {
            palette.accent
        } else {
            palette.muted
        };
        let font = font::icon(ICON_HELP, size::FIELD_ICON);
        let icon = ICON_HELP.codepoint.to_owned();
        let galley = ui.painter().layout_no_wrap(icon, font, color);
        let place = center - galley.size() / 2.0;
        ui.painter().galley(place, galley, color);
    }
    focus_ring(ui, &response, rect.shrink(3.0), radius::KNOB);
    let toggles = response.clicked().then_some(SetOpenCommand::Toggle);
    let frame = Frame::popup(ui.style()).inner_margin(space::M);
    let shown = Popup::from_response(&response)
        .id(popup)
        .open_memory(toggles)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .align(RectAlign::BOTTOM_START)
        .gap(space::XS)
        .frame(frame)
        .accessible_name(term)
        .show(|ui| words(ui, term, text, true));
    if shown.is_none() {
        response.on_hover_ui(|ui| words(ui, term, text, false));
    }
}

/// Draws the text; `is_spoken` announces it to screen readers.
fn words(ui: &mut Ui, term: &str, text: &str, is_spoken: bool) {
    let title = Text::new(term).font(font::semibold(font::NUMBER));
    let galley = title.lines(ui, WIDTH);
    let body = Text::new(text).font(font::regular(font::NUMBER));
    let lines = body.lines(ui, WIDTH);
    let height = galley.size().y + space::XS + lines.size().y;
    let width = galley.size().x.max(lines.size().x);
    let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let below = rect.min + vec2(0.0, galley.size().y + space::XS);
    title.show_lines(ui, rect.min, galley);
    let shown = body.show_lines(ui, below, lines);
    if is_spoken {
        ui.ctx()
            .accesskit_node_builder(shown.id, |node| node.set_live(Live::Polite));
    }
}
