//! Where cards go: one below the other, the last ones down to the window's end.

use egui::{Rect, Sense, Ui, pos2, vec2};

use super::widgets;
use crate::app::theme::{size, space};

/// The buttons of a page that change their words: each keeps the keyboard in its slot.
pub(crate) mod slot {
    /// Starts and stops sharing.
    pub(crate) const SHARING: usize = 0;
    /// Copies the address.
    pub(crate) const COPY: usize = 1;
    /// Shows more or fewer addresses.
    pub(crate) const ADDRESSES: usize = 2;
    /// Shows more or fewer lines of the log.
    pub(crate) const LOG: usize = 3;
    /// Shows and hides the rarer fields.
    pub(crate) const OPTIONS: usize = 4;
}

/// The column of cards, and how far down it is filled.
#[derive(Debug)]
pub(crate) struct Page {
    left: f32,
    right: f32,
    y: f32,
    /// Where the page ends if its cards leave room.
    bottom: f32,
    /// Too narrow for one row of fields.
    pub narrow: bool,
}

impl Page {
    /// A page in `ui`, which scrolls inside of `body`.
    pub(crate) fn new(ui: &Ui, body: Rect) -> Self {
        let narrow = body.width() < size::NARROW;
        let margin = if narrow { space::M } else { space::XL };
        let top = ui.max_rect().top();
        Self {
            left: body.left() + margin,
            right: body.right() - margin,
            y: top + margin,
            bottom: top + body.height() - margin,
            narrow,
        }
    }

    /// From one card to the next.
    pub(crate) fn gap(&self) -> f32 {
        if self.narrow { space::M } else { space::L }
    }

    /// From a card's border to what is in it, left and right.
    pub(crate) fn padding(&self) -> f32 {
        if self.narrow { space::M } else { space::XL }
    }

    /// How wide a card is.
    pub(crate) fn width(&self) -> f32 {
        self.right - self.left
    }

    /// How much is left below the last card.
    pub(crate) fn rest(&self) -> f32 {
        self.bottom - self.y
    }

    /// Take `height` points; nothing is drawn yet.
    pub(crate) fn area(&mut self, height: f32) -> Rect {
        let rect = Rect::from_min_size(pos2(self.left, self.y), vec2(self.width(), height));
        self.y = rect.bottom() + self.gap();
        rect
    }

    /// Take `height` points for a card and draw its ground.
    pub(crate) fn card(&mut self, ui: &Ui, height: f32) -> Rect {
        let rect = self.area(height);
        widgets::card(ui, rect);
        rect
    }

    /// Tell egui how high the page has become.
    pub(crate) fn finish(self, ui: &mut Ui) {
        let margin = self.left - ui.max_rect().left();
        let end = pos2(self.right + margin, self.y - self.gap() + margin);
        let rect = Rect::from_min_max(ui.max_rect().min, end);
        ui.allocate_rect(rect, Sense::hover());
    }
}

/// Cuts a row into its parts, from the left or from the right.
#[derive(Debug)]
pub(crate) struct Row {
    rest: Rect,
    gap: f32,
}

impl Row {
    /// A row of `height` points at the top of `area`.
    pub(crate) fn new(area: Rect, height: f32, gap: f32) -> Self {
        let rest = Rect::from_min_size(area.min, vec2(area.width(), height));
        Self { rest, gap }
    }

    /// The next part from the left.
    pub(crate) fn left(&mut self, width: f32) -> Rect {
        let width = width.min(self.rest.width());
        let part = Rect::from_min_size(self.rest.min, vec2(width, self.rest.height()));
        self.rest.min.x = (part.right() + self.gap).min(self.rest.right());
        part
    }

    /// The next part from the right.
    pub(crate) fn right(&mut self, width: f32) -> Rect {
        let width = width.min(self.rest.width());
        let mut part = self.rest;
        part.min.x = part.right() - width;
        self.rest.max.x = (part.left() - self.gap).max(self.rest.left());
        part
    }

    /// What is left.
    pub(crate) fn rest(self) -> Rect {
        self.rest
    }
}
