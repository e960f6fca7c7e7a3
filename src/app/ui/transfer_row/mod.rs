//! One transfer: what it is, how far it is or how it ended, and what can be done about it.

mod details;
mod numbers;
mod offers;
mod words;

use egui::{Align2, Rect, Ui, pos2, vec2};
use egui_material_icons::icons::{ICON_DRAFT, ICON_FOLDER};

use self::details::Details;
use self::offers::{Beside, Offer};
use super::card_header;
use super::widgets::{Button, Text, bar, tag, tag_width};
use crate::app::actions::Action;
use crate::app::model::row::Row;
use crate::app::theme::{self, font, size, space};
use crate::net::{Outcome, Stage};
use crate::t;

/// From the upper border to the middle of the first line.
const FIRST: f32 = 23.0;
/// A row of one line.
const LINE_ROW: f32 = 46.0;
/// The line with the numbers, where there is no room beside the name.
const SECOND_LINE: f32 = 20.0;
/// The bar and the air around it.
const BAR_ROW: f32 = 12.0;
/// Narrower than this, the numbers go below the name.
const WIDE: f32 = 640.0;
/// From this on the buttons beside the name are words.
const ROOMY: f32 = 1080.0;
/// How much of its colour the bar keeps of what does not move.
const RESTING: f32 = 0.6;
/// A name gets at least this much beside its tag.
const MIN_NAME: f32 = 60.0;

/// How high the row is when it is `width` wide.
pub(crate) fn height(ui: &Ui, row: &Row, width: f32) -> f32 {
    let second = if width < WIDE { SECOND_LINE } else { 0.0 };
    let below = if has_bar_row(row) { BAR_ROW } else { 0.0 };
    LINE_ROW + second + Details::new(ui, row, width).height() + below
}

/// Draw it into `rect`.
pub(crate) fn ui(ui: &mut Ui, rect: Rect, row: &mut Row, actions: &mut Vec<Action>) {
    let palette = theme::palette(ui);
    let narrow = rect.width() < WIDE;
    let middle = rect.top() + FIRST;
    let icon = if is_folder(row) {
        ICON_FOLDER
    } else {
        ICON_DRAFT
    };
    card_header::glyph(ui, rect.left(), middle, icon, palette.muted);

    let beside = offers::beside(row);
    let buttons = beside_width(ui, row, rect.width());
    let mut right = rect.right();
    if !narrow || !beside.is_empty() {
        // Kept free in every row, so that the numbers of all rows stand in the same columns.
        right -= buttons;
    }
    beside_ui(ui, rect, middle, &beside, actions);
    let left = rect.left() + card_header::ICON_COLUMN;
    let name_right = if narrow {
        right
    } else {
        right - numbers::WIDTH
    };
    name(ui, left, name_right, middle, row);

    let mut y = rect.top() + LINE_ROW;
    if narrow {
        let top = y - space::S;
        let line = Rect::from_min_max(pos2(left, top), pos2(rect.right(), top + SECOND_LINE));
        numbers::below(ui, line, row);
        y += SECOND_LINE;
    } else {
        let line = Rect::from_min_max(pos2(name_right, middle - 10.0), pos2(right, middle + 10.0));
        numbers::beside(ui, line, row);
    }
    let details = Details::new(ui, row, rect.width());
    let height = details.height();
    let area = Rect::from_min_max(pos2(left, y - space::S), rect.max);
    let toggled = details.ui(ui, area, actions);
    if has_bar_row(row) && (row.transfer.stage() != Stage::Moving || row.fraction().is_some()) {
        // Of an unknown length no bar can tell a part.
        let above = if narrow { 3.0 } else { space::XS };
        let track = Rect::from_min_size(
            pos2(rect.left(), y + height - above),
            vec2(rect.width(), size::BAR),
        );
        let color = if row.is_active() {
            palette.accent
        } else {
            palette.muted.gamma_multiply(RESTING)
        };
        let id = ui.scope_id().with("bar");
        let spoken = t!("progress-of", name = row.transfer.name());
        bar(ui, track, id, &spoken, row.fraction(), color);
    }
    row.unfolded ^= toggled;
}

/// Whether it is about more than one file.
fn is_folder(row: &Row) -> bool {
    row.transfer.files().is_some() || row.transfer.name().ends_with('/')
}

/// What is on its way has a bar, and what the user holds back; what ended has none.
fn has_bar_row(row: &Row) -> bool {
    matches!(row.transfer.outcome(), None | Some(Outcome::Paused(None)))
}

/// The buttons at the end of the first line.
fn beside_ui(ui: &mut Ui, rect: Rect, middle: f32, beside: &Beside, actions: &mut Vec<Action>) {
    let roomy = rect.width() >= ROOMY;
    // An icon has air around it.
    let right = rect.right() + if roomy { 0.0 } else { space::XS };
    let widths = slots(ui, roomy);
    // From the left, as the keyboard goes: the one that ends something comes last.
    for (slot, offer) in beside.iter().enumerate().rev() {
        let Some(offer) = offer else { continue };
        let width = widths[slot];
        let after: f32 = widths[..slot].iter().map(|width| width + gap(roomy)).sum();
        let button = if roomy {
            Button::new(&offer.text).name(&offer.name)
        } else {
            Button::icon_only(offer.icon, &offer.name)
        };
        // Its second meaning keeps the keyboard that its first had.
        let button = button.small().slot(slot);
        let button = match &offer.tooltip {
            Some(tooltip) => button.tooltip(tooltip),
            None => button,
        };
        let place = vec2(width, size::SMALL_CONTROL);
        let place = Align2::RIGHT_CENTER.anchor_size(pos2(right - after, middle), place);
        if button.show(ui, place).clicked() {
            actions.push(offer.action.clone());
        }
    }
}

/// What to keep free for them, in a list that is `width` wide.
fn beside_width(ui: &Ui, row: &Row, width: f32) -> f32 {
    let roomy = width >= ROOMY;
    let widths = slots(ui, roomy).into_iter().take(offers::slots(row));
    widths.map(|width| width + gap(roomy)).sum::<f32>()
}

fn gap(roomy: bool) -> f32 {
    if roomy { space::S } else { space::XS }
}

/// How wide each is, from the right: enough for every word that can stand there.
fn slots(ui: &Ui, roomy: bool) -> [f32; 2] {
    if !roomy {
        return [size::SMALL_CONTROL; 2];
    }
    offers::words().map(|words| {
        let widths = words.map(|word| Button::new(&word).small().width(ui));
        widths.into_iter().fold(0.0, f32::max)
    })
}

/// The name, and after it what it is about in a word.
fn name(ui: &mut Ui, left: f32, right: f32, middle: f32, row: &Row) {
    let word = words::tag(row, theme::palette(ui));
    let word_width = word
        .as_ref()
        .map_or(0.0, |(word, _)| tag_width(ui, word) + space::S);
    let room = (right - left - word_width - space::S).max(MIN_NAME);
    let rect = Rect::from_min_max(pos2(left, middle - 12.0), pos2(left + room, middle + 12.0));
    let text = Text::new(row.transfer.name())
        .font(font::medium(font::BODY))
        .middle();
    let shown = text.show(ui, rect);
    if let Some((word, colors)) = word {
        tag(ui, shown.rect.right() + space::S, middle, &word, colors);
    }
}
