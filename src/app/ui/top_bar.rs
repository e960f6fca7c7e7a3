//! The bar at the top: what this is, which tab is shown, the settings.

use egui::{Align2, Color32, Popup, PopupCloseBehavior, Rect, TextureHandle, Ui, pos2, vec2};
use egui_material_icons::icons::ICON_SETTINGS;

use super::widgets::{Button, Text, segments, switch};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::theme::{self, font, size, space};
use crate::client::Exists;
use crate::settings::{Tab, Theme};
use crate::t;

/// The switch between the tabs.
const TABS: egui::Vec2 = vec2(180.0, 38.0);
/// What the settings need.
const SETTINGS_WIDTH: f32 = 280.0;

pub(crate) fn ui(
    ui: &mut Ui,
    bar: Rect,
    model: &mut Model,
    logo: &TextureHandle,
    actions: &mut Vec<Action>,
) {
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
    if let Some(tab) = segments(ui, tabs, model.settings.tab, &choices, font::BODY) {
        actions.push(Action::Show(tab));
    }

    let gear = Align2::RIGHT_CENTER.anchor_size(
        pos2(bar.right() - margin + space::XS, middle),
        vec2(size::SMALL_CONTROL, size::SMALL_CONTROL),
    );
    let gear = Button::icon_only(ICON_SETTINGS, &t!("settings")).show(ui, gear);
    Popup::from_toggle_button_response(&gear)
        .accessible_name(t!("settings"))
        .align(egui::RectAlign::BOTTOM_END)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .gap(space::S)
        .show(|ui| settings(ui, model, actions));
}

fn settings(ui: &mut Ui, model: &mut Model, actions: &mut Vec<Action>) {
    let height = 3.0 * size::LABEL + 3.0 * size::CONTROL + 7.0 * space::XS;
    let wanted = vec2(SETTINGS_WIDTH, height);
    let (area, _) = ui.allocate_exact_size(wanted, egui::Sense::hover());
    let mut y = area.top();
    let mut next = |height: f32| {
        let rect = Rect::from_min_size(pos2(area.left(), y), vec2(area.width(), height));
        y = rect.bottom() + space::XS;
        rect
    };
    Text::caption(&t!("appearance"), ui).show(ui, next(size::LABEL));
    let choices = [
        (Theme::System, t!("theme-system")),
        (Theme::Light, t!("theme-light")),
        (Theme::Dark, t!("theme-dark")),
    ];
    let rect = next(size::CONTROL);
    if let Some(theme) = segments(ui, rect, model.settings.theme, &choices, font::NUMBER) {
        model.settings.theme = theme;
    }
    let rect = next(size::CONTROL);
    let text = t!("share-hidden-files");
    if switch(ui, rect, &mut model.settings.hidden, &text).changed() {
        actions.push(Action::HiddenChanged);
    }
    next(space::S - space::XS);
    Text::caption(&t!("if-it-exists"), ui).show(ui, next(size::LABEL));
    let choices = [
        (Exists::Keep, t!("keep-both")),
        (Exists::Skip, t!("skip")),
        (Exists::Overwrite, t!("overwrite")),
    ];
    let rect = next(size::CONTROL);
    if let Some(exists) = segments(ui, rect, model.settings.exists, &choices, font::NUMBER) {
        model.settings.exists = exists;
    }
    let what = match model.settings.exists {
        Exists::Keep => t!("what-keep-both-does"),
        Exists::Skip => t!("what-skip-does"),
        Exists::Overwrite => t!("what-overwrite-does"),
    };
    Text::caption(&what, ui).show(ui, next(size::LABEL));
}
