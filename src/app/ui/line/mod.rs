//! The line of a transfer: its TCP connection as a sequence diagram, with the system's figures and what limits it. Fills
//! the page of a tab.

mod diagram;
mod facts;
mod header;
mod plots;
mod verdict;
mod view;
mod words;

use std::time::{Duration, Instant};

use egui::{Id, Key, Memory, Modifiers, Popup, Rect, Ui, pos2};

pub(crate) use self::diagram::{Drawing, Look};

use self::view::View;
use super::page::Page;
use super::{empty, offer_strip, share_card};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::row::Row;
use crate::app::symbols::ICON_SWAP_VERT;
use crate::settings::Tab;
use crate::t;
use landline_engine::transfer::TransferId;

/// The height of the card if there is no connection.
const EMPTY: f32 = 240.0;

/// Draws the line of the row with this key.
pub(crate) fn ui(
    ui: &mut Ui,
    page: &mut Page,
    model: &mut Model,
    (tab, key): (Tab, TransferId),
    actions: &mut Vec<Action>,
) {
    // An open "?" or menu takes the key first.
    let is_free = !Popup::is_any_open(ui.ctx());
    if tab == Tab::Server {
        share_card::folded(ui, page, model, actions);
        offer_strip::ui(ui, page, model, actions);
    }
    let is_dialog = model.has_dialog();
    let transfers = match tab {
        Tab::Server => &mut model.server.transfers,
        Tab::Client => &mut model.client.transfers,
    };
    let Some(row) = transfers.rows().find(|row| row.key == key) else {
        actions.push(Action::CloseLine(tab));
        return;
    };
    let traces = model.line.connections(key, &row.transfer);
    let direction = row.transfer.direction();
    let finding = model.line.verdict(direction, Instant::now());
    let view = View::of(row, &model.line, finding);
    let inner_width = page.width() - 2.0 * page.padding();
    let height = match &view {
        Some(view) => view.height(ui, page, inner_width),
        None => EMPTY,
    };
    let card = page.card(ui, height.max(page.rest()));
    let area = Rect::from_min_max(
        pos2(card.left() + page.padding(), card.top()),
        pos2(card.right() - page.padding(), card.bottom()),
    );
    let back = header::ui(ui, area, row, &mut model.line, &traces);
    focus_once(ui, key, &back);
    if let Some(view) = view {
        view.ui(ui, page, area);
        view.repaint(ui);
    } else {
        let (title, text) = no_connection(row);
        let mut rest = card;
        rest.min.y += header::height(area.width());
        empty::ui(ui, rest, ICON_SWAP_VERT, &title, &text);
    }
    let escape = |input: &mut egui::InputState| input.consume_key(Modifiers::NONE, Key::Escape);
    let is_escaped = is_free && !is_dialog && ui.input_mut(escape);
    if back.clicked() || is_escaped {
        let by_keyboard = is_escaped || ui.memory(|memory| memory.focused().is_some());
        if by_keyboard {
            transfers.returned(key);
        }
        actions.push(Action::CloseLine(tab));
    }
}

/// Moves the keyboard focus from the row that was opened to the button that goes back.
fn focus_once(ui: &Ui, key: TransferId, back: &egui::Response) {
    let id = Id::unique("line that was drawn last");
    let frame = ui.ctx().cumulative_pass_nr();
    let last: Option<(TransferId, u64)> = ui.data(|data| data.get_temp(id));
    ui.data_mut(|data| data.insert_temp(id, (key, frame)));
    let is_new = last.is_none_or(|(last, at)| last != key || at + 1 < frame);
    if is_new && ui.memory(Memory::focused).is_some() {
        back.request_focus();
    }
}

/// Why there is no connection.
fn no_connection(row: &Row) -> (String, String) {
    if row.is_active() {
        (t!("line-not-yet"), t!("line-not-yet-why"))
    } else if row.transfer.elapsed() == Duration::ZERO || row.ended.is_some() {
        (t!("line-unknown"), t!("line-unknown-why"))
    } else {
        (t!("line-none"), t!("line-none-why"))
    }
}
