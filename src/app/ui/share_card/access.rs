//! What others may do, the password that they need, and where received files go.

use egui::{Pos2, Rect, Ui, pos2, vec2};

use super::password;
use crate::app::actions::{Action, Folder};
use crate::app::model::Model;
use crate::app::theme::{font, size, space};
use crate::app::ui::widgets::{Button, Field, Text, field_height, segments};
use crate::app::ui::{entered, left};
use crate::t;
use landline_engine::server::receiving::Access;

/// The width of the choice, if there is space.
const CHOICE: f32 = 372.0;
/// The minimum and the maximum width of the password beside it.
const MIN_PASSWORD: f32 = 160.0;
const MAX_PASSWORD: f32 = 240.0;
/// The minimum width of the folder beside both.
const MIN_FOLDER: f32 = 160.0;
/// The distance between rows.
const GAP: f32 = space::M;

/// Where everything is: the fields without their labels.
struct Layout {
    choice: Rect,
    password: Rect,
    /// What is wrong with the password.
    error: Option<Rect>,
    /// Whether links open without it.
    links: Option<Rect>,
    /// The folder with its button.
    folder: Option<Rect>,
    /// Whether the folder is beside the password, above the links.
    is_one_row: bool,
    height: f32,
}

impl Layout {
    /// The layout from `min`, for a width.
    fn new(ui: &Ui, min: Pos2, width: f32, model: &Model) -> Self {
        let label = size::LABEL + space::XS;
        let field = |x: f32, y: f32, width: f32| {
            Rect::from_min_size(min + vec2(x, y + label), vec2(width, size::CONTROL))
        };
        let has_folder = model.receives();
        let browse = Button::new(&t!("browse")).width(ui);
        let after = CHOICE + space::M;
        let is_beside = width >= after + MIN_PASSWORD;
        let after_both = after + MIN_PASSWORD + space::M;
        let is_one_row = has_folder && width >= after_both + MIN_FOLDER + space::M + browse;
        let mut y = 0.0;
        let password = if is_one_row {
            field(after, y, MIN_PASSWORD)
        } else if is_beside {
            field(after, y, (width - after).min(MAX_PASSWORD))
        } else {
            y += field_height() + GAP;
            field(0.0, y, width)
        };
        let mut bottom = y + field_height();
        let error = model.privacy.is_invalid.then(|| {
            let place = pos2(password.left(), password.bottom() + space::XS);
            bottom += space::XS + size::LABEL;
            Rect::from_min_size(place, vec2(min.x + width - place.x, size::LABEL))
        });
        let links = model.privacy.has_password().then(|| {
            let place = min + vec2(0.0, bottom + space::S);
            bottom += space::S + size::SMALL_CONTROL;
            Rect::from_min_size(place, vec2(width, size::SMALL_CONTROL))
        });
        let folder = has_folder.then(|| {
            if is_one_row {
                return field(after_both, 0.0, width - after_both);
            }
            let place = field(0.0, bottom + GAP, width);
            bottom += GAP + field_height();
            place
        });
        Self {
            choice: field(0.0, 0.0, CHOICE.min(width)),
            password,
            error,
            links,
            folder,
            is_one_row,
            height: bottom,
        }
    }
}

/// The height for a width.
pub(crate) fn height(ui: &Ui, width: f32, model: &Model) -> f32 {
    Layout::new(ui, Pos2::ZERO, width, model).height
}

/// Draws everything from the top of `area`.
pub(crate) fn ui(ui: &mut Ui, area: Rect, model: &mut Model, actions: &mut Vec<Action>) {
    let layout = Layout::new(ui, area.min, area.width(), model);
    choice(ui, layout.choice, model, actions);
    password::field(ui, layout.password, model, actions);
    if let Some(line) = layout.error {
        password::error(ui, line);
    }
    // From the left to the right, and from top to bottom.
    if let Some(place) = layout.folder.filter(|_| layout.is_one_row) {
        folder(ui, place, model, actions);
    }
    if let Some(row) = layout.links {
        password::links(ui, row, model, actions);
    }
    if let Some(place) = layout.folder.filter(|_| !layout.is_one_row) {
        folder(ui, place, model, actions);
    }
}

/// Draws what others may do, with the label above.
fn choice(ui: &mut Ui, place: Rect, model: &mut Model, actions: &mut Vec<Action>) {
    let about = t!("others-may");
    let above = place.translate(vec2(0.0, -size::LABEL - space::XS));
    let above = Rect::from_min_size(above.min, vec2(place.width(), size::LABEL));
    Text::caption(&about, ui).show(ui, above);
    let choices = [
        (Access::Download, t!("access-download")),
        (Access::Send, t!("access-send")),
        (Access::Both, t!("access-both")),
    ];
    let chosen = segments(
        ui,
        place,
        Some(&about),
        model.settings.access,
        &choices,
        &[],
        font::NUMBER,
    );
    if let Some(chosen) = chosen {
        model.settings.access = chosen;
        actions.push(Action::ApplyReceiving);
    }
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
