//! What to do if a device is missing: the lines below the rows of the card *Nearby*, and in its empty state.

use egui::{Align2, Rect, Ui, pos2, vec2};

use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::app::ui::widgets::{Text, link, link_width};
use crate::t;
use landline_engine::discovery::DeviceKind;

/// The height with one line.
const ONE: f32 = 46.0;
/// The height of another one.
const LINE: f32 = 28.0;
/// The distance of two lines side by side.
const BETWEEN: f32 = space::XL;

/// A question, and a link that may help.
struct Line {
    question: String,
    link: String,
    action: Action,
}

/// The lines: the second only while no LocalSend device is found, and this computer cannot be found by them.
fn lines(model: &Model) -> Vec<Line> {
    let missing = Line {
        question: t!("device-missing"),
        link: t!("find-out-why"),
        action: Action::FindOutWhy(None),
    };
    let localsend = is_hidden(model).then(|| Line {
        question: t!("localsend-missing"),
        link: t!("turn-on-localsend"),
        action: Action::SetVisible(true),
    });
    [Some(missing), localsend].into_iter().flatten().collect()
}

fn is_hidden(model: &Model) -> bool {
    let is_one = |kind| kind == DeviceKind::LocalSend;
    let mut devices = model.nearby.devices().iter();
    !model.settings.localsend && !devices.any(|device| is_one(device.kind))
}

/// The height, with the lines below or beside each other.
pub(super) fn height(model: &Model, is_stacked: bool) -> f32 {
    if is_stacked && is_hidden(model) {
        ONE + LINE
    } else {
        ONE
    }
}

/// Draws the lines in `area`.
pub(super) fn ui(
    ui: &mut Ui,
    area: Rect,
    is_stacked: bool,
    model: &Model,
    actions: &mut Vec<Action>,
) {
    let mut at = pos2(area.left(), area.top() + ONE / 2.0);
    for line in lines(model) {
        let width = line.width(ui);
        line.ui(ui, at, actions);
        if is_stacked {
            at.y += LINE;
        } else {
            at.x += width + BETWEEN;
        }
    }
}

/// Draws them in the middle of `area`, below each other.
pub(super) fn centered(ui: &mut Ui, area: Rect, model: &Model, actions: &mut Vec<Action>) {
    let mut y = area.top() + ONE / 2.0;
    for line in lines(model) {
        let left = (area.center().x - line.width(ui) / 2.0).max(area.left());
        line.ui(ui, pos2(left, y), actions);
        y += LINE;
    }
}

impl Line {
    fn width(&self, ui: &Ui) -> f32 {
        let text = Text::new(&self.question).font(font::regular(font::NUMBER));
        text.width(ui) + space::S + link_width(ui, &self.link)
    }

    /// Draws the question and the link, which begin at `left`.
    fn ui(self, ui: &mut Ui, left: egui::Pos2, actions: &mut Vec<Action>) {
        let muted = theme::palette(ui).muted;
        let text = Text::new(&self.question)
            .font(font::regular(font::NUMBER))
            .color(muted);
        let width = text.width(ui);
        let line = Align2::LEFT_CENTER.anchor_size(left, vec2(width, size::SMALL_CONTROL));
        text.show(ui, line);
        let place = pos2(line.right() + space::S, left.y);
        if link(ui, place, &self.link).clicked() {
            actions.push(self.action);
        }
    }
}
