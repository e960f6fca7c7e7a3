//! What can be done about a transfer.

use std::path::Path;

use super::words::is_about_target;
use crate::app::actions::{Action, Folder};
use crate::app::model::row::Row;
use crate::app::symbols::{
    ICON_CLOSE, ICON_DELETE, ICON_FOLDER_OPEN, ICON_OPEN_IN_NEW, ICON_PAUSE, ICON_PLAY_ARROW,
    ICON_REPLAY, MaterialIcon,
};
use crate::t;
use landline_engine::error::Failure;
use landline_engine::transfer::{Direction, Outcome};

/// Where a button stands in its row. What a button becomes when the transfer goes on or ends stands in
/// the same slot and keeps the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    /// Ends it, or takes it off the list.
    End,
    /// Pauses it, or lets it go on.
    Flow,
    /// Opens what was saved.
    Open,
    /// Shows what was saved in its folder.
    Reveal,
    /// Lets it try again at once.
    Now,
    /// Downloads what was probably meant, or to another place.
    Near,
    /// Shows which files did not arrive.
    Unfold,
    /// Copies the list of those.
    Copy,
}

/// A button.
#[derive(Debug)]
pub(super) struct Offer {
    /// What it is for.
    pub slot: Slot,
    /// What it says.
    pub text: String,
    /// The same with the transfer's name, for who does not see where it stands.
    pub name: String,
    /// What is under the pointer, where the text does not say enough.
    pub tooltip: Option<String>,
    /// Instead of the text, where there is no room for it.
    pub icon: MaterialIcon,
    /// What it does.
    pub action: Action,
}

/// Which of a row's buttons stand where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Two at most, in the first line behind the numbers, which keep their columns for it.
    Columns,
    /// At the end of the first line.
    Line,
    /// Beside or below the reason.
    Below,
}

/// Where the buttons of `row` stand, if it has any.
pub(super) fn place(row: &Row) -> Place {
    match row.transfer.outcome() {
        None | Some(Outcome::Paused(None) | Outcome::Sent) => Place::Columns,
        _ if row.transfer.direction() == Direction::Upload => Place::Columns,
        Some(Outcome::Saved(_) | Outcome::Cancelled) => Place::Line,
        Some(Outcome::Paused(Some(_)) | Outcome::Incomplete(_) | Outcome::Failed(_)) => {
            Place::Below
        }
    }
}

/// How many buttons may ever stand in the columns.
pub(super) fn columns(row: &Row) -> usize {
    match row.transfer.direction() {
        Direction::Upload => 1,
        Direction::Download => 2,
    }
}

/// Every word that may stand in each column, from the right.
pub(super) fn words() -> [[String; 2]; 2] {
    [[t!("cancel"), t!("remove")], [t!("pause"), t!("resume")]]
}

/// Whether [`offers`] has any for a row that has ended, without making them.
pub(super) fn has_offers(row: &Row) -> bool {
    let is_there = matches!(row.transfer.outcome(), Some(Outcome::Incomplete(_)));
    is_there || row.request.is_some()
}

/// From the left, as the keyboard goes: the one that ends something comes last.
pub(super) fn offers(row: &Row) -> Vec<Offer> {
    let can_go_on = row.request.is_some();
    match row.transfer.outcome() {
        None if row.transfer.direction() == Direction::Upload => vec![cancel(row)],
        None => vec![pause(row), cancel(row)],
        Some(Outcome::Sent) => Vec::new(),
        Some(Outcome::Saved(saved)) => vec![open(row, &saved.path), reveal(row, &saved.path)],
        Some(Outcome::Incomplete(incomplete)) => {
            let retry = can_go_on.then(|| retry(row));
            let rest = [reveal(row, &incomplete.path), remove(row)];
            retry.into_iter().chain(rest).collect()
        }
        Some(_) if !can_go_on => Vec::new(),
        Some(Outcome::Paused(_)) => {
            let rest = [resume(row), remove(row)];
            elsewhere(row).into_iter().chain(rest).collect()
        }
        Some(Outcome::Cancelled) => {
            let left = row.left_in().map(|folder| reveal(row, &folder));
            let again = again(row);
            [again]
                .into_iter()
                .chain(left)
                .chain([remove(row)])
                .collect()
        }
        Some(Outcome::Failed(_)) => {
            let other = near(row).or_else(|| elsewhere(row));
            let rest = [again(row), remove(row)];
            other.into_iter().chain(rest).collect()
        }
    }
}

/// What a double click on the name does.
pub(super) fn at_name(row: &Row) -> Option<Action> {
    match row.transfer.outcome() {
        Some(Outcome::Saved(saved)) => Some(Action::Open(saved.path.clone())),
        _ => None,
    }
}

impl Offer {
    fn new(slot: Slot, text: String, name: String, action: Action) -> Self {
        Self {
            slot,
            text,
            name,
            tooltip: None,
            icon: ICON_CLOSE,
            action,
        }
    }

    fn icon(self, icon: MaterialIcon) -> Self {
        Self { icon, ..self }
    }
}

fn pause(row: &Row) -> Offer {
    let name = t!("pause-file", name = row.name().as_ref());
    let action = Action::Pause(row.transfer.id());
    Offer::new(Slot::Flow, t!("pause"), name, action).icon(ICON_PAUSE)
}

fn resume(row: &Row) -> Offer {
    let name = t!("resume-file", name = row.name().as_ref());
    let action = Action::Again(row.transfer.id());
    Offer::new(Slot::Flow, t!("resume"), name, action).icon(ICON_PLAY_ARROW)
}

/// Another folder to save to, where that could help.
fn elsewhere(row: &Row) -> Option<Offer> {
    let name = t!("save-elsewhere-file", name = row.name().as_ref());
    let folder = Folder::Download(row.transfer.id());
    let offer = Offer::new(
        Slot::Near,
        t!("save-elsewhere"),
        name,
        Action::Browse(folder),
    );
    let is_about_target = match row.transfer.outcome()? {
        Outcome::Paused(Some(why)) | Outcome::Failed(Failure::Fetch(why)) => is_about_target(why),
        _ => false,
    };
    is_about_target.then(|| offer.icon(ICON_FOLDER_OPEN))
}

fn again(row: &Row) -> Offer {
    let name = t!("try-again-file", name = row.name().as_ref());
    let action = Action::Again(row.transfer.id());
    Offer::new(Slot::Flow, t!("try-again"), name, action).icon(ICON_REPLAY)
}

/// What to do where it waits before it tries again.
pub(super) fn try_now(row: &Row) -> Offer {
    let name = t!("try-now-file", name = row.name().as_ref());
    let action = Action::TryNow(row.transfer.id());
    Offer::new(Slot::Now, t!("try-now"), name, action).icon(ICON_REPLAY)
}

/// The file whose name is most like the one that is not there.
fn near(row: &Row) -> Option<Offer> {
    let near = row.transfer.nearest()?;
    let last = near.trim_end_matches('/').rsplit('/').next();
    let shown = shortened(last.unwrap_or(&near));
    let (text, name) = (
        t!("download-near", name = shown),
        t!("download-near", name = &near),
    );
    let action = Action::Instead(row.transfer.id(), near);
    Some(Offer::new(Slot::Near, text, name, action))
}

/// Short enough for a button.
fn shortened(name: &str) -> String {
    const LETTERS: usize = 24;

    let count = name.chars().count();
    if count <= LETTERS {
        return name.to_owned();
    }
    let head = name.chars().take(LETTERS / 2);
    let tail = name.chars().skip(count + 1 - LETTERS / 2);
    head.chain(['…']).chain(tail).collect()
}

fn retry(row: &Row) -> Offer {
    let name = t!("retry-failed-file", name = row.name().as_ref());
    let action = Action::Again(row.transfer.id());
    Offer::new(Slot::Flow, t!("retry-failed"), name, action).icon(ICON_REPLAY)
}

fn cancel(row: &Row) -> Offer {
    let name = t!("cancel-file", name = row.name().as_ref());
    let action = Action::Cancel(row.transfer.id());
    Offer::new(Slot::End, t!("cancel"), name, action).icon(ICON_CLOSE)
}

fn remove(row: &Row) -> Offer {
    let name = t!("remove-file", name = row.name().as_ref());
    let action = Action::Remove(row.transfer.id());
    let what = match row.transfer.files() {
        // Of a folder, those files stay that are whole.
        Some(_) => t!("remove-keeps-files"),
        None if row.is_unfinished() => t!("remove-deletes-part"),
        None => t!("remove-from-list"),
    };
    Offer {
        tooltip: Some(t!("with-key", what = what, key = t!("key-delete"))),
        ..Offer::new(Slot::End, t!("remove"), name, action).icon(ICON_DELETE)
    }
}

fn open(row: &Row, path: &Path) -> Offer {
    let name = t!("open-file", name = row.name().as_ref());
    let action = Action::Open(path.to_owned());
    Offer::new(Slot::Open, t!("open"), name, action).icon(ICON_OPEN_IN_NEW)
}

fn reveal(row: &Row, path: &Path) -> Offer {
    let name = t!("show-file-in-folder", name = row.name().as_ref());
    let action = Action::Reveal(path.to_owned());
    Offer {
        // The path last, because an icon alone does not say what it does.
        tooltip: Some(format!("{}\n{}", t!("show-in-folder"), path.display())),
        ..Offer::new(Slot::Reveal, t!("show-in-folder"), name, action).icon(ICON_FOLDER_OPEN)
    }
}
