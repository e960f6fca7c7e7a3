//! The widget of a sequence diagram: wide with times and sequence letters, or compact with the states as chips.

mod layout;
mod paint;

use egui::{Pos2, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use self::layout::Layout;
use super::words;
use crate::app::model::line::Diagram;
use crate::t;

/// How a diagram is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// With times at the left, the states beside the lifelines, and sequence letters.
    Wide,
    /// With the states on the lifelines.
    Compact,
}

/// A diagram, laid out.
#[derive(Debug)]
pub(crate) struct Drawing<'a> {
    diagram: &'a Diagram,
    look: Look,
    /// The name of the other side.
    peer: &'a str,
    layout: Layout,
}

impl<'a> Drawing<'a> {
    /// Lays out `diagram` of a connection with `peer`.
    pub(crate) fn new(diagram: &'a Diagram, look: Look, peer: &'a str) -> Self {
        let has_words = words::word(diagram.own.0).is_some();
        Self {
            diagram,
            look,
            peer,
            layout: Layout::new(diagram, look, has_words),
        }
    }

    /// The height in points.
    pub(crate) fn height(&self) -> f32 {
        self.layout.height
    }

    /// Draws it from `min`, `width` points wide.
    pub(crate) fn ui(self, ui: &mut Ui, min: Pos2, width: f32) {
        let rect = Rect::from_min_size(min, vec2(width, self.height()));
        let response = ui.allocate_rect(rect, Sense::hover());
        let name = t!("sequence-diagram", peer = self.peer);
        let spoken = words::spoken(self.diagram, self.peer);
        response.widget_info(|| WidgetInfo {
            current_text_value: Some(spoken.clone()),
            ..WidgetInfo::labeled(Role::Image, true, &name)
        });
        paint::Painter::new(&self, rect).paint(ui);
    }
}
