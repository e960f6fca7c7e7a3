//! Writing to a peer that may take nothing for a while, without missing a cancel.

use std::io::{self, ErrorKind, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{CancelToken, is_timeout, sys};

/// The writing side of a connection. A write waits until the peer takes something, the work is
/// cancelled ([`ErrorKind::ConnectionAborted`]), or the peer has taken nothing for too long
/// ([`ErrorKind::TimedOut`]).
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// Where to.
    pub socket: &'a TcpStream,
    cancel: &'a CancelToken,
    sent: &'a AtomicU64,
    patience: Duration,
}

impl<'a> Outgoing<'a> {
    /// Writes to `socket`, which [`Outgoing::prepare`] has seen. `sent` grows by what writes that may wait have
    /// written, in bytes.
    pub fn new(
        socket: &'a TcpStream,
        cancel: &'a CancelToken,
        sent: &'a AtomicU64,
        patience: Duration,
    ) -> Self {
        Self {
            socket,
            cancel,
            sent,
            patience,
        }
    }

    /// Make writes to `socket` return now and then, once for all writers of a connection.
    ///
    /// # Errors
    /// The connection is broken already.
    pub fn prepare(socket: &TcpStream) -> io::Result<()> {
        sys::prepare(socket)
    }

    /// Let the system keep at most `unsent` bytes that the peer has no room for (on Linux; elsewhere it keeps
    /// little anyway).
    pub fn bound_unsent(&self, unsent: u32) {
        if let Err(e) = sys::bound_unsent(self.socket, unsent) {
            log::debug!("what is unsent stays without a bound: {e}");
        }
    }

    /// One write without waiting, which may be short; 0 bytes when the peer takes none for now.
    ///
    /// # Errors
    /// What the system says, or a cancel.
    pub fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(ErrorKind::ConnectionAborted.into());
        }
        match sys::write_now(self.socket, bytes) {
            Err(e) if e.kind() == ErrorKind::Interrupted || is_timeout(&e) => Ok(0),
            result => result,
        }
    }

    /// Call `write` until it moves something or there is a reason not to go on. It returns how many bytes it moved.
    ///
    /// # Errors
    /// What `write` says, a cancel, or too long a wait.
    pub fn wait(&self, mut write: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
        let began = Instant::now();
        loop {
            if self.cancel.is_cancelled() {
                return Err(ErrorKind::ConnectionAborted.into());
            }
            match write() {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if is_timeout(&e) && began.elapsed() < self.patience => {
                    sys::wait_to_write(self.socket)?;
                }
                Err(e) if is_timeout(&e) => return Err(ErrorKind::TimedOut.into()),
                result => {
                    return result.inspect(|&sent| {
                        self.sent.fetch_add(sent as u64, Ordering::Relaxed);
                    });
                }
            }
        }
    }
}

/// An [`Outgoing`] whose peer may not keep it waiting for longer than some time in all
/// ([`ErrorKind::TimedOut`]), however little it takes now and then.
#[derive(Debug)]
pub struct Within<'a> {
    outgoing: Outgoing<'a>,
    left: Duration,
}

impl<'a> Outgoing<'a> {
    /// The same, with `time` for all writes together.
    pub fn within(self, time: Duration) -> Within<'a> {
        Within {
            outgoing: self,
            left: time,
        }
    }
}

impl Within<'_> {
    /// See [`Outgoing::try_write`].
    ///
    /// # Errors
    /// See [`Outgoing::try_write`].
    pub fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.outgoing.try_write(bytes)
    }
}

impl Write for Within<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let began = Instant::now();
        let mut outgoing = self.outgoing;
        outgoing.patience = outgoing.patience.min(self.left);
        let written = outgoing.write(bytes);
        self.left = self.left.saturating_sub(began.elapsed());
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Write for Outgoing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut socket = self.socket;
        self.wait(|| socket.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// A connection whose other end takes nothing.
    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let reader = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (socket, _) = listener.accept().unwrap();
        Outgoing::prepare(&socket).unwrap();
        (socket, reader)
    }

    #[test]
    fn a_cancel_ends_a_write_that_waits() {
        let (socket, _reader) = pair();
        let cancel = CancelToken::new();
        let canceller = cancel.clone();
        let writer = thread::spawn(move || {
            let forever = Duration::from_hours(1);
            Outgoing::new(&socket, &cancel, &AtomicU64::default(), forever)
                .write_all(&vec![0; 1 << 24])
                .unwrap_err()
                .kind()
        });
        canceller.cancel();
        assert_eq!(writer.join().unwrap(), ErrorKind::ConnectionAborted);
    }

    #[test]
    fn a_reader_that_takes_little_now_and_then_is_given_up() {
        let (socket, mut reader) = pair();
        // Nobody waits on this one for so long at a time.
        let cancel = CancelToken::new();
        let sent = AtomicU64::new(0);
        let outgoing = Outgoing::new(&socket, &cancel, &sent, Duration::from_hours(1));
        let mut writer = outgoing.within(Duration::from_millis(300));
        let (done, is_done) = std::sync::mpsc::channel();
        let taker = thread::spawn(move || {
            let mut piece = vec![0; 64 * 1024];
            while is_done.recv_timeout(Duration::from_millis(20)).is_err() {
                std::io::Read::read(&mut reader, &mut piece).unwrap();
            }
        });
        let late = writer.write_all(&vec![0; 1 << 26]).unwrap_err();
        assert_eq!(late.kind(), ErrorKind::TimedOut);
        done.send(()).unwrap();
        taker.join().unwrap();
    }

    #[test]
    fn a_reader_that_takes_nothing_is_given_up() {
        let (socket, _reader) = pair();
        let cancel = CancelToken::new();
        let sent = AtomicU64::default();
        let mut writer = Outgoing::new(&socket, &cancel, &sent, Duration::from_millis(150));
        assert_eq!(
            writer.write_all(&vec![0; 1 << 24]).unwrap_err().kind(),
            ErrorKind::TimedOut
        );
        assert!((1..1 << 24).contains(&sent.into_inner()));
    }
}
