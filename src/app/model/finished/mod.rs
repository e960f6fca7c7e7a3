//! What the user hears of downloads that ended: when all that was on its way is over, in the window, and
//! outside of it where nobody looks at the window. However many ended, each place says one thing.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::format::printable;
use crate::sentence;
use crate::text::{Sentence, describe};
use landline_engine::transfer::{Incomplete, Outcome, Transfer};

/// How long a toast stays after what it says has changed, or the user was at it: time to read it, and to
/// click it.
pub(crate) const TOAST: Duration = Duration::from_secs(6);

/// Whether something is good news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// It went well.
    Good,
    /// Something of it did not.
    Bad,
    /// It is only to be known.
    Plain,
}

/// A word in the window about downloads that ended, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    /// What happened.
    pub what: Sentence,
    /// Whether that is good.
    pub tone: Tone,
    /// The file or folder, if it is about one that was saved.
    pub path: Option<PathBuf>,
    /// When it goes.
    pub until: Instant,
}

impl Toast {
    /// How long it will stay.
    pub(crate) fn left(&self, now: Instant) -> Duration {
        self.until.saturating_duration_since(now)
    }
}

/// A word outside of the window about downloads that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// What happened.
    pub title: Sentence,
    /// Where it is, or why it is not.
    pub body: Option<Sentence>,
}

/// Downloads that ended.
#[derive(Debug, Default)]
pub(crate) struct Finished {
    /// Those that ended since nothing was on its way, and that no toast was about yet.
    collected: Batch,
    toast: Option<Toast>,
    /// Those that ended while nobody looked at the window. A notice takes the place of the one before
    /// it, so each is about all of them.
    unseen: Batch,
    /// How many of those were told of.
    told: u64,
}

impl Finished {
    /// This one did. What the user ended is no news to the user.
    pub(crate) fn ended(&mut self, transfer: &Arc<Transfer>) {
        let is_news = match transfer.outcome() {
            Some(Outcome::Saved(_) | Outcome::Incomplete(_) | Outcome::Failed(_)) => true,
            Some(Outcome::Paused(why)) => why.is_some(),
            Some(Outcome::Sent | Outcome::Cancelled) | None => false,
        };
        if is_news {
            self.collected.add(transfer);
            self.unseen.add(transfer);
        }
    }

    /// Nothing is on its way any more: say what came of it.
    pub(crate) fn all_over(&mut self, now: Instant) {
        let batch = std::mem::take(&mut self.collected);
        if let Some(what) = batch.title() {
            self.toast = Some(Toast {
                what,
                tone: batch.tone(),
                path: batch.saved().map(Path::to_owned),
                until: now + TOAST,
            });
        }
    }

    /// A word about something else.
    pub(crate) fn say(&mut self, what: Sentence, now: Instant) {
        self.toast = Some(Toast {
            what,
            tone: Tone::Plain,
            path: None,
            until: now + TOAST,
        });
    }

    /// Time goes on. What to say outside of the window, if it is not in front and nothing is on its way
    /// any more.
    pub(crate) fn tick(
        &mut self,
        now: Instant,
        is_moving: bool,
        is_in_front: bool,
    ) -> Option<Notice> {
        if self.toast.as_ref().is_some_and(|toast| now >= toast.until) {
            self.toast = None;
        }
        if is_in_front {
            self.unseen = Batch::default();
            self.told = 0;
        }
        if is_moving || self.told == self.unseen.all {
            return None;
        }
        self.told = self.unseen.all;
        let title = self.unseen.title()?;
        let body = self.unseen.body();
        Some(Notice { title, body })
    }

    /// The user is at the toast: it stays as if it had come up just now.
    pub(crate) fn stay(&mut self, now: Instant) {
        if let Some(toast) = &mut self.toast {
            toast.until = now + TOAST;
        }
    }

    /// What the window shows.
    pub(crate) fn toast(&self) -> Option<&Toast> {
        self.toast.as_ref()
    }

    /// The user has read it.
    pub(crate) fn dismiss(&mut self) {
        self.toast = None;
    }
}

/// Downloads that are told of together.
#[derive(Debug, Default)]
struct Batch {
    all: u64,
    /// How many of them are not here, or not whole.
    failed: u64,
    last: Option<Arc<Transfer>>,
}

impl Batch {
    fn add(&mut self, transfer: &Arc<Transfer>) {
        self.all += 1;
        let is_here = matches!(transfer.outcome(), Some(Outcome::Saved(_)));
        self.failed += u64::from(!is_here);
        self.last = Some(Arc::clone(transfer));
    }

    fn tone(&self) -> Tone {
        if self.failed == 0 {
            Tone::Good
        } else {
            Tone::Bad
        }
    }

    /// How the only one ended.
    fn only(&self) -> Option<(&Transfer, &Outcome)> {
        let last = self.last.as_ref().filter(|_| self.all == 1)?;
        Some((last, last.outcome()?))
    }

    /// Where the only one is.
    fn saved(&self) -> Option<&Path> {
        match self.only()?.1 {
            Outcome::Saved(saved) => Some(&saved.path),
            Outcome::Incomplete(incomplete) => Some(&incomplete.path),
            _ => None,
        }
    }

    fn title(&self) -> Option<Sentence> {
        Some(match (self.only(), self.all, self.failed) {
            (_, 0, _) => return None,
            (Some((_, Outcome::Saved(saved))), ..) => {
                sentence!("file-is-here", name = name_of(&saved.path))
            }
            (
                Some((
                    _,
                    Outcome::Incomplete(Incomplete {
                        path, failed: 0, ..
                    }),
                )),
                ..,
            ) => {
                sentence!("folder-is-here-not-whole", name = name_of(path))
            }
            (Some((_, Outcome::Incomplete(incomplete))), ..) => sentence!(
                "folder-is-here-in-part",
                name = name_of(&incomplete.path),
                failed = incomplete.failed
            ),
            (Some((transfer, _)), ..) => {
                let name = transfer.name().trim_end_matches('/');
                let name = name.rsplit('/').next().unwrap_or(name);
                sentence!("download-failed", name = printable(name, false))
            }
            (None, all, 0) => sentence!("downloads-are-here", count = all),
            (None, all, failed) => sentence!("downloads-failed", failed = failed, count = all),
        })
    }

    fn body(&self) -> Option<Sentence> {
        match self.only() {
            Some((transfer, Outcome::Failed(_) | Outcome::Paused(Some(_)))) => {
                describe::reason(transfer)
            }
            Some(_) => {
                let folder = self.saved()?.parent()?.display().to_string();
                Some(sentence!("saved-in", folder = folder))
            }
            None => (self.failed > 0).then(|| sentence!("rows-say-why")),
        }
    }
}

/// What the last part of a path is called; a path without one stands for itself.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    printable(&name.to_string_lossy(), false)
}

#[cfg(test)]
mod tests;
