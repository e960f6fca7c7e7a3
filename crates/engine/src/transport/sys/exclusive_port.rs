//! `setsockopt` with `SO_EXCLUSIVEADDRUSE` (Windows), which no crate lets us call safely: no other program takes our
//! port away.
#![expect(unsafe_code, reason = "no crate has a safe way to this call")]

use std::io;
use std::os::windows::io::AsRawSocket;

use windows_sys::Win32::Networking::WinSock::{SO_EXCLUSIVEADDRUSE, SOL_SOCKET, setsockopt};

/// Reserves the port that `socket` will be bound to. Without it, a program that asks to share ports
/// gets ours and what is meant for us.
///
/// # Errors
/// The socket is bound already.
pub(in crate::transport) fn keep_port(socket: &impl AsRawSocket) -> io::Result<()> {
    let yes = 1_i32;
    let socket = usize::try_from(socket.as_raw_socket()).map_err(io::Error::other)?;
    let len = i32::try_from(size_of_val(&yes)).map_err(io::Error::other)?;
    // SAFETY: the pointer is that of `yes`, which lives on and has this length.
    let failed = unsafe {
        setsockopt(
            socket,
            SOL_SOCKET,
            SO_EXCLUSIVEADDRUSE,
            (&raw const yes).cast(),
            len,
        )
    };
    match failed {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
