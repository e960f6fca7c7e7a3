//! The views: each draws a part of the model, edits its fields and emits actions.

mod answer_rules;
mod browser;
mod call;
mod card_header;
mod client_tab;
mod dialog;
mod doctor;
mod draft_dialog;
mod empty;
mod error_strip;
mod focus;
mod forget_question;
mod host_field;
pub(crate) mod keys;
mod large_code;
mod line;
mod localsend_card;
mod lock;
mod log_card;
mod nearby;
mod offer_strip;
mod page;
mod password_dialog;
mod qr_code;
mod question;
mod recipient_question;
mod send_button;
mod server_tab;
mod settings_panel;
mod share_card;
mod socket_table;
mod split;
mod text_strip;
mod toast;
mod top_bar;
mod transfer_list;
mod transfer_row;
mod widgets;

use egui::text::LayoutJob;
use egui::{Id, Key, Modifiers, Rect, ScrollArea, TextureHandle, Ui, UiBuilder, pos2, vec2};

use self::page::Page;
use super::actions::Action;
use super::model::{Model, Opened};
use super::theme;
use crate::settings::Tab;
use crate::t;

/// Draws the window; returns the user's actions.
pub(crate) fn window(ui: &mut Ui, model: &mut Model, logo: &TextureHandle) -> Vec<Action> {
    let mut actions = Vec::new();
    model.nearby.is_shown = false;
    let window = ui.max_rect();
    ui.painter()
        .rect_filled(window, 0, theme::palette(ui).background);
    let had_focus = widgets::note_focus(ui);
    focus::begin(ui.ctx());
    keys::ui(ui, model, had_focus, &mut actions);
    dropped(ui, &mut actions);

    // Without toasts: they would cover the address.
    if large_code::ui(ui, window, model, logo, &mut actions) {
        settings_panel::ui(ui, model, Id::NULL, &mut actions);
        question::ui(ui, model, &mut actions);
        focus::finish(ui.ctx());
        return actions;
    }
    let bar_bottom = window.top() + theme::size::TOP_BAR;
    let bar = Rect::from_min_max(window.min, pos2(window.right(), bar_bottom));
    let settings = top_bar::ui(ui, bar, model, logo, &mut actions);

    let body = Rect::from_min_max(pos2(window.left(), bar_bottom), window.max);
    let mut body_ui = ui.new_child(UiBuilder::new().max_rect(body).id_salt("body"));
    let mut floor = None;
    ScrollArea::vertical()
        .id_salt(model.settings.tab as u8)
        .auto_shrink(false)
        .show(&mut body_ui, |ui| {
            let mut page = Page::new(ui, body);
            error_strip::notices(ui, &mut page, model, &mut actions);
            let tab = model.settings.tab;
            match (model.opened(tab), tab) {
                (Some(Opened::Line(key)), _) => {
                    line::ui(ui, &mut page, model, (tab, key), &mut actions);
                }
                (Some(Opened::Call(id)), _) => {
                    floor = call::ui(ui, &mut page, model, (tab, id), &mut actions);
                }
                (None, Tab::Server) => server_tab::ui(ui, &mut page, model, &mut actions),
                (None, Tab::Client) => client_tab::ui(ui, &mut page, model, &mut actions),
            }
            page.finish(ui);
        });
    if !matches!(model.opened(model.settings.tab), Some(Opened::Line(_))) {
        model.line.release();
    }
    toast::ui(ui, (window, floor), model, &mut actions);
    settings_panel::ui(ui, model, settings, &mut actions);
    doctor::ui(ui, model, &mut actions);
    password_dialog::ui(ui, model, &mut actions);
    draft_dialog::ui(ui, model, &mut actions);
    question::ui(ui, model, &mut actions);
    focus::finish(ui.ctx());
    held_above(ui, window, model);
    actions
}

/// Handles files dropped on the window, on either tab.
fn dropped(ui: &Ui, actions: &mut Vec<Action>) {
    let paths: Vec<_> = ui.input(|input| {
        let files = input.raw.dropped_files.iter();
        files.map(|file| file.path().to_owned()).collect()
    });
    if !paths.is_empty() {
        actions.push(Action::Dropped(paths));
    }
}

/// Shows what a drop will do while files are dragged over the window.
fn held_above(ui: &Ui, window: Rect, model: &Model) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let palette = theme::palette(ui);
    let area = window.shrink(theme::space::XL);
    let painter = ui.ctx().layer_painter(egui::LayerId::new(
        egui::Order::Foreground,
        Id::unique("held above"),
    ));
    painter.rect_filled(window, 0, palette.background);
    painter.rect(
        area,
        theme::radius::CARD,
        palette.soft_accent,
        egui::Stroke::new(2.0, palette.accent),
        egui::StrokeKind::Inside,
    );
    let text = match (model.settings.tab, &model.drop_recipients()[..]) {
        (Tab::Server, _) => t!("drop-to-share"),
        (Tab::Client, []) => t!("drop-on-client"),
        (Tab::Client, [to]) => t!("drop-to-send-or-share", host = to.name()),
        (Tab::Client, [..]) => t!("drop-to-choose"),
    };
    let font = theme::font::semibold(theme::font::LARGE);
    let width = area.width() - 2.0 * theme::space::XL;
    let mut job = LayoutJob::simple(text, font, palette.text, width);
    job.halign = egui::Align::Center;
    let galley = painter.layout_job(job);
    let top = area.center() - vec2(0.0, galley.size().y / 2.0);
    painter.galley(top, galley, palette.text);
}

/// Whether the keyboard focus has left the field of `response`, other than for its own context menu.
fn left(ui: &Ui, response: &egui::Response) -> bool {
    response.lost_focus() && !widgets::menu::is_open(ui.ctx(), response.id)
}

/// Consumes an Enter key pressed in the field of `response`, and returns whether there was one: one
/// key press has one effect.
fn entered(ui: &Ui, response: &egui::Response) -> bool {
    let is_enter = |input: &mut egui::InputState| input.consume_key(Modifiers::NONE, Key::Enter);
    keys::are_for(ui, response.id) && ui.input_mut(is_enter)
}
