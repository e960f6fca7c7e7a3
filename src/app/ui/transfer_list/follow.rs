//! Which part of a long list is seen. What moves stays in view by itself, although rows that are over go
//! down; what the user scrolled to stays where it is.

use egui::{Rect, Ui};

use super::layout::Layout;
use crate::app::model::transfers::Transfers;
use landline_engine::transfer::{TransferId, TransferState};

/// A change of the offset by less was not the user.
const STILL: f32 = 0.1;
/// A row of which less is cut off is in view.
const CUT: f32 = 1.0;

/// What the user asked for is shown for so many seconds although only others move: enough to see where it
/// is in the row of those that wait.
const GLANCE_SECS: f64 = 4.0;

/// What the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum View {
    /// The first row that moves.
    #[default]
    Moving,
    /// The row with this key, which the user asked for, until it is over. If it only waits, until this
    /// time in seconds, and while the pointer is here.
    Asked(TransferId, f64),
    /// What the user scrolled to.
    Read,
}

/// A row that was seen.
#[derive(Clone, Copy, Debug)]
struct Seen {
    key: TransferId,
    /// From the upper border of what was seen.
    top: f32,
    /// It was among those that are on their way or can go on.
    is_open: bool,
}

/// How far a list is scrolled, from one frame to the next. All in points.
#[derive(Clone, Debug, Default)]
pub(super) struct Follow {
    /// How far it was scrolled.
    pub offset: f32,
    /// How high the part is that can be seen.
    pub height: f32,
    view: View,
    seen: Vec<Seen>,
}

impl Follow {
    /// How far to scroll in this frame, in which the row with the key `wanted` has to come into view; the
    /// list is at `area`.
    pub(super) fn target(
        &mut self,
        (ui, area): (&Ui, Rect),
        layout: &Layout,
        transfers: &Transfers,
        wanted: Option<TransferId>,
    ) -> f32 {
        if let Some((key, index)) = wanted.and_then(|key| Some((key, layout.index(key)?))) {
            let until = ui.input(|input| input.time) + GLANCE_SECS;
            self.view = View::Asked(key, until);
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

    /// The list was drawn and is at `offset` now, where `target` was wanted.
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

    /// How far to scroll instead of by `offset` so that the row at `index`, to which the keyboard goes, is
    /// seen.
    pub(super) fn reveal(&mut self, layout: &Layout, index: usize, offset: f32) -> f32 {
        let (top, bottom) = (layout.top(index), layout.top(index) + layout.height(index));
        let revealed = offset.max(bottom - self.height).min(top);
        if (revealed - offset).abs() > STILL {
            self.view = View::Read;
        }
        revealed
    }

    /// With a row in view: at the top if it has not been, so that those after it are seen, too.
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

    /// With the first row where it was that has not gone up or down itself.
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

/// Which row is the first that moves.
fn moving(layout: &Layout, transfers: &Transfers) -> Option<usize> {
    let index = transfers
        .open()
        .iter()
        .position(|row| match row.transfer.state() {
            TransferState::Connecting | TransferState::Moving | TransferState::Verifying => true,
            TransferState::Queued | TransferState::BackingOff(_) | TransferState::Ended => false,
        });
    index.filter(|index| layout.key(*index).is_some())
}

/// What the row with this key is doing; it has ended if it is gone.
fn stage(layout: &Layout, transfers: &Transfers, key: TransferId) -> TransferState {
    let index = layout.index(key);
    let row = index.and_then(|index| transfers.open().get(index));
    row.map_or(TransferState::Ended, |row| row.transfer.state())
}
