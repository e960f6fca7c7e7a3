//! What can be sent to a LocalSend device: the buttons of its row, and its menu.

use egui::{Align2, Rect, Ui, pos2, vec2};

use crate::app::actions::Action;
use crate::app::model::send_to::Sent;
use crate::app::symbols::{ICON_DRAFT, ICON_FOLDER, ICON_MORE_VERT, ICON_SEND};
use crate::app::theme::{size, space};
use crate::app::ui::widgets::Button;
use crate::app::ui::widgets::menu::{self, Entry};
use crate::t;
use landline_engine::discovery::Device;

/// Draws the buttons at the right end of `row`; returns their left edge.
pub(super) fn ui(
    ui: &mut Ui,
    row: Rect,
    (narrow, is_dialog_open): (bool, bool),
    device: &Device,
    actions: &mut Vec<Action>,
) -> f32 {
    let name = &device.name;
    let (text, send_name) = (t!("send-files"), t!("send-files-to", name = name));
    let (more_name, elsewhere) = (t!("more-to-send", name = name), t!("dialog-is-open"));
    let send = if narrow {
        Button::icon_only(ICON_SEND, &send_name)
    } else {
        Button::new(&text).name(&send_name).small()
    };
    let send = send.unless(is_dialog_open, &elsewhere);
    let place = |right: f32, width: f32| {
        let right = pos2(right, row.center().y);
        Align2::RIGHT_CENTER.anchor_size(right, vec2(width, size::SMALL_CONTROL))
    };
    let more_at = place(row.right(), size::SMALL_CONTROL);
    let send_at = place(more_at.left() - space::XS, send.width(ui));
    let send = send.show(ui, send_at).clicked().then_some(Sent::Files);
    let more = Button::icon_only(ICON_MORE_VERT, &more_name).show(ui, more_at);
    let chosen = menu::dropdown(&more, || entries(is_dialog_open));
    let chosen = send.or(chosen);
    actions.extend(chosen.map(|what| Action::SendToDevice(device.id.clone(), what)));
    send_at.left()
}

/// The entries of the menu.
pub(super) fn entries(is_dialog_open: bool) -> Vec<Entry<Sent>> {
    let enabled = !is_dialog_open;
    vec![
        Entry::new(t!("send-files"), Sent::Files)
            .icon(ICON_SEND)
            .enabled(enabled),
        Entry::new(t!("send-folder"), Sent::Folder)
            .icon(ICON_FOLDER)
            .enabled(enabled),
        Entry::new(t!("send-text"), Sent::Text).icon(ICON_DRAFT),
    ]
}
