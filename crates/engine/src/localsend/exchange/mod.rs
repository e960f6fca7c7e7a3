//! One short request to another device, over a connection of its own, and its answer. Blocks.

mod connect;
mod receive;
#[cfg(test)]
mod tests;

use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use rustls::CertificateError;

use self::connect::connect;
use self::receive::Incoming;
use super::{Node, PATH};
use crate::identity::Fingerprint;
use crate::transport::tls::HandshakeError;
use crate::transport::{CancelToken, Outgoing, Stream};

/// How a device has to be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Over plain HTTP.
    Plain,
    /// Over TLS, whoever answers: for a device that is not known yet.
    Anyone,
    /// Over TLS. Nothing but the handshake is sent unless it has this certificate.
    Pinned(Fingerprint),
}

/// A request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask<'a> {
    /// A link-local IPv6 address with its scope.
    pub to: SocketAddr,
    pub reach: Reach,
    /// `GET` or `POST`.
    pub method: &'a str,
    /// What follows [`PATH`], with its query, percent-encoded: `register`.
    pub path: &'a str,
    /// JSON; empty: none.
    pub body: &'a [u8],
    /// How long to wait for a connection, the handshake included.
    pub connect: Duration,
    /// How long to wait for the whole answer, once the request is sent: as long as a person needs where one is asked.
    pub answer: Duration,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub status: u16,
    /// At most [`ANSWER_MAX_LEN`] bytes.
    pub body: Vec<u8>,
    /// The certificate that the device has proved to have, over TLS.
    pub identity: Option<Fingerprint>,
}

/// Why there is no answer. `Display` is for logs.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// It was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// Nobody answers there, in time, or the connection broke.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It answers, but not with TLS: it may speak plain HTTP.
    #[error("the device does not speak TLS")]
    NotTls,
    /// It has another certificate than the one that was expected. Nothing but the handshake was sent.
    #[error("another device answers")]
    OtherDevice,
    /// There is no TLS handshake for another reason, or the device breaks off with an alert: it may reject our certificate.
    #[error("{0}")]
    Handshake(String),
    /// The answer is not HTTP, or exceeds the limit.
    #[error("the answer cannot be read")]
    Malformed,
}

/// The longest answer that is read, in bytes: tokens for [`FILES_MAX`](super::message::FILES_MAX) files. Others than that
/// to `prepare-upload` have [`SHORT_ANSWER_MAX_LEN`].
pub(crate) const ANSWER_MAX_LEN: usize = 8 << 20;

/// The longest answer to any other request: what a device says about itself, or why it refuses.
pub(crate) const SHORT_ANSWER_MAX_LEN: usize = 64 << 10;

/// How long the device may read nothing of a request.
const WRITE_TIMEOUT: Duration = Duration::from_secs(15);

/// Asks and waits for the answer.
///
/// # Errors
/// See [`NoAnswer`].
pub(crate) fn ask(node: &Node, ask: &Ask<'_>, cancel: &CancelToken) -> Result<Answer, NoAnswer> {
    let stream = connect(node, ask, cancel)?;
    let answer = send(&stream, ask, cancel)
        .map_err(NoAnswer::Io)
        .and_then(|()| receive(&stream, ask));
    match answer {
        // A cancel looks like the end of the connection.
        Err(_) if cancel.is_cancelled() => Err(NoAnswer::Cancelled),
        // In TLS 1.3 a server judges the certificate of its client when the handshake is over for that.
        Err(NoAnswer::Io(e)) if e.kind() == ErrorKind::InvalidData => {
            Err(NoAnswer::Handshake(e.to_string()))
        }
        answer => answer,
    }
}

fn send(stream: &Stream, ask: &Ask<'_>, cancel: &CancelToken) -> std::io::Result<()> {
    let mut request = head(ask).into_bytes();
    request.extend_from_slice(ask.body);
    let sent = AtomicU64::new(0);
    let mut outgoing = Outgoing::new(stream, cancel, &sent, WRITE_TIMEOUT);
    match outgoing.write_all(&request) {
        // It may have answered before it had read everything, and closed.
        Err(e) if is_broken(&e) && !cancel.is_cancelled() => Ok(()),
        written => written,
    }
}

fn is_broken(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
    )
}

fn head(ask: &Ask<'_>) -> String {
    let Ask { method, path, .. } = ask;
    // Without the scope of an address, which means something on this computer only (RFC 6874).
    let host = SocketAddr::new(ask.to.ip(), ask.to.port());
    let version = env!("CARGO_PKG_VERSION");
    let content = match ask.body.len() {
        0 if *method == "GET" => String::new(),
        0 => "Content-Length: 0\r\n".to_owned(),
        // Some devices do not understand the chunked coding.
        len => format!("Content-Type: application/json\r\nContent-Length: {len}\r\n"),
    };
    format!(
        "{method} {PATH}{path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Landline/{version}\r\n\
         {content}Connection: close\r\n\r\n"
    )
}

fn receive(stream: &Stream, ask: &Ask<'_>) -> Result<Answer, NoAnswer> {
    let mut incoming = Incoming::new(stream, Instant::now() + ask.answer);
    let head = incoming.head()?;
    let max_len = if ask.path.starts_with("prepare-upload") {
        ANSWER_MAX_LEN
    } else {
        SHORT_ANSWER_MAX_LEN
    };
    Ok(Answer {
        status: head.status,
        body: incoming.body(&head, max_len)?,
        identity: stream.peer_identity(),
    })
}

impl From<HandshakeError> for NoAnswer {
    fn from(error: HandshakeError) -> Self {
        match error {
            HandshakeError::NotTls => Self::NotTls,
            HandshakeError::Certificate(CertificateError::ApplicationVerificationFailure) => {
                Self::OtherDevice
            }
            HandshakeError::TimedOut => Self::Io(ErrorKind::TimedOut.into()),
            HandshakeError::Closed => Self::Io(ErrorKind::ConnectionAborted.into()),
            HandshakeError::Io(e) => Self::Io(e),
            other => Self::Handshake(other.to_string()),
        }
    }
}
