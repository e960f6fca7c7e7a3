//! Whether LocalSend devices see this computer, while nothing is shared: the card of a share has a chip for it. And why
//! they do not.

use egui::{Align2, Rect, Ui, pos2, vec2};

use super::page::Page;
use super::widgets::{Button, Text, dot};
use super::{error_strip, focus};
use crate::app::actions::Action;
use crate::app::model::localsend::Visibility;
use crate::app::model::{Model, Sharing};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::t;

/// The height with one line and with two.
const ONE: f32 = 52.0;
const TWO: f32 = 64.0;
/// The height of a line.
const LINE: f32 = 20.0;
/// The width of the dot with its gap, as in the card of a share.
const DOT_COLUMN: f32 = 27.0;

/// Draws the card, or why others do not see this computer.
pub(crate) fn ui(ui: &mut Ui, page: &mut Page, model: &Model, actions: &mut Vec<Action>) {
    if !model.settings.localsend {
        return;
    }
    if let Some(failure) = &model.localsend.failure {
        let step = error_strip::failure(ui, page, failure);
        actions.extend(step.and_then(crate::app::model::Step::action));
        return;
    }
    if model.server.sharing != Sharing::Off {
        return;
    }
    match model.localsend.visibility {
        Visibility::Visible => visible(ui, page, model, actions),
        _ if model.is_becoming_visible() => {
            let card = page.card(ui, ONE);
            line(ui, card, page, &t!("localsend-becoming-visible"), false);
        }
        _ => {}
    }
}

fn visible(ui: &mut Ui, page: &mut Page, model: &Model, actions: &mut Vec<Action>) {
    let card = page.card(ui, TWO);
    focus::may_disappear(ui, card);
    let (text, name) = (t!("turn-off"), t!("localsend-turn-off"));
    let button = Button::new(&text).name(&name).small();
    let extent = vec2(button.width(ui), size::SMALL_CONTROL);
    let right = pos2(card.right() - page.padding(), card.center().y);
    let place = Align2::RIGHT_CENTER.anchor_size(right, extent);
    let words = t!("localsend-visible-as", name = model.computer_name());
    let rest = card.with_max_x(place.left() - space::M + page.padding());
    let middle = card.center().y;
    let upper = Rect::from_min_max(pos2(rest.left(), middle - LINE), pos2(rest.right(), middle));
    line(ui, upper, page, &words, true);
    let about = about(model);
    let lower = Rect::from_min_max(
        pos2(rest.left() + page.padding() + DOT_COLUMN, middle),
        pos2(rest.right() - page.padding(), middle + LINE),
    );
    Text::new(&about)
        .font(font::regular(font::NUMBER))
        .color(theme::palette(ui).muted)
        .show(ui, lower);
    if button.show(ui, place).clicked() {
        actions.push(Action::SetVisible(false));
    }
}

/// What others can do, whether or not something is shared.
pub(super) fn about(model: &Model) -> String {
    let what = if model.settings.asks_first {
        t!("localsend-can-offer")
    } else {
        t!("localsend-can-send")
    };
    if model.privacy.has_password() {
        t!("two-sentences", first = what, second = t!("localsend-pin"))
    } else {
        what
    }
}

/// Draws the dot and the words.
fn line(ui: &mut Ui, rect: Rect, page: &Page, words: &str, is_good: bool) {
    let palette = theme::palette(ui);
    let (color, ring) = if is_good {
        (palette.good, palette.soft_good)
    } else {
        (palette.muted, palette.track)
    };
    let left = rect.left() + page.padding();
    dot(ui, pos2(left + 4.5, rect.center().y), color, ring);
    let place = Rect::from_min_max(
        pos2(left + DOT_COLUMN, rect.top()),
        pos2(rect.right() - page.padding(), rect.bottom()),
    );
    let text = Text::new(words).font(font::medium(font::BODY));
    text.middle().spoken().show(ui, place);
}
