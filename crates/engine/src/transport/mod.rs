//! What both ends share: the transfer, its cancel switch, the copying of bodies, threads, addresses.

pub mod addresses;
mod cancel_token;
#[cfg(windows)]
pub(crate) mod exclusive_port;
mod file_hasher;
mod notify;
mod outgoing;
pub mod pump;
mod sys;

pub use self::cancel_token::CancelToken;
pub use self::file_hasher::FileHasher;
pub use self::notify::{Notify, Signal};
pub use self::outgoing::{Outgoing, Within};
pub(crate) use self::sys::{accept, prepare_listener, read_now, read_within};

/// The port that both ends use unless the user chooses another.
pub const DEFAULT_PORT: u16 = 8080;

/// Whether a socket's timeout is over: Unix says `WouldBlock` then and Windows `TimedOut`.
pub fn is_timeout(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut)
}
