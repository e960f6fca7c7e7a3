//! Saves the settings and the list of downloads while the window runs.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;

use super::inbox::{Event, Outbox};
use super::model::Model;
use super::model::history::History;
use crate::sentence;
use crate::settings::Settings;
use crate::share_secrets::ShareSecrets;
use crate::stored::{NotSaved, Saver, Stored};
use crate::text::Sentence;

/// The greatest age of the list of downloads after a crash. (They resume from their actual
/// position.)
const MAX_AGE: Duration = Duration::from_secs(2);

/// The delay after each write per row, up to [`MAX_AGE`]: every write copies and serializes the whole
/// list, and thousands of downloads may end one after the other. A short list hardly waits.
const DELAY_PER_ROW: Duration = Duration::from_micros(500);

/// Writes changed state, each kind to its own file.
#[derive(Debug)]
pub(crate) struct Persistence {
    settings: Option<Saver<Settings>>,
    history: Option<Saver<History>>,
    secrets: Option<Saver<ShareSecrets>>,
    /// The folder.
    dir: Option<PathBuf>,
    /// The settings as last written.
    saved: Settings,
    /// The secrets of the share as last written.
    saved_secrets: ShareSecrets,
    changes: u64,
    /// The byte count when the list of downloads was last written.
    done: u64,
    /// When that was.
    written: Option<Instant>,
}

impl Persistence {
    /// Writes to `dir`, if there is one. Its threads hold `unfinished` until they have exited.
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
        let secrets = |why: &NotSaved| sentence!("password-not-saved", why = why.to_string());
        Self {
            settings: dir.and_then(|dir| start(dir, outbox, unfinished, settings)),
            history: dir.and_then(|dir| start(dir, outbox, unfinished, downloads)),
            secrets: dir.and_then(|dir| start(dir, outbox, unfinished, secrets)),
            dir: dir.map(Path::to_owned),
            saved: model.settings.clone(),
            saved_secrets: model.privacy.secrets.clone(),
            changes: model.client.transfers.changes(),
            done: done(model),
            written: None,
        }
    }

    /// Saves what has changed. Returns whether the settings have.
    pub(crate) fn look_at(&mut self, model: &Model, now: Instant) -> bool {
        let is_due = match self.delay(model, now) {
            Some(delay) => delay.is_zero(),
            None => self.since(now) >= MAX_AGE && is_moving(model) && done(model) != self.done,
        };
        if is_due {
            self.write_history(model);
            self.changes = model.client.transfers.changes();
            self.done = done(model);
            self.written = Some(now);
        }
        let secrets = &model.privacy.secrets;
        if *secrets != self.saved_secrets {
            self.saved_secrets = secrets.clone();
            if let Some(saver) = &self.secrets {
                saver.save(secrets.clone());
            }
        }
        let is_new = model.settings != self.saved;
        if is_new {
            self.saved = model.settings.clone();
            if let Some(saver) = &self.settings {
                saver.save(self.saved.clone().without_tokens());
            }
        }
        is_new
    }

    /// The folder that it is saved in.
    pub(crate) fn dir(&self) -> Option<&Path> {
        self.dir.as_deref()
    }

    /// How long a change of the list of downloads still has to wait, if there is one.
    pub(crate) fn delay(&self, model: &Model, now: Instant) -> Option<Duration> {
        let transfers = &model.client.transfers;
        if transfers.changes() == self.changes {
            return None;
        }
        let rows = u32::try_from(transfers.len()).unwrap_or(u32::MAX);
        let delay = DELAY_PER_ROW.saturating_mul(rows).min(MAX_AGE);
        Some(delay.saturating_sub(self.since(now)))
    }

    fn since(&self, now: Instant) -> Duration {
        let since = |then| now.saturating_duration_since(then);
        self.written.map_or(Duration::MAX, since)
    }

    fn write_history(&self, model: &Model) {
        if let Some(saver) = &self.history {
            saver.save(History::of(&model.client.transfers));
        }
    }

    /// Writes the final state and lets the threads exit.
    pub(crate) fn close(&mut self, model: &Model) {
        self.write_history(model);
        self.settings = None;
        self.history = None;
        self.secrets = None;
    }
}

/// Whether bytes may have arrived.
fn is_moving(model: &Model) -> bool {
    let (moving, _) = model.client.transfers.active();
    moving > 0
}

/// The sum of the bytes of all unfinished downloads. An overflow only matters in so far as the sum
/// must change.
fn done(model: &Model) -> u64 {
    let open = model.client.transfers.open().iter();
    open.fold(0, |sum, row| sum.wrapping_add(row.transfer.done()))
}

fn start<T: Stored>(
    dir: &Path,
    outbox: &Outbox,
    unfinished: &Sender<()>,
    problem: impl Fn(&NotSaved) -> Sentence + Send + 'static,
) -> Option<Saver<T>> {
    let outbox = outbox.clone();
    let unfinished = unfinished.clone();
    // One report is enough: the next write would fail in the same way.
    let has_reported = AtomicBool::new(false);
    let failed = move |why: &NotSaved| {
        let _until_the_thread_ends = &unfinished;
        if !has_reported.swap(true, Ordering::Relaxed) {
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use crossbeam_channel::{Receiver, bounded};

    use super::*;
    use crate::app::inbox::{Inbox, inbox};
    use landline_engine::client::{IfExists, Request, Target};
    use landline_engine::transfer::{Direction, Protocol, Transfer};
    use landline_engine::transport::CancelToken;

    /// A list saved in a folder of its own.
    struct Kept {
        persistence: Persistence,
        model: Model,
        dir: tempfile::TempDir,
        finished: Receiver<()>,
        _inbox: Inbox,
    }

    impl Kept {
        fn new() -> Self {
            let (dir, model) = (tempfile::tempdir().unwrap(), Model::default());
            let (inbox, outbox) = inbox(|| {});
            let (unfinished, finished) = bounded(0);
            Self {
                persistence: Persistence::new(&model, Some(dir.path()), &outbox, &unfinished),
                model,
                dir,
                finished,
                _inbox: inbox,
            }
        }

        fn add(&mut self, count: usize) -> Arc<Transfer> {
            let one = |name: &str| {
                let one = Transfer::new(Direction::Download, name, "box", CancelToken::new());
                Arc::new(one)
            };
            let mut last = one("");
            for number in 0..count {
                let request = Request {
                    host: "box".to_owned(),
                    port: 8080,
                    encryption: <_>::default(),
                    name: number.to_string(),
                    query: None,
                    target: Target::Folder(PathBuf::from("/home/bo")),
                    protocol: None,
                    exists: IfExists::Keep,
                };
                last = one(&request.name);
                let transfers = &mut self.model.client.transfers;
                transfers.add(Arc::clone(&last), Some(request));
            }
            last
        }

        /// Saves, and returns the remaining delay.
        fn look_at(&mut self, now: Instant) -> Option<Duration> {
            self.model.client.transfers.sample(now);
            self.persistence.look_at(&self.model, now);
            self.persistence.delay(&self.model, now)
        }

        /// The list as last written.
        fn written(self) -> String {
            // Dropping it writes pending changes and nothing else.
            drop(self.persistence);
            #[expect(clippy::disallowed_methods, reason = "a test waits for what it tests")]
            let ended = self.finished.recv();
            assert!(ended.is_err());
            let history = History::load(self.dir.path()).unwrap();
            serde_json::to_string(&history).unwrap()
        }
    }

    #[test]
    fn a_short_list_is_saved_at_once() {
        let (mut kept, now) = (Kept::new(), Instant::now());
        for number in 0..3 {
            kept.add(1);
            assert_eq!(kept.look_at(now + number * 3 * DELAY_PER_ROW), None);
        }
        assert_eq!(kept.written().matches("request").count(), 3);
    }

    #[test]
    fn a_long_list_is_saved_at_once_after_a_pause_and_then_delayed() {
        let (mut kept, now) = (Kept::new(), Instant::now());
        kept.add(1000);
        assert_eq!(kept.look_at(now), None);
        let soon = now + 10 * DELAY_PER_ROW;
        for number in 1..6 {
            kept.add(1);
            assert_eq!(kept.look_at(soon), Some((990 + number) * DELAY_PER_ROW));
        }
        assert_eq!(kept.look_at(now + 1005 * DELAY_PER_ROW), None);
        assert_eq!(kept.written().matches("request").count(), 1005);
    }

    #[test]
    fn a_very_long_list_is_delayed_two_seconds_at_most() {
        let (mut kept, now) = (Kept::new(), Instant::now());
        kept.add(10_000);
        assert_eq!(kept.look_at(now), None);
        kept.add(1);
        assert_eq!(kept.look_at(now), Some(MAX_AGE));
        assert_eq!(kept.written().matches("request").count(), 10_000);
    }

    #[test]
    fn progress_is_saved_periodically() {
        let (mut kept, now) = (Kept::new(), Instant::now());
        let one = kept.add(1);
        one.start(Protocol::Http, Some(100));
        kept.look_at(now);
        one.advance(40);
        kept.look_at(now + MAX_AGE / 2);
        assert_eq!(kept.persistence.written, Some(now));
        kept.look_at(now + MAX_AGE);
        assert_eq!(kept.persistence.written, Some(now + MAX_AGE));
        // Nothing arrives, so nothing is written.
        kept.look_at(now + 10 * MAX_AGE);
        assert_eq!(kept.persistence.written, Some(now + MAX_AGE));
        assert!(kept.written().contains("\"done\":40"));
    }
}
