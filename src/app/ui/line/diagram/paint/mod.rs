//! Draws a diagram that is laid out.

mod arrows;
mod bands;
mod states;

use egui::{Align2, Color32, FontId, Galley, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::layout::{Lifeline, Mark, is_short};
use super::{Drawing, Look, words};
use crate::app::model::line::{Heading, Side, Tense};
use crate::app::theme;
use crate::app::theme::{Palette, font, space};
use crate::app::ui::widgets::{HELP_AFTER, help};
use crate::t;
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
        let left = (self.middle() - width / 2.0 - HELP_AFTER).max(self.x[0] + 5.0);
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
        } else if self.is_beside_state(y - galley.size().y / 2.0) {
            (Align2::RIGHT_TOP, pos2(self.area.right(), y + 1.0))
        } else {
            (Align2::RIGHT_BOTTOM, pos2(self.area.right(), y - 1.0))
        };
        self.put(ui, galley, align, place, accent);
    }

    /// Whether a state of the other side is at this height.
    fn is_beside_state(&self, at: f32) -> bool {
        let marks = self.drawing.layout.marks.iter();
        let states = marks.filter_map(|mark| match mark {
            Mark::State {
                side: Side::Peer,
                y,
                state,
                ..
            } => Some((self.area.top() + y, *state)),
            _ => None,
        });
        let mut ranges = states.map(|(y, state)| match words::word(state) {
            Some(_) if !is_short(state) => y - 8.0..y + 36.0,
            _ => y - 8.0..y + 21.0,
        });
        ranges.any(|range| range.contains(&at))
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
