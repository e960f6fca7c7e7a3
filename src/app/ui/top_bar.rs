//! The top bar: logo, tabs and settings button.

use egui::{Align2, Color32, Id, Rect, TextureHandle, Ui, pos2, vec2};

use super::keys;
use super::widgets::{Button, Text, segments};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::symbols::ICON_SETTINGS;
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::settings::Tab;
use crate::t;

/// The size of the tab switch.
const TABS: egui::Vec2 = vec2(180.0, 38.0);

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
    let logo_rect = Align2::LEFT_CENTER.anchor_size(
        pos2(bar.left() + margin, middle),
        vec2(size::LOGO, size::LOGO),
    );
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter()
        .image(logo.id(), logo_rect, whole, Color32::WHITE);
    if !narrow {
        let name = Rect::from_min_size(
            pos2(logo_rect.right() + space::L, middle - 12.0),
            vec2(160.0, 24.0),
        );
        Text::new(&t!("landline"))
            .font(font::semibold(font::TITLE))
            .show(ui, name);
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
