//! How workers tell the window what happened: bounded channels and one bell.
//!
//! What must not be lost (a share began or ended, a dialog or a question to another computer was
//! answered) has a channel of its own, so that a flood of transfers cannot push it out. Of the rest some may be lost: how a transfer
//! ended is in the transfer too.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::actions::Folder;
use super::model::{Dropped, Firewall};
use crate::text::Sentence;
use landline_engine::client::ClientEvent;
use landline_engine::server::ServerEvent;
use landline_engine::transfer::Reporter;

/// Nothing sends more of these than a user can click.
const URGENT: usize = 64;
/// What a fast disk full of small files brings between two passes of a slow window.
const USUAL: usize = 4096;
/// What is taken in one pass, so that a flood does not keep the window from drawing.
const BUDGET: usize = 1024;

/// Something that happened outside of the window.
#[derive(Debug)]
pub(crate) enum Event {
    /// To the share, at the clock's time.
    Server(String, ServerEvent),
    /// To a download or a message.
    Client(ClientEvent),
    /// The user chose a folder.
    Picked(Folder, PathBuf),
    /// This was dropped on the window to be shared.
    Dropped(Dropped),
    /// The files in a folder were counted.
    InFolder {
        /// The folder.
        folder: PathBuf,
        /// How many were found.
        files: u64,
        /// Whether there may be more.
        more: bool,
    },
    /// The dialog is gone, whether a folder was chosen or not.
    DialogClosed,
    /// Something did not work.
    Problem(Sentence),
    /// What may keep others out.
    Firewall(Option<Firewall>),
    /// The system looks different from now on; `None` where it does not say.
    #[cfg_attr(
        not(any(test, target_os = "linux")),
        expect(dead_code, reason = "egui hears of it from other systems")
    )]
    Appearance {
        /// Whether it is dark.
        dark: Option<bool>,
        /// Whether it wants less motion.
        calm: Option<bool>,
    },
}

/// The window's end.
#[derive(Debug)]
pub(crate) struct Inbox {
    urgent: Receiver<Event>,
    usual: Receiver<Event>,
    rung: Arc<AtomicBool>,
}

/// The workers' end.
#[derive(Clone)]
pub(crate) struct Outbox {
    urgent: Sender<Event>,
    usual: Sender<Event>,
    rung: Arc<AtomicBool>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

/// Both ends; `wake` is called when there is something to take, once until it is taken.
pub(crate) fn inbox(wake: impl Fn() + Send + Sync + 'static) -> (Inbox, Outbox) {
    let (urgent_in, urgent) = bounded(URGENT);
    let (usual_in, usual) = bounded(USUAL);
    let rung = Arc::new(AtomicBool::new(false));
    let outbox = Outbox {
        urgent: urgent_in,
        usual: usual_in,
        rung: Arc::clone(&rung),
        wake: Arc::new(wake),
    };
    let inbox = Inbox {
        urgent,
        usual,
        rung,
    };
    (inbox, outbox)
}

impl Inbox {
    /// What has come, at most as much as one pass should handle, and whether there is more.
    pub(crate) fn take(&self) -> (Vec<Event>, bool) {
        // Before looking: what comes from now on rings again.
        self.rung.store(false, Ordering::Release);
        let mut events: Vec<_> = self.urgent.try_iter().collect();
        events.extend(self.usual.try_iter().take(BUDGET));
        (events, !self.usual.is_empty())
    }
}

impl Outbox {
    /// Tell the window. Never blocks.
    pub(crate) fn send(&self, event: Event) {
        let channel = if is_urgent(&event) {
            &self.urgent
        } else {
            &self.usual
        };
        if let Err(error) = channel.try_send(event) {
            log::debug!("the window did not take an event in time: {error}");
        }
        if !self.rung.swap(true, Ordering::AcqRel) {
            (self.wake)();
        }
    }

    /// For a share.
    pub(crate) fn server(&self) -> Reporter<ServerEvent> {
        let outbox = self.clone();
        Reporter::new(move |event| outbox.send(Event::Server(clock(), event)))
    }

    /// For the downloads.
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
        Event::Server(_, event) => {
            matches!(event, ServerEvent::Listening(_) | ServerEvent::Stopped(_))
        }
        Event::Client(event) => match event {
            ClientEvent::Listed(..) | ClientEvent::Replied { .. } => true,
            ClientEvent::Changed(_) | ClientEvent::Ended(_) => false,
        },
        Event::Picked(..)
        | Event::Dropped(_)
        | Event::InFolder { .. }
        | Event::DialogClosed
        | Event::Problem(_)
        | Event::Firewall(_)
        | Event::Appearance { .. } => true,
    }
}

/// The time of day here. The first call reads the system's time zone, so it is not for the thread
/// that draws.
fn clock() -> String {
    jiff::Zoned::now().strftime("%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use landline_engine::client::Place;
    use landline_engine::transfer::{Direction, Transfer};
    use landline_engine::transport::CancelToken;

    #[test]
    fn a_flood_wakes_once_and_does_not_push_out_what_matters() {
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
    fn answers_of_another_computer_outlive_a_flood_of_downloads() {
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
