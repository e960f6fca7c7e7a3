//! A file on its way in: its transfer, and the copying into its part.

use std::io::{self, ErrorKind, Read, Write as _};
use std::ops::Range;
use std::sync::Arc;
use std::thread;

use crate::error::{ClientError, Failure, StoreError};
use crate::server::ServerEvent;
use crate::server::connection::Connection;
use crate::server::shared::Shared;
use crate::store::hasher::Follower;
use crate::store::part::PartFile;
use crate::transfer::{Direction, Outcome, Protocol, Transfer};
use crate::transport::pump::{self, PumpError};
use crate::transport::trace::{Body, Trace, WaitFor};
use crate::transport::{CancelToken, Stream, is_timeout};

/// A file that is shorter emits only [`ServerEvent::Over`]: it is here before anyone could look at its progress.
pub(in crate::server) const REPORTED_MIN_LEN: u64 = 64 * 1024;

/// Reports a file from its beginning to its end, whatever way that comes, a panic included.
#[derive(Debug)]
pub(in crate::server) struct Incoming {
    shared: Arc<Shared>,
    stream: Arc<Stream>,
    pub transfer: Arc<Transfer>,
    is_started: bool,
}

/// How the copying of a body ended, if not well.
#[derive(Debug)]
pub(in crate::server) enum Broken {
    /// The sender has left, or the connection was cancelled.
    Connection(PumpError),
    /// The chunked coding is malformed.
    Malformed,
    /// There is more of it than was accepted.
    TooMuch,
    /// It cannot be written.
    Store(StoreError),
}

/// What transfers need of the connection over which files come.
#[derive(Clone, Debug)]
pub(in crate::server) struct Origin {
    pub shared: Arc<Shared>,
    stream: Arc<Stream>,
    pub peer_name: String,
    called: Option<String>,
    cancel: CancelToken,
}

impl Origin {
    /// `connection`, over which a sender that calls itself this sends.
    pub fn of(connection: &Connection, called: Option<&String>) -> Self {
        Self {
            shared: Arc::clone(&connection.shared),
            stream: Arc::clone(&connection.stream),
            peer_name: connection.peer_name.clone(),
            called: called.cloned(),
            cancel: connection.cancel.clone(),
        }
    }
}

impl Broken {
    /// What an error means that is not one of the disk.
    fn of_source(error: PumpError) -> Self {
        match error {
            PumpError::Source(e) if e.kind() == ErrorKind::InvalidData => Self::Malformed,
            PumpError::Source(e) if e.kind() == ErrorKind::FileTooLarge => Self::TooMuch,
            error => Self::Connection(error),
        }
    }
}

impl Incoming {
    /// A file that is about to come from `origin`, called `name`.
    pub fn new(origin: &Origin, name: &str) -> Self {
        let transfer = Transfer::new(
            Direction::Download,
            name,
            origin.peer_name.as_str(),
            origin.cancel.clone(),
        );
        let transfer = transfer.called(origin.called.clone());
        if let Some(trace) = origin.stream.trace() {
            transfer.attach(trace);
        }
        Self {
            shared: Arc::clone(&origin.shared),
            stream: Arc::clone(&origin.stream),
            transfer: Arc::new(transfer),
            is_started: false,
        }
    }

    /// Its body comes from byte `at` on; the file has `len` bytes.
    pub fn start(&mut self, at: u64, len: Option<u64>) {
        self.transfer.set_done(at);
        self.transfer.start(Protocol::Http, len);
        if len.is_none_or(|len| len >= REPORTED_MIN_LEN) {
            self.is_started = self.shared.uploads.add(&self.transfer);
            if self.is_started {
                let started = ServerEvent::Started(Arc::clone(&self.transfer));
                self.shared.report(started);
            }
        }
    }

    /// Copies the body into `part`, past `take`, which gets the buffer and the range of it that is new, and returns where in
    /// the buffer the next bytes are to go.
    ///
    /// # Errors
    /// See [`Broken`].
    pub fn copy(
        &self,
        source: &mut dyn Read,
        part: &mut PartFile,
        mut take: impl FnMut(&mut Vec<u8>, Range<usize>, u64) -> usize,
    ) -> Result<(), Broken> {
        let store = |buffer: &mut Vec<u8>, new: Range<usize>| {
            part.write_all(&buffer[new.clone()])?;
            Ok(take(buffer, new, part.len()))
        };
        match self.pump(source, store) {
            Err(PumpError::Sink(e)) => Err(Broken::Store(part.error(&e))),
            copied => copied.map_err(Broken::of_source),
        }
    }

    /// Reads the body of a file of `len` bytes into memory.
    ///
    /// # Errors
    /// See [`Broken`].
    pub fn collect(&self, source: &mut dyn Read, len: usize) -> Result<Vec<u8>, Broken> {
        let mut content = Vec::with_capacity(len);
        let store = |buffer: &mut Vec<u8>, new: Range<usize>| {
            content.extend_from_slice(&buffer[new]);
            Ok(0)
        };
        self.pump(source, store).map_err(Broken::of_source)?;
        Ok(content)
    }

    fn pump(
        &self,
        source: &mut dyn Read,
        store: impl FnMut(&mut Vec<u8>, Range<usize>) -> io::Result<usize>,
    ) -> Result<(), PumpError> {
        let trace = self.transfer.trace();
        let body = trace.as_ref().map(Trace::body);
        let waits = trace.as_deref().map(|trace| (trace, WaitFor::DiskWrite));
        pump::receive(source, store, &*self.transfer, waits)?;
        body.inspect(Body::complete);
        Ok(())
    }

    /// Whether the owner has cancelled it.
    pub fn is_cancelled(&self) -> bool {
        let cancel = self.transfer.cancel();
        cancel.is_cancelled() && !self.transfer.is_pausing() && !self.shared.slots.is_closed()
    }

    /// It ends because of `error`.
    pub fn fail(&self, error: ClientError) {
        self.transfer.end(Outcome::Failed(Failure::Fetch(error)));
    }

    /// It ends because the connection has, by the owner's will if the server stops.
    pub fn break_off(&self, error: &PumpError) {
        if self.is_cancelled() || self.shared.slots.is_closed() {
            self.transfer.end(Outcome::Cancelled);
            return;
        }
        let host = self.transfer.peer_name().to_owned();
        let name = self.transfer.name().to_owned();
        let arrived = self.transfer.done();
        self.fail(match error {
            PumpError::Source(e) if is_timeout(e) => ClientError::Stalled {
                host,
                name,
                arrived,
            },
            _ => ClientError::Cut {
                host,
                name,
                arrived,
            },
        });
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // Only the first end counts.
        if thread::panicking() {
            let name = self.transfer.name().to_owned();
            self.fail(ClientError::Crashed { name });
            self.stream.abort();
        } else {
            self.transfer.end(Outcome::Cancelled);
        }
        let transfer = Arc::clone(&self.transfer);
        if !self.is_started {
            self.shared.report(ServerEvent::Over(transfer));
        } else if self.shared.uploads.remove(&self.transfer) {
            self.shared.report(ServerEvent::Ended(transfer));
        }
    }
}

/// What hashes a file while it arrives, if that is wanted.
#[derive(Debug, Default)]
pub(in crate::server) struct Hashing(Option<Follower>);

impl Hashing {
    /// Hashes `part`, of which there are `len` bytes, if `is_wanted`.
    ///
    /// # Errors
    /// The system starts no thread.
    pub fn start(is_wanted: bool, part: &PartFile, len: u64) -> std::io::Result<Self> {
        let start = || Follower::start(Arc::clone(part.file()), len);
        Ok(Self(is_wanted.then(start).transpose()?))
    }

    /// See [`Follower::take`].
    pub fn take(&mut self, buffer: &mut Vec<u8>, len: usize, end: u64) -> usize {
        let follower = self.0.as_mut();
        follower.map_or(0, |follower| follower.take(buffer, len, end))
    }

    /// The digest of the whole file.
    ///
    /// # Errors
    /// See [`Follower::finish`].
    pub fn finish(
        self,
        incoming: &Incoming,
    ) -> std::io::Result<Option<landline_http1::digest::Sha256>> {
        let finish = |follower: Follower| follower.finish(incoming.transfer.cancel());
        self.0.map(finish).transpose()
    }
}
