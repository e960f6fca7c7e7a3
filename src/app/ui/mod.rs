//! The drawing: a tab looks at the model, edits its fields and says what was asked for.

mod card_header;
mod client_tab;
mod empty;
mod error_strip;
mod log_card;
mod message_card;
mod page;
mod server_tab;
mod share_card;
mod top_bar;
mod transfer_list;
mod transfer_row;
mod widgets;

use egui::{
    Key, KeyboardShortcut, Modifiers, Rect, ScrollArea, TextureHandle, Ui, UiBuilder, pos2,
};

use self::page::Page;
use super::actions::{Action, Folder};
use super::model::Model;
use super::theme;
use crate::settings::Tab;

/// Draw everything; what the user asked for.
pub(crate) fn window(ui: &mut Ui, model: &mut Model, logo: &TextureHandle) -> Vec<Action> {
    let mut actions = Vec::new();
    let window = ui.max_rect();
    ui.painter()
        .rect_filled(window, 0, theme::palette(ui).background);
    shortcuts(ui, &mut actions);
    dropped(ui, model.settings.tab, &mut actions);

    let bar_bottom = window.top() + theme::size::TOP_BAR;
    let bar = Rect::from_min_max(window.min, pos2(window.right(), bar_bottom));
    top_bar::ui(ui, bar, model, logo, &mut actions);

    let body = Rect::from_min_max(pos2(window.left(), bar_bottom), window.max);
    let mut body_ui = ui.new_child(UiBuilder::new().max_rect(body).id_salt("body"));
    ScrollArea::vertical()
        .id_salt(model.settings.tab as u8)
        .auto_shrink(false)
        .show(&mut body_ui, |ui| {
            let mut page = Page::new(ui, body);
            error_strip::notices(ui, &mut page, model, &mut actions);
            match model.settings.tab {
                Tab::Server => server_tab::ui(ui, &mut page, model, &mut actions),
                Tab::Client => client_tab::ui(ui, &mut page, model, &mut actions),
            }
            page.finish(ui);
        });
    actions
}

fn shortcuts(ui: &mut Ui, actions: &mut Vec<Action>) {
    for (key, tab) in [(Key::Num1, Tab::Server), (Key::Num2, Tab::Client)] {
        let shortcut = KeyboardShortcut::new(Modifiers::COMMAND, key);
        if ui.input_mut(|input| input.consume_shortcut(&shortcut)) {
            actions.push(Action::Show(tab));
        }
    }
}

/// A folder dropped on the window is for the tab that is shown.
fn dropped(ui: &Ui, tab: Tab, actions: &mut Vec<Action>) {
    let first = ui.input(|input| {
        let file = input.raw.dropped_files.first()?;
        Some(file.path().to_owned())
    });
    let folder = match tab {
        Tab::Server => Folder::Shared,
        Tab::Client => Folder::SaveTo,
    };
    if let Some(path) = first {
        actions.push(Action::Dropped(folder, path));
    }
}

/// Whether the Enter key was pressed in the field that `response` is of.
fn entered(ui: &Ui, response: &egui::Response) -> bool {
    response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}
