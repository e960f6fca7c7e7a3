//! Non-blocking sockets, and waits of bounded length for them to become ready.
//!
//! Socket timeouts would not do. On Linux a `sendfile(2)` waits for the whole `SO_SNDTIMEO` again after each piece
//! that it could send, so that a cancel goes unnoticed for seconds. On Windows a timeout that ends a `send` or `recv`
//! may lose bytes (`setsockopt` says so), and none ends an `accept`.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::AsFd;

/// The longest time for which a cancel goes unnoticed while a socket is waited for.
const GLANCE: Duration = Duration::from_millis(300);

/// Make reads and writes return at once.
///
/// # Errors
/// The connection is broken already.
pub(crate) fn prepare(socket: &TcpStream) -> io::Result<()> {
    socket.set_nonblocking(true)
}

/// Read what is there; an error that [`is_timeout`](super::is_timeout) when nothing is.
pub(crate) fn read_now(mut socket: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    socket.read(buffer)
}

/// Write as much as fits; an error that [`is_timeout`](super::is_timeout) when nothing does.
pub(crate) fn write_now(mut socket: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    socket.write(bytes)
}

/// Keep at most `unsent` bytes that the peer has no room for. Systems other than Linux keep little anyway.
///
/// # Errors
/// What the system says.
#[cfg_attr(
    not(target_os = "linux"),
    expect(clippy::unnecessary_wraps, reason = "Linux can fail")
)]
pub(crate) fn bound_unsent(socket: &TcpStream, unsent: u32) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(socket).set_tcp_notsent_lowat(unsent)?;
    #[cfg(not(target_os = "linux"))]
    let _ = (socket, unsent);
    Ok(())
}

/// Wait until something fits, but not so long that a cancel is noticed late.
///
/// # Errors
/// What the system says.
pub(crate) fn wait_to_write(socket: &TcpStream) -> io::Result<()> {
    wait(socket, PollFlags::OUT, GLANCE)
}

/// Wait `time` at most for what comes and read it, but not so long that a cancel is noticed late; an error that
/// [`is_timeout`](super::is_timeout) when nothing does.
pub(crate) fn read_within(
    socket: &TcpStream,
    buffer: &mut [u8],
    time: Duration,
) -> io::Result<usize> {
    wait(socket, PollFlags::IN, time.min(GLANCE))?;
    read_now(socket, buffer)
}

/// Let [`accept`] wait.
///
/// # Errors
/// What the system says.
pub(crate) fn prepare_listener(listener: &TcpListener) -> io::Result<()> {
    listener.set_nonblocking(true)
}

/// Wait `time` at most for a connection; an error that [`is_timeout`](super::is_timeout) when none comes.
pub(crate) fn accept(
    listener: &TcpListener,
    time: Duration,
) -> io::Result<(TcpStream, SocketAddr)> {
    wait(listener, PollFlags::IN, time)?;
    listener.accept()
}

/// Until `socket` is ready for `what` or broken, or `time` is over: what follows says which.
fn wait(socket: &impl AsFd, what: PollFlags, time: Duration) -> io::Result<()> {
    let time = Timespec::try_from(time).map_err(|_| ErrorKind::InvalidInput)?;
    match poll(&mut [PollFd::new(socket, what)], Some(&time)) {
        Err(e) if e.kind() != ErrorKind::Interrupted => Err(e.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;
    use crate::transport::is_timeout;

    const SOON: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_mins(1);

    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        prepare_listener(&listener).unwrap();
        assert!(is_timeout(&accept(&listener, SOON).unwrap_err()));
        let one = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (other, _) = accept(&listener, LONG).unwrap();
        prepare(&other).unwrap();
        (one, other)
    }

    #[test]
    fn nothing_is_waited_for_longer_than_is_said() {
        let (_one, other) = pair();
        let mut buffer = [0; 8];
        assert!(is_timeout(&read_now(&other, &mut buffer).unwrap_err()));
        let late = read_within(&other, &mut buffer, SOON).unwrap_err();
        assert!(is_timeout(&late));
    }

    #[test]
    fn a_reader_that_pauses_gets_every_byte_once() {
        let (mut one, other) = pair();
        let bytes: Vec<u8> = (0..16_000_000_u32).map(|i| (i % 251) as u8).collect();
        let expected = bytes.clone();
        let (full, is_full) = mpsc::channel();
        let writer = thread::spawn(move || {
            let mut left = &bytes[..];
            while !left.is_empty() {
                match write_now(&other, left) {
                    Ok(written) => left = &left[written..],
                    Err(e) if is_timeout(&e) => {
                        // Nothing fits and nobody reads: this lasts as long as it may.
                        wait_to_write(&other).unwrap();
                        let _ = full.send(());
                    }
                    Err(e) => panic!("{e}"),
                }
            }
        });
        is_full.recv().unwrap();
        let mut got = Vec::new();
        one.read_to_end(&mut got).unwrap();
        writer.join().unwrap();
        assert!(got == expected);
    }

    #[test]
    fn what_comes_ends_the_wait() {
        let (mut one, other) = pair();
        let writer = thread::spawn(move || one.write_all(b"a").map(|()| one));
        let mut buffer = [0; 8];
        let read = loop {
            match read_within(&other, &mut buffer, LONG) {
                Err(e) if is_timeout(&e) => {}
                read => break read.unwrap(),
            }
        };
        assert_eq!(&buffer[..read], b"a");
        drop(writer.join().unwrap().unwrap());
        assert_eq!(read_within(&other, &mut buffer, LONG).unwrap(), 0);
    }
}
