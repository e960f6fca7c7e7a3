//! The log card, collapsed to its latest lines or expanded.

use egui::{Align2, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};

use super::card_header;
use super::page::{Page, slot};
use super::widgets::menu::{self, Entry};
use super::widgets::{self, Button, Text};
use crate::app::model::log::{Line, Log, What};
use crate::app::symbols::{ICON_CONTENT_COPY, ICON_EXPAND_LESS, ICON_EXPAND_MORE};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::t;

/// The height of a line.
const LINE: f32 = 19.0;
/// The number of lines when collapsed.
const FEW: f32 = 3.0;
/// The number of lines when expanded.
const MANY: f32 = 12.0;

/// The minimum height to which the user can shrink the card: one line.
pub(crate) const MIN_HEIGHT: f32 = card_header::HEIGHT + LINE + space::M;

/// The height of the card if `room` points are free. Expanded, it takes what is there, but never
/// less than when collapsed.
pub(crate) fn height(log: &Log, room: f32) -> f32 {
    let of = |lines: f32| card_header::HEIGHT + lines * LINE + space::M;
    if log.expanded {
        room.clamp(of(FEW), of(MANY))
    } else {
        of(FEW)
    }
}

/// Draws the card, `height` points high. Returns whether it was collapsed or expanded.
pub(crate) fn ui(ui: &mut Ui, page: &mut Page, height: f32, log: &mut Log) -> bool {
    let card = page.card(ui, height);
    if std::mem::take(&mut log.wanted) {
        ui.scroll_to_rect(card, None);
    }
    card_header::ui(ui, card, page.padding(), None, &t!("log"), "");
    let (icon, name) = if log.expanded {
        (ICON_EXPAND_MORE, t!("fewer-lines"))
    } else {
        (ICON_EXPAND_LESS, t!("more-lines"))
    };
    let right = card.right() - page.padding() + space::XS;
    let place = Align2::RIGHT_CENTER.anchor_size(
        pos2(right, card.top() + card_header::MIDDLE),
        vec2(size::SMALL_CONTROL, size::SMALL_CONTROL),
    );
    let toggle = Button::icon_only(icon, &name)
        .slot(slot::LOG)
        .show(ui, place);
    if toggle.clicked() {
        log.expanded = !log.expanded;
    }
    let copy = t!("copy-log");
    let copy = Button::icon_only(ICON_CONTENT_COPY, &copy).enabled(!log.is_empty());
    let beside = place.translate(vec2(-size::SMALL_CONTROL - space::XS, 0.0));
    if copy.show(ui, beside).clicked() {
        ui.ctx().copy_text(log.text());
    }
    let lines = Rect::from_min_max(
        pos2(
            card.left() + page.padding(),
            card.top() + card_header::HEIGHT,
        ),
        pos2(card.right() - page.padding(), card.bottom() - space::M),
    );
    if log.is_empty() {
        let first = Rect::from_min_size(lines.min, vec2(lines.width(), LINE));
        Text::caption(&t!("nothing-happened"), ui).show(ui, first);
        return toggle.clicked();
    }
    let mut copied = None;
    let mut inner = ui.new_child(UiBuilder::new().max_rect(lines).id_salt("log"));
    inner.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .auto_shrink(false)
        // Fill the available height, however small.
        .min_scrolled_height(0.0)
        .stick_to_bottom(true)
        .show_rows(&mut inner, LINE, log.len(), |ui, range| {
            for index in range {
                let (_, rect) = ui.allocate_space(vec2(ui.available_width(), LINE));
                if let Some(entry) = log.get(index) {
                    // With a UI of its own, so that its content cannot move the next line.
                    let builder = UiBuilder::new().max_rect(rect).id_salt(index);
                    copied = line(&mut ui.new_child(builder), rect, entry).or(copied.take());
                }
            }
        });
    match copied {
        None => {}
        Some(Copied::Line(text)) => ui.ctx().copy_text(text),
        Some(Copied::All) => ui.ctx().copy_text(log.text()),
    }
    toggle.clicked()
}

/// What the context menu of a line copies.
enum Copied {
    Line(String),
    All,
}

/// Draws time, address and text; returns what is to be copied.
fn line(ui: &mut Ui, rect: Rect, line: &Line) -> Option<Copied> {
    let palette = theme::palette(ui);
    let id = ui.scope_id().with("line");
    let whole = ui.interact(rect, id, Sense::CLICK);
    let mut x = rect.left();
    let mut part = |ui: &mut Ui, text: &str, color| {
        let rect = Rect::from_min_max(
            pos2(x, rect.top()),
            pos2(rect.right().max(x), rect.bottom()),
        );
        let text = Text::new(text).in_row();
        let text = text.font(font::mono(font::CAPTION)).color(color);
        x = text.show(ui, rect).rect.right() + space::M;
    };
    part(ui, &line.at, palette.muted);
    if let Some(address) = line.address() {
        part(ui, address, palette.text);
    }
    let color = match line.what {
        What::Message(_) | What::Text { .. } => palette.text,
        What::Said(_) => palette.muted,
    };
    part(ui, &line.words(), color);
    menu::context(&whole, || {
        let text = widgets::selected(ui.ctx()).unwrap_or_else(|| line.to_string());
        vec![
            Entry::new(t!("copy"), Copied::Line(text)).icon(ICON_CONTENT_COPY),
            Entry::new(t!("copy-all"), Copied::All),
        ]
    })
}
