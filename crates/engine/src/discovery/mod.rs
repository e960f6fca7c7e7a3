//! Which devices on the local network announce a share, and announcing ours (DNS-SD over mDNS, RFC 6763 and RFC 6762);
//! and which have LocalSend. Nothing that is found is ever trusted.

mod actor;
mod daemon;
mod devices;
mod guard;
mod localsend;
mod name;
mod order;
mod txt;
mod watch;

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, unbounded};

use self::actor::Actor;
use self::order::Command;
use crate::identity::Fingerprint;
use crate::localsend::Node;
use crate::threads;
use crate::transfer::Reporter;

pub use self::devices::{DEVICES_MAX, Device, DeviceKind};
pub use self::localsend::device_at;
pub use self::name::{NAME_MAX_LEN, announced_name, computer_name};

/// What is announced: a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The name to announce, as the user chose it.
    pub name: String,
    /// The TCP port of the share.
    pub port: u16,
    /// The address that the share listens on, as in [`Config::bind`](crate::server::Config::bind). Addresses of this
    /// computer only are never announced.
    pub bind: Option<IpAddr>,
    /// The identity of the share, if it speaks TLS.
    pub identity: Option<Fingerprint>,
    /// Whether it asks for a password.
    pub has_password: bool,
}

/// What becomes of an announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnnounceEvent {
    /// The share is announced under this name. It differs from the chosen one if another device has that.
    Announced(String),
    /// The share cannot be announced.
    Failed(Unavailable),
}

/// What is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrowseEvent {
    /// All devices that announce themselves now: at most [`DEVICES_MAX`], and those with LocalSend. Reported when one comes,
    /// goes or changes.
    Devices(Vec<Device>),
    /// The network cannot be searched, for now.
    Failed(Unavailable),
}

/// Why the network cannot be used. `Display` is for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// This computer is connected to no network.
    #[error("no network")]
    NoNetwork,
    /// The system refuses the sockets.
    #[error("mDNS cannot be used: {0}")]
    Refused(String),
    /// Somebody on the network sends more than is handled. It is tried again later.
    #[error("flooded")]
    Flooded,
}

/// Announces one share and searches the network, in a thread of its own. That thread sends and receives only while
/// something is announced or searched.
#[derive(Debug)]
pub struct Discovery {
    commands: Sender<Command>,
    thread: Option<JoinHandle<()>>,
    last_id: AtomicU64,
}

impl Discovery {
    /// Starts the thread. If the system is out of threads, nothing is announced or found.
    pub fn start() -> Self {
        let (commands, received) = unbounded();
        let thread = threads::spawn("discovery", move || Actor::new(received).run());
        Self {
            commands,
            thread: thread
                .inspect_err(|error| log::error!("discovery: {error}"))
                .ok(),
            last_id: AtomicU64::new(0),
        }
    }

    /// Announces a share instead of what was announced before, until the result is dropped. A share on a loopback
    /// address is not announced, and nothing is reported.
    pub fn announce(
        &self,
        announcement: Announcement,
        reporter: Reporter<AnnounceEvent>,
    ) -> Announcer {
        let id = self.next_id();
        self.send(Command::Announce(id, announcement, reporter));
        Announcer(id, self.commands.clone())
    }

    /// Searches the network until the result is dropped. Only the last search gets results.
    pub fn browse(&self, reporter: Reporter<BrowseEvent>) -> Browsing {
        let id = self.next_id();
        self.send(Command::Browse(id, reporter));
        Browsing(id, self.commands.clone())
    }

    /// Takes part in the discovery of LocalSend as `node`, until the result is dropped: announces it whenever its receiver
    /// starts or changes, answers other devices then, and lists those in [`Discovery::browse`].
    pub fn join_localsend(&self, node: Node) -> Membership {
        let id = self.next_id();
        self.send(Command::JoinLocalSend(id, node));
        Membership(id, self.commands.clone())
    }

    /// Withdraws the announcement and ends the thread, within a second. Blocks.
    #[expect(
        clippy::disallowed_methods,
        reason = "documented, and the thread ends within a second"
    )]
    pub fn join(mut self) {
        let thread = self.thread.take();
        drop(self);
        let ended = thread.map(JoinHandle::join);
        if let Some(Err(_)) = ended {
            log::error!("the thread that discovers has panicked");
        }
    }

    fn next_id(&self) -> u64 {
        self.last_id.fetch_add(1, Ordering::Relaxed)
    }

    fn send(&self, command: Command) {
        // Without a thread, nobody listens.
        let _ = self.commands.try_send(command);
    }
}

impl Drop for Discovery {
    fn drop(&mut self) {
        self.send(Command::Stop);
    }
}

/// Withdraws an announcement when it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Announcer(u64, Sender<Command>);

impl Drop for Announcer {
    fn drop(&mut self) {
        let _ = self.1.try_send(Command::Withdraw(self.0));
    }
}

/// Leaves LocalSend's discovery when it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Membership(u64, Sender<Command>);

impl Membership {
    /// Asks one address of the network after another, as a search does by itself if it finds no device otherwise: one that
    /// does not hear announcements may be there, too. Does nothing while no search is on.
    pub fn scan(&self) {
        let _ = self.1.try_send(Command::ScanForLocalSend(self.0));
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        let _ = self.1.try_send(Command::LeaveLocalSend(self.0));
    }
}

/// Ends a search when it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Browsing(u64, Sender<Command>);

impl Drop for Browsing {
    fn drop(&mut self) {
        let _ = self.1.try_send(Command::StopBrowsing(self.0));
    }
}
