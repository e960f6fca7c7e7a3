//! A row of the transfer list: name, progress or outcome, and buttons.

mod buttons;
mod details;
mod failed;
mod menu;
mod numbers;
mod offers;
mod open;
mod words;

use egui::{Align2, Rect, Ui, pos2, vec2};

use self::buttons::Buttons;
use self::details::Details;
use self::offers::{Offer, Place};
use self::words::Tag;
use super::card_header;
use super::widgets::{self, Button, Text, bar, double_clicked, tag_with, tooltip};
use crate::app::actions::Action;
use crate::app::model::row::Row;
use crate::app::symbols::{ICON_ARROW_DOWNWARD, ICON_ARROW_UPWARD, ICON_DRAFT, ICON_FOLDER};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::t;
use landline_engine::transfer::{Direction, Outcome, TransferState};

pub(super) use self::buttons::Wanted;
pub(super) use self::numbers::texts as figures;
pub(super) use self::numbers::{DOT, joined};
pub(super) use self::offers::Slot;

/// From the top to the middle of the first line.
const FIRST: f32 = 23.0;
/// The height of a row with one line.
const LINE_ROW: f32 = 46.0;
/// The height of the line with the numbers, if they do not fit beside the name.
const SECOND_LINE: f32 = 20.0;
/// The height of a line of small text.
const LINE: f32 = 18.0;
/// The height of the bar with its padding.
const BAR_ROW: f32 = 12.0;
/// In a narrower row, the numbers are below the name.
const WIDE: f32 = 640.0;
/// In a row at least this wide, the buttons beside the name have text.
const ROOMY: f32 = 1080.0;
/// The minimum width of a name beside its tag.
const MIN_NAME: f32 = 60.0;

/// The result of drawing a row.
#[derive(Debug)]
pub(super) struct Shown {
    /// The actual height, in points.
    pub height: f32,
    /// The slot of the focused button.
    pub focus: Option<Slot>,
}

/// The height of a row that is `width` points wide.
pub(super) fn height(ui: &Ui, row: &Row, width: f32) -> f32 {
    top_height(row, width) + Details::new(ui, row, width).height() + bar_height(row)
}

/// Whether the height depends on text layout; until it is measured, such a row is assumed to have
/// the height [`LEAST`].
pub(super) fn needs_layout(row: &Row) -> bool {
    details::needs_layout(row)
}

/// The minimum height of a row, in points.
pub(super) const LEAST: f32 = LINE_ROW;

/// The height of the lines with the name and the numbers.
fn top_height(row: &Row, width: f32) -> f32 {
    if width < WIDE && numbers::has_below(row) {
        LINE_ROW + SECOND_LINE
    } else {
        LINE_ROW
    }
}

fn bar_height(row: &Row) -> f32 {
    if has_bar_row(row) { BAR_ROW } else { 0.0 }
}

/// Draws the row into `rect`.
pub(super) fn ui(
    ui: &mut Ui,
    rect: Rect,
    row: &mut Row,
    wanted: Option<Wanted>,
    actions: &mut Vec<Action>,
) -> Shown {
    // Below all other widgets of the row.
    let whole = open::ui(ui, rect, row);
    let palette = theme::palette(ui);
    let (narrow, roomy) = (rect.width() < WIDE, rect.width() >= ROOMY);
    let middle = rect.top() + FIRST;
    let icon = match row.transfer.direction() {
        Direction::Upload => ICON_ARROW_UPWARD,
        Direction::Download if row.is_received => ICON_ARROW_DOWNWARD,
        Direction::Download if row.is_folder() => ICON_FOLDER,
        Direction::Download => ICON_DRAFT,
    };
    card_header::glyph(ui, rect.left(), middle, icon, palette.muted);

    let mut buttons = Buttons::new(actions);
    buttons.row_itself(ui, &whole, row);
    let place = offers::place(row);
    let offers = match place {
        Place::Columns | Place::Line => offers::offers(row),
        Place::Below => Vec::new(),
    };
    let first = Rect::from_min_max(
        pos2(rect.left(), middle - 12.0),
        pos2(rect.right(), middle + 12.0),
    );
    let right = match place {
        Place::Line => line_left(ui, first, &offers, narrow, roomy),
        // Reserved in every row, so that the numbers of all rows are aligned.
        _ if !narrow || !offers.is_empty() => rect.right() - columns_width(ui, row, roomy),
        _ => rect.right(),
    };
    let left = rect.left() + card_header::ICON_COLUMN;
    let cell = |left: f32, right: f32| {
        Rect::from_min_max(pos2(left, first.top()), pos2(right, first.bottom()))
    };
    let is_below = place == Place::Line && narrow && numbers::has_below(row);
    let name_right = match place {
        _ if narrow => right,
        Place::Line => numbers::summary(ui, cell(left, right), row, roomy) - space::M,
        Place::Columns | Place::Below => right - numbers::width(row, roomy),
    };
    name(ui, cell(left, name_right), row, !is_below, &mut buttons);
    let mut y = rect.top() + LINE_ROW;
    if !narrow {
        if place != Place::Line {
            numbers::beside(ui, cell(name_right, right), row, roomy);
        }
    } else if numbers::has_below(row) {
        let top = y - space::S;
        let mut line = Rect::from_min_max(pos2(left, top), pos2(rect.right(), top + SECOND_LINE));
        if is_below {
            line.min.x = tag_ui(ui, line, row);
        }
        numbers::below(ui, line, row);
        y += SECOND_LINE;
    }
    if place == Place::Line {
        line_ui(ui, first, &offers, narrow, roomy, &mut buttons);
    } else {
        columns_ui(ui, first, &offers, roomy, &mut buttons);
    }
    let details = Details::new(ui, row, rect.width());
    let height = details.height();
    let area = Rect::from_min_max(pos2(left, y - space::S), rect.max);
    let toggled = details.ui(ui, area, row, &mut buttons);
    if has_bar_row(row) {
        progress(ui, rect, y + height, row);
    }
    let focus = buttons.finish(wanted);
    // Last, so that the key that chooses an entry presses no button as well.
    actions.extend(menu::ui(&whole, row));
    let height = y + height - rect.top() + bar_height(row);
    row.unfolded ^= toggled;
    Shown { height, focus }
}

/// Whether there is a progress bar: for active and paused transfers.
fn has_bar_row(row: &Row) -> bool {
    matches!(row.transfer.outcome(), None | Some(Outcome::Paused(None)))
}

/// Draws the progress bar slightly above `bottom`.
fn progress(ui: &mut Ui, rect: Rect, bottom: f32, row: &Row) {
    if row.transfer.state() == TransferState::Moving && row.fraction().is_none() {
        // Without a known size, there is no progress to show.
        return;
    }
    let palette = theme::palette(ui);
    let above = if rect.width() < WIDE { 3.0 } else { space::XS };
    let track = Rect::from_min_size(
        pos2(rect.left(), bottom - above),
        vec2(rect.width(), size::BAR),
    );
    let color = if row.is_active() {
        palette.accent
    } else {
        palette.muted.gamma_multiply(theme::share::RESTING)
    };
    let id = ui.scope_id().with("bar");
    let spoken = t!("progress-of", name = row.transfer.name());
    bar(ui, track, id, &spoken, row.fraction(), color);
}

/// Draws the buttons in their columns after the numbers.
fn columns_ui(ui: &mut Ui, line: Rect, offers: &[Offer], roomy: bool, buttons: &mut Buttons<'_>) {
    // The icon includes padding.
    let mut right = line.right() + if roomy { 0.0 } else { space::XS };
    let widths = columns(ui, roomy);
    let mut places = Vec::new();
    for width in widths.into_iter().take(offers.len()) {
        let size = vec2(width, size::SMALL_CONTROL);
        places.push(Align2::RIGHT_CENTER.anchor_size(pos2(right, line.center().y), size));
        right -= width + gap(roomy);
    }
    for (offer, place) in offers.iter().zip(places.into_iter().rev()) {
        buttons.show(ui, place, offer, !roomy);
    }
}

/// The width of the button columns.
fn columns_width(ui: &Ui, row: &Row, roomy: bool) -> f32 {
    let widths = columns(ui, roomy).into_iter().take(offers::columns(row));
    widths.map(|width| width + gap(roomy)).sum::<f32>()
}

fn gap(roomy: bool) -> f32 {
    if roomy { space::S } else { space::XS }
}

/// The widths of the columns, from the right: enough for every text that may appear there.
fn columns(ui: &Ui, roomy: bool) -> [f32; 2] {
    if !roomy {
        return [size::SMALL_CONTROL; 2];
    }
    offers::words().map(|words| {
        let widths = words.map(|word| Button::new(&word).small().width(ui));
        widths.into_iter().fold(0.0, f32::max)
    })
}

/// Whether it is an icon at the end of the first line, where only the most frequent actions have
/// text.
fn is_icon(offer: &Offer, narrow: bool, roomy: bool) -> bool {
    match offer.slot {
        _ if roomy => false,
        Slot::Flow => false,
        Slot::Reveal => narrow,
        _ => true,
    }
}

/// The left edge of the buttons at the end of the first line.
fn line_left(ui: &Ui, line: Rect, offers: &[Offer], narrow: bool, roomy: bool) -> f32 {
    let widths = offers.iter().map(|offer| {
        let is_icon = is_icon(offer, narrow, roomy);
        buttons::width(ui, offer, is_icon) + gap(roomy || !is_icon)
    });
    line.right() - widths.sum::<f32>()
}

/// Draws the buttons at the end of the first line in their natural width.
fn line_ui(
    ui: &mut Ui,
    line: Rect,
    offers: &[Offer],
    narrow: bool,
    roomy: bool,
    buttons: &mut Buttons<'_>,
) {
    let mut x = line_left(ui, line, offers, narrow, roomy);
    if offers
        .last()
        .is_some_and(|last| is_icon(last, narrow, roomy))
    {
        // As in the columns.
        x += space::XS;
    }
    for offer in offers {
        let is_icon = is_icon(offer, narrow, roomy);
        x += gap(roomy || !is_icon);
        let size = vec2(buttons::width(ui, offer, is_icon), size::SMALL_CONTROL);
        let place = Align2::LEFT_CENTER.anchor_size(pos2(x, line.center().y), size);
        x = place.right();
        buttons.show(ui, place, offer, is_icon);
    }
}

/// Draws the name and, with `tagged`, the tag after it. A double click opens a saved file; a click on the name of any
/// other transfer is one on the row.
fn name(ui: &mut Ui, line: Rect, row: &Row, tagged: bool, buttons: &mut Buttons<'_>) {
    let tag = words::tag(row, theme::palette(ui)).filter(|_| tagged);
    let tag_width = tag
        .as_ref()
        .map_or(0.0, |tag| widgets::tag_width(ui, &tag.word) + space::S);
    let room = (line.width() - tag_width - space::S).max(MIN_NAME);
    let rect = Rect::from_min_size(line.min, vec2(room, line.height()));
    let name = row.name();
    let text = Text::new(&name).font(font::medium(font::BODY)).middle();
    let at_name = offers::at_name(row);
    // A single click may be the first half of a double click.
    let text = match at_name {
        Some(_) => text.in_row(),
        None => text.clicks_row(),
    };
    let shown = text.explained().show(ui, rect);
    let right = shown.rect.right();
    if let Some(action) = at_name
        && double_clicked(&shown)
    {
        buttons.ask(action);
    }
    if shown.contains_pointer() {
        shown.on_hover_text(tooltip(ui, &words::about(row)));
    }
    if tag.is_some() {
        let mut place = line;
        place.min.x = right + space::S;
        tag_ui(ui, place, row);
    }
}

/// The width of the tag of `row` with the gap before it.
pub(super) fn tag_width(ui: &Ui, row: &Row) -> f32 {
    let tag = words::tag(row, theme::palette(ui));
    tag.map_or(0.0, |tag| widgets::tag_width(ui, &tag.word) + space::S)
}

/// Draws the tag at the left of `line`; returns its right edge.
pub(super) fn tag_ui(ui: &mut Ui, line: Rect, row: &Row) -> f32 {
    let Some(Tag { word, colors, more }) = words::tag(row, theme::palette(ui)) else {
        return line.left();
    };
    let y = line.center().y;
    tag_with(ui, line.left(), y, &word, colors, more.as_deref()) + space::S
}
