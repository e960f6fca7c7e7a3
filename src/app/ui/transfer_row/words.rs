//! What a row says about its transfer.

use std::time::Instant;

use egui::Color32;

use crate::app::model::row::Row;
use crate::app::theme::Palette;
use crate::net::{Checked, Dialect, Files, Interruption, Outcome, Saved, Stage};
use crate::t;
use crate::text::Sentence;

/// A word and the colours of its tag: text and ground.
pub(super) type Tag = (String, (Color32, Color32));

/// What the transfer is about in a word.
pub(super) fn tag(row: &Row, palette: &Palette) -> Option<Tag> {
    let accent = (palette.accent, palette.soft_accent);
    let good = (palette.good, palette.soft_good);
    let error = (palette.error, palette.soft_error);
    let muted = (palette.muted, palette.background);
    let transfer = &row.transfer;
    Some(match transfer.outcome() {
        None if transfer.stage() == Stage::Interrupted => (t!("interrupted"), error),
        None => match transfer.dialect()? {
            Dialect::Http => (t!("http"), accent),
            Dialect::Raw => (t!("raw"), accent),
        },
        Some(Outcome::Sent) => (t!("done"), good),
        Some(Outcome::Saved(saved)) if saved.skipped => (t!("skipped"), good),
        // Nobody knows whether it is whole: that is no good news.
        Some(Outcome::Saved(saved)) if saved.checked == Checked::Nothing => {
            (t!("saved-not-checked"), muted)
        }
        Some(Outcome::Saved(_)) => (t!("saved"), good),
        Some(Outcome::Incomplete(_)) => (t!("incomplete"), error),
        Some(Outcome::Paused(None)) => (t!("paused"), muted),
        Some(Outcome::Paused(Some(_))) => (t!("paused"), error),
        Some(Outcome::Cancelled) => (t!("cancelled"), muted),
        Some(Outcome::Failed(_)) => (t!("failed"), error),
    })
}

/// A part of a line below the name.
#[derive(Debug)]
pub(super) struct Part {
    pub text: String,
    pub color: Color32,
    /// Of a path the middle says least.
    pub is_path: bool,
}

/// The lines below the name; their parts stand side by side where there is room.
pub(super) fn lines(row: &Row, palette: &Palette) -> Vec<Vec<Part>> {
    let part = |text: String| Part {
        text,
        color: palette.muted,
        is_path: false,
    };
    let path = |path: &std::path::Path| Part {
        is_path: true,
        ..part(path.display().to_string())
    };
    let files = row.transfer.files();
    match row.transfer.outcome() {
        Some(Outcome::Saved(saved)) => {
            let color = if saved.checked == Checked::Digest || saved.skipped {
                palette.good
            } else {
                palette.muted
            };
            let checked = Part {
                color,
                ..part(checked(saved))
            };
            let count = files.map(|files| part(t!("files", count = files.total)));
            // Of an empty folder nothing was checked.
            let is_empty = files.is_some_and(|files| files.total == 0);
            let checked = Some(checked).filter(|_| !is_empty);
            let path = path(&saved.path);
            let first = count.into_iter().chain(checked).chain([path]);
            let notes = saved.notes.iter().map(|note| vec![part(note.to_string())]);
            [first.collect()].into_iter().chain(notes).collect()
        }
        Some(Outcome::Incomplete(incomplete)) => {
            let Files { done, total, .. } = files.unwrap_or_default();
            let failed = incomplete.failed;
            let count = t!("files-saved", done = done, total = total, failed = failed);
            vec![vec![part(count), path(&incomplete.path)]]
        }
        _ => files
            .map(|files| vec![part(files_so_far(files))])
            .into_iter()
            .collect(),
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

fn checked(saved: &Saved) -> String {
    match saved.checked {
        _ if saved.skipped => t!("nothing-fetched"),
        Checked::Digest => t!("digest-checked"),
        Checked::Length => t!("length-checked"),
        Checked::Nothing => t!("length-unknown"),
    }
}

/// Why the transfer is not where the user wants it.
#[derive(Debug)]
pub(super) enum Reason<'a> {
    /// It ended because of this.
    Over(&'a Sentence),
    /// What happened, and that it tries again.
    Waiting(String, String),
}

/// Why, if there is a reason to give.
pub(super) fn reason(row: &Row) -> Option<Reason<'_>> {
    match row.transfer.outcome() {
        Some(Outcome::Failed(why) | Outcome::Paused(Some(why))) => Some(Reason::Over(why)),
        Some(_) => None,
        None => {
            let Interruption { why, until } = row.transfer.interruption()?;
            let left = until.saturating_duration_since(Instant::now());
            // Whole seconds, rounded up: the last one is not shown as none.
            let secs = left.as_secs() + u64::from(left.subsec_nanos() > 0);
            let next = if secs > 0 {
                t!("trying-again-in", secs = secs)
            } else {
                t!("trying-again")
            };
            Some(Reason::Waiting(why.title(), next))
        }
    }
}
