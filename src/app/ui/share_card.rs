//! The card with the state of the share and its addresses.

use std::path::Path;
use std::time::{Duration, Instant};

use egui::{Align2, Rect, Ui, pos2, vec2};

use super::page::{Page, slot};
use super::widgets::{Button, Text, dot, tag};
use super::{card_header, error_strip};
use crate::app::actions::Action;
use crate::app::model::{Counted, ServerModel, Sharing, others};
use crate::app::symbols::{ICON_CHECK, ICON_CONTENT_COPY, ICON_DRAFT, ICON_LINK, MaterialIcon};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::t;
use landline_engine::transport::addresses::{Address, Reach};

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
/// How long the confirmation of a copy is shown.
const COPIED: Duration = Duration::from_secs(2);
/// The number of addresses shown at first; a machine with containers has many.
const FEW: usize = 3;

pub(crate) fn ui(
    ui: &mut Ui,
    page: &mut Page,
    server: &mut ServerModel,
    folder: &Path,
    actions: &mut Vec<Action>,
) {
    match &server.sharing {
        Sharing::Off => {}
        Sharing::Starting => state(ui, page, &t!("starting")),
        Sharing::Stopping => state(ui, page, &t!("stopping")),
        Sharing::On { addresses, files } => {
            let count = count(*files);
            let offered = server.offered.as_ref().filter(|(of, _)| of == folder);
            let offered = addresses.first().zip(offered);
            let turned = sharing(ui, page, addresses, &count, server.all_addresses, actions);
            if let Some((address, (_, name))) = offered {
                offer(ui, page, address, name, actions);
            }
            server.all_addresses ^= turned;
        }
    }
    if let Some(blocking_firewall) = server.blocking_firewall() {
        error_strip::firewall(ui, page, blocking_firewall, actions);
    }
}

/// Draws the share in one line of [`FOLDED`] points, while a line or a call fills the page.
pub(crate) fn folded(
    ui: &mut Ui,
    page: &mut Page,
    server: &mut ServerModel,
    actions: &mut Vec<Action>,
) {
    let palette = theme::palette(ui);
    let card = page.card(ui, FOLDED);
    let (left, mut right) = (card.left() + page.padding(), card.right() - page.padding());
    let y = card.center().y;
    let (color, ring, text) = match &server.sharing {
        Sharing::On { files, .. } => (palette.good, palette.soft_good, count(*files)),
        Sharing::Off => (palette.muted, palette.track, t!("not-sharing")),
        Sharing::Starting => (palette.muted, palette.track, t!("starting")),
        Sharing::Stopping => (palette.muted, palette.track, t!("stopping")),
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
    let url = match &server.sharing {
        Sharing::On { addresses, .. } => addresses.first().map(Address::url),
        _ => None,
    };
    let mut x = left + DOT_COLUMN;
    if let Some(url) = url {
        let text = t!("copy");
        let button = Copy {
            text: &text,
            name: &text,
            icon: ICON_CONTENT_COPY,
            slot: slot::COPY,
            is_small: true,
        };
        let place = cell(button.width(ui));
        copy(ui, place, &button, url.clone(), actions);
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

/// Draws the card; returns whether to show more or fewer addresses.
fn sharing(
    ui: &mut Ui,
    page: &mut Page,
    addresses: &[Address],
    count: &str,
    all: bool,
    actions: &mut Vec<Action>,
) -> bool {
    let palette = theme::palette(ui);
    let others = others(addresses);
    let shown = if all {
        others.len()
    } else {
        others.len().min(FEW)
    };
    let more = others.len() > FEW;
    let lines = shown + usize::from(more);
    let below = if lines > 0 { space::S } else { 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    let list = lines as f32 * size::SMALL_CONTROL + below;
    let card = page.card(ui, LARGE_LINE + LINE + list + 2.0 * PADDING);

    let left = card.left() + page.padding();
    let right = card.right() - page.padding();
    let top = card.top() + PADDING;
    let text_left = left + DOT_COLUMN;
    let middle = top + f32::midpoint(LARGE_LINE, LINE);
    dot(
        ui,
        pos2(left + 4.5, middle),
        palette.good,
        palette.soft_good,
    );
    let text = t!("copy");
    let button = Copy {
        text: &text,
        name: &text,
        icon: ICON_CONTENT_COPY,
        slot: slot::COPY,
        is_small: false,
    };
    let width = button.width(ui);
    let place = Align2::RIGHT_CENTER.anchor_size(pos2(right, middle), vec2(width, size::CONTROL));
    let text_right = place.left() - space::M;
    let line = |top: f32, height: f32| {
        Rect::from_min_max(pos2(text_left, top), pos2(text_right, top + height))
    };
    if let Some(best) = addresses.first() {
        let url = best.url();
        let large = Text::new(&url).font(font::mono(font::LARGE));
        let room = text_right - text_left;
        // A long address is scaled down rather than cut off.
        let points =
            (font::LARGE * room / large.width(ui).max(1.0)).clamp(font::CAPTION, font::LARGE);
        large
            .font(font::mono(points.floor()))
            .middle()
            .show(ui, line(top, LARGE_LINE));
        copy(ui, place, &button, url, actions);
    } else {
        Text::new(&t!("no-network")).show(ui, line(top, LARGE_LINE));
    }
    Text::new(count)
        .font(font::regular(font::NUMBER))
        .color(palette.muted)
        .spoken()
        .show(ui, line(top + LARGE_LINE, LINE));

    let mut y = top + LARGE_LINE + LINE + space::S;
    for address in others.iter().take(shown) {
        let row = Rect::from_min_max(pos2(text_left, y), pos2(right, y + size::SMALL_CONTROL));
        other(ui, row, address, actions);
        y += size::SMALL_CONTROL;
    }
    if !more {
        return false;
    }
    let text = if all {
        t!("fewer-addresses")
    } else {
        t!("more-addresses", count = others.len() - shown)
    };
    let button = Button::new(&text).small().slot(slot::ADDRESSES);
    let width = button.width(ui);
    let rect = Rect::from_min_size(pos2(text_left, y), vec2(width, size::SMALL_CONTROL));
    button.show(ui, rect).clicked()
}

/// A button that copies a URL and then confirms it.
struct Copy<'a> {
    text: &'a str,
    name: &'a str,
    icon: MaterialIcon,
    slot: usize,
    is_small: bool,
}

impl Copy<'_> {
    fn button<'a>(&self, text: &'a str, name: &'a str, icon: MaterialIcon) -> Button<'a> {
        let button = Button::new(text).name(name).icon(icon).slot(self.slot);
        if self.is_small {
            button.small()
        } else {
            button
        }
    }

    /// Wide enough for both texts.
    fn width(&self, ui: &Ui) -> f32 {
        let copied = t!("copied");
        let idle = self.button(self.text, self.name, self.icon).width(ui);
        idle.max(self.button(&copied, &copied, ICON_CHECK).width(ui))
    }
}

/// Draws `copy` for `url`, or the confirmation.
fn copy(ui: &mut Ui, place: Rect, copy: &Copy<'_>, url: String, actions: &mut Vec<Action>) {
    let id = ui.scope_id().with(("copied", copy.slot));
    let now = Instant::now();
    let copied: Option<(String, Instant)> = ui.data(|data| data.get_temp(id));
    let left = copied
        .filter(|(copied, _)| *copied == url)
        .and_then(|(_, at)| COPIED.checked_sub(now.saturating_duration_since(at)));
    let copied = t!("copied");
    let button = match left {
        Some(_) => copy.button(&copied, &copied, ICON_CHECK),
        None => copy.button(copy.text, copy.name, copy.icon),
    };
    if let Some(left) = left {
        ui.ctx().request_repaint_after(left);
    }
    if button.show(ui, place).clicked() {
        ui.data_mut(|data| data.insert_temp(id, (url.clone(), now)));
        ui.ctx().request_repaint();
        actions.push(Action::Copy(url));
    }
}

/// Draws the link to the file that was dropped on the window.
fn offer(ui: &mut Ui, page: &mut Page, address: &Address, name: &str, actions: &mut Vec<Action>) {
    let palette = theme::palette(ui);
    let card = page.card(ui, size::SMALL_CONTROL + 2.0 * space::M);
    let (left, right) = (card.left() + page.padding(), card.right() - page.padding());
    let middle = card.center().y;
    card_header::glyph(ui, left, middle, ICON_DRAFT, palette.muted);
    let text = t!("copy-link");
    let spoken = t!("copy-link-of", name = name);
    let button = Copy {
        text: &text,
        name: &spoken,
        icon: ICON_LINK,
        slot: slot::COPY_LINK,
        is_small: true,
    };
    let place = vec2(button.width(ui), size::SMALL_CONTROL);
    let place = Align2::RIGHT_CENTER.anchor_size(pos2(right, middle), place);
    let line = Rect::from_min_max(
        pos2(left + card_header::ICON_COLUMN, card.top()),
        pos2(place.left() - space::M, card.bottom()),
    );
    Text::new(name)
        .font(font::medium(font::BODY))
        .middle()
        .show(ui, line);
    copy(ui, place, &button, address.url_of(name), actions);
}

fn other(ui: &mut Ui, row: Rect, address: &Address, actions: &mut Vec<Action>) {
    let palette = theme::palette(ui);
    let url = address.url();
    let reach = reach(address);
    let tag_width = reach
        .as_ref()
        .map_or(0.0, |text| super::widgets::tag_width(ui, text) + space::S);
    let mut rect = row;
    rect.max.x -= tag_width + size::SMALL_CONTROL + space::S;
    let text = Text::new(&url)
        .font(font::mono(font::NUMBER))
        .color(palette.muted)
        .middle();
    let mut x = text.show(ui, rect).rect.right() + space::S;
    if let Some(reach) = reach {
        let colors = (palette.muted, palette.background);
        x = tag(ui, x, row.center().y, &reach, colors) + space::XS;
    }
    let name = t!("copy-address", address = &url);
    let place = Rect::from_min_size(
        pos2(x, row.top()),
        vec2(size::SMALL_CONTROL, size::SMALL_CONTROL),
    );
    if Button::icon_only(ICON_CONTENT_COPY, &name)
        .show(ui, place)
        .clicked()
    {
        actions.push(Action::Copy(url));
    }
}

/// The label of a network other than the local one.
fn reach(address: &Address) -> Option<String> {
    match address.reach {
        Reach::Lan if address.ip.is_ipv6() => Some(t!("reach-ipv6")),
        Reach::Lan => None,
        Reach::Public => Some(t!("reach-public")),
        Reach::Vpn => Some(t!("reach-vpn")),
        Reach::Container => Some(t!("reach-container")),
        Reach::LinkLocal => Some(t!("reach-link-local")),
        Reach::Loopback => Some(t!("reach-loopback")),
    }
}
