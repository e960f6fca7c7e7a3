//! A row of the card *Nearby*: one device.

use egui::{Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2};

use crate::app::symbols::{ICON_CHEVRON_RIGHT, ICON_HARD_DRIVE, ICON_LAPTOP_WINDOWS};
use crate::app::theme;
use crate::app::theme::{font, radius, space};
use crate::app::ui::page::Page;
use crate::app::ui::widgets::Text;
use crate::app::ui::{card_header, widgets};
use crate::t;
use landline_engine::discovery::{Device, DeviceKind};
use landline_engine::transport::DEFAULT_PORT;

/// The columns' left edges, as shares of the width.
const KIND: f32 = 0.4;
const ADDRESS: f32 = 0.58;
/// The same for the address where the kind has no column.
const NARROW_ADDRESS: f32 = 0.5;

/// Draws the row; a click or Enter opens the device.
pub(super) fn ui(ui: &mut Ui, rect: Rect, page: &Page, device: &Device) -> Response {
    let palette = theme::palette(ui);
    let builder = UiBuilder::new().max_rect(rect).id_salt(&device.id);
    let ui = &mut ui.new_child(builder);
    let response = ui.interact(rect, ui.scope_id().with("device"), Sense::click());
    let (icon, kind) = match device.kind {
        DeviceKind::Landline => (ICON_LAPTOP_WINDOWS, t!("nearby-landline")),
        DeviceKind::Web => (ICON_HARD_DRIVE, t!("nearby-web")),
    };
    let address = address(device);
    let words = t!(
        "open-device",
        name = &device.name,
        kind = &kind,
        address = &address
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &words));
    if response.hovered() {
        ui.painter().rect_filled(rect, radius::KNOB, palette.hover);
    }
    widgets::line(ui, rect.left(), rect.right(), rect.bottom() - 0.5);
    let middle = rect.center().y;
    let left = rect.left() + space::XS;
    card_header::glyph(ui, left, middle, icon, palette.accent);
    let at = |share: f32| (rect.left() + rect.width() * share).floor();
    let arrow = rect.right() - card_header::ICON_COLUMN;
    let (name_end, address_start) = if page.narrow {
        (at(NARROW_ADDRESS), at(NARROW_ADDRESS))
    } else {
        (at(KIND), at(ADDRESS))
    };
    let cell = |from: f32, to: f32| {
        Rect::from_min_max(pos2(from, rect.top()), pos2(to - space::S, rect.bottom()))
    };
    let name = Text::new(&device.name).font(font::regular(font::BODY));
    let is_whole = name
        .middle()
        .paint(ui, cell(left + card_header::ICON_COLUMN, name_end));
    let muted = |text| {
        Text::new(text)
            .font(font::regular(font::NUMBER))
            .color(palette.muted)
    };
    if !page.narrow {
        muted(&kind).paint(ui, cell(at(KIND), at(ADDRESS)));
    }
    muted(&address)
        .middle()
        .paint(ui, cell(address_start, arrow));
    card_header::glyph(ui, arrow, middle, ICON_CHEVRON_RIGHT, palette.muted);
    widgets::focus_ring(ui, &response, rect.shrink(2.0), radius::KNOB);
    if is_whole {
        response
    } else {
        response.on_hover_text(widgets::tooltip(ui, &device.name))
    }
}

/// The best address, with the port if it is not the usual one.
fn address(device: &Device) -> String {
    match device.addresses.first() {
        Some(best) if best.port() == DEFAULT_PORT => best.ip().to_string(),
        Some(best) => best.to_string(),
        None => String::new(),
    }
}
