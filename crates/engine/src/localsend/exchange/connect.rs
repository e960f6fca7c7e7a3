//! Connects to a device, without being stuck in a call that cannot be cancelled.

use std::io::{self, ErrorKind};
use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, bounded, select};

use super::{NoAnswer, Reach};
use crate::localsend::Node;
use crate::localsend::verifier::Verifier;
use crate::threads;
use crate::transport::tls::ClientTls;
use crate::transport::trace::Trace;
use crate::transport::{CancelToken, Stream};

/// Connects to the device at `to` within `time`, the handshake of TLS included, and shows it the certificate of `node` if
/// it asks for one. The stream does not block; `cancel` shuts it down. `tracing` gets its trace, if possible while it
/// connects.
///
/// # Errors
/// See [`NoAnswer`].
pub(crate) fn connect(
    node: &Node,
    to: SocketAddr,
    reach: Reach,
    time: Duration,
    cancel: &CancelToken,
    tracing: &dyn Fn(&Arc<Trace>),
) -> Result<Arc<Stream>, NoAnswer> {
    let deadline = Instant::now() + time;
    let stream = Arc::new(dial(to, time, cancel, tracing)?);
    // A small request waits for nothing. Only speed is lost where a system refuses.
    let _ = stream.set_nodelay();
    stream.set_nonblocking()?;
    cancel.attach(&stream, Shutdown::Both);
    let expected = match reach {
        Reach::Plain => return Ok(stream),
        Reach::Anyone => None,
        Reach::Pinned(identity) => Some(identity),
    };
    let host = to.ip().to_string();
    let verifier = Verifier::new(expected);
    let tls = ClientTls::with_identity(&host, verifier, Some(node.identity()))?;
    let left = deadline.saturating_duration_since(Instant::now());
    match stream.connect_tls(tls, left) {
        // A cancel looks like the end of the connection.
        _ if cancel.is_cancelled() => Err(NoAnswer::Cancelled),
        Err(e) => Err(e.into()),
        Ok(()) => Ok(stream),
    }
}

/// What the thread that connects reports.
enum Dial {
    /// The SYN was sent.
    Began(Arc<Trace>),
    Ended(io::Result<Stream>),
}

/// The system's `connect` cannot be cancelled everywhere, so it runs on a thread of its own, which is not joined: it ends
/// by itself after `time`.
fn dial(
    to: SocketAddr,
    time: Duration,
    cancel: &CancelToken,
    tracing: &dyn Fn(&Arc<Trace>),
) -> Result<Stream, NoAnswer> {
    if cancel.is_cancelled() {
        return Err(NoAnswer::Cancelled);
    }
    let (report, reports) = bounded(2);
    threads::spawn("dial", move || dial_here(to, time, &report))?;
    loop {
        select! {
            recv(cancel.cancelled()) -> _ => return Err(NoAnswer::Cancelled),
            recv(reports) -> report => match report {
                Ok(Dial::Began(trace)) => tracing(&trace),
                Ok(Dial::Ended(stream)) => {
                    let stream = stream?;
                    stream.trace().into_iter().for_each(tracing);
                    return Ok(stream);
                }
                Err(_) => return Err(NoAnswer::Io(ErrorKind::Other.into())),
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "it has a thread of its own")]
fn dial_here(to: SocketAddr, time: Duration, report: &Sender<Dial>) {
    let stream = Stream::connect(&to, time, |trace| {
        let _ = report.send(Dial::Began(Arc::clone(trace)));
    });
    // Nobody listens after a cancel.
    let _ = report.send(Dial::Ended(stream));
}
