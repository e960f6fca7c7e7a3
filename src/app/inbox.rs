//! The channels from workers to the window, with one wake-up for both.
//!
//! Events that must not be lost (a share that started or ended, the result of a dialog, the
//! response of another computer) have a channel of their own, so that a flood of transfers cannot
//! crowd them out. Others may be dropped: the outcome of a transfer is in the transfer as well.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::actions::Folder;
use super::model::Dropped;
use super::model::known::KnownComputer;
use super::model::privacy::OwnIdentity;
use super::model::receiving::LookedAt;
use super::model::send_to::SendTo;
use super::model::sockets::Unlisted;
use crate::settings::Tab;
use crate::text::Sentence;
use landline_engine::call::CallId;
use landline_engine::client::{ClientEvent, Request};
use landline_engine::discovery::{AnnounceEvent, BrowseEvent};
use landline_engine::doctor::Diagnosis;
use landline_engine::doctor::firewall::Firewall;
use landline_engine::server::ServerEvent;
use landline_engine::transfer::Reporter;
use landline_engine::transport::tcp::TcpSocket;

/// Each of these events results from a click, so they are few.
const URGENT: usize = 64;
/// The events that a fast disk with many small files causes between two frames of a slow window.
const USUAL: usize = 4096;
/// The most events that one frame handles, so that a flood does not block drawing.
const BUDGET: usize = 1024;

/// An event from outside the window's thread.
#[derive(Debug)]
pub(crate) enum Event {
    /// From the server, with the time of day.
    Server(String, ServerEvent),
    /// From the receiver of LocalSend, with the time of day.
    LocalSend(String, ServerEvent),
    /// From a download or a message.
    Client(ClientEvent),
    /// The user chose a folder.
    Picked(Folder, PathBuf),
    /// The user chose a file to send in a call.
    FileToSend(Tab, CallId, PathBuf),
    /// Files, or a folder, were chosen in a dialog to be sent there.
    FilesToSend(Vec<PathBuf>, SendTo),
    /// The user chose where to save a conversation.
    SaveCall(Tab, CallId, PathBuf),
    /// The sockets of this program, or why they are unknown.
    Sockets(Result<Vec<TcpSocket>, Unlisted>),
    /// Something was dropped on the window to be shared.
    Dropped(Dropped),
    /// A folder for downloads was created, or why it was not.
    FolderCreated(PathBuf, Result<(), Sentence>),
    /// The folder for received files was looked at.
    ReceiveFolder(LookedAt),
    /// The files in a folder were counted.
    InFolder {
        /// The folder.
        folder: PathBuf,
        /// How many were found.
        files: u64,
        /// Whether there may be more.
        more: bool,
    },
    /// The parts of these requests were deleted.
    Discarded(Vec<Request>),
    /// The dialog was closed, with or without a choice.
    DialogClosed,
    /// Something failed.
    Problem(Sentence),
    /// Whether the system starts the program, and why that could not be read or changed.
    Autostart {
        /// Whether it does.
        on: bool,
        /// The problem.
        why: Option<Sentence>,
    },
    /// The program was started again: raise the window, and then answer.
    Raise(Sender<()>),
    /// Who announces itself nearby.
    Nearby(BrowseEvent),
    /// What became of the announcement of the share.
    Announced(AnnounceEvent),
    /// What the examination with this number has found so far.
    Diagnosed(u64, Diagnosis),
    /// What is remembered of other computers.
    Known(Vec<KnownComputer>),
    /// The password of this host and port was entered.
    PasswordSet(String, u16),
    /// The identity of this host and port was forgotten.
    IdentityForgotten(String, u16),
    /// The identity of this computer was read or made, or why it cannot be used.
    Identity(OwnIdentity),
    /// The firewall that may keep others out of the share.
    Firewall(Option<Firewall>),
    /// The appearance of the system changed; `None` where it is unknown.
    #[cfg_attr(
        not(any(test, target_os = "linux")),
        expect(dead_code, reason = "egui reports it on other systems")
    )]
    Appearance {
        /// Dark mode.
        dark: Option<bool>,
        /// Reduced motion.
        calm: Option<bool>,
    },
}

/// The receiving end, in the window.
#[derive(Debug)]
pub(crate) struct Inbox {
    urgent: Receiver<Event>,
    usual: Receiver<Event>,
    wake_pending: Arc<AtomicBool>,
}

/// The sending end, for the workers.
#[derive(Clone)]
pub(crate) struct Outbox {
    urgent: Sender<Event>,
    usual: Sender<Event>,
    wake_pending: Arc<AtomicBool>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

/// Creates both ends. `wake` is called once when events become pending, until they are taken.
pub(crate) fn inbox(wake: impl Fn() + Send + Sync + 'static) -> (Inbox, Outbox) {
    let (urgent_in, urgent) = bounded(URGENT);
    let (usual_in, usual) = bounded(USUAL);
    let wake_pending = Arc::new(AtomicBool::new(false));
    let outbox = Outbox {
        urgent: urgent_in,
        usual: usual_in,
        wake_pending: Arc::clone(&wake_pending),
        wake: Arc::new(wake),
    };
    let inbox = Inbox {
        urgent,
        usual,
        wake_pending,
    };
    (inbox, outbox)
}

impl Inbox {
    /// The pending events, at most as many as one frame should handle, and whether there are more.
    pub(crate) fn take(&self) -> (Vec<Event>, bool) {
        // Cleared first, so that an event that arrives from now on wakes the window again.
        self.wake_pending.store(false, Ordering::Release);
        let mut events: Vec<_> = self.urgent.try_iter().collect();
        events.extend(self.usual.try_iter().take(BUDGET));
        (events, !self.usual.is_empty())
    }
}

impl Outbox {
    /// Sends an event to the window. Never blocks.
    pub(crate) fn send(&self, event: Event) {
        let channel = if is_urgent(&event) {
            &self.urgent
        } else {
            &self.usual
        };
        if let Err(error) = channel.try_send(event) {
            log::debug!("the window did not take an event in time: {error}");
        }
        if !self.wake_pending.swap(true, Ordering::AcqRel) {
            (self.wake)();
        }
    }

    /// The reporter for the server.
    pub(crate) fn server(&self) -> Reporter<ServerEvent> {
        let outbox = self.clone();
        Reporter::new(move |event| outbox.send(Event::Server(clock(), event)))
    }

    /// The reporter for the receiver of LocalSend.
    pub(crate) fn localsend(&self) -> Reporter<ServerEvent> {
        let outbox = self.clone();
        Reporter::new(move |event| outbox.send(Event::LocalSend(clock(), event)))
    }

    /// The reporter for the client.
    pub(crate) fn client(&self) -> Reporter<ClientEvent> {
        let outbox = self.clone();
        Reporter::new(move |event| outbox.send(Event::Client(event)))
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outbox")
    }
}

fn is_urgent(event: &Event) -> bool {
    match event {
        Event::Server(_, event) | Event::LocalSend(_, event) => {
            matches!(
                event,
                ServerEvent::Listening(_) | ServerEvent::Trusted(_) | ServerEvent::Stopped(_)
            )
        }
        Event::Client(event) => match event {
            ClientEvent::Listed(..) | ClientEvent::Replied { .. } => true,
            ClientEvent::Changed(_) | ClientEvent::Ended(_) | ClientEvent::CallChanged(_) => false,
        },
        // Strangers cause it, and the next one replaces it.
        Event::Nearby(_) => false,
        Event::Announced(_)
        | Event::Picked(..)
        | Event::FileToSend(..)
        | Event::FilesToSend(..)
        | Event::SaveCall(..)
        | Event::Sockets(_)
        | Event::Dropped(_)
        | Event::FolderCreated(..)
        | Event::ReceiveFolder(_)
        | Event::InFolder { .. }
        | Event::Discarded(_)
        | Event::DialogClosed
        | Event::Problem(_)
        | Event::Autostart { .. }
        | Event::Raise(_)
        | Event::Diagnosed(..)
        | Event::Known(_)
        | Event::PasswordSet(..)
        | Event::IdentityForgotten(..)
        | Event::Identity(_)
        | Event::Firewall(_)
        | Event::Appearance { .. } => true,
    }
}

/// The local time of day. The first call reads the system's time zone, so never call it on the
/// UI thread.
fn clock() -> String {
    jiff::Zoned::now().strftime("%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use landline_engine::client::Place;
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use landline_engine::transfer::{Direction, Transfer};
    use landline_engine::transport::CancelToken;

    #[test]
    fn a_flood_wakes_once_and_does_not_crowd_out_urgent_events() {
        let woken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&woken);
        let (inbox, outbox) = inbox(move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let reporter = outbox.server();
        for files in 0..10_000 {
            reporter.report(ServerEvent::Counted {
                files,
                omitted: 0,
                more: true,
            });
        }
        reporter.report(ServerEvent::Stopped(Ok(())));
        assert_eq!(woken.load(Ordering::Relaxed), 1);
        let (events, more) = inbox.take();
        assert_eq!((events.len(), more), (BUDGET + 1, true));
        assert!(matches!(
            events[0],
            Event::Server(_, ServerEvent::Stopped(Ok(())))
        ));
        outbox.send(Event::DialogClosed);
        assert_eq!(woken.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn listings_survive_a_flood_of_download_events() {
        let (inbox, outbox) = inbox(|| {});
        let reporter = outbox.client();
        let one = Transfer::new(Direction::Download, "a", "box", CancelToken::new());
        let one = Arc::new(one);
        for _ in 0..USUAL {
            reporter.report(ClientEvent::Changed(Arc::clone(&one)));
            reporter.report(ClientEvent::Ended(Arc::clone(&one)));
        }
        let place = Place {
            host: "box".to_owned(),
            port: 8080,
            encryption: <_>::default(),
            path: String::new(),
        };
        reporter.report(ClientEvent::Listed(place, Ok(Arc::default())));
        reporter.report(ClientEvent::Replied {
            host: "box".to_owned(),
            port: 8080,
            text: "hello".to_owned(),
            reply: Ok("hi".to_owned()),
        });
        let (events, _) = inbox.take();
        assert!(matches!(
            events[..2],
            [
                Event::Client(ClientEvent::Listed(..)),
                Event::Client(ClientEvent::Replied { .. })
            ]
        ));
    }
}
