//! Draws the buttons of a row and tracks which has the keyboard focus.

use egui::{InputState, Key, Rect, Response, Ui, pos2, vec2};

use super::offers::{Offer, Slot};
use super::open;
use crate::app::actions::Action;
use crate::app::model::row::Row;
use crate::app::theme::{size, space};
use crate::app::ui::widgets::{Button, row_clicked};

/// A request to focus a button of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Focus this slot, or the first if there is none.
    Take(Slot),
    /// This slot had the focus in the last frame.
    Had(Slot),
}

/// Draws buttons and records them.
#[derive(Debug)]
pub(super) struct Buttons<'a> {
    actions: &'a mut Vec<Action>,
    shown: Vec<(Slot, Response)>,
}

impl<'a> Buttons<'a> {
    pub(super) fn new(actions: &'a mut Vec<Action>) -> Self {
        Self {
            actions,
            shown: Vec::new(),
        }
    }

    /// The row itself is the first that Tab reaches.
    pub(super) fn row_itself(&mut self, ui: &Ui, whole: &Response, row: &Row) {
        let mut clicked = row_clicked(whole);
        if clicked && !ui.is_rect_visible(whole.rect) && ui.input(is_press).contains(&true) {
            whole.scroll_to_me(None);
            clicked = false;
        }
        if clicked {
            self.actions.push(open::action(row));
        }
        self.shown.push((Slot::Line, whole.clone()));
    }

    /// Draws an offer as an icon or with text.
    pub(super) fn show(&mut self, ui: &mut Ui, rect: Rect, offer: &Offer, is_icon: bool) {
        let button = button(offer, is_icon);
        // An icon's tooltip is its name, unless there is a longer one.
        let button = match &offer.tooltip {
            Some(tooltip) => button.tooltip(tooltip),
            None => button,
        };
        if self.put(ui, rect, button, offer.slot) {
            self.actions.push(offer.action.clone());
        }
    }

    /// Draws `button`; returns whether it was clicked.
    pub(super) fn put(&mut self, ui: &mut Ui, rect: Rect, button: Button<'_>, slot: Slot) -> bool {
        let response = button.slot(slot as usize).show(ui, rect);
        let mut clicked = response.clicked();
        if clicked && !ui.is_rect_visible(rect) && ui.input(is_press).contains(&true) {
            // The user must see what the key would do.
            response.scroll_to_me(None);
            clicked = false;
        }
        self.shown.push((slot, response));
        clicked
    }

    /// Triggers an action without a click on a button.
    pub(super) fn ask(&mut self, action: Action) {
        self.actions.push(action);
    }

    /// Draws buttons in a row starting at `left`.
    pub(super) fn row(&mut self, ui: &mut Ui, left: egui::Pos2, offers: &[Offer]) {
        let mut x = left.x;
        for offer in offers {
            let size = vec2(width(ui, offer, false), size::SMALL_CONTROL);
            let rect = Rect::from_min_size(pos2(x, left.y), size);
            x = rect.right() + space::S;
            self.show(ui, rect, offer, false);
        }
    }

    /// Moves the focus as requested; returns the slot that has it.
    pub(super) fn finish(self, wanted: Option<Wanted>) -> Option<Slot> {
        let in_slot = |slot: Slot| self.shown.iter().find(|(own, _)| *own == slot);
        // The row itself comes first, but a button is meant.
        let button = || self.shown.get(1).or(self.shown.first());
        let target = match wanted {
            Some(Wanted::Take(slot)) => in_slot(slot).or_else(button),
            // The focused button has disappeared while the row has not.
            Some(Wanted::Had(slot)) if in_slot(slot).is_none() => button(),
            _ => None,
        };
        if let Some((_, response)) = target {
            response.request_focus();
        }
        // Also while another window has the focus, because rows change meanwhile.
        let has_focus = |button: &Response| button.ctx.memory(|memory| memory.has_focus(button.id));
        let focused = self.shown.iter().find(|(_, button)| has_focus(button));
        focused.map(|(slot, _)| *slot)
    }
}

/// Whether one of the keys that press a button was pressed.
fn is_press(input: &InputState) -> [bool; 2] {
    [Key::Enter, Key::Space].map(|key| input.key_pressed(key))
}

/// The width as an icon or with text.
pub(super) fn width(ui: &Ui, offer: &Offer, is_icon: bool) -> f32 {
    button(offer, is_icon).width(ui)
}

/// The total width of the buttons with text.
pub(super) fn row_width(ui: &Ui, offers: &[Offer]) -> f32 {
    let widths = offers
        .iter()
        .map(|offer| width(ui, offer, false) + space::S);
    widths.sum::<f32>() - space::S
}

fn button(offer: &Offer, is_icon: bool) -> Button<'_> {
    if is_icon {
        Button::icon_only(offer.icon, &offer.name).small()
    } else {
        Button::new(&offer.text).name(&offer.name).small()
    }
}
