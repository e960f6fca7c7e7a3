//! The keyboard shortcuts, and how tooltips name them.

use egui::{Event, Id, Key, KeyboardShortcut, Modifiers, Popup, Ui};

use super::widgets::Field;
use crate::app::actions::{Action, Folder};
use crate::app::model::Model;
use crate::app::model::browse::State;
use crate::settings::Tab;
use crate::t;

const fn command(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

/// Shows the Server tab.
pub(crate) const SERVER: KeyboardShortcut = command(Key::Num1);
/// Shows the Client tab.
pub(crate) const CLIENT: KeyboardShortcut = command(Key::Num2);
/// Chooses a folder for the current tab.
pub(crate) const BROWSE: KeyboardShortcut = command(Key::O);
/// Focuses the host field.
pub(crate) const HOST: KeyboardShortcut = command(Key::L);
/// Focuses the filter.
pub(crate) const FILTER: KeyboardShortcut = command(Key::F);
/// Reloads the remote folder.
pub(crate) const REFRESH: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::F5);
/// Opens the parent folder.
pub(crate) const ABOVE: KeyboardShortcut = KeyboardShortcut::new(Modifiers::ALT, Key::ArrowUp);
/// Clears the selection, unless a field or a menu takes the key.
pub(crate) const ESCAPE: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::Escape);
/// Opens the settings.
pub(crate) const SETTINGS: KeyboardShortcut = command(Key::Comma);
/// Brings back what was removed.
pub(crate) const UNDO: KeyboardShortcut = command(Key::Z);

/// `text (Ctrl+O)`.
pub(crate) fn tip(ui: &Ui, text: &str, shortcut: KeyboardShortcut) -> String {
    let keys = ui.ctx().format_shortcut(&shortcut);
    t!("tip", text = text, keys = keys)
}

/// Whether the keys of this frame were pressed while the widget `id` had the focus. A widget that
/// gains the focus during a frame must ignore them: they were meant for the previous one.
pub(crate) fn are_for(ui: &Ui, id: Id) -> bool {
    ui.memory(|memory| memory.had_focus_last_frame(id) && memory.has_focus(id))
}

/// Whether `event` is a key repeat.
pub(crate) fn is_repeat(event: &Event) -> bool {
    matches!(event, Event::Key { repeat: true, .. })
}

/// Consumes the presses of `key` without modifiers; returns whether one of them is not a repeat.
pub(crate) fn pressed_anew(ui: &Ui, key: Key) -> bool {
    let mut is_pressed = false;
    ui.input_mut(|input| {
        input.events.retain(|event| {
            let is_it = matches!(event, Event::Key { key: own, pressed: true, modifiers, .. }
                if *own == key && modifiers.is_none());
            is_pressed |= is_it && !is_repeat(event);
            !is_it
        });
    });
    is_pressed
}

/// Drops the repeats of keys that trigger actions: the focus may have moved since the key went
/// down.
fn drop_repeats(ui: &Ui) {
    let starts = |event: &Event| match event {
        Event::Key { key, .. } => matches!(key, Key::Enter | Key::Space | Key::F5),
        _ => false,
    };
    let stays = |event: &Event| !(starts(event) && is_repeat(event));
    ui.input_mut(|input| input.events.retain(stays));
}

/// Handles shortcuts and pasted URLs.
pub(crate) fn ui(ui: &mut Ui, model: &mut Model, had_focus: bool, actions: &mut Vec<Action>) {
    drop_repeats(ui);
    // A dialog gets all keys.
    if model.has_dialog() {
        return;
    }
    let pressed = |shortcut| ui.input_mut(|input| input.consume_shortcut(shortcut));
    if pressed(&SERVER) {
        actions.push(Action::Show(Tab::Server));
    }
    if pressed(&CLIENT) {
        actions.push(Action::Show(Tab::Client));
    }
    if pressed(&SETTINGS) {
        model.settings_open = true;
    }
    // A text field has an undo of its own.
    if model.undo.is_some() && !ui.ctx().text_edit_focused() && pressed(&UNDO) {
        actions.push(Action::Undo);
    }
    if pressed(&BROWSE) {
        actions.push(Action::Browse(match model.settings.tab {
            Tab::Server => Folder::Shared,
            Tab::Client => Folder::SaveTo,
        }));
    }
    if pressed(&HOST) {
        actions.push(Action::Show(Tab::Client));
        if model.opened(Tab::Client).is_some() {
            actions.push(Action::CloseLine(Tab::Client));
        }
        Field::new(&t!("host")).focus(ui);
    }
    let is_opened = model.opened(model.settings.tab).is_some();
    if model.settings.tab == Tab::Client && !is_opened {
        client(ui, model, had_focus, actions);
    }
}

fn client(ui: &mut Ui, model: &mut Model, had_focus: bool, actions: &mut Vec<Action>) {
    let pressed = |shortcut| ui.input_mut(|input| input.consume_shortcut(shortcut));
    let is_looking = *model.client.browse.state() != State::Nowhere;
    if pressed(&REFRESH) && !model.settings.host.trim().is_empty() {
        actions.push(Action::Refresh);
    }
    if pressed(&ABOVE)
        && let Some(place) = model.client.browse.above()
    {
        actions.push(Action::OpenFolder(place));
    }
    if pressed(&FILTER) && is_looking {
        Field::new(&t!("filter")).focus(ui);
    }
    let is_free = !had_focus && !Popup::is_any_open(ui.ctx());
    if is_free && model.client.browse.chosen().0 > 0 && pressed(&ESCAPE) {
        model.client.browse.choose_none();
        model.show_chosen();
    }
    // In these fields, a pasted URL is plain text.
    let texts = [t!("filter"), t!("call-text")];
    if texts.iter().any(|label| Field::new(label).has_keyboard(ui)) {
        return;
    }
    let mut has_url = false;
    ui.input_mut(|input| {
        input.events.retain(|event| {
            let urls = match event {
                Event::Paste(text) => model.take_urls(text),
                _ => 0,
            };
            has_url |= urls == 1;
            urls == 0
        });
    });
    if has_url {
        actions.push(Action::List);
    }
}
