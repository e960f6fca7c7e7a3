//! Where everything in a diagram is, from top to bottom. Vertical distances are steps, not time.

use std::time::Duration;

use super::Look;
use crate::app::model::line::{
    Data, Diagram, Fate, Heading, Label, Segment, Side, Step, Tense, What,
};
use landline_engine::transport::tcp::TcpState;

/// The height of the names above the lifelines.
const NAMES: f32 = 20.0;
/// The height of a name of a state, and of the word below it.
const STATE: f32 = 16.0;
/// The height of a band.
pub(super) const BAND: f32 = 43.0;
/// The height of TIME-WAIT counting down.
pub(super) const WAIT: f32 = 62.0;
/// The height of a line of text between the lifelines.
const LINE: f32 = 22.0;
/// The distance between two times.
const TIMES: f32 = 14.0;

/// Something to draw. Heights are relative to the top of the diagram.
#[derive(Debug)]
pub(super) enum Mark {
    /// A state on a lifeline, from the height of its node.
    State {
        side: Side,
        y: f32,
        state: TcpState,
        tense: Tense,
        /// The first state has no node: the lifeline begins there.
        has_node: bool,
    },
    Arrow {
        segment: Segment,
        from: f32,
        to: f32,
        tense: Tense,
        /// Whether the label interrupts the arrow rather than being above it.
        is_inline: bool,
    },
    Band {
        data: Data,
        y: f32,
        tense: Tense,
    },
    Heading {
        heading: Heading,
        y: f32,
        tense: Tense,
    },
    Time {
        y: f32,
        at: Duration,
        tense: Tense,
    },
    Now {
        y: f32,
    },
    Gap {
        y: f32,
        gap: Duration,
    },
    Omitted {
        y: f32,
        count: usize,
    },
    TimeWait {
        y: f32,
        left: Option<(Duration, Duration)>,
        tense: Tense,
    },
}

/// A lifeline.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lifeline {
    pub top: f32,
    /// Where what is past ends.
    pub end: f32,
    /// Where what is to come ends.
    pub future: f32,
    /// Where the current state begins, unless the connection is over at this side.
    pub current: Option<f32>,
    is_closed: bool,
}

/// The layout of a diagram.
#[derive(Debug)]
pub(super) struct Layout {
    pub marks: Vec<Mark>,
    pub lifelines: [Lifeline; 2],
    pub height: f32,
    look: Look,
    /// Whether a state has a word below its name.
    has_words: bool,
    /// Where the next step begins.
    y: f32,
    /// Where the next state of each side may be.
    free: [f32; 2],
    /// Where the next time may be.
    time: f32,
    /// The height at which the last arrow began.
    began: f32,
    now: Option<f32>,
    /// A label above the next arrow would be over what was drawn last.
    needs_space: bool,
}

impl Layout {
    pub(super) fn new(diagram: &Diagram, look: Look, has_words: bool) -> Self {
        let mut layout = Self {
            marks: Vec::new(),
            lifelines: [Lifeline::default(); 2],
            height: 0.0,
            look,
            has_words: has_words && look == Look::Wide,
            y: NAMES,
            free: [NAMES; 2],
            time: 0.0,
            began: 0.0,
            now: None,
            needs_space: false,
        };
        for step in &diagram.steps {
            layout.step(step);
        }
        layout.end();
        layout
    }

    fn is_compact(&self) -> bool {
        self.look == Look::Compact
    }

    fn step(&mut self, step: &Step) {
        let tense = step.tense;
        match &step.what {
            What::Begin { own, peer } => self.begin(own, peer),
            What::Heading(heading) => {
                let is_waiting = matches!(heading, Heading::Close { has_begun: false });
                if self.is_compact() && !is_waiting {
                    return;
                }
                let y = self.y + 8.0;
                let heading = *heading;
                self.marks.push(Mark::Heading { heading, y, tense });
                self.y = y + 20.0;
                self.needs_space = false;
            }
            What::Segment(segment) => self.segment(*segment, tense, step.at),
            What::Data(data) => {
                let y = self.y + 6.0;
                let data = *data;
                self.marks.push(Mark::Band { data, y, tense });
                self.time(y + 8.0, step);
                self.passed(y + BAND, tense);
                self.y = y + BAND + 6.0;
                self.needs_space = true;
            }
            What::Gap(gap) => {
                let y = self.y + LINE / 2.0 - 2.0;
                self.marks.push(Mark::Gap { y, gap: *gap });
                self.y = y + LINE / 2.0 + 8.0;
            }
            What::Omitted(count) => {
                let y = self.y + LINE / 2.0 - 2.0;
                let count = *count;
                self.marks.push(Mark::Omitted { y, count });
                self.y = y + LINE / 2.0 + 8.0;
            }
            What::Now => {
                let after = self.free[0].max(self.free[1]) - 2.0;
                let y = if self.is_compact() {
                    (self.y + 4.0).max(after - 2.0)
                } else {
                    (self.y + 2.0).max(after)
                };
                self.marks.push(Mark::Now { y });
                self.now = Some(y);
                self.time(y, step);
                self.y = y + 8.0;
                self.needs_space = true;
            }
            What::TimeWait { side, left } => self.time_wait(*side, *left, step),
            What::Enter { side, state } => {
                let y = (self.y + 2.0).max(self.free[*side as usize]);
                self.time(y, step);
                self.state(*side, y, *state, tense);
                self.passed_at(*side, y, tense);
                self.y = y + 10.0;
            }
        }
    }

    fn begin(&mut self, own: &[TcpState], peer: &[TcpState]) {
        let top = self.y + 4.0;
        for (side, states) in [(Side::Own, own), (Side::Peer, peer)] {
            let lifeline = &mut self.lifelines[side as usize];
            (lifeline.top, lifeline.end) = (top, top);
            let states = if self.is_compact() {
                &states[states.len().saturating_sub(1)..]
            } else {
                states
            };
            for (index, state) in states.iter().enumerate() {
                let y = if index == 0 {
                    top
                } else {
                    self.free[side as usize]
                };
                let height = if self.is_compact() { 19.0 } else { STATE };
                self.marks.push(Mark::State {
                    side,
                    y: if index == 0 && !self.is_compact() {
                        y - 2.0
                    } else {
                        y
                    },
                    state: *state,
                    tense: Tense::Past,
                    has_node: index > 0,
                });
                self.free[side as usize] = y + height;
            }
        }
        self.y = top + if self.is_compact() { 18.0 } else { 2.0 };
    }

    fn segment(&mut self, segment: Segment, tense: Tense, at: Option<Duration>) {
        let (from, to) = (segment.from as usize, segment.from.other() as usize);
        let is_inline =
            !self.is_compact() && matches!(segment.label, Label::Ack(None) | Label::WindowFull);
        let (fall, gap) = match (self.is_compact(), is_inline) {
            (true, _) => (12.0, 10.0),
            (false, true) => (10.0, 6.0),
            (false, false) => (15.0, 9.0),
        };
        // A label above needs space.
        let above = match (self.is_compact(), is_inline) {
            (true, _) => 6.0,
            (false, false) if self.needs_space => 10.0,
            (false, _) => 0.0,
        };
        self.needs_space = is_inline;
        let mut start = if segment.crosses {
            self.began
        } else {
            self.y + above
        };
        let has_chips = self.is_compact();
        if !segment.crosses && (segment.sender.is_some() || has_chips) {
            start = start.max(self.free[from]);
        }
        let mut end = start + fall;
        if segment.receiver.is_some() || has_chips {
            end = end.max(self.free[to]);
            if !segment.crosses && !has_chips {
                start = end - fall;
            }
        }
        self.began = start;
        self.marks.push(Mark::Arrow {
            segment,
            from: start,
            to: end,
            tense,
            is_inline,
        });
        let own = if segment.from == Side::Own {
            start
        } else {
            end
        };
        let reaches = !matches!(segment.fate, Fate::Lost);
        self.time(
            own,
            &Step {
                what: What::Now,
                tense,
                at,
            },
        );
        if let Some(state) = segment.sender {
            self.state(segment.from, start, state, tense);
        }
        if let Some(state) = segment.receiver.filter(|_| reaches) {
            self.state(segment.from.other(), end, state, tense);
        }
        self.passed_at(segment.from, start, tense);
        self.passed_at(segment.from.other(), end, tense);
        self.y = if self.is_compact() {
            end + gap - above
        } else {
            end + gap
        };
    }

    fn time_wait(&mut self, side: Side, left: Option<(Duration, Duration)>, step: &Step) {
        let tense = step.tense;
        if self.is_compact() && left.is_none() {
            return;
        }
        let height = match (left, self.is_compact()) {
            (Some(_), false) => WAIT,
            _ => LINE,
        };
        let y = self.y + 2.0;
        self.marks.push(Mark::TimeWait { y, left, tense });
        if tense != Tense::Future {
            self.passed_at(side, y + height, tense);
            let line = &mut self.lifelines[side as usize];
            line.end = line.end.max(y + height);
        }
        self.time(y + height - 8.0, step);
        self.y = y + height;
    }

    fn state(&mut self, side: Side, y: f32, state: TcpState, tense: Tense) {
        let words = if self.has_words && !is_short(state) {
            STATE
        } else {
            0.0
        };
        let height = if self.is_compact() {
            27.0
        } else {
            STATE + 3.0 + words
        };
        self.free[side as usize] = y + height;
        let lifeline = &mut self.lifelines[side as usize];
        if tense != Tense::Future {
            lifeline.is_closed = state == TcpState::Closed;
            lifeline.current = (state != TcpState::Closed).then_some(y);
        }
        self.marks.push(Mark::State {
            side,
            y,
            state,
            tense,
            has_node: true,
        });
    }

    fn time(&mut self, y: f32, step: &Step) {
        let Some(at) = step.at.filter(|_| !self.is_compact()) else {
            return;
        };
        let y = y.max(self.time);
        self.time = y + TIMES;
        let tense = match step.what {
            What::TimeWait { .. } => Tense::Now,
            _ if self.now == Some(y) => Tense::Now,
            _ => Tense::Past,
        };
        self.marks.push(Mark::Time { y, at, tense });
    }

    /// Both lifelines reach this height.
    fn passed(&mut self, y: f32, tense: Tense) {
        self.passed_at(Side::Own, y, tense);
        self.passed_at(Side::Peer, y, tense);
    }

    fn passed_at(&mut self, side: Side, y: f32, tense: Tense) {
        let lifeline = &mut self.lifelines[side as usize];
        if tense == Tense::Future {
            lifeline.future = lifeline.future.max(y);
        } else if !lifeline.is_closed || y > lifeline.end {
            lifeline.end = lifeline.end.max(y);
        }
    }

    fn end(&mut self) {
        let bottom = self.y.max(self.free[0]).max(self.free[1]);
        for lifeline in &mut self.lifelines {
            if let Some(now) = self.now.filter(|_| !lifeline.is_closed) {
                lifeline.end = now;
            }
            if lifeline.is_closed {
                lifeline.future = 0.0;
            }
        }
        self.height = bottom;
    }
}

/// Whether the word fits beside the name of the state.
pub(super) fn is_short(state: TcpState) -> bool {
    matches!(state, TcpState::Closed | TcpState::Listen)
}

#[cfg(test)]
mod tests;
