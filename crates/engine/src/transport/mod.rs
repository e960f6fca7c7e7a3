//! Connections of either side, without a protocol: streams, cancelling, waiting, and the copying of bodies.

pub mod addresses;
mod cancel_token;
mod listener;
mod notify;
mod outgoing;
pub(crate) mod pump;
mod socket;
mod stream;
mod sys;
pub mod tcp;
pub(crate) mod tls;
pub mod trace;
mod traced;

pub use self::cancel_token::CancelToken;
pub(crate) use self::listener::Listener;
pub use self::notify::{Notify, Signal};
pub(crate) use self::outgoing::{Outgoing, Within};
pub(crate) use self::stream::Stream;

/// The port that both ends use unless the user chooses another.
pub const DEFAULT_PORT: u16 = 8080;

/// Whether a stream's timeout is over or nothing is ready: Unix says `WouldBlock` then and Windows `TimedOut`.
pub fn is_timeout(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut)
}

/// Whether a read or write of a connected socket may succeed later: it has only waited for too long.
pub(crate) fn is_not_yet(error: &std::io::Error) -> bool {
    is_timeout(error) && !sys::is_given_up(error)
}
