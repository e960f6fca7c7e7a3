//! Keyboard navigation in the list: from row to row, and to the neighbour of a removed row. Keys
//! never act on an invisible row.

use egui::{FocusDirection, Key, Modifiers, Ui};

use super::layout::Layout;
use crate::app::actions::Action;
use crate::app::model::row::Row;
use crate::app::model::transfers::Transfers;
use crate::app::ui::keys;
use crate::app::ui::transfer_row::{Slot, Wanted};
use landline_engine::transfer::TransferId;

/// The button with the keyboard focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Focus {
    /// The key of its row.
    pub row: TransferId,
    slot: Slot,
    /// The row below, or above if it is the last.
    neighbour: Option<TransferId>,
}

/// The row that a key moves to, and the preferred button in it.
pub(super) type Next = (TransferId, Slot);

impl Focus {
    /// The button in this slot of the row at `index`.
    pub(super) fn new(layout: &Layout, index: usize, row: &Row, slot: Slot) -> Self {
        let above = || index.checked_sub(1).and_then(|above| layout.key(above));
        Self {
            row: row.key,
            slot,
            neighbour: layout.key(index + 1).or_else(above),
        }
    }
}

/// Which row gets the focus: the neighbour, if the focused row was removed.
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

/// Handles the keys pressed on a row, whether visible or not; returns the row to move to.
pub(super) fn keys(
    ui: &Ui,
    layout: &Layout,
    transfers: &mut Transfers,
    (focus, is_seen): (Focus, bool),
    page: f32,
    actions: &mut Vec<Action>,
) -> Option<Next> {
    let index = layout.index(focus.row)?;
    let row = transfers.row_mut(index)?;
    if !row.is_active() && keys::pressed_anew(ui, Key::Delete) {
        if !is_seen {
            return Some((focus.row, focus.slot));
        }
        if row.is_unfinished() && focus.slot != Slot::End {
            // Removing it would delete its part, so the button that says so has to be used.
            return Some((focus.row, Slot::End));
        }
        actions.push(Action::Remove(row.transfer.id()));
    }
    let steps = |key| ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key));
    let last = layout.len().saturating_sub(1);
    let below = (index + steps(Key::ArrowDown)).min(last);
    let mut to = below.saturating_sub(steps(Key::ArrowUp));
    let at = |y: f32| layout.between(y, f32::INFINITY).start.min(last);
    let up = at(layout.top(to) - page);
    // Not the row that is only partly within the page.
    let up = up + usize::from(layout.top(up) < layout.top(to) - page);
    for (key, target) in [
        (Key::Home, 0),
        (Key::End, last),
        (Key::PageUp, up.min(to.saturating_sub(1))),
        (
            Key::PageDown,
            at(layout.top(to) + page).max(to + 1).min(last),
        ),
    ] {
        if steps(key) > 0 {
            to = target;
        }
    }
    if to == index {
        return None;
    }
    // egui would move to the nearest widget.
    ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    Some((layout.key(to)?, focus.slot))
}
