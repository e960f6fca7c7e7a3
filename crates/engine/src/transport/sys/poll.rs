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
