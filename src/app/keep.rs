//! What the window writes to the settings folder while it runs.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;

use super::inbox::{Event, Outbox};
use super::model::Model;
use super::model::history::History;
use crate::sentence;
use crate::settings::Settings;
use crate::stored::{NotSaved, Saver, Stored};
use crate::text::Sentence;

/// After a crash the list shows how far downloads were this long before at most. (They go on from
/// where they really were.)
const PROGRESS_EVERY: Duration = Duration::from_secs(2);

/// Writes what has changed, each to its own file.
#[derive(Debug)]
pub(crate) struct Keeper {
    settings: Option<Saver<Settings>>,
    history: Option<Saver<History>>,
    /// What the files hold, as far as we know.
    saved: Settings,
    changes: u64,
    progress_at: Instant,
}

impl Keeper {
    /// Writes to `dir`, if there is one. Its threads hold `unfinished` until they are done.
    pub(crate) fn new(
        model: &Model,
        dir: Option<&Path>,
        outbox: &Outbox,
        unfinished: &Sender<()>,
    ) -> Self {
        let settings = |why: &NotSaved| sentence!("settings-not-saved", why = why.to_string());
        let downloads = |why: &NotSaved| match why {
            NotSaved::Elsewhere => sentence!("downloads-elsewhere"),
            NotSaved::Failed(why) => sentence!("downloads-not-saved", why = why.to_string()),
        };
        Self {
            settings: dir.and_then(|dir| start(dir, outbox, unfinished, settings)),
            history: dir.and_then(|dir| start(dir, outbox, unfinished, downloads)),
            saved: model.settings.clone(),
            changes: model.client.transfers.changes(),
            progress_at: Instant::now(),
        }
    }

    /// Write what is not as it was; whether the settings are not.
    pub(crate) fn look_at(&mut self, model: &Model, now: Instant) -> bool {
        let transfers = &model.client.transfers;
        let moves = transfers.active() != (0, 0);
        let is_due = now.saturating_duration_since(self.progress_at) >= PROGRESS_EVERY;
        if transfers.changes() != self.changes || moves && is_due {
            self.write_history(model);
            self.changes = transfers.changes();
            self.progress_at = now;
        }
        let is_new = model.settings != self.saved;
        if is_new {
            self.saved = model.settings.clone();
            if let Some(saver) = &self.settings {
                saver.save(self.saved.clone());
            }
        }
        is_new
    }

    fn write_history(&self, model: &Model) {
        if let Some(saver) = &self.history {
            saver.save(History::of(&model.client.transfers));
        }
    }

    /// Write the last, and let the threads end.
    pub(crate) fn close(&mut self, model: &Model) {
        self.write_history(model);
        self.settings = None;
        self.history = None;
    }
}

fn start<T: Stored>(
    dir: &Path,
    outbox: &Outbox,
    unfinished: &Sender<()>,
    problem: impl Fn(&NotSaved) -> Sentence + Send + 'static,
) -> Option<Saver<T>> {
    let outbox = outbox.clone();
    let unfinished = unfinished.clone();
    // One complaint is enough: the next change would fail in the same way.
    let complained = AtomicBool::new(false);
    let failed = move |why: &NotSaved| {
        let _until_the_thread_ends = &unfinished;
        if !complained.swap(true, Ordering::Relaxed) {
            outbox.send(Event::Problem(problem(why)));
        }
    };
    match Saver::start(dir.to_owned(), failed) {
        Ok((saver, _)) => Some(saver),
        Err(error) => {
            log::error!("{}: {error}", T::NAME);
            None
        }
    }
}
