//! On Linux, without a timer: counts what arrives on the port of mDNS with sockets of our own, and hears of new addresses
//! through netlink.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd};
use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with};
use socket2::{Domain, Socket, Type};

use super::{BUSY_BYTES, Noticed, Watched};
use crate::discovery::daemon::MDNS_PORT;
use crate::threads;

/// `RTMGRP_LINK`, `RTMGRP_IPV4_IFADDR` and `RTMGRP_IPV6_IFADDR`.
const NETWORK_GROUPS: u32 = 0x1 | 0x10 | 0x100;
/// A packet takes this of the memory at least, however small it is.
const PACKET_MIN: usize = 128;
/// The largest mDNS packet (RFC 6762, section 17); of longer ones, only the length counts.
const BUFFER_LEN: usize = 9000;

/// Watches until it is dropped.
#[derive(Debug)]
pub(in crate::discovery) struct Watch(Arc<OwnedFd>);

impl Watch {
    /// Starts watching. `notice` is called in a thread of its own and may wait.
    ///
    /// # Errors
    /// The system refuses a socket or the thread.
    pub(in crate::discovery) fn start(
        what: Watched,
        notice: impl Fn(Noticed) -> bool + Send + 'static,
    ) -> io::Result<Self> {
        let end = Arc::new(eventfd(0, EventfdFlags::CLOEXEC)?);
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let network = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
        bind(&network, &SocketAddrNetlink::new(0, NETWORK_GROUPS))?;
        let mut ports = Vec::new();
        if what == Watched::NetworkAndMdns {
            ports.push(port((Ipv4Addr::UNSPECIFIED, MDNS_PORT).into())?);
            // A computer may have no IPv6.
            ports.extend(port((Ipv6Addr::UNSPECIFIED, MDNS_PORT).into()));
        }
        let ended = Arc::clone(&end);
        threads::spawn("discovery watch", move || {
            if let Err(error) = watch(&ended, &network, &ports, &notice) {
                log::warn!("the network is not watched any more: {error}");
            }
        })?;
        Ok(Self(end))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = rustix::io::write(&*self.0, &1_u64.to_ne_bytes());
    }
}

/// A socket that gets a copy of each multicast packet for the port: the daemon has joined the groups, and Linux delivers
/// what any socket has joined (`IP_MULTICAST_ALL`).
fn port(address: SocketAddr) -> io::Result<OwnedFd> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket.into())
}

fn watch(
    end: &OwnedFd,
    network: &OwnedFd,
    ports: &[OwnedFd],
    notice: &impl Fn(Noticed) -> bool,
) -> io::Result<()> {
    let mut bytes = 0;
    let mut buffer = vec![0; BUFFER_LEN];
    loop {
        let all = [end, network].into_iter().chain(ports);
        let mut polled: Vec<_> = all.map(|one| PollFd::new(one, PollFlags::IN)).collect();
        match rustix::event::poll(&mut polled, None) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready: Vec<bool> = polled.iter().map(|one| !one.revents().is_empty()).collect();
        if ready[0] {
            return Ok(());
        }
        if ready[1] {
            while take(network, &mut buffer).is_some() {}
            if !notice(Noticed::Network) {
                return Ok(());
            }
        }
        for port in ports {
            // At most this much in a row, so that the end is noticed during a flood.
            while let Some(len) = take(port, &mut buffer) {
                bytes += len.max(PACKET_MIN);
                if bytes >= BUSY_BYTES {
                    bytes = 0;
                    if !notice(Noticed::Busy) {
                        return Ok(());
                    }
                    break;
                }
            }
        }
    }
}

/// Receives a packet; returns its length, or nothing if there is none.
fn take(socket: impl AsFd, buffer: &mut [u8]) -> Option<usize> {
    match recv(socket, buffer, RecvFlags::TRUNC) {
        Ok((_, len)) => Some(len),
        // Too many messages of netlink at once: that is a change, too.
        Err(Errno::NOBUFS) => Some(0),
        Err(_) => None,
    }
}
