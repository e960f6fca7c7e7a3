//! Shares one folder over one port, in every dialect of the wire.

mod admission;
mod connection;
mod descriptors;
mod digest;
pub mod http;
mod limits;
mod listener;
mod listings;
mod log_entry;
mod page_text;
mod raw;
mod reactor;
mod shared;
pub mod sniff;
mod upload;
mod uploads;
mod watch;

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

pub use self::limits::Limits;
pub use self::log_entry::LogEntry;
pub use self::page_text::{EnglishTexts, Localized, PageText, PageTexts};

use self::reactor::Reactor;
use self::shared::Shared;
use crate::error::ServerError;
use crate::secret::Secret;
use crate::share::Share;
use crate::share::name::ShareName;
use crate::threads;
use crate::transfer::{Outcome, Reporter, Transfer};
use crate::transport::addresses::Address;
use crate::transport::{CancelToken, DEFAULT_PORT, Listener};

/// What to share and how.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder.
    pub folder: PathBuf,
    /// Only these entries of the folder, by name; see [`Share::only`].
    pub only: Option<BTreeSet<String>>,
    /// The TCP port; 0 lets the system choose one.
    pub port: u16,
    /// Only this address, instead of every one that the machine has.
    pub bind: Option<IpAddr>,
    /// Serve and list names that start with a dot.
    pub hidden: bool,
    /// Show a raw request that names no file as a message and answer with this text.
    pub answer: Option<String>,
    /// Names that `Host` may have beside addresses and local names.
    pub allowed_hosts: Vec<String>,
    /// What people read of it, in their languages.
    pub texts: Arc<dyn PageTexts>,
    /// What entity tags are made with: downloads resume where the next share has the same.
    pub secret: Secret,
    /// How long and how much.
    pub limits: Limits,
}

impl Config {
    /// `folder` on the usual port, on every address, in English, without extras. Downloads resume only from this
    /// process.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            only: None,
            port: DEFAULT_PORT,
            bind: None,
            hidden: false,
            answer: None,
            allowed_hosts: Vec::new(),
            texts: Arc::new(EnglishTexts),
            secret: Secret::of_process(),
            limits: Limits::default(),
        }
    }
}

/// What happened, for whoever shows it.
#[derive(Clone, Debug)]
pub enum ServerEvent {
    /// It listens; the addresses are sorted, best first.
    Listening(Vec<Address>),
    /// How many files the folder and those in it hold.
    Counted {
        /// The number so far.
        files: u64,
        /// How many files and folders cannot be fetched because of their names, so far.
        omitted: u64,
        /// Whether the counting goes on.
        more: bool,
    },
    /// A file is going out. Its row is the transfer itself.
    Started(Arc<Transfer>),
    /// That one is over; `Transfer::outcome` says how.
    Ended(Arc<Transfer>),
    /// One that was over before there was anything to show of it: a small file leaves in one piece. It was not
    /// [started](ServerEvent::Started).
    Over(Arc<Transfer>),
    /// A line for the log.
    Logged {
        /// Who asked.
        peer: IpAddr,
        /// For what, and what came of it.
        entry: LogEntry,
    },
    /// A raw client said something and was answered.
    Message {
        /// Who said it.
        peer: IpAddr,
        /// What, without control characters.
        text: String,
    },
    /// It does not share (any more): asked to stop, or why it could not go on.
    Stopped(Result<(), ServerError>),
}

/// A share that runs. Dropping it stops it without waiting.
#[derive(Debug)]
pub struct Server {
    control: Arc<Control>,
    worker: Option<JoinHandle<()>>,
}

/// What the handle and the worker both hold.
#[derive(Debug)]
struct Control {
    stop: CancelToken,
    live: Arc<Live>,
    /// There while the folder and the port are open.
    running: Mutex<Option<Running>>,
}

/// What can be changed while it runs, and before it does.
#[derive(Debug)]
struct Live {
    answer: Mutex<Option<String>>,
    hidden: Arc<AtomicBool>,
}

#[derive(Clone, Debug)]
struct Running {
    shared: Arc<Shared>,
    wake_address: std::net::SocketAddr,
}

impl Server {
    /// Begin to share. Returns at once: opening the folder and the port happen on a worker, and
    /// [`ServerEvent::Listening`] or [`ServerEvent::Stopped`] says how it went.
    pub fn start(config: Config, reporter: Reporter<ServerEvent>) -> Self {
        let control = Arc::new(Control {
            stop: CancelToken::new(),
            live: Arc::new(Live {
                answer: Mutex::new(config.answer.clone()),
                hidden: Arc::new(AtomicBool::new(config.hidden)),
            }),
            running: Mutex::default(),
        });
        let working = Arc::clone(&control);
        // Told whatever way it ends: a panic and a thread that cannot start included.
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

    /// End it, whatever is going on. Returns at once; [`ServerEvent::Stopped`] follows.
    pub fn stop(&self) {
        self.control.stop();
    }

    /// Change the answer to messages while running.
    pub fn set_answer(&self, answer: Option<String>) {
        *shared::lock(&self.control.live.answer) = answer;
    }

    /// From now on names that start with a dot are (not) served and listed.
    pub fn set_hidden(&self, hidden: bool) {
        self.control.live.hidden.store(hidden, Ordering::Relaxed);
    }

    /// Wait until everything has ended: no transfer is unfinished then, even where a disk that does not answer still
    /// holds up the thread of one. Blocks: for workers and commands, not for the window.
    #[cfg_attr(
        not(test),
        expect(
            clippy::disallowed_methods,
            reason = "says so in its name and its contract"
        )
    )]
    pub fn join(mut self) {
        if let Some(worker) = self.worker.take() {
            // A panic was told as `Stopped` already.
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
    fn running(&self) -> Option<Running> {
        shared::lock(&self.running).clone()
    }

    fn stop(&self) {
        self.stop.cancel();
        if let Some(running) = self.running() {
            running.shared.close();
            // Connecting can wait, and whoever stops the server may be the thread that draws.
            let waking = threads::spawn("waker", move || listener::wake(running.wake_address));
            if let Err(e) = waking {
                log::warn!("the listener cannot be woken: {e}");
            }
        }
    }

    /// The listener's thread, from opening to the end of the last connection.
    fn run(
        self: &Arc<Self>,
        config: Config,
        reporter: &Reporter<ServerEvent>,
    ) -> Result<(), ServerError> {
        /// Cancelled connections end within milliseconds; one that waits for a disk is left behind.
        const GRACE: Duration = Duration::from_millis(800);

        let folder = config.folder.clone();
        let share = Share::open(&folder, Arc::clone(&self.live.hidden))
            .map_err(|e| ServerError::of_folder(&folder, &e))?
            .with_secret(config.secret);
        let share = match config.only {
            Some(only) => share
                .only(only)
                .map_err(|(entry, e)| ServerError::of_entry(folder.join(entry), &e))?,
            None => share,
        };
        let listener = listener::bind(config.bind, config.port)?;
        let mut limits = config.limits;
        limits.slots = limits.slots.min(descriptors::connections());
        let live = Arc::clone(&self.live);
        let shared = Arc::new(Shared::new(
            share,
            limits,
            config.allowed_hosts,
            config.texts,
            live,
            reporter.clone(),
        ));
        let room = Reactor::open(Arc::clone(&shared)).map_err(|e| ServerError::from(&e))?;
        let closing = Closing(&shared, &room);
        *shared::lock(&self.running) = Some(Running {
            shared: Arc::clone(&shared),
            wake_address: listener::wake_address(&listener),
        });
        let result = if self.stop.is_cancelled() {
            // `stop` came before there was anything to wake.
            Ok(())
        } else {
            self.listen(&listener, &shared, &room, &folder)
        };
        self.stop.cancel();
        drop(closing);
        drop(listener);
        // Nothing is left to stop, and the folder is let go with the last connection.
        shared::lock(&self.running).take();
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

    /// Accept until it is stopped, by the user or because the folder is gone.
    fn listen(
        self: &Arc<Self>,
        listener: &Listener,
        shared: &Arc<Shared>,
        room: &Arc<Reactor>,
        folder: &Path,
    ) -> Result<(), ServerError> {
        let port = listener.local_addr().port();
        log::info!("sharing {} on port {port}", folder.display());
        shared.report(ServerEvent::Listening(listener::reachable(listener)));
        let gone = watch::start(self, shared, folder.to_owned());
        let result = listener::accept_until(&self.stop, listener, shared, room);
        match gone.get() {
            Some(error) => Err(error.clone()),
            None => result,
        }
    }
}

/// Ends every connection when it is dropped, after a panic, too.
struct Closing<'a>(&'a Shared, &'a Reactor);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
        self.1.close();
    }
}

/// Reports the end when it is dropped.
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

/// Why `name` could not be opened, for the log.
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
