//! What differs by system, or needs more than the standard library.

#[cfg(windows)]
mod exclusive_port;
mod poll;

#[cfg(windows)]
pub(super) use self::exclusive_port::keep_port;
pub(super) use self::poll::poll;
