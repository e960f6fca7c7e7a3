//! The scroll position of a long list. Active rows stay in view by themselves, although ended rows
//! move down; once the user has scrolled, the position stays.

use egui::{Rect, Ui};

use super::layout::Layout;
use crate::app::model::transfers::{Transfers, Wanted};
use landline_engine::transfer::{TransferId, TransferState};

/// A smaller change of the offset was not made by the user.
const STILL: f32 = 0.1;
/// A row that is cut off by less than this counts as visible.
const CUT: f32 = 1.0;

/// For how many seconds a requested row stays in view if it is queued while others are active: long
/// enough to see its place in the queue.
const GLANCE_SECS: f64 = 4.0;

/// What the list keeps in view.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum View {
    /// The first active row.
    #[default]
    Moving,
    /// The row with this key, which the user requested, until it ends. If it is queued, until this
    /// time in seconds, and while the pointer is over the list.
    Asked(TransferId, f64),
    /// The position that the user scrolled to.
    Read,
}

/// A row that was visible.
#[derive(Clone, Copy, Debug)]
struct Seen {
    key: TransferId,
    /// Its distance from the top of the viewport.
    top: f32,
    /// Whether it was among the open rows.
    is_open: bool,
}

/// The scroll state of a list between frames. All lengths in points.
#[derive(Clone, Debug, Default)]
pub(super) struct Follow {
    /// The scroll offset.
    pub offset: f32,
    /// The height of the viewport.
    pub height: f32,
    view: View,
    seen: Vec<Seen>,
}

impl Follow {
    /// The scroll offset for this frame, in which the row `wanted` has to come into view; the list
    /// is at `area`.
    pub(super) fn target(
        &mut self,
        (ui, area): (&Ui, Rect),
        layout: &Layout,
        transfers: &Transfers,
        wanted: Option<Wanted>,
    ) -> f32 {
        let key = wanted.map(|wanted| wanted.key);
        if let Some((key, index)) = key.and_then(|key| Some((key, layout.index(key)?))) {
            let until = ui.input(|input| input.time) + GLANCE_SECS;
            self.view = match wanted {
                Some(Wanted { stays: true, .. }) => View::Read,
                _ => View::Asked(key, until),
            };
            return self.clamp(layout, self.to_show(layout, index));
        }
        if let View::Asked(key, until) = self.view {
            let is_shown = match stage(layout, transfers, key) {
                TransferState::Queued => {
                    ui.input(|input| input.time) < until || ui.rect_contains_pointer(area)
                }
                stage => stage != TransferState::Ended,
            };
            if !is_shown {
                self.view = View::Moving;
            }
        }
        let offset = match self.view {
            View::Moving => moving(layout, transfers).map(|index| self.to_show(layout, index)),
            View::Asked(..) | View::Read => self.unmoved(layout),
        };
        self.clamp(layout, offset.unwrap_or(self.offset))
    }

    /// Records that the list was drawn at `offset`, after `target` was requested.
    pub(super) fn drawn(
        &mut self,
        layout: &Layout,
        transfers: &Transfers,
        (target, offset): (f32, f32),
    ) {
        self.offset = offset;
        if (offset - target).abs() > STILL {
            self.view = View::Read;
        }
        if self.view == View::Read {
            let is_at_home = match moving(layout, transfers) {
                Some(index) => self.is_in_view(layout, index),
                None => offset < CUT,
            };
            if is_at_home {
                self.view = View::Moving;
            }
        }
        self.seen.clear();
        for index in layout.between(offset, offset + self.height) {
            self.seen.extend(layout.key(index).map(|key| Seen {
                key,
                top: layout.top(index) - offset,
                is_open: layout.is_open(index),
            }));
        }
    }

    /// The offset that brings the row at `index` into view when the keyboard moves to it.
    pub(super) fn reveal(&mut self, layout: &Layout, index: usize, offset: f32) -> f32 {
        let (top, bottom) = (layout.top(index), layout.top(index) + layout.height(index));
        let revealed = offset.max(bottom - self.height).min(top);
        if (revealed - offset).abs() > STILL {
            self.view = View::Read;
        }
        revealed
    }

    /// The offset that makes a row visible: at the top if it is not visible yet, so that the
    /// following rows are visible, too.
    fn to_show(&self, layout: &Layout, index: usize) -> f32 {
        if self.is_in_view(layout, index) {
            self.offset
        } else {
            layout.top(index)
        }
    }

    fn is_in_view(&self, layout: &Layout, index: usize) -> bool {
        let (top, bottom) = (layout.top(index), layout.top(index) + layout.height(index));
        top >= self.offset - CUT && bottom <= self.offset + self.height + CUT
    }

    /// The offset that keeps the first visible row in place, of those that have not moved
    /// themselves.
    fn unmoved(&self, layout: &Layout) -> Option<f32> {
        if self.offset <= 0.0 {
            return None;
        }
        self.seen.iter().find_map(|seen| {
            let index = layout.index(seen.key)?;
            let is_there = layout.is_open(index) == seen.is_open;
            is_there.then(|| layout.top(index) - seen.top)
        })
    }

    fn clamp(&self, layout: &Layout, offset: f32) -> f32 {
        offset.clamp(0.0, (layout.end() - self.height).max(0.0))
    }
}

/// The index of the first active row.
fn moving(layout: &Layout, transfers: &Transfers) -> Option<usize> {
    let index = transfers
        .open()
        .iter()
        .position(|row| match row.transfer.state() {
            TransferState::Preparing
            | TransferState::Connecting
            | TransferState::Asking
            | TransferState::Moving
            | TransferState::Verifying => true,
            TransferState::Queued | TransferState::BackingOff(_) | TransferState::Ended => false,
        });
    index.filter(|index| layout.key(*index).is_some())
}

/// The state of the row with this key; ended if the row is gone.
fn stage(layout: &Layout, transfers: &Transfers, key: TransferId) -> TransferState {
    let index = layout.index(key);
    let row = index.and_then(|index| transfers.open().get(index));
    row.map_or(TransferState::Ended, |row| row.transfer.state())
}
