//! The layout of a page: a column of cards, of which the last ones fill the window.

use egui::{Rect, Sense, Ui, pos2, vec2};

use super::widgets;
use crate::app::theme::{size, space};

/// Slots of the buttons whose text changes, so that they keep the keyboard focus.
pub(crate) mod slot {
    /// Starts and stops sharing.
    pub(crate) const SHARING: usize = 0;
    /// Copies the address.
    pub(crate) const COPY: usize = 1;
    /// Shows more or fewer addresses.
    pub(crate) const ADDRESSES: usize = 2;
    /// Shows more or fewer lines of the log.
    pub(crate) const LOG: usize = 3;
    /// Shows and hides the advanced fields.
    pub(crate) const OPTIONS: usize = 4;
    /// Copies the link to the only file that is shared.
    pub(crate) const COPY_LINK: usize = 5;
    /// Shows and hides the sockets.
    pub(crate) const SOCKETS: usize = 6;
    /// Shows the QR code in the whole window.
    pub(crate) const LARGE_CODE: usize = 7;
    /// Declines a request to send.
    pub(crate) const DECLINE: usize = 8;
    /// Accepts it.
    pub(crate) const ACCEPT: usize = 9;
    /// Leads to the first failure.
    pub(crate) const FAILED: usize = 10;
    /// Shows and hides the password of the share.
    pub(crate) const EYE: usize = 11;
}

/// The column of cards, and its current height.
#[derive(Debug)]
pub(crate) struct Page {
    left: f32,
    right: f32,
    y: f32,
    /// The bottom of the page if its cards leave space.
    bottom: f32,
    /// Whether the fields need more than one row.
    pub narrow: bool,
}

impl Page {
    /// A page in `ui`, which scrolls inside `body`.
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

    /// The distance between cards.
    pub(crate) fn gap(&self) -> f32 {
        if self.narrow { space::M } else { space::L }
    }

    /// The horizontal padding of a card.
    pub(crate) fn padding(&self) -> f32 {
        if self.narrow { space::M } else { space::XL }
    }

    /// The width of a card.
    pub(crate) fn width(&self) -> f32 {
        self.right - self.left
    }

    /// The height left below the last card.
    pub(crate) fn rest(&self) -> f32 {
        self.bottom - self.y
    }

    /// The gap below the last card.
    pub(crate) fn last_gap(&self) -> Rect {
        let size = vec2(self.width(), self.gap());
        Rect::from_min_size(pos2(self.left, self.y - self.gap()), size)
    }

    /// Allocates `height` points without drawing anything.
    pub(crate) fn area(&mut self, height: f32) -> Rect {
        let rect = Rect::from_min_size(pos2(self.left, self.y), vec2(self.width(), height));
        self.y = rect.bottom() + self.gap();
        rect
    }

    /// Moves down to `y`.
    pub(crate) fn skip_to(&mut self, y: f32) {
        self.y = y;
    }

    /// Allocates `height` points for a card and draws its background.
    pub(crate) fn card(&mut self, ui: &Ui, height: f32) -> Rect {
        let rect = self.area(height);
        widgets::card(ui, rect);
        rect
    }

    /// Reports the final height to egui.
    pub(crate) fn finish(self, ui: &mut Ui) {
        let margin = self.left - ui.max_rect().left();
        let end = pos2(self.right + margin, self.y - self.gap() + margin);
        let rect = Rect::from_min_max(ui.max_rect().min, end);
        ui.allocate_rect(rect, Sense::hover());
    }
}

/// Splits a row into cells, from the left or the right.
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

    /// The next cell from the left.
    pub(crate) fn left(&mut self, width: f32) -> Rect {
        let width = width.min(self.rest.width());
        let part = Rect::from_min_size(self.rest.min, vec2(width, self.rest.height()));
        self.rest.min.x = (part.right() + self.gap).min(self.rest.right());
        part
    }

    /// The next cell from the right.
    pub(crate) fn right(&mut self, width: f32) -> Rect {
        let width = width.min(self.rest.width());
        let mut part = self.rest;
        part.min.x = part.right() - width;
        self.rest.max.x = (part.left() - self.gap).max(self.rest.left());
        part
    }

    /// The remaining space.
    pub(crate) fn rest(self) -> Rect {
        self.rest
    }
}
