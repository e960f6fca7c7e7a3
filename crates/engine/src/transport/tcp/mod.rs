//! What the system knows about TCP connections: the table of sockets with their states (RFC 9293 section 3.3.2) and
//! the figures that it keeps for each.

mod info;
mod state;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

pub use self::info::TcpInfo;
pub use self::state::TcpState;

use super::sys;

/// A TCP socket of this computer, or what remains of one in TIME-WAIT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TcpSocket {
    /// The address and port on this computer, IPv4 in its own notation.
    pub local: SocketAddr,
    /// The other end; the unspecified address and port 0 of one that listens.
    pub peer: SocketAddr,
    /// The state.
    pub state: TcpState,
    /// Bytes that have arrived and that the program has not read; of a listening socket, connections that it has not
    /// accepted. `None` if the system does not say. Linux counts a FIN as a byte.
    pub receive_queue: Option<u32>,
    /// Bytes that the program has sent and the peer has not acknowledged; of a listening socket, how many connections
    /// may wait to be accepted. `None` if the system does not say. Linux counts a SYN or FIN as a byte.
    pub send_queue: Option<u32>,
    /// How much of 2 MSL is left, in TIME-WAIT, where the system says so.
    pub time_wait_left: Option<Duration>,
    /// The figures of a connection, where the system gives them.
    pub info: Option<TcpInfo>,
}

/// How long this system keeps a connection in TIME-WAIT (2 MSL; RFC 9293 asks for 4 minutes), where that is fixed: Linux
/// `TCP_TIMEWAIT_LEN`, macOS twice `net.inet.tcp.msl` as it is preset. On Windows administrators choose.
pub const TIME_WAIT: Option<Duration> = if cfg!(target_os = "linux") {
    Some(Duration::from_mins(1))
} else if cfg!(target_os = "macos") {
    Some(Duration::from_secs(30))
} else {
    None
};

/// Which sockets to look up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sockets {
    /// Every one.
    All,
    /// Those with this port at either end.
    OfPort(u16),
}

/// The sockets of this computer, in no particular order, with figures. Takes well under a millisecond on Linux, but may
/// take longer with very many sockets: not for the thread that draws.
///
/// # Errors
/// The system does not say, or ([`io::ErrorKind::Unsupported`]) Landline does not know how to ask it.
pub fn sockets(which: Sockets) -> io::Result<Vec<TcpSocket>> {
    sys::sockets(which)
}
