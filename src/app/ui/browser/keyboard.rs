//! The keys of the list of files.

use egui::{Event, EventFilter, Key, Modifiers, Ui};

use super::list;
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::browse::Browse;
use crate::app::ui::keys;

/// What was typed in the list.
enum Press {
    Key(Key, Modifiers),
    Text(String),
}

/// Consumes and returns what was typed in the list. Escape belongs to it while something is selected.
fn pressed(ui: &mut Ui, has_chosen: bool) -> Vec<Press> {
    let mut presses = Vec::new();
    if !keys::are_for(ui, list::id()) {
        return presses;
    }
    let filter = EventFilter {
        vertical_arrows: true,
        escape: has_chosen,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(list::id(), filter));
    ui.input_mut(|input| {
        input.events.retain(|event| {
            let (key, modifiers) = match event {
                Event::Key {
                    key,
                    pressed: true,
                    modifiers,
                    ..
                } => (key, modifiers),
                Event::Text(text) => {
                    presses.push(Press::Text(text.clone()));
                    return false;
                }
                _ => return true,
            };
            let is_ours = match key {
                // Alt+Up opens the parent folder.
                Key::ArrowUp => !modifiers.alt,
                Key::A => modifiers.command,
                Key::Escape => has_chosen,
                Key::ArrowDown
                | Key::PageDown
                | Key::PageUp
                | Key::End
                | Key::Home
                | Key::Space
                | Key::Enter
                | Key::Backspace => true,
                _ => false,
            };
            // Repeated, it would lead to the root.
            if is_ours && !(*key == Key::Backspace && keys::is_repeat(event)) {
                presses.push(Press::Key(*key, *modifiers));
            }
            !is_ours
        });
    });
    presses
}

/// Handles what was typed in the list; returns whether to open or download the selection.
pub(super) fn ui(ui: &mut Ui, page: f32, model: &mut Model, actions: &mut Vec<Action>) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "a few rows")]
    let page = (page as isize).max(1);
    let now = ui.input(|input| input.time);
    let mut take = false;
    let mut chosen = false;
    let has_chosen = model.client.browse.chosen().0 > 0;
    for press in pressed(ui, has_chosen) {
        let browse = &mut model.client.browse;
        let (key, held) = match press {
            Press::Key(key, held) => (key, held),
            // A space alone is a key.
            Press::Text(text) if text == " " && !browse.is_typing(now) => continue,
            Press::Text(text) => {
                chosen |= browse.type_ahead(&text, now);
                continue;
            }
        };
        let by = match key {
            Key::ArrowDown => 1,
            Key::ArrowUp => -1,
            Key::PageDown => page,
            Key::PageUp => -page,
            Key::End => isize::MAX,
            Key::Home => isize::MIN,
            Key::A => {
                browse.choose_all();
                chosen = true;
                continue;
            }
            Key::Escape => {
                browse.choose_none();
                chosen = true;
                continue;
            }
            Key::Space => {
                if let Some(row) = browse.cursor().filter(|_| !browse.is_typing(now)) {
                    browse.click(row, true, false);
                    chosen = true;
                }
                continue;
            }
            Key::Enter => {
                take = true;
                continue;
            }
            Key::Backspace => {
                if !browse.take_back_letter(now) {
                    actions.extend(browse.above().map(Action::OpenFolder));
                }
                continue;
            }
            _ => continue,
        };
        browse.step(by, held.shift);
        chosen = true;
    }
    if chosen {
        model.show_chosen();
    }
    take
}

/// Handles the keys while there are no rows.
pub(super) fn without_rows(ui: &mut Ui, browse: &Browse, actions: &mut Vec<Action>) {
    let is_back = |press: &Press| matches!(press, Press::Key(Key::Backspace, _));
    if pressed(ui, false).iter().any(is_back) {
        actions.extend(browse.above().map(Action::OpenFolder));
    }
}
