//! The addresses of the share other than the one that is shown in large type.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::app::actions::Action;
use crate::app::model::privacy::Link;
use crate::app::model::{Model, ServerModel};
use crate::app::symbols::ICON_CONTENT_COPY;
use crate::app::theme;
use crate::app::theme::{font, radius, size, space};
use crate::app::ui::page::slot;
use crate::app::ui::widgets::{Button, Text, focus_ring, tag, tag_width};
use crate::t;
use landline_engine::transport::addresses::{Address, Reach};

/// The number of lines at first, one of them for the button that shows all; a machine with containers has many.
const FEW: usize = 3;

/// The other addresses, as far as they are shown.
#[derive(Debug)]
pub(super) struct Addresses {
    /// With their URLs.
    shown: Vec<(Address, String)>,
    /// How many are left out.
    hidden: usize,
    /// Whether there are more than a few.
    has_button: bool,
}

impl Addresses {
    pub(super) fn new(model: &Model) -> Self {
        let mut shown = model.server.other_addresses();
        let all = shown.len();
        if all > FEW && !model.server.all_addresses {
            shown.truncate(FEW - 1);
        }
        let with_url = |address| {
            let url = model.url(&address);
            (address, url)
        };
        Self {
            hidden: all - shown.len(),
            has_button: all > FEW,
            shown: shown.into_iter().map(with_url).collect(),
        }
    }

    /// The height, with the gap above.
    pub(super) fn height(&self) -> f32 {
        let lines = self.shown.len() + usize::from(self.has_button);
        let above = if lines > 0 { space::S } else { 0.0 };
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let lines = lines as f32;
        lines * size::SMALL_CONTROL + above
    }

    /// Draws them from the top of `area`.
    pub(super) fn ui(
        &self,
        ui: &mut Ui,
        area: Rect,
        server: &mut ServerModel,
        actions: &mut Vec<Action>,
    ) {
        let mut y = area.top() + space::S;
        for (address, url) in &self.shown {
            let size = vec2(area.width(), size::SMALL_CONTROL);
            let row = Rect::from_min_size(pos2(area.left(), y), size);
            if line(ui, row, (address, url), actions) {
                server.chosen_address = Some(address.ip);
            }
            y += size::SMALL_CONTROL;
        }
        if !self.has_button {
            return;
        }
        let text = match self.hidden {
            0 => t!("fewer-addresses"),
            hidden => t!("more-addresses", count = hidden),
        };
        let button = Button::new(&text).small().slot(slot::ADDRESSES);
        let size = vec2(button.width(ui), size::SMALL_CONTROL);
        let place = Rect::from_min_size(pos2(area.left(), y), size);
        server.all_addresses ^= button.show(ui, place).clicked();
    }
}

/// Draws an address with a button that copies it; returns whether the address was clicked.
fn line(
    ui: &mut Ui,
    row: Rect,
    (address, url): (&Address, &str),
    actions: &mut Vec<Action>,
) -> bool {
    let palette = theme::palette(ui);
    let reach = reach(address);
    let reach_width = reach
        .as_ref()
        .map_or(0.0, |text| tag_width(ui, text) + space::S);
    let room = row.width() - reach_width - size::SMALL_CONTROL - space::S;
    let text = Text::new(url).font(font::mono(font::NUMBER)).middle();
    let galley = text.layout(ui, room);
    let place = Rect::from_min_size(row.min, vec2(galley.size().x, row.height()));
    let id = ui.make_persistent_id(("address", url));
    let whole = ui.interact(place, id, Sense::click());
    let name = t!("show-address", address = url);
    whole.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let color = if whole.hovered() || whole.has_focus() {
        palette.text
    } else {
        palette.muted
    };
    let top = row.center().y - galley.size().y / 2.0;
    let place_of_text = pos2(row.left(), top);
    ui.painter()
        .galley_with_override_text_color(place_of_text, galley, color);
    focus_ring(ui, &whole, place, radius::KNOB);
    let clicked = whole.clicked();
    whole.on_hover_text(&name);
    let mut x = place.right() + space::S;
    if let Some(reach) = reach {
        let colors = (palette.muted, palette.background);
        x = tag(ui, x, row.center().y, &reach, colors) + space::XS;
    }
    let name = t!("copy-address", address = url);
    let place = Rect::from_min_size(
        pos2(x, row.top()),
        vec2(size::SMALL_CONTROL, size::SMALL_CONTROL),
    );
    let button = Button::icon_only(ICON_CONTENT_COPY, &name);
    if button.show(ui, place).clicked() {
        let address = address.clone();
        actions.push(Action::CopyLink(Link {
            address,
            name: None,
        }));
    }
    clicked
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
