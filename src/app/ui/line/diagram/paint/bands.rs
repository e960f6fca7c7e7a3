//! What lasts: the data as a band, and TIME-WAIT.

use std::time::Duration;

use egui::{Align2, CornerRadius, Rect, Shape, Stroke, Ui, pos2};

use super::super::layout::BAND;
use super::Painter;
use crate::app::model::line::{Data, Side, Tense};
use crate::app::theme;
use crate::app::theme::{Palette, font, radius, size};
use crate::app::ui::widgets::{HELP_AFTER, help};
use crate::{format, t};

impl Painter<'_> {
    pub(super) fn band(&self, ui: &Ui, palette: &Palette, data: &Data, top: f32, tense: Tense) {
        let (left, right) = (self.x[0] + 8.0, self.x[1] - 8.0);
        let tip = 15.0;
        let (bottom, middle) = (top + BAND, top + BAND / 2.0);
        let outline = match data.from {
            Side::Own => vec![
                pos2(left, top),
                pos2(right - tip, top),
                pos2(right, middle),
                pos2(right - tip, bottom),
                pos2(left, bottom),
            ],
            Side::Peer => vec![
                pos2(left + tip, top),
                pos2(right, top),
                pos2(right, bottom),
                pos2(left + tip, bottom),
                pos2(left, middle),
            ],
        };
        let (fill, ink) = match tense {
            Tense::Now => (palette.soft_accent, palette.accent),
            Tense::Past | Tense::Future => (palette.background, palette.text),
        };
        let line = match tense {
            Tense::Now => palette.accent,
            Tense::Past | Tense::Future => palette.muted.gamma_multiply(theme::share::LIFELINE),
        };
        let stroke = Stroke::new(1.25, line);
        ui.painter()
            .add(Shape::convex_polygon(outline, fill, stroke));
        let bytes = format::bytes(data.bytes);
        let title = match data.from {
            Side::Own => t!("data-right", size = bytes),
            Side::Peer => t!("data-left", size = bytes),
        };
        let title = self.text(ui, &title, font::semibold(font::BODY), ink);
        let x = self.middle();
        // As much as fits.
        let room = right - left - 2.0 * tip;
        let mut more = segments(data, true);
        let is_wide = |text: &str| {
            let galley = self.text(ui, text, font::regular(font::CAPTION), ink);
            galley.size().x > room
        };
        if is_wide(&more) {
            more = segments(data, false);
        }
        if is_wide(&more) {
            more.clear();
        }
        let up = if more.is_empty() { 0.0 } else { 9.0 };
        self.put(ui, title, Align2::CENTER_CENTER, pos2(x, middle - up), ink);
        if !more.is_empty() {
            let more = self.text(ui, &more, font::regular(font::CAPTION), palette.muted);
            let place = pos2(x, middle + 9.0);
            self.put(ui, more, Align2::CENTER_CENTER, place, palette.muted);
        }
    }

    pub(super) fn time_wait(
        &self,
        ui: &mut Ui,
        palette: &Palette,
        top: f32,
        left: Option<(Duration, Duration)>,
        tense: Tense,
    ) {
        let (why, answer) = (t!("why-two-msl"), t!("why-two-msl-answer"));
        let Some((left, whole)) = left else {
            let color = palette.muted;
            let text = match tense {
                Tense::Past => t!("time-wait-over"),
                Tense::Now | Tense::Future => t!("two-msl"),
            };
            let galley = self.text(ui, &text, font::regular(font::CAPTION), color);
            let width = galley.size().x;
            let x = self.middle() - width / 2.0 - HELP_AFTER;
            let y = top + 11.0;
            self.put(ui, galley, Align2::LEFT_CENTER, pos2(x, y), color);
            help(ui, pos2(x + width + HELP_AFTER, y), &why, &answer);
            return;
        };
        // Rounded up, so that the last second is not shown as zero.
        let secs = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        let share = left.as_secs_f32() / whole.as_secs_f32().max(1.0);
        let (from, to) = (self.x[0] + 20.0, self.x[1] - 20.0);
        if self.is_compact() {
            let text = t!("time-wait-short", secs = secs);
            self.caption(ui, &text, top + 10.0, palette.accent);
            return;
        }
        let text = t!("time-wait-of", secs = secs, whole = whole.as_secs());
        let galley = self.text(ui, &text, font::regular(font::NUMBER), palette.accent);
        let width = galley.size().x;
        let y = top + 14.0;
        let accent = palette.accent;
        self.put(ui, galley, Align2::LEFT_CENTER, pos2(from, y), accent);
        help(ui, pos2(from + width + HELP_AFTER, y), &why, &answer);
        let track = Rect::from_min_max(pos2(from, top + 28.0), pos2(to, top + 28.0 + size::BAR));
        let corners = CornerRadius::same(radius::BAR);
        ui.painter().rect_filled(track, corners, palette.track);
        let mut filled = track;
        filled.max.x = track.left() + track.width() * share.clamp(0.0, 1.0);
        ui.painter().rect_filled(filled, corners, palette.accent);
        let text = t!("time-wait-why");
        let caption = self.text(ui, &text, font::regular(font::CAPTION), palette.muted);
        let place = pos2(from, top + 46.0);
        self.put(ui, caption, Align2::LEFT_CENTER, place, palette.muted);
    }
}

/// `1,304 segments, 12 retransmitted`, as far as it is known.
fn segments(data: &Data, all: bool) -> String {
    match (data.segments, data.retransmitted.filter(|_| all)) {
        (Some(segments), Some(again)) => {
            t!("segments-and-again", segments = segments, again = again)
        }
        (Some(segments), None) => t!("segments", count = segments),
        (None, _) => String::new(),
    }
}
