//! From a host's name to a connection, over TLS where that is wanted, without ever being stuck in a call that cannot be
//! cancelled.
//!
//! Neither the system's resolver nor its `connect` can be interrupted, so both run in threads of
//! their own that are abandoned when the user has had enough: they end by themselves, at the latest
//! with their timeout. A name's addresses race each other as in RFC 8305 (Happy Eyeballs), because
//! one dead address out of two is common and should not cost the whole timeout.
#![expect(
    clippy::disallowed_methods,
    reason = "looking up and dialling run on threads of their own"
)]

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Shutdown, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded, select};

use super::Timeouts;
use super::connection::{Connection, FetchError};
use super::connections::{Connections, Slot};
use super::offers::Offer;
use super::origin::Origin;
use super::protocol_cache::ProtocolCache;
use super::secure::{Plan, is_technical, secure};
use crate::error::ClientError;
use crate::identity::Protection;
use crate::threads;
use crate::transport::trace::Trace;
use crate::transport::{CancelToken, Stream};

/// How long the first address has before the next one is tried beside it (RFC 8305 section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// An attempt that starts just before the deadline still has this long; `connect_timeout` refuses 0.
const CONNECT_MIN: Duration = Duration::from_millis(30);

/// A name with more addresses than this is not a machine on the local network.
const MAX_ADDRESSES: usize = 8;

/// Connects to `origin`, over TLS if it asks for that, if the server's identity is remembered, or if the server is known to
/// offer it. The connection is attached to `cancel`; `tracing` gets the trace of each attempt, the one that succeeded last.
///
/// # Errors
/// Also [`TlsError`](crate::error::TlsError): nothing but the handshake was sent then.
pub(super) fn connect(
    known: &ProtocolCache,
    origin: Origin<'_>,
    cancel: &CancelToken,
    timeouts: &Timeouts,
    tracing: &dyn Fn(&Arc<Trace>),
) -> Result<Connection, FetchError> {
    let asked = origin;
    let origin = known.reach(asked);
    let Origin { host, port, .. } = origin;
    let is_moved = asked.port != port || asked.encryption != origin.encryption;
    let open = || open(&known.connections, host, port, cancel, timeouts, tracing);
    if let Plan::Tls {
        expected,
        may_fall_back,
    } = known.plan(origin)
    {
        let opened = open();
        if opened.is_err() {
            known.offers.forget_move(asked.host, asked.port);
        }
        let (stream, slot) = opened?;
        match secure(
            known,
            origin,
            expected,
            (&stream, &slot),
            cancel,
            timeouts.connect,
        ) {
            Ok(protection) => {
                if is_moved {
                    known
                        .offers
                        .learn(asked.host, asked.port, Offer::Only(port));
                }
                return Ok(Connection::new(stream, slot, protection));
            }
            Err(FetchError::Failed(error)) if may_fall_back && is_technical(&error) => {
                log::warn!(
                    "{host}:{port} offers TLS, but no handshake succeeds, so plain HTTP is used: {error}"
                );
                known.offers.learn(host, port, Offer::Broken);
            }
            Err(halt) => {
                known.offers.forget_move(asked.host, asked.port);
                return Err(halt);
            }
        }
    }
    let (stream, slot) = open()?;
    Ok(Connection::new(stream, slot, Protection::None))
}

/// Connects without TLS, whatever is known of the server: for what is not HTTP.
pub(super) fn connect_plain(
    connections: &Connections,
    host: &str,
    port: u16,
    cancel: &CancelToken,
    timeouts: &Timeouts,
    tracing: &dyn Fn(&Arc<Trace>),
) -> Result<Connection, FetchError> {
    let (stream, slot) = open(connections, host, port, cancel, timeouts, tracing)?;
    Ok(Connection::new(stream, slot, Protection::None))
}

/// Call `host`, among our other `connections`.
fn open(
    connections: &Connections,
    host: &str,
    port: u16,
    cancel: &CancelToken,
    timeouts: &Timeouts,
    tracing: &dyn Fn(&Arc<Trace>),
) -> Result<(Arc<Stream>, Slot), FetchError> {
    let slot = connections.open(host, port, cancel, timeouts.silence)?;
    let addresses = resolve(host, port, cancel, timeouts.resolve)?;
    let stream = race(host, port, &addresses, cancel, timeouts.connect, tracing)?;
    // A small request waits for nothing. Only speed is lost where a system refuses.
    let _ = stream.set_nodelay();
    let stream = Arc::new(stream);
    cancel.attach(&stream, Shutdown::Both);
    slot.connected(&stream);
    Ok((stream, slot))
}

fn resolve(
    host: &str,
    port: u16,
    cancel: &CancelToken,
    timeout: Duration,
) -> Result<Vec<SocketAddr>, FetchError> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let (sender, receiver) = bounded(1);
    let name = host.to_owned();
    spawn("look up a name", move || {
        let found = (name.as_str(), port)
            .to_socket_addrs()
            .map(|found| found.take(MAX_ADDRESSES).collect::<Vec<_>>());
        // Nobody listens after a cancel.
        let _ = sender.send(found);
    })?;
    let not_found = || ClientError::NameNotFound {
        host: host.to_owned(),
    };
    match wait(&receiver, Instant::now() + timeout, cancel)? {
        Some(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
        Some(Err(e)) => {
            log::info!("looking up {host}: {e}");
            Err(not_found().into())
        }
        Some(Ok(_)) | None => Err(not_found().into()),
    }
}

/// What an attempt to connect reports.
enum Attempt {
    /// Its SYN was sent.
    Began(Arc<Trace>),
    Ended(io::Result<Stream>),
}

fn race(
    host: &str,
    port: u16,
    addresses: &[SocketAddr],
    cancel: &CancelToken,
    timeout: Duration,
    tracing: &dyn Fn(&Arc<Trace>),
) -> Result<Stream, FetchError> {
    let deadline = Instant::now() + timeout;
    // Each says that it has begun, and how it ended.
    let (sender, receiver) = bounded(2 * addresses.len());
    let mut next = addresses.iter();
    let mut running = 0;
    let mut worst: Option<io::Error> = None;
    loop {
        if let Some(&address) = next.next() {
            let sender = sender.clone();
            spawn("dial", move || {
                let left = deadline.saturating_duration_since(Instant::now());
                let made = Stream::connect(&address, left.max(CONNECT_MIN), |trace| {
                    let _ = sender.send(Attempt::Began(Arc::clone(trace)));
                });
                // Nobody listens once another address has answered.
                let _ = sender.send(Attempt::Ended(made));
            })?;
            running += 1;
        }
        let until = if next.as_slice().is_empty() {
            deadline
        } else {
            deadline.min(Instant::now() + HEAD_START)
        };
        match wait(&receiver, until, cancel)? {
            Some(Attempt::Began(trace)) => tracing(&trace),
            Some(Attempt::Ended(Ok(stream))) => {
                if let Some(trace) = stream.trace() {
                    tracing(trace);
                }
                return Ok(stream);
            }
            Some(Attempt::Ended(Err(e))) => {
                running -= 1;
                worst = Some(match worst {
                    Some(other) if telling(&other) >= telling(&e) => other,
                    _ => e,
                });
            }
            None if Instant::now() >= deadline => break,
            None => {}
        }
        if running == 0 && next.as_slice().is_empty() {
            break;
        }
    }
    Err(reason(host, port, worst.as_ref()).into())
}

/// How much an error says about the host: one that refuses is at least there.
fn telling(error: &io::Error) -> u8 {
    match error.kind() {
        ErrorKind::ConnectionRefused => 2,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => 1,
        _ => 0,
    }
}

fn reason(host: &str, port: u16, error: Option<&io::Error>) -> ClientError {
    let host = host.to_owned();
    let Some(error) = error else {
        return ClientError::NoAnswer { host, port };
    };
    log::info!("calling {host}: {error}");
    match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => {
            ClientError::Refused { host, port }
        }
        ErrorKind::TimedOut | ErrorKind::WouldBlock => ClientError::NoAnswer { host, port },
        ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::AddrNotAvailable => ClientError::Unreachable { host },
        _ => ClientError::Network {
            host,
            reason: error.to_string(),
        },
    }
}

/// What arrives until `deadline`; nothing when that has passed or the senders are gone.
fn wait<T>(
    receiver: &Receiver<T>,
    deadline: Instant,
    cancel: &CancelToken,
) -> Result<Option<T>, FetchError> {
    if cancel.is_cancelled() {
        return Err(FetchError::Cancelled);
    }
    select! {
        recv(cancel.cancelled()) -> _ => Err(FetchError::Cancelled),
        recv(receiver) -> value => Ok(value.ok()),
        default(deadline.saturating_duration_since(Instant::now())) => Ok(None),
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), FetchError> {
    // Not joined: it may be stuck in the system, and whoever cancels must not be.
    threads::spawn(name, work)
        .map(drop)
        .map_err(|e| ClientError::from_system(&e).into())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn closed_port() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
    }

    fn race_to(addresses: &[SocketAddr]) -> Result<Stream, FetchError> {
        race(
            "host",
            7,
            addresses,
            &CancelToken::new(),
            Duration::from_secs(10),
            &|_| {},
        )
    }

    #[test]
    fn one_good_address_is_enough() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let good = listener.local_addr().unwrap();
        let _stream = race_to(&[closed_port(), good]).unwrap();
        listener.accept().unwrap();
    }

    #[test]
    fn refusing_says_more_than_being_unreachable() {
        let nowhere = "[::ffff:0:0]:1".parse().unwrap();
        let error = race_to(&[closed_port(), nowhere]).unwrap_err();
        let FetchError::Failed(error) = error else {
            panic!("{error:?}")
        };
        assert!(
            matches!(error, ClientError::Refused { port: 7, .. }),
            "{error:?}"
        );
    }

    #[test]
    fn each_reason_has_its_own_sentence() {
        let of = |kind: ErrorKind| reason("h", 1, Some(&kind.into())).to_string();
        let mut all = vec![
            of(ErrorKind::ConnectionRefused),
            of(ErrorKind::TimedOut),
            of(ErrorKind::HostUnreachable),
            of(ErrorKind::PermissionDenied),
            ClientError::NameNotFound { host: "h".into() }.to_string(),
        ];
        assert_eq!(
            of(ErrorKind::NetworkUnreachable),
            of(ErrorKind::HostUnreachable)
        );
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn a_cancelled_call_is_not_made() {
        let cancel = CancelToken::new();
        cancel.cancel();
        let connections = Connections::default();
        let result = connect_plain(
            &connections,
            "127.0.0.1",
            closed_port().port(),
            &cancel,
            &<_>::default(),
            &|_| {},
        );
        assert!(matches!(result, Err(FetchError::Cancelled)), "{result:?}");
    }
}
