//! The header of a transfer list: the number of rows in each state, and buttons for all rows.

use egui::{Align2, Rect, Ui, pos2, vec2};

use super::total;
use crate::app::actions::Action;
use crate::app::model::transfers::{Counts, Transfers};
use crate::app::symbols::{
    ICON_ARROW_DOWNWARD, ICON_ARROW_UPWARD, ICON_CLEAR_ALL, ICON_PAUSE, ICON_PLAY_ARROW,
    MaterialIcon,
};
use crate::app::theme::{size, space};
use crate::app::ui::page::Page;
use crate::app::ui::widgets::Button;
use crate::app::ui::{card_header, transfer_row};
use crate::t;

/// Draws the header of the downloads.
pub(crate) fn downloads(
    ui: &mut Ui,
    card: Rect,
    page: &Page,
    transfers: &Transfers,
    actions: &mut Vec<Action>,
) {
    let padding = page.padding();
    let mut rest = card;
    if page.narrow {
        // The icon includes padding.
        rest.max.x += space::XS;
    }
    let offers = offers(transfers);
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
    // From the left, in tab order.
    for (offer, place) in offers.iter().zip(places.into_iter().rev()) {
        if offer.button(page).show(ui, place).clicked() {
            actions.push(offer.action.clone());
        }
    }
    let (icon, title) = (Some(ICON_ARROW_DOWNWARD), t!("downloads"));
    let remark = remark(card, transfers);
    card_header::ui(ui, rest, padding, icon, &title, &remark);
}

/// Draws the header of the uploads.
pub(crate) fn uploads(ui: &mut Ui, card: Rect, page: &Page, transfers: &Transfers) {
    let (icon, title) = (Some(ICON_ARROW_UPWARD), t!("transfers"));
    let remark = remark(card, transfers);
    card_header::ui(ui, card, page.padding(), icon, &title, &remark);
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

/// The available buttons, from the left.
fn offers(transfers: &Transfers) -> Vec<Offer> {
    let pause = || Offer {
        text: t!("pause-all"),
        icon: ICON_PAUSE,
        action: Action::PauseAll,
    };
    let resume = || Offer {
        text: t!("resume-all"),
        icon: ICON_PLAY_ARROW,
        action: Action::ResumeAll,
    };
    let clear = || Offer {
        text: t!("clear-finished"),
        icon: ICON_CLEAR_ALL,
        action: Action::ClearFinished,
    };
    let counts = transfers.counts();
    let pausable = counts.active + counts.waiting + counts.interrupted;
    // A single row has a button of its own.
    let pause = (pausable > 1).then(pause);
    let resume = (counts.paused > 1).then(resume);
    let clear = transfers.has_ended().then(clear);
    [pause, resume, clear].into_iter().flatten().collect()
}

/// The counts by state, and the totals if there is no footer.
fn remark(card: Rect, transfers: &Transfers) -> String {
    let Counts {
        active,
        waiting,
        interrupted,
        paused,
    } = transfers.counts();
    let sum = super::totals(transfers).filter(|_| card.height() < super::LOW);
    let some = |count: usize, text: String| if count > 0 { text } else { String::new() };
    transfer_row::joined(&[
        some(active, t!("active", count = active)),
        some(waiting, t!("queued", count = waiting)),
        some(interrupted, t!("count-interrupted", count = interrupted)),
        some(paused, t!("count-paused", count = paused)),
        sum.as_ref().map(total::numbers).unwrap_or_default(),
    ])
}
