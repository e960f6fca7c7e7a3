//! Selecting and copying labels. egui selects across labels, but it knows only what is drawn of
//! each: what is copied must be the whole text, in its logical order.

use std::ops::Range;
use std::sync::Arc;

use egui::response::Flags;
use egui::text_selection::LabelSelectionState;
use egui::{
    Color32, Context, CursorIcon, FullOutput, Galley, OutputCommand, Plugin, PointerButton,
    PointerState, Popup, Pos2, Response, Sense, Stroke, Ui,
};

use super::menu::{self, Entry};
use crate::app::symbols::ICON_CONTENT_COPY;
use crate::t;

/// The sense of a label: it can be selected, but the Tab key passes over it.
pub(super) fn sense(ui: &Ui) -> Sense {
    // On a touch screen, dragging scrolls.
    if ui.input(egui::InputState::has_touch_screen) {
        Sense::CLICK
    } else {
        Sense::CLICK | Sense::DRAG
    }
}

/// Draws a label so that it can be selected. `text` is the whole text; `sources` returns, for each
/// glyph of what is drawn, the bytes of `text` that it stands for.
pub(super) fn draw(
    ui: &Ui,
    response: &Response,
    place: Pos2,
    mut galley: Arc<Galley>,
    text: &str,
    sources: impl FnOnce(&mut Arc<Galley>) -> Vec<Range<usize>>,
) {
    if response.hovered() {
        ui.set_cursor_icon(CursorIcon::Text);
    }
    let is_pressed = ui.input(|input| input.pointer.any_pressed()) && response.hovered();
    if !is_pressed && !has_selection(ui.ctx()) {
        ui.painter().galley(place, galley, Color32::PLACEHOLDER);
        return;
    }
    if galley.text() != text {
        let sources = sources(&mut galley);
        let drawn = Drawn {
            shown: galley.text().to_owned(),
            text: text.to_owned(),
            sources,
        };
        let copies = ui.ctx().plugin_or_default::<Copies>();
        copies.lock().drawn.push(drawn);
    }
    let mut seen = response.clone();
    let is_other_button = |pointer: &PointerState| {
        pointer.any_pressed() && !pointer.button_pressed(PointerButton::Primary)
    };
    if ui.input(|input| is_other_button(&input.pointer)) {
        // A right click keeps the selection for its menu.
        seen.flags -= Flags::CONTAINS_POINTER | Flags::IS_POINTER_BUTTON_DOWN_ON;
    }
    let none = Stroke::NONE;
    LabelSelectionState::label_text_selection(ui, &seen, place, galley, Color32::PLACEHOLDER, none);
    let is_click = ui.input(|input| {
        let (pointer, button) = (&input.pointer, PointerButton::Primary);
        let is_single =
            !pointer.button_double_clicked(button) && !pointer.button_triple_clicked(button);
        pointer.button_clicked(button) && is_single && !input.modifiers.shift
    });
    // Otherwise egui would take a click for a selection of the whole label.
    if is_click && response.hovered() {
        clear(ui.ctx());
    }
}

/// The context menu of a label, which copies the selection or else the whole text.
pub(super) fn menu(response: &Response, text: &str) {
    let entry = || Entry::new(t!("copy"), ()).icon(ICON_CONTENT_COPY);
    if menu::context(response, || vec![entry()]).is_some() {
        let text = selected(&response.ctx).unwrap_or_else(|| text.to_owned());
        response.ctx.copy_text(text);
    }
}

/// What is selected in labels, or was when a menu was opened.
pub(crate) fn selected(ctx: &Context) -> Option<String> {
    let copies = ctx.plugin_or_default::<Copies>();
    copies.lock().selected.clone()
}

/// Whether something is selected in labels.
fn has_selection(ctx: &Context) -> bool {
    ctx.plugin::<LabelSelectionState>().lock().has_selection()
}

/// Deselects what is selected in labels.
pub(super) fn clear(ctx: &Context) {
    ctx.plugin::<LabelSelectionState>().lock().clear_selection();
}

/// A label that does not draw its text as it is.
#[derive(Debug)]
struct Drawn {
    shown: String,
    text: String,
    sources: Vec<Range<usize>>,
}

impl Drawn {
    /// The ends of what is drawn, longest first.
    fn tails(&self) -> impl Iterator<Item = &str> {
        self.shown.char_indices().map(|(at, _)| &self.shown[at..])
    }

    /// The beginnings of what is drawn, longest first.
    fn heads(&self) -> impl Iterator<Item = &str> {
        self.shown
            .char_indices()
            .rev()
            .map(|(at, _)| &self.shown[..at])
            .filter(|head| !head.is_empty())
    }

    /// The part of the text that `shown`, a part of what is drawn, stands for.
    fn source(&self, shown: &str) -> Option<String> {
        let at = self.shown.find(shown)?;
        let first = self.shown[..at].chars().count();
        let count = shown.chars().count();
        let mut parts = self.sources.get(first..first + count)?.to_vec();
        parts.sort_by_key(|part| part.start);
        // Several glyphs may stand for the same part.
        parts.dedup();
        Some(parts.into_iter().map(|part| &self.text[part]).collect())
    }
}

/// Replaces what egui copies by what it stands for.
#[derive(Debug, Default)]
struct Copies {
    /// The labels of this frame that may be selected.
    drawn: Vec<Drawn>,
    /// What is selected, or was when a menu was opened.
    selected: Option<String>,
}

impl Copies {
    fn whole(&self, copied: &str) -> String {
        if let Some(part) = self.drawn.iter().find_map(|drawn| drawn.source(copied)) {
            return part;
        }
        let mut copied = copied.to_owned();
        for drawn in &self.drawn {
            copied = copied.replace(&drawn.shown, &drawn.text);
        }
        // A selection of several labels may start and end in the middle of one.
        let starts = self.drawn.iter().filter_map(|drawn| {
            let part = drawn.tails().find(|part| copied.starts_with(part))?;
            Some((part.len(), drawn.source(part)?))
        });
        let ends = self.drawn.iter().filter_map(|drawn| {
            let part = drawn.heads().find(|part| copied.ends_with(part))?;
            Some((part.len(), drawn.source(part)?))
        });
        let longest = |(length, _): &(usize, String)| *length;
        let (start, end) = (starts.max_by_key(longest), ends.max_by_key(longest));
        let (length, source) = end.unwrap_or_default();
        let rest = copied.len() - length;
        let (skipped, first) = start
            .filter(|(length, _)| *length <= rest)
            .unwrap_or_default();
        format!("{first}{}{source}", &copied[skipped..rest])
    }
}

impl Plugin for Copies {
    fn debug_name(&self) -> &'static str {
        "copies"
    }

    fn on_begin_pass(&mut self, _ui: &mut Ui) {
        self.drawn.clear();
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        // A click on the menu itself clears egui's selection.
        if !has_selection(ui.ctx()) && !Popup::is_any_open(ui.ctx()) {
            self.selected = None;
        }
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        if !has_selection(ctx) {
            return;
        }
        for command in &mut output.platform_output.commands {
            match command {
                OutputCommand::CopyText(text) => *text = self.whole(text),
                OutputCommand::TextSelectionSettled(text) => {
                    *text = self.whole(text);
                    self.selected = Some(text.clone());
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_elided_text_includes_what_is_hidden() {
        let text = "photo of the harbour.jpeg";
        let mut sources: Vec<_> = (0..5).map(|at| at..at + 1).collect();
        sources.push(5..20);
        sources.extend((20..25).map(|at| at..at + 1));
        let copies = Copies {
            drawn: vec![Drawn {
                shown: "photo….jpeg".to_owned(),
                text: text.to_owned(),
                sources,
            }],
            selected: None,
        };
        for (copied, whole) in [
            ("photo….jpeg", text),
            ("to….j", "to of the harbour.j"),
            ("photo", "photo"),
            (".jpeg", ".jpeg"),
            ("a\nphoto….jpeg b", "a\nphoto of the harbour.jpeg b"),
            ("elsewhere", "elsewhere"),
            (
                "….jpeg\nbetween\nphoto…",
                " of the harbour.jpeg\nbetween\nphoto of the harbour",
            ),
        ] {
            assert_eq!(copies.whole(copied), whole, "{copied}");
        }
    }
}
