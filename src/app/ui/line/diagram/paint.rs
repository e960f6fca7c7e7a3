//! Draws a diagram that is laid out.

use std::time::Duration;

use egui::{
    Align2, Color32, CornerRadius, FontId, Galley, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, Vec2,
    pos2, vec2,
};

use super::layout::{BAND, Lifeline, Mark, is_short};
use super::{Drawing, Look, words};
use crate::app::model::line::{Data, Fate, Heading, Segment, Side, Tense};
use crate::app::theme;
use crate::app::theme::{Palette, font, radius, size, space};
use crate::app::ui::widgets::{HELP_AFTER, help};
use crate::{format, t};
use landline_engine::transport::tcp::TcpState;
use landline_engine::transport::trace::Role;

/// The width of the times.
const TIMES: f32 = 44.0;
/// The width of the states, and their distance from the lifeline.
const STATES: f32 = 82.0;
const STATE_GAP: f32 = 10.0;
/// Below this width, everything is closer together.
const NARROW: f32 = 480.0;
/// From the edge of a compact diagram to its lifelines.
const COMPACT_EDGE: f32 = 48.0;
/// The distance of an arrow from the lifelines.
const ARROW_GAP: f32 = 5.0;
/// The length of the head of an arrow.
const HEAD: f32 = 7.0;
/// A chip's height and padding.
const CHIP: Vec2 = vec2(7.0, 17.0);
/// Dashes and gaps.
const DASHES: (f32, f32) = (4.0, 3.0);

pub(super) struct Painter<'a> {
    drawing: &'a Drawing<'a>,
    area: Rect,
    /// The lifelines.
    x: [f32; 2],
}

impl<'a> Painter<'a> {
    pub(super) fn new(drawing: &'a Drawing<'a>, area: Rect) -> Self {
        let x = match drawing.look {
            Look::Wide => {
                let gap = if area.width() < NARROW {
                    STATE_GAP - 3.0
                } else {
                    STATE_GAP
                };
                let times = if area.width() < NARROW { 0.0 } else { space::S };
                [
                    area.left() + TIMES + times + STATES + gap,
                    area.right() - STATES - gap,
                ]
            }
            Look::Compact => [area.left() + COMPACT_EDGE, area.right() - COMPACT_EDGE],
        };
        Self { drawing, area, x }
    }

    fn is_compact(&self) -> bool {
        self.drawing.look == Look::Compact
    }

    /// The distance of a state from its lifeline.
    fn gap(&self) -> f32 {
        if self.area.width() < NARROW {
            STATE_GAP - 3.0
        } else {
            STATE_GAP
        }
    }

    fn middle(&self) -> f32 {
        f32::midpoint(self.x[0], self.x[1])
    }

    pub(super) fn paint(&self, ui: &mut Ui) {
        let palette = theme::palette(ui);
        self.names(ui, palette);
        for (side, lifeline) in [Side::Own, Side::Peer]
            .into_iter()
            .zip(&self.drawing.layout.lifelines)
        {
            self.lifeline(ui, palette, side, lifeline);
        }
        for mark in &self.drawing.layout.marks {
            self.mark(ui, palette, mark);
        }
    }

    fn names(&self, ui: &Ui, palette: &Palette) {
        let y = self.area.top() + 7.0;
        let (own, peer) = (t!("this-computer"), self.drawing.peer);
        if self.is_compact() {
            for (name, x) in [(t!("you").as_str(), self.x[0]), (peer, self.x[1])] {
                let galley = self.text(ui, name, font::medium(font::NUMBER), palette.text);
                let galley = cut(ui, galley, name, 2.0 * COMPACT_EDGE, palette.text);
                let x = x - galley.size().x / 2.0;
                let place = pos2(x, y - galley.size().y / 2.0);
                ui.painter().galley(place, galley, palette.text);
            }
            return;
        }
        let (own_role, peer_role) = match self.drawing.diagram.role {
            Role::Client => (t!("role-client"), t!("role-server")),
            Role::Server => (t!("role-server"), t!("role-client")),
        };
        for (name, role, x, right) in [
            (own.as_str(), own_role, self.x[0], self.area.left()),
            (peer, peer_role, self.x[1], self.area.right()),
        ] {
            let role = self.text(ui, &role, font::regular(font::NUMBER), palette.muted);
            let most = 2.0 * (x - right).abs() - role.size().x - space::XS;
            let most = most.min(self.x[1] - self.x[0] - 24.0).max(40.0);
            let galley = self.text(ui, name, font::medium(font::NUMBER), palette.text);
            let galley = cut(ui, galley, name, most, palette.text);
            let width = galley.size().x + space::XS + role.size().x;
            let left = (x - width / 2.0).clamp(
                self.area.left(),
                (self.area.right() - width).max(self.area.left()),
            );
            let top = y - galley.size().y / 2.0;
            let after = left + galley.size().x + space::XS;
            ui.painter().galley(pos2(left, top), galley, palette.text);
            ui.painter().galley(pos2(after, top), role, palette.muted);
        }
    }

    fn lifeline(&self, ui: &Ui, palette: &Palette, side: Side, line: &Lifeline) {
        let x = self.x[side as usize];
        let y = |y: f32| self.area.top() + y;
        let quiet = palette.muted.gamma_multiply(theme::share::LIFELINE);
        let painter = ui.painter();
        painter.vline(x, y(line.top)..=y(line.end), Stroke::new(1.5, quiet));
        if line.future > line.end {
            let path = [pos2(x, y(line.end)), pos2(x, y(line.future))];
            let (dash, gap) = DASHES;
            let stroke = Stroke::new(1.5, quiet);
            painter.extend(Shape::dashed_line(&path, stroke, dash, gap));
        }
        if let Some(current) = line.current {
            let stroke = Stroke::new(4.0, palette.accent);
            painter.vline(x, y(current)..=y(line.end), stroke);
        }
    }

    fn mark(&self, ui: &mut Ui, palette: &Palette, mark: &Mark) {
        let y = |y: f32| self.area.top() + y;
        match mark {
            Mark::State {
                side,
                y: node,
                state,
                tense,
                has_node,
            } => {
                let line = &self.drawing.layout.lifelines[*side as usize];
                let is_current = line.current == Some(*node) && *tense != Tense::Future;
                let of = (*side, *state, is_current, *tense);
                if self.is_compact() {
                    self.chip(ui, palette, of, y(*node), *has_node);
                } else {
                    self.state(ui, palette, of, y(*node), *has_node);
                }
            }
            Mark::Arrow {
                segment,
                from,
                to,
                tense,
                is_inline,
            } => self.arrow(ui, palette, segment, (y(*from), y(*to)), *tense, *is_inline),
            Mark::Band {
                data,
                y: top,
                tense,
            } => self.band(ui, palette, data, y(*top), *tense),
            Mark::Heading {
                heading,
                y: middle,
                tense,
            } => self.heading(ui, palette, *heading, y(*middle), *tense),
            Mark::Time {
                y: at,
                at: time,
                tense,
            } => {
                let is_now = *tense == Tense::Now;
                let face = if is_now {
                    font::medium(font::CAPTION)
                } else {
                    font::regular(font::CAPTION)
                };
                let color = if is_now {
                    palette.accent
                } else {
                    palette.muted
                };
                let galley = self.text(ui, &words::time(*time), face, color);
                let place = pos2(self.area.left() + TIMES, y(*at));
                self.put(ui, galley, Align2::RIGHT_CENTER, place, color);
            }
            Mark::Now { y: at } => self.now(ui, palette, y(*at)),
            Mark::Gap { y: at, gap } => {
                let later = t!("later", time = words::time(*gap));
                self.caption(ui, &later, y(*at), palette.muted);
                for x in self.x {
                    Self::break_mark(ui, palette, pos2(x, y(*at)));
                }
            }
            Mark::Omitted { y: at, count } => {
                let text = t!("messages-omitted", count = *count);
                self.caption(ui, &text, y(*at), palette.muted);
            }
            Mark::TimeWait {
                y: top,
                left,
                tense,
            } => {
                self.time_wait(ui, palette, y(*top), *left, *tense);
            }
        }
    }

    fn state(
        &self,
        ui: &Ui,
        palette: &Palette,
        (side, state, is_current, tense): (Side, TcpState, bool, Tense),
        y: f32,
        has_node: bool,
    ) {
        let color = color(palette, is_current, tense);
        let x = self.x[side as usize];
        if has_node && tense != Tense::Future {
            let ring = if is_current {
                palette.accent
            } else {
                palette.text
            };
            let center = pos2(x, y);
            let stroke = Stroke::new(1.5, ring);
            ui.painter().circle(center, 3.0, palette.card, stroke);
        }
        let middle = if has_node { y + 6.0 } else { y + 2.0 };
        let (align, at) = match side {
            Side::Own => (Align2::RIGHT_CENTER, x - self.gap()),
            Side::Peer => (Align2::LEFT_CENTER, x + self.gap()),
        };
        let name = self.text(ui, state.name(), font::mono(font::CAPTION), color);
        let width = name.size().x;
        let Some(word) = words::word(state) else {
            self.put(ui, name, align, pos2(at, middle), color);
            return;
        };
        let quiet = if is_current { color } else { palette.muted };
        let word = self.text(ui, &word, font::regular(font::CAPTION), quiet);
        if is_short(state) {
            let (name_at, word_at) = match side {
                Side::Own => (at - word.size().x - space::XS, at),
                Side::Peer => (at, at + width + space::XS),
            };
            self.put(ui, name, align, pos2(name_at, middle), color);
            self.put(ui, word, align, pos2(word_at, middle), quiet);
        } else {
            self.put(ui, name, align, pos2(at, middle), color);
            self.put(ui, word, align, pos2(at, middle + 15.0), quiet);
        }
    }

    fn chip(
        &self,
        ui: &Ui,
        palette: &Palette,
        (side, state, is_current, tense): (Side, TcpState, bool, Tense),
        y: f32,
        has_node: bool,
    ) {
        let color = color(palette, is_current, tense);
        let name = self.text(ui, state.name(), font::mono(font::CAPTION), color);
        let middle = if has_node { y + 14.0 } else { y + 4.0 };
        let chip = vec2(name.size().x + 2.0 * CHIP.x, CHIP.y);
        let rect = Rect::from_center_size(pos2(self.x[side as usize], middle), chip);
        let (fill, line) = if is_current {
            (palette.soft_accent, palette.accent)
        } else {
            (palette.card, palette.line)
        };
        let corners = CornerRadius::same(radius::PILL);
        if tense == Tense::Future {
            ui.painter().rect_filled(rect, corners, fill);
            let quiet = Stroke::new(1.0, palette.muted.gamma_multiply(theme::share::RESTING));
            dashed_pill(ui, rect.shrink(0.5), quiet);
        } else {
            let stroke = Stroke::new(1.0, line);
            ui.painter()
                .rect(rect, corners, fill, stroke, StrokeKind::Inside);
        }
        self.put(ui, name, Align2::CENTER_CENTER, rect.center(), color);
    }

    fn arrow(
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
        let middle = start.lerp(end, 0.5);
        let center = if is_inline {
            middle
        } else if segment.crosses || self.is_crossed(segment) {
            let near = start.x + (galley.size().x / 2.0 + 4.0) * direction;
            pos2(near, from - 7.0)
        } else {
            middle - vec2(0.0, 10.0)
        };
        let rect = Align2::CENTER_CENTER.anchor_size(center, galley.size());
        if is_inline {
            let around = rect.expand2(vec2(4.0, -2.0));
            ui.painter().rect_filled(around, 0, palette.card);
        }
        ui.painter().galley(rect.min, galley, ink);
    }

    /// Whether the next segment crosses this one.
    fn is_crossed(&self, segment: &Segment) -> bool {
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

    fn band(&self, ui: &Ui, palette: &Palette, data: &Data, top: f32, tense: Tense) {
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

    fn heading(&self, ui: &mut Ui, palette: &Palette, of: Heading, y: f32, tense: Tense) {
        let _ = tense;
        let is_bad = matches!(of, Heading::NotOpened | Heading::Reset);
        let color = if is_bad { palette.error } else { palette.muted };
        let expects = self
            .drawing
            .layout
            .marks
            .iter()
            .find_map(|mark| match mark {
                Mark::Arrow {
                    segment,
                    tense: Tense::Future,
                    ..
                } => Some(segment.from),
                _ => None,
            });
        let compact = expects.filter(|_| self.is_compact());
        let text = words::heading(of, compact);
        let mut galley = self.text(ui, &text, font::medium(font::CAPTION), color);
        if !self.is_compact() && galley.size().x + 3.0 * HELP_AFTER > self.x[1] - self.x[0] {
            let text = words::short_heading(of);
            galley = self.text(ui, &text, font::medium(font::CAPTION), color);
        }
        let width = galley.size().x;
        if self.is_compact() {
            let place = pos2(self.middle(), y);
            self.put(ui, galley, Align2::CENTER_CENTER, place, color);
            return;
        }
        let left = self.middle() - width / 2.0 - HELP_AFTER;
        self.put(ui, galley, Align2::LEFT_CENTER, pos2(left, y), color);
        let (question, answer) = words::question(of);
        let mark = pos2(left + width + HELP_AFTER, y);
        help(ui, mark, &question, &answer);
    }

    fn now(&self, ui: &Ui, palette: &Palette, y: f32) {
        let accent = palette.accent;
        let left = if self.is_compact() {
            self.area.left()
        } else {
            self.area.left() + TIMES + space::S
        };
        let path = [pos2(left, y), pos2(self.area.right(), y)];
        let stroke = Stroke::new(1.25, accent);
        ui.painter()
            .extend(Shape::dashed_line(&path, stroke, 1.5, 2.5));
        let galley = self.text(ui, &t!("now"), font::medium(font::CAPTION), accent);
        let (align, place) = if self.is_compact() {
            (Align2::CENTER_BOTTOM, pos2(self.middle(), y - 1.0))
        } else {
            (Align2::RIGHT_BOTTOM, pos2(self.area.right(), y - 1.0))
        };
        self.put(ui, galley, align, place, accent);
    }

    fn time_wait(
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

    fn break_mark(ui: &Ui, palette: &Palette, center: Pos2) {
        let rect = Rect::from_center_size(center, vec2(6.0, 5.0));
        ui.painter().rect_filled(rect, 0, palette.card);
        let stroke = Stroke::new(1.25, palette.muted);
        for up in [-3.0, 3.0] {
            let middle = center + vec2(0.0, up);
            let ends = [middle + vec2(-6.0, 3.0), middle + vec2(6.0, -3.0)];
            ui.painter().line_segment(ends, stroke);
        }
    }

    fn caption(&self, ui: &Ui, text: &str, y: f32, color: Color32) {
        let galley = self.text(ui, text, font::regular(font::CAPTION), color);
        let place = pos2(self.middle(), y);
        self.put(ui, galley, Align2::CENTER_CENTER, place, color);
    }

    #[expect(clippy::unused_self, reason = "shorter to call")]
    fn text(&self, ui: &Ui, text: &str, font: FontId, color: Color32) -> std::sync::Arc<Galley> {
        ui.painter().layout_no_wrap(text.to_owned(), font, color)
    }

    #[expect(clippy::unused_self, reason = "shorter to call")]
    fn put(
        &self,
        ui: &Ui,
        galley: std::sync::Arc<Galley>,
        align: Align2,
        place: Pos2,
        color: Color32,
    ) {
        let rect = align.anchor_size(place, galley.size());
        ui.painter().galley(rect.min, galley, color);
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

fn color(palette: &Palette, is_current: bool, tense: Tense) -> Color32 {
    match tense {
        _ if is_current => palette.accent,
        Tense::Future => palette.muted,
        Tense::Past | Tense::Now => palette.text,
    }
}

/// `name`, shortened to `width`.
fn cut(
    ui: &Ui,
    galley: std::sync::Arc<Galley>,
    name: &str,
    width: f32,
    color: Color32,
) -> std::sync::Arc<Galley> {
    if galley.size().x <= width {
        return galley;
    }
    let text = crate::app::ui::widgets::Text::new(name);
    let font = font::medium(font::NUMBER);
    text.font(font).color(color).middle().layout(ui, width)
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

/// A pill with a dashed outline.
fn dashed_pill(ui: &Ui, rect: Rect, stroke: Stroke) {
    let radius = rect.height() / 2.0;
    let mut path = Vec::new();
    for (center, begin) in [
        (pos2(rect.right() - radius, rect.center().y), -0.25_f32),
        (pos2(rect.left() + radius, rect.center().y), 0.25),
    ] {
        for step in 0_u8..=8 {
            let turn = begin + f32::from(step) / 16.0;
            path.push(center + radius * Vec2::angled(turn * std::f32::consts::TAU));
        }
    }
    path.extend(path.first().copied());
    ui.painter()
        .extend(Shape::dashed_line(&path, stroke, 3.0, 3.0));
}
