//! Reading and writing without waiting, on a socket that waits otherwise. Only Linux can do that for a single
//! call; elsewhere these wait as long as the socket's timeouts say.

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

/// Read what is there, or comes in time.
#[cfg(not(target_os = "linux"))]
pub(crate) fn read_now(mut socket: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    io::Read::read(&mut socket, buffer)
}

/// Write as much as fits, or will in time.
#[cfg(not(target_os = "linux"))]
pub(crate) fn write_now(mut socket: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    io::Write::write(&mut socket, bytes)
}
