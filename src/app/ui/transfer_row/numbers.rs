//! The numbers of a row (amount, rate, time) in fixed columns.

use std::time::Duration;

use egui::{Align2, Color32, Rect, Ui, pos2, vec2};

use crate::app::model::row::Row;
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::app::ui::widgets::{Text, graph};
use crate::{format, t};
use landline_engine::transfer::{Outcome, Transfer, TransferState};

/// A shorter transfer has no meaningful rate.
const SHORTEST: Duration = Duration::from_millis(100);

/// The width of the peer.
const PEER: f32 = 128.0;
/// The widths of amount, rate and time. The longest time left is `99:59:59 left`.
const COLUMNS: [f32; 3] = [126.0, 84.0, 84.0];
/// The peer's maximum share of a line of numbers, while these change.
const PEER_SHARE: f32 = 0.3;
/// The separator between numbers.
pub(crate) const DOT: &str = " · ";

/// The width of the columns beside the name, including the graph.
pub(super) fn width(row: &Row, roomy: bool) -> f32 {
    let [graph, _] = size::GRAPH;
    let peer = if has_peer(row, roomy) {
        PEER + space::M
    } else {
        0.0
    };
    let columns = COLUMNS.map(|width| width + space::M);
    graph + space::M + peer + columns.iter().sum::<f32>()
}

/// Who asked for it is new information; the host of a download was chosen by the user.
fn has_peer(row: &Row, roomy: bool) -> bool {
    roomy || row.is_served()
}

/// Whether its files are read or the recipient is asked: there are no rates yet.
fn is_before_sending(row: &Row) -> bool {
    let state = row.transfer.state();
    matches!(state, TransferState::Preparing | TransferState::Asking)
}

/// Draws the numbers beside the name, right-aligned in their columns.
pub(super) fn beside(ui: &mut Ui, line: Rect, row: &Row, roomy: bool) {
    let mut x = line.left() + space::M;
    let [graph, _] = size::GRAPH;
    let place = Rect::from_min_max(pos2(x, line.top()), pos2(x + graph, line.bottom()));
    rates(ui, place, row);
    x = place.right();
    let mut cell = |width: f32| {
        x += space::M + width;
        Rect::from_min_max(pos2(x - width, line.top()), pos2(x, line.bottom()))
    };
    if has_peer(row, roomy) {
        let cell = cell(PEER);
        let peer = number(ui, row.transfer.peer_name(), font::NUMBER);
        peer.align(Align2::RIGHT_CENTER).middle().show(ui, cell);
    }
    if is_before_sending(row) {
        // Longer than a number, and alone.
        let [text, ..] = texts(row);
        let cell = cell(COLUMNS.iter().sum::<f32>() + 2.0 * space::M);
        let text = number(ui, &text, font::NUMBER).middle();
        text.align(Align2::RIGHT_CENTER).show(ui, cell);
        return;
    }
    for (text, width) in texts(row).iter().zip(COLUMNS) {
        let cell = cell(width);
        if !text.is_empty() {
            let text = number(ui, text, font::NUMBER).tabular();
            text.align(Align2::RIGHT_CENTER).show(ui, cell);
        }
    }
}

/// Draws the summary of a completed transfer; returns its left edge.
pub(super) fn summary(ui: &mut Ui, line: Rect, row: &Row, roomy: bool) -> f32 {
    let text = done(row, roomy);
    let mut left = line.right();
    if !text.is_empty() {
        let text = number(ui, &text, font::NUMBER).tabular();
        let text = text.align(Align2::RIGHT_CENTER);
        left = text.show(ui, line).rect.left();
    }
    if !row.is_received {
        return left;
    }
    if !text.is_empty() {
        left = dot(
            ui,
            line.with_max_x(left),
            font::NUMBER,
            Align2::RIGHT_CENTER,
        )
        .left();
    }
    // The name of the file needs the space more.
    let cell = line.with_max_x(left).with_min_x(left - PEER);
    let peer = number(ui, row.transfer.peer_name(), font::NUMBER).middle();
    let peer = peer.align(Align2::RIGHT_CENTER);
    peer.show(ui, cell).rect.left()
}

/// Whether there are numbers below the name.
pub(super) fn has_below(row: &Row) -> bool {
    let transfer = &row.transfer;
    match transfer.outcome() {
        Some(Outcome::Cancelled) => row.is_served(),
        Some(Outcome::Failed(_)) => row.is_served() || transfer.done() > 0 || row.is_unfinished(),
        _ => true,
    }
}

/// Draws the numbers below the name, with the graph at the end.
pub(super) fn below(ui: &mut Ui, line: Rect, row: &Row) {
    let mut words = line;
    if row.is_active() {
        let [width, _] = size::GRAPH;
        let place = Align2::RIGHT_CENTER.align_size_within_rect(vec2(width, line.height()), line);
        rates(ui, place, row);
        words.max.x = place.left() - space::M;
    }
    let text = match row.transfer.outcome() {
        Some(Outcome::Saved(_)) => done(row, true),
        _ => joined(&texts(row)),
    };
    let numbers = number(ui, &text, font::CAPTION).tabular();
    if row.is_served() {
        let mut room = words.width() * PEER_SHARE;
        if !row.is_active() {
            let dot = number(ui, DOT, font::CAPTION).width(ui);
            room = room.max(words.width() - dot - numbers.width(ui));
        }
        // First, because it never changes.
        let cell = words.with_max_x(words.left() + room);
        let peer = number(ui, row.transfer.peer_name(), font::CAPTION).middle();
        words.min.x = peer.show(ui, cell).rect.right();
        words.min.x = dot(ui, words, font::CAPTION, Align2::LEFT_CENTER).right();
    }
    if !text.is_empty() {
        numbers.show(ui, words);
    }
}

/// Draws the graph of the last minute while the transfer is active.
fn rates(ui: &mut Ui, place: Rect, row: &Row) {
    if row.is_active() && !is_before_sending(row) && row.rate_history.shares().len() > 0 {
        let [width, height] = size::GRAPH;
        let place = Align2::RIGHT_CENTER
            .align_size_within_rect(vec2(width, height.min(place.height())), place);
        let name = t!("graph-of", name = row.name().as_ref());
        let now = row.rate.map(format::rate).unwrap_or_default();
        graph(ui, place, row.rate_history.shares(), &name, &now);
    }
}

/// Draws the separator at one side of `area`; returns where it is.
fn dot(ui: &Ui, area: Rect, points: f32, side: Align2) -> Rect {
    let dot = number(ui, DOT, points).layout(ui, f32::INFINITY);
    let place = side.align_size_within_rect(dot.size(), area);
    ui.painter().galley(place.min, dot, Color32::PLACEHOLDER);
    place
}

fn number<'a>(ui: &Ui, text: &'a str, points: f32) -> Text<'a> {
    Text::new(text)
        .clicks_row()
        .font(font::regular(points))
        .color(theme::palette(ui).muted)
}

pub(crate) fn joined(texts: &[String]) -> String {
    let texts: Vec<&str> = texts
        .iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    texts.join(DOT)
}

/// The size of a completed download and, with `all`, its duration.
fn done(row: &Row, all: bool) -> String {
    let files = row.transfer.files();
    let files = files.map(|files| t!("files", count = files.total));
    let [amount, rate, time] = texts(row);
    let [rate, time] = if all {
        [rate, time]
    } else {
        [String::new(), String::new()]
    };
    joined(&[files.unwrap_or_default(), amount, rate, time])
}

/// Amount, rate and time.
pub(crate) fn texts(row: &Row) -> [String; 3] {
    let transfer = &*row.transfer;
    let nothing = String::new;
    match transfer.state() {
        // A resumed download shows its previous progress.
        TransferState::Queued if transfer.done() > 0 => [amount(row), t!("waiting"), nothing()],
        TransferState::Queued => [t!("waiting"), nothing(), nothing()],
        TransferState::Preparing => [t!("preparing"), nothing(), nothing()],
        TransferState::Connecting if transfer.done() > 0 => {
            [amount(row), t!("connecting"), nothing()]
        }
        TransferState::Connecting => [t!("connecting"), nothing(), nothing()],
        TransferState::Asking => [
            t!("send-asking", host = transfer.peer()),
            nothing(),
            nothing(),
        ],
        TransferState::Verifying => [t!("checking"), nothing(), nothing()],
        TransferState::BackingOff(_) => [amount(row), nothing(), nothing()],
        TransferState::Moving => [
            amount(row),
            row.rate.map(format::rate).unwrap_or_default(),
            row.time_left().map(format::time_left).unwrap_or_default(),
        ],
        TransferState::Ended => {
            let is_part = matches!(transfer.outcome(), Some(Outcome::Paused(_)));
            if is_part || row.is_unfinished() {
                return [amount(row), nothing(), nothing()];
            }
            let is_cancelled = matches!(transfer.outcome(), Some(Outcome::Cancelled));
            if is_cancelled {
                // The part was deleted.
                return [nothing(), nothing(), nothing()];
            }
            let amount = match transfer.done() {
                0 => nothing(),
                done => format::bytes(done),
            };
            // Only the last attempt was measured.
            if transfer.moved() < transfer.done() {
                return [amount, nothing(), nothing()];
            }
            let took = transfer.protocol().map(|_| transfer.elapsed());
            let took = took.map(format::duration).unwrap_or_default();
            let rate = average(transfer).map(format::rate);
            [amount, rate.unwrap_or_default(), took]
        }
    }
}

/// The amount done of the total.
fn amount(row: &Row) -> String {
    let done = row.transfer.done();
    match row.total() {
        Some(total) => format::bytes_of(done, total),
        None => format::bytes(done),
    }
}

/// The average rate in bytes per second of an ended transfer, if it took long enough and was
/// measured from start to end.
pub(super) fn average(transfer: &Transfer) -> Option<f64> {
    let took = transfer.elapsed();
    if transfer.moved() == 0 || transfer.moved() < transfer.done() || took < SHORTEST {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
    let rate = transfer.moved() as f64 / took.as_secs_f64();
    Some(rate)
}
