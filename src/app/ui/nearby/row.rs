//! A row of the card *Nearby*: one device.

use egui::{Align2, Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::send;
use crate::app::actions::Action;
use crate::app::symbols::{
    ICON_CHEVRON_RIGHT, ICON_HARD_DRIVE, ICON_LAPTOP_WINDOWS, ICON_LOCK, ICON_NO_ENCRYPTION,
    ICON_SMARTPHONE, MaterialIcon,
};
use crate::app::theme;
use crate::app::theme::{font, radius, space};
use crate::app::ui::page::Page;
use crate::app::ui::widgets::Text;
use crate::app::ui::widgets::menu;
use crate::app::ui::{card_header, widgets};
use crate::t;
use landline_engine::discovery::{Device, DeviceKind};
use landline_engine::localsend::{DeviceType, PORT};
use landline_engine::transport::DEFAULT_PORT;

/// The columns' left edges, as shares of the width.
const KIND: f32 = 0.4;
const ADDRESS: f32 = 0.58;
/// The same for the address where the kind has no column.
const NARROW_ADDRESS: f32 = 0.5;

/// The tag's height, its horizontal padding, the size of its lock, and the gap after that.
const TAG_HEIGHT: f32 = 18.0;
const TAG_PADDING: f32 = 7.0;
const TAG_LOCK: f32 = 13.0;
const TAG_GAP: f32 = 4.0;

/// Draws the row; a click or Enter opens the device, or sends files to it.
pub(super) fn ui(
    ui: &mut Ui,
    rect: Rect,
    (page, is_dialog_open): (&Page, bool),
    device: &Device,
    actions: &mut Vec<Action>,
) -> Response {
    let palette = theme::palette(ui);
    let builder = UiBuilder::new().max_rect(rect).id_salt(&device.id);
    let ui = &mut ui.new_child(builder);
    let is_localsend = device.kind == DeviceKind::LocalSend;
    let buttons = is_localsend.then(|| send::Buttons::new(ui, rect, page.narrow, device));
    let row_end = buttons
        .as_ref()
        .map_or(rect.right(), |of| of.left() - space::XS);
    let clickable = rect.with_max_x(row_end);
    let response = ui.interact(clickable, ui.scope_id().with("device"), Sense::click());
    let (icon, kind) = (icon(device), kind(device));
    let address = address(device);
    let words = t!(
        "open-device",
        name = &device.name,
        kind = &kind,
        address = &address
    );
    let (words, tag) = if device.has_password {
        let tag = (ICON_LOCK, t!("nearby-password"));
        (t!("device-with-password", device = words), Some(tag))
    } else if is_plain(device) {
        let tag = (ICON_NO_ENCRYPTION, t!("unencrypted"));
        (t!("device-unencrypted", device = words), Some(tag))
    } else {
        (words, None)
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &words));
    if response.hovered() {
        ui.painter().rect_filled(rect, radius::KNOB, palette.hover);
    }
    widgets::line(ui, rect.left(), rect.right(), rect.bottom() - 0.5);
    let middle = rect.center().y;
    let left = rect.left() + space::XS;
    card_header::glyph(ui, left, middle, icon, palette.accent);
    let at = |share: f32| (rect.left() + rect.width() * share).floor();
    let end = if let Some(buttons) = &buttons {
        send::ui(ui, buttons, is_dialog_open, device, actions);
        buttons.left()
    } else {
        let arrow = rect.right() - card_header::ICON_COLUMN;
        card_header::glyph(ui, arrow, middle, ICON_CHEVRON_RIGHT, palette.muted);
        arrow
    };
    let (name_end, address_start) = if page.narrow {
        (at(NARROW_ADDRESS), at(NARROW_ADDRESS))
    } else {
        (at(KIND), at(ADDRESS))
    };
    let cell = |from: f32, to: f32| {
        Rect::from_min_max(pos2(from, rect.top()), pos2(to - space::S, rect.bottom()))
    };
    let name = Text::new(&device.name).font(font::regular(font::BODY));
    let mut place = cell(left + card_header::ICON_COLUMN, name_end);
    if let Some((lock, text)) = tag {
        let tag = Tag::new(ui, lock, text, place.width());
        let end = (place.left() + name.width(ui)).min(place.right() - tag.width - space::S);
        tag.paint(ui, pos2(end + space::S, middle));
        place.max.x = end;
    }
    let is_whole = name.middle().paint(ui, place.expand2(vec2(0.5, 0.0)));
    let muted = |text| {
        Text::new(text)
            .font(font::regular(font::NUMBER))
            .color(palette.muted)
    };
    if !page.narrow {
        muted(&kind).paint(ui, cell(at(KIND), at(ADDRESS)));
    }
    muted(&address).middle().paint(ui, cell(address_start, end));
    widgets::focus_ring(ui, &response, clickable.shrink(2.0), radius::KNOB);
    let mut about: Vec<String> = Vec::new();
    if !is_whole {
        about.push(device.name.clone());
    }
    if let Some(pin) = device.identity {
        let words = pin.words().join(" ");
        about.push(if is_localsend {
            t!("found-identity", words = words)
        } else {
            t!("announced-identity", words = words)
        });
    }
    if is_plain(device) {
        about.push(t!("lock-open"));
    }
    if is_localsend {
        let chosen = menu::context(&response, || send::entries(is_dialog_open));
        actions.extend(chosen.map(|what| Action::SendToDevice(device.id.clone(), what)));
    }
    if about.is_empty() {
        response
    } else {
        response.on_hover_text(widgets::tooltip(ui, &about.join("\n")))
    }
}

/// Whether others on the network can read what is sent to this LocalSend device.
fn is_plain(device: &Device) -> bool {
    device.kind == DeviceKind::LocalSend && device.identity.is_none()
}

fn icon(device: &Device) -> MaterialIcon {
    match (device.kind, device.device_type) {
        (DeviceKind::Landline, _) => ICON_LAPTOP_WINDOWS,
        (DeviceKind::Web, _) => ICON_HARD_DRIVE,
        (DeviceKind::LocalSend, DeviceType::Mobile) => ICON_SMARTPHONE,
        (DeviceKind::LocalSend, DeviceType::Headless | DeviceType::Server) => ICON_HARD_DRIVE,
        (DeviceKind::LocalSend, DeviceType::Desktop | DeviceType::Web) => ICON_LAPTOP_WINDOWS,
    }
}

fn kind(device: &Device) -> String {
    match device.kind {
        DeviceKind::Landline => t!("nearby-landline"),
        DeviceKind::Web => t!("nearby-web"),
        DeviceKind::LocalSend => t!("nearby-localsend"),
    }
}

/// The tag of a device that is protected in another way than others: a lock, and the word if there is space.
struct Tag {
    lock: MaterialIcon,
    text: String,
    width: f32,
}

impl Tag {
    /// The tag beside a name, both in `room` points.
    fn new(ui: &Ui, lock: MaterialIcon, text: String, room: f32) -> Self {
        let width = tag_text(&text).width(ui) + TAG_LOCK + TAG_GAP + 2.0 * TAG_PADDING;
        if width <= room / 2.0 {
            return Self { lock, text, width };
        }
        Self {
            lock,
            text: String::new(),
            width: TAG_LOCK + 2.0 * TAG_PADDING,
        }
    }

    fn paint(&self, ui: &mut Ui, left: egui::Pos2) {
        let palette = theme::palette(ui);
        let rect = Align2::LEFT_CENTER.anchor_size(left, vec2(self.width, TAG_HEIGHT));
        ui.painter()
            .rect_filled(rect, radius::PILL, palette.background);
        let face = font::icon(self.lock, TAG_LOCK);
        let lock = self.lock.codepoint.to_owned();
        let galley = ui.painter().layout_no_wrap(lock, face, palette.muted);
        let x = rect.left() + TAG_PADDING;
        let at = pos2(x, rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, palette.muted);
        let after = rect.with_min_x(x + TAG_LOCK + TAG_GAP);
        tag_text(&self.text).color(palette.muted).paint(ui, after);
    }
}

fn tag_text(text: &str) -> Text<'_> {
    Text::new(text).font(font::medium(font::CAPTION))
}

/// The best address, with the port if it is not the usual one.
fn address(device: &Device) -> String {
    let usual = match device.kind {
        DeviceKind::LocalSend => PORT,
        DeviceKind::Landline | DeviceKind::Web => DEFAULT_PORT,
    };
    match device.addresses.first() {
        Some(best) if best.port() == usual => best.ip().to_string(),
        Some(best) => best.to_string(),
        None => String::new(),
    }
}
