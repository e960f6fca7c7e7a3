//! What stands in front of everything else: a screen reader hears what it is, the keyboard goes into it,
//! stays in it, and goes back to where it was when it closes.

use egui::accesskit::{Rect as Bounds, Role};
use egui::{Id, Modal, Ui, UiBuilder};

use crate::app::theme;

/// What a dialog consists of, once it is drawn.
#[derive(Debug)]
pub(crate) struct Parts<T> {
    /// The text that it is called by.
    pub title: Id,
    /// What it says, where that is more than its title.
    pub about: Option<String>,
    /// What gets the keyboard first.
    pub first: Id,
    /// What was done in it.
    pub done: T,
}

/// What to remember of the keyboard while a dialog is shown.
#[derive(Clone, Copy, Debug, Default)]
struct Keyboard {
    /// What had it before.
    before: Option<Id>,
    /// The pointer was used in the last frame.
    by_pointer: bool,
}

/// Whether the dialog was shown in the last frame.
pub(crate) fn is_shown(ui: &Ui, id: Id) -> bool {
    ui.data(|data| data.get_temp::<Keyboard>(id)).is_some()
}

/// Show a dialog (or an alert) this frame, and everything behind it in shade; what was done in it, and
/// whether it is to be closed.
pub(crate) fn show<T>(
    ui: &Ui,
    id: Id,
    role: Role,
    content: impl FnOnce(&mut Ui) -> Parts<T>,
) -> (T, bool) {
    let by_pointer = ui.input(|input| input.pointer.any_released());
    let known: Option<Keyboard> = ui.data(|data| data.get_temp(id));
    let before = known.map_or_else(|| ui.memory(egui::Memory::focused), |known| known.before);
    ui.data_mut(|data| data.insert_temp(id, Keyboard { before, by_pointer }));

    // Its area covers the whole window: the dialog is what is in it.
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
    // Who opened it with the pointer looks for no ring around anything.
    if known.is_none() && !by_pointer {
        ui.memory_mut(|memory| memory.request_focus(modal.inner.first));
    }
    let closes = modal.should_close();
    if closes {
        ui.ctx().request_repaint();
    }
    (modal.inner.done, closes)
}

/// The dialog is not shown this frame. If it was before, what had the keyboard then gets it back, or
/// else `otherwise`.
pub(crate) fn gone(ui: &Ui, id: Id, otherwise: Option<Id>) {
    let known: Option<Keyboard> = ui.data_mut(|data| data.remove_temp(id));
    let Some(Keyboard { before, by_pointer }) = known else {
        return;
    };
    if let Some(to) = before.or(otherwise.filter(|_| !by_pointer)) {
        ui.memory_mut(|memory| memory.request_focus(to));
        ui.ctx().request_repaint();
    }
}
