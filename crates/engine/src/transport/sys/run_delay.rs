//! How long the current thread could have run, but waited for a processor.
#![cfg_attr(
    target_os = "linux",
    expect(clippy::disallowed_methods, reason = "not a file on a disk")
)]

use std::time::Duration;

/// The time so far. Linux counts it for each thread (`schedstat` in `Documentation/scheduler/sched-stats.rst`), if it is
/// configured to. Costs some microseconds.
#[cfg(target_os = "linux")]
pub(in super::super) fn run_delay() -> Option<Duration> {
    let figures = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let delay = figures.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(Duration::from_nanos(delay))
}

/// Not known here.
#[cfg(not(target_os = "linux"))]
pub(in super::super) fn run_delay() -> Option<Duration> {
    None
}
