//! The question to which of several LocalSend devices to send what was dropped.

use std::path::PathBuf;

use egui::accesskit::Role;
use egui::{Id, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};

use super::dialog::Parts;
use super::page::Row;
use super::widgets::{Button, Text};
use super::{dialog, lock, question};
use crate::app::actions::Action;
use crate::app::model::send_to::SendTo;
use crate::app::symbols::ICON_SEND;
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::sentence;
use landline_engine::identity::Protection;

/// Wide enough for a name.
const WIDTH: f32 = 380.0;
/// The height of a device with the gap below.
const ROW: f32 = size::CONTROL + space::S;
/// More devices than this scroll; the last one is cut off to indicate that.
const MOST_ROWS: f32 = 5.5;

/// What was chosen in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    Send(usize),
    Share,
    Cancel,
}

/// Shows the question.
pub(super) fn ui(
    ui: &Ui,
    id: Id,
    (paths, devices): (&[PathBuf], &[SendTo]),
    actions: &mut Vec<Action>,
) {
    let (done, closes) = dialog::show(ui, id, Role::AlertDialog, |ui| content(ui, paths, devices));
    let action = match done {
        Some(Done::Send(index)) => {
            let to = devices.get(index).cloned();
            to.map(|to| Action::SendFiles(paths.to_vec(), to))
        }
        Some(Done::Share) => Some(Action::ShareDropped(paths.to_vec())),
        Some(Done::Cancel) => Some(Action::DismissQuestion),
        None => closes.then_some(Action::DismissQuestion),
    };
    actions.extend(action);
}

fn content(ui: &mut Ui, paths: &[PathBuf], devices: &[SendTo]) -> Parts<Option<Done>> {
    let width = WIDTH.min(ui.ctx().content_rect().width() - 4.0 * space::XL);
    let what = sentence!("send-to-which", names = question::names(paths));
    let (title, about) = (what.title(), what.hint().unwrap_or_default());
    let title = Text::new(&title).font(font::semibold(font::TITLE));
    let hint = Text::new(&about).color(theme::palette(ui).muted);
    let (above, below) = (title.lines(ui, width), hint.lines(ui, width));
    let heights = [above.size().y, below.size().y];
    #[expect(clippy::cast_precision_loss, reason = "a few devices")]
    let rows = (devices.len() as f32).min(MOST_ROWS) * ROW;
    let head = heights[0] + space::S + heights[1] + space::L;
    let height = head + rows + space::M + size::CONTROL;
    let (area, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let title = title.show_lines(ui, area.min, above);
    let second = area.top() + heights[0] + space::S;
    hint.show_lines(ui, pos2(area.left(), second), below);
    let top = area.top() + head;
    let list = Rect::from_min_size(pos2(area.left(), top), vec2(width, rows));
    let (first, mut done) = device_list(ui, list, devices);
    let line = Rect::from_min_max(pos2(area.left(), area.bottom() - size::CONTROL), area.max);
    let mut row = Row::new(line, size::CONTROL, space::S);
    let (share, cancel) = (crate::t!("share-them"), crate::t!("cancel"));
    let (share, cancel) = (Button::new(&share), Button::new(&cancel));
    let (share_rect, cancel_rect) = (row.right(share.width(ui)), row.right(cancel.width(ui)));
    if cancel.show(ui, cancel_rect).clicked() {
        done = Some(Done::Cancel);
    }
    if share.show(ui, share_rect).clicked() {
        done = Some(Done::Share);
    }
    Parts {
        title: title.id,
        about: Some(about),
        first: first.unwrap_or(title.id),
        done,
    }
}

/// Draws a button for each device; returns the first one's ID, and what was chosen.
fn device_list(ui: &mut Ui, area: Rect, devices: &[SendTo]) -> (Option<Id>, Option<Done>) {
    let builder = UiBuilder::new().max_rect(area).id_salt("devices");
    let mut list = ui.new_child(builder);
    list.spacing_mut().item_spacing.y = 0.0;
    let (mut first, mut done) = (None, None);
    ScrollArea::vertical()
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .show(&mut list, |ui| {
            for (index, device) in devices.iter().enumerate() {
                let (_, row) = ui.allocate_space(vec2(ui.available_width(), ROW));
                let mut place = row.with_max_y(row.top() + size::CONTROL);
                // Two devices may have the same name.
                let builder = UiBuilder::new().max_rect(place).id_salt(index);
                let inner = &mut ui.new_child(builder);
                if device.is_plain() {
                    place.max.x -= lock::SIZE;
                    let at = place.with_min_x(place.right()).with_max_x(row.right());
                    lock::glyph_ui(inner, at, Protection::None, device.name());
                    place.max.x -= space::S;
                }
                let name = device.name();
                let button = Button::new(name).icon(ICON_SEND).cut();
                let button = button.show(inner, place);
                first.get_or_insert(button.id);
                if button.clicked() {
                    done = Some(Done::Send(index));
                }
            }
        });
    (first, done)
}
