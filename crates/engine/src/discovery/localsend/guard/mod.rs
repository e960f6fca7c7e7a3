//! Which claims are checked, and when: anybody on the network can send announcements in the name of any device. Each
//! costs one request at most, and few requests run at a time.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::Claim;
use crate::identity::Fingerprint;
use crate::localsend::message::Scheme;

/// How many requests run at a time, for either version of IP: addresses of IPv6 can be made up without end.
const RUNNING_MAX: usize = 8;
/// How many claims wait, likewise.
const WAITING_MAX: usize = 32;
/// How many of them for one address, where several programs may run.
const WAITING_MAX_AT_ADDRESS: usize = 4;
/// After a device has answered, what it announces again is ignored for this time: devices announce themselves in bursts.
const ANSWERED: Duration = Duration::from_secs(5);
/// How long an address is left alone that has not answered once, twice, and more often. A device that has just joined may
/// not be ready to answer: the second and third announcement of its burst are tried.
const QUIET: [Duration; 3] = [
    Duration::from_millis(400),
    Duration::from_secs(2),
    Duration::from_mins(1),
];
/// After another time like this, it is as if it had never failed.
const FORGIVEN: Duration = Duration::from_mins(1);
/// How many addresses and devices are remembered. Those of a minute are fewer: failing takes half a second.
const REMEMBERED_MAX: usize = 1024;
/// For this long after claims were dropped, it means nothing that a device was not heard.
const OVERRUN: Duration = Duration::from_secs(10);

/// Who is meant: at an address, the device with this certificate.
type Subject = (SocketAddr, Option<Fingerprint>);

/// Decides about claims.
#[derive(Debug, Default)]
pub(super) struct Guard {
    lanes: [Lane; 2],
    failed: HashMap<IpAddr, Failed>,
    answered: HashMap<Subject, Instant>,
    lost: Option<Instant>,
}

/// Those of one version of IP.
#[derive(Debug, Default)]
struct Lane {
    waiting: VecDeque<(Subject, Claim)>,
    running: Vec<Subject>,
}

#[derive(Clone, Copy, Debug)]
struct Failed {
    times: usize,
    until: Instant,
}

impl Guard {
    /// Remembers `claim` if it is to be looked into.
    pub(super) fn offer(&mut self, claim: Claim, now: Instant) {
        let subject = subject(&claim);
        let ip = claim.address.ip();
        let is_quiet = self.failed.get(&ip).is_some_and(|of| of.until > now);
        let is_answered = |at: &Instant| now.saturating_duration_since(*at) < ANSWERED;
        if is_quiet || self.answered.get(&subject).is_some_and(is_answered) {
            return;
        }
        let failures = |of: IpAddr| self.failed.get(&of).map_or(0, |of| of.times);
        let lane = &mut self.lanes[usize::from(ip.is_ipv6())];
        if lane.running.contains(&subject) {
            return;
        }
        if let Some((_, same)) = lane.waiting.iter_mut().find(|(of, _)| *of == subject) {
            *same = claim;
            return;
        }
        let beside = lane.waiting.iter().filter(|((at, _), _)| at.ip() == ip);
        if beside.count() >= WAITING_MAX_AT_ADDRESS {
            self.lost = Some(now);
            return;
        }
        if lane.waiting.len() >= WAITING_MAX {
            self.lost = Some(now);
            // An address that has failed waits longer than one that may be a device.
            let own = failures(ip);
            let mut waiting = lane.waiting.iter();
            let Some(at) = waiting.position(|((at, _), _)| failures(at.ip()) > own) else {
                return;
            };
            lane.waiting.remove(at);
        }
        lane.waiting.push_back((subject, claim));
    }

    /// The next claim to look into, if there is one and not too much is done already. [`Guard::done`] must follow.
    pub(super) fn next(&mut self) -> Option<Claim> {
        let lane = self
            .lanes
            .iter_mut()
            .find(|lane| lane.running.len() < RUNNING_MAX && !lane.waiting.is_empty())?;
        // The address that has failed least often: a real device among many forged ones.
        let failures = |of: IpAddr| self.failed.get(&of).map_or(0, |of| of.times);
        let waiting = lane.waiting.iter().enumerate();
        let (at, _) = waiting.min_by_key(|(_, ((at, _), _))| failures(at.ip()))?;
        let (subject, claim) = lane.waiting.remove(at)?;
        lane.running.push(subject);
        Some(claim)
    }

    /// A claim was looked into. `has_answered`: the device is there.
    pub(super) fn done(&mut self, claim: &Claim, has_answered: bool, now: Instant) {
        let (subject, ip) = (subject(claim), claim.address.ip());
        let lane = &mut self.lanes[usize::from(ip.is_ipv6())];
        lane.running.retain(|of| *of != subject);
        if has_answered {
            self.failed.remove(&ip);
            let is_new = |at: &Instant| now.saturating_duration_since(*at) < ANSWERED;
            make_way(&mut self.answered, is_new);
            self.answered.insert(subject, now);
            return;
        }
        make_way(&mut self.failed, |of| of.until > now);
        let failed = self.failed.entry(ip).or_insert(Failed {
            times: 0,
            until: now,
        });
        if failed.until + FORGIVEN < now {
            failed.times = 0;
        }
        failed.until = now + QUIET[failed.times.min(QUIET.len() - 1)];
        failed.times += 1;
    }

    /// Whether so much arrives that announcements of real devices may have been lost.
    pub(super) fn is_overrun(&self, now: Instant) -> bool {
        let is_recent = |at: Instant| now.saturating_duration_since(at) < OVERRUN;
        self.lost.is_some_and(is_recent)
    }
}

fn subject(claim: &Claim) -> Subject {
    let identity = match claim.info.protocol {
        Some(Scheme::Http) => None,
        _ => claim.info.identity(),
    };
    (claim.address, identity)
}

/// Removes what does not count any more if `of` is full; all if that is not enough.
fn make_way<K, V>(of: &mut HashMap<K, V>, mut counts: impl FnMut(&V) -> bool) {
    if of.len() >= REMEMBERED_MAX {
        of.retain(|_, value| counts(value));
    }
    if of.len() >= REMEMBERED_MAX {
        of.clear();
    }
}

#[cfg(test)]
mod tests;
