//! A row as a button that opens its line.

use egui::{CornerRadius, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

use crate::app::actions::Action;
use crate::app::model::Opened;
use crate::app::model::row::Row;
use crate::app::theme;
use crate::app::theme::{radius, space};
use crate::app::ui::widgets::focus_ring;
use crate::settings::Tab;
use crate::t;

/// Draws the ground of the row, which is below all of its other widgets.
pub(super) fn ui(ui: &mut Ui, rect: Rect, row: &Row) -> Response {
    let whole = ui.interact(rect, ui.scope_id().with("row"), Sense::click());
    let name = t!("show-line-of", name = row.name().as_ref());
    whole.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &name));
    let around = rect.expand2(vec2(space::S, -1.0));
    // Also below its own texts and buttons.
    if whole.contains_pointer() || whole.has_focus() {
        let corners = CornerRadius::same(radius::CONTROL);
        let hover = theme::palette(ui).hover;
        ui.painter().rect_filled(around, corners, hover);
    }
    focus_ring(ui, &whole, around.shrink(2.0), radius::KNOB);
    whole
}

/// What a click on it does.
pub(super) fn action(row: &Row) -> Action {
    let tab = if row.is_served() {
        Tab::Server
    } else {
        Tab::Client
    };
    Action::OpenLine(tab, Opened::Line(row.key))
}
