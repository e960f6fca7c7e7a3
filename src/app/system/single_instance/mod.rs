//! One window for each settings folder: a second start raises the window that is already open, so that two never write the
//! same settings. The first process holds a lock, which ends with it however it ends, and takes nothing but the request to
//! raise its window.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "the start waits before there is a window, later calls have their own thread"
    )
)]

#[cfg(unix)]
#[path = "unix.rs"]
mod channel;
#[cfg(not(unix))]
#[path = "loopback.rs"]
mod channel;
#[cfg(all(unix, test))]
mod loopback;

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, bounded};

use landline_engine::fs::regular_file;
use landline_engine::threads;

/// How long a second start waits for the first process to answer, or to end: longer than a window takes to close.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often it tries, while neither happens.
const RETRY: Duration = Duration::from_millis(20);

/// How long a request may take to arrive.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(1);

/// The answer when the window has been raised.
const RAISED: &[u8] = b"raised\n";

/// What a start of the program should do.
#[derive(Debug)]
pub(crate) enum Start {
    /// Open a window. `None` if other starts cannot reach it.
    Window(Option<Instance>),
    /// Exit: a window is open already, and has been raised.
    Raised,
}

/// The process whose window other starts raise, until it is dropped.
#[derive(Debug)]
pub(crate) struct Instance {
    channel: Option<channel::Listener>,
    _lock: File,
}

/// Raises the window that uses the settings in `dir` on this display, if there is one. Blocks for up to two seconds, and
/// usually for a few milliseconds.
pub(crate) fn start(dir: &Path) -> Start {
    start_within(dir, &display(), PATIENCE)
}

/// The X display, if there is one: a user may be logged in on several, and see the windows of only one.
fn display() -> String {
    let display = std::env::var("DISPLAY").unwrap_or_default();
    display
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(32)
        .collect()
}

fn start_within(dir: &Path, display: &str, patience: Duration) -> Start {
    let name = |extension: &str| dir.join(format!("window{display}.{extension}"));
    let open = || {
        fs::create_dir_all(dir)?;
        regular_file::open_to_lock(&name("lock"))
    };
    let alone = |error: &io::Error| {
        log::info!("another start will open another window: {error}");
        Start::Window(None)
    };
    let lock = match open() {
        Ok(lock) => lock,
        Err(error) => return alone(&error),
    };
    let address = name(channel::EXTENSION);
    let deadline = Instant::now() + patience;
    loop {
        match lock.try_lock() {
            Ok(()) => {
                let channel = channel::Listener::bind(&address);
                let channel =
                    channel.inspect_err(|error| log::info!("{}: {error}", address.display()));
                return Start::Window(Some(Instance {
                    channel: channel.ok(),
                    _lock: lock,
                }));
            }
            Err(TryLockError::Error(error)) => return alone(&error),
            Err(TryLockError::WouldBlock) => {}
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return alone(&ErrorKind::TimedOut.into());
        }
        match raise(&address, left) {
            Ok(()) => return Start::Raised,
            // It has only just started, or is about to end.
            Err(error) => log::debug!("{}: {error}", address.display()),
        }
        thread::sleep(RETRY.min(left));
    }
}

/// Asks the process that listens at `address` to raise its window.
fn raise(address: &Path, timeout: Duration) -> io::Result<()> {
    let (mut stream, request) = channel::connect(address)?;
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(timeout))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = [0; RAISED.len()];
    stream.read_exact(&mut answer)?;
    if answer == RAISED {
        Ok(())
    } else {
        Err(ErrorKind::InvalidData.into())
    }
}

impl Instance {
    /// Calls `raise` on a thread of its own for each request. The second process exits once something is sent on the
    /// channel that `raise` gets; if that is dropped, it opens its own window.
    pub(crate) fn listen(&mut self, raise: impl Fn(Sender<()>) + Send + 'static) {
        let Some(channel) = &self.channel else { return };
        let worker = channel.try_clone().and_then(|channel| {
            threads::spawn("second start", move || {
                loop {
                    let done = channel
                        .accept()
                        .and_then(|stream| answer(stream, &channel, &raise));
                    if let Err(error) = done {
                        log::info!("a second start was not answered: {error}");
                        // The system may be out of file descriptors.
                        thread::sleep(RETRY);
                    }
                }
            })
        });
        if let Err(error) = worker {
            log::info!("no second start will be answered: {error}");
        }
    }
}

fn answer(
    mut stream: channel::Stream,
    channel: &channel::Listener,
    raise: &impl Fn(Sender<()>),
) -> io::Result<()> {
    stream.set_read_timeout(Some(REQUEST_TIMEOUT))?;
    stream.set_write_timeout(Some(REQUEST_TIMEOUT))?;
    let expected = channel.request();
    let mut request = vec![0; expected.len()];
    stream.read_exact(&mut request)?;
    if request != expected.as_bytes() {
        return Err(ErrorKind::InvalidData.into());
    }
    let (reply, replied) = bounded(1);
    raise(reply);
    match replied.recv_timeout(PATIENCE) {
        Ok(()) => stream.write_all(RAISED),
        Err(_) => Err(ErrorKind::TimedOut.into()),
    }
}

#[cfg(test)]
mod tests;
