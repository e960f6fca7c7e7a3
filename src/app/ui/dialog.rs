//! Modal dialogs: announced to a screen reader, with the keyboard focus confined to them and
//! restored when they close.

use egui::accesskit::{Rect as Bounds, Role};
use egui::{Align2, Id, Modal, Rect, Ui, UiBuilder, Vec2};

use super::focus;
use super::widgets::Button;
use crate::app::symbols::ICON_CLOSE;
use crate::app::theme;
use crate::app::theme::size;

/// The parts of a dialog after it is drawn.
#[derive(Debug)]
pub(crate) struct Parts<T> {
    /// The widget with its title.
    pub title: Id,
    /// Its description, if it says more than the title.
    pub about: Option<String>,
    /// The widget that is focused first.
    pub first: Id,
    /// The result of this frame.
    pub done: T,
}

/// Draws the button that closes a dialog, at the right of the row with its title.
pub(crate) fn close_button(ui: &mut Ui, row: Rect, title: Id, name: &str) -> Parts<bool> {
    let place =
        Align2::RIGHT_CENTER.anchor_size(row.right_center(), Vec2::splat(size::SMALL_CONTROL));
    let close = Button::icon_only(ICON_CLOSE, name).show(ui, place);
    Parts {
        title,
        about: None,
        first: close.id,
        done: close.clicked(),
    }
}

/// The focus state of a dialog.
#[derive(Clone, Copy, Debug, Default)]
struct Keyboard {
    /// The widget that was focused before.
    before: Option<Id>,
    /// The widget whose click has opened it.
    opener: Option<Id>,
    /// Whether the pointer was used in the last frame.
    by_pointer: bool,
}

/// Whether the dialog was visible in the last frame.
pub(crate) fn is_shown(ui: &Ui, id: Id) -> bool {
    ui.data(|data| data.get_temp::<Keyboard>(id)).is_some()
}

/// Shows a dialog (or an alert) over a shaded background; returns its result, and whether to close
/// it.
pub(crate) fn show<T>(
    ui: &Ui,
    id: Id,
    role: Role,
    content: impl FnOnce(&mut Ui) -> Parts<T>,
) -> (T, bool) {
    let by_pointer = ui.input(|input| input.pointer.any_released());
    let known: Option<Keyboard> = ui.data(|data| data.get_temp(id));
    let mut keyboard = known.unwrap_or_else(|| Keyboard {
        before: ui.memory(egui::Memory::focused),
        opener: focus::clicked(ui.ctx()),
        by_pointer,
    });
    keyboard.by_pointer = by_pointer;
    ui.data_mut(|data| data.insert_temp(id, keyboard));

    // Its area covers the whole window; the dialog is inside it.
    let area = Modal::default_area(id).role(Role::GenericContainer);
    let modal = Modal::new(id)
        .area(area)
        .frame(theme::dialog_frame(ui))
        .backdrop_color(theme::backdrop(ui))
        .show(ui.ctx(), |ui| {
            let builder = UiBuilder::new().accessibility_role(role);
            ui.scope_builder(builder, |ui| {
                let parts = content(ui);
                let frame = ui.min_rect().expand(theme::space::XL);
                ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                    node.set_modal();
                    node.set_bounds(Bounds {
                        x0: frame.left().into(),
                        y0: frame.top().into(),
                        x1: frame.right().into(),
                        y1: frame.bottom().into(),
                    });
                    node.push_labelled_by(parts.title.accesskit_id());
                    if let Some(about) = &parts.about {
                        node.set_description(about.as_str());
                    }
                });
                parts
            })
            .inner
        });
    // A user who opened it with the pointer needs no focus ring.
    if known.is_none() && !by_pointer {
        ui.memory_mut(|memory| memory.request_focus(modal.inner.first));
    }
    let closes = modal.should_close();
    if closes {
        ui.ctx().request_repaint();
    }
    (modal.inner.done, closes)
}

/// Must be called in frames without the dialog, when everything else is drawn: restores the focus after it was closed. If
/// nothing had it that is still there, it moves to what has opened the dialog or to `otherwise`, unless the pointer is used.
pub(crate) fn gone(ui: &Ui, id: Id, otherwise: Option<Id>) {
    let known: Option<Keyboard> = ui.data_mut(|data| data.remove_temp(id));
    let Some(Keyboard {
        before,
        opener,
        by_pointer,
    }) = known
    else {
        return;
    };
    // What is drawn before this has not known that it gets the keyboard back.
    ui.ctx().request_repaint();
    let is_drawn = |id: &Id| focus::is_drawn(ui.ctx(), *id);
    let opener = opener.filter(is_drawn).or(otherwise);
    if let Some(to) = before.filter(is_drawn).or(opener.filter(|_| !by_pointer)) {
        ui.memory_mut(|memory| memory.request_focus(to));
    }
}
