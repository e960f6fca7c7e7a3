//! The QR code in the whole window, for a projector.

use egui::{
    Align2, Id, Key, Memory, Modifiers, Pos2, Rect, Response, Sense, Stroke, StrokeKind,
    TextureHandle, Ui, pos2, vec2,
};

use super::page::Page;
use super::qr_code::{self, QUIET_ZONE};
use super::widgets::{Button, Text};
use super::{card_header, keys, offer_strip, top_bar};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::privacy::Link;
use crate::app::symbols::{ICON_CLOSE, ICON_LOCK};
use crate::app::theme;
use crate::app::theme::{font, radius, size, space};
use crate::t;

/// The largest type of the address.
const LARGEST: f32 = 56.0;
/// The type of the title.
const TITLE: f32 = 24.0;
/// The height of the line with the title.
const HEADER: f32 = 80.0;
/// The height of the line below the address, with its margin.
const NOTE: f32 = size::SMALL_CONTROL + space::L;
/// The minimum size of a module; below it, the code would be smaller than in the card.
const MIN_MODULE: f32 = 4.0;

/// Draws it in `window`, if it is shown; returns whether it is.
pub(crate) fn ui(
    ui: &mut Ui,
    window: Rect,
    model: &mut Model,
    logo: &TextureHandle,
    actions: &mut Vec<Action>,
) -> bool {
    let address = model.server.address().cloned();
    let address = address.filter(|_| model.server.shows_code);
    let url = address.as_ref().map(|address| model.url(address));
    let code = address.and_then(|address| {
        let name = None;
        qr_code::of(ui, &model.link(&Link { address, name }))
    });
    let (Some(url), Some(qr)) = (url, code) else {
        // The share has ended.
        model.server.shows_code = false;
        return false;
    };
    let palette = theme::palette(ui);
    ui.painter().rect_filled(window, 0, palette.card);
    let is_dialog = model.settings_open || model.question.is_some();
    let escape = |input: &mut egui::InputState| input.consume_key(Modifiers::NONE, Key::Escape);
    let escaped = !is_dialog && ui.input_mut(escape);
    let closed = header(ui, window, logo);
    if escaped || closed {
        let has_keyboard = ui.memory(|memory| memory.focused().is_some());
        model.server.code_returned = escaped || has_keyboard;
        model.server.shows_code = false;
        ui.ctx().request_repaint();
    }
    let mut body = window;
    body.min.y += HEADER;
    if let Some(strip) = offers(ui, body, model, actions) {
        body.max.y = strip;
    }
    if model.privacy.has_password() {
        body.max.y -= NOTE;
        let line = Rect::from_min_max(body.left_bottom(), body.right_bottom() + vec2(0.0, NOTE));
        password(ui, line, model.settings.links_carry_token);
    }

    let narrow = window.width() < size::NARROW;
    let margin = if narrow { space::M } else { space::XL };
    let room = body.width() - 2.0 * margin;
    let text = Text::new(&url).font(font::mono(LARGEST));
    let points = (LARGEST * room / text.width(ui).max(1.0)).min(LARGEST);
    let line = points * 1.4;
    let left = body.height() - line - space::L - margin;
    // Whole points, so that the modules are equally wide.
    let modules = qr_code::side(&qr, 1.0);
    let side = left.min(room) - 2.0 * QUIET_ZONE;
    let module = (side / modules).floor().max(MIN_MODULE);
    let side = modules * module + 2.0 * QUIET_ZONE;
    let height = side + space::L + line;
    let top = (body.center().y - margin / 2.0 - height / 2.0).max(body.top());
    let middle = body.center().x;
    let place = Align2::CENTER_TOP.anchor_size(pos2(middle, top), vec2(side, side));
    qr_code::ui(ui, place, (&qr, module), &url, Sense::HOVER);
    let words = Align2::CENTER_TOP.anchor_size(
        pos2(middle, place.bottom() + space::L),
        vec2(room + 1.0, line),
    );
    let text = text.font(font::mono(points)).align(Align2::CENTER_CENTER);
    text.show(ui, words);
    true
}

/// Says in the middle of `line` who needs the password.
fn password(ui: &mut Ui, line: Rect, is_in_code: bool) {
    let words = if is_in_code {
        t!("only-typing-needs-the-password")
    } else {
        t!("asks-for-a-password")
    };
    let color = theme::palette(ui).muted;
    let text = Text::new(&words)
        .font(font::regular(font::TITLE))
        .color(color);
    let column = card_header::ICON_COLUMN;
    let width = (column + text.width(ui)).min(line.width() - 2.0 * space::M);
    let place = Align2::CENTER_TOP.anchor_size(line.center_top(), vec2(width, size::SMALL_CONTROL));
    card_header::glyph(ui, place.left(), place.center().y, ICON_LOCK, color);
    let mut rest = place;
    rest.min.x += column;
    rest.max.x += 1.0;
    text.show(ui, rest);
}

/// Draws the title and the button that closes it; returns whether it was clicked.
fn header(ui: &mut Ui, window: Rect, logo: &TextureHandle) -> bool {
    let narrow = window.width() < size::NARROW;
    let margin = if narrow { space::M } else { space::XL };
    let middle = window.top() + HEADER / 2.0;
    let bar = Rect::from_min_max(
        pos2(window.left() + margin, window.top()),
        pos2(window.right() - margin, window.top() + HEADER),
    );
    if !narrow {
        top_bar::brand(ui, bar.left(), middle, logo);
    }
    let close = Align2::RIGHT_CENTER.anchor_size(
        pos2(bar.right(), middle),
        vec2(size::SMALL_CONTROL, size::SMALL_CONTROL),
    );
    let name = t!("close-large-code");
    let tip = keys::tip(ui, &name, keys::ESCAPE);
    let button = Button::icon_only(ICON_CLOSE, &name).tooltip(&tip);
    let button = button.show(ui, close);
    focus_once(ui, &button);
    if !narrow {
        key_cap(
            ui,
            close.left_center() - vec2(space::S, 0.0),
            &t!("key-escape"),
        );
    }
    let title = t!("scan-or-type");
    let points = if narrow { font::LARGE } else { TITLE };
    let mut place = bar;
    if narrow {
        place.max.x = close.left() - space::S;
    }
    let text = Text::new(&title).font(font::regular(points));
    text.align(Align2::CENTER_CENTER).show(ui, place);
    button.clicked()
}

/// Draws the cap of the key that closes it, whose right end is at `right`.
fn key_cap(ui: &mut Ui, right: Pos2, key: &str) {
    let text = Text::new(key).font(font::medium(font::CAPTION));
    let size = vec2(text.width(ui) + 2.0 * space::S + 0.5, size::SMALL_CONTROL);
    let place = Align2::RIGHT_CENTER.anchor_size(right, size);
    let stroke = Stroke::new(1.0, theme::palette(ui).line);
    let painter = ui.painter();
    painter.rect_stroke(place, radius::CONTROL, stroke, StrokeKind::Inside);
    // The button's tooltip and name say the same.
    text.align(Align2::CENTER_CENTER).paint(ui, place);
}

/// Moves the keyboard focus here from the button that was pressed.
fn focus_once(ui: &Ui, button: &Response) {
    let id = Id::unique("large code that was drawn last");
    let pass = ui.ctx().cumulative_pass_nr();
    let last = ui.data(|data| data.get_temp::<u64>(id));
    ui.data_mut(|data| data.insert_temp(id, pass));
    let is_new = last.is_none_or(|last| last + 1 < pass);
    if is_new && ui.memory(Memory::focused).is_some() {
        button.request_focus();
    }
}

/// Draws the oldest request to send at the bottom of `body`; returns its top.
fn offers(ui: &mut Ui, body: Rect, model: &mut Model, actions: &mut Vec<Action>) -> Option<f32> {
    let mut page = Page::new(ui, body);
    let height = offer_strip::height(&page, model)?;
    let top = body.bottom() - height - page.gap();
    page.skip_to(top);
    offer_strip::ui(ui, &mut page, model, actions);
    Some(top)
}
