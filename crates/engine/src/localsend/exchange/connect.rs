//! Connects to a device, without being stuck in a call that cannot be cancelled.

use std::io::ErrorKind;
use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{bounded, select};

use super::{Ask, NoAnswer, Reach};
use crate::localsend::Node;
use crate::localsend::verifier::Verifier;
use crate::threads;
use crate::transport::tls::ClientTls;
use crate::transport::{CancelToken, Stream};

/// Connects to the device, within the time for that, and shows it the certificate of `node` if it asks for one. The stream
/// does not block; `cancel` shuts it down.
///
/// # Errors
/// See [`NoAnswer`].
pub(super) fn connect(
    node: &Node,
    ask: &Ask<'_>,
    cancel: &CancelToken,
) -> Result<Arc<Stream>, NoAnswer> {
    let deadline = Instant::now() + ask.connect;
    let stream = Arc::new(dial(ask.to, ask.connect, cancel)?);
    // A small request waits for nothing. Only speed is lost where a system refuses.
    let _ = stream.set_nodelay();
    stream.set_nonblocking()?;
    cancel.attach(&stream, Shutdown::Both);
    let expected = match ask.reach {
        Reach::Plain => return Ok(stream),
        Reach::Anyone => None,
        Reach::Pinned(identity) => Some(identity),
    };
    let host = ask.to.ip().to_string();
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

/// The system's `connect` cannot be cancelled everywhere, so it runs on a thread of its own, which is not joined: it ends
/// by itself after `time`.
fn dial(to: SocketAddr, time: Duration, cancel: &CancelToken) -> Result<Stream, NoAnswer> {
    if cancel.is_cancelled() {
        return Err(NoAnswer::Cancelled);
    }
    let (sender, receiver) = bounded(1);
    threads::spawn("dial", move || {
        // Nobody listens after a cancel; there is room for one result.
        let _ = sender.try_send(Stream::connect(&to, time, |_| {}));
    })?;
    select! {
        recv(cancel.cancelled()) -> _ => Err(NoAnswer::Cancelled),
        recv(receiver) -> stream => match stream {
            Ok(stream) => Ok(stream?),
            Err(_) => Err(NoAnswer::Io(ErrorKind::Other.into())),
        },
    }
}
