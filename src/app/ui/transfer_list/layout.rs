//! The positions of the rows. Row heights rarely change, so they are cached in the rows; those that
//! must be measured again are measured in batches.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use egui::Ui;

use super::BEYOND;
use super::follow::Follow;
use crate::app::model::row::Row;
use crate::app::model::transfers::Transfers;
use crate::app::ui::transfer_row;
use crate::t;
use landline_engine::transfer::{TransferId, TransferState};

/// How many invisible rows are measured per frame; the others keep their old height until then.
const AT_ONCE: usize = 50;

/// The positions of the rows, from the top of the list, in points.
#[derive(Debug)]
pub(super) struct Layout {
    /// The key and top of each row, and finally the end of the list.
    tops: Vec<(Option<TransferId>, f32)>,
    /// The hash of what the heights depend on.
    measure: u64,
    /// The number of open rows, which come first.
    open: usize,
}

impl Layout {
    /// Lays out all rows from `top` on in `width` points, given the last viewport in `follow`.
    pub(super) fn new(
        ui: &Ui,
        (top, width): (f32, f32),
        transfers: &mut Transfers,
        follow: &Follow,
    ) -> Self {
        let measure = measure(ui, width);
        let near = follow.offset - BEYOND..follow.offset + follow.height + BEYOND;
        let (mut tops, mut y) = (Vec::with_capacity(transfers.len() + 1), top);
        let mut portion = AT_ONCE;
        let open = transfers.open().len();
        for row in transfers.rows_mut() {
            tops.push((Some(row.key), y));
            y += match row.height {
                Some((height, of)) if of == measure && !may_change(row) => height,
                _ if !transfer_row::needs_layout(row) => note(ui, row, width, measure),
                before => {
                    let height = before.map_or(transfer_row::LEAST, |(height, _)| height);
                    let is_near = y <= near.end && y + height >= near.start;
                    if is_near || portion > 0 {
                        portion -= usize::from(!is_near);
                        note(ui, row, width, measure)
                    } else {
                        // The others follow in the next frames.
                        ui.ctx().request_repaint();
                        height
                    }
                }
            };
        }
        tops.push((None, y));
        Self {
            tops,
            measure,
            open,
        }
    }

    /// The rows that intersect a range of heights.
    pub(super) fn between(&self, top: f32, bottom: f32) -> Range<usize> {
        let rows = &self.tops[..self.tops.len() - 1];
        let first = self.tops[1..].partition_point(|(_, below)| *below < top);
        first..rows.partition_point(|(_, top)| *top <= bottom).max(first)
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.tops.len() - 1
    }

    /// The index of the row with this key.
    pub(super) fn index(&self, key: TransferId) -> Option<usize> {
        self.tops.iter().position(|(own, _)| *own == Some(key))
    }

    /// The key of a row.
    pub(super) fn key(&self, index: usize) -> Option<TransferId> {
        self.tops.get(index)?.0
    }

    /// Whether a row is active or can be resumed.
    pub(super) fn is_open(&self, index: usize) -> bool {
        index < self.open
    }

    /// The top of a row.
    pub(super) fn top(&self, index: usize) -> f32 {
        self.tops[index].1
    }

    /// The height of a row.
    pub(super) fn height(&self, index: usize) -> f32 {
        self.tops[index + 1].1 - self.tops[index].1
    }

    /// The bottom of the last row.
    pub(super) fn end(&self) -> f32 {
        self.tops.last().map_or(0.0, |(_, end)| *end)
    }

    /// Updates the cached height after `row` was drawn; a change takes effect in the next frame.
    pub(super) fn check(&self, ui: &Ui, row: &mut Row, height: f32) {
        let noted = row.height.replace((height, self.measure));
        if noted.is_none_or(|(noted, _)| (noted - height).abs() > 0.1) {
            ui.ctx().request_repaint();
        }
    }
}

/// The total height of all rows in `width` points, at most `most`; rows below that are not visited.
pub(super) fn height(ui: &Ui, width: f32, transfers: &Transfers, most: f32) -> f32 {
    let measure = measure(ui, width);
    let mut all = 0.0;
    for row in transfers.rows() {
        all += match row.height {
            Some((height, of)) if of == measure && !may_change(row) => height,
            _ => transfer_row::height(ui, row, width),
        };
        if all >= most {
            return most;
        }
    }
    all
}

/// Whether its height may change in the next frame.
fn may_change(row: &Row) -> bool {
    row.ended.is_none()
        && !matches!(
            row.transfer.state(),
            TransferState::Queued | TransferState::Ended
        )
}

/// Measures `row` and caches the result.
fn note(ui: &Ui, row: &mut Row, width: f32, measure: u64) -> f32 {
    let height = transfer_row::height(ui, row, width);
    row.height = Some((height, measure));
    height
}

/// A hash of everything that all heights depend on: width, scale and language.
fn measure(ui: &Ui, width: f32) -> u64 {
    let mut hasher = DefaultHasher::new();
    width.to_bits().hash(&mut hasher);
    ui.pixels_per_point().to_bits().hash(&mut hasher);
    // A text that differs in every language.
    t!("trying-again").hash(&mut hasher);
    hasher.finish()
}
