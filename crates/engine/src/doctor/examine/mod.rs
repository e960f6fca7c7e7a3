//! Gathers the facts: probes on threads of their own, each with a deadline.
#![expect(
    clippy::disallowed_methods,
    reason = "the threads of the probes wait for each other"
)]

mod peer;

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, select, unbounded};

use super::check::Diagnosis;
use super::facts::{Facts, Medium, Network, Others, OwnReach, Peer, WayBack};
use super::{diagnose, firewall, probe, sys};
use crate::threads;
use crate::transfer::Reporter;
use crate::transport::{CancelToken, DEFAULT_PORT};

/// How long all of it may take. What is not known then stays open.
const DEADLINE: Duration = Duration::from_secs(7);

/// Longer than the other computer takes to connect back.
const BACK_TIMEOUT: Duration = Duration::from_millis(2600);

/// How long it may take to find out whether something is shared, for those who wait for that.
const SHARE_TIMEOUT: Duration = Duration::from_millis(1500);

/// So many computers nearby are asked to connect back, until one answers.
const NEARBY_MAX: usize = 3;

/// What to examine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The share of this computer.
    pub share: OwnShare,
    /// The computer that cannot be reached, and its port.
    pub peer: Option<(String, u16)>,
    /// Other computers that are known to be on the network, to be asked whether they can reach the own share.
    pub nearby: Vec<SocketAddr>,
}

/// The share of this computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnShare {
    /// Nothing is shared.
    Off,
    /// Something is shared on this port.
    On(u16),
    /// Another process may share something.
    #[default]
    Unknown,
}

/// Examines `target` on threads of its own. Returns at once; reports each time a check has ended, and once with
/// [`Diagnosis::is_over`], unless it is cancelled.
pub fn examine(target: Target, reporter: &Reporter<Diagnosis>, cancel: CancelToken) {
    let started = threads::spawn("doctor", {
        let reporter = reporter.clone();
        move || run(target, &reporter, &cancel)
    });
    if let Err(e) = started {
        log::warn!("nothing can be examined: {e}");
        reporter.report(Diagnosis {
            is_over: true,
            ..Diagnosis::default()
        });
    }
}

/// A change of the facts.
type Learned = Box<dyn FnOnce(&mut Facts) + Send>;

/// What every probe has.
#[derive(Clone)]
struct Gatherer {
    learned: Sender<Learned>,
    cancel: CancelToken,
    networks: Vec<Network>,
    own: Vec<IpAddr>,
}

impl Gatherer {
    fn tell(&self, change: impl FnOnce(&mut Facts) + Send + 'static) {
        // Nobody listens after the deadline.
        let _ = self.learned.send(Box::new(change));
    }

    fn tell_of_peer(&self, change: impl FnOnce(&mut Peer) + Send + 'static) {
        self.tell(|facts| {
            if let Some(peer) = &mut facts.peer {
                change(peer);
            }
        });
    }

    /// Not joined: a probe cannot be interrupted, but ends in time.
    fn spawn(&self, name: &str, probe: impl FnOnce(&Self) + Send + 'static) {
        let gatherer = self.clone();
        if let Err(e) = threads::spawn(format!("doctor: {name}"), move || probe(&gatherer)) {
            log::warn!("a check does not run: {e}");
        }
    }
}

fn run(target: Target, reporter: &Reporter<Diagnosis>, cancel: &CancelToken) {
    let began = Instant::now();
    let networks = probe::networks();
    let (learned, changes) = unbounded();
    let gatherer = Gatherer {
        learned,
        cancel: cancel.clone(),
        own: networks.iter().map(|network| network.ip).collect(),
        networks: networks.clone(),
    };
    let mut facts = Facts {
        networks: Some(networks),
        peer: target.peer.as_ref().map(|(host, port)| Peer {
            host: host.clone(),
            port: *port,
            ..Peer::default()
        }),
        ..Facts::default()
    };
    start(target, &gatherer);
    // Only the probes have one then.
    drop(gatherer);
    let mut last = report(&facts, None, began, reporter);
    loop {
        let left = DEADLINE.saturating_sub(began.elapsed());
        select! {
            recv(cancel.cancelled()) -> _ => return,
            recv(changes) -> change => match change {
                Ok(change) => change(&mut facts),
                // All probes have ended.
                Err(_) => break,
            },
            default(left) => break,
        }
        last = report(&facts, Some(&last), began, reporter);
    }
    let mut diagnosis = diagnose(&facts);
    let cause = diagnosis.cause().cloned();
    diagnosis.checks.retain(|check| check.finding.is_some());
    diagnosis.cause = diagnosis.checks.iter().position(|check| {
        let finding = check.finding.as_ref();
        cause.is_some() && finding == cause.as_ref()
    });
    diagnosis.is_over = true;
    diagnosis.took = began.elapsed();
    reporter.report(diagnosis);
}

/// Reports what is known, if it differs from `last`.
fn report(
    facts: &Facts,
    last: Option<&Diagnosis>,
    began: Instant,
    reporter: &Reporter<Diagnosis>,
) -> Diagnosis {
    let diagnosis = diagnose(facts);
    if last != Some(&diagnosis) {
        reporter.report(Diagnosis {
            took: began.elapsed(),
            ..diagnosis.clone()
        });
    }
    diagnosis
}

/// Starts the probes. The last one that ends drops the last `learned`.
fn start(target: Target, gatherer: &Gatherer) {
    // For the probe of the peer and for those nearby.
    let (share_known, share) = bounded(2);
    let (own_share, nearby) = (target.share, target.nearby);
    gatherer.spawn("share", move |gatherer| {
        let port = match own_share {
            OwnShare::Off => None,
            OwnShare::On(port) => Some(port),
            OwnShare::Unknown => probe::own_share(&gatherer.own),
        };
        for _ in 0..2 {
            // It has space for both.
            let _ = share_known.send(port);
        }
        drop(share_known);
        let found = port.map_or(OwnReach::Off, |port| probe::own_reach(port, &gatherer.own));
        gatherer.tell(move |facts| facts.share = Some(found));
        let found = firewall::find_for(port.unwrap_or(DEFAULT_PORT), &gatherer.networks);
        gatherer.tell(move |facts| facts.firewalls = Some(found));
    });
    gatherer.spawn("wifi", name_wifi);
    if !nearby.is_empty() {
        let share = share.clone();
        gatherer.spawn("nearby", move |gatherer| {
            // Anybody can announce any address.
            let is_near = |address: &SocketAddr| {
                let mut networks = gatherer.networks.iter();
                networks.any(|network| network.contains(address.ip()))
            };
            for address in nearby.into_iter().filter(is_near).take(NEARBY_MAX) {
                if ask_back(gatherer, &address.ip().to_string(), address, &share) {
                    break;
                }
            }
        });
    }
    match target.peer {
        Some((host, port)) => gatherer.spawn("peer", move |gatherer| {
            peer::examine(gatherer, &host, port, &share);
        }),
        None => gatherer.spawn("others", |gatherer| {
            let found = others(gatherer, None);
            gatherer.tell(move |facts| facts.others = found);
        }),
    }
}

/// Asks the Landline at `address` to connect back to the own share, if there is one; whether that led to a result.
fn ask_back(
    gatherer: &Gatherer,
    host: &str,
    address: SocketAddr,
    share: &Receiver<Option<u16>>,
) -> bool {
    let Ok(Some(port)) = share.recv_timeout(SHARE_TIMEOUT) else {
        return false;
    };
    let back = probe::ask(address, Some(port), BACK_TIMEOUT).and_then(|heard| heard.back);
    let Some(answer) = back else {
        return false;
    };
    let from = host.to_owned();
    gatherer.tell(move |facts| facts.back = Some(WayBack { from, answer }));
    true
}

/// Who else answers, in the network of `peer` or the best one. `None` if that cannot be found out.
fn others(gatherer: &Gatherer, peer: Option<IpAddr>) -> Option<Others> {
    let mut local = gatherer.networks.iter().filter(|network| {
        let is_of_peer = peer.is_none_or(|ip| network.contains(ip));
        network.is_local() && network.ip.is_ipv4() && is_of_peer
    });
    let network = local.next()?;
    let count = |is_complete| {
        let table = sys::neighbours()?;
        let is_there = |of: IpAddr| {
            let mut those = table.iter().filter(|known| known.answers);
            those.any(|known| known.ip == of)
        };
        let others = table.iter().filter(|known| {
            known.answers && network.contains(known.ip) && Some(known.ip) != network.gateway
        });
        Some(Others {
            gateway: network.gateway.map(is_there),
            count: others.count(),
            is_complete,
        })
    };
    let known = count(false)?;
    if known.count > 0 {
        return Some(known);
    }
    match probe::sweep(network, &gatherer.cancel) {
        Some(()) => count(true),
        None => Some(known),
    }
}

/// Adds the name of the Wi-Fi.
fn name_wifi(gatherer: &Gatherer) {
    let is_wifi = |network: &&Network| matches!(network.medium, Medium::Wifi(_));
    let Some(interface) = gatherer.networks.iter().find(is_wifi) else {
        return;
    };
    let interface = interface.interface.clone();
    let Some(name) = sys::wifi_name(&interface) else {
        return;
    };
    let name = crate::printable::printable(&name, false);
    gatherer.tell(move |facts| {
        for network in facts.networks.iter_mut().flatten() {
            if network.interface == interface {
                network.medium = Medium::Wifi(Some(name.clone()));
            }
        }
    });
}
