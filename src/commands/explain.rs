//! `--explain`: watches the connections of transfers, and says in the end what limited them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::warn;
use crate::text::Sentence;
use crate::text::verdict::line;
use landline_engine::transfer::{Direction, Transfer, TransferId};
use landline_engine::transport::trace::{Trace, Watch};
use landline_engine::verdict::{self, Finding};

/// The connections of a download, watched until this is dropped.
#[derive(Debug, Default)]
pub(super) struct Watching(Vec<(Arc<Trace>, Watch)>);

impl Watching {
    /// Watches the connections that `transfer` has now.
    pub(super) fn update(&mut self, transfer: &Transfer) {
        let traces = transfer.traces();
        self.0.retain(|(watched, _)| is_among(watched, &traces));
        for trace in traces {
            if !self
                .0
                .iter()
                .any(|(watched, _)| Arc::ptr_eq(watched, &trace))
            {
                let watch = trace.watch();
                self.0.push((trace, watch));
            }
        }
    }
}

fn is_among(trace: &Arc<Trace>, traces: &[Arc<Trace>]) -> bool {
    traces.iter().any(|other| Arc::ptr_eq(other, trace))
}

/// Prints to stderr what limited `transfer`, which is over, unless nothing was transferred.
pub(super) fn explain(transfer: &Transfer) {
    if transfer.moved() == 0 {
        return;
    }
    if let Some(finding) = verdict::of_transfer(transfer) {
        warn(line(&finding));
    }
}

/// Uploads that took less time are not explained.
const LEAST: Duration = Duration::from_secs(5);

/// The uploads of a server: watched while they run, and what limited those that have ended and were not printed yet.
#[derive(Debug, Default)]
pub(super) struct Uploads(Mutex<HashMap<TransferId, Upload>>);

#[derive(Debug, Default)]
struct Upload {
    watching: Watching,
    /// What limited it, once it has ended.
    finding: Option<Finding>,
}

impl Uploads {
    /// `transfer` has started. Does not wait.
    pub(super) fn started(&self, transfer: &Transfer) {
        let mut upload = Upload::default();
        upload.watching.update(transfer);
        self.0.lock().insert(transfer.id(), upload);
    }

    /// `transfer` has ended. Does not wait.
    pub(super) fn ended(&self, transfer: &Transfer) {
        // The connection may carry another transfer soon.
        let finding = (transfer.elapsed() >= LEAST).then(|| verdict::of_transfer(transfer));
        let finding = finding.flatten();
        let mut uploads = self.0.lock();
        let running = match finding {
            Some(_) => {
                let watching = Watching::default();
                uploads.insert(transfer.id(), Upload { watching, finding })
            }
            None => uploads.remove(&transfer.id()),
        };
        drop(uploads);
        // Without the lock, because this takes that of the sampler.
        drop(running);
    }

    /// Prints to stderr what limited `transfer`, if it took long, once.
    pub(super) fn explain(&self, transfer: &Transfer) {
        let ended = self.0.lock().remove(&transfer.id());
        let Some(finding) = ended.and_then(|upload| upload.finding) else {
            return;
        };
        let finding = line(&finding).to_string();
        let key = match transfer.direction() {
            Direction::Upload => "verdict-of-upload",
            Direction::Download => "verdict-of-received",
        };
        let what = Sentence::new(key)
            .with("name", transfer.name())
            .with("host", transfer.peer());
        warn(what.with("finding", finding));
    }

    /// Forgets about `transfer`, which nobody prints.
    pub(super) fn forget(&self, transfer: &Transfer) {
        self.0.lock().remove(&transfer.id());
    }
}
