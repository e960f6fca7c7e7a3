//! A server that runs, and what is reported about it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crossbeam_channel::{Receiver, Sender, TrySendError, unbounded};

use crate::commands::explain::Uploads;
use landline_engine::error::ServerError;
use landline_engine::server::{Config, Server, ServerEvent};
use landline_engine::transfer::Reporter;

/// A server that runs. Dropping it stops it.
pub(super) struct Running {
    server: Server,
    states: Receiver<State>,
}

/// What a server says about itself.
#[derive(Debug)]
pub(super) enum State {
    /// It listens on this port.
    Listening(u16),
    /// It has ended.
    Stopped(Result<(), ServerError>),
}

/// Where the events of the servers go.
#[derive(Clone)]
pub(super) struct Report {
    /// The printer.
    pub events: Sender<ServerEvent>,
    /// The number of active transfers.
    pub moving: Arc<AtomicUsize>,
    pub uploads: Option<Arc<Uploads>>,
}

impl Running {
    pub fn start(config: Config, report: &Report) -> Self {
        // A channel of its own, so that no flood of requests can crowd the end out.
        let (sender, states) = unbounded();
        let (report, is_share) = (report.clone(), config.localsend.is_none());
        let reporter = Reporter::new(move |event| {
            match &event {
                ServerEvent::Listening(addresses) => {
                    if let Some(address) = addresses.first() {
                        let _ = sender.send(State::Listening(address.port));
                    }
                    if is_share {
                        report.print(event);
                    }
                }
                ServerEvent::Stopped(result) => {
                    let _ = sender.send(State::Stopped(result.clone()));
                }
                // There is nothing to count for a receiver.
                ServerEvent::Counted { .. } if !is_share => {}
                // Given up at once: the server then knows that nobody answers by hand.
                ServerEvent::Caller(_) | ServerEvent::CallChanged(_) => {}
                _ => report.print(event),
            }
        });
        Self {
            server: Server::start(config, reporter),
            states,
        }
    }

    /// What it says about itself. It ends with [`State::Stopped`].
    pub fn states(&self) -> &Receiver<State> {
        &self.states
    }

    /// Stops it; [`State::Stopped`] follows.
    pub fn stop(&self) {
        self.server.stop();
    }

    /// Waits until it has stopped.
    pub fn join(self) {
        self.server.join();
    }
}

impl Report {
    /// Whether something is being transferred.
    pub fn is_active(&self) -> bool {
        self.moving.load(Ordering::Relaxed) > 0
    }

    fn print(&self, event: ServerEvent) {
        match &event {
            ServerEvent::Started(transfer) => {
                self.moving.fetch_add(1, Ordering::Relaxed);
                if let Some(all) = &self.uploads {
                    all.started(transfer);
                }
            }
            ServerEvent::Ended(transfer) => {
                self.moving.fetch_sub(1, Ordering::Relaxed);
                if let Some(all) = &self.uploads {
                    all.ended(transfer);
                }
            }
            _ => {}
        }
        if let Err(TrySendError::Full(ServerEvent::Ended(lost))) = self.events.try_send(event)
            && let Some(all) = &self.uploads
        {
            all.forget(&lost);
        }
    }
}
