//! What stands below the name: what came of it, why, what to do, and which files did not arrive.

use std::sync::Arc;

use egui::{Galley, Rect, Role, Sense, Ui, WidgetInfo, pos2};

use super::buttons::{self, Buttons};
use super::failed::Failed;
use super::offers::{self, Offer};
use super::words::{self, Line, Reason};
use super::{LINE, WIDE};
use crate::app::model::row::Row;
use crate::app::theme::{self, size, space};
use crate::app::ui::widgets::Text;
use crate::app::ui::{card_header, error_strip};
use crate::net::{Interruption, Outcome};

/// How much lower text begins than the button beside it.
const DROP: f32 = 5.0;

/// All of it, for a row of some width.
pub(super) struct Details<'a> {
    lines: Vec<Line<'a>>,
    reason: Option<Laid>,
    /// Whether buttons stand here.
    has_offers: bool,
    /// Empty where only the height is asked for.
    offers: Vec<Offer>,
    failed: Option<Failed<'a>>,
    /// Buttons stand below the text.
    narrow: bool,
}

/// A reason as it is shown.
enum Laid {
    /// What is spoken, and how it looks.
    Over(String, Arc<Galley>),
    /// What happened, and when it tries again: lines that never wrap, because they change.
    Waiting(Interruption),
}

/// Whether how high it is depends on how wide its words are.
pub(super) fn needs_layout(row: &Row) -> bool {
    matches!(
        row.transfer.outcome(),
        Some(Outcome::Failed(_) | Outcome::Paused(Some(_)))
    )
}

impl<'a> Details<'a> {
    /// Of `row`, which is `width` wide.
    pub(super) fn new(ui: &Ui, row: &'a Row, width: f32) -> Self {
        let narrow = width < WIDE;
        let has_offers = offers::has_below(row);
        let reason = words::reason(row);
        let mut offers = Vec::new();
        let mut room = width - card_header::ICON_COLUMN;
        if has_offers && matches!(reason, Some(Reason::Over(_))) {
            offers = offers::below(row);
            if !narrow {
                room -= buttons::row_width(ui, &offers) + space::L;
            }
        }
        Self {
            lines: words::lines(row),
            reason: reason.map(|reason| match reason {
                Reason::Over(why) => Laid::Over(why.to_string(), error_strip::words(ui, why, room)),
                Reason::Waiting(interruption) => Laid::Waiting(interruption),
            }),
            has_offers,
            offers,
            failed: Failed::of(row),
            narrow,
        }
    }

    /// How high it is.
    pub(super) fn height(&self) -> f32 {
        let failed = self.failed.as_ref().map_or(0.0, Failed::height);
        // What has buttons has air below them, too.
        let air = if self.has_offers { space::XS } else { 0.0 };
        self.head_height() + failed + air
    }

    /// Text and buttons.
    fn head_height(&self) -> f32 {
        let text = self.text_height();
        if !self.has_offers {
            text
        } else if self.narrow {
            buttons_top(text) + size::SMALL_CONTROL
        } else {
            (self.drop() + text).max(size::SMALL_CONTROL)
        }
    }

    fn text_height(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let lines = self.lines.len() as f32 * LINE;
        lines
            + match &self.reason {
                None => 0.0,
                Some(Laid::Over(_, galley)) => self.reason_gap() + galley.size().y,
                Some(Laid::Waiting(_)) if self.narrow => 2.0 * LINE,
                Some(Laid::Waiting(_)) => LINE,
            }
    }

    /// Between the small numbers and a reason below them.
    fn reason_gap(&self) -> f32 {
        if self.narrow { space::XS } else { 0.0 }
    }

    /// In the middle of the button's height if it is one line.
    fn drop(&self) -> f32 {
        if self.narrow || !self.has_offers {
            0.0
        } else {
            DROP
        }
    }

    /// Draw it from the top of `area` on; whether the list of files was folded or unfolded.
    pub(super) fn ui(
        mut self,
        ui: &mut Ui,
        area: Rect,
        row: &Row,
        buttons: &mut Buttons<'_>,
    ) -> bool {
        let below = area.top() + self.head_height();
        let mut end = area.right();
        let mut start = pos2(area.left(), area.top() + buttons_top(self.text_height()));
        if self.has_offers {
            if self.offers.is_empty() {
                self.offers = offers::below(row);
            }
            if !self.narrow {
                let width = buttons::row_width(ui, &self.offers);
                start = pos2(area.right() - width, area.top());
                end = start.x - space::L;
            }
        }
        let mut y = area.top() + self.drop();
        let mut next = || {
            y += LINE;
            Rect::from_min_max(pos2(area.left(), y - LINE), pos2(end, y))
        };
        for line in &self.lines {
            let words = line.text();
            let text = Text::caption(&words, ui);
            let text = if line.ends_in_path() {
                text.middle()
            } else {
                text
            };
            text.show(ui, next());
        }
        match &self.reason {
            None => {}
            Some(Laid::Waiting(interruption)) => {
                let first = next();
                let second = if self.narrow { Some(next()) } else { None };
                waiting(ui, first, second, interruption);
            }
            Some(Laid::Over(spoken, galley)) => {
                let top = pos2(area.left(), y + self.reason_gap());
                let rect = Rect::from_min_size(top, galley.size());
                let response = ui.allocate_rect(rect, Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
                let color = theme::palette(ui).text;
                ui.painter().galley(rect.min, Arc::clone(galley), color);
            }
        }
        // After the text, as a reader goes.
        buttons.row(ui, start, &self.offers);
        let Some(failed) = self.failed else {
            return false;
        };
        let area = Rect::from_min_max(pos2(area.left(), below), area.max);
        failed.ui(ui, area, buttons)
    }
}

/// Where buttons begin below a text of this height.
fn buttons_top(text: f32) -> f32 {
    if text > 0.0 {
        text + space::S
    } else {
        space::XS
    }
}

/// What happened, and when it tries again: behind it, or in a line of its own.
fn waiting(ui: &mut Ui, mut first: Rect, second: Option<Rect>, interruption: &Interruption) {
    let why = interruption.why.title();
    let next = words::next_try(interruption);
    let error = theme::palette(ui).error;
    if second.is_none() {
        first.max.x -= Text::caption(&next, ui).tabular().width(ui) + space::S;
    }
    let shown = Text::caption(&why, ui).color(error).show(ui, first).rect;
    let place = second.unwrap_or_else(|| {
        let left = shown.right() + space::S;
        Rect::from_min_max(pos2(left, first.top()), pos2(f32::INFINITY, first.bottom()))
    });
    Text::caption(&next, ui).tabular().show(ui, place);
}
