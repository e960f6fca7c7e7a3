//! The strip with the oldest text that a LocalSend device has sent, until it is closed.

use std::sync::Arc;

use egui::{CornerRadius, Galley, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use super::page::{Page, Row};
use super::widgets::{self, Button, Text, tag, tag_width};
use super::{card_header, focus, offer_strip};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::offers::is_phone_name;
use crate::app::model::texts::ReceivedText;
use crate::app::symbols::{
    ICON_CLOSE, ICON_CONTENT_COPY, ICON_LAPTOP_WINDOWS, ICON_OPEN_IN_NEW, ICON_SMARTPHONE,
};
use crate::app::theme;
use crate::app::theme::{radius, size, space};
use crate::t;

/// The padding above and below.
const PADDING: f32 = 12.0;
/// The height of the title.
const TITLE: f32 = 22.0;
/// A longer text scrolls; half of the last line is cut off to indicate that.
const MOST_LINES: f32 = 6.5;

/// Draws the strip, if there is a text.
pub(crate) fn ui(ui: &mut Ui, page: &mut Page, model: &mut Model, actions: &mut Vec<Action>) {
    let texts = &mut model.localsend.texts;
    let (more, number) = (texts.len().saturating_sub(1), texts.number());
    let is_new = texts.is_to_scroll();
    let Some(received) = texts.first() else {
        return;
    };
    // Another text has buttons of its own: a click on them was not meant for this one.
    let builder = UiBuilder::new()
        .max_rect(ui.max_rect())
        .id_salt(("text", number));
    let ui = &mut ui.new_child(builder);
    let buttons = Buttons::new();
    let inner_width = page.width() - 2.0 * page.padding() - card_header::ICON_COLUMN;
    let beside = if page.narrow {
        0.0
    } else {
        buttons.width(ui, true) + space::L
    };
    let galley = Text::new(&received.text).lines(ui, inner_width - beside);
    let first_line = galley.rows.first().map_or(0.0, |row| row.height());
    let most = (MOST_LINES * first_line).round();
    // What is opened has been seen as a whole.
    let link = received.link().filter(|_| galley.size().y <= most);
    let text_height = galley.size().y.min(most);
    let below = if page.narrow {
        space::S + size::SMALL_CONTROL
    } else {
        0.0
    };
    let rect = page.area(TITLE + text_height + below + 2.0 * PADDING);
    focus::may_disappear(ui, rect);
    if is_new {
        ui.scroll_to_rect(rect, None);
    }
    let palette = theme::palette(ui);
    let corners = CornerRadius::same(radius::CARD);
    ui.painter().rect_filled(rect, corners, palette.soft_accent);
    let inner = rect.shrink2(vec2(page.padding(), PADDING));
    let left = inner.left() + card_header::ICON_COLUMN;
    let icon = if is_phone_name(&received.from) {
        ICON_SMARTPHONE
    } else {
        ICON_LAPTOP_WINDOWS
    };
    let middle = inner.top() + TITLE / 2.0;
    card_header::glyph(ui, inner.left(), middle, icon, palette.accent);
    let right = inner.right() - beside;
    let above = Rect::from_min_max(pos2(left, inner.top()), pos2(right, inner.top() + TITLE));
    title(ui, above, received, more);
    let place = Rect::from_min_size(
        pos2(left, above.bottom()),
        vec2(inner_width - beside, text_height),
    );
    show_text(ui, place, received, galley);
    let row = if page.narrow {
        let top = inner.bottom() - size::SMALL_CONTROL;
        Rect::from_min_max(pos2(left, top), inner.max)
    } else {
        let width = buttons.width(ui, link.is_some());
        Rect::from_min_max(pos2(inner.right() - width, inner.top()), inner.max)
    };
    let mut row = Row::new(row, size::SMALL_CONTROL, space::S);
    let action = match buttons.show(ui, &mut row, link.is_some()) {
        Some(Clicked::Copy) => Some(Action::Copy(received.text.clone())),
        Some(Clicked::Open) => link.map(|link| Action::OpenLink(link.to_owned())),
        Some(Clicked::Close) => Some(Action::CloseText),
        None => None,
    };
    actions.extend(action);
}

fn title(ui: &mut Ui, mut line: Rect, received: &ReceivedText, more: usize) {
    let words = t!("sent-a-text", who = &received.from);
    let others = (more > 0).then(|| t!("more-requests", count = more));
    let tail = others
        .as_ref()
        .map_or(0.0, |others| tag_width(ui, others) + space::S);
    line.max.x -= tail;
    let shown = Text::new(&words)
        .font(offer_strip::title_font())
        .middle()
        .show(ui, line);
    widgets::alert(&shown, &words);
    if let Some(others) = others {
        let palette = theme::palette(ui);
        let colors = (palette.accent, palette.card);
        let left = shown.rect.right() + space::S;
        tag(ui, left, line.center().y, &others, colors);
    }
}

/// Draws the text, which scrolls if it is long.
fn show_text(ui: &mut Ui, place: Rect, received: &ReceivedText, galley: Arc<Galley>) {
    let text = Text::new(&received.text);
    if galley.size().y <= place.height() {
        text.show_lines(ui, place.min, galley);
        return;
    }
    let builder = UiBuilder::new().max_rect(place).id_salt("text");
    let mut inner = ui.new_child(builder);
    ScrollArea::vertical()
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .show(&mut inner, |ui| {
            let (_, rect) = ui.allocate_space(galley.size());
            text.show_lines(ui, rect.min, galley);
        });
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clicked {
    Copy,
    Open,
    Close,
}

/// The texts of the buttons.
struct Buttons {
    copy: String,
    copy_name: String,
    open: String,
    close: String,
}

impl Buttons {
    fn new() -> Self {
        Self {
            copy: t!("copy"),
            copy_name: t!("copy-text"),
            open: t!("open-link"),
            close: t!("close-text"),
        }
    }

    fn all(&self, has_link: bool) -> Vec<(Button<'_>, Clicked)> {
        let copy = Button::new(&self.copy).name(&self.copy_name);
        let open = Button::new(&self.open).icon(ICON_OPEN_IN_NEW).small();
        let close = Button::icon_only(ICON_CLOSE, &self.close);
        let open = has_link.then_some((open, Clicked::Open));
        let first = (copy.icon(ICON_CONTENT_COPY).small(), Clicked::Copy);
        let all = [Some(first), open, Some((close, Clicked::Close))];
        all.into_iter().flatten().collect()
    }

    fn width(&self, ui: &Ui, has_link: bool) -> f32 {
        let buttons = self.all(has_link);
        let widths = buttons
            .iter()
            .map(|(button, _)| button.width(ui) + space::S);
        widths.sum::<f32>() - space::S
    }

    fn show(&self, ui: &mut Ui, row: &mut Row, has_link: bool) -> Option<Clicked> {
        let mut clicked = None;
        for (button, what) in self.all(has_link) {
            let width = button.width(ui);
            if button.show(ui, row.left(width)).clicked() {
                clicked = Some(what);
            }
        }
        clicked
    }
}
