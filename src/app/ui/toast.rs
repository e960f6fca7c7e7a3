//! The toasts at the bottom of the window: one offers to bring back what was removed, and those
//! above it report what has ended.

use std::time::Instant;

use egui::accesskit::Live;
use egui::{
    Align2, Area, Color32, Id, Order, Pos2, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};

use super::page::Row;
use super::widgets::{Button, Text};
use super::{card_header, focus, keys};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::finished::{self, TOAST, Tone, Topic};
use crate::app::model::undo::UNDO;
use crate::app::symbols::{ICON_CHECK_CIRCLE, ICON_CLOSE, ICON_INFO, ICON_WARNING, MaterialIcon};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::settings::Tab;
use crate::t;

/// The maximum width, however long a name is.
const MAX_WIDTH: f32 = 560.0;

/// From the bottom of the last toast to that of the window: inside the last card.
const BELOW: f32 = space::XL + space::S;

/// What a toast shows.
struct Toast<'a> {
    id: &'static str,
    icon: (MaterialIcon, Color32),
    words: &'a str,
    /// Its button.
    offer: Option<Button<'a>>,
}

/// What the user does with a toast.
#[derive(Clone, Copy, Debug, Default)]
struct Used {
    /// Clicked its button.
    offer: bool,
    /// Closed it.
    close: bool,
    /// Has the pointer or the keyboard on it: it must not expire.
    is_held: bool,
}

/// Shows the toasts, if there are any: at the bottom of the window, but above `floor`.
pub(crate) fn ui(
    ui: &mut Ui,
    (window, floor): (Rect, Option<f32>),
    model: &mut Model,
    actions: &mut Vec<Action>,
) {
    let lowest = window.bottom() - BELOW;
    // Where the page is scrolled so far that there is no room above it, they stay at the bottom.
    let floor = floor.map(|floor| floor - space::S);
    let floor = floor.filter(|floor| (window.center().y..lowest).contains(floor));
    let bottom = pos2(window.center().x, floor.unwrap_or(lowest));
    let bottom = undo(ui, (window, bottom), model, actions);
    finished(ui, (window, bottom), model, actions);
}

/// The offer to undo above `bottom`; returns where the next toast goes.
fn undo(
    ui: &Ui,
    (window, bottom): (Rect, Pos2),
    model: &mut Model,
    actions: &mut Vec<Action>,
) -> Pos2 {
    let Some(undo) = &model.undo else {
        return bottom;
    };
    let (text, words) = (t!("undo"), undo.what.title());
    let tooltip = keys::tip(ui, &text, keys::UNDO);
    let toast = Toast {
        id: "undo",
        icon: (ICON_INFO, theme::palette(ui).accent),
        words: &words,
        offer: Some(Button::new(&text).small().tooltip(&tooltip)),
    };
    let (top, used) = toast.show(ui, window, bottom);
    if used.offer {
        actions.push(Action::Undo);
    } else if used.close {
        actions.push(Action::DismissUndo);
    } else if used.is_held {
        model.stay_undoable(Instant::now());
        ui.ctx().request_repaint_after(UNDO / 2);
    }
    top
}

/// What has ended, above `bottom`; the newest lowest.
fn finished(
    ui: &Ui,
    (window, mut bottom): (Rect, Pos2),
    model: &mut Model,
    actions: &mut Vec<Action>,
) {
    for toast in model.finished.toasts().to_vec().into_iter().rev() {
        bottom = one(ui, (window, bottom), (model, toast), actions);
    }
}

/// A toast above `bottom`; returns where the next one goes.
fn one(
    ui: &Ui,
    (window, bottom): (Rect, Pos2),
    (model, toast): (&mut Model, finished::Toast),
    actions: &mut Vec<Action>,
) -> Pos2 {
    let palette = theme::palette(ui);
    let tab = if toast.is_received {
        Tab::Server
    } else {
        Tab::Client
    };
    let icon = match toast.tone {
        Tone::Good => (ICON_CHECK_CIRCLE, palette.good),
        // The row says more, and the toast might cover it.
        Tone::Bad if !toast.is_batch && model.settings.tab == tab => {
            say(ui, window, &toast.what.title());
            return bottom;
        }
        Tone::Bad => (ICON_WARNING, palette.error),
        Tone::Plain => (ICON_INFO, palette.accent),
    };
    let (words, text, name) = (
        toast.what.title(),
        t!("show-in-folder"),
        t!("show-what-came"),
    );
    let show = toast.path.as_ref();
    let show = show.map(|_| Button::new(&text).name(&name).small());
    let shown = Toast {
        id: match toast.topic {
            Topic::Batch => "toast",
            Topic::Other => "other toast",
        },
        icon,
        words: &words,
        offer: show,
    };
    let (top, used) = shown.show(ui, window, bottom);
    if let (true, Some(path)) = (used.offer, toast.path) {
        actions.push(Action::Reveal(path));
    }
    if used.close {
        model.finished.dismiss(toast.topic);
    } else if used.is_held {
        model.finished.stay(toast.topic, Instant::now());
        ui.ctx().request_repaint_after(TOAST / 2);
    }
    top
}

impl Toast<'_> {
    /// Draws it above `bottom`; returns where the next one goes.
    fn show(self, ui: &Ui, window: Rect, bottom: Pos2) -> (Pos2, Used) {
        let text = Text::new(self.words).font(font::medium(font::BODY));
        let text = text.middle();
        let offer_width = self.offer.as_ref().map(|offer| offer.width(ui));
        let tools = size::SMALL_CONTROL + offer_width.map_or(0.0, |width| width + space::S);
        let around = 3.0 * space::M + card_header::ICON_COLUMN + space::S + tools;
        let most = MAX_WIDTH.min(window.width() - 2.0 * space::L);
        let width = (text.width(ui) + around).min(most);
        let height = size::CONTROL + space::S;
        let rect = Align2::CENTER_BOTTOM.anchor_size(bottom, vec2(width, height));
        let area = Area::new(Id::unique(self.id))
            .order(Order::Foreground)
            .role(Role::Status)
            .fixed_pos(rect.min)
            .constrain(false);
        let mut used = Used::default();
        let shown = area.show(ui.ctx(), |ui| {
            let (icon, color) = self.icon;
            let frame = theme::dialog_frame(ui).inner_margin(0);
            // It covers cards of the same colour.
            let frame = frame.stroke(Stroke::new(1.0, color));
            frame.show(ui, |ui| {
                let (rect, _) = ui.allocate_exact_size(rect.size(), Sense::hover());
                focus::may_disappear(ui, rect);
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
                if let (Some(offer), Some(width)) = (self.offer, offer_width) {
                    let offer = offer.show(ui, row.right(width));
                    used.is_held |= offer.has_focus();
                    used.offer = offer.clicked();
                }
                text.spoken().show(ui, row.rest());
                let close = Button::icon_only(ICON_CLOSE, &t!("dismiss")).show(ui, close);
                used.is_held |= close.has_focus();
                used.close = close.clicked();
            });
        });
        used.is_held |= shown.response.contains_pointer();
        (rect.center_top() - vec2(0.0, space::S), used)
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
