//! The message card: sends messages to a raw server and shows the replies.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{Galley, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use super::page::{Page, Row};
use super::widgets::{self, Button, Field};
use super::{card_header, entered};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::client::Exchange;
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::t;

/// Longer messages and replies are truncated.
const MAX_ROWS: usize = 8;
/// The maximum height of the list, which then scrolls.
const MAX_LIST: f32 = 140.0;
/// The number of messages that are visible without scrolling.
const FEW: usize = 2;

pub(crate) fn ui(ui: &mut Ui, page: &mut Page, model: &mut Model, actions: &mut Vec<Action>) {
    let width = page.width() - 2.0 * page.padding();
    let latest = model.client.exchanges.iter().rev().take(FEW);
    let list: f32 = latest
        .flat_map(|exchange| paragraphs(ui, exchange, width))
        .map(|(_, galley)| galley.size().y)
        .sum();
    let list = list.min(MAX_LIST);
    let below = if list > 0.0 { space::S } else { 0.0 };
    let height = card_header::HEIGHT + size::CONTROL + below + list + space::L;
    let card = page.card(ui, height);
    card_header::ui(ui, card, page.padding(), None, &t!("message-to-host"), "");
    let inner = Rect::from_min_max(
        pos2(
            card.left() + page.padding(),
            card.top() + card_header::HEIGHT,
        ),
        pos2(card.right() - page.padding(), card.bottom()),
    );
    let text = t!("send");
    let ready = model.can_say();
    let send = Button::new(&text).enabled(ready);
    let mut row = Row::new(inner, size::CONTROL, space::S);
    let send_rect = row.right(send.width(ui));
    let field = Field::new(&t!("message-text"))
        .hint(&t!("message-hint"))
        .without_label()
        .show(ui, row.rest(), &mut model.client.draft);
    let said = entered(ui, &field);
    if (send.show(ui, send_rect).clicked() || said) && ready {
        actions.push(Action::Say);
    }
    let area = Rect::from_min_size(
        pos2(inner.left(), inner.top() + size::CONTROL + space::S),
        vec2(inner.width(), list),
    );
    let mut list = ui.new_child(UiBuilder::new().max_rect(area).id_salt("exchanges"));
    list.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .auto_shrink(false)
        // Fill the available height, however small.
        .min_scrolled_height(0.0)
        .stick_to_bottom(true)
        .show(&mut list, |ui| {
            for exchange in &model.client.exchanges {
                for (words, galley) in paragraphs(ui, exchange, area.width()) {
                    widgets::label(ui, ui.cursor().min, galley, &words);
                }
            }
        });
}

/// A message and its reply, wrapped.
fn paragraphs(ui: &Ui, exchange: &Exchange, width: f32) -> [(String, Arc<Galley>); 2] {
    let palette = theme::palette(ui);
    let said = t!("message-line", peer = t!("you"), text = &exchange.text);
    let (answer, color) = match &exchange.reply {
        None => (t!("no-reply-yet"), palette.muted),
        // Bytes that are not valid UTF-8 appear as this character.
        Some(Ok(reply)) if reply.contains(char::REPLACEMENT_CHARACTER) => {
            (t!("reply-is-no-text", host = &exchange.host), palette.text)
        }
        Some(Ok(reply)) => (
            t!("message-line", peer = &exchange.host, text = reply),
            palette.text,
        ),
        Some(Err(why)) => (why.to_string(), palette.error),
    };
    [(said, palette.muted), (answer, color)].map(|(words, color)| {
        let mut job = LayoutJob::simple(words.clone(), font::mono(font::CAPTION), color, width);
        job.wrap.max_rows = MAX_ROWS;
        (words, widgets::lay_out(ui, job))
    })
}
