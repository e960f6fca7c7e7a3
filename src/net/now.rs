//! Sockets that wait no longer than they are told, and lose nothing by it, as each system can do it.

use std::time::Duration;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as system;

#[cfg(any(not(target_os = "linux"), test))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
use elsewhere as system;

pub(crate) use system::{
    TimedReads, accept, bound_unsent, prepare, prepare_listener, read_now, wait_to_write, write_now,
};

/// How late a cancel may be noticed by who waits for a socket.
const GLANCE: Duration = Duration::from_millis(300);
