//! The thread that decides what is announced, asked and forgotten.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, never, select, unbounded};

use super::ask;
use super::guard::Guard;
use super::known::Known;
use super::links::Links;
use super::scan::Scan;
use super::sockets::Sockets;
use super::timers::{Due, Timers};
use super::{Claim, Order};
use crate::discovery::watch::{Noticed, Watch, Watched};
use crate::localsend::message::Announcement;
use crate::localsend::{Node, Peer};
use crate::threads;
use crate::transport::CancelToken;

/// The capacity of the channel of announcements.
const HEARD_LEN: usize = 64;
/// Changes of the network within this time are one change.
const SETTLE: Duration = Duration::from_millis(300);
/// How often to look for new interfaces where the system does not tell of them.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);
/// A device that does not answer is forgotten after this time.
const FORGOTTEN: Duration = Duration::from_secs(90);

/// The state of the thread.
pub(super) struct Actor {
    node: Node,
    orders: Receiver<Order>,
    /// While this computer can be seen or a search is on.
    net: Option<Net>,
    done: (Sender<Done>, Receiver<Done>),
    guard: Guard,
    known: Known,
    timers: Timers,
    is_searching: bool,
    scan: Option<Scan>,
    /// The last name and port that others were told.
    announced: Option<(String, u16)>,
    /// Cancelled when this ends, or is put to rest.
    cancel: CancelToken,
}

/// What is open on the network.
struct Net {
    sockets: Sockets,
    heard: Receiver<Claim>,
    noticed: Receiver<()>,
    /// `None` if this system has none.
    watch: Option<Watch>,
}

/// A thread that has asked a device.
enum Done {
    Claim(Arc<Claim>, bool),
    Known(Peer, Option<Instant>),
}

impl Actor {
    pub(super) fn new(node: Node, orders: Receiver<Order>) -> Self {
        Self {
            node,
            orders,
            net: None,
            done: unbounded(),
            guard: Guard::default(),
            known: Known::default(),
            timers: Timers::default(),
            is_searching: false,
            scan: None,
            announced: None,
            cancel: CancelToken::new(),
        }
    }

    /// Runs until the channel of orders is closed.
    pub(super) fn run(mut self) {
        let mut changed = self.node.changed();
        self.adapt();
        loop {
            let due = self.timers.next();
            let timer = due.map_or_else(never, crossbeam_channel::at);
            let (heard, noticed) = match &self.net {
                Some(net) => (net.heard.clone(), net.noticed.clone()),
                None => (never(), never()),
            };
            select! {
                recv(self.orders) -> order => match order {
                    Ok(Order::Search) => self.search(),
                    Ok(Order::Scan) => self.scan_anyway(),
                    Ok(Order::Rest) => self.rest(),
                    Err(_) => break,
                },
                recv(changed) -> _ => {
                    changed = self.node.changed();
                    self.adapt();
                }
                recv(self.done.1) -> done => if let Ok(done) = done {
                    self.done(done);
                },
                recv(heard) -> claim => match claim {
                    Ok(claim) => self.guard.offer(claim, Instant::now()),
                    // Its thread has ended: nothing can be heard any more.
                    Err(_) => self.close(),
                },
                recv(noticed) -> _ => self.timers.look(Instant::now() + SETTLE),
                recv(timer) -> _ => {}
            }
            self.act();
        }
        self.cancel.cancel();
    }

    /// Opens and closes what is needed, and announces this computer if what others see of it has changed.
    fn adapt(&mut self) {
        let now = Instant::now();
        let seen = self.node.visible().map(|port| (self.node.alias(), port));
        if self.is_searching || seen.is_some() {
            self.open();
        } else {
            self.close();
        }
        if !self.is_searching && seen.is_some() != self.announced.is_some() {
            self.timers.rest(seen.is_some(), now);
        }
        if seen.is_some() && seen != self.announced {
            self.timers.burst(now);
        }
        self.announced = seen;
    }

    fn search(&mut self) {
        let now = Instant::now();
        self.is_searching = true;
        self.adapt();
        self.timers.burst(now);
        // Nobody answers one that is hidden without being asked.
        self.timers.search(now, self.node.is_hidden());
        // Those that have left without a word would be listed otherwise.
        self.known.ask(self.node.peers().all(), Some(now));
    }

    fn rest(&mut self) {
        self.is_searching = false;
        self.scan = None;
        self.known = Known::default();
        self.timers.rest(self.announced.is_some(), Instant::now());
        self.adapt();
    }

    fn open(&mut self) {
        if self.net.is_some() {
            return;
        }
        let (claims, heard) = bounded(HEARD_LEN);
        let (changes, noticed) = bounded(1);
        let sockets = match Sockets::start(self.node.fingerprint(), claims) {
            Ok(sockets) => sockets,
            Err(error) => return log::warn!("LocalSend cannot use the network: {error}"),
        };
        let watch = Watch::start(Watched::Network, move |noticed| {
            // One that waits already says the same.
            let is_gone = matches!(noticed, Noticed::Network)
                && changes
                    .try_send(())
                    .is_err_and(|error| error.is_disconnected());
            !is_gone
        });
        self.cancel = CancelToken::new();
        self.net = Some(Net {
            sockets,
            heard,
            noticed,
            watch: watch.ok(),
        });
        self.timers.look(Instant::now());
    }

    fn close(&mut self) {
        if self.net.take().is_some() {
            self.cancel.cancel();
            self.scan = None;
            self.known = Known::default();
            self.timers = Timers::default();
        }
    }

    /// Does what is due.
    fn act(&mut self) {
        let now = Instant::now();
        while let Some(due) = self.timers.take(self.is_searching, now) {
            match due {
                Due::Announce => self.announce(),
                Due::Look => self.look(now),
                Due::Scan => self.scan(now),
                Due::Ask(since) => {
                    let forget = now.checked_sub(FORGOTTEN);
                    self.known.ask(self.node.peers().unseen(since), forget);
                }
            }
        }
        while let Some(claim) = self.guard.next() {
            self.ask(claim);
        }
        while let Some((peer, forget)) = self.known.next() {
            self.ask_again(peer, forget);
        }
    }

    fn announce(&self) {
        if let (Some(net), Some(_)) = (&self.net, self.node.visible()) {
            let announcement = Announcement {
                info: self.node.info(),
                announce: true,
                announcement: true,
            };
            let json = serde_json::to_vec(&announcement).unwrap_or_default();
            net.sockets.send(&json);
        }
    }

    /// Follows the interfaces of this computer.
    fn look(&mut self, now: Instant) {
        let Some(net) = &self.net else { return };
        if net.sockets.update(Links::read()) {
            self.timers.burst(now);
        }
        if net.watch.is_none() {
            self.timers.look(now + LOOK_INTERVAL);
        }
    }

    /// Asks one address after another, unless devices have been found otherwise. If we cannot be seen, they do not hear of
    /// us, and would stay unknown.
    fn scan(&mut self, now: Instant) {
        let has_found = !self.node.peers().all().is_empty();
        let is_heard = self.announced.is_some() && !self.guard.is_overrun(now);
        if !(has_found && is_heard) {
            self.scan_anyway();
        }
    }

    fn scan_anyway(&mut self) {
        let Some(net) = self.net.as_ref().filter(|_| self.is_searching) else {
            return;
        };
        if !self.scan.as_ref().is_some_and(Scan::is_running) {
            self.scan = Some(Scan::start(&self.node, net.sockets.links().hosts()));
        }
    }

    fn ask(&mut self, claim: Claim) {
        let claim = Arc::new(claim);
        let (node, cancel, done) = (self.node.clone(), self.cancel.clone(), self.done.0.clone());
        let asked = Arc::clone(&claim);
        let worker = threads::spawn("localsend claim", move || {
            let peer = ask::about(&node, &asked, &cancel);
            let has_answered = peer.is_some();
            if let Some(peer) = peer {
                node.peers().met(peer);
            }
            let _ = done.try_send(Done::Claim(asked, has_answered));
        });
        if let Err(error) = worker {
            log::warn!("LocalSend: {error}");
            self.guard.done(&claim, false, Instant::now());
        }
    }

    fn ask_again(&mut self, peer: Peer, forget: Option<Instant>) {
        let (node, cancel, done) = (self.node.clone(), self.cancel.clone(), self.done.0.clone());
        let worker = threads::spawn("localsend known", move || {
            let found = ask::again(&node, &peer, &cancel);
            let is_there = found.is_some();
            if let Some(found) = found {
                node.peers().met(found);
            }
            let forget = forget.filter(|_| !is_there && !cancel.is_cancelled());
            let _ = done.try_send(Done::Known(peer, forget));
        });
        if let Err(error) = worker {
            log::warn!("LocalSend: {error}");
            self.known.done();
        }
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Claim(claim, has_answered) => {
                self.guard.done(&claim, has_answered, Instant::now());
            }
            Done::Known(peer, forget) => {
                self.known.done();
                if let Some(since) = forget {
                    self.node.peers().forget(&peer, since);
                }
            }
        }
    }
}
