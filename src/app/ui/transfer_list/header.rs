//! The header of a transfer list: the number of rows in each state, and buttons for all rows.

use egui::{Align2, Rect, Ui, pos2, vec2};

use super::{List, total};
use crate::app::actions::{Action, AllCalls};
use crate::app::model::transfers::{Counts, Transfers};
use crate::app::symbols::{
    ICON_ARROW_DOWNWARD, ICON_CALL, ICON_CALL_END, ICON_CLEAR_ALL, ICON_PAUSE, ICON_PLAY_ARROW,
    ICON_SEND, ICON_SWAP_VERT, MaterialIcon,
};
use crate::app::theme::{size, space};
use crate::app::ui::page::{Page, slot};
use crate::app::ui::widgets::Button;
use crate::app::ui::{card_header, transfer_row};
use crate::settings::Tab;
use crate::t;
use landline_engine::call::CallId;

/// The height of the button that leads to the first failure.
const FAILED_HEIGHT: f32 = 24.0;

/// Draws the header of the downloads.
pub(crate) fn downloads(
    ui: &mut Ui,
    card: Rect,
    page: &Page,
    list: &mut List<'_>,
    actions: &mut Vec<Action>,
) {
    let counts = list.transfers.counts();
    let active = counts.active + counts.waiting + counts.interrupted;
    // What is sent cannot be paused.
    let pausable = active.saturating_sub(list.transfers.deliveries());
    // A single row has a button of its own.
    let pause = (pausable > 1).then(pause);
    let resume = (counts.resumable > 1).then(resume);
    let clear = has_ended(list).then(|| clear(Tab::Client));
    let offers: Vec<_> = [pause, resume, clear].into_iter().flatten().collect();
    let title = if list.transfers.has_deliveries() {
        (ICON_SWAP_VERT, t!("transfers"))
    } else {
        (ICON_ARROW_DOWNWARD, t!("downloads"))
    };
    header(ui, (card, page), list, title, (&offers, actions));
}

/// Draws the header of what others asked the server for.
pub(crate) fn served(
    ui: &mut Ui,
    card: Rect,
    page: &Page,
    list: &mut List<'_>,
    actions: &mut Vec<Action>,
) {
    let several = list.calls.open() > 1;
    let answer = list.calls.first_open().filter(|_| several).map(answer);
    let hang_up = several.then(hang_up);
    let clear = has_ended(list).then(|| clear(Tab::Server));
    let offers: Vec<_> = [answer, hang_up, clear].into_iter().flatten().collect();
    let title = (ICON_SWAP_VERT, t!("transfers"));
    header(ui, (card, page), list, title, (&offers, actions));
}

fn header(
    ui: &mut Ui,
    (card, page): (Rect, &Page),
    list: &mut List<'_>,
    (icon, title): (MaterialIcon, String),
    (offers, actions): (&[Offer], &mut Vec<Action>),
) {
    let (icon, title) = if list.transfers.is_empty() && !list.calls.is_empty() {
        (ICON_CALL, t!("calls"))
    } else {
        (icon, title)
    };
    let padding = page.padding();
    let mut rest = card;
    if page.narrow {
        // The icon includes padding.
        rest.max.x += space::XS;
    }
    let mut places = Vec::new();
    for offer in offers.iter().rev() {
        let gap = if page.narrow { space::XS } else { space::S };
        let size = vec2(offer.button(page).width(ui), size::SMALL_CONTROL);
        let middle = card.top() + card_header::MIDDLE;
        let right = pos2(rest.right() - padding, middle);
        let place = Align2::RIGHT_CENTER.anchor_size(right, size);
        rest.max.x = place.left() - gap + padding;
        places.push(place);
    }
    let mut x = card_header::ui(ui, rest, padding, Some(icon), &title, "");
    x = failed(ui, card, x, list.transfers);
    let remark = remark(card, list);
    card_header::remark(ui, rest, padding, x, &remark);
    // From the left, in tab order.
    for (offer, place) in offers.iter().zip(places.into_iter().rev()) {
        if offer.button(page).show(ui, place).clicked() {
            actions.push(offer.action.clone());
        }
    }
}

/// Draws the number of failures after `x`, as a button that leads to the first; returns its right
/// edge.
fn failed(ui: &mut Ui, card: Rect, x: f32, transfers: &mut Transfers) -> f32 {
    let count = transfers.counts().failed;
    if count == 0 {
        return x;
    }
    let (text, tooltip) = (t!("count-failed", count = count), t!("show-failed"));
    let button = Button::alarm(&text).tooltip(&tooltip).slot(slot::FAILED);
    let size = vec2(button.width(ui), FAILED_HEIGHT);
    let left = pos2(x + space::S, card.top() + card_header::MIDDLE);
    let place = Align2::LEFT_CENTER.anchor_size(left, size);
    if button.show(ui, place).clicked() {
        transfers.want_failure();
    }
    place.right()
}

/// A button that acts on several rows.
struct Offer {
    text: String,
    icon: MaterialIcon,
    action: Action,
}

impl Offer {
    /// With text if there is space for it.
    fn button(&self, page: &Page) -> Button<'_> {
        if page.narrow {
            Button::icon_only(self.icon, &self.text)
        } else {
            Button::new(&self.text).small()
        }
    }
}

fn pause() -> Offer {
    Offer {
        text: t!("pause-all"),
        icon: ICON_PAUSE,
        action: Action::PauseAll,
    }
}

fn resume() -> Offer {
    Offer {
        text: t!("resume-all"),
        icon: ICON_PLAY_ARROW,
        action: Action::ResumeAll,
    }
}

/// Opens the page of this call, to send to all.
fn answer(call: CallId) -> Offer {
    Offer {
        text: t!("call-answer-all"),
        icon: ICON_SEND,
        action: Action::AllCalls(Tab::Server, AllCalls::Answer(call)),
    }
}

fn hang_up() -> Offer {
    Offer {
        text: t!("call-hang-up-all"),
        icon: ICON_CALL_END,
        action: Action::AllCalls(Tab::Server, AllCalls::HangUp),
    }
}

/// Whether there is a row to clear.
fn has_ended(list: &List<'_>) -> bool {
    list.transfers.has_ended() || list.calls.open() < list.calls.len()
}

fn clear(tab: Tab) -> Offer {
    Offer {
        text: t!("clear-finished"),
        icon: ICON_CLEAR_ALL,
        action: Action::ClearFinished(tab),
    }
}

/// The counts by state other than failures, and the totals if there is no footer.
fn remark(card: Rect, list: &List<'_>) -> String {
    let (transfers, calls) = (&*list.transfers, list.calls.open());
    let Counts {
        active,
        waiting,
        interrupted,
        paused,
        ..
    } = transfers.counts();
    let sum = super::totals(transfers).filter(|_| card.height() < super::LOW);
    let some = |count: usize, text: String| if count > 0 { text } else { String::new() };
    transfer_row::joined(&[
        some(active, t!("active", count = active)),
        some(waiting, t!("queued", count = waiting)),
        some(interrupted, t!("count-interrupted", count = interrupted)),
        some(paused, t!("count-paused", count = paused)),
        some(calls, t!("count-calls", count = calls)),
        sum.as_ref().map(total::numbers).unwrap_or_default(),
    ])
}
