//! The QR code of the address, and the button that shows it large.

use egui::{Align2, Pos2, Rect, Sense, Ui, pos2, vec2};

use crate::app::model::privacy::Link;
use crate::app::model::{Model, ServerModel};
use crate::app::symbols::ICON_FULLSCREEN;
use crate::app::theme::{size, space};
use crate::app::ui::page::slot;
use crate::app::ui::qr_code::{self, QUIET_ZONE};
use crate::app::ui::widgets::Button;
use crate::qr::Qr;
use crate::t;
use landline_engine::transport::addresses::{Address, Reach};

/// The size of a module, in points, where the card is high enough.
const MODULE: f32 = 4.0;
/// The smallest that a phone reads from a screen without effort: for long links.
const MIN_MODULE: f32 = 3.0;
/// The height of the card's contents that no code makes higher with large modules.
const BOX: f32 = 168.0;

/// The QR code of a link to an address.
pub(super) struct Code {
    /// The address.
    url: String,
    qr: Qr,
    module: f32,
}

impl Code {
    /// The code of an address; none for one that only this computer can reach.
    pub(super) fn of(ui: &Ui, model: &Model, address: &Address) -> Option<Self> {
        if address.reach == Reach::Loopback {
            return None;
        }
        let link = Link {
            address: address.clone(),
            name: None,
        };
        Some(Self {
            url: model.url(address),
            qr: qr_code::of(ui, &model.link(&link))?,
            module: MODULE,
        })
    }

    /// Makes it smaller if it would be higher than what is beside it, whose height depends on the width that is left.
    pub(super) fn fit(&mut self, ui: &Ui, height_beside: impl Fn(f32) -> f32) {
        if self.height() > height_beside(self.width(ui)).max(BOX) {
            self.module = MIN_MODULE;
        }
    }

    /// The width and height of the code with its quiet zone.
    fn side(&self) -> f32 {
        qr_code::side(&self.qr, self.module) + 2.0 * QUIET_ZONE
    }

    /// The width in the card.
    pub(super) fn width(&self, ui: &Ui) -> f32 {
        self.side().max(button(&t!("show-large")).width(ui))
    }

    /// The height in the card.
    pub(super) fn height(&self) -> f32 {
        self.side() + space::S + size::SMALL_CONTROL
    }

    /// Draws the code at the top of `area`, and the button below it.
    pub(super) fn ui(&self, ui: &mut Ui, area: Rect, server: &mut ServerModel) {
        let top = pos2(area.center().x, area.top());
        let place = Align2::CENTER_TOP.anchor_size(top, vec2(self.side(), self.side()));
        let code = qr_code::ui(ui, place, (&self.qr, self.module), &self.url, Sense::CLICK);
        let top = place.bottom() + space::S;
        let text = t!("show-large");
        let place = Rect::from_min_max(
            pos2(area.left(), top),
            pos2(area.right(), top + size::SMALL_CONTROL),
        );
        large_button(ui, place, button(&text), server);
        if code.clicked() {
            server.shows_code = true;
        }
    }
}

fn button(text: &str) -> Button<'_> {
    let button = Button::new(text).icon(ICON_FULLSCREEN);
    button.small().slot(slot::LARGE_CODE)
}

/// Draws the button alone, where there is no space for the code; its right edge is `right`. Returns its left edge.
pub(super) fn small_button(ui: &mut Ui, right: Pos2, server: &mut ServerModel) -> f32 {
    let text = t!("qr-code");
    let size = vec2(button(&text).width(ui), size::SMALL_CONTROL);
    let place = Align2::RIGHT_CENTER.anchor_size(right, size);
    large_button(ui, place, button(&text), server);
    place.left()
}

fn large_button(ui: &mut Ui, place: Rect, button: Button<'_>, server: &mut ServerModel) {
    let shown = button.show(ui, place);
    if std::mem::take(&mut server.code_returned) {
        shown.request_focus();
    }
    if shown.clicked() {
        server.shows_code = true;
    }
}
