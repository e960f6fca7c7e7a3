//! The context menu of a text field: cut, copy, paste and select all.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::{TextEditOutput, TextEditState};
use egui::{Id, PointerButton, Rect, TextBuffer as _, Ui, ViewportCommand};

use super::menu::{self, Entry};
use crate::app::symbols::{
    ICON_CONTENT_COPY, ICON_CONTENT_CUT, ICON_CONTENT_PASTE, ICON_SELECT_ALL,
};
use crate::t;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    Cut,
    Copy,
    Paste,
    SelectAll,
}

/// The selection of the field `id`, if egui is about to drop it: a right click would move the
/// cursor, and the menu has the focus while it is open. Must be called before the field is drawn.
pub(super) fn selection(ui: &Ui, id: Id) -> Option<CCursorRange> {
    let is_right = ui.input(|input| {
        let pointer = &input.pointer;
        pointer.secondary_down() || pointer.button_released(PointerButton::Secondary)
    });
    let range = TextEditState::load(ui.ctx(), id)?.cursor.char_range()?;
    let is_needed = is_right || menu::is_open(ui.ctx(), id);
    (is_needed && !range.is_empty()).then_some(range)
}

/// Restores the selection that was `kept`, shows the menu, and applies what is chosen. Returns
/// whether the text changed. `may_copy` whether the text may be put on the clipboard.
pub(super) fn ui(
    ui: &Ui,
    output: &mut TextEditOutput,
    kept: Option<CCursorRange>,
    text: &mut String,
    may_copy: bool,
) -> bool {
    let response = output.response.response.clone();
    let was_open = menu::is_open(ui.ctx(), response.id);
    if kept.is_some() {
        output.state.cursor.set_char_range(kept);
    }
    let range = output.state.cursor.char_range().unwrap_or_default();
    if was_open && !response.has_focus() {
        paint(ui, output, range);
    }
    let chosen = menu::context(&response, || {
        entries(may_copy && !range.is_empty(), !text.is_empty())
    });
    let selected = range.slice_str(text).to_owned();
    match chosen {
        None => {}
        Some(Edit::Copy) => ui.ctx().copy_text(selected),
        Some(Edit::Cut) => {
            ui.ctx().copy_text(selected);
            let [start, _] = range.sorted_cursors();
            text.delete_char_range(range.as_sorted_char_range());
            let cursor = CCursorRange::one(start);
            output.state.cursor.set_char_range(Some(cursor));
        }
        // It arrives as an event, like Ctrl+V, when the field has the focus again.
        Some(Edit::Paste) => ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste),
        Some(Edit::SelectAll) => {
            let all = CCursorRange::select_all_str(text);
            output.state.cursor.set_char_range(Some(all));
        }
    }
    if kept.is_some() || chosen.is_some() {
        output.state.clone().store(ui.ctx(), response.id);
    }
    chosen == Some(Edit::Cut)
}

fn entries(has_selection: bool, has_text: bool) -> Vec<Entry<Edit>> {
    vec![
        Entry::new(t!("cut-text"), Edit::Cut)
            .icon(ICON_CONTENT_CUT)
            .enabled(has_selection),
        Entry::new(t!("copy"), Edit::Copy)
            .icon(ICON_CONTENT_COPY)
            .enabled(has_selection),
        Entry::new(t!("paste-text"), Edit::Paste).icon(ICON_CONTENT_PASTE),
        Entry::new(t!("select-all"), Edit::SelectAll)
            .icon(ICON_SELECT_ALL)
            .enabled(has_text),
    ]
}

/// Marks the selection, which egui shows only in the focused field.
fn paint(ui: &Ui, output: &TextEditOutput, range: CCursorRange) {
    let [start, end] = range.sorted_cursors().map(|cursor: CCursor| {
        let place = output.galley.pos_from_cursor(cursor);
        place.translate(output.galley_pos.to_vec2())
    });
    let mark = Rect::from_min_max(start.left_top(), end.right_bottom());
    ui.painter_at(output.text_clip_rect)
        .rect_filled(mark, 0, ui.visuals().selection.bg_fill);
}
