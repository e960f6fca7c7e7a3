//! Where each row is. What a row's height depends on seldom changes, so it is noted in the row; what has
//! to be measured anew is measured in portions.

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

/// How many rows that cannot be seen have their words laid out in one frame; until its turn each is as
/// high as it was.
const AT_ONCE: usize = 50;

/// The rows' places, from the top of the list on, in points.
#[derive(Debug)]
pub(super) struct Layout {
    /// Of each row its key and its top, and at last where the list ends.
    tops: Vec<(Option<TransferId>, f32)>,
    /// What their heights were measured for.
    measure: u64,
    /// How many are on their way or can go on; they are the first.
    open: usize,
}

impl Layout {
    /// Of all rows in `width` points, as `follow` says they were seen.
    pub(super) fn new(ui: &Ui, width: f32, transfers: &mut Transfers, follow: &Follow) -> Self {
        let measure = measure(ui, width);
        let near = follow.offset - BEYOND..follow.offset + follow.height + BEYOND;
        let (mut tops, mut y) = (Vec::with_capacity(transfers.len() + 1), 0.0);
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
                        // The rest has its turn in the next frames.
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

    /// The rows that are at least partly between two heights.
    pub(super) fn between(&self, top: f32, bottom: f32) -> Range<usize> {
        let rows = &self.tops[..self.tops.len() - 1];
        let first = self.tops[1..].partition_point(|(_, below)| *below < top);
        first..rows.partition_point(|(_, top)| *top <= bottom).max(first)
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.tops.len() - 1
    }

    /// Which row has this key.
    pub(super) fn index(&self, key: TransferId) -> Option<usize> {
        self.tops.iter().position(|(own, _)| *own == Some(key))
    }

    /// The key of a row, if there is such a row.
    pub(super) fn key(&self, index: usize) -> Option<TransferId> {
        self.tops.get(index)?.0
    }

    /// Whether a row is on its way or can go on.
    pub(super) fn is_open(&self, index: usize) -> bool {
        index < self.open
    }

    /// Where a row begins.
    pub(super) fn top(&self, index: usize) -> f32 {
        self.tops[index].1
    }

    /// How high a row is.
    pub(super) fn height(&self, index: usize) -> f32 {
        self.tops[index + 1].1 - self.tops[index].1
    }

    /// Where the last row ends.
    pub(super) fn end(&self) -> f32 {
        self.tops.last().map_or(0.0, |(_, end)| *end)
    }

    /// `row` was drawn and is `height` points high: if that is news, the next frame heeds it.
    pub(super) fn check(&self, ui: &Ui, row: &mut Row, height: f32) {
        let noted = row.height.replace((height, self.measure));
        if noted.is_none_or(|(noted, _)| (noted - height).abs() > 0.1) {
            ui.ctx().request_repaint();
        }
    }
}

/// How high all rows are together in `width` points; at `most`, without looking at those below.
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

/// Whether it may be higher in the next frame, or lower.
fn may_change(row: &Row) -> bool {
    row.ended.is_none()
        && !matches!(
            row.transfer.state(),
            TransferState::Queued | TransferState::Ended
        )
}

/// Measure `row` and note it.
fn note(ui: &Ui, row: &mut Row, width: f32, measure: u64) -> f32 {
    let height = transfer_row::height(ui, row, width);
    row.height = Some((height, measure));
    height
}

/// A number that is another when rows may have other heights: in another width, at another scale, in
/// another language.
fn measure(ui: &Ui, width: f32) -> u64 {
    let mut hasher = DefaultHasher::new();
    width.to_bits().hash(&mut hasher);
    ui.pixels_per_point().to_bits().hash(&mut hasher);
    // A text that no two languages share.
    t!("trying-again").hash(&mut hasher);
    hasher.finish()
}
