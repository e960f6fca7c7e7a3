//! The toasts and the desktop notification that report what has ended. A whole batch of downloads gets
//! one of each, however many it has, and the notification appears only if the window is not in front.

mod sent;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::format::printable;
use crate::sentence;
use crate::text::{Sentence, describe};
use landline_engine::error::Failure;
use landline_engine::transfer::{Incomplete, Outcome, Transfer};

/// How long a toast stays after its last change or interaction: time to read and click it.
pub(crate) const TOAST: Duration = Duration::from_secs(6);

/// The severity of a toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Success.
    Good,
    /// At least one failure.
    Bad,
    /// Neutral information.
    Plain,
}

/// What a toast is about. A newer toast replaces an older one of its topic only: what ends in the same
/// moment is all seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// Completed downloads and received files.
    Batch,
    /// Anything else.
    Other,
}

/// A toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    /// What it is about.
    pub topic: Topic,
    /// The text.
    pub what: Sentence,
    /// Its severity.
    pub tone: Tone,
    /// The saved file or folder, if the toast is about exactly one.
    pub path: Option<PathBuf>,
    /// Whether it is about several downloads.
    pub is_batch: bool,
    /// Whether all of it was received by the server.
    pub is_received: bool,
    /// When the toast disappears.
    pub until: Instant,
}

impl Toast {
    /// The remaining time on screen.
    pub(crate) fn left(&self, now: Instant) -> Duration {
        self.until.saturating_duration_since(now)
    }
}

/// A desktop notification about what has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// The summary.
    pub title: Sentence,
    /// Where the download was saved, or why it failed.
    pub body: Option<Sentence>,
}

/// Transfers that ended and have yet to be reported.
#[derive(Debug, Default)]
pub(crate) struct Finished {
    /// Downloads that ended since the list was last idle and have not been in a toast yet.
    collected: Batch,
    /// The visible ones, at most one of each topic, the oldest first.
    toasts: Vec<Toast>,
    /// Transfers that ended while the window was not in front. A notification replaces the previous
    /// one, so each covers all of them.
    unseen: Batch,
    /// How many of `unseen` have been in a notification.
    told: u64,
    /// Whether one of the others is a delivery, which waits for no download.
    is_sent: bool,
}

impl Finished {
    /// Records the end of a download. Ignores those that the user cancelled or paused.
    pub(crate) fn ended(&mut self, transfer: &Arc<Transfer>) {
        self.note(transfer, false);
    }

    /// Records a download that waits for the answer to a question in the window: no toast says it again.
    pub(crate) fn asked(&mut self, transfer: &Arc<Transfer>) {
        self.unseen.add(transfer, false);
    }

    /// Records the end of a file that the server was sent, likewise.
    pub(crate) fn received(&mut self, transfer: &Arc<Transfer>) {
        self.note(transfer, true);
    }

    /// Records the end of a delivery, which a notification calls `what` if it is the only one. It has its own toast.
    fn sent(&mut self, transfer: &Arc<Transfer>, what: Sentence) {
        self.unseen.add(transfer, false);
        self.unseen.sent += 1;
        self.unseen.said = Some(what);
        self.is_sent = true;
    }

    fn note(&mut self, transfer: &Arc<Transfer>, is_received: bool) {
        let is_news = match transfer.outcome() {
            Some(Outcome::Saved(_) | Outcome::Incomplete(_) | Outcome::Failed(_)) => true,
            Some(Outcome::Paused(why)) => why.is_some(),
            Some(Outcome::Sent | Outcome::Cancelled) | None => false,
        };
        if is_news {
            self.collected.add(transfer, is_received);
            self.unseen.add(transfer, is_received);
        }
    }

    /// Shows a toast for the batch, now that nothing is active.
    pub(crate) fn batch_ended(&mut self, now: Instant) {
        let batch = std::mem::take(&mut self.collected);
        if let Some(what) = batch.title() {
            self.show(Toast {
                topic: Topic::Batch,
                what,
                tone: batch.tone(),
                path: batch.saved().map(Path::to_owned),
                is_batch: batch.all > 1,
                is_received: batch.received == batch.all,
                until: now + TOAST,
            });
        }
    }

    /// Shows a toast about something else.
    pub(crate) fn say(&mut self, what: Sentence, now: Instant) {
        self.say_in(Tone::Plain, what, now);
    }

    fn say_in(&mut self, tone: Tone, what: Sentence, now: Instant) {
        self.show(Toast {
            topic: Topic::Other,
            what,
            tone,
            path: None,
            is_batch: false,
            is_received: false,
            until: now + TOAST,
        });
    }

    fn show(&mut self, toast: Toast) {
        self.dismiss(toast.topic);
        self.toasts.push(toast);
    }

    /// Expires toasts. Returns a notification if the window is not in front, and nothing is
    /// active or a delivery has ended.
    pub(crate) fn tick(
        &mut self,
        now: Instant,
        is_moving: bool,
        is_in_front: bool,
    ) -> Option<Notice> {
        self.toasts.retain(|toast| now < toast.until);
        if is_in_front {
            self.unseen = Batch::default();
            self.told = 0;
            self.is_sent = false;
        }
        if is_moving && !self.is_sent || self.told == self.unseen.all {
            return None;
        }
        self.told = self.unseen.all;
        self.is_sent = false;
        let title = self.unseen.title()?;
        let body = self.unseen.body();
        Some(Notice { title, body })
    }

    /// Restarts the timer of a toast, because the user interacts with it.
    pub(crate) fn stay(&mut self, topic: Topic, now: Instant) {
        for toast in &mut self.toasts {
            if toast.topic == topic {
                toast.until = now + TOAST;
            }
        }
    }

    /// The visible toasts, the oldest first.
    pub(crate) fn toasts(&self) -> &[Toast] {
        &self.toasts
    }

    /// Closes a toast.
    pub(crate) fn dismiss(&mut self, topic: Topic) {
        self.toasts.retain(|toast| toast.topic != topic);
    }
}

/// Transfers that are reported in one message.
#[derive(Debug, Default)]
struct Batch {
    all: u64,
    /// How many of them are missing or incomplete.
    failed: u64,
    /// How many of them the server has received.
    received: u64,
    /// How many of them this side has sent.
    sent: u64,
    /// What is said of the last one that was sent.
    said: Option<Sentence>,
    last: Option<Arc<Transfer>>,
}

impl Batch {
    fn add(&mut self, transfer: &Arc<Transfer>, is_received: bool) {
        self.all += 1;
        self.received += u64::from(is_received);
        let is_whole = matches!(transfer.outcome(), Some(Outcome::Saved(_) | Outcome::Sent));
        self.failed += u64::from(!is_whole);
        self.last = Some(Arc::clone(transfer));
    }

    fn tone(&self) -> Tone {
        if self.failed == 0 {
            Tone::Good
        } else {
            Tone::Bad
        }
    }

    /// The outcome, if there is only one transfer.
    fn only(&self) -> Option<(&Transfer, &Outcome)> {
        let last = self.last.as_ref().filter(|_| self.all == 1)?;
        Some((last, last.outcome()?))
    }

    /// The path, if there is only one download and it was saved.
    fn saved(&self) -> Option<&Path> {
        match self.only()?.1 {
            Outcome::Saved(saved) => Some(&saved.path),
            Outcome::Incomplete(incomplete) => Some(&incomplete.path),
            _ => None,
        }
    }

    fn title(&self) -> Option<Sentence> {
        if self.sent > 0 {
            return Some(self.mixed_title());
        }
        if self.received > 0 {
            return Some(self.received_title());
        }
        Some(match self.only() {
            None if self.all == 0 => return None,
            Some((_, Outcome::Saved(saved))) => {
                sentence!("file-is-here", name = name_of(&saved.path))
            }
            Some((
                _,
                Outcome::Incomplete(Incomplete {
                    path, failed: 0, ..
                }),
            )) => {
                sentence!("folder-is-here-not-whole", name = name_of(path))
            }
            Some((_, Outcome::Incomplete(incomplete))) => sentence!(
                "folder-is-here-in-part",
                name = name_of(&incomplete.path),
                failed = incomplete.failed
            ),
            Some((transfer, _)) => {
                let name = transfer.name().trim_end_matches('/');
                let name = name.rsplit('/').next().unwrap_or(name);
                sentence!("download-failed", name = printable(name, false))
            }
            None => self.counted([
                "downloads-are-here",
                "downloads-failed",
                "downloads-partly-failed",
            ]),
        })
    }

    /// The title if this side has sent any of them.
    fn mixed_title(&self) -> Sentence {
        match (&self.said, self.all) {
            (Some(what), 1) => what.clone(),
            _ => self.counted([
                "transfers-are-over",
                "transfers-failed",
                "transfers-partly-failed",
            ]),
        }
    }

    /// The title if the server has received any of them.
    fn received_title(&self) -> Sentence {
        match self.only() {
            Some((transfer, Outcome::Saved(saved))) => {
                let name = name_of(&saved.path);
                sentence!("received-is-here", name = name, peer = transfer.peer_name())
            }
            Some((transfer, _)) => {
                let name = printable(transfer.name(), false);
                sentence!("receiving-failed", name = name, peer = transfer.peer_name())
            }
            None => self.counted(["files-are-here", "files-failed", "files-partly-failed"]),
        }
    }

    /// What is said of several: that none, all or some of them failed.
    fn counted(&self, [none, all, some]: [&'static str; 3]) -> Sentence {
        let key = match self.failed {
            0 => none,
            failed if failed == self.all => all,
            _ => some,
        };
        Sentence::new(key)
            .with("count", self.all)
            .with("failed", self.failed)
            .with("done", self.all - self.failed)
    }

    fn body(&self) -> Option<Sentence> {
        match self.only() {
            Some((_, Outcome::Failed(Failure::Fetch(why)))) if self.received > 0 => {
                Some(describe::receiving_failed(why))
            }
            Some((_, Outcome::Incomplete(_))) if self.sent > 0 => Some(sentence!("rows-say-why")),
            Some((transfer, Outcome::Failed(_) | Outcome::Paused(Some(_)))) => {
                describe::reason(transfer)
            }
            Some(_) => {
                let folder = self.saved()?.parent()?.display().to_string();
                Some(sentence!("saved-in", folder = folder))
            }
            None if self.failed == 0 => None,
            None if self.received == self.all => Some(sentence!("server-rows-say-why")),
            None => Some(sentence!("rows-say-why")),
        }
    }
}

/// The last component of a path, or the whole path if it has none.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    printable(&name.to_string_lossy(), false)
}

#[cfg(test)]
mod tests;
