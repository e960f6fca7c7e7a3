//! What differs by system, or needs more than the standard library.

mod connect;
#[cfg(windows)]
mod exclusive_port;
mod given_up;
mod line_speed;
mod poll;
mod run_delay;
mod sockets;
mod unread;

pub(super) use self::connect::connect;
#[cfg(windows)]
pub(super) use self::exclusive_port::keep_port;
pub(super) use self::given_up::is_given_up;
pub(super) use self::line_speed::line_speed;
pub(super) use self::poll::{is_hung_up, poll};
pub(super) use self::run_delay::run_delay;
pub(super) use self::sockets::{Ends, find, sockets};
pub(super) use self::unread::has_unread;
