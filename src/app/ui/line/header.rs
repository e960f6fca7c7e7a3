//! The first line of a transfer's line: back, what is transferred, over which connection, and the numbers.

use std::sync::Arc;

use egui::{Align2, Rect, Response, Ui, pos2, vec2};

use crate::app::model::line::{OpenLine, bytes};
use crate::app::model::row::Row;
use crate::app::symbols::{ICON_ARROW_BACK, ICON_DRAFT, ICON_EXPAND_MORE, ICON_FOLDER};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::app::ui::widgets::menu::{self, Entry};
use crate::app::ui::widgets::{self, Button, Text, bar};
use crate::app::ui::{card_header, lock, transfer_row};
use crate::{format, t};
use landline_engine::client::authority;
use landline_engine::transport::trace::Trace;

/// The height without a second line.
pub(super) const HEIGHT: f32 = 46.0;
/// The height of a second line, if the first is too narrow.
const SECOND: f32 = 30.0;
/// Below this width, the numbers are in a second line.
const NARROW: f32 = 640.0;
/// The connections that fit into a menu; the others passed less.
const LISTED: usize = 12;
/// The width of the lock with the gap after it.
const LOCK: f32 = 20.0;
/// The width for a name at least.
const MIN_NAME: f32 = 60.0;

/// The height in `width` points.
pub(super) fn height(width: f32) -> f32 {
    if width < NARROW {
        HEIGHT + SECOND
    } else {
        HEIGHT
    }
}

/// Draws it at the top of `area`; returns the button that goes back.
pub(super) fn ui(
    ui: &mut Ui,
    area: Rect,
    row: &Row,
    line: &mut OpenLine,
    traces: &[Arc<Trace>],
) -> Response {
    let palette = theme::palette(ui);
    let is_narrow = area.width() < NARROW;
    let y = area.top() + card_header::MIDDLE;
    let back = Rect::from_center_size(
        pos2(area.left() + 9.0, y),
        vec2(size::SMALL_CONTROL, size::SMALL_CONTROL),
    );
    let back = Button::icon_only(ICON_ARROW_BACK, &t!("back-to-the-list")).show(ui, back);
    let mut left = area.left() + 29.0;
    let icon = if row.is_folder() {
        ICON_FOLDER
    } else {
        ICON_DRAFT
    };
    card_header::glyph(ui, left, y, icon, palette.muted);
    left += card_header::ICON_COLUMN - 1.0;
    let cell = |left: f32, right: f32, y: f32| {
        Rect::from_min_max(pos2(left, y - 12.0), pos2(right.max(left), y + 12.0))
    };
    let second = y + SECOND;
    let numbers_y = if is_narrow { second } else { y };
    let numbers = numbers(ui, area, numbers_y, row, is_narrow);
    let right = if is_narrow {
        area.right()
    } else {
        numbers - space::L
    };
    let name = row.name();
    let title = Text::new(&name).font(font::semibold(font::BODY)).middle();
    let tag = transfer_row::tag_width(ui, row);
    let about = about(line.shown(), row, is_narrow);
    let about_width = if is_narrow {
        0.0
    } else {
        Text::caption(&about, ui)
            .font(font::regular(font::NUMBER))
            .width(ui)
            + space::M
            + if traces.len() > 1 { 28.0 } else { 0.0 }
            + row.transfer.protection().map_or(0.0, |_| LOCK)
    };
    let room = (right - left - tag - space::S - about_width).max(MIN_NAME);
    let shown = title.show(ui, cell(left, left + room, y));
    let x = transfer_row::tag_ui(ui, cell(shown.rect.right() + space::S, right, y), row);
    let place = if is_narrow {
        cell(area.left(), numbers - space::M, second)
    } else {
        cell(x + space::XS, right, y)
    };
    let place = match row.transfer.protection() {
        Some(protection) if place.width() > LOCK => {
            lock::glyph_ui(ui, place, protection, row.transfer.peer());
            place.with_min_x(place.left() + LOCK)
        }
        _ => place,
    };
    connection(ui, place, &about, line, traces);
    let bottom = area.top() + height(area.width()) - 1.0;
    if row.is_active() && row.fraction().is_some() {
        let track = Rect::from_min_max(
            pos2(area.left(), bottom - size::THIN_BAR + 1.0),
            pos2(area.right(), bottom + 1.0),
        );
        let id = ui.scope_id().with("line progress");
        let spoken = t!("progress-of", name = row.transfer.name());
        bar(ui, track, id, &spoken, row.fraction(), palette.accent);
    } else {
        widgets::line(ui, area.left(), area.right(), bottom);
    }
    back
}

/// Draws the numbers right-aligned; returns their left edge.
fn numbers(ui: &mut Ui, area: Rect, y: f32, row: &Row, is_narrow: bool) -> f32 {
    let palette = theme::palette(ui);
    let [amount, rate, time] = transfer_row::figures(row);
    let mut right = area.right();
    let sizes = if is_narrow {
        (font::NUMBER, space::M)
    } else {
        (font::BODY, space::L)
    };
    for (text, is_strong) in [(rate, true), (time, false), (amount, false)] {
        if text.is_empty() {
            continue;
        }
        let (face, color) = if is_strong {
            (font::semibold(sizes.0), palette.text)
        } else {
            (font::regular(font::NUMBER), palette.muted)
        };
        let text = Text::new(&text).font(face).color(color).tabular();
        let width = text.width(ui) + 1.0;
        let place = Rect::from_min_max(pos2(right - width, y - 12.0), pos2(right, y + 12.0));
        text.align(Align2::RIGHT_CENTER).show(ui, place);
        right = place.left() - sizes.1;
    }
    right + sizes.1
}

/// `192.168.1.9 · port 51324`, or shorter.
fn about(shown: Option<&Arc<Trace>>, row: &Row, is_narrow: bool) -> String {
    let peer = row.transfer.peer();
    match shown {
        Some(trace) if is_narrow => authority(peer, trace.peer().port()),
        Some(trace) => t!("peer-and-port", peer = peer, port = trace.peer().port()),
        None => peer.to_owned(),
    }
}

/// Draws the other end, or the choice between several connections.
fn connection(ui: &mut Ui, place: Rect, about: &str, line: &mut OpenLine, traces: &[Arc<Trace>]) {
    if traces.len() < 2 {
        let palette = theme::palette(ui);
        let text = Text::new(about).font(font::regular(font::NUMBER));
        text.color(palette.muted).middle().show(ui, place);
        return;
    }
    let name = t!("choose-connection", count = traces.len());
    let button = Button::new(about)
        .name(&name)
        .icon(ICON_EXPAND_MORE)
        .small()
        .cut()
        .tooltip(&name);
    let width = button.width(ui).min(place.width());
    let rect = Align2::LEFT_CENTER.align_size_within_rect(vec2(width, size::SMALL_CONTROL), place);
    let response = button.show(ui, rect);
    let chosen = menu::dropdown(&response, || {
        traces.iter().take(LISTED).map(entry).collect()
    });
    if let Some(trace) = chosen {
        line.choose(trace);
    }
}

fn entry(trace: &Arc<Trace>) -> Entry<Arc<Trace>> {
    let size = format::bytes(bytes(trace));
    let port = trace.local().port();
    let text = if trace.is_closed() {
        t!("connection-closed", port = port, size = size)
    } else {
        t!("connection-open", port = port, size = size)
    };
    Entry::new(text, Arc::clone(trace))
}
