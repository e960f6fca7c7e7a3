//! What a user can ask for. The tabs say it, [`App`](super::app::App) does it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::model::Dropped;
use crate::settings::{Settings, Tab};
use landline_engine::client::Place;
use landline_engine::transfer::TransferId;

/// Something that the user is asked before it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Share what was dropped instead of what is shared now?
    Share(Dropped),
    /// Close the window although something is on its way?
    Close,
}

/// What a folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Folder {
    /// *Shared folder*.
    Shared,
    /// *Save to*.
    SaveTo,
    /// A download that cannot be saved where it was to be.
    Download(TransferId),
}

/// Something that was clicked, typed or dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Show a tab.
    Show(Tab),
    /// Let the user choose a folder.
    Browse(Folder),
    /// Files or folders were dropped on the window.
    Dropped(Vec<PathBuf>),
    /// Share all of the folder of which some entries were dropped.
    ShareWhole,
    /// What was dropped is not to be shared.
    ForgetDropped,
    /// The question was answered with yes or no.
    Answer(bool),
    /// Share the folder.
    StartSharing,
    /// Share no longer.
    StopSharing,
    /// Share on this port instead.
    UsePort(u16),
    /// The settings were these, and are others now.
    SettingsChanged(Box<Settings>),
    /// Put a text on the clipboard.
    Copy(String),
    /// Show what the host in the fields shares.
    List,
    /// Show this folder, whatever the fields say.
    OpenFolder(Place),
    /// Ask again what is in the folder that is looked at.
    Refresh,
    /// Download what is chosen, or what the fields say.
    Download,
    /// Download the files and folders of these names from this computer, whatever the fields say.
    DownloadFrom(Place, Vec<String>),
    /// Go on with a download that ended, or try it again.
    Again(TransferId),
    /// End a download and keep what has arrived.
    Pause(TransferId),
    /// The same with every download that is on its way.
    PauseAll,
    /// Go on with every download that is paused.
    ResumeAll,
    /// Let a download that was cut off try at once.
    TryNow(TransferId),
    /// Download the file of this name from where this download came to nothing.
    Instead(TransferId, String),
    /// End a transfer, whichever way it goes.
    Cancel(TransferId),
    /// Take a download off the list, and what is kept of it off the disk.
    Remove(TransferId),
    /// Take everything off the list that is over.
    ClearFinished,
    /// Show the folder with the log files.
    ShowLogFiles,
    /// Open a file with the program that the system has for it.
    Open(PathBuf),
    /// Show a file in its folder.
    Reveal(PathBuf),
    /// Send the message that was written.
    Say,
    /// The oldest notice was read.
    DismissNotice,
}

/// Two clicks within this time are one double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);

/// Tells clicks that are meant from the second half of a double click: after a row has gone, another
/// one is under the pointer at once, and would go, too.
#[derive(Debug, Default)]
pub(crate) struct Clicks {
    last: Option<Instant>,
}

impl Clicks {
    /// Whether the one at `now` is meant.
    pub(crate) fn is_meant(&mut self, now: Instant) -> bool {
        let since = self.last.map(|last| now.saturating_duration_since(last));
        let is_meant = since.is_none_or(|since| since >= DOUBLE_CLICK);
        if is_meant {
            self.last = Some(now);
        }
        is_meant
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_click_ends_one_thing() {
        let mut clicks = Clicks::default();
        let now = Instant::now();
        assert!(clicks.is_meant(now));
        assert!(!clicks.is_meant(now + Duration::from_millis(150)));
        assert!(clicks.is_meant(now + DOUBLE_CLICK));
    }
}
