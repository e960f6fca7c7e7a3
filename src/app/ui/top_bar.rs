//! The top bar: logo, tabs and settings button.

use egui::{Align2, Color32, Id, Rect, Role, Sense, TextureHandle, Ui, WidgetInfo, pos2, vec2};

use super::widgets::{Button, Text, segments};
use super::{keys, widgets};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::symbols::ICON_SETTINGS;
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::settings::Tab;
use crate::t;

/// The size of the tab switch.
const TABS: egui::Vec2 = vec2(180.0, 38.0);
/// From the corner of a tab to the middle of the dot in it, and the radius of that.
const BADGE: f32 = 14.0;
const BADGE_RADIUS: f32 = 4.0;

/// Draws the top bar; returns the settings button.
pub(crate) fn ui(
    ui: &mut Ui,
    bar: Rect,
    model: &mut Model,
    logo: &TextureHandle,
    actions: &mut Vec<Action>,
) -> Id {
    let palette = theme::palette(ui);
    let narrow = bar.width() < size::NARROW;
    let margin = if narrow { space::M } else { space::XL };
    ui.painter().rect_filled(bar, 0, palette.card);
    super::widgets::line(ui, bar.left(), bar.right(), bar.bottom() - 0.5);

    let middle = bar.center().y - 0.5;
    let right = self::logo(ui, bar.left() + margin, middle, logo);
    if !narrow {
        name(ui, right, middle);
    }

    let tabs = Align2::CENTER_CENTER.anchor_size(pos2(bar.center().x, middle), TABS);
    let choices = [
        (Tab::Server, t!("tab-server")),
        (Tab::Client, t!("tab-client")),
    ];
    let tips = [
        (keys::SERVER, t!("what-server-is")),
        (keys::CLIENT, t!("what-client-is")),
    ]
    .map(|(keys, what)| keys::tip(ui, &what, keys));
    if let Some(tab) = segments(
        ui,
        tabs,
        None,
        model.settings.tab,
        &choices,
        &tips,
        font::BODY,
    ) {
        actions.push(Action::Show(tab));
    }

    requests(ui, tabs, model);
    let gear = Align2::RIGHT_CENTER.anchor_size(
        pos2(bar.right() - margin + space::XS, middle),
        vec2(size::SMALL_CONTROL, size::SMALL_CONTROL),
    );
    let name = t!("settings");
    let tip = keys::tip(ui, &name, keys::SETTINGS);
    let button = Button::icon_only(ICON_SETTINGS, &name).tooltip(&tip);
    let gear = button.show(ui, gear);
    if gear.clicked() {
        model.settings_open = true;
    }
    gear.id
}

/// Marks the Server tab while another one is shown and somebody waits for an answer there.
fn requests(ui: &Ui, tabs: Rect, model: &Model) {
    let offers = model.server.offers.len();
    let count = offers + model.localsend.texts.len();
    if count == 0 || model.settings.tab == Tab::Server {
        return;
    }
    let palette = theme::palette(ui);
    let at = pos2(tabs.center().x - BADGE, tabs.top() + BADGE);
    ui.painter().circle_filled(at, BADGE_RADIUS, palette.accent);
    let place = Rect::from_center_size(at, vec2(2.0 * BADGE_RADIUS, 2.0 * BADGE_RADIUS));
    let badge = ui.interact(place, ui.scope_id().with("requests"), Sense::hover());
    let words = if offers > 0 {
        t!("requests-waiting", count = offers)
    } else {
        t!("texts-waiting", count = count)
    };
    badge.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    widgets::alert(&badge, &words);
}

/// Draws the icon of the program; returns its right edge.
fn logo(ui: &Ui, left: f32, middle: f32, logo: &TextureHandle) -> f32 {
    let size = vec2(size::LOGO, size::LOGO);
    let place = Align2::LEFT_CENTER.anchor_size(pos2(left, middle), size);
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(logo.id(), place, whole, Color32::WHITE);
    place.right()
}

/// Draws the name of the program after its icon.
fn name(ui: &mut Ui, icon_right: f32, middle: f32) {
    let place = pos2(icon_right + space::L, middle - 12.0);
    let place = Rect::from_min_size(place, vec2(160.0, 24.0));
    Text::new(&t!("landline"))
        .font(font::semibold(font::TITLE))
        .show(ui, place);
}

/// Draws the icon and the name of the program from `left`.
pub(crate) fn brand(ui: &mut Ui, left: f32, middle: f32, logo: &TextureHandle) {
    let right = self::logo(ui, left, middle, logo);
    name(ui, right, middle);
}
