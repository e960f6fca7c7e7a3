//! The curves of the last minute, or where the time of a connection that is over went.

use std::time::Duration;

use egui::{Align2, Color32, CornerRadius, Rect, Ui, pos2, vec2};

use super::facts::{bare_millis, millis};
use super::words;
use crate::app::model::line::{Part, Plot, Plotted};
use crate::app::theme;
use crate::app::theme::{Palette, font, radius, space};
use crate::app::ui::widgets::{HELP_AFTER, Text, curve, help};
use crate::{format, t};

/// The height of a curve.
const CURVE: f32 = 60.0;
/// The height of the line above it.
const TITLE: f32 = 24.0;
/// The height of the axis below the last one.
const AXIS: f32 = 18.0;
/// The height of a line of the list of parts.
const PART: f32 = 26.0;

/// The height of `count` plots.
pub(super) fn height(count: usize) -> f32 {
    if count == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most three")]
    let count = count as f32;
    count * (TITLE + CURVE) + (count - 1.0) * space::M + AXIS
}

/// Draws `plots` from the top of `area`.
pub(super) fn ui(ui: &mut Ui, area: Rect, plots: &[Plot]) {
    let mut top = area.top();
    for plot in plots {
        let (term, about) = match plot.what {
            Plotted::Rate => (t!("plot-rate"), t!("fact-rate-about")),
            Plotted::RoundTrip => (t!("fact-round-trip"), t!("fact-round-trip-about")),
            Plotted::Window => (t!("plot-window"), t!("fact-window-about")),
        };
        let (now, most) = values(plot);
        let value = t!("now-and-max", now = now, max = most);
        let line = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), TITLE));
        title(ui, line, &term, &about, &value);
        let place = Rect::from_min_size(pos2(area.left(), top + TITLE), vec2(area.width(), CURVE));
        let name = t!("plot-of", term = &term);
        curve(ui, place, &plot.points, &name, &value);
        top = place.bottom() + space::M;
    }
    let Some(last) = plots.last() else { return };
    let line = Rect::from_min_size(
        pos2(area.left(), top - space::M + 2.0),
        vec2(area.width(), AXIS),
    );
    let ago = t!("secs-ago", secs = last.span.as_secs());
    Text::caption(&ago, ui).show(ui, line);
    let now = t!("now");
    let now = Text::caption(&now, ui).align(Align2::RIGHT_CENTER);
    now.show(ui, line);
}

fn title(ui: &mut Ui, line: Rect, term: &str, about: &str, value: &str) {
    let palette = theme::palette(ui);
    let value = Text::new(value)
        .font(font::regular(font::NUMBER))
        .tabular()
        .align(Align2::RIGHT_CENTER);
    let width = value.width(ui) + 2.0;
    let name = Text::new(term)
        .font(font::regular(font::NUMBER))
        .color(palette.muted);
    let mut place = line;
    place.max.x -= width + 2.0 * HELP_AFTER;
    let right = name.show(ui, place).rect.right();
    help(
        ui,
        pos2(right + HELP_AFTER, line.center().y),
        &t!("plot-of", term = term),
        about,
    );
    place = line;
    place.min.x = line.right() - width;
    value.show(ui, place);
}

/// The current value and the maximum.
fn values(plot: &Plot) -> (String, String) {
    match plot.what {
        Plotted::Rate => (format::rate(plot.now), format::rate(plot.most)),
        Plotted::RoundTrip => (
            millis(Duration::from_secs_f64(plot.now)),
            bare_millis(Duration::from_secs_f64(plot.most)),
        ),
        Plotted::Window => (bytes(plot.now), bytes(plot.most)),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a window is a small positive number"
)]
fn bytes(count: f64) -> String {
    format::bytes(count as u64)
}

/// The height of a list of `count` parts.
pub(super) fn parts_height(count: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "at most five")]
    let list = count as f32 * PART;
    TITLE + space::L + list
}

/// A part that took no time is still seen.
const LEAST: f32 = 4.0;
/// Between two parts.
const GAP: f32 = 2.0;

/// Draws where the time went.
pub(super) fn parts(ui: &mut Ui, area: Rect, parts: &[(Part, Duration)]) {
    let palette = theme::palette(ui);
    let whole: Duration = parts.iter().map(|(_, time)| *time).sum();
    let text = t!("where-time-went", time = words::long_time(whole));
    let line = Rect::from_min_size(area.min, vec2(area.width(), TITLE));
    let title = Text::new(&text).font(font::regular(font::NUMBER));
    title.color(palette.muted).show(ui, line);
    let bar = Rect::from_min_size(
        pos2(area.left(), line.bottom()),
        vec2(area.width(), space::S + 1.0),
    );
    let share = |time: Duration| {
        let whole = whole.as_secs_f32().max(f32::MIN_POSITIVE);
        time.as_secs_f32() / whole
    };
    #[expect(clippy::cast_precision_loss, reason = "at most five")]
    let count = parts.len() as f32;
    let divided = bar.width() - count * LEAST - (count - 1.0) * GAP;
    let mut x = bar.left();
    for (part, time) in parts {
        let width = LEAST + divided * share(*time);
        let piece = Rect::from_min_size(pos2(x, bar.top()), vec2(width, bar.height()));
        let corners = CornerRadius::same(radius::BAR);
        ui.painter()
            .rect_filled(piece, corners, color(palette, *part));
        x += width + GAP;
    }
    let mut top = bar.bottom() + space::S;
    for (part, time) in parts {
        let row = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), PART));
        top += PART;
        let square =
            Rect::from_center_size(pos2(row.left() + 5.0, row.center().y), vec2(10.0, 10.0));
        let corners = CornerRadius::same(radius::BAR);
        ui.painter()
            .rect_filled(square, corners, color(palette, *part));
        let name = match part {
            Part::Connecting => t!("part-connecting"),
            Part::Request => t!("part-request"),
            Part::FirstByte => t!("part-first-byte"),
            Part::Data => t!("part-data"),
            Part::HangingUp => t!("part-hanging-up"),
        };
        let percent = words::share(share(*time));
        let percent = Text::new(&percent).font(font::regular(font::NUMBER));
        let percent = percent.color(palette.muted).tabular();
        percent.align(Align2::RIGHT_CENTER).show(ui, row);
        let mut cell = row;
        cell.max.x -= 56.0;
        let text = words::long_time(*time);
        let took = Text::new(&text).font(font::regular(font::NUMBER)).tabular();
        let left = took.align(Align2::RIGHT_CENTER).show(ui, cell).rect.left();
        cell.min.x += 18.0;
        cell.max.x = left - space::S;
        Text::new(&name)
            .font(font::regular(font::NUMBER))
            .show(ui, cell);
    }
}

fn color(palette: &Palette, part: Part) -> Color32 {
    match part {
        Part::Connecting => palette.text,
        Part::Request | Part::FirstByte => palette.muted,
        Part::Data => palette.accent,
        Part::HangingUp => palette.muted.gamma_multiply(theme::share::RESTING),
    }
}
