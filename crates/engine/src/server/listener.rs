//! Accepts connections: gives each a slot, or a place in the line for one, and hands it to the reactor.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Limits;
use super::connection::Connection;
use super::descriptors::is_exhausted;
use super::localsend::Receiver;
use super::reactor::Reactor;
use super::shared::Shared;
use crate::error::ServerError;
use crate::fs::locked;
use crate::transport::{CancelToken, Listener, addresses, is_timeout};

/// How long to leave alone a system that has no file descriptor, thread or memory left.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(100);

/// How long to wait for a connection while there is nobody to look after.
const REST: Duration = Duration::from_hours(1);

/// Listen on `bind`, or on every address of both families where the system has IPv6.
pub(super) fn bind(bind: Option<IpAddr>, port: u16) -> Result<Listener, ServerError> {
    let mut address = bind.unwrap_or(Ipv6Addr::UNSPECIFIED.into());
    let mut result = locked::retry_if_locked(|| Listener::bind(SocketAddr::new(address, port)));
    if let Err(e) = &result
        && bind.is_none()
        && !is_about_the_port(e)
    {
        log::info!("no dual-stack socket ({e}); IPv4 only");
        address = Ipv4Addr::UNSPECIFIED.into();
        result = Listener::bind(SocketAddr::new(address, port));
    }
    result.map_err(|e| match ServerError::of_port(address, port, &e) {
        ServerError::PortTaken { port, .. } => ServerError::PortTaken {
            port,
            free: free_port_after(address, port),
        },
        other => other,
    })
}

/// Under what addresses others reach `listener`.
pub(super) fn reachable(listener: &Listener) -> Vec<addresses::Address> {
    let address = listener.local_addr();
    addresses::reachable(address.ip(), address.port())
}

/// Accept until `stop`, after which the listener is to be [woken](Listener::wake); an error when the system does not let
/// it go on.
pub(super) fn accept_until(
    stop: &CancelToken,
    listener: &Listener,
    shared: &Arc<Shared>,
    reactor: &Arc<Reactor>,
) -> Result<(), ServerError> {
    let tick = tick(&shared.limits);
    let own_address = listener.local_addr().ip();
    let mut expired = Instant::now();
    while !stop.is_cancelled() {
        if expired.elapsed() >= tick {
            expired = Instant::now();
            reactor.maintain();
            if let Some(receiver) = &shared.localsend {
                receiver.expire(shared.limits.session_idle);
            }
        }
        if !shared.slots.wait_for_one(Duration::ZERO) && !reactor.make_way(None) {
            shared.log_busy(own_address);
            shared.slots.wait_for_one(tick);
            continue;
        }
        let is_at_rest = shared.slots.is_empty()
            && reactor.is_at_rest()
            && shared.localsend.as_ref().is_none_or(Receiver::is_free);
        let accepted = listener.accept(if is_at_rest { REST } else { tick });
        if stop.is_cancelled() {
            // It may be a client that came at this moment; a clean end would say that there is no such file.
            if let Ok((stream, _)) = accepted {
                stream.abort();
            }
            break;
        }
        let started = match accepted {
            Ok((stream, peer)) => {
                let address = peer.ip().to_canonical();
                if let Some(connection) = Connection::admit(reactor, stream, address) {
                    reactor.add(connection)
                } else {
                    shared.log_busy(address);
                    if reactor.make_way(Some(address)) {
                        reactor.admit_waiting();
                    }
                    Ok(())
                }
            }
            // Time to look after those that wait.
            Err(e) if is_timeout(&e) => Ok(()),
            Err(e) if is_fatal(&e) => return Err(ServerError::from(&e)),
            Err(e) => Err(e),
        };
        match started {
            Ok(()) => {}
            Err(e) if is_exhausted(&e) => {
                log::debug!("no more connections for now: {e}");
                shared.log_busy(own_address);
                if !reactor.make_way(None) {
                    stop.wait(EXHAUSTED_PAUSE);
                }
            }
            Err(e) => log::debug!("accept: {e}"),
        }
    }
    Ok(())
}

/// How often to look for clients that have been silent for too long and for workers that are held up: often
/// enough that nobody stays much longer than the limit, or waits for long.
fn tick(limits: &Limits) -> Duration {
    const LONGEST: Duration = Duration::from_millis(250);
    const SHORTEST: Duration = Duration::from_millis(5);
    (limits.head.min(limits.idle) / 8).clamp(SHORTEST, LONGEST)
}

fn free_port_after(address: IpAddr, port: u16) -> Option<u16> {
    /// How far to look for one that is easy to remember.
    const NEAR: u16 = 20;
    (1..=NEAR)
        .filter_map(|step| port.checked_add(step))
        .find(|&port| Listener::bind(SocketAddr::new(address, port)).is_ok())
}

fn is_about_the_port(e: &io::Error) -> bool {
    matches!(
        e.kind(),
        io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied
    )
}

/// The socket itself is of no use any more; every other error is about one connection.
fn is_fatal(e: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        const FATAL: [Errno; 3] = [Errno::BADF, Errno::INVAL, Errno::NOTSOCK];
        e.raw_os_error()
            .is_some_and(|code| FATAL.iter().any(|errno| errno.raw_os_error() == code))
    }
    #[cfg(not(unix))]
    {
        // WSAEBADF, WSAEINVAL, WSAENOTSOCK.
        matches!(e.raw_os_error(), Some(10009 | 10022 | 10038))
    }
}
