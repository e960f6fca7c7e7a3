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

/// The buttons at the right end of `row`, before they are drawn: the names of both, and where they are.
pub(super) struct Buttons {
    send: String,
    more: String,
    is_narrow: bool,
    send_at: Rect,
    more_at: Rect,
}

impl Buttons {
    /// Those for `device`.
    pub(super) fn new(ui: &Ui, row: Rect, is_narrow: bool, device: &Device) -> Self {
        let name = &device.name;
        let mut buttons = Self {
            send: t!("send-files-to", name = name),
            more: t!("more-to-send", name = name),
            is_narrow,
            send_at: row,
            more_at: row,
        };
        let place = |right: f32, width: f32| {
            let right = pos2(right, row.center().y);
            Align2::RIGHT_CENTER.anchor_size(right, vec2(width, size::SMALL_CONTROL))
        };
        buttons.more_at = place(row.right(), size::SMALL_CONTROL);
        let text = t!("send-files");
        let width = buttons.send(&text).width(ui);
        buttons.send_at = place(buttons.more_at.left() - space::XS, width);
        buttons
    }

    /// Their left edge.
    pub(super) fn left(&self) -> f32 {
        self.send_at.left()
    }

    fn send<'a>(&'a self, text: &'a str) -> Button<'a> {
        if self.is_narrow {
            Button::icon_only(ICON_SEND, &self.send)
        } else {
            Button::new(text).name(&self.send).small()
        }
    }
}

/// Draws the buttons.
pub(super) fn ui(
    ui: &mut Ui,
    buttons: &Buttons,
    is_dialog_open: bool,
    device: &Device,
    actions: &mut Vec<Action>,
) {
    let (text, elsewhere) = (t!("send-files"), t!("dialog-is-open"));
    let send = buttons.send(&text).unless(is_dialog_open, &elsewhere);
    let send = send.show(ui, buttons.send_at).clicked();
    let more = Button::icon_only(ICON_MORE_VERT, &buttons.more).show(ui, buttons.more_at);
    let chosen = menu::dropdown(&more, || entries(is_dialog_open));
    let chosen = send.then_some(Sent::Files).or(chosen);
    actions.extend(chosen.map(|what| Action::SendToDevice(device.id.clone(), what)));
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
