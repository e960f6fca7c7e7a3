//! Connects back to clients that ask whether others can reach them: to their own address only, once for each request, and
//! not often, so that nobody can use it to search other computers for open ports or to send traffic to them.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{bounded, select};
use parking_lot::Mutex;
use serde::Serialize;

use crate::threads;
use crate::transport::{CancelToken, Stream};

/// How long a connection may take. On a local network it takes milliseconds, and a lost SYN is repeated after a second.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The time that the numbers below are for.
const WINDOW: Duration = Duration::from_mins(1);

/// Tests for one address. A person who tries again and again needs fewer.
const PER_ADDRESS: usize = 10;

/// Tests for all addresses. A class that tests at the same time needs fewer.
const IN_TOTAL: usize = 60;

/// Tests at the same time, each with a thread of its own.
const AT_ONCE: usize = 8;

/// The result of connecting to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Back {
    /// It accepted the connection.
    Open,
    /// It reset the connection: nothing listens there.
    Refused,
    /// No answer came in time.
    Timeout,
    /// The system knows no way to it, or was told that there is none.
    Unreachable,
}

/// The tests of a server so far.
#[derive(Debug, Default)]
pub(super) struct BackTests(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Those of the last [`WINDOW`], oldest first; at most [`IN_TOTAL`].
    recent: VecDeque<(Instant, IpAddr)>,
    running: usize,
}

/// Allows one test.
#[derive(Debug)]
pub(super) struct Permit(Arc<BackTests>);

impl BackTests {
    /// Allows a test of `client`, unless there have been too many.
    pub(super) fn admit(self: &Arc<Self>, client: IpAddr) -> Option<Permit> {
        self.admit_at(client, Instant::now())
    }

    fn admit_at(self: &Arc<Self>, client: IpAddr, now: Instant) -> Option<Permit> {
        let client = network(client);
        let mut state = self.0.lock();
        while let Some((at, _)) = state.recent.front()
            && now.saturating_duration_since(*at) >= WINDOW
        {
            state.recent.pop_front();
        }
        let of_client = state.recent.iter().filter(|(_, of)| *of == client).count();
        if of_client >= PER_ADDRESS || state.recent.len() >= IN_TOTAL || state.running >= AT_ONCE {
            return None;
        }
        state.recent.push_back((now, client));
        state.running += 1;
        Some(Permit(Arc::clone(self)))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.0.lock().running -= 1;
    }
}

impl Permit {
    /// Connects to `client` and closes the connection at once. Blocks up to [`TIMEOUT`]; `None` after a cancel, or if no
    /// thread can start.
    #[expect(
        clippy::disallowed_methods,
        reason = "it connects on a thread of its own"
    )]
    pub(super) fn connect(self, client: SocketAddr, cancel: &CancelToken) -> Option<Back> {
        let (sender, receiver) = bounded(1);
        // Not joined: a connect cannot be interrupted, but ends in time. The permit lasts as long as the thread.
        let dialing = threads::spawn("connect back", move || {
            let _permit = self;
            let made = Stream::connect(&client, TIMEOUT, |_| {});
            // Nobody listens after a cancel.
            let _ = sender.send(made.map(drop).map_err(|e| e.kind()));
        });
        if let Err(e) = dialing {
            log::info!("{client} is not tested: {e}");
            return None;
        }
        select! {
            recv(cancel.cancelled()) -> _ => None,
            recv(receiver) -> made => Some(of(made.ok()?)),
        }
    }
}

/// The result of connecting.
fn of(made: Result<(), ErrorKind>) -> Back {
    match made {
        Ok(()) => Back::Open,
        Err(ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset) => Back::Refused,
        Err(ErrorKind::TimedOut | ErrorKind::WouldBlock) => Back::Timeout,
        Err(_) => Back::Unreachable,
    }
}

/// What counts as one address: a computer may choose any of the IPv6 addresses that begin with the same 64 bits.
pub(super) fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn no_address_is_tested_often() {
        let tests = Arc::new(BackTests::default());
        let start = Instant::now();
        for _ in 0..PER_ADDRESS {
            assert!(tests.admit_at(ip("10.0.0.1"), start).is_some());
        }
        assert!(tests.admit_at(ip("10.0.0.1"), start).is_none());
        assert!(tests.admit_at(ip("10.0.0.2"), start).is_some());
        let later = start + WINDOW;
        assert!(tests.admit_at(ip("10.0.0.1"), later).is_some());
        // All addresses of a computer count as one.
        for last in 0..PER_ADDRESS {
            let client = ip(&format!("2001:db8::{last:x}"));
            assert!(tests.admit_at(client, later).is_some());
        }
        assert!(tests.admit_at(ip("2001:db8::ffff:1"), later).is_none());
        assert!(tests.admit_at(ip("2001:db8:0:1::1"), later).is_some());
    }

    #[test]
    fn many_addresses_together_are_not_tested_often_either() {
        let tests = Arc::new(BackTests::default());
        let start = Instant::now();
        let from = |n: u32| IpAddr::V4(n.into());
        let admitted = (0..10_000).filter(|&n| tests.admit_at(from(n), start).is_some());
        assert_eq!(admitted.count(), IN_TOTAL);
        assert_eq!(tests.0.lock().recent.len(), IN_TOTAL);
    }

    #[test]
    fn few_run_at_once() {
        let tests = Arc::new(BackTests::default());
        let start = Instant::now();
        let from = |n: u32| IpAddr::V4(n.into());
        let permits: Vec<_> = (0..20)
            .filter_map(|n| tests.admit_at(from(n), start))
            .collect();
        assert_eq!(permits.len(), AT_ONCE);
        drop(permits);
        assert!(tests.admit_at(from(30), start).is_some());
    }

    #[test]
    fn a_test_tells_open_from_refused() {
        let tests = Arc::new(BackTests::default());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let test = || {
            let permit = tests.admit(address.ip()).unwrap();
            permit.connect(address, &CancelToken::new())
        };
        assert_eq!(test(), Some(Back::Open));
        drop(listener);
        assert_eq!(test(), Some(Back::Refused));
    }
}
