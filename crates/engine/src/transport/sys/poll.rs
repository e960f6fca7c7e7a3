//! Waits of bounded length for a socket to become ready: `poll(2)`, on Windows `WSAPoll`.

use std::io::{self, ErrorKind};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fd::AsFd;

/// Until `socket` is ready for `events` or broken, a signal comes, or `time` is over: what follows says which.
///
/// # Errors
/// What the system says.
pub(in crate::transport) fn poll(
    socket: &impl AsFd,
    events: PollFlags,
    time: Duration,
) -> io::Result<()> {
    let time = Timespec::try_from(time).map_err(|_| ErrorKind::InvalidInput)?;
    match rustix::event::poll(&mut [PollFd::new(socket, events)], Some(&time)) {
        Err(e) if e.kind() != ErrorKind::Interrupted => Err(e.into()),
        _ => Ok(()),
    }
}

/// Whether the peer has ended the connection, or on Linux its direction of it. Does not wait.
pub(in crate::transport) fn is_hung_up(socket: &impl AsFd) -> bool {
    #[cfg(target_os = "linux")]
    let events = PollFlags::RDHUP;
    #[cfg(not(target_os = "linux"))]
    let events = PollFlags::empty();
    let mut polled = [PollFd::new(socket, events)];
    let is_over = events | PollFlags::HUP | PollFlags::ERR;
    rustix::event::poll(&mut polled, Some(&Timespec::default())).is_ok()
        && polled[0].revents().intersects(is_over)
}
