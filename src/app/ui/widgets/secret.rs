//! Keeps a password that is typed into a field from undo and from screen readers.

use egui::text_edit::TextEditOutput;
use egui::{Id, Ui};

/// The characters that egui puts into one node for screen readers.
const RUN: usize = 255;

/// Must be called after the field `id` was drawn with `text`.
pub(super) fn hide(ui: &Ui, id: Id, output: &mut TextEditOutput, text: &str) {
    // It would keep copies in memory.
    output.state.clear_undoer();
    output.state.clone().store(ui.ctx(), id);
    // If it is legible, the nodes of its text have it.
    let mut left = text.chars().count();
    let mut run = 0_usize;
    while left > 0 {
        let dots = "•".repeat(left.min(RUN));
        let lengths = vec![u8::try_from('•'.len_utf8()).unwrap_or(1); left.min(RUN)];
        let node = id.with(0_usize).with(run);
        ui.ctx().accesskit_node_builder(node, |node| {
            node.set_value(dots);
            node.set_character_lengths(lengths);
            node.set_word_starts(Vec::<u8>::new());
        });
        left = left.saturating_sub(RUN);
        run += 1;
    }
}
