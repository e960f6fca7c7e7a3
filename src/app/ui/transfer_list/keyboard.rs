//! Which button of which row has the keyboard, and where its keys lead: from row to row, and to the
//! neighbour of a row that was taken off. No key does anything to a row that is not seen.

use egui::{FocusDirection, Key, Modifiers, Ui};

use super::layout::Layout;
use crate::app::actions::Action;
use crate::app::model::row::Row;
use crate::app::model::transfers::Transfers;
use crate::app::ui::keys;
use crate::app::ui::transfer_row::{Slot, Wanted};
use landline_engine::transfer::TransferId;

/// The button that has the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Focus {
    /// The key of its row.
    pub row: TransferId,
    slot: Slot,
    /// The row below; the one above where there is none.
    neighbour: Option<TransferId>,
}

/// The row to which a key leads, and the button in it, if it has that one.
pub(super) type Next = (TransferId, Slot);

impl Focus {
    /// On the button in this slot of the row at `index`.
    pub(super) fn new(layout: &Layout, index: usize, row: &Row, slot: Slot) -> Self {
        let above = || index.checked_sub(1).and_then(|above| layout.key(above));
        Self {
            row: row.key,
            slot,
            neighbour: layout.key(index + 1).or_else(above),
        }
    }
}

/// What the keyboard has to do with which row: where the row that had it is gone, its neighbour gets it.
pub(super) fn wanted(
    layout: &Layout,
    focus: Option<Focus>,
    next: Option<Next>,
) -> Option<(usize, Wanted)> {
    if let Some((row, slot)) = next {
        return Some((layout.index(row)?, Wanted::Take(slot)));
    }
    let focus = focus?;
    match layout.index(focus.row) {
        Some(index) => Some((index, Wanted::Had(focus.slot))),
        None => Some((layout.index(focus.neighbour?)?, Wanted::Take(focus.slot))),
    }
}

/// Do what the keys say that were pressed at a row, which the user sees or not; where they lead.
pub(super) fn keys(
    ui: &Ui,
    layout: &Layout,
    transfers: &mut Transfers,
    (focus, is_seen): (Focus, bool),
    actions: &mut Vec<Action>,
) -> Option<Next> {
    let index = layout.index(focus.row)?;
    let row = transfers.row_mut(index)?;
    if !row.is_active() && keys::pressed_anew(ui, Key::Delete) {
        if !is_seen {
            return Some((focus.row, focus.slot));
        }
        if row.is_unfinished() && focus.slot != Slot::End {
            // What is on the disk goes with it: the button that says so asks.
            return Some((focus.row, Slot::End));
        }
        actions.push(Action::Remove(row.transfer.id()));
    }
    let steps = |key| ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key));
    let below = (index + steps(Key::ArrowDown)).min(layout.len().saturating_sub(1));
    let to = below.saturating_sub(steps(Key::ArrowUp));
    if to == index {
        return None;
    }
    // egui would look for whatever is nearest.
    ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    Some((layout.key(to)?, focus.slot))
}
