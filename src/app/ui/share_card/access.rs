//! What others may do, and where received files go.

use egui::{Rect, Ui, pos2, vec2};

use crate::app::actions::{Action, Folder};
use crate::app::model::Model;
use crate::app::theme::{font, size, space};
use crate::app::ui::widgets::{Button, Field, Text, field_height, segments};
use crate::app::ui::{entered, left};
use crate::t;
use landline_engine::server::receiving::Access;

/// The width of the choice, if there is space for the folder beside it.
const CHOICE: f32 = 372.0;
/// The minimum width of the folder beside it.
const MIN_FOLDER: f32 = 160.0;
/// The distance between the two, if one is below the other.
const GAP: f32 = space::M;

/// The height for a width.
pub(crate) fn height(ui: &Ui, width: f32, access: Access) -> f32 {
    if access.sends() && !is_wide(ui, width) {
        2.0 * field_height() + GAP
    } else {
        field_height()
    }
}

/// Whether the folder fits beside the choice.
fn is_wide(ui: &Ui, width: f32) -> bool {
    let browse = Button::new(&t!("browse")).width(ui);
    width >= CHOICE + space::M + MIN_FOLDER + space::M + browse
}

/// Draws the choice and, where files are received, the folder, from the top of `area`.
pub(crate) fn ui(ui: &mut Ui, area: Rect, model: &mut Model, actions: &mut Vec<Action>) {
    let access = model.settings.access;
    let wide = is_wide(ui, area.width());
    let label = size::LABEL + space::XS;
    let line = Rect::from_min_size(
        pos2(area.left(), area.top() + label),
        vec2(area.width(), size::CONTROL),
    );
    let mut choice = line;
    choice.set_width(CHOICE.min(line.width()));
    let about = t!("others-may");
    let above = Rect::from_min_size(area.min, vec2(choice.width(), size::LABEL));
    Text::caption(&about, ui).show(ui, above);
    let choices = [
        (Access::Download, t!("access-download")),
        (Access::Send, t!("access-send")),
        (Access::Both, t!("access-both")),
    ];
    let chosen = segments(
        ui,
        choice,
        Some(&about),
        access,
        &choices,
        &[],
        font::NUMBER,
    );
    if let Some(chosen) = chosen {
        model.settings.access = chosen;
        actions.push(Action::ApplyReceiving);
    }
    if !access.sends() {
        return;
    }
    let mut rest = line;
    if wide {
        rest.min.x = choice.right() + space::M;
    } else {
        rest = rest.translate(vec2(0.0, field_height() + GAP));
    }
    folder(ui, rest, model, actions);
}

/// Draws the folder for received files with a button that chooses it.
fn folder(ui: &mut Ui, line: Rect, model: &mut Model, actions: &mut Vec<Action>) {
    let (text, name, elsewhere) = (t!("browse"), t!("browse-received"), t!("dialog-is-open"));
    let browse = Button::new(&text)
        .name(&name)
        .unless(model.dialog_open, &elsewhere);
    let mut button = line;
    button.min.x = line.right() - browse.width(ui);
    let mut field = line;
    field.max.x = button.left() - space::M;
    let usual = model.downloads.as_ref();
    let hint = usual.map_or_else(
        || t!("choose-a-folder"),
        |usual| usual.display().to_string(),
    );
    let shown = Field::new(&t!("received-files-go-to")).hint(&hint).show(
        ui,
        field,
        &mut model.settings.receive_to,
    );
    if shown.changed() {
        model.server.receive_folder.problem = None;
    }
    if entered(ui, &shown) || left(ui, &shown) {
        model.tidy_receive_folder();
        actions.push(Action::ApplyReceiving);
    }
    if browse.show(ui, button).clicked() {
        actions.push(Action::Browse(Folder::Received));
    }
}
