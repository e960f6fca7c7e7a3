//! Reading and writing without waiting, on a socket that waits otherwise. Only Linux can do that for a single
//! call; elsewhere nothing is read so, and writing waits as long as the socket's timeout says.

use std::io;
use std::net::TcpStream;

/// Read what is there; an error that [`is_timeout`](super::is_timeout) when nothing is.
#[cfg(target_os = "linux")]
pub(crate) fn read_now(socket: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    use rustix::net::{RecvFlags, recv};
    let (read, _) = recv(socket, buffer, RecvFlags::DONTWAIT)?;
    Ok(read)
}

/// Write as much as fits; an error that [`is_timeout`](super::is_timeout) when nothing does.
#[cfg(target_os = "linux")]
pub(crate) fn write_now(socket: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    use rustix::net::{SendFlags, send};
    Ok(send(
        socket,
        bytes,
        SendFlags::DONTWAIT | SendFlags::NOSIGNAL,
    )?)
}

/// Nothing: whoever wants something has to wait for it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn read_now(_: &TcpStream, _: &mut [u8]) -> io::Result<usize> {
    Err(io::ErrorKind::WouldBlock.into())
}

/// Write as much as fits, or will in time.
#[cfg(not(target_os = "linux"))]
pub(crate) fn write_now(mut socket: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    io::Write::write(&mut socket, bytes)
}
