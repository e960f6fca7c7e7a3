//! One transfer: what it is, how far it is or how it ended, and what can be done about it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use egui::{Align2, Galley, Rect, Ui, pos2, vec2};
use egui_material_icons::icons::{ICON_CLOSE, ICON_DRAFT};

use super::widgets::{Button, Text, bar, tag, tag_width};
use super::{card_header, error_strip};
use crate::app::actions::Action;
use crate::app::model::transfers::Row;
use crate::app::theme::{self, font, size, space};
use crate::net::{Checked, Dialect, Outcome, Stage, Transfer};
use crate::{format, t};

/// From the upper border to the middle of the first line.
const FIRST: f32 = 23.0;
/// A row of one line.
const LINE_ROW: f32 = 46.0;
/// The line with the numbers, where there is no room beside the name.
const SECOND_LINE: f32 = 20.0;
/// The bar and the air around it.
const BAR_ROW: f32 = 12.0;
/// A line of details below the name.
const DETAIL: f32 = 18.0;
/// Narrower than this, the numbers go below the name.
const WIDE: f32 = 640.0;
/// How much lower a reason begins than the button beside it.
const REASON_DROP: f32 = 4.0;
/// A transfer that was shorter had no rate worth telling.
const SHORTEST: Duration = Duration::from_millis(100);
/// A name gets at least this much beside its tag.
const MIN_NAME: f32 = 60.0;

/// How high the row is when it is `width` wide.
pub(crate) fn height(ui: &Ui, row: &Row, width: f32) -> f32 {
    let mut height = LINE_ROW;
    if width < WIDE {
        height += SECOND_LINE;
    }
    match row.transfer.outcome() {
        None => height + BAR_ROW,
        Some(outcome) => height + details_height(ui, row, outcome, width),
    }
}

/// Draw it into `rect`.
pub(crate) fn ui(ui: &mut Ui, rect: Rect, row: &Row, actions: &mut Vec<Action>) {
    let transfer = &*row.transfer;
    let palette = theme::palette(ui);
    let narrow = rect.width() < WIDE;
    let middle = rect.top() + FIRST;
    card_header::glyph(ui, rect.left(), middle, ICON_DRAFT, palette.muted);

    let mut right = rect.right();
    if transfer.outcome().is_none() {
        let name = t!("cancel-file", name = transfer.name());
        let place = Align2::RIGHT_CENTER.anchor_size(
            pos2(right + space::XS, middle),
            vec2(size::SMALL_CONTROL, size::SMALL_CONTROL),
        );
        if Button::icon_only(ICON_CLOSE, &name)
            .show(ui, place)
            .clicked()
        {
            actions.push(Action::Cancel(transfer.id()));
        }
    }
    if !narrow || transfer.outcome().is_none() {
        // Kept free in every row, so that the numbers of all rows stand in the same columns.
        right -= size::SMALL_CONTROL;
    }
    let left = rect.left() + card_header::ICON_COLUMN;
    let name_right = if narrow {
        right
    } else {
        right - numbers_width(&COLUMNS)
    };
    name(ui, left, name_right, middle, transfer);

    let mut y = rect.top() + LINE_ROW;
    if narrow {
        let line = Rect::from_min_max(
            pos2(left, y - space::S),
            pos2(rect.right(), y - space::S + SECOND_LINE),
        );
        numbers(ui, line, row, &NARROW_COLUMNS);
        y += SECOND_LINE;
    } else {
        let line = Rect::from_min_max(pos2(name_right, middle - 10.0), pos2(right, middle + 10.0));
        numbers(ui, line, row, &COLUMNS);
    }
    if let Some(outcome) = transfer.outcome() {
        let area = Rect::from_min_max(pos2(left, y - space::S), rect.max);
        details(ui, area, row, outcome, actions);
    } else if transfer.stage() != Stage::Moving || transfer.fraction().is_some() {
        // Of an unknown length no bar can tell a part.
        let top = if narrow { y - 3.0 } else { y - space::XS };
        let track = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), size::BAR));
        let id = ui.scope_id().with("bar");
        let spoken = t!("progress-of", name = transfer.name());
        bar(ui, track, id, &spoken, transfer.fraction());
    }
}

/// The name, and after it what it is about in a word.
fn name(ui: &mut Ui, left: f32, right: f32, middle: f32, transfer: &Transfer) {
    let palette = theme::palette(ui);
    let accent = (palette.accent, palette.soft_accent);
    let word = match (transfer.outcome(), transfer.dialect()) {
        (None, None) => None,
        (None, Some(Dialect::Http)) => Some((t!("http"), accent)),
        (None, Some(Dialect::Raw)) => Some((t!("raw"), accent)),
        (Some(Outcome::Sent), _) => Some((t!("done"), (palette.good, palette.soft_good))),
        (Some(Outcome::Saved(_)), _) => Some((t!("saved"), (palette.good, palette.soft_good))),
        (Some(Outcome::Failed(_)), _) => Some((t!("failed"), (palette.error, palette.soft_error))),
        (Some(Outcome::Incomplete(_)), _) => {
            Some((t!("failed"), (palette.error, palette.soft_error)))
        }
        (Some(Outcome::Cancelled | Outcome::Paused(_)), _) => {
            Some((t!("cancelled"), (palette.muted, palette.background)))
        }
    };
    let word_width = word
        .as_ref()
        .map_or(0.0, |(word, _)| tag_width(ui, word) + space::S);
    let room = (right - left - word_width - space::S).max(MIN_NAME);
    let rect = Rect::from_min_max(pos2(left, middle - 12.0), pos2(left + room, middle + 12.0));
    let text = Text::new(transfer.name())
        .font(font::medium(font::BODY))
        .middle();
    let shown = text.show(ui, rect);
    if let Some((word, colors)) = word {
        tag(ui, shown.rect.right() + space::S, middle, &word, colors);
    }
}

/// What a button does to a saved file.
type OfPath = fn(PathBuf) -> Action;

/// One number of a row: how wide its column is and where its text begins.
struct Column {
    width: f32,
    align: Align2,
}

const fn right(width: f32) -> Column {
    let align = Align2::RIGHT_CENTER;
    Column { width, align }
}

const fn left(width: f32) -> Column {
    let align = Align2::LEFT_CENTER;
    Column { width, align }
}

/// Peer, amount, rate, time. A time left is at most `99:59:59 left`.
const COLUMNS: [Column; 4] = [right(128.0), right(126.0), right(84.0), right(84.0)];
/// Amount, rate, time, peer: what changes comes first.
const NARROW_COLUMNS: [Column; 4] = [left(106.0), left(74.0), left(76.0), left(108.0)];

fn numbers_width(columns: &[Column]) -> f32 {
    columns.iter().map(|column| column.width + space::M).sum()
}

fn numbers(ui: &mut Ui, line: Rect, row: &Row, columns: &[Column; 4]) {
    let palette = theme::palette(ui);
    let transfer = &*row.transfer;
    let narrow = line.width() < WIDE && columns[0].align == Align2::LEFT_CENTER;
    let peer = transfer.peer().to_owned();
    let ended = transfer.outcome().is_some();
    let (amount, rate, time) = match transfer.stage() {
        Stage::Waiting => (t!("waiting"), String::new(), String::new()),
        Stage::Connecting | Stage::Interrupted => (t!("connecting"), String::new(), String::new()),
        Stage::Moving | Stage::Checking | Stage::Ended => moved(row),
    };
    let (texts, points, gap) = if narrow {
        ([amount, rate, time, peer], font::CAPTION, space::XS)
    } else {
        ([peer, amount, rate, time], font::NUMBER, space::M)
    };
    // The last column ends where the line ends, or with it where there is little room.
    let mut x = line.left() + if narrow { 0.0 } else { gap };
    for (index, (text, column)) in texts.iter().zip(columns).enumerate() {
        let end = if narrow && index + 1 == columns.len() {
            line.right()
        } else {
            x + column.width
        };
        let cell = Rect::from_min_max(pos2(x, line.top()), pos2(end.max(x), line.bottom()));
        x = end + gap;
        if text.is_empty() || (ended && text == "0 B") {
            continue;
        }
        Text::new(text)
            .font(font::regular(points))
            .color(palette.muted)
            .align(column.align)
            .middle()
            .show(ui, cell);
    }
}

/// Amount, rate and time of a transfer that moves or has ended.
fn moved(row: &Row) -> (String, String, String) {
    let transfer = &*row.transfer;
    let done = transfer.done();
    if transfer.outcome().is_some() {
        let took = format::duration(transfer.elapsed());
        let time = if transfer.dialect().is_some() {
            took
        } else {
            String::new()
        };
        return (format::bytes(done), average(transfer), time);
    }
    let amount = match transfer.total() {
        Some(total) => format::bytes_of(done, total),
        None => format::bytes(done),
    };
    let rate = row.rate.map(format::rate).unwrap_or_default();
    let left = row.time_left().map(format::time_left).unwrap_or_default();
    (amount, rate, left)
}

/// The rate of a transfer that ended, if it took long enough to have one.
fn average(transfer: &Transfer) -> String {
    let took = transfer.elapsed();
    if transfer.done() == 0 || took < SHORTEST {
        return String::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
    let rate = transfer.done() as f64 / took.as_secs_f64();
    format::rate(rate)
}

/// What is said below the name of a transfer that ended.
fn detail_lines(outcome: &Outcome) -> Vec<String> {
    let mut lines = Vec::new();
    if let Outcome::Saved(saved) = outcome {
        lines.push(saved.path.display().to_string());
        lines.extend(saved.notes.iter().map(ToString::to_string));
        if saved.checked == Checked::Nothing {
            lines.push(t!("length-unknown"));
        }
    }
    lines
}

/// The reason of a failure, wrapped; its buttons stand below it where there is little room.
fn reason(ui: &Ui, row: &Row, outcome: &Outcome, width: f32) -> Option<Arc<Galley>> {
    let Outcome::Failed(why) = outcome else {
        return None;
    };
    let mut room = width - card_header::ICON_COLUMN;
    if row.request.is_some() && width >= WIDE {
        room -= Button::new(&t!("try-again")).small().width(ui) + space::L;
    }
    Some(error_strip::words(ui, why, room))
}

fn details_height(ui: &Ui, row: &Row, outcome: &Outcome, width: f32) -> f32 {
    let narrow = width < WIDE;
    match outcome {
        Outcome::Sent => 0.0,
        Outcome::Cancelled if row.request.is_none() => 0.0,
        Outcome::Cancelled | Outcome::Paused(_) | Outcome::Incomplete(_) => size::SMALL_CONTROL,
        Outcome::Saved(_) => {
            #[expect(clippy::cast_precision_loss, reason = "one to three lines")]
            let lines = detail_lines(outcome).len() as f32 * DETAIL;
            if narrow {
                lines + size::SMALL_CONTROL + space::S
            } else {
                lines.max(size::SMALL_CONTROL) + space::XS
            }
        }
        Outcome::Failed(_) => {
            let text = reason(ui, row, outcome, width).map_or(0.0, |text| text.size().y);
            let buttons = match row.request {
                Some(_) if narrow => size::SMALL_CONTROL + space::S,
                _ => 0.0,
            };
            text.max(size::SMALL_CONTROL) + buttons + space::XS
        }
    }
}

fn details(ui: &mut Ui, area: Rect, row: &Row, outcome: &Outcome, actions: &mut Vec<Action>) {
    let palette = theme::palette(ui);
    let width = area.width() + card_header::ICON_COLUMN;
    let narrow = width < WIDE;
    let name = row.transfer.name();
    let mut y = area.top();
    match outcome {
        Outcome::Sent => return,
        Outcome::Cancelled | Outcome::Paused(_) | Outcome::Incomplete(_) => {}
        Outcome::Saved(saved) => {
            let (open, show) = (t!("open"), t!("show-in-folder"));
            let (open_name, show_name) = (
                t!("open-file", name = name),
                t!("show-file-in-folder", name = name),
            );
            let (opens, shows): (OfPath, OfPath) = (Action::Open, Action::Reveal);
            let buttons = [
                (Button::new(&open).name(&open_name), opens),
                (Button::new(&show).name(&show_name), shows),
            ];
            let lines = detail_lines(outcome);
            #[expect(clippy::cast_precision_loss, reason = "one to three lines")]
            let text_height = lines.len() as f32 * DETAIL;
            let top = if narrow {
                y + text_height + space::XS
            } else {
                y
            };
            let from = button_row(ui, area, top, narrow, buttons, |action| {
                actions.push(action(saved.path.clone()));
            });
            let end = if narrow {
                area.right()
            } else {
                from - space::L
            };
            for (index, line) in lines.iter().enumerate() {
                let rect = Rect::from_min_max(pos2(area.left(), y), pos2(end, y + DETAIL));
                let text = Text::caption(line, ui);
                let text = if index == 0 { text.middle() } else { text };
                text.show(ui, rect);
                y += DETAIL;
            }
            return;
        }
        Outcome::Failed(why) => {
            if let Some(galley) = reason(ui, row, outcome, width) {
                // In the middle of the button's height if it is one line.
                let top = y + if narrow { 0.0 } else { REASON_DROP };
                let rect = Rect::from_min_size(pos2(area.left(), top), galley.size());
                let spoken = why.to_string();
                let response = ui.allocate_rect(rect, egui::Sense::hover());
                response
                    .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
                ui.painter().galley(rect.min, galley, palette.text);
                y = if narrow { rect.bottom() + space::S } else { y };
            }
        }
    }
    if let Some(request) = &row.request {
        let again = t!("try-again");
        let again_name = t!("try-again-file", name = name);
        let button = Button::new(&again).name(&again_name);
        button_row(ui, area, y, narrow, [(button, ())], |()| {
            actions.push(Action::Again(Box::new(request.clone())));
        });
    }
}

/// Small buttons from the right, or from the left where there is little room; where they begin.
fn button_row<T, const N: usize>(
    ui: &mut Ui,
    area: Rect,
    top: f32,
    narrow: bool,
    buttons: [(Button<'_>, T); N],
    mut clicked: impl FnMut(T),
) -> f32 {
    let buttons = buttons.map(|(button, value)| (button.small(), value));
    let width: f32 = buttons
        .iter()
        .map(|(button, _)| button.width(ui) + space::S)
        .sum::<f32>()
        - space::S;
    let start = if narrow {
        area.left()
    } else {
        area.right() - width
    };
    let mut x = start;
    for (button, value) in buttons {
        let size = vec2(button.width(ui), size::SMALL_CONTROL);
        let rect = Rect::from_min_size(pos2(x, top), size);
        x = rect.right() + space::S;
        if button.show(ui, rect).clicked() {
            clicked(value);
        }
    }
    start
}
