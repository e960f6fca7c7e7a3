//! The user's actions: the views emit them, and [`App`](super::app::App) carries them out.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::model::password::Waiting;
use super::model::privacy::Link;
use super::model::send_to::{SendTo, Sent};
use super::model::{Dropped, Opened};
use crate::settings::{Settings, Tab};
use landline_engine::call::CallId;
use landline_engine::client::Place;
use landline_engine::error::TlsError;
use landline_engine::identity::Fingerprint;
use landline_engine::server::receiving::{Answer, OfferId};
use landline_engine::transfer::TransferId;

/// A confirmation dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Share what was dropped instead of what is currently shared?
    Share(Dropped),
    /// Send what was dropped there, or share it?
    SendOrShare(Vec<PathBuf>, SendTo),
    /// Send what was dropped to one of these devices, or share it?
    SendToWhich(Vec<PathBuf>, Vec<SendTo>),
    /// Close the window and interrupt active transfers?
    Close,
    /// Forget the identity of a computer?
    Forget(Forgotten),
}

/// A computer whose identity may be forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Forgotten {
    /// The host.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The identity that is remembered.
    pub known: Option<Fingerprint>,
    /// The one it has now, if it has one.
    pub found: Option<Fingerprint>,
}

/// The purpose of a folder dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Folder {
    /// *Shared folder*.
    Shared,
    /// *Save to*.
    SaveTo,
    /// *Received files go to*.
    Received,
    /// Another folder for a download that could not be saved.
    Download(TransferId),
}

impl Forgotten {
    /// The identity that has changed.
    pub(crate) fn of(error: &TlsError) -> Option<Self> {
        match error {
            TlsError::IdentityChanged {
                host,
                port,
                known,
                found,
            } => Some(Self {
                host: host.clone(),
                port: *port,
                known: Some(*known),
                found: Some(*found),
            }),
            _ => None,
        }
    }
}

/// An action of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Show a tab.
    Show(Tab),
    /// Open a folder dialog.
    Browse(Folder),
    /// Files or folders were dropped on the window.
    Dropped(Vec<PathBuf>),
    /// Choose files to send to the host in the fields.
    ChooseFilesToSend,
    /// Send these files.
    SendFiles(Vec<PathBuf>, SendTo),
    /// Choose something to send to the LocalSend device with this ID.
    SendToDevice(String, Sent),
    /// Send the text that was written to a device.
    SendText,
    /// Discard it.
    DismissText,
    /// Let LocalSend devices see this computer, or no longer.
    SetVisible(bool),
    /// Try again to become visible to them; with a port, on that one.
    BecomeVisible(Option<u16>),
    /// Open the address that a device has sent.
    OpenLink(String),
    /// Close the oldest text that a device has sent.
    CloseText,
    /// Share what was dropped.
    ShareDropped(Vec<PathBuf>),
    /// Close the confirmation dialog without an answer.
    DismissQuestion,
    /// Create the folder that downloads go to.
    CreateFolder(PathBuf),
    /// Share the whole folder instead of the dropped selection.
    ShareWhole,
    /// Discard the dropped selection.
    ForgetDropped,
    /// The answer to the confirmation dialog.
    Answer(bool),
    /// Open the line of a row or a call on a tab.
    OpenLine(Tab, Opened),
    /// Return from it to the cards.
    CloseLine(Tab),
    /// Start sharing.
    StartSharing,
    /// Stop sharing.
    StopSharing,
    /// What others may do, or the folder for received files, was changed.
    ApplyReceiving,
    /// The password was typed, or whether links open without it was changed.
    ApplyPrivacy,
    /// Make old links worthless.
    NewLink,
    /// Copy a link to the share.
    CopyLink(Link),
    /// Answer a request to send.
    AnswerOffer(OfferId, Answer),
    /// Share on this port instead.
    UsePort(u16),
    /// The settings changed; these are the previous ones.
    SettingsChanged(Box<Settings>),
    /// Start the program when the user logs in, or no longer.
    SetAutostart(bool),
    /// Copy a text to the clipboard.
    Copy(String),
    /// List the host in the fields.
    List,
    /// Open this folder, whatever the fields contain.
    OpenFolder(Place),
    /// Reload the current folder.
    Refresh,
    /// Download the selection, or what the fields name.
    Download,
    /// Download the links that were pasted together.
    DownloadPasted,
    /// Download the files and folders with these names from a host, whatever the fields contain.
    DownloadFrom(Place, Vec<String>),
    /// Resume or retry a download that ended.
    Again(TransferId),
    /// Pause a download and keep its part.
    Pause(TransferId),
    /// Pause all active downloads.
    PauseAll,
    /// Resume all paused downloads.
    ResumeAll,
    /// Retry an interrupted download at once.
    TryNow(TransferId),
    /// Download the file with this name in place of a failed download.
    Instead(TransferId, String),
    /// Cancel a transfer in either direction.
    Cancel(TransferId),
    /// Remove a row from its list, and delete what was downloaded of it.
    Remove(TransferId),
    /// Remove all completed transfers from the list of a tab.
    ClearFinished(Tab),
    /// Bring back what was removed.
    Undo,
    /// Stop offering to bring it back.
    DismissUndo,
    /// Show the folder with the log files.
    ShowLogFiles,
    /// Open a file with its default program.
    Open(PathBuf),
    /// Show a file in the file manager.
    Reveal(PathBuf),
    /// Open the listing of the device nearby with this ID.
    OpenDevice(String),
    /// Search for devices nearby from the start.
    LookAgain,
    /// Find out why this host and port, or devices in general, cannot be reached.
    FindOutWhy(Option<(String, u16)>),
    /// Open the listing of a host on the port on which it turned out to share.
    UseOtherPort(String, u16),
    /// Ask the system for the sockets of this program.
    LookUpSockets,
    /// Call the host in the fields.
    Call,
    /// Do something in a call of a tab.
    InCall(Tab, CallId, InCall),
    /// Do something in all calls of a tab.
    AllCalls(Tab, AllCalls),
    /// Ask for the password that this listing or row waits for.
    EnterPassword(Waiting),
    /// Try the password that was entered.
    SubmitPassword,
    /// Close the question for a password.
    DismissPassword,
    /// Ask whether to forget the identity of a host.
    AskToForget(Forgotten),
    /// Forget the identity and the password of this host and port.
    ForgetComputer(String, u16),
    /// Dismiss the oldest notice.
    DismissNotice,
}

/// An action in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InCall {
    /// Call the same host again.
    Again,
    /// Send these bytes.
    Send(Vec<u8>),
    /// Send these bytes again and again, after this time each.
    Repeat(Vec<u8>, Duration),
    /// No longer repeat.
    StopRepeating,
    /// Choose a file to send.
    ChooseFile,
    /// Hang up.
    HangUp,
    /// Stop sending, but go on receiving.
    StopSending,
    /// Reset the connection.
    Reset,
    /// Choose a file to save the conversation in.
    Save,
    /// Remove the row.
    Remove,
}

/// An action in all calls of a tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AllCalls {
    /// Open the page of this call, to send to all.
    Answer(CallId),
    /// Send these bytes.
    Send(Vec<u8>),
    /// Hang up.
    HangUp,
}

/// Two clicks within this time are one double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);

/// Filters out the second half of a double click: when a row disappears, the next one is under the
/// pointer at once, and the second click would remove that, too.
#[derive(Debug, Default)]
pub(crate) struct Clicks {
    last: Option<Instant>,
}

impl Clicks {
    /// Whether the click at `now` is intentional.
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
    fn a_double_click_removes_one_row() {
        let mut clicks = Clicks::default();
        let now = Instant::now();
        assert!(clicks.is_meant(now));
        assert!(!clicks.is_meant(now + Duration::from_millis(150)));
        assert!(clicks.is_meant(now + DOUBLE_CLICK));
    }
}
