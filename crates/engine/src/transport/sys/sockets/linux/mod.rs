//! The table of TCP sockets on Linux: `sock_diag(7)`, which `ss` asks as well. It needs no privileges.

mod message;
mod tcp_info;
#[cfg(test)]
mod tests;

use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with,
};

use self::message::{Answer, Family, Request, answers};
use super::Ends;
use crate::transport::tcp::{Sockets, TcpSocket};

/// The kernel answers within milliseconds, even if it lists 100,000 sockets.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The size of the kernel's datagrams at most.
const DATAGRAM_LEN: usize = 32 * 1024;

/// Sockets listed at most, which bounds the memory: about 20 MB.
const MOST_SOCKETS: usize = 50_000;

/// See [`crate::transport::tcp::sockets`].
///
/// # Errors
/// The kernel lacks `tcp_diag`, or does not answer.
pub(in crate::transport) fn sockets(which: Sockets) -> io::Result<Vec<TcpSocket>> {
    let mut diag = Diag::open()?;
    let mut found = Vec::new();
    for family in [Family::V4, Family::V6] {
        diag.ask(Request::Dump(family, 0, 0), |socket| {
            if which.includes(&socket) && found.len() < MOST_SOCKETS {
                found.push(socket);
            }
        })?;
    }
    Ok(found)
}

/// The sockets of `connections`, in the same order; `None` is one that the system does not know (any more). Takes about
/// 10 µs each.
///
/// # Errors
/// See [`sockets`].
pub(in crate::transport) fn find(connections: &[Ends]) -> io::Result<Vec<Option<TcpSocket>>> {
    let mut diag = Diag::open()?;
    let found = connections.iter().map(|&ends| diag.find(ends));
    found.collect()
}

/// A socket to the kernel, which answers one request at a time.
struct Diag {
    socket: OwnedFd,
    sequence: u32,
    buffer: Vec<u8>,
}

impl Diag {
    fn open() -> io::Result<Self> {
        let socket = socket_with(
            AddressFamily::NETLINK,
            SocketType::DGRAM,
            SocketFlags::CLOEXEC,
            Some(netlink::SOCK_DIAG),
        )?;
        set_socket_timeout(&socket, Timeout::Recv, Some(TIMEOUT))?;
        Ok(Self {
            socket,
            sequence: 0,
            buffer: vec![0; DATAGRAM_LEN],
        })
    }

    fn find(&mut self, ends: Ends) -> io::Result<Option<TcpSocket>> {
        let mut found = None;
        let request = if is_link_local(ends.peer.ip()) {
            // Linux would want to know the interface as well.
            Request::Dump(Family::V6, ends.local.port(), ends.peer.port())
        } else {
            Request::Exact(ends)
        };
        let asked = self.ask(request, |socket| {
            if socket.local == ends.local && socket.peer == ends.peer {
                found = Some(socket);
            }
        });
        match asked {
            Err(e) if e.raw_os_error() == Some(Errno::NOENT.raw_os_error()) => Ok(None),
            Err(e) => Err(e),
            Ok(()) => Ok(found),
        }
    }

    /// Passes every socket that the kernel answers with to `take`.
    fn ask(&mut self, request: Request, mut take: impl FnMut(TcpSocket)) -> io::Result<()> {
        let deadline = Instant::now() + TIMEOUT;
        self.sequence = self.sequence.wrapping_add(1);
        send(
            &self.socket,
            &request.bytes(self.sequence),
            SendFlags::empty(),
        )?;
        let is_dump = matches!(request, Request::Dump(..));
        loop {
            let received = recv(&self.socket, &mut *self.buffer, RecvFlags::empty());
            let (len, _) = match received {
                Err(Errno::INTR) if Instant::now() < deadline => continue,
                received => received?,
            };
            for answer in answers(&self.buffer[..len], self.sequence) {
                match answer {
                    Answer::Socket(socket) => take(*socket),
                    Answer::Done => return Ok(()),
                    Answer::Error(errno) => return Err(io::Error::from_raw_os_error(errno)),
                }
                if !is_dump {
                    return Ok(());
                }
            }
            if Instant::now() >= deadline {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
    }
}

fn is_link_local(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local())
}
