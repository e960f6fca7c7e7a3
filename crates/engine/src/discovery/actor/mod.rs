//! The thread that announces and searches. It owns the daemon, which runs only while one of both is wanted.

mod told;

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::daemon::{Daemon, Stopping, Told, networks};
use super::devices::Devices;
use super::guard::Guard;
use super::localsend::LocalSend;
use super::name::announced_name;
use super::order::{Announced, Command, Search};
use super::{AnnounceEvent, BrowseEvent, Unavailable, computer_name};
use crate::localsend::Node;
use crate::transport::Signal;

/// How many events wait for us. Whoever forwards them waits when there are more.
const EVENTS_LEN: usize = 256;
/// Changes within this time are reported together: a device announces itself in several packets.
const GATHER: Duration = Duration::from_millis(100);
/// How long the daemon goes on without anything to do: goodbyes are sent twice, and a new name follows an old one.
const LINGER: Duration = Duration::from_secs(1);
/// How long to wait until an announcement is sent again (RFC 6762, section 8.3), after three probes.
const AGAIN: Duration = Duration::from_millis(2500);
/// How long to look for new addresses after a change: IPv6 needs a few seconds to get one.
const SETTLE: Duration = Duration::from_secs(4);
/// How long to wait for a network.
const RETRY: Duration = Duration::from_secs(10);

/// The state of the thread.
pub(super) struct Actor {
    commands: Receiver<Command>,
    events_in: Sender<(u64, Told)>,
    events: Receiver<(u64, Told)>,
    daemon: Option<Daemon>,
    /// The number of the last daemon: events of earlier ones are ignored.
    number: u64,
    /// The last daemon, until it has ended.
    stopping: Option<Stopping>,
    announced: Option<Announced>,
    search: Option<Search>,
    /// LocalSend, and by which number this computer takes part in it.
    localsend: Option<(u64, LocalSend)>,
    /// Closed when a LocalSend device comes, goes or changes.
    met: Signal,
    /// Why the network cannot be searched for shares.
    problem: Option<Unavailable>,
    guard: Guard,
    /// When to report what was found.
    report_at: Option<Instant>,
    /// When to announce again.
    again_at: Option<Instant>,
    /// When to stop looking for new addresses.
    settled_at: Option<Instant>,
    /// When to end the daemon, because nothing is wanted of it.
    idle_at: Option<Instant>,
    /// When to try again to use the network.
    resume_at: Option<Instant>,
}

impl Actor {
    pub(super) fn new(commands: Receiver<Command>) -> Self {
        let (events_in, events) = bounded(EVENTS_LEN);
        Self {
            commands,
            events_in,
            events,
            daemon: None,
            number: 0,
            stopping: None,
            announced: None,
            search: None,
            localsend: None,
            met: crossbeam_channel::never(),
            problem: None,
            guard: Guard::new(Instant::now()),
            report_at: None,
            again_at: None,
            settled_at: None,
            idle_at: None,
            resume_at: None,
        }
    }

    /// Works until it is told to stop, or nobody is left who could.
    pub(super) fn run(mut self) {
        loop {
            let due = self.next_due();
            let timer = due.map_or_else(crossbeam_channel::never, crossbeam_channel::at);
            crossbeam_channel::select! {
                recv(self.commands) -> command => match command {
                    Ok(Command::Stop) | Err(_) => break,
                    Ok(command) => self.command(command),
                },
                recv(self.events) -> event => if let Ok((number, told)) = event
                    && number == self.number
                {
                    self.told(told);
                },
                recv(self.met) -> _ => self.met(),
                recv(timer) -> _ => {}
            }
            self.act(Instant::now());
        }
        self.localsend = None;
        if let Some(daemon) = self.daemon.take() {
            // Its goodbyes are sent before it has ended.
            daemon.stop().has_ended();
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let check = self.needs_checks().then(|| self.guard.next_check());
        let due = [
            self.report_at,
            self.again_at,
            self.settled_at,
            self.idle_at,
            self.resume_at,
            check,
        ];
        due.into_iter().flatten().min()
    }

    /// Whether the daemon has to be asked from time to time how much it remembers.
    fn needs_checks(&self) -> bool {
        self.daemon.as_ref().is_some_and(Daemon::is_unwatched)
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Announce(id, what, reporter) => {
                let name = announced_name(&what.name).unwrap_or_else(computer_name);
                let is_loopback = what.bind.is_some_and(|ip| ip.is_loopback());
                // Under the same name it replaces the last one. The goodbye, which is sent twice, would be taken for another
                // computer with that name, and ours would be changed.
                let is_same = |of: &Announced| of.name == name && of.what.bind == what.bind;
                if is_loopback || !self.announced.as_ref().is_some_and(is_same) {
                    self.withdraw();
                }
                if is_loopback {
                    return;
                }
                self.announced = Some(Announced {
                    id,
                    what,
                    current: name.clone(),
                    name,
                    reported: None,
                    reporter,
                });
                self.begin(Self::announce);
            }
            Command::Withdraw(id) => {
                if self.announced.as_ref().is_some_and(|of| of.id == id) {
                    self.withdraw();
                }
            }
            Command::Browse(id, reporter) => {
                self.stop_browsing();
                self.search = Some(Search {
                    id,
                    devices: Devices::default(),
                    reporter,
                });
                if let Some((_, localsend)) = &self.localsend {
                    localsend.search();
                    self.report_soon();
                }
                self.begin(Self::browse);
            }
            Command::StopBrowsing(id) => {
                if self.search.as_ref().is_some_and(|of| of.id == id) {
                    self.stop_browsing();
                }
            }
            Command::JoinLocalSend(id, node) => self.join_localsend(id, node),
            Command::ScanForLocalSend(id) => {
                if let Some((of, localsend)) = &self.localsend
                    && *of == id
                {
                    localsend.scan();
                }
            }
            Command::LeaveLocalSend(id) => {
                if self.localsend.take_if(|(of, _)| *of == id).is_some() {
                    self.met();
                }
            }
            Command::Stop => {}
        }
        let is_idle = self.announced.is_none() && self.search.is_none();
        self.idle_at = (is_idle && self.daemon.is_some()).then(|| Instant::now() + LINGER);
        if is_idle {
            self.resume_at = None;
        }
    }

    fn join_localsend(&mut self, id: u64, node: Node) {
        self.localsend = None;
        match LocalSend::start(node) {
            Ok(localsend) => {
                if self.search.is_some() {
                    localsend.search();
                }
                self.localsend = Some((id, localsend));
            }
            Err(error) => log::error!("LocalSend: {error}"),
        }
        self.met();
    }

    /// The known LocalSend devices have changed.
    fn met(&mut self) {
        let localsend = self.localsend.as_ref();
        let changed = localsend.map(|(_, of)| of.node().peers().changed());
        self.met = changed.unwrap_or_else(crossbeam_channel::never);
        self.report_soon();
    }

    /// Starts the daemon with all that is wanted of it, or does `more` with the one that runs.
    fn begin(&mut self, more: fn(&mut Self) -> Result<(), Unavailable>) {
        if self.resume_at.is_some() {
            // Whoever looks now wants to know why there is nothing.
            self.fail(&Unavailable::Flooded);
            return;
        }
        let begun = if self.daemon.is_some() {
            more(self)
        } else {
            self.start()
        };
        if let Err(why) = begun {
            self.leave(&why, RETRY);
        }
    }

    fn start(&mut self) -> Result<(), Unavailable> {
        // During a flood, the last one may not have noticed yet that it should end.
        if self.stopping.as_ref().is_some_and(|last| !last.has_ended()) {
            return Err(Unavailable::Flooded);
        }
        self.stopping = None;
        self.number += 1;
        self.daemon = Some(Daemon::start(self.number, self.events_in.clone())?);
        self.problem = None;
        self.announce()?;
        self.browse()
    }

    fn announce(&mut self) -> Result<(), Unavailable> {
        if let (Some(daemon), Some(announced)) = (&mut self.daemon, &mut self.announced) {
            announced.current.clone_from(&announced.name);
            daemon.announce(&announced.what, &announced.name)?;
            self.again_at = Some(Instant::now() + AGAIN);
        }
        Ok(())
    }

    fn browse(&mut self) -> Result<(), Unavailable> {
        if let (Some(daemon), Some(_)) = (&self.daemon, &self.search) {
            daemon.browse()?;
        }
        Ok(())
    }

    fn withdraw(&mut self) {
        self.announced = None;
        self.again_at = None;
        if let Some(daemon) = &mut self.daemon {
            daemon.withdraw();
        }
    }

    fn stop_browsing(&mut self) {
        self.report_at = None;
        if let (Some(_), Some((_, localsend))) = (&self.search, &self.localsend) {
            localsend.rest();
        }
        if let (Some(_), Some(daemon)) = (self.search.take(), &self.daemon) {
            daemon.stop_browsing();
        }
    }

    fn report_soon(&mut self) {
        if self.search.is_some() {
            self.report_at
                .get_or_insert_with(|| Instant::now() + GATHER);
        }
    }

    /// Does what is due.
    fn act(&mut self, now: Instant) {
        let is_due = |at: &mut Option<Instant>| at.take_if(|at| *at <= now).is_some();
        if is_due(&mut self.report_at) {
            self.report_devices();
        }
        if is_due(&mut self.again_at)
            && let (Some(daemon), Some(announced)) = (&mut self.daemon, &self.announced)
        {
            let again = daemon.announce(&announced.what, &announced.name);
            if let Err(why) = again {
                self.leave(&why, RETRY);
            }
        }
        if is_due(&mut self.settled_at)
            && let Some(daemon) = &self.daemon
        {
            daemon.is_settled();
        }
        if is_due(&mut self.idle_at) {
            self.stop_daemon();
        }
        if is_due(&mut self.resume_at)
            && let Err(why) = self.start()
        {
            self.leave(&why, RETRY);
        }
        if self.needs_checks() && self.guard.next_check() <= now {
            self.check(now);
        }
    }

    fn report_devices(&self) {
        if let Some(search) = &self.search {
            let own_port = self.announced.as_ref().map(|of| of.what.port);
            let peers = self.localsend.as_ref().map(|(_, of)| of.peers());
            let peers = peers.unwrap_or_default();
            let devices = search.devices.list(&networks(), own_port, peers);
            let event = match &self.problem {
                // What one of both finds is worth more than why the other does not.
                Some(why) if devices.is_empty() => BrowseEvent::Failed(why.clone()),
                _ => BrowseEvent::Devices(devices),
            };
            search.reporter.report(event);
        }
    }

    /// Leaves the network for a while if too much is remembered of it.
    fn check(&mut self, now: Instant) {
        let Some(daemon) = &self.daemon else {
            return;
        };
        if let Some(pause) = self.guard.check(daemon.remembered(), now) {
            self.leave(&Unavailable::Flooded, pause);
        }
    }

    /// Stops using the network and tries again after `pause`.
    fn leave(&mut self, why: &Unavailable, pause: Duration) {
        log::info!("nearby: {why}; trying again in {} s", pause.as_secs());
        self.stop_daemon();
        if let Some(search) = &mut self.search {
            search.devices = Devices::default();
        }
        self.again_at = None;
        self.resume_at = Some(Instant::now() + pause);
        self.fail(why);
    }

    fn stop_daemon(&mut self) {
        if let Some(daemon) = self.daemon.take() {
            self.stopping = Some(daemon.stop());
        }
    }

    fn fail(&mut self, why: &Unavailable) {
        self.problem = Some(why.clone());
        self.report_at = None;
        self.report_devices();
        if let Some(announced) = &mut self.announced {
            announced.reported = None;
            announced
                .reporter
                .report(AnnounceEvent::Failed(why.clone()));
        }
    }
}
