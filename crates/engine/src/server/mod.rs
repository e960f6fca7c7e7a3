//! Shares a folder on one port, over HTTP and the raw protocol.

mod admission;
mod archives;
mod auth;
mod back_tests;
mod calls;
mod config;
mod connection;
mod descriptors;
mod digest;
mod event;
mod host_names;
pub mod http;
mod limits;
mod listener;
mod listings;
mod localsend;
mod log_entry;
mod own_names;
mod page_label;
mod page_text;
mod privacy;
mod raw;
mod reactor;
pub mod receiving;
mod shared;
pub mod sniff;
mod upload;
mod uploads;
mod watch;

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;

pub use self::auth::FailedAttempts;
pub use self::config::Config;
pub use self::event::ServerEvent;
pub use self::host_names::host_names;
pub use self::limits::Limits;
pub use self::log_entry::LogEntry;
pub use self::page_label::PageLabel;
pub use self::page_text::{EnglishTexts, Localized, PageText, PageTexts};
pub use self::privacy::Privacy;

use self::auth::Auth;
use self::host_names::HostNames;
use self::localsend::Receiver;
use self::reactor::Reactor;
use self::receiving::{Access, Receiving};
use self::shared::{OfferedEncryption, Shared};
use crate::call::Answering;
use crate::error::ServerError;
use crate::identity::Identity;
use crate::localsend::Node;
use crate::localsend::verifier::Verifier;
use crate::share::Share;
use crate::share::name::ShareName;
use crate::store::seal::Seal;
use crate::threads;
use crate::transfer::{Outcome, Reporter};
use crate::transport::tls::ServerTls;
use crate::transport::{CancelToken, Listener};

/// A running share. Dropping it stops it without waiting.
#[derive(Debug)]
pub struct Server {
    control: Arc<Control>,
    worker: Option<JoinHandle<()>>,
}

/// State shared between the handle and the worker.
#[derive(Debug)]
struct Control {
    stop: CancelToken,
    live: Arc<Live>,
    /// Set while the folder and the port are open.
    running: Mutex<Option<Running>>,
}

/// Settings that can change at any time.
#[derive(Debug)]
struct Live {
    answering: Mutex<Option<Answering>>,
    /// What others may do, and how received files are stored.
    receiving: Mutex<(Access, Option<Receiving>)>,
    callers: calls::Callers,
    privacy: Mutex<Privacy>,
    auth: Auth,
    hidden: Arc<AtomicBool>,
    host_names: HostNames,
}

#[derive(Debug)]
struct Running {
    shared: Arc<Shared>,
    /// Weak, so that the port is free once its thread has ended.
    listener: Weak<Listener>,
}

impl Server {
    /// Starts the server. Returns at once: a worker opens the folder and the port, and
    /// [`ServerEvent::Listening`] or [`ServerEvent::Stopped`] reports the result.
    pub fn start(config: Config, reporter: Reporter<ServerEvent>) -> Self {
        let callers = calls::Callers::default();
        callers.set(config.answering.as_ref());
        callers.allow(!config.privacy.refuses_raw());
        let control = Arc::new(Control {
            stop: CancelToken::new(),
            live: Arc::new(Live {
                answering: Mutex::new(config.answering.clone()),
                receiving: Mutex::new((config.access, config.receiving.clone())),
                callers,
                privacy: Mutex::new(config.privacy.clone()),
                auth: Auth::new(
                    config.secret.clone(),
                    &config.privacy,
                    config.failed_attempts.clone(),
                ),
                hidden: Arc::new(AtomicBool::new(config.hidden)),
                host_names: HostNames::new(config.allowed_hosts.clone(), config.own_names),
            }),
            running: Mutex::default(),
        });
        let working = Arc::clone(&control);
        // Reported however it ends, even if a thread panics or cannot start.
        let stopped = Stopped(reporter, None);
        let worker = threads::spawn("listener", move || {
            let mut stopped = stopped;
            stopped.1 = Some(working.run(config, &stopped.0));
        });
        if let Err(e) = &worker {
            log::error!("the listener cannot start: {e}");
        }
        let worker = worker.ok();
        Self { control, worker }
    }

    /// Stops the server. Returns at once; [`ServerEvent::Stopped`] follows.
    pub fn stop(&self) {
        self.control.stop();
    }

    /// Changes how messages are handled, from the next one on. Callers who are connected stay.
    pub fn set_answering(&self, answering: Option<Answering>) {
        self.control.live.callers.set(answering.as_ref());
        *self.control.live.answering.lock() = answering;
    }

    /// Changes what others may do, from the next request on.
    pub fn set_receiving(&self, access: Access, receiving: Option<Receiving>) {
        *self.control.live.receiving.lock() = (access, receiving);
    }

    /// Changes who may use the share, and how it is reached, from the next request on, also on connections that are open.
    /// Running downloads continue, and connected callers stay connected.
    pub fn set_privacy(&self, privacy: Privacy) {
        let live = &self.control.live;
        live.auth.set(&privacy);
        live.callers.allow(!privacy.refuses_raw());
        *live.privacy.lock() = privacy;
    }

    /// Sets whether names that start with a dot are served and listed.
    pub fn set_hidden(&self, hidden: bool) {
        self.control.live.hidden.store(hidden, Ordering::Relaxed);
    }

    /// Changes the host names that are accepted besides addresses, local names and this computer's own.
    pub fn set_allowed_hosts(&self, allowed: Vec<String>) {
        self.control.live.host_names.set_allowed(allowed);
    }

    /// Waits until the server has stopped: every transfer has ended then, even if a blocked disk still holds up
    /// its thread. Blocks: for workers and commands, not for the window.
    #[cfg_attr(
        not(test),
        expect(
            clippy::disallowed_methods,
            reason = "says so in its name and its contract"
        )
    )]
    pub fn join(mut self) {
        if let Some(worker) = self.worker.take() {
            // A panic has been reported as `Stopped` already.
            let _ = worker.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.control.stop();
    }
}

impl Control {
    fn stop(&self) {
        self.stop.cancel();
        if let Some(running) = &*self.running.lock() {
            running.shared.close();
            if let Some(listener) = running.listener.upgrade() {
                listener.wake();
            }
        }
    }

    /// The main function of the listener thread.
    fn run(
        self: &Arc<Self>,
        config: Config,
        reporter: &Reporter<ServerEvent>,
    ) -> Result<(), ServerError> {
        /// Cancelled connections end within milliseconds; those that wait for a disk are abandoned.
        const GRACE: Duration = Duration::from_millis(800);

        let folder = config.folder.clone();
        let seal = Seal::new(config.secret.clone(), false);
        let share = Share::open(&folder, Arc::clone(&self.live.hidden))
            .map_err(|e| ServerError::of_folder(&folder, &e))?
            .with_secret(config.secret);
        let share = match config.only {
            Some(only) => share
                .only(only)
                .map_err(|(entry, e)| ServerError::of_entry(folder.join(entry), &e))?,
            None => share,
        };
        let listener = Arc::new(listener::bind(config.bind, config.port)?);
        let tls = tls_of(config.identity.as_ref(), config.localsend.as_ref());
        let encryption = tls.map_err(|e| ServerError::from(&e))?.map(|tls| {
            let port = listener.local_addr().port();
            OfferedEncryption::new(tls, port)
        });
        let mut limits = config.limits;
        limits.slots = limits.slots.min(descriptors::connections());
        let live = Arc::clone(&self.live);
        let shared = Arc::new(Shared::new(
            share,
            &limits,
            (config.texts, config.name),
            seal,
            live,
            (encryption, config.localsend.map(Receiver::new)),
            reporter.clone(),
        ));
        let reactor = Reactor::open(Arc::clone(&shared)).map_err(|e| ServerError::from(&e))?;
        let closing = Closing(&shared, &reactor);
        *self.running.lock() = Some(Running {
            shared: Arc::clone(&shared),
            listener: Arc::downgrade(&listener),
        });
        let result = if self.stop.is_cancelled() {
            // `stop` was called before the listener could be woken.
            Ok(())
        } else {
            self.listen(&listener, &shared, &reactor, &folder)
        };
        self.stop.cancel();
        drop(closing);
        // There is nothing left to stop; the last connection closes the folder. Nobody has the listener after this.
        self.running.lock().take();
        drop(listener);
        let left = shared.slots.wait_until_empty(GRACE);
        if left > 0 {
            log::warn!("{left} connections did not end in time");
        }
        for transfer in shared.uploads.close() {
            transfer.end(Outcome::Cancelled);
            shared.report(ServerEvent::Ended(transfer));
        }
        result
    }

    /// Accepts connections until the server is stopped or the folder is removed.
    fn listen(
        self: &Arc<Self>,
        listener: &Listener,
        shared: &Arc<Shared>,
        reactor: &Arc<Reactor>,
        folder: &Path,
    ) -> Result<(), ServerError> {
        let port = listener.local_addr().port();
        let addresses = listener::reachable(listener);
        if let Some(receiver) = &shared.localsend {
            log::info!("receiving from LocalSend on port {port}");
            receiver.listens(listener.local_addr());
            shared.report(ServerEvent::Listening(addresses));
            return listener::accept_until(&self.stop, listener, shared, reactor);
        }
        log::info!("sharing {} on port {port}", folder.display());
        shared.report(ServerEvent::Listening(addresses));
        let gone = watch::start(self, shared, folder.to_owned());
        let result = listener::accept_until(&self.stop, listener, shared, reactor);
        match gone.get() {
            Some(error) => Err(error.clone()),
            None => result,
        }
    }
}

/// The configuration of TLS, if it is offered. A LocalSend device asks its clients for their certificates.
fn tls_of(identity: Option<&Identity>, localsend: Option<&Node>) -> io::Result<Option<ServerTls>> {
    match (localsend, identity) {
        (Some(node), _) => {
            ServerTls::with_clients(node.identity(), Verifier::of_clients()).map(Some)
        }
        (None, Some(identity)) => ServerTls::new(identity).map(Some),
        (None, None) => Ok(None),
    }
}

/// Cancels all connections on drop, also after a panic.
struct Closing<'a>(&'a Shared, &'a Reactor);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
        self.1.shut_down();
    }
}

/// Reports the end on drop.
struct Stopped(Reporter<ServerEvent>, Option<Result<(), ServerError>>);

impl Drop for Stopped {
    fn drop(&mut self) {
        let result = self.1.take().unwrap_or_else(|| {
            Err(ServerError::Failed {
                reason: "an internal error".to_owned(),
            })
        });
        self.0.report(ServerEvent::Stopped(result));
    }
}

/// The log entry for a failure to open `name`.
fn failed_to_open(name: &ShareName, error: &io::Error) -> LogEntry {
    let name = if name.is_root() {
        "/".to_owned()
    } else {
        name.to_string()
    };
    match error.kind() {
        ErrorKind::NotFound => LogEntry::NotFound { name },
        ErrorKind::PermissionDenied => LogEntry::Forbidden { name },
        _ => LogEntry::Unreadable {
            name,
            reason: error.to_string(),
        },
    }
}
