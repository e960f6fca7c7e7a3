//! One short request to another device, over a connection of its own, and its answer. Blocks.

use std::net::SocketAddr;
use std::time::Duration;

use super::Node;
use crate::identity::Fingerprint;
use crate::transport::CancelToken;

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
    pub to: SocketAddr,
    pub reach: Reach,
    /// `GET` or `POST`.
    pub method: &'a str,
    /// What follows [`PATH`](super::PATH), with its query: `register`.
    pub path: &'a str,
    /// JSON; empty: none.
    pub body: &'a [u8],
    /// How long to wait for a connection, the handshake included.
    pub connect: Duration,
    /// How long to wait for the answer: as long as a person needs where one is asked.
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
    /// Nobody answers there, or the connection broke.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// There is no TLS handshake, or it is another device.
    #[error("{0}")]
    Handshake(String),
    /// The answer is not HTTP, or longer than is read.
    #[error("the answer cannot be read")]
    Malformed,
}

/// The longest answer that is read, in bytes: tokens for [`FILES_MAX`](super::message) files.
pub(crate) const ANSWER_MAX_LEN: usize = 8 << 20;

/// Asks and waits for the answer.
///
/// # Errors
/// See [`NoAnswer`].
pub(crate) fn ask(_node: &Node, _ask: &Ask<'_>, _cancel: &CancelToken) -> Result<Answer, NoAnswer> {
    Err(NoAnswer::Malformed)
}
