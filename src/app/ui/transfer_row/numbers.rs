//! How much, how fast, how long: in columns that do not move.

use std::time::Duration;

use egui::{Align2, Rect, Ui, pos2};

use crate::app::model::row::Row;
use crate::app::theme::{self, font, space};
use crate::app::ui::widgets::Text;
use crate::net::{Outcome, Stage, Transfer};
use crate::{format, t};

/// A transfer that was shorter had no rate worth telling.
const SHORTEST: Duration = Duration::from_millis(100);

/// Peer, amount, rate, time. A time left is at most `99:59:59 left`.
const COLUMNS: [f32; 4] = [128.0, 126.0, 84.0, 84.0];
/// Amount, rate, time; the peer gets the rest. What changes comes first.
const BELOW_COLUMNS: [f32; 3] = [106.0, 74.0, 76.0];

/// What the columns beside the name need.
pub(super) const WIDTH: f32 = {
    let [peer, amount, rate, time] = COLUMNS;
    peer + amount + rate + time + 4.0 * space::M
};

/// Beside the name: at the right edge of their columns.
pub(super) fn beside(ui: &mut Ui, line: Rect, row: &Row) {
    let [amount, rate, time] = texts(row);
    let texts = [row.transfer.peer().to_owned(), amount, rate, time];
    let mut x = line.left();
    for (text, width) in texts.iter().zip(COLUMNS) {
        x += space::M;
        let cell = Rect::from_min_max(pos2(x, line.top()), pos2(x + width, line.bottom()));
        x += width;
        number(ui, cell, text, font::NUMBER, Align2::RIGHT_CENTER);
    }
}

/// Below the name: at the left edge of their columns.
pub(super) fn below(ui: &mut Ui, line: Rect, row: &Row) {
    let mut x = line.left();
    for (text, width) in texts(row).iter().zip(BELOW_COLUMNS) {
        let cell = Rect::from_min_max(pos2(x, line.top()), pos2(x + width, line.bottom()));
        x += width + space::XS;
        number(ui, cell, text, font::CAPTION, Align2::LEFT_CENTER);
    }
    let cell = Rect::from_min_max(
        pos2(x, line.top()),
        pos2(line.right().max(x), line.bottom()),
    );
    let peer = row.transfer.peer();
    number(ui, cell, peer, font::CAPTION, Align2::LEFT_CENTER);
}

fn number(ui: &mut Ui, cell: Rect, text: &str, points: f32, align: Align2) {
    if !text.is_empty() {
        Text::new(text)
            .font(font::regular(points))
            .color(theme::palette(ui).muted)
            .align(align)
            .middle()
            .show(ui, cell);
    }
}

/// Amount, rate, time.
fn texts(row: &Row) -> [String; 3] {
    let transfer = &*row.transfer;
    let nothing = String::new;
    match transfer.stage() {
        // What goes on is as far as it was.
        Stage::Waiting if transfer.done() > 0 => [amount(row), t!("waiting"), nothing()],
        Stage::Waiting => [t!("waiting"), nothing(), nothing()],
        Stage::Connecting if transfer.done() > 0 => [amount(row), t!("connecting"), nothing()],
        Stage::Connecting => [t!("connecting"), nothing(), nothing()],
        Stage::Checking => [t!("checking"), nothing(), nothing()],
        Stage::Interrupted => [amount(row), nothing(), nothing()],
        Stage::Moving => [
            amount(row),
            row.rate.map(format::rate).unwrap_or_default(),
            row.time_left().map(format::time_left).unwrap_or_default(),
        ],
        Stage::Ended => {
            let is_part = matches!(transfer.outcome(), Some(Outcome::Paused(_)));
            if is_part || row.is_unfinished() {
                return [amount(row), nothing(), nothing()];
            }
            let amount = match transfer.done() {
                _ if matches!(transfer.outcome(), Some(Outcome::Cancelled)) => nothing(),
                0 => nothing(),
                done => format::bytes(done),
            };
            // Of several tries only the last was measured, and what was cancelled is gone.
            let is_one_try = transfer.moved() >= transfer.done();
            if !is_one_try || matches!(transfer.outcome(), Some(Outcome::Cancelled)) {
                return [amount, nothing(), nothing()];
            }
            let took = transfer.dialect().map(|_| transfer.elapsed());
            let took = took.map(format::duration).unwrap_or_default();
            [amount, average(transfer), took]
        }
    }
}

/// How much of how much.
fn amount(row: &Row) -> String {
    let done = row.transfer.done();
    match row.total() {
        Some(total) => format::bytes_of(done, total),
        None => format::bytes(done),
    }
}

/// The rate of a transfer that ended, if it took long enough to have one.
fn average(transfer: &Transfer) -> String {
    let took = transfer.elapsed();
    if transfer.moved() == 0 || took < SHORTEST {
        return String::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
    let rate = transfer.moved() as f64 / took.as_secs_f64();
    format::rate(rate)
}
