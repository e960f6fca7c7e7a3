//! Where connections wait for their next request. On Linux a waiting connection costs no thread: a few
//! workers wait for all of them together, and what is asked for something has a worker for as long as the
//! answer takes. Elsewhere each connection has a thread of its own.

mod blocked;
#[cfg(target_os = "linux")]
mod epoll;
#[cfg(target_os = "linux")]
mod open;
#[cfg(target_os = "linux")]
mod pool_size;
#[cfg(not(target_os = "linux"))]
mod threads;

#[cfg(target_os = "linux")]
pub(super) use self::epoll::{Blocking, Reactor};
#[cfg(not(target_os = "linux"))]
pub(super) use self::threads::{Blocking, Reactor};
