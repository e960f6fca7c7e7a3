//! Saying something to a raw server, and what it answered.

use egui::{Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use super::page::{Page, Row};
use super::widgets::{Button, Field, Text};
use super::{card_header, entered};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::client::Exchange;
use crate::app::theme::{self, font, size, space};
use crate::t;

/// A line of what was said.
const LINE: f32 = 19.0;
/// Each message has a line for what was said and one for what came back.
const PAIR: f32 = 2.0 * LINE;
/// Messages that are seen without scrolling.
const FEW: usize = 2;

pub(crate) fn ui(ui: &mut Ui, page: &mut Page, model: &mut Model, actions: &mut Vec<Action>) {
    let count = model.client.exchanges.len();
    #[expect(clippy::cast_precision_loss, reason = "at most a few")]
    let list = count.min(FEW) as f32 * PAIR;
    let below = if count > 0 { space::S } else { 0.0 };
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
    let ready = !model.client.draft.trim().is_empty();
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
    let exchanges = &model.client.exchanges;
    ScrollArea::vertical()
        .auto_shrink(false)
        .stick_to_bottom(true)
        .show_rows(&mut list, PAIR, exchanges.len(), |ui, range| {
            for exchange in range.filter_map(|index| exchanges.get(index)) {
                let (_, rect) = ui.allocate_space(vec2(ui.available_width(), PAIR));
                pair(ui, rect, exchange);
            }
        });
}

fn pair(ui: &mut Ui, rect: Rect, exchange: &Exchange) {
    let palette = theme::palette(ui);
    let (upper, lower) = rect.split_top_bottom_at_fraction(0.5);
    let said = t!("message-line", peer = t!("you"), text = &exchange.text);
    let (answer, color) = match &exchange.reply {
        None => (t!("no-reply-yet"), palette.muted),
        Some(Ok(reply)) => (
            t!("message-line", peer = &exchange.host, text = reply),
            palette.text,
        ),
        Some(Err(why)) => (why.to_string(), palette.error),
    };
    for (text, color, rect) in [(said, palette.muted, upper), (answer, color, lower)] {
        Text::new(&text)
            .font(font::mono(font::CAPTION))
            .color(color)
            .show(ui, rect);
    }
}
