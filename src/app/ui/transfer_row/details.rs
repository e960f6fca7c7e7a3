//! The details below the name: the reason, the notes, the buttons and the failed files.

use std::sync::Arc;

use egui::{Align2, Galley, Rect, Ui, pos2, vec2};

use super::buttons::Buttons;
use super::failed::Failed;
use super::offers::{Offer, Place};
use super::words::{Line, Reason};
use super::{LINE, WIDE, buttons, offers, words};
use crate::app::model::row::Row;
use crate::app::theme;
use crate::app::theme::{radius, size, space};
use crate::app::ui::widgets::Text;
use crate::app::ui::{card_header, error_strip};
use crate::text::Describe;
use landline_engine::error::{ClientError, TlsError};
use landline_engine::transfer::{Interruption, Outcome};

/// The offset of text below the top of the button beside it.
const DROP: f32 = 5.0;

/// The details of a row, laid out for its width.
pub(super) struct Details<'a> {
    lines: Vec<Line<'a>>,
    reason: Option<Laid>,
    /// Whether the buttons are here.
    has_offers: bool,
    /// Empty if only the height is needed.
    offers: Vec<Offer>,
    failed: Option<Failed<'a>>,
    /// Whether the buttons are below the text.
    narrow: bool,
}

/// A laid out reason.
enum Laid {
    /// The accessible text and its layout.
    Over(String, Arc<Galley>),
    /// The reason and the countdown to the retry: lines that never wrap, because they change.
    Waiting(Interruption),
}

/// Whether the height depends on text layout.
pub(super) fn needs_layout(row: &Row) -> bool {
    matches!(
        row.transfer.outcome(),
        Some(Outcome::Failed(_) | Outcome::Paused(Some(_)))
    )
}

impl<'a> Details<'a> {
    /// Lays out the details of `row` for `width` points.
    pub(super) fn new(ui: &Ui, row: &'a Row, width: f32) -> Self {
        let narrow = width < WIDE;
        let has_offers = offers::place(row) == Place::Below;
        let reason = words::reason(row);
        let mut offers = Vec::new();
        let mut room = width - card_header::ICON_COLUMN;
        if has_offers && matches!(reason, Some(Reason::Over(_))) {
            offers = offers::offers(row);
            if !narrow {
                room -= buttons::row_width(ui, &offers) + space::L;
            }
        }
        Self {
            lines: words::lines(row),
            reason: reason.map(|reason| match reason {
                Reason::Over(why) => {
                    Laid::Over(why.to_string(), error_strip::words(ui, &why, room))
                }
                Reason::Waiting(interruption) => Laid::Waiting(interruption),
            }),
            has_offers,
            offers,
            failed: Failed::of(row),
            narrow,
        }
    }

    /// The total height.
    pub(super) fn height(&self) -> f32 {
        let failed = self.failed.as_ref().map_or(0.0, Failed::height);
        // Buttons have padding below them, too.
        let has_button = self.has_offers || matches!(self.reason, Some(Laid::Waiting(_)));
        let air = if has_button { space::XS } else { 0.0 };
        self.head_height() + failed + air
    }

    /// The height of text and buttons.
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
                Some(Laid::Waiting(_)) if self.narrow => LINE + size::SMALL_CONTROL,
                // Below the buttons beside the name.
                Some(Laid::Waiting(_)) => space::XS + size::SMALL_CONTROL,
            }
    }

    /// The gap between the numbers and the reason.
    fn reason_gap(&self) -> f32 {
        if self.narrow { space::XS } else { 0.0 }
    }

    /// Centres a single line on the button beside it.
    fn drop(&self) -> f32 {
        if self.narrow || !self.has_offers {
            0.0
        } else {
            DROP
        }
    }

    /// Draws the details from the top of `area`; returns whether the list of files was expanded or
    /// collapsed.
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
                self.offers = offers::offers(row);
            }
            if !self.narrow {
                let width = buttons::row_width(ui, &self.offers);
                start = pos2(area.right() - width, area.top());
                end = start.x - space::L;
            }
        }
        if is_about_identity(row) {
            let ground = Rect::from_min_max(
                pos2(area.left() - space::S, area.top() - space::XS),
                pos2(area.right() + space::S, below + space::XS),
            );
            let color = theme::palette(ui).soft_error;
            ui.painter().rect_filled(ground, radius::CONTROL, color);
        }
        let mut y = area.top() + self.drop();
        let mut next = || {
            y += LINE;
            Rect::from_min_max(pos2(area.left(), y - LINE), pos2(end, y))
        };
        for line in &self.lines {
            let words = line.text();
            let text = Text::caption(&words, ui).in_row();
            text.show(ui, next());
        }
        match &self.reason {
            None => {}
            Some(Laid::Waiting(interruption)) => {
                let area = Rect::from_min_max(pos2(area.left(), y), pos2(end, below));
                waiting(ui, area, row, (self.narrow, interruption), buttons);
            }
            Some(Laid::Over(spoken, galley)) => {
                let top = pos2(area.left(), y + self.reason_gap());
                let reason = Text::new(spoken).in_row();
                reason.show_lines(ui, top, Arc::clone(galley));
            }
        }
        // After the text, in reading order.
        buttons.row(ui, start, &self.offers);
        let Some(failed) = self.failed else {
            return false;
        };
        let area = Rect::from_min_max(pos2(area.left(), below), area.max);
        failed.ui(ui, area, buttons)
    }
}

/// Whether another computer than before has answered, which needs attention.
fn is_about_identity(row: &Row) -> bool {
    let error = row.error();
    matches!(
        error,
        Some(ClientError::Tls(TlsError::IdentityChanged { .. }))
    )
}

/// The top of the buttons below text of this height.
fn buttons_top(text: f32) -> f32 {
    if text > 0.0 {
        text + space::S
    } else {
        space::XS
    }
}

/// Draws the reason, the countdown to the retry, and a button that retries at once, in the last
/// line.
fn waiting(
    ui: &mut Ui,
    area: Rect,
    row: &Row,
    (narrow, interruption): (bool, &Interruption),
    buttons: &mut Buttons<'_>,
) {
    let offer = offers::try_now(row);
    let mut last = area;
    last.min.y = last.max.y - size::SMALL_CONTROL;
    let button = vec2(buttons::width(ui, &offer, false), size::SMALL_CONTROL);
    let place = Align2::RIGHT_CENTER.align_size_within_rect(button, last);
    last.max.x = place.left() - space::L;

    let why = interruption.why.sentence().title();
    let why = Text::caption(&why, ui)
        .in_row()
        .color(theme::palette(ui).error);
    let next = words::next_try(interruption);
    let next = Text::caption(&next, ui).in_row().tabular();
    if narrow {
        let mut first = area;
        first.max.y = last.min.y;
        why.show(ui, first);
    } else {
        let mut first = last;
        first.max.x -= next.width(ui) + space::S;
        last.min.x = why.show(ui, first).rect.right() + space::S;
    }
    next.show(ui, last);
    buttons.show(ui, place, &offer, false);
}
