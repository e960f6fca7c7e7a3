//! The connections whose worker waits ([`Connection::blocking`]), and which of them ends when the system allows no more
//! threads.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::server::connection::Connection;
use crate::transport::CancelToken;

/// A client that takes fewer bytes than this in a second is slow.
const SLOW: f64 = 16.0 * 1024.0;

/// Over how long it is measured. What the system buffers at first makes every client look fast.
const PERIOD: Duration = Duration::from_secs(5);

/// By the numbers of their connections.
#[derive(Debug, Default)]
pub(super) struct Blocked(Mutex<HashMap<u64, Entry>>);

#[derive(Debug)]
struct Entry {
    /// It is soon over.
    is_brief: bool,
    peer: IpAddr,
    cancel: CancelToken,
    /// How many bytes the client has been sent.
    sent: Arc<AtomicU64>,
    /// When the period began, and how many bytes there were then.
    since: Instant,
    sent_before: u64,
    /// Of the period before, in bytes per second.
    rate: Option<f64>,
}

impl Entry {
    /// Of this period so far, in bytes per second.
    fn current_rate(&self) -> f64 {
        let sent = self.sent.load(Ordering::Relaxed) - self.sent_before;
        #[expect(clippy::cast_precision_loss, reason = "only compared")]
        let sent = sent as f64;
        sent / self.since.elapsed().as_secs_f64()
    }

    fn rate(&self) -> f64 {
        self.rate.unwrap_or_else(|| self.current_rate())
    }
}

impl Blocked {
    /// A worker begins to wait.
    pub fn add(&self, connection: &Connection, is_brief: bool) {
        let entry = Entry {
            is_brief,
            peer: connection.peer,
            cancel: connection.cancel.clone(),
            sent: Arc::clone(&connection.sent),
            since: Instant::now(),
            sent_before: connection.sent.load(Ordering::Relaxed),
            rate: None,
        };
        self.0.lock().insert(connection.number(), entry);
    }

    /// It waits no more.
    pub fn remove(&self, number: u64) {
        self.0.lock().remove(&number);
    }

    /// How many there are.
    #[cfg(not(target_os = "linux"))]
    pub fn len(&self) -> usize {
        self.0.lock().len()
    }

    /// Whether there is one of `peer` that is soon over.
    #[cfg(target_os = "linux")]
    pub fn has_brief(&self, peer: IpAddr) -> bool {
        let entries = self.0.lock();
        entries
            .values()
            .any(|entry| entry.is_brief && entry.peer == peer)
    }

    /// Measure how fast the clients are. To be called several times in each [`PERIOD`].
    pub fn measure(&self) {
        for entry in self.0.lock().values_mut() {
            if entry.since.elapsed() >= PERIOD {
                entry.rate = Some(entry.current_rate());
                entry.since = Instant::now();
                entry.sent_before = entry.sent.load(Ordering::Relaxed);
            }
        }
    }

    /// End the slowest transfer of the address with the most of them, where that is fair, for a further one from `peer`;
    /// whether it is. Where it is not, only a transfer that is [`SLOW`] ends, so that there is a thread for the next one.
    pub fn make_way(&self, peer: IpAddr) -> bool {
        let mut entries = self.0.lock();
        let mut held = HashMap::<IpAddr, usize>::new();
        for entry in entries.values() {
            *held.entry(entry.peer).or_default() += 1;
        }
        let mine = held.get(&peer).copied().unwrap_or(0);
        let most = held.values().copied().max().unwrap_or(0);
        // Otherwise two addresses would take turns in ending each other's transfers. The only one may always wait.
        let is_fair = most >= mine + 2 || most == 0;
        let slowest = entries
            .iter()
            .filter(|(_, entry)| held[&entry.peer] == most && !entry.is_brief)
            .filter(|(_, entry)| is_fair || entry.rate.is_some_and(|rate| rate < SLOW))
            .min_by(|(_, one), (_, other)| one.rate().total_cmp(&other.rate()))
            .map(|(number, _)| *number);
        if let Some(ended) = slowest.and_then(|number| entries.remove(&number)) {
            log::debug!("{}: ended, because there are no more threads", ended.peer);
            ended.cancel.cancel();
        }
        is_fair
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const GREEDY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));
    const NEW: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 3));

    /// Transfers that have been sent so many bytes in so many seconds, and their switches.
    fn blocked(entries: &[(IpAddr, u64, u64)]) -> (Blocked, Vec<CancelToken>) {
        let (blocked, mut cancels) = (Blocked::default(), Vec::new());
        for (number, &(peer, sent, secs)) in (0..).zip(entries) {
            let cancel = CancelToken::new();
            let entry = Entry {
                is_brief: false,
                peer,
                cancel: cancel.clone(),
                since: Instant::now()
                    .checked_sub(Duration::from_secs(secs))
                    .unwrap(),
                sent: Arc::new(AtomicU64::new(1000 + sent)),
                sent_before: 1000,
                rate: None,
            };
            blocked.0.lock().insert(number, entry);
            cancels.push(cancel);
        }
        blocked.measure();
        (blocked, cancels)
    }

    fn ended(cancels: &[CancelToken]) -> Vec<usize> {
        (0..cancels.len())
            .filter(|&number| cancels[number].is_cancelled())
            .collect()
    }

    #[test]
    fn a_newcomer_ends_the_slowest_of_the_address_with_the_most() {
        let (blocked, cancels) = blocked(&[
            (GREEDY, 9_000_000, 9),
            (GREEDY, 1_000, 9),
            (OTHER, 1, 90),
            (GREEDY, 500_000, 1),
        ]);
        assert!(blocked.make_way(NEW));
        assert_eq!(ended(&cancels), [1]);
        // One that was ended is not counted any more.
        assert!(blocked.make_way(NEW));
        assert_eq!(ended(&cancels), [1, 3]);
        assert!(!blocked.make_way(NEW));
    }

    #[test]
    fn whoever_has_the_most_is_refused_and_loses_only_what_is_slow() {
        let (blocked, cancels) = blocked(&[
            (GREEDY, 9_000_000, 9),
            (GREEDY, 1_000, 1),
            (GREEDY, 100_000, 100),
            (GREEDY, 10_000, 100),
            (OTHER, 1, 90),
        ]);
        for expected in [vec![3], vec![2, 3], vec![2, 3]] {
            assert!(!blocked.make_way(GREEDY));
            assert_eq!(ended(&cancels), expected);
        }
    }

    #[test]
    fn the_only_transfer_goes_on() {
        let (blocked, cancels) = blocked(&[(GREEDY, 9_000_000, 9)]);
        assert!(!blocked.make_way(NEW));
        assert!(!blocked.make_way(GREEDY));
        assert!(ended(&cancels).is_empty());
        // Where there is hardly a thread, one can be served.
        assert!(Blocked::default().make_way(NEW));
    }
}
