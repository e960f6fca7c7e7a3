//! The line that is open: which connection of its transfer is shown, and the watch over it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use landline_engine::transfer::{Direction, Transfer, TransferId};
use landline_engine::transport::trace::{Trace, Watch};
use landline_engine::verdict::{self, Finding};

/// How often a verdict is formed.
const VERDICT_EVERY: Duration = Duration::from_secs(1);

/// What is shown of the line that is open. The watch lasts as long as the line is drawn.
#[derive(Debug, Default)]
pub(crate) struct OpenLine {
    /// The row whose line was open last.
    key: Option<TransferId>,
    /// The connection that was chosen by the user.
    chosen: Option<Arc<Trace>>,
    /// The connection that is shown.
    shown: Option<Arc<Trace>>,
    watch: Option<Watch>,
    verdict: Option<(Instant, Finding)>,
}

impl OpenLine {
    /// The connections of `transfer`, which is in the row `key`, the one to show first and the others with the busiest
    /// first.
    pub(crate) fn connections(&mut self, key: TransferId, transfer: &Transfer) -> Vec<Arc<Trace>> {
        if self.key != Some(key) {
            *self = Self {
                key: Some(key),
                ..Self::default()
            };
        }
        let mut traces = transfer.traces();
        let is_listed = |trace: &Arc<Trace>| traces.iter().any(|of| Arc::ptr_eq(of, trace));
        self.chosen = self.chosen.take().filter(is_listed);
        self.shown = self.shown.take().filter(is_listed);
        let last = traces.last().cloned();
        traces.sort_by_key(|trace| std::cmp::Reverse(bytes(trace)));
        let shown = self.chosen.clone().or_else(|| {
            let stays = |trace: &Arc<Trace>| !trace.is_closed();
            let same = self.shown.clone().filter(|trace| {
                // Of a file, the current connection is the last one.
                stays(trace) && (transfer.files().is_some() || is_same(Some(trace), last.as_ref()))
            });
            let busiest = || {
                let open = traces.iter().find(|trace| !trace.is_closed());
                open.or(traces.first()).cloned()
            };
            same.or_else(|| match transfer.files() {
                Some(_) => busiest(),
                None => last.clone(),
            })
        });
        if !is_same(shown.as_ref(), self.shown.as_ref()) {
            self.watch = None;
            self.verdict = None;
        }
        self.shown = shown;
        if let Some(shown) = &self.shown
            && self.watch.is_none()
        {
            self.watch = Some(shown.watch());
        }
        traces
    }

    /// The connection that is shown.
    pub(crate) fn shown(&self) -> Option<&Arc<Trace>> {
        self.shown.as_ref()
    }

    /// Shows another connection of the same transfer.
    pub(crate) fn choose(&mut self, trace: Arc<Trace>) {
        self.chosen = Some(trace);
    }

    /// What limits the connection, at most a second old; `None` without one.
    pub(crate) fn verdict(&mut self, direction: Direction, now: Instant) -> Option<Finding> {
        let shown = self.shown.as_ref()?;
        match self.verdict {
            Some((at, finding)) if now.saturating_duration_since(at) < VERDICT_EVERY => {
                Some(finding)
            }
            _ => {
                let finding = verdict::of_trace(shown, direction);
                self.verdict = Some((now, finding));
                Some(finding)
            }
        }
    }

    /// Ends the watch: the line is not drawn any more. The choice is remembered.
    pub(crate) fn release(&mut self) {
        self.watch = None;
        self.verdict = None;
    }

    /// Whether samples are taken.
    #[cfg(test)]
    pub(crate) fn is_watching(&self) -> bool {
        self.watch.is_some()
    }
}

fn is_same(one: Option<&Arc<Trace>>, other: Option<&Arc<Trace>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (None, None) => true,
        _ => false,
    }
}

/// The bytes that passed in both directions.
pub(crate) fn bytes(trace: &Trace) -> u64 {
    trace.sent().bytes + trace.received().bytes
}
