//! Listens, and gives every connection a slot and a place to wait.
#![expect(
    clippy::disallowed_methods,
    reason = "the waker runs on a thread of its own"
)]

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket, Type};

use super::Limits;
use super::connection::{Connection, abort};
use super::descriptors::is_exhausted;
use super::reactor::Reactor;
use super::shared::Shared;
use crate::error::ServerError;
use crate::fs::locked;
use crate::transport::{CancelToken, accept, addresses, is_timeout, prepare_listener};

/// Connections that the kernel holds for us until they are accepted. The notes have 128.
const BACKLOG: i32 = 1024;

/// How long to leave alone a system that has no file descriptor, thread or memory left.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(100);

/// A port that is listened on.
#[derive(Debug)]
pub(super) struct Listener {
    socket: TcpListener,
    /// What it was bound to, for the list of addresses.
    bound: SocketAddr,
}

impl Listener {
    /// Listen on `bind`, or on every address of both families where the system has IPv6.
    pub fn bind(bind: Option<IpAddr>, port: u16) -> Result<Self, ServerError> {
        let mut address = bind.unwrap_or(Ipv6Addr::UNSPECIFIED.into());
        let mut result = locked::retry_if_locked(|| listen(address, port));
        if let Err(e) = &result
            && bind.is_none()
            && !is_about_the_port(e)
        {
            log::info!("no dual-stack socket ({e}); IPv4 only");
            address = Ipv4Addr::UNSPECIFIED.into();
            result = listen(address, port);
        }
        let socket = result.map_err(|e| match ServerError::of_port(address, port, &e) {
            ServerError::PortTaken { port, .. } => ServerError::PortTaken {
                port,
                free: free_port_after(address, port),
            },
            other => other,
        })?;
        let bound = socket.local_addr().map_err(|e| ServerError::from(&e))?;
        Ok(Self { socket, bound })
    }

    /// Under what addresses others reach it.
    pub fn addresses(&self) -> Vec<addresses::Address> {
        addresses::reachable(self.bound.ip(), self.bound.port())
    }

    /// Where to connect to wake [`Listener::accept_until`].
    pub fn wake_address(&self) -> SocketAddr {
        let ip = match self.bound.ip() {
            // A dual-stack socket takes IPv4 even where IPv6 has no loopback.
            ip if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            ip => ip,
        };
        SocketAddr::new(ip, self.bound.port())
    }

    /// Accept until `stop`; an error when the system does not let it go on.
    pub fn accept_until(
        &self,
        stop: &CancelToken,
        shared: &Arc<Shared>,
        room: &Arc<Reactor>,
    ) -> Result<(), ServerError> {
        let tick = tick(&shared.limits);
        if let Err(e) = prepare_listener(&self.socket) {
            log::warn!("silent clients are let go late: {e}");
        }
        let mut expired = Instant::now();
        while !stop.is_cancelled() {
            if expired.elapsed() >= tick {
                expired = Instant::now();
                room.look_after();
            }
            if !shared.slots.wait_for_one(Duration::ZERO) && !room.make_way(None) {
                shared.log_busy(self.bound.ip());
                shared.slots.wait_for_one(tick);
                continue;
            }
            let accepted = accept(&self.socket, tick);
            if stop.is_cancelled() {
                // It may be a client that came at this moment; a clean end would say that there is no such file.
                if let Ok((socket, _)) = accepted {
                    abort(&socket);
                }
                break;
            }
            let started = match accepted {
                Ok((socket, peer)) => {
                    let address = peer.ip().to_canonical();
                    if let Some(connection) = Connection::admit(room, socket, address) {
                        room.add(connection)
                    } else {
                        shared.log_busy(address);
                        if room.make_way(Some(address)) {
                            room.admit_waiting();
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
                    shared.log_busy(self.bound.ip());
                    if !room.make_way(None) {
                        stop.wait(EXHAUSTED_PAUSE);
                    }
                }
                Err(e) => log::debug!("accept: {e}"),
            }
        }
        Ok(())
    }
}

/// How often to look for clients that have been silent for too long and for workers that are held up: often
/// enough that nobody stays much longer than the limit, or waits for long.
fn tick(limits: &Limits) -> Duration {
    const LONGEST: Duration = Duration::from_millis(250);
    const SHORTEST: Duration = Duration::from_millis(5);
    (limits.head.min(limits.idle) / 8).clamp(SHORTEST, LONGEST)
}

/// Wake a listener that waits in `accept`.
pub(super) fn wake(address: SocketAddr) {
    const PATIENCE: Duration = Duration::from_secs(1);
    if let Err(e) = TcpStream::connect_timeout(&address, PATIENCE) {
        log::debug!("waking the listener: {e}");
    }
}

fn listen(address: IpAddr, port: u16) -> io::Result<TcpListener> {
    let address = SocketAddr::new(address, port);
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if address.is_ipv6() {
        // Both families where all addresses are meant; an IPv6 address alone means IPv6.
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    // This only forgives connections of an earlier run; on Windows it would take the port of another program.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    #[cfg(windows)]
    crate::transport::exclusive_port::keep_port(&socket)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn free_port_after(address: IpAddr, port: u16) -> Option<u16> {
    /// How far to look for one that is easy to remember.
    const NEAR: u16 = 20;
    (1..=NEAR)
        .filter_map(|step| port.checked_add(step))
        .find(|&port| listen(address, port).is_ok())
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
