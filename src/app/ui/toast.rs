//! The toast below the top bar, which reports completed downloads.

use std::time::Instant;

use egui::accesskit::Live;
use egui::{Align2, Area, Id, Order, Rect, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::card_header;
use super::page::Row;
use super::widgets::{Button, Text};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::finished::{TOAST, Tone};
use crate::app::symbols::{ICON_CHECK_CIRCLE, ICON_CLOSE, ICON_INFO, ICON_WARNING};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::settings::Tab;
use crate::t;

/// The maximum width, however long a name is.
const MAX_WIDTH: f32 = 560.0;

/// Shows the toast, if there is one.
pub(crate) fn ui(ui: &mut Ui, window: Rect, model: &mut Model, actions: &mut Vec<Action>) {
    let Some(toast) = model.finished.toast().cloned() else {
        return;
    };
    let palette = theme::palette(ui);
    let words = toast.what.title();
    let (icon, color) = match toast.tone {
        Tone::Good => (ICON_CHECK_CIRCLE, palette.good),
        // The row says more, and the toast would cover it.
        Tone::Bad if model.settings.tab == Tab::Client => {
            say(ui, window, &words);
            return;
        }
        Tone::Bad => (ICON_WARNING, palette.error),
        Tone::Plain => (ICON_INFO, palette.accent),
    };
    let text = Text::new(&words).font(font::medium(font::BODY)).middle();
    let (show, dismiss) = (t!("show-in-folder"), t!("dismiss"));
    let name = t!("show-what-came");
    let show = Button::new(&show).name(&name).small();
    let mut tools = size::SMALL_CONTROL + space::S;
    if toast.path.is_some() {
        tools += show.width(ui) + space::S;
    }
    let around = 2.0 * space::M + card_header::ICON_COLUMN + space::M + tools;
    let most = MAX_WIDTH.min(window.width() - 2.0 * space::XL);
    let width = (text.width(ui) + around).min(most);
    let height = size::CONTROL + space::S;
    // Where it only covers labels: neither fields nor the rows in question.
    let top = pos2(window.center().x, window.top() + size::TOP_BAR + space::XS);
    let rect = Align2::CENTER_TOP.anchor_size(top, vec2(width, height));
    let id = Id::unique("toast");
    let area = Area::new(id)
        .order(Order::Foreground)
        .role(Role::Status)
        .fixed_pos(rect.min)
        .constrain(false);
    let mut has_keyboard = false;
    let shown = area.show(ui.ctx(), |ui| {
        theme::dialog_frame(ui).inner_margin(0).show(ui, |ui| {
            let (rect, _) = ui.allocate_exact_size(rect.size(), Sense::hover());
            card_header::glyph(ui, rect.left() + space::M, rect.center().y, icon, color);
            let inner = Rect::from_min_max(
                pos2(
                    rect.left() + space::M + card_header::ICON_COLUMN,
                    rect.center().y - size::SMALL_CONTROL / 2.0,
                ),
                pos2(rect.right() - space::M, rect.bottom()),
            );
            let mut row = Row::new(inner, size::SMALL_CONTROL, space::S);
            let close = row.right(size::SMALL_CONTROL);
            if let Some(path) = &toast.path {
                let place = row.right(show.width(ui));
                let show = show.show(ui, place);
                has_keyboard |= show.has_focus();
                if show.clicked() {
                    actions.push(Action::Reveal(path.clone()));
                }
            }
            text.spoken().show(ui, row.rest());
            let close = Button::icon_only(ICON_CLOSE, &dismiss).show(ui, close);
            has_keyboard |= close.has_focus();
            close.clicked()
        })
    });
    if shown.inner.inner {
        model.finished.dismiss();
    } else if has_keyboard || shown.response.contains_pointer() {
        // The toast must not expire while it is in use.
        model.finished.stay(Instant::now());
        ui.ctx().request_repaint_after(TOAST / 2);
    }
}

/// Announces the text to a screen reader only.
fn say(ui: &Ui, window: Rect, words: &str) {
    let nowhere = Rect::from_min_size(window.left_bottom(), Vec2::ZERO);
    let said = ui.interact(nowhere, Id::unique("bad news"), Sense::hover());
    said.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    ui.ctx().accesskit_node_builder(said.id, |node| {
        node.set_live(Live::Polite);
    });
}
