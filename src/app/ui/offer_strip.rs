//! The strip with the oldest request to send, which waits for the owner's answer.

use std::time::Instant;

use egui::{Align2, CornerRadius, Rect, Ui, pos2, vec2};

use super::page::{Page, slot};
use super::widgets::{self, Button, Text, check_box, check_box_width, tag, tag_width};
use super::{card_header, focus, transfer_row};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::offers::{is_too_large, key_words, names, question};
use crate::app::symbols::{ICON_CHECK, ICON_KEY, ICON_LAPTOP_WINDOWS, ICON_SMARTPHONE};
use crate::app::theme;
use crate::app::theme::{font, radius, size, space};
use crate::text::Language;
use crate::{format, t, text};
use landline_engine::server::receiving::{Answer, Offer, OfferedBy};

/// The height, where everything fits beside each other.
const HEIGHT: f32 = 76.0;
/// The padding above and below.
const PADDING: f32 = 12.0;
/// The height of a line of text.
const LINE: f32 = 20.0;
/// The height of the check box with its label.
const CHECK_BOX: f32 = 24.0;
/// The size of the key before words, and its width with the gap.
const KEY_ICON: f32 = 16.0;
const KEY: f32 = 20.0;

/// The height of the strip, if there is a request.
pub(crate) fn height(page: &Page, model: &Model) -> Option<f32> {
    model.server.offers.first()?;
    let narrow = 3.0 * LINE + space::S + size::SMALL_CONTROL + 2.0 * PADDING;
    Some(if page.narrow { narrow } else { HEIGHT })
}

/// Draws the strip, if there is a request.
pub(crate) fn ui(ui: &mut Ui, page: &mut Page, model: &mut Model, actions: &mut Vec<Action>) {
    let offers = &mut model.server.offers;
    let more = offers.len().saturating_sub(1);
    let Some(offer) = offers.first().cloned() else {
        return;
    };
    let Some(height) = height(page, model) else {
        return;
    };
    let palette = theme::palette(ui);
    let rect = page.area(height);
    focus::may_disappear(ui, rect);
    if model.server.offers.is_to_scroll() {
        ui.scroll_to_rect(rect, None);
    }
    let corners = CornerRadius::same(radius::CARD);
    ui.painter().rect_filled(rect, corners, palette.soft_accent);
    let inner = rect.shrink2(vec2(page.padding(), PADDING));
    let icon = if model.server.offers.is_phone(&offer) {
        ICON_SMARTPHONE
    } else {
        ICON_LAPTOP_WINDOWS
    };
    let text_left = inner.left() + card_header::ICON_COLUMN;
    let always = &mut model.server.offers.always;
    let (text_right, icon_at) = if page.narrow {
        answers_below(ui, inner, text_left, &offer, always, actions);
        (inner.right(), inner.top() + LINE / 2.0)
    } else {
        (
            answers(ui, inner, &offer, always, actions),
            inner.center().y,
        )
    };
    card_header::glyph(ui, inner.left(), icon_at, icon, palette.accent);
    let top = if page.narrow {
        inner.top()
    } else {
        inner.center().y - LINE
    };
    let line = |number: f32| {
        let top = top + number * LINE;
        Rect::from_min_max(pos2(text_left, top), pos2(text_right, top + LINE))
    };
    title(ui, line(0.0), &offer, more);
    details(ui, line(1.0), line(2.0), page.narrow, &offer);
}

/// Draws the question, and how many more requests there are.
fn title(ui: &mut Ui, mut line: Rect, offer: &Offer, more: usize) {
    let palette = theme::palette(ui);
    let words = question(offer).title();
    let others = (more > 0).then(|| t!("more-requests", count = more));
    let tail = others
        .as_ref()
        .map_or(0.0, |others| tag_width(ui, others) + space::S);
    line.max.x -= tail;
    let shown = Text::new(&words)
        .font(title_font())
        .middle()
        .explained()
        .show(ui, line);
    widgets::alert(&shown, &words);
    if let Some(others) = others {
        let colors = (palette.accent, palette.card);
        let left = shown.rect.right() + space::S;
        tag(ui, left, line.center().y, &others, colors);
    }
}

/// The font of a strip's title.
pub(super) fn title_font() -> egui::FontId {
    match text::language() {
        Language::Chinese => font::regular(font::BODY),
        _ => font::semibold(font::BODY),
    }
}

/// Draws the symbol of a key at the left of `place`.
fn key_ui(ui: &Ui, place: Rect) {
    let color = theme::palette(ui).muted;
    let face = font::icon(ICON_KEY, KEY_ICON);
    let glyph = ICON_KEY.codepoint.to_owned();
    let galley = ui.painter().layout_no_wrap(glyph, face, color);
    let top = place.center().y - galley.size().y / 2.0;
    let clip = ui.painter_at(place);
    clip.galley(pos2(place.left(), top), galley, color);
}

/// Draws the names of the files and, in the same line unless it is `narrow`, the rest.
fn details(ui: &mut Ui, line: Rect, below: Rect, narrow: bool, offer: &Offer) {
    let palette = theme::palette(ui);
    let secs = offer
        .until()
        .saturating_duration_since(Instant::now())
        .as_secs();
    let space = offer.free().map(format::bytes).map(|size| {
        if is_too_large(offer) {
            (t!("space-lacking", size = size), palette.error)
        } else {
            (t!("space-free", size = size), palette.muted)
        }
    });
    let is_localsend = offer.by() != OfferedBy::Http;
    let key = key_words(offer);
    // Who has proved who it is needs no address.
    let address = offer.device().filter(|_| key.is_none());
    let address = address.map(|_| offer.from().to_string());
    // Where there is much to say, only that there is too little.
    let space = space.filter(|_| !is_localsend || is_too_large(offer));
    let left = t!("answer-within", secs = secs);
    let rest = [
        is_localsend.then(|| (t!("nearby-localsend"), palette.muted)),
        address.map(|address| (address, palette.muted)),
        key.clone().map(|words| (words, palette.text)),
        space,
        Some((left, palette.muted)),
    ];
    let rest: Vec<_> = rest.into_iter().flatten().collect();
    let is_key = |text: &String| key.as_ref() == Some(text);
    let number = |text, color| {
        let text = Text::new(text).font(font::regular(font::NUMBER));
        text.color(color).tabular()
    };
    let dot = transfer_row::DOT;
    let dot_width = number(dot, palette.muted).width(ui);
    let widths: Vec<_> = rest
        .iter()
        .map(|(text, color)| {
            let before = if is_key(text) { KEY } else { 0.0 };
            before + number(text, *color).width(ui) + 0.5
        })
        .collect();
    let names = names(offer);
    let mut line = line;
    let mut x = if narrow || names.is_empty() {
        line.left()
    } else {
        let all: f32 = widths.iter().map(|width| width + dot_width).sum();
        let mut place = line;
        place.max.x = (line.right() - all).max(line.left());
        let shown = number(&names, palette.muted).middle().explained();
        shown.show(ui, place).rect.right()
    };
    let mut is_first = narrow || names.is_empty();
    if narrow && !names.is_empty() {
        let shown = number(&names, palette.muted).middle().explained();
        shown.show(ui, line);
        line = below;
    }
    for ((text, color), width) in rest.iter().zip(widths) {
        if !is_first {
            let place = Rect::from_min_size(pos2(x, line.top()), vec2(dot_width, LINE));
            number(dot, palette.muted).paint(ui, place);
            x = place.right();
        }
        is_first = false;
        let room = width.min((line.right() - x).max(0.0));
        let mut place = Rect::from_min_size(pos2(x, line.top()), vec2(room, LINE));
        if is_key(text) {
            key_ui(ui, place);
            place.min.x = (x + KEY).min(place.right());
        }
        let shown = number(text, *color).show(ui, place);
        if is_key(text) {
            shown.on_hover_text(t!("what-key-words-say"));
        }
        x = place.right();
    }
}

/// Draws the buttons at the right with the check box below them; returns the right edge of the text.
fn answers(
    ui: &mut Ui,
    inner: Rect,
    offer: &Offer,
    always: &mut bool,
    actions: &mut Vec<Action>,
) -> f32 {
    let label = t!("always-from-this-device");
    let rest = if offer.can_remember() {
        space::XS + CHECK_BOX
    } else {
        0.0
    };
    let top = inner.center().y - f32::midpoint(size::SMALL_CONTROL, rest);
    let buttons = buttons(ui, pos2(inner.right(), top), offer, *always, actions);
    if !offer.can_remember() {
        return buttons - space::L;
    }
    let width = check_box_width(ui, &label);
    let place = Rect::from_min_size(
        pos2(inner.right() - width, top + size::SMALL_CONTROL + space::XS),
        vec2(width + 0.5, CHECK_BOX),
    );
    check_box(ui, place, always, &label);
    buttons.min(place.left()) - space::L
}

/// The same at the bottom of `inner`, in one line.
fn answers_below(
    ui: &mut Ui,
    inner: Rect,
    left: f32,
    offer: &Offer,
    always: &mut bool,
    actions: &mut Vec<Action>,
) {
    let top = inner.bottom() - size::SMALL_CONTROL;
    if offer.can_remember() {
        let place = Rect::from_min_max(
            pos2(left, top + (size::SMALL_CONTROL - CHECK_BOX) / 2.0),
            inner.max,
        );
        let place = Rect::from_min_size(place.min, vec2(place.width(), CHECK_BOX));
        check_box(ui, place, always, &t!("always-from-this-device"));
    }
    buttons(ui, pos2(inner.right(), top), offer, *always, actions);
}

/// Draws *Decline* and *Accept*, which end at `right_top`; returns their left edge.
fn buttons(
    ui: &mut Ui,
    right_top: egui::Pos2,
    offer: &Offer,
    always: bool,
    actions: &mut Vec<Action>,
) -> f32 {
    let (accept, decline) = (t!("accept"), t!("decline"));
    let accept = Button::primary(&accept).icon(ICON_CHECK).small();
    let accept = accept.slot(slot::ACCEPT);
    let decline = Button::new(&decline).small().slot(slot::DECLINE);
    let place = |right: f32, width: f32| {
        let size = vec2(width, size::SMALL_CONTROL);
        Align2::RIGHT_TOP.anchor_size(pos2(right, right_top.y), size)
    };
    let second = place(right_top.x, accept.width(ui));
    let first = place(second.left() - space::S, decline.width(ui));
    let mut answer = None;
    // From the left, in tab order.
    if decline.show(ui, first).clicked() {
        answer = Some(Answer::Decline);
    }
    if accept.show(ui, second).clicked() {
        answer = Some(if always && offer.can_remember() {
            Answer::AcceptAlways
        } else {
            Answer::Accept
        });
    }
    actions.extend(answer.map(|answer| Action::AnswerOffer(offer.id(), answer)));
    first.left()
}
