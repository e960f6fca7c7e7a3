//! Listens, and gives every connection a slot and a thread.
#![expect(
    clippy::disallowed_methods,
    reason = "the waker runs on a thread of its own"
)]

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, Type};

use super::ServerError;
use super::connection::Connection;
use super::descriptors::is_exhausted;
use super::shared::Shared;
use crate::net::{Cancel, addresses, threads};
use crate::sentence;

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
        let mut result = listen(address, port);
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
    pub fn accept_until(&self, stop: &Cancel, shared: &Arc<Shared>) -> Result<(), ServerError> {
        let mut exhausted = false;
        while shared.wait_for_slot() {
            let accepted = self.socket.accept();
            if stop.is_cancelled() {
                break;
            }
            let started =
                accepted.and_then(|(socket, peer)| start(socket, peer.ip().to_canonical(), shared));
            match started {
                Ok(()) => exhausted = false,
                Err(e) if is_exhausted(&e) => {
                    if !exhausted {
                        log::warn!("no more connections for now: {e}");
                        shared.note(self.bound.ip(), sentence!("log-busy"));
                    }
                    exhausted = true;
                    stop.wait(EXHAUSTED_PAUSE);
                }
                Err(e) if is_fatal(&e) => return Err(ServerError::from(&e)),
                Err(e) => log::debug!("accept: {e}"),
            }
        }
        Ok(())
    }
}

/// Wake a listener that waits in `accept`.
pub(super) fn wake(address: SocketAddr) {
    const PATIENCE: Duration = Duration::from_secs(1);
    if let Err(e) = TcpStream::connect_timeout(&address, PATIENCE) {
        log::debug!("waking the listener: {e}");
    }
}

fn start(socket: TcpStream, peer: IpAddr, shared: &Arc<Shared>) -> io::Result<()> {
    let (number, cancel) = shared.enter();
    let entered = Entered(Arc::clone(shared), number);
    let connection = Connection::new(socket, peer, Arc::clone(shared), cancel);
    let caller = Arc::clone(&connection.socket);
    let work = move || {
        let _entered = entered;
        connection.serve();
    };
    let started = threads::spawn(format!("connection {peer}"), work);
    if started.is_err() {
        // An empty close would tell a raw client that there is no such file.
        let _ = SockRef::from(&*caller).set_linger(Some(Duration::ZERO));
    }
    started.map(drop)
}

/// Gives the slot back, whatever way the connection ends.
struct Entered(Arc<Shared>, u64);

impl Drop for Entered {
    fn drop(&mut self) {
        self.0.leave(self.1);
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
    // On Unix this only forgives connections of an earlier run; on Windows it would let another
    // program take the port away.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
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
