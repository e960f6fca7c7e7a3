//! The computers whose identities and passwords are remembered.

use egui::{Align2, Key, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use super::Form;
use crate::app::actions::Action;
use crate::app::model::known::KnownComputer;
use crate::app::symbols::ICON_KEY;
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::app::ui::widgets::{Button, Text};
use crate::app::ui::{card_header, lock, widgets};
use crate::t;
use landline_engine::client::authority;

/// The height of a row: two lines.
const ROW: f32 = 44.0;
/// More rows than this scroll; the last one is cut off to indicate that.
const MOST_ROWS: f32 = 4.5;
/// The space for the scroll bar beside the rows.
const SCROLL_BAR: f32 = space::M;

/// Draws the section.
pub(super) fn part(
    ui: &mut Ui,
    form: &mut Form,
    known: &[KnownComputer],
    actions: &mut Vec<Action>,
) {
    form.title(ui, &t!("known-computers"));
    if known.is_empty() {
        form.note(ui, &Text::caption(&t!("no-known-computers"), ui));
        return;
    }
    form.note(ui, &Text::caption(&t!("what-known-computers-are"), ui));
    #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
    let rows = known.len() as f32;
    let area = form.row(rows.min(MOST_ROWS) * ROW);
    let builder = UiBuilder::new().max_rect(area).id_salt("known computers");
    let mut list = ui.new_child(builder);
    list.spacing_mut().item_spacing.y = 0.0;
    let width = if rows > MOST_ROWS {
        area.width() - SCROLL_BAR
    } else {
        area.width()
    };
    let mut has_focus = false;
    ScrollArea::vertical()
        .id_salt("known computers")
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .show_rows(&mut list, ROW, known.len(), |ui, shown| {
            let mut place = Rect::from_min_size(ui.max_rect().min, vec2(width, ROW));
            for computer in known.get(shown).unwrap_or_default() {
                has_focus |= row(ui, place, computer, actions);
                place = place.translate(vec2(0.0, ROW));
            }
        });
    if has_focus && ui.input(|input| input.key_pressed(Key::Tab)) {
        // The list scrolls to the button, and the panel to the list.
        ui.scroll_to_rect(area, None);
    }
}

/// Draws a row; returns whether its button has the keyboard focus.
fn row(ui: &mut Ui, rect: Rect, computer: &KnownComputer, actions: &mut Vec<Action>) -> bool {
    let palette = theme::palette(ui);
    let address = authority(&computer.host, computer.port);
    let builder = UiBuilder::new().max_rect(rect).id_salt(&address);
    let ui = &mut ui.new_child(builder);
    let (text, name) = (t!("forget"), t!("forget-computer", host = &address));
    let button = Button::new(&text).name(&name).small();
    let size = vec2(button.width(ui), size::SMALL_CONTROL);
    let place = Align2::RIGHT_CENTER.align_size_within_rect(size, rect);
    let right = place.left() - space::M;
    let line = |top: f32, height: f32| {
        let top = rect.top() + top;
        Rect::from_min_max(pos2(rect.left(), top), pos2(right, top + height))
    };
    let mut first = line(4.0, 18.0);
    if computer.has_password {
        first.max.x -= card_header::ICON_COLUMN;
    }
    let host = Text::new(&address).font(font::regular(font::NUMBER));
    let shown = host.middle().show(ui, first);
    if computer.has_password {
        let left = shown.rect.right() + space::S;
        card_header::glyph(ui, left, first.center().y, ICON_KEY, palette.muted);
    }
    let mut about: Vec<String> = computer.identity.map(lock::words).into_iter().collect();
    if computer.has_password {
        about.push(t!("password-is-kept"));
    }
    let about = about.join(" · ");
    Text::caption(&about, ui).show(ui, line(22.0, 18.0));
    let button = button.show(ui, place);
    if button.clicked() {
        let (host, port) = (computer.host.clone(), computer.port);
        actions.push(Action::ForgetComputer(host, port));
    }
    widgets::line(ui, rect.left(), rect.right(), rect.bottom() - 0.5);
    button.has_focus()
}
