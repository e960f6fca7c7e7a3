//! The card with the state of the share and its addresses.

pub(super) mod access;
mod addresses;
mod chips;
mod code;
mod copy;
mod password;

use egui::{Align2, Pos2, Rect, Ui, pos2, vec2};

use self::addresses::Addresses;
use self::chips::Chips;
use self::code::Code;
use self::copy::{Copy, about_links};
use super::page::{Page, slot};
use super::widgets::{Button, Text, dot};
use super::{card_header, error_strip};
use crate::app::actions::Action;
use crate::app::model::privacy::Link;
use crate::app::model::{Counted, Model, Sharing};
use crate::app::symbols::{ICON_CONTENT_COPY, ICON_DRAFT, ICON_LINK};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::t;
use landline_engine::server::receiving::Access;
use landline_engine::transport::addresses::Address;

/// The vertical padding.
const PADDING: f32 = 16.0;
/// The height of the line with the best address.
const LARGE_LINE: f32 = 28.0;
/// The height of a line of text.
const LINE: f32 = 20.0;
/// The height of the card in one line, and of its buttons.
const FOLDED: f32 = 56.0;
const FOLDED_BUTTON: f32 = 28.0;
/// In less space, the number of files is left out.
const MIN_COUNT: f32 = 60.0;
/// The width of the dot with its gap.
const DOT_COLUMN: f32 = 27.0;
/// The minimum distance from the addresses to the fields.
const ABOVE_FIELDS: f32 = space::L;

pub(crate) fn ui(ui: &mut Ui, page: &mut Page, model: &mut Model, actions: &mut Vec<Action>) {
    match &model.server.sharing {
        Sharing::Off => {}
        Sharing::Starting => state(ui, page, &t!("starting")),
        Sharing::Stopping => state(ui, page, &t!("stopping")),
        Sharing::On { .. } => {
            sharing(ui, page, model, actions);
            let folder = model.shared_folder();
            let offered = model.server.offered.as_ref();
            let offered =
                offered.filter(|(of, _)| *of == folder && model.settings.access.downloads());
            if let Some((address, (_, name))) = model.server.address().zip(offered) {
                let link = Link {
                    address: address.clone(),
                    name: Some(name.clone()),
                };
                offer(ui, page, model, link, actions);
            }
        }
    }
    if let Some(blocking_firewall) = model.server.blocking_firewall() {
        error_strip::firewall(ui, page, blocking_firewall, actions);
    }
}

/// Draws the share in one line of [`FOLDED`] points, while a line or a call fills the page.
pub(crate) fn folded(ui: &mut Ui, page: &mut Page, model: &Model, actions: &mut Vec<Action>) {
    let server = &model.server;
    let palette = theme::palette(ui);
    let card = page.card(ui, FOLDED);
    let (left, mut right) = (card.left() + page.padding(), card.right() - page.padding());
    let y = card.center().y;
    let text = status(model);
    let (color, ring) = match &server.sharing {
        Sharing::On { .. } => (palette.good, palette.soft_good),
        Sharing::Off if model.is_visible_to_localsend() => (palette.good, palette.soft_good),
        _ => (palette.muted, palette.track),
    };
    dot(ui, pos2(left + 4.5, y), color, ring);
    let mut cell = |width: f32| {
        let place = Align2::RIGHT_CENTER.anchor_size(pos2(right, y), vec2(width, FOLDED_BUTTON));
        right = place.left() - space::S;
        place
    };
    if matches!(server.sharing, Sharing::Starting | Sharing::On { .. }) {
        let stop = t!("stop-sharing");
        let button = Button::new(&stop).small().slot(slot::SHARING);
        if button.width(ui) < page.width() / 2.0 {
            let place = cell(button.width(ui));
            if button.show(ui, place).clicked() {
                actions.push(Action::StopSharing);
            }
        }
    }
    let mut x = left + DOT_COLUMN;
    if let Some(address) = server.address() {
        let (text, url, about) = (t!("copy"), model.url(address), about_links(model));
        let button = Copy {
            text: &text,
            name: &text,
            icon: ICON_CONTENT_COPY,
            slot: slot::COPY,
            is_small: true,
            about: about.as_deref(),
        };
        let place = cell(button.width(ui));
        button.show(ui, place, whole(address), actions);
        let line = Rect::from_min_max(pos2(x, card.top()), pos2(right, card.bottom()));
        let address = Text::new(&url).font(font::mono(font::TITLE)).middle();
        x = address.show(ui, line).rect.right() + space::M;
    }
    let line = Rect::from_min_max(pos2(x.min(right), card.top()), pos2(right, card.bottom()));
    if line.width() > MIN_COUNT {
        let text = Text::new(&text).font(font::regular(font::NUMBER));
        text.color(palette.muted).show(ui, line);
    }
}

/// The link to the whole share.
fn whole(address: &Address) -> Link {
    Link {
        address: address.clone(),
        name: None,
    }
}

fn count(counted: Option<Counted>) -> String {
    let Some(Counted {
        files,
        omitted,
        more,
    }) = counted
    else {
        return t!("counting-files");
    };
    match (more, omitted) {
        (true, _) => t!("sharing-many-files", count = files),
        (false, 0) => t!("sharing-files", count = files),
        (false, _) => t!("sharing-files-and-names", count = files, omitted = omitted),
    }
}

fn state(ui: &mut Ui, page: &mut Page, text: &str) {
    let palette = theme::palette(ui);
    let card = page.card(ui, LINE + 2.0 * PADDING);
    let left = card.left() + page.padding();
    dot(
        ui,
        pos2(left + 4.5, card.center().y),
        palette.muted,
        palette.track,
    );
    let rect = Rect::from_min_max(
        pos2(left + DOT_COLUMN, card.top()),
        pos2(card.right() - page.padding(), card.bottom()),
    );
    Text::new(text).spoken().show(ui, rect);
}

/// Draws the card while something is shared.
fn sharing(ui: &mut Ui, page: &mut Page, model: &mut Model, actions: &mut Vec<Action>) {
    let palette = theme::palette(ui);
    let inner_width = page.width() - 2.0 * page.padding();
    let address = model.server.address().cloned();
    let code = address.as_ref();
    let mut code = code.and_then(|address| Code::of(ui, model, address));
    // In a narrow window, the fields start at the edge.
    let indent = if page.narrow { 0.0 } else { DOT_COLUMN };
    let addresses = Addresses::new(model);
    let chips = Chips::of(model);
    let count_line = if page.narrow {
        space::S + size::SMALL_CONTROL
    } else {
        LINE
    };
    let fields_of = |ui: &Ui, beside: f32| access::height(ui, inner_width - beside - indent, model);
    let left_of = |ui: &Ui, beside: f32| {
        let chips = chips.height(ui, inner_width - beside - DOT_COLUMN);
        let above = LARGE_LINE + count_line + addresses.height() + chips;
        above + ABOVE_FIELDS + fields_of(ui, beside)
    };
    if let Some(code) = &mut code {
        code.fit(ui, |width| left_of(ui, width + space::XL));
    }
    let beside = code.as_ref().filter(|_| !page.narrow);
    let code_width = beside.map_or(0.0, |code| code.width(ui) + space::XL);
    let fields = fields_of(ui, code_width);
    let height = left_of(ui, code_width).max(beside.map_or(0.0, Code::height));
    let card = page.card(ui, height + 2.0 * PADDING);

    let left = card.left() + page.padding();
    let right = card.right() - page.padding() - code_width;
    let top = card.top() + PADDING;
    let text_left = left + DOT_COLUMN;
    let middle = top + f32::midpoint(LARGE_LINE, LINE);
    let dot_at = pos2(left + 4.5, middle);
    dot(ui, dot_at, palette.good, palette.soft_good);
    let text_right = first_lines(
        ui,
        page,
        (address.as_ref(), code.is_some()),
        pos2(right, top),
        text_left,
        (model, actions),
    );
    let line = Rect::from_min_max(
        pos2(text_left, top + LARGE_LINE),
        pos2(text_right, top + LARGE_LINE + count_line),
    );
    Text::new(&status(model))
        .font(font::regular(font::NUMBER))
        .color(palette.muted)
        .spoken()
        .show(ui, line);
    let list = Rect::from_min_max(pos2(text_left, line.bottom()), pos2(right, card.bottom()));
    addresses.ui(ui, list, &mut model.server, actions);
    let below = pos2(text_left, list.top() + addresses.height());
    chips.ui(ui, below, right - text_left);
    let fields = Rect::from_min_max(
        pos2(left + indent, card.bottom() - PADDING - fields),
        pos2(right, card.bottom() - PADDING),
    );
    access::ui(ui, fields, model, actions);
    if let Some(code) = beside {
        let place = Rect::from_min_max(
            pos2(right + space::XL, top),
            pos2(card.right() - page.padding(), card.bottom()),
        );
        code.ui(ui, place, &mut model.server);
    }
}

/// Draws the address in large type and its buttons, which end at `right_top`; returns the right edge of the text.
fn first_lines(
    ui: &mut Ui,
    page: &Page,
    (address, has_code): (Option<&Address>, bool),
    right_top: Pos2,
    text_left: f32,
    (model, actions): (&mut Model, &mut Vec<Action>),
) -> f32 {
    let (right, top) = (right_top.x, right_top.y);
    let line = |right: f32| Rect::from_min_max(pos2(text_left, top), pos2(right, top + LARGE_LINE));
    let Some(address) = address else {
        Text::new(&t!("no-network")).show(ui, line(right));
        return right;
    };
    let (text, url, about) = (t!("copy"), model.url(address), about_links(model));
    let button = Copy {
        text: &text,
        name: &text,
        icon: ICON_CONTENT_COPY,
        slot: slot::COPY,
        is_small: page.narrow,
        about: about.as_deref(),
    };
    let size = if page.narrow {
        vec2(button.width(ui), size::SMALL_CONTROL)
    } else {
        vec2(button.width(ui), size::CONTROL)
    };
    let middle = if page.narrow {
        top + LARGE_LINE / 2.0
    } else {
        top + f32::midpoint(LARGE_LINE, LINE)
    };
    let place = Align2::RIGHT_CENTER.anchor_size(pos2(right, middle), size);
    let text_right = place.left() - space::M;
    let large = Text::new(&url).font(font::mono(font::LARGE));
    let room = text_right - text_left;
    // A long address is scaled down rather than cut off.
    let points = (font::LARGE * room / large.width(ui).max(1.0)).clamp(font::CAPTION, font::LARGE);
    large
        .font(font::mono(points.floor()))
        .middle()
        .show(ui, line(text_right));
    button.show(ui, place, whole(address), actions);
    if !page.narrow || !has_code {
        return text_right;
    }
    let below = top + LARGE_LINE + space::S + size::SMALL_CONTROL / 2.0;
    let below = pos2(right, below);
    code::small_button(ui, below, &mut model.server) - space::M
}

/// What is shared.
fn status(model: &Model) -> String {
    match &model.server.sharing {
        // As the server was told.
        Sharing::On { .. } if !model.granted().is_ok_and(Access::downloads) => {
            t!("ready-to-receive")
        }
        Sharing::On { files, .. } => count(*files),
        Sharing::Off if model.is_visible_to_localsend() => {
            t!("localsend-visible-as", name = model.computer_name())
        }
        Sharing::Off => t!("not-sharing"),
        Sharing::Starting => t!("starting"),
        Sharing::Stopping => t!("stopping"),
    }
}

/// Draws the link to the file that was dropped on the window.
fn offer(ui: &mut Ui, page: &mut Page, model: &Model, link: Link, actions: &mut Vec<Action>) {
    let name = link.name.clone().unwrap_or_default();
    let palette = theme::palette(ui);
    let card = page.card(ui, size::SMALL_CONTROL + 2.0 * space::M);
    let (left, right) = (card.left() + page.padding(), card.right() - page.padding());
    let middle = card.center().y;
    card_header::glyph(ui, left, middle, ICON_DRAFT, palette.muted);
    let (text, about) = (t!("copy-link"), about_links(model));
    let spoken = t!("copy-link-of", name = &name);
    let button = Copy {
        text: &text,
        name: &spoken,
        icon: ICON_LINK,
        slot: slot::COPY_LINK,
        is_small: true,
        about: about.as_deref(),
    };
    let place = vec2(button.width(ui), size::SMALL_CONTROL);
    let place = Align2::RIGHT_CENTER.anchor_size(pos2(right, middle), place);
    let words = Rect::from_min_max(
        pos2(left + card_header::ICON_COLUMN, card.top()),
        pos2(place.left() - space::M, card.bottom()),
    );
    Text::new(&name)
        .font(font::medium(font::BODY))
        .middle()
        .show(ui, words);
    button.show(ui, place, link, actions);
}
