//! The UDP sockets, one for each [`Link`], and the thread that listens on them. It sleeps until something arrives.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags, Timespec};
use socket2::{Domain, Protocol, Socket, Type};

use super::Claim;
use super::links::{Link, Links};
use super::wake::{self, Waker, Woken};
use crate::identity::Fingerprint;
use crate::localsend::message::{Announcement, INFO_MAX_LEN};
use crate::localsend::{GROUP, GROUP_V6, PORT};
use crate::threads;

/// So many datagrams are read in [`WINDOW`]; the rest waits in the sockets' buffers, which drop what is too much. A
/// lecture hall sends a few dozen.
const WINDOW_MAX: u32 = 1000;
const WINDOW: Duration = Duration::from_millis(100);
/// After so many errors in a row, a socket is not read any more until the network changes.
const ERRORS_MAX: u32 = 10;

/// The sockets, until they are dropped.
#[derive(Debug)]
pub(super) struct Sockets {
    shared: Arc<Shared>,
    waker: Waker,
}

#[derive(Debug)]
struct Shared {
    open: Mutex<Open>,
    is_over: AtomicBool,
}

#[derive(Debug, Default)]
struct Open {
    ports: Vec<Arc<Port>>,
    links: Arc<Links>,
}

/// A socket that is bound and has joined the group.
#[derive(Debug)]
struct Port {
    link: Link,
    socket: UdpSocket,
    group: SocketAddr,
    errors: AtomicU32,
}

impl Sockets {
    /// Starts the thread, without sockets yet. What devices other than `own` announce is sent to `heard`, unless that is
    /// full.
    ///
    /// # Errors
    /// The system refuses the thread, or what wakes it.
    pub(super) fn start(own: Fingerprint, heard: Sender<Claim>) -> io::Result<Self> {
        let (waker, woken) = wake::pair()?;
        let shared = Arc::new(Shared {
            open: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
        let listener = Listener {
            shared: Arc::clone(&shared),
            woken,
            own,
            heard,
        };
        threads::spawn("localsend listener", move || listener.run())?;
        Ok(Self { shared, waker })
    }

    /// Opens and closes sockets so that there is one for each of the interfaces. Returns whether any is new.
    pub(super) fn update(&self, links: Links) -> bool {
        let mut open = self.shared.open.lock();
        open.ports.retain(|port| {
            links.all.contains(&port.link) && port.errors.load(Ordering::Relaxed) < ERRORS_MAX
        });
        let mut has_new = false;
        for &link in &links.all {
            if open.ports.iter().any(|port| port.link == link) {
                continue;
            }
            match Port::open(link) {
                Ok(port) => {
                    open.ports.push(Arc::new(port));
                    has_new = true;
                }
                Err(error) if error.kind() == ErrorKind::AddrInUse => {
                    log::warn!("LocalSend: another program keeps UDP port {PORT} for itself");
                }
                // A tunnel without multicast, for example.
                Err(error) => log::debug!("LocalSend: {link:?}: {error}"),
            }
        }
        open.links = Arc::new(links);
        drop(open);
        self.waker.wake();
        has_new
    }

    /// The interfaces of the last update.
    pub(super) fn links(&self) -> Arc<Links> {
        Arc::clone(&self.shared.open.lock().links)
    }

    /// Sends `announcement` to the group on every link.
    pub(super) fn send(&self, announcement: &[u8]) {
        for port in &self.shared.ports() {
            if let Err(error) = port.socket.send_to(announcement, port.group) {
                log::debug!("LocalSend: {:?}: {error}", port.link);
            }
        }
    }
}

impl Drop for Sockets {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        self.shared.open.lock().ports.clear();
        self.waker.wake();
    }
}

impl Shared {
    fn ports(&self) -> Vec<Arc<Port>> {
        self.open.lock().ports.clone()
    }
}

impl Port {
    fn open(link: Link) -> io::Result<Self> {
        let (domain, any, group) = match link {
            Link::V4(_) => (
                Domain::IPV4,
                SocketAddr::from((Ipv4Addr::UNSPECIFIED, PORT)),
                SocketAddr::from((GROUP, PORT)),
            ),
            Link::V6(index) => (
                Domain::IPV6,
                SocketAddr::from((Ipv6Addr::UNSPECIFIED, PORT)),
                SocketAddr::V6(SocketAddrV6::new(GROUP_V6, PORT, 0, index)),
            ),
        };
        let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_nonblocking(true)?;
        // Other programs, and our other sockets, listen on the same port.
        socket.set_reuse_address(true)?;
        #[cfg(unix)]
        socket.set_reuse_port(true)?;
        match link {
            Link::V4(ip) => {
                socket.bind(&any.into())?;
                socket.join_multicast_v4(&GROUP, &ip)?;
                socket.set_multicast_if_v4(&ip)?;
                socket.set_multicast_ttl_v4(1)?;
                socket.set_multicast_loop_v4(true)?;
                // Otherwise each socket would get what the others have joined.
                #[cfg(target_os = "linux")]
                socket.set_multicast_all_v4(false)?;
            }
            Link::V6(index) => {
                socket.set_only_v6(true)?;
                socket.bind(&any.into())?;
                socket.join_multicast_v6(&GROUP_V6, index)?;
                socket.set_multicast_if_v6(index)?;
                socket.set_multicast_hops_v6(1)?;
                socket.set_multicast_loop_v6(true)?;
                #[cfg(target_os = "linux")]
                socket.set_multicast_all_v6(false)?;
            }
        }
        Ok(Self {
            link,
            socket: socket.into(),
            group,
            errors: AtomicU32::new(0),
        })
    }

    /// Receives a datagram; `None` if there is none, or it is too long to be an announcement.
    fn receive<'a>(&self, buffer: &'a mut [u8]) -> Result<Option<(&'a [u8], SocketAddr)>, ()> {
        match self.socket.recv_from(buffer) {
            Ok((len, from)) => {
                self.errors.store(0, Ordering::Relaxed);
                let is_whole = len <= INFO_MAX_LEN;
                Ok(is_whole.then(|| (&buffer[..len], from)))
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Err(()),
            Err(error) => {
                log::debug!("LocalSend: {:?}: {error}", self.link);
                self.errors.fetch_add(1, Ordering::Relaxed);
                Err(())
            }
        }
    }
}

/// The thread that listens.
struct Listener {
    shared: Arc<Shared>,
    woken: Woken,
    own: Fingerprint,
    heard: Sender<Claim>,
}

impl Listener {
    fn run(&self) {
        let mut buffer = vec![0; INFO_MAX_LEN + 1];
        let (mut window, mut count) = (Instant::now(), 0);
        while !self.shared.is_over.load(Ordering::Acquire) {
            let mut ports = self.shared.ports();
            ports.retain(|port| port.errors.load(Ordering::Relaxed) < ERRORS_MAX);
            let rest = (count >= WINDOW_MAX).then(|| WINDOW.saturating_sub(window.elapsed()));
            if rest.is_some() {
                ports.clear();
            }
            let Ok(ready) = self.wait(&ports, rest) else {
                return;
            };
            if window.elapsed() >= WINDOW {
                (window, count) = (Instant::now(), 0);
            }
            let links = self.shared.open.lock().links.clone();
            for (port, _) in ports.iter().zip(ready).filter(|(_, is_ready)| *is_ready) {
                while count < WINDOW_MAX
                    && let Ok(received) = port.receive(&mut buffer)
                {
                    count += 1;
                    let claim = received.and_then(|(bytes, from)| self.read(bytes, from, &links));
                    if let Some(claim) = claim {
                        // A full channel is a flood.
                        let _ = self.heard.try_send(claim);
                    }
                }
            }
        }
    }

    /// Waits until one of `ports` can be read, it is woken, or `time` is over. Returns which.
    fn wait(&self, ports: &[Arc<Port>], time: Option<Duration>) -> io::Result<Vec<bool>> {
        let woken = PollFd::new(&*self.woken.0, PollFlags::IN);
        let ports = ports
            .iter()
            .map(|port| PollFd::new(&port.socket, PollFlags::IN));
        let mut polled: Vec<_> = std::iter::once(woken).chain(ports).collect();
        let time = time.and_then(|time| Timespec::try_from(time).ok());
        match rustix::event::poll(&mut polled, time.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => {
                log::warn!("LocalSend is not listened to any more: {error}");
                return Err(error.into());
            }
        }
        if !polled[0].revents().is_empty() {
            self.woken.clear();
        }
        let ready = polled[1..].iter().map(|one| !one.revents().is_empty());
        Ok(ready.collect())
    }

    /// What `bytes` from the address `from` announces, unless it is our own or makes no sense.
    fn read(&self, bytes: &[u8], from: SocketAddr, links: &Links) -> Option<Claim> {
        if !links.is_near(from.ip()) {
            return None;
        }
        let info = Announcement::parse(bytes).ok()?.info;
        let address = listening(from, info.port.unwrap_or(PORT))?;
        (info.identity() != Some(self.own)).then_some(Claim { info, address })
    }
}

/// Where the device that has sent something from `from` says it listens.
pub(super) fn listening(from: SocketAddr, port: u16) -> Option<SocketAddr> {
    let address = match from {
        // Only a link-local address means something else on each link.
        SocketAddr::V6(v6) if v6.ip().is_unicast_link_local() => {
            SocketAddr::V6(SocketAddrV6::new(*v6.ip(), port, 0, v6.scope_id()))
        }
        _ => SocketAddr::new(IpAddr::to_canonical(&from.ip()), port),
    };
    (port != 0).then_some(address)
}

#[cfg(test)]
mod tests;
