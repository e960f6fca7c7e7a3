//! Writing to a peer that may take nothing for a while, without missing a cancel.

use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::trace::WaitFor;
use super::{CancelToken, Stream, is_timeout};

/// The writing side of a connection. A write waits until the peer takes something, the work is
/// cancelled ([`ErrorKind::ConnectionAborted`]), or the peer has taken nothing for too long
/// ([`ErrorKind::TimedOut`]).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outgoing<'a> {
    stream: &'a Stream,
    cancel: &'a CancelToken,
    sent: &'a AtomicU64,
    timeout: Duration,
}

impl<'a> Outgoing<'a> {
    /// Writes to `stream`, which does not block, and waits for `timeout` at most for each write. `sent` grows by what
    /// writes that may wait have written, in bytes.
    pub(crate) fn new(
        stream: &'a Stream,
        cancel: &'a CancelToken,
        sent: &'a AtomicU64,
        timeout: Duration,
    ) -> Self {
        Self {
            stream,
            cancel,
            sent,
            timeout,
        }
    }

    /// Where to.
    pub(super) fn stream(&self) -> &'a Stream {
        self.stream
    }

    /// See [`Stream::limit_unsent`]. Without the limit, only memory is lost.
    pub(crate) fn limit_unsent(&self, unsent: u32) {
        if let Err(e) = self.stream.limit_unsent(unsent) {
            log::debug!("what is unsent has no limit: {e}");
        }
    }

    /// One write without waiting, which may be short; 0 bytes when the peer takes none for now.
    ///
    /// # Errors
    /// What the system says, or a cancel.
    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(ErrorKind::ConnectionAborted.into());
        }
        let mut stream = self.stream;
        match stream.write(bytes) {
            Err(e) if e.kind() == ErrorKind::Interrupted || is_timeout(&e) => Ok(0),
            result => result,
        }
    }

    /// Call `write`, which returns how many bytes it moved, until it would not block or there is a reason to give up.
    ///
    /// # Errors
    /// What `write` says, a cancel, or too long a wait.
    pub(crate) fn wait(&self, mut write: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
        let began = Instant::now();
        loop {
            if self.cancel.is_cancelled() {
                return Err(ErrorKind::ConnectionAborted.into());
            }
            match write() {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if is_timeout(&e) && began.elapsed() < self.timeout => {
                    let full = Instant::now();
                    let waited = self.stream.wait_writable();
                    if let Some(trace) = self.stream.trace() {
                        trace.waited(WaitFor::Send, full.elapsed());
                    }
                    waited?;
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
pub(crate) struct Within<'a> {
    outgoing: Outgoing<'a>,
    left: Duration,
}

impl<'a> Outgoing<'a> {
    /// The same, with `time` for all writes together.
    pub(crate) fn within(self, time: Duration) -> Within<'a> {
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
    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.outgoing.try_write(bytes)
    }
}

impl Write for Within<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let began = Instant::now();
        let mut outgoing = self.outgoing;
        outgoing.timeout = outgoing.timeout.min(self.left);
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
        let mut stream = self.stream;
        self.wait(|| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_cancel_ends_a_write_that_waits() {
        let (stream, _reader) = Stream::loopback();
        let cancel = CancelToken::new();
        let canceller = cancel.clone();
        let writer = thread::spawn(move || {
            let forever = Duration::from_hours(1);
            Outgoing::new(&stream, &cancel, &AtomicU64::default(), forever)
                .write_all(&vec![0; 1 << 24])
                .unwrap_err()
                .kind()
        });
        canceller.cancel();
        assert_eq!(writer.join().unwrap(), ErrorKind::ConnectionAborted);
    }

    #[test]
    fn a_reader_that_takes_little_now_and_then_is_given_up() {
        let (stream, mut reader) = Stream::loopback();
        // Nobody waits on this one for so long at a time.
        let cancel = CancelToken::new();
        let sent = AtomicU64::new(0);
        let outgoing = Outgoing::new(&stream, &cancel, &sent, Duration::from_hours(1));
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
        let (stream, _reader) = Stream::loopback();
        let cancel = CancelToken::new();
        let sent = AtomicU64::default();
        let mut writer = Outgoing::new(&stream, &cancel, &sent, Duration::from_millis(150));
        assert_eq!(
            writer.write_all(&vec![0; 1 << 24]).unwrap_err().kind(),
            ErrorKind::TimedOut
        );
        assert!((1..1 << 24).contains(&sent.into_inner()));
    }
}
