//! Whether the system has given a connection up.

use std::io::{self, ErrorKind};

/// Whether `error` of a connected socket says that the system waited in vain for an acknowledgement (RFC 9293 section
/// 3.8.3). Its kind is that of a read that waited for too long, which on Unix fails with `EAGAIN`.
pub(in crate::transport) fn is_given_up(error: &io::Error) -> bool {
    match error.kind() {
        // What ICMP reported last is the reason.
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => true,
        // On other systems, a read that waited for too long is the same error.
        ErrorKind::TimedOut => cfg!(unix) && error.raw_os_error().is_some(),
        _ => false,
    }
}
