//! Segments as arrows from one lifeline to the other.

use egui::{Align2, Color32, Pos2, Shape, Stroke, Ui, pos2, vec2};

use super::super::layout::Mark;
use super::super::words;
use super::{DASHES, Painter};
use crate::app::model::line::{Fate, Segment, Side, Tense};
use crate::app::theme::{Palette, font};
use crate::t;

/// The distance of an arrow from the lifelines.
const ARROW_GAP: f32 = 5.0;
/// How much higher than a short label a wide one may be.
const LIFT: f32 = 2.0;
/// The length of the head of an arrow.
const HEAD: f32 = 7.0;

impl Painter<'_> {
    pub(super) fn arrow(
        &self,
        ui: &Ui,
        palette: &Palette,
        segment: &Segment,
        (from, to): (f32, f32),
        tense: Tense,
        is_inline: bool,
    ) {
        let ink = match (segment.fate, tense) {
            (Fate::Resets, _) => palette.error,
            (_, Tense::Past) => palette.text,
            (_, Tense::Now) => palette.accent,
            (_, Tense::Future) => palette.muted,
        };
        let ink = if segment.fate == Fate::NotSeen {
            palette.muted
        } else {
            ink
        };
        let direction = if segment.from == Side::Own { 1.0 } else { -1.0 };
        let start = pos2(self.x[segment.from as usize] + ARROW_GAP * direction, from);
        let end = pos2(
            self.x[segment.from.other() as usize] - ARROW_GAP * direction,
            to,
        );
        let is_dashed = tense == Tense::Future || segment.fate == Fate::NotSeen;
        let stop = match segment.fate {
            Fate::Lost => start.lerp(end, 0.55),
            Fate::Resets => end - vec2(6.0 * direction, 0.0),
            Fate::Arrives | Fate::NotSeen => end,
        };
        line(ui, start, stop, Stroke::new(1.25, ink), is_dashed);
        match segment.fate {
            Fate::Arrives | Fate::NotSeen => head(ui, start, end, ink),
            Fate::Lost | Fate::Resets => cross(ui, stop, ink),
        }
        let mut words = words::label(segment.label, self.is_compact());
        if segment.fate == Fate::NotSeen {
            words = t!("not-seen", what = words);
        }
        let galley = self.text(ui, &words, font::mono(font::CAPTION), ink);
        let middle = start.lerp(end, if segment.fate == Fate::Lost { 0.3 } else { 0.5 });
        let center = if is_inline {
            middle
        } else if segment.crosses || self.is_crossed(segment) {
            let near = start.x + (galley.size().x / 2.0 + 4.0) * direction;
            pos2(near, from - 7.0)
        } else {
            // A wide label is higher, because the arrow comes up to one of its ends.
            let rise = ((to - from) / (end.x - start.x)).abs() * galley.size().x / 2.0;
            middle - vec2(0.0, 10.0 + (rise - 3.0).clamp(0.0, LIFT))
        };
        let rect = Align2::CENTER_CENTER.anchor_size(center, galley.size());
        let around = if is_inline {
            rect.expand2(vec2(4.0, -2.0))
        } else {
            // The arrow ends beside it rather than under it.
            rect.shrink2(vec2(0.0, 2.0))
        };
        ui.painter().rect_filled(around, 0, palette.card);
        ui.painter().galley(rect.min, galley, ink);
    }

    /// Whether the next segment crosses this one.
    pub(super) fn is_crossed(&self, segment: &Segment) -> bool {
        let segments: Vec<&Segment> = self
            .drawing
            .layout
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Arrow { segment, .. } => Some(segment),
                _ => None,
            })
            .collect();
        let at = segments.iter().position(|of| std::ptr::eq(*of, segment));
        at.and_then(|at| segments.get(at + 1))
            .is_some_and(|next| next.crosses)
    }
}

fn line(ui: &Ui, start: Pos2, end: Pos2, stroke: Stroke, is_dashed: bool) {
    if is_dashed {
        let (dash, gap) = DASHES;
        let shapes = Shape::dashed_line(&[start, end], stroke, dash, gap);
        ui.painter().extend(shapes);
    } else {
        ui.painter().line_segment([start, end], stroke);
    }
}

/// The head of an arrow.
fn head(ui: &Ui, start: Pos2, end: Pos2, color: Color32) {
    let along = (end - start).normalized();
    let across = along.rot90() * 3.5;
    let back = end - along * HEAD;
    let corners = vec![end, back + across, back - across];
    ui.painter()
        .add(Shape::convex_polygon(corners, color, Stroke::NONE));
}

/// What ends an arrow that does not arrive.
fn cross(ui: &Ui, center: Pos2, color: Color32) {
    let stroke = Stroke::new(2.0, color);
    for across in [vec2(4.5, 4.5), vec2(4.5, -4.5)] {
        ui.painter()
            .line_segment([center - across, center + across], stroke);
    }
}
