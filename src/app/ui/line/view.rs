//! What is shown of a connection, and where.

use std::sync::Arc;
use std::time::Duration;

use egui::{Rect, Stroke, Ui, pos2, vec2};

use super::diagram::{Drawing, Look};
use super::verdict::Strip;
use super::{facts, header, plots, words};
use crate::app::model::line::{
    self, Diagram, Note, OpenLine, Part, Plot, Seen, Side, facts as facts_of, parts,
    plots as plots_of,
};
use crate::app::model::row::Row;
use crate::app::theme;
use crate::app::theme::space;
use crate::app::ui::page::Page;
use crate::app::ui::widgets::{self, Text};
use crate::t;
use landline_engine::transfer::{Direction, Protocol};
use landline_engine::transport::tcp::TcpState;
use landline_engine::transport::trace::{Role, Trace};
use landline_engine::verdict::Finding;

/// Below this width of the card, the facts are below the diagram.
const WIDE: f32 = 820.0;
/// The share of the width that the diagram gets, and its bounds.
const SHARE: f32 = 0.552;
const LEAST: f32 = 496.0;
const MOST: f32 = 680.0;
/// Fewer samples make no plot.
const SAMPLES: usize = 8;
/// The bottom padding of the card.
const BOTTOM: f32 = 16.0;
/// Between the header, the verdict and what is below it.
const GAP: f32 = 14.0;

/// What is shown of a connection.
pub(super) struct View {
    seen: Seen,
    diagram: Diagram,
    facts: Vec<line::Fact>,
    plots: Vec<Plot>,
    parts: Vec<(Part, Duration)>,
    peer: String,
    /// The port of the other side.
    port: u16,
    role: Role,
    finding: Option<Finding>,
    is_transfer_active: bool,
}

impl View {
    pub(super) fn of(row: &Row, open: &OpenLine, finding: Option<Finding>) -> Option<Self> {
        let trace: &Arc<Trace> = open.shown()?;
        let from = match row.transfer.direction() {
            Direction::Upload => Side::Own,
            Direction::Download => Side::Peer,
        };
        // A raw server closes the connection after the file; over HTTP, it is usually the client.
        let is_raw = row.transfer.protocol() == Some(Protocol::Raw);
        let expects = match (trace.role(), is_raw) {
            (Role::Server, true) | (Role::Client, false) => Side::Own,
            (Role::Server, false) | (Role::Client, true) => Side::Peer,
        };
        let seen = Seen::of(trace, expects);
        let diagram = Diagram::of(&seen);
        let samples = trace.samples();
        let mut parts = parts(&seen);
        let is_over = !row.is_active() && !parts.is_empty();
        let mut plots = Vec::new();
        let is_long = seen.now > Duration::from_secs(5);
        if samples.len() >= SAMPLES && is_long {
            plots = plots_of(&samples, from);
        }
        if is_over && plots.len() < 2 {
            plots.clear();
        } else if !plots.is_empty() || !is_over {
            parts.clear();
        }
        let facts = facts_of(
            &seen,
            &diagram,
            from,
            trace.local().port(),
            !plots.is_empty(),
        );
        Some(Self {
            facts,
            plots,
            parts,
            peer: row.transfer.peer().to_owned(),
            port: trace.peer().port(),
            role: trace.role(),
            finding,
            is_transfer_active: row.is_active(),
            diagram,
            seen,
        })
    }

    fn drawing(&self) -> Drawing<'_> {
        Drawing::new(&self.diagram, Look::Wide, &self.peer)
    }

    /// The widths of the diagram and of the facts.
    fn widths(page: &Page, width: f32) -> (f32, f32) {
        if page.width() < WIDE {
            return (width, width);
        }
        let left = (width * SHARE).clamp(LEAST, MOST).floor();
        (left, width - left - 2.0 * space::L)
    }

    pub(super) fn height(&self, ui: &Ui, page: &Page, width: f32) -> f32 {
        let (left, right) = Self::widths(page, width);
        let diagram = self.drawing().height();
        let facts = self.facts_height(ui, right);
        let below = if page.width() < WIDE {
            diagram + self.notes_height(ui, left) + 2.0 * space::L + facts
        } else if self.are_notes_aside(ui, page, width) {
            diagram.max(facts + self.notes_height(ui, right))
        } else {
            facts.max(diagram + self.notes_height(ui, left))
        };
        header::height(width) + GAP + self.strip_height(ui, width) + below + BOTTOM
    }

    /// The height of the verdict with the gap below it.
    fn strip_height(&self, ui: &Ui, width: f32) -> f32 {
        let strip = self.strip(width);
        strip.map_or(0.0, |strip| strip.height(ui) + GAP)
    }

    /// What limits it, or why it is not open.
    fn strip(&self, width: f32) -> Option<Strip> {
        let has_failed = !self.seen.is_open() && self.diagram.own.0 == TcpState::Closed;
        if !has_failed {
            let finding = self.finding.as_ref();
            return finding.map(|finding| Strip::new(finding, width));
        }
        let (peer, port) = (self.peer.as_str(), self.port);
        let (title, detail) = if self.diagram.hung_up.is_some() {
            (
                t!("line-refused", peer = peer),
                t!("line-refused-why", port = port),
            )
        } else {
            (
                t!("line-no-answer", peer = peer),
                t!("line-no-answer-why", port = port),
            )
        };
        Some(Strip::failed(title, detail, width))
    }

    fn notes(&self) -> String {
        let notes = self.diagram.notes.iter();
        let mut texts = notes.map(|note: &Note| words::note(*note, self.role));
        let first = texts.next().unwrap_or_default();
        texts.fold(first, |first, second| {
            t!("two-sentences", first = first, second = second)
        })
    }

    /// Whether the notes are at the bottom of the facts, where there is more space.
    fn are_notes_aside(&self, ui: &Ui, page: &Page, width: f32) -> bool {
        let (_, right) = Self::widths(page, width);
        let facts = self.facts_height(ui, right) + self.notes_height(ui, right);
        page.width() >= WIDE && self.seen.is_open() && facts <= self.drawing().height()
    }

    fn notes_height(&self, ui: &Ui, width: f32) -> f32 {
        let notes = self.notes();
        space::M + Text::caption(&notes, ui).lines(ui, width).size().y
    }

    /// The height of the facts with what is below them.
    fn facts_height(&self, ui: &Ui, width: f32) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a few rows")]
        let rows = self.facts.len() as f32 * facts::ROW;
        let below = if !self.plots.is_empty() {
            space::M + plots::height(self.plots_shown())
        } else if !self.parts.is_empty() {
            space::L + plots::parts_height(self.parts.len())
        } else {
            0.0
        };
        rows + below + self.missing_height(ui, width)
    }

    /// The third plot is drawn only where there is room.
    fn plots_shown(&self) -> usize {
        self.plots.len().min(2)
    }

    /// What the system does not report, as a sentence.
    fn missing(&self) -> Option<String> {
        if self.seen.is_closed && self.seen.info.is_none() {
            return Some(t!("figures-too-late"));
        }
        let is_young = self.seen.now < Duration::from_secs(1);
        (self.seen.info.is_none() && !is_young && self.seen.is_open())
            .then(|| t!("figures-missing"))
    }

    fn missing_height(&self, ui: &Ui, width: f32) -> f32 {
        self.missing().map_or(0.0, |text| {
            space::M + Text::caption(&text, ui).lines(ui, width).size().y
        })
    }

    pub(super) fn ui(&self, ui: &mut Ui, page: &Page, area: Rect) {
        let mut top = area.top() + header::height(area.width()) + GAP;
        if let Some(strip) = self.strip(area.width()) {
            let size = vec2(area.width(), strip.height(ui));
            strip.ui(ui, Rect::from_min_size(pos2(area.left(), top), size));
            top += size.y + GAP;
        }
        let (left, right) = Self::widths(page, area.width());
        let is_wide = page.width() >= WIDE;
        let drawing = self.drawing();
        let below = top + drawing.height() + space::M;
        drawing.ui(ui, pos2(area.left(), top), left);
        let notes = self.notes();
        let text = Text::caption(&notes, ui);
        let are_aside = self.are_notes_aside(ui, page, area.width());
        let galley = text.lines(ui, if are_aside { right } else { left });
        let notes_bottom = below + galley.size().y;
        let place = if are_aside {
            let y = area.bottom() - BOTTOM - galley.size().y;
            pos2(area.right() - right, y)
        } else {
            pos2(area.left(), below)
        };
        text.show_lines(ui, place, galley);
        let column = if is_wide {
            let x = area.left() + left + space::L;
            let stroke = Stroke::new(1.0, theme::palette(ui).line);
            let bottom = area.bottom() - BOTTOM;
            ui.painter().vline(x, top..=bottom, stroke);
            Rect::from_min_max(
                pos2(area.right() - right, top - 6.0),
                pos2(area.right(), bottom),
            )
        } else {
            let y = notes_bottom + space::L;
            widgets::line(ui, area.left(), area.right(), y);
            Rect::from_min_max(pos2(area.left(), y + space::S), area.right_bottom())
        };
        self.column(ui, column);
    }

    /// Draws the facts and what is below them.
    fn column(&self, ui: &mut Ui, column: Rect) {
        facts::ui(ui, column, &self.facts, self.role, &self.peer);
        #[expect(clippy::cast_precision_loss, reason = "a few rows")]
        let rows = self.facts.len() as f32 * facts::ROW;
        let mut rest = column;
        rest.min.y += rows;
        if !self.plots.is_empty() {
            rest.min.y += space::M;
            let has_room =
                plots::height(3) + self.missing_height(ui, rest.width()) <= rest.height();
            let count = if has_room { 3 } else { self.plots_shown() };
            let shown = &self.plots[..count.min(self.plots.len())];
            plots::ui(ui, rest, shown);
            rest.min.y += plots::height(shown.len());
        } else if !self.parts.is_empty() {
            rest.min.y += space::L;
            plots::parts(ui, rest, &self.parts);
            rest.min.y += plots::parts_height(self.parts.len());
        }
        if let Some(missing) = self.missing() {
            rest.min.y += space::M;
            let text = Text::caption(&missing, ui);
            let galley = text.lines(ui, rest.width());
            text.show_lines(ui, rest.min, galley);
        }
    }

    /// Draws again when something may have changed: four times a second while bytes pass, once a second in TIME-WAIT.
    pub(super) fn repaint(&self, ui: &Ui) {
        let (own, _) = self.diagram.own;
        let (peer, _) = self.diagram.peer;
        let after = match own {
            TcpState::Closed if !self.is_transfer_active => {
                let left = self.seen.time_wait_left[1].filter(|left| !left.is_zero());
                match left.filter(|_| peer == TcpState::TimeWait) {
                    Some(left) => next_second(left),
                    None => return,
                }
            }
            TcpState::TimeWait => {
                let left = self.seen.time_wait_left[0];
                left.map_or(Duration::from_secs(1), next_second)
            }
            _ => Duration::from_millis(250),
        };
        ui.ctx().request_repaint_after(after);
    }
}

/// Until the number of whole seconds that are left changes.
fn next_second(left: Duration) -> Duration {
    let part = Duration::from_nanos(left.subsec_nanos().into());
    part.max(Duration::from_millis(20)) + Duration::from_millis(5)
}
