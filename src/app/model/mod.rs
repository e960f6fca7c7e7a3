//! The state of the window, independent of egui and sockets.

pub(crate) mod browse;
pub(crate) mod call;
pub(crate) mod calls;
pub(crate) mod client;
pub(crate) mod doctor;
pub(crate) mod finished;
pub(crate) mod history;
pub(crate) mod known;
pub(crate) mod line;
mod local_path;
pub(crate) mod localsend;
pub(crate) mod log;
pub(crate) mod nearby;
pub(crate) mod offers;
pub(crate) mod password;
pub(crate) mod plan;
pub(crate) mod privacy;
pub(crate) mod rate_history;
pub(crate) mod receiving;
pub(crate) mod row;
pub(crate) mod selection;
pub(crate) mod send_to;
pub(crate) mod server;
pub(crate) mod share_config;
pub(crate) mod sockets;
pub(crate) mod texts;
pub(crate) mod title;
pub(crate) mod totals;
pub(crate) mod transfers;
pub(crate) mod undo;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::actions::{Action, Folder, InCall, Question};
use crate::settings::{Settings, Tab};
use crate::text::Sentence;
use landline_engine::call::CallId;
use landline_engine::client::{Place, halfwidth};
use landline_engine::transport::DEFAULT_PORT;

use self::transfers::Transfers;

pub(crate) use self::calls::{Calls, Opened};
pub(crate) use self::client::ClientModel;
pub(crate) use self::finished::{Finished, Notice};
pub(crate) use self::selection::{Dropped, Selection};
pub(crate) use self::server::{Counted, ServerModel, Sharing};

/// A sender of several files sends the next one within this time.
const NEXT_FILE: Duration = Duration::from_secs(1);

/// More unread notices would fill the window; the log has them all.
const NOTICES_KEPT: usize = 3;

/// The state behind both tabs.
#[derive(Debug, Default)]
pub(crate) struct Model {
    /// The settings; the fields edit them in place.
    pub settings: Settings,
    /// The Server tab.
    pub server: ServerModel,
    /// The Client tab.
    pub client: ClientModel,
    /// Who may use the share.
    pub privacy: privacy::PrivacyModel,
    /// The line of a transfer that is open.
    pub line: line::OpenLine,
    /// Who is nearby.
    pub nearby: nearby::Nearby,
    /// This computer as a LocalSend device.
    pub localsend: localsend::LocalSend,
    /// Completed downloads to report.
    pub finished: Finished,
    /// The offer to bring back what was removed.
    pub undo: Option<undo::Undo>,
    /// Problems of the program itself, newest last.
    pub notices: VecDeque<Sentence>,
    /// Whether a file dialog is open; there is one at a time.
    pub dialog_open: bool,
    /// Whether the settings panel is open.
    pub settings_open: bool,
    /// Whether the system starts the program.
    pub autostart: Autostart,
    /// The confirmation dialog, if one is open.
    pub question: Option<Question>,
    /// The examination of *Find out why*, while its dialog is open.
    pub doctor: Option<doctor::Examination>,
    /// The computers whose identities or passwords are remembered, the latest first.
    pub known: Vec<known::KnownComputer>,
    /// The home directory, for `~`.
    pub home: Option<PathBuf>,
    /// The system's downloads folder.
    pub downloads: Option<PathBuf>,
}

/// Whether the system starts the program when the user logs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Autostart {
    /// It cannot be told to.
    #[default]
    Unavailable,
    /// The system is being told so.
    Pending(bool),
    /// It is so, or not known yet.
    Is(bool),
}

impl Model {
    /// Adds a notice that belongs to neither tab.
    pub(crate) fn notice(&mut self, what: Sentence) {
        if self.notices.len() == NOTICES_KEPT {
            self.notices.pop_front();
        }
        self.notices.push_back(what);
    }

    /// Samples the active transfers, at most ten times per second. Returns when to sample again, if
    /// anything is active.
    pub(crate) fn sample(&mut self, now: Instant) -> Option<Duration> {
        let server = self.server.transfers.sample(now);
        let client = self.client.transfers.sample(now);
        for transfer in self.client.transfers.take_unreported() {
            if self.asks_about(&transfer) {
                self.finished.asked(&transfer);
            } else {
                self.finished.ended(&transfer);
            }
            if let Some(folder) = row::missing_folder(&transfer) {
                let folder = folder.to_owned();
                self.client.failure = Some(Failure {
                    reason: crate::sentence!("target-missing", folder = &folder),
                    steps: vec![Step::CreateFolder(folder)],
                });
            }
        }
        for transfer in self.server.transfers.take_unreported() {
            self.finished.received(&transfer);
            self.server.received_until = Some(now + NEXT_FILE);
        }
        if !self.is_arriving(now) {
            self.server.received_until = None;
            self.finished.batch_ended(now);
        }
        let received = self.server.received_until;
        let received = received.map(|until| until.saturating_duration_since(now));
        let toasts = self.finished.toasts().iter();
        let toast = toasts.map(|toast| toast.left(now)).min();
        let undo = self.undo.as_ref();
        let undo = undo.map(|undo| undo.until.saturating_duration_since(now));
        let offers = self.server.offers.sample(now);
        [server, client, toast, undo, offers, received]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether a dialog of the window is open, which has the keyboard.
    pub(crate) fn has_dialog(&self) -> bool {
        let is_about_window = self.settings_open || self.question.is_some();
        let is_asked = self.client.password.is_some() || self.localsend.draft.is_some();
        is_about_window || is_asked || self.doctor.is_some() || self.server.shows_code
    }

    /// What fills the page of `tab` instead of its cards.
    pub(crate) fn opened(&self, tab: Tab) -> Option<Opened> {
        match tab {
            Tab::Server => self.server.opened,
            Tab::Client => self.client.opened,
        }
    }

    /// Opens the line of a row or a call on the tab that has it, or closes it.
    pub(crate) fn open(&mut self, tab: Tab, opened: Option<Opened>) {
        if !matches!(opened, Some(Opened::Call(_))) {
            self.calls(tab).close_view();
        }
        match tab {
            Tab::Server => self.server.opened = opened,
            Tab::Client => self.client.opened = opened,
        }
    }

    /// The calls of `tab`.
    pub(crate) fn calls(&mut self, tab: Tab) -> &mut Calls {
        match tab {
            Tab::Server => &mut self.server.calls,
            Tab::Client => &mut self.client.calls,
        }
    }

    /// Whether the computer should stay awake, because bytes may arrive or leave at any time.
    pub(crate) fn is_busy(&self, now: Instant) -> bool {
        self.server.transfers.is_busy(now) || self.client.transfers.is_busy(now)
    }

    /// Whether closing the window would interrupt something.
    pub(crate) fn is_moving(&self) -> bool {
        let of = |transfers: &Transfers| transfers.active() != (0, 0);
        of(&self.server.transfers) || of(&self.client.transfers)
    }

    /// The notification to show, if it is time for one.
    pub(crate) fn take_notification(&mut self, now: Instant, is_in_front: bool) -> Option<Notice> {
        let is_arriving = self.is_arriving(now);
        self.finished.tick(now, is_arriving, is_in_front)
    }

    /// The notification about a request to send or a text, if there is a new one.
    pub(crate) fn take_request(&mut self, is_in_front: bool) -> Option<Notice> {
        let Some(offer) = self.server.offers.take_news() else {
            let text = self.localsend.texts.take_news()?;
            return (!is_in_front).then(|| text.notice());
        };
        let names = offers::names(&offer);
        let body = (!names.is_empty()).then(|| crate::sentence!("offered-files", names = names));
        let title = offers::question(&offer);
        (!is_in_front).then_some(Notice { title, body })
    }

    /// Whether downloads, or files that the server receives, are not over: several are reported together. One file of
    /// many may follow the other after a pause.
    fn is_arriving(&self, now: Instant) -> bool {
        let mut served = self.server.transfers.open().iter();
        self.is_downloading(now)
            || self.server.received_until.is_some_and(|until| now < until)
            || served.any(|row| row.is_received && row.is_active())
    }

    /// Whether downloads are queued or active. Excludes those that have stalled for long, which may
    /// never end.
    fn is_downloading(&self, now: Instant) -> bool {
        let downloads = &self.client.transfers;
        let (_, waiting) = downloads.active();
        waiting > 0 || downloads.is_busy(now)
    }

    /// The path that was typed or pasted, with `~` expanded.
    ///
    /// # Errors
    /// It is on another computer, or not a path.
    pub(super) fn path(&self, typed: &str) -> Result<PathBuf, Sentence> {
        let path = local_path::parse(typed)?;
        let below = path.to_str().and_then(|path| path.strip_prefix('~'));
        Ok(match (&self.home, below) {
            (Some(home), Some("")) => home.clone(),
            (Some(home), Some(rest)) if rest.starts_with(['/', '\\']) => {
                home.join(rest.trim_start_matches(['/', '\\']))
            }
            _ => path,
        })
    }

    /// Shows the path itself in *Shared folder*; says what is wrong with it or with the port.
    pub(crate) fn check_share_fields(&mut self) {
        tidy_path(&mut self.settings.folder);
        tidy_port(&mut self.settings.port);
        let wrong = self.path(&self.settings.folder).err();
        let wrong = wrong.or_else(|| port(&self.settings.port).err());
        self.server.failure = wrong.map(Failure::new).or(self.server.failure.take());
    }

    /// Shows the path itself in *Received files go to*.
    pub(crate) fn tidy_receive_folder(&mut self) {
        tidy_path(&mut self.settings.receive_to);
    }
}

/// Why something failed, and the buttons that may fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The reason and its hint.
    pub reason: Sentence,
    /// The buttons, in this order.
    pub steps: Vec<Step>,
}

/// A button that may fix a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Share on this port instead.
    UsePort(u16),
    /// Retry.
    TryAgain,
    /// Show the log.
    ShowLog,
    /// Create this folder and go on with the downloads.
    CreateFolder(PathBuf),
    /// Download this folder of the other computer.
    DownloadFolder(Place, String),
    /// Share this folder instead.
    ShareFolder(PathBuf),
    /// Share only this file.
    ShareFile(PathBuf),
    /// Call the same host again.
    CallAgain(CallId),
    /// Find out why this host and port cannot be reached.
    FindOutWhy(String, u16),
    /// Try again to become visible to LocalSend devices; with a port, on that one.
    BecomeVisible(Option<u16>),
    /// Choose another folder for received files.
    ChooseReceived,
}

impl Step {
    /// The action that carries it out; the log is shown without one.
    pub(crate) fn action(self) -> Option<Action> {
        match self {
            Self::UsePort(port) => Some(Action::UsePort(port)),
            Self::TryAgain => Some(Action::StartSharing),
            Self::ShowLog => None,
            Self::CreateFolder(path) => Some(Action::CreateFolder(path)),
            Self::DownloadFolder(place, name) => Some(Action::DownloadFrom(place, vec![name])),
            Self::CallAgain(id) => Some(Action::InCall(Tab::Client, id, InCall::Again)),
            Self::FindOutWhy(host, port) => Some(Action::FindOutWhy(Some((host, port)))),
            Self::ShareFolder(path) | Self::ShareFile(path) => Some(Action::Dropped(vec![path])),
            Self::BecomeVisible(port) => Some(Action::BecomeVisible(port)),
            Self::ChooseReceived => Some(Action::Browse(Folder::Received)),
        }
    }
}

impl Failure {
    /// A failure without buttons: the user has to change what was typed.
    pub(crate) fn new(reason: Sentence) -> Self {
        Self {
            reason,
            steps: Vec::new(),
        }
    }
}

/// Parses a port field; an empty one is the default port.
pub(crate) fn port(typed: &str) -> Result<u16, Sentence> {
    let plain: String = typed.chars().map(halfwidth).collect();
    match plain.trim() {
        "" => Ok(DEFAULT_PORT),
        digits => match digits.parse() {
            Ok(port) if port > 0 => Ok(port),
            _ => Err(crate::sentence!("bad-port", port = typed.trim())),
        },
    }
}

/// Shows the port itself, if it is one: digits may come from an input method.
fn tidy_port(typed: &mut String) {
    if !typed.is_empty()
        && let Ok(port) = port(typed)
    {
        *typed = port.to_string();
    }
}

/// Shows the path itself, if it was pasted in another form.
fn tidy_path(typed: &mut String) {
    if let Some(path) = local_path::tidied(typed) {
        *typed = path;
    }
}

/// A request for `name`, for tests.
#[cfg(test)]
pub(crate) fn request(name: &str) -> landline_engine::client::Request {
    landline_engine::client::Request {
        host: "box".to_owned(),
        port: 8080,
        encryption: <_>::default(),
        name: name.to_owned(),
        query: None,
        target: landline_engine::client::Target::Folder(PathBuf::from("/tmp")),
        protocol: None,
        exists: landline_engine::client::IfExists::Keep,
    }
}

/// Adds a download of `name` to a list, for tests.
#[cfg(test)]
pub(crate) fn add(
    transfers: &mut Transfers,
    name: &str,
) -> std::sync::Arc<landline_engine::transfer::Transfer> {
    use landline_engine::transfer::{Direction, Transfer};
    use landline_engine::transport::CancelToken;

    let one = Transfer::new(Direction::Download, name, "box", CancelToken::new());
    let one = std::sync::Arc::new(one);
    transfers.add(std::sync::Arc::clone(&one), Some(request(name)));
    one
}

#[cfg(test)]
mod tests;
