//! The actions that a row offers.

use std::path::Path;

use super::words::is_about_target;
use crate::app::actions::{Action, Folder, Forgotten};
use crate::app::model::password::Waiting;
use crate::app::model::row::Row;
use crate::app::symbols::{
    ICON_ARROW_DOWNWARD, ICON_CLOSE, ICON_DELETE, ICON_FOLDER_OPEN, ICON_HELP, ICON_KEY,
    ICON_LOCK_OPEN, ICON_OPEN_IN_NEW, ICON_PAUSE, ICON_PLAY_ARROW, ICON_REPLAY, MaterialIcon,
};
use crate::t;
use landline_engine::error::{ClientError, Failure, TlsError};
use landline_engine::transfer::Outcome;

/// The slot of a button in its row. When the transfer changes state, the button that replaces
/// another is in the same slot and keeps the keyboard focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    /// The row itself, which opens its line.
    Line,
    /// Cancels or removes the transfer.
    End,
    /// Pauses or resumes it.
    Flow,
    /// Opens the saved file.
    Open,
    /// Shows the saved file in its folder.
    Reveal,
    /// Retries at once.
    Now,
    /// Downloads the suggested file, or saves to another folder.
    Near,
    /// Finds out why the host cannot be reached.
    Why,
    /// Expands the list of failed files.
    Unfold,
    /// Copies that list.
    Copy,
}

/// A button of a row.
#[derive(Debug)]
pub(super) struct Offer {
    /// Its slot.
    pub slot: Slot,
    /// Its text.
    pub text: String,
    /// The accessible name, which includes the transfer's name.
    pub name: String,
    /// The tooltip, if the text is not enough.
    pub tooltip: Option<String>,
    /// The icon to show if there is no space for the text.
    pub icon: MaterialIcon,
    /// The action it triggers.
    pub action: Action,
}

/// Where the buttons of a row are placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At most two, in columns after the numbers.
    Columns,
    /// At the end of the first line.
    Line,
    /// Beside or below the reason.
    Below,
}

/// The placement of the buttons of `row`, if it has any.
pub(super) fn place(row: &Row) -> Place {
    match row.transfer.outcome() {
        None | Some(Outcome::Paused(None) | Outcome::Sent) => Place::Columns,
        // Of received files, too: they have the same three buttons.
        Some(Outcome::Saved(_)) => Place::Line,
        _ if row.is_served() => Place::Columns,
        Some(Outcome::Cancelled) => Place::Line,
        Some(Outcome::Paused(Some(_)) | Outcome::Incomplete(_) | Outcome::Failed(_)) => {
            Place::Below
        }
    }
}

/// The maximum number of buttons in the columns.
pub(super) fn columns(row: &Row) -> usize {
    if row.is_served() { 1 } else { 2 }
}

/// All texts that may appear in each column, from the right.
pub(super) fn words() -> [[String; 2]; 2] {
    [[t!("cancel"), t!("remove")], [t!("pause"), t!("resume")]]
}

/// The buttons from the left, in tab order: the one that ends something comes last.
pub(super) fn offers(row: &Row) -> Vec<Offer> {
    let can_go_on = row.request.is_some();
    if row.delivery.is_some() {
        return match row.transfer.outcome() {
            None => vec![cancel(row)],
            Some(Outcome::Sent) => vec![remove(row)],
            Some(_) if row.wants_password() => vec![password(row), remove(row)],
            Some(_) => {
                let rest = [again(row), remove(row)];
                let other = forget(row).or_else(|| why(row));
                other.into_iter().chain(rest).collect()
            }
        };
    }
    match row.transfer.outcome() {
        None if row.is_served() => vec![cancel(row)],
        None => vec![pause(row), cancel(row)],
        Some(Outcome::Sent) => vec![remove(row)],
        Some(Outcome::Saved(saved)) => vec![
            open(row, &saved.path),
            reveal(row, &saved.path),
            remove(row),
        ],
        Some(Outcome::Incomplete(incomplete)) => {
            let retry = can_go_on.then(|| {
                if row.wants_password() {
                    password(row)
                } else {
                    retry(row)
                }
            });
            let rest = [reveal(row, &incomplete.path), remove(row)];
            retry.into_iter().chain(rest).collect()
        }
        Some(_) if !can_go_on => vec![remove(row)],
        Some(Outcome::Paused(_) | Outcome::Failed(_)) if row.wants_password() => {
            vec![password(row), remove(row)]
        }
        Some(Outcome::Paused(_)) => {
            let rest = [resume(row), remove(row)];
            let other = elsewhere(row).or_else(|| forget(row));
            other.into_iter().chain(rest).collect()
        }
        Some(Outcome::Cancelled | Outcome::Failed(_)) => {
            let other = near(row).or_else(|| elsewhere(row)).or_else(|| forget(row));
            let other = other.or_else(|| why(row));
            let rest = [again(row), remove(row)];
            other.into_iter().chain(rest).collect()
        }
    }
}

/// The action of a double click on the name.
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

/// Finds out why the host cannot be reached, if it cannot.
fn why(row: &Row) -> Option<Offer> {
    let Some(Outcome::Failed(Failure::Fetch(error))) = row.transfer.outcome() else {
        return None;
    };
    if !error.is_of_connecting() && !matches!(error, ClientError::Tls(TlsError::Handshake { .. })) {
        return None;
    }
    let (peer, name) = match (&row.request, &row.delivery) {
        (Some(request), _) => {
            let name = t!("find-out-why-file", name = row.name().as_ref());
            ((request.host.clone(), request.port), name)
        }
        (None, Some(delivery)) => {
            let name = t!("find-out-why-sent", name = row.name().as_ref());
            ((delivery.host.clone(), delivery.port), name)
        }
        (None, None) => return None,
    };
    let action = Action::FindOutWhy(Some(peer));
    Some(Offer::new(Slot::Why, t!("find-out-why"), name, action).icon(ICON_HELP))
}

/// Asks for the password that it needs.
fn password(row: &Row) -> Offer {
    let name = match row.delivery {
        Some(_) => t!("enter-password-sent", name = row.name().as_ref()),
        None => t!("enter-password-file", name = row.name().as_ref()),
    };
    let (text, name) = if row.wants_pin() {
        let name = t!("enter-pin-sent", name = row.name().as_ref());
        (t!("enter-pin"), name)
    } else {
        (t!("enter-password"), name)
    };
    let action = Action::EnterPassword(Waiting::Row(row.key));
    Offer::new(Slot::Flow, text, name, action).icon(ICON_KEY)
}

/// Forgets the identity of the host, if that has changed.
fn forget(row: &Row) -> Option<Offer> {
    let Some(ClientError::Tls(error)) = row.error() else {
        return None;
    };
    let of = Forgotten::of(error)?;
    let name = t!("forget-old-identity-file", name = row.name().as_ref());
    let action = Action::AskToForget(of);
    Some(Offer::new(Slot::Near, t!("forget-old-identity"), name, action).icon(ICON_LOCK_OPEN))
}

/// Saves to another folder, if that may help.
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

/// Retries an interrupted transfer at once.
pub(super) fn try_now(row: &Row) -> Offer {
    let name = t!("try-now-file", name = row.name().as_ref());
    let action = Action::TryNow(row.transfer.id());
    Offer::new(Slot::Now, t!("try-now"), name, action).icon(ICON_REPLAY)
}

/// Downloads the file with the closest name.
fn near(row: &Row) -> Option<Offer> {
    let near = row.transfer.nearest()?;
    let last = near.trim_end_matches('/').rsplit('/').next();
    let shown = shortened(last.unwrap_or(&near));
    let (text, name) = (
        t!("download-near", name = shown),
        t!("download-near", name = &near),
    );
    let action = Action::Instead(row.transfer.id(), near);
    Some(Offer::new(Slot::Near, text, name, action).icon(ICON_ARROW_DOWNWARD))
}

/// Shortens a name to fit on a button.
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
    let (what, icon) = match row.transfer.files() {
        _ if !row.is_unfinished() => (t!("remove-from-list"), ICON_CLOSE),
        // The complete files of a folder are not deleted.
        Some(_) => (t!("remove-keeps-files"), ICON_DELETE),
        None => (t!("remove-deletes-part"), ICON_DELETE),
    };
    Offer {
        tooltip: Some(t!("with-key", what = what, key = t!("key-delete"))),
        ..Offer::new(Slot::End, t!("remove"), name, action).icon(icon)
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
        // The path comes last, because an icon alone does not say what it does.
        tooltip: Some(format!("{}\n{}", t!("show-in-folder"), path.display())),
        ..Offer::new(Slot::Reveal, t!("show-in-folder"), name, action).icon(ICON_FOLDER_OPEN)
    }
}
