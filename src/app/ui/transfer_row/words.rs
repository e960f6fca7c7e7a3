//! The texts of a row.

use std::time::Instant;

use egui::Color32;

use crate::app::model::row::Row;
use crate::app::theme::Palette;
use crate::app::ui::lock;
use crate::text::{Describe, Sentence, describe};
use crate::{format, t};
use landline_engine::error::{ClientError, Failure, PasswordError, SendError, StoreError};
use landline_engine::transfer::{
    Checked, Direction, Files, Incomplete, Interruption, Note, Outcome, Protocol, Saved, Transfer,
};

/// The tag of a transfer.
#[derive(Debug)]
pub(super) struct Tag {
    pub word: String,
    /// The text and background colours.
    pub colors: (Color32, Color32),
    /// The tooltip.
    pub more: Option<String>,
}

/// The tag after the name, if there is one.
pub(super) fn tag(row: &Row, palette: &Palette) -> Option<Tag> {
    let accent = (palette.accent, palette.soft_accent);
    let good = (palette.good, palette.soft_good);
    let error = (palette.error, palette.soft_error);
    let muted = (palette.muted, palette.background);
    let transfer = &row.transfer;
    let (word, colors) = match transfer.outcome() {
        None if transfer.state().is_backing_off() => (t!("interrupted"), error),
        None => match (transfer.protocol()?, row.is_served()) {
            (Protocol::Raw, _) => (t!("raw"), accent),
            (Protocol::Http, true) => (t!("http"), accent),
            // The default: nothing to say.
            (Protocol::Http, false) => return None,
        },
        Some(Outcome::Sent) if row.delivery.is_some() => (t!("send-confirmed"), good),
        Some(Outcome::Sent) => (t!("done"), good),
        Some(Outcome::Saved(saved)) => return Some(saved_tag(saved, is_empty(transfer), palette)),
        Some(Outcome::Incomplete(_)) => (t!("incomplete"), error),
        Some(Outcome::Paused(None)) => (t!("paused"), muted),
        Some(Outcome::Paused(Some(why))) => (why_paused(why), error),
        Some(Outcome::Cancelled) => (t!("cancelled"), muted),
        // The peer ended it; nothing is wrong on this side.
        Some(Outcome::Failed(Failure::Send(SendError::HungUp))) => (t!("hung-up"), muted),
        Some(Outcome::Failed(_)) if row.wants_pin() => (t!("pin-needed"), muted),
        Some(Outcome::Failed(_)) if row.wants_password() => (t!("password-needed"), muted),
        Some(Outcome::Failed(_)) => (t!("failed"), error),
    };
    Some(Tag {
        word,
        colors,
        more: None,
    })
}

fn saved_tag(saved: &Saved, is_empty: bool, palette: &Palette) -> Tag {
    let (word, more) = match saved.checked {
        _ if saved.skipped => (t!("skipped"), Some(t!("nothing-fetched"))),
        // An empty folder has nothing to verify.
        _ if is_empty => (t!("saved"), None),
        Checked::Digest => (t!("saved-digest-checked"), Some(t!("what-digest-says"))),
        Checked::Length => (t!("saved-length-checked"), Some(t!("what-length-says"))),
        Checked::Nothing => (t!("saved-not-checked"), None),
    };
    // Its integrity is unknown, which is no success.
    let is_good = saved.checked != Checked::Nothing || saved.skipped || is_empty;
    Tag {
        word,
        colors: if is_good {
            (palette.good, palette.soft_good)
        } else {
            (palette.muted, palette.background)
        },
        more,
    }
}

/// A short reason for a pause that the user did not request.
fn why_paused(why: &ClientError) -> String {
    match why {
        ClientError::Store(StoreError::DiskFull { .. }) => t!("no-room"),
        _ if is_about_target(why) => t!("cannot-save"),
        _ => t!("paused"),
    }
}

/// Whether saving to another folder may help.
pub(super) fn is_about_target(why: &ClientError) -> bool {
    matches!(
        why,
        ClientError::Store(
            StoreError::DiskFull { .. }
                | StoreError::FolderMissing { .. }
                | StoreError::NotAFolder { .. }
                | StoreError::NotWritable { .. }
                | StoreError::Write { .. }
                | StoreError::FileTooLarge { .. }
        )
    )
}

fn is_empty(transfer: &Transfer) -> bool {
    transfer.files().is_some_and(|files| files.total == 0)
}

/// A line below the name. Whether there is one is known without rendering its text.
#[derive(Debug)]
pub(super) enum Line<'a> {
    /// The progress of a folder in files.
    Files(Files),
    /// The number of saved and of failed files.
    Missing(Files, u64),
    /// The folder is incomplete; which files failed is no longer known.
    NotWhole,
    /// The size was unknown.
    Unsure,
    /// A note about the saved file.
    Note(&'a Note),
    /// A note about files that were sent.
    SentNote(Note),
    /// How many files were sent, and how many could not be.
    Unsent(Files),
}

/// The lines below the name.
pub(super) fn lines(row: &Row) -> Vec<Line<'_>> {
    let files = row.transfer.files();
    if row.delivery.is_some() && !row.is_active() {
        // If nothing was sent, the reason says enough.
        let unsent =
            files.filter(|files| files.failed > 0 || 0 < files.done && files.done < files.total);
        let notes = row.transfer.notes().into_iter().map(Line::SentNote);
        return unsent.map(Line::Unsent).into_iter().chain(notes).collect();
    }
    match row.transfer.outcome() {
        Some(Outcome::Saved(saved)) => {
            let unsure =
                saved.checked == Checked::Nothing && !saved.skipped && !is_empty(&row.transfer);
            let unsure = unsure.then_some(Line::Unsure);
            unsure
                .into_iter()
                .chain(saved.notes.iter().map(Line::Note))
                .collect()
        }
        Some(Outcome::Incomplete(Incomplete { failed, notes, .. })) => {
            let missing = match (*failed, notes.as_slice()) {
                // Notes are not saved between runs.
                (0, []) => Some(Line::NotWhole),
                (0, _) => None,
                (failed, _) => Some(Line::Missing(files.unwrap_or_default(), failed)),
            };
            missing
                .into_iter()
                .chain(notes.iter().map(Line::Note))
                .collect()
        }
        _ => files.map(Line::Files).into_iter().collect(),
    }
}

impl Line<'_> {
    /// The text of the line.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Files(files) => files_so_far(*files),
            Self::Missing(files, failed) => t!(
                "files-saved",
                done = files.done,
                // A folder that could not be listed is a failure, but not a file that was found.
                total = files.total.max(files.done + failed),
                failed = *failed
            ),
            Self::NotWhole => t!("not-whole"),
            Self::Unsure => t!("length-unknown"),
            Self::Note(note) => note.sentence().to_string(),
            Self::SentNote(note) => note.sentence().to_string(),
            Self::Unsent(files) => t!(
                "files-sent",
                done = files.done,
                total = files.total,
                failed = files.failed
            ),
        }
    }
}

fn files_so_far(files: Files) -> String {
    let Files {
        done,
        total,
        failed,
        is_counted,
    } = files;
    let count = if is_counted {
        t!("files-of", done = done, total = total)
    } else {
        t!("files-so-far", done = done, total = total)
    };
    if failed == 0 {
        count
    } else {
        t!("and-failed", files = count, failed = failed)
    }
}

/// Why the transfer is not active.
#[derive(Debug)]
pub(super) enum Reason {
    /// It ended with this error.
    Over(Sentence),
    /// It was interrupted and will be retried.
    Waiting(Interruption),
}

/// The reason, if there is one.
pub(super) fn reason(row: &Row) -> Option<Reason> {
    match row.transfer.outcome() {
        Some(Outcome::Failed(Failure::Fetch(why))) if row.is_received => {
            Some(Reason::Over(describe::receiving_failed(why)))
        }
        Some(Outcome::Failed(Failure::Fetch(ClientError::Password(why)))) => {
            Some(Reason::Over(not_let_in(row, why)))
        }
        Some(_) => describe::reason(&row.transfer).map(Reason::Over),
        None => row.transfer.interruption().map(Reason::Waiting),
    }
}

/// Why it was not let in, with the name of the device.
fn not_let_in(row: &Row, why: &PasswordError) -> Sentence {
    let mut why = why.clone();
    if let Some(delivery) = &row.delivery {
        match &mut why {
            PasswordError::Required { host, .. }
            | PasswordError::Wrong { host, .. }
            | PasswordError::TooMany { host, .. }
            | PasswordError::OtherScheme { host, .. } => {
                delivery.recipient().clone_into(host);
            }
        }
    }
    why.sentence()
}

/// The countdown to the retry.
pub(super) fn next_try(interruption: &Interruption) -> String {
    let left = interruption.until.saturating_duration_since(Instant::now());
    // Whole seconds, rounded up, so that the last second is not shown as zero.
    let secs = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    if secs > 0 {
        t!("trying-again-in", secs = secs)
    } else {
        t!("trying-again")
    }
}

/// The tooltip of the name, with everything there was no space for.
pub(super) fn about(row: &Row) -> String {
    let transfer = &row.transfer;
    let mut lines = vec![row.name().into_owned()];
    let (peer, name) = (transfer.peer(), transfer.peer_name());
    let named = if name == peer {
        peer.to_owned()
    } else {
        t!("named-peer", name = name, peer = peer)
    };
    lines.push(match transfer.direction() {
        Direction::Download => t!("from-host", host = named),
        Direction::Upload => t!("to-host", host = named),
    });
    if let Some(protection) = transfer.protection() {
        lines.push(lock::line(protection, peer));
    }
    match transfer.outcome() {
        Some(Outcome::Saved(saved)) => {
            lines.push(saved.path.display().to_string());
            if let Some(rate) = super::numbers::average(transfer) {
                let took = format::duration(transfer.elapsed());
                lines.push(t!("took", time = took, rate = format::rate(rate)));
            }
            lines.push(t!("double-click-opens"));
        }
        Some(Outcome::Incomplete(incomplete)) if row.delivery.is_none() => {
            lines.push(incomplete.path.display().to_string());
        }
        _ => {}
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use landline_engine::transport::CancelToken;

    #[test]
    fn the_tooltip_has_the_address_of_a_named_device() {
        let (cancel, name) = (CancelToken::new(), Some("Bo’s phone".to_owned()));
        let one = Transfer::new(Direction::Download, "a", "192.168.1.9", cancel);
        let named = Row::new(one.called(name).into(), None);
        assert_eq!(about(&named), "a\nFrom Bo’s phone (192.168.1.9)");
    }

    #[test]
    fn there_are_never_more_failures_than_files() {
        let files = Files::default();
        let one = Line::Missing(files, 1).text();
        assert_eq!(one, "0 of 1 files saved; 1 failed");
        let files = Files {
            done: 2,
            total: 3,
            ..files
        };
        let three = Line::Missing(files, 1).text();
        assert_eq!(three, "2 of 3 files saved; 1 failed");
    }
}
