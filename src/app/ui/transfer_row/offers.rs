//! What can be done about a transfer.

use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{ICON_CLOSE, ICON_DELETE, ICON_PAUSE, ICON_PLAY_ARROW};

use crate::app::actions::Action;
use crate::app::model::row::Row;
use crate::net::{Direction, Outcome};
use crate::t;

/// A button.
#[derive(Debug)]
pub(super) struct Offer {
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

/// Buttons in the first line, from the right.
pub(super) type Beside = Vec<Option<Offer>>;

/// How many buttons may ever stand in the first line.
pub(super) fn slots(row: &Row) -> usize {
    match row.transfer.direction() {
        Direction::Upload => 1,
        Direction::Download => 2,
    }
}

/// Every word that may stand in each place of the first line.
pub(super) fn words() -> [[String; 2]; 2] {
    [[t!("cancel"), t!("remove")], [t!("pause"), t!("resume")]]
}

/// In the first line, from the right: so that pausing and going on moves nothing.
pub(super) fn beside(row: &Row) -> Beside {
    match row.transfer.outcome() {
        None if row.transfer.direction() == Direction::Download => {
            vec![Some(cancel(row)), Some(pause(row))]
        }
        None => vec![Some(cancel(row))],
        Some(Outcome::Paused(None)) => vec![Some(remove(row)), Some(resume(row))],
        Some(_) => Vec::new(),
    }
}

/// Below the name, from the left.
pub(super) fn below(row: &Row) -> Vec<Offer> {
    let Some(outcome) = row.transfer.outcome() else {
        return Vec::new();
    };
    let mut offers = Vec::new();
    match outcome {
        Outcome::Sent | Outcome::Paused(None) => {}
        Outcome::Paused(Some(_)) => offers.extend([resume(row), remove(row)]),
        Outcome::Saved(saved) => {
            let name = row.transfer.name();
            let (text, name) = (t!("open"), t!("open-file", name = name));
            offers.push(Offer::new(text, name, Action::Open(saved.path.clone())));
            offers.push(reveal(row, &saved.path));
        }
        Outcome::Incomplete(incomplete) => {
            if row.request.is_some() {
                let name = t!("retry-failed-file", name = row.transfer.name());
                let again = Action::Again(row.transfer.id());
                offers.push(Offer::new(t!("retry-failed"), name, again));
            }
            offers.push(reveal(row, &incomplete.path));
            offers.push(remove(row));
        }
        Outcome::Cancelled | Outcome::Failed(_) => {
            if row.request.is_some() {
                let name = t!("try-again-file", name = row.transfer.name());
                let again = Action::Again(row.transfer.id());
                offers.push(Offer::new(t!("try-again"), name, again));
            }
            if row.request.is_some() {
                offers.push(remove(row));
            }
        }
    }
    offers
}

impl Offer {
    fn new(text: String, name: String, action: Action) -> Self {
        Self {
            text,
            name,
            tooltip: None,
            icon: ICON_CLOSE,
            action,
        }
    }
}

fn pause(row: &Row) -> Offer {
    let (id, name) = (row.transfer.id(), row.transfer.name());
    Offer {
        icon: ICON_PAUSE,
        ..Offer::new(
            t!("pause"),
            t!("pause-file", name = name),
            Action::Pause(id),
        )
    }
}

fn resume(row: &Row) -> Offer {
    let (id, name) = (row.transfer.id(), row.transfer.name());
    Offer {
        icon: ICON_PLAY_ARROW,
        ..Offer::new(
            t!("resume"),
            t!("resume-file", name = name),
            Action::Again(id),
        )
    }
}

fn cancel(row: &Row) -> Offer {
    let (id, name) = (row.transfer.id(), row.transfer.name());
    Offer::new(
        t!("cancel"),
        t!("cancel-file", name = name),
        Action::Cancel(id),
    )
}

fn remove(row: &Row) -> Offer {
    let (id, name) = (row.transfer.id(), row.transfer.name());
    Offer {
        icon: ICON_DELETE,
        tooltip: Some(match row.transfer.files() {
            // Of a folder, those files stay that are whole.
            Some(_) => t!("remove-keeps-files"),
            None if row.is_unfinished() => t!("remove-deletes-part"),
            None => t!("remove-from-list"),
        }),
        ..Offer::new(
            t!("remove"),
            t!("remove-file", name = name),
            Action::Remove(id),
        )
    }
}

fn reveal(row: &Row, path: &std::path::Path) -> Offer {
    let name = t!("show-file-in-folder", name = row.transfer.name());
    Offer::new(t!("show-in-folder"), name, Action::Reveal(path.to_owned()))
}
