//! Notices a flood of mDNS packets and changes of the network, so that nobody has to look every few seconds.

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub(super) use self::linux::Watch;

/// So many bytes arrive between two looks at the daemon's memory. It needs about ten times as much for their records.
#[cfg(target_os = "linux")]
const BUSY_BYTES: usize = 1024 * 1024;

/// What is noticed.
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "nothing is noticed there")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noticed {
    /// Many bytes have arrived since the last time.
    Busy,
    /// This computer's addresses have changed.
    Network,
}

/// What is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Watched {
    /// This computer's addresses.
    Network,
    /// Those, and how much arrives on the port of mDNS.
    NetworkAndMdns,
}

/// Elsewhere, the daemon looks for new addresses itself, and the guard asks it every few seconds.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub(super) struct Watch;

#[cfg(not(target_os = "linux"))]
impl Watch {
    /// # Errors
    /// Always.
    pub(super) fn start(
        _: Watched,
        _: impl Fn(Noticed) -> bool + Send + 'static,
    ) -> std::io::Result<Self> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}
