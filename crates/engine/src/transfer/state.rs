//! The state of a transfer.

use std::time::Instant;

use crate::error::ClientError;

/// The state of a transfer.
///
/// `Queued -> Connecting -> Moving -> Verifying -> Ended`, with `Asking` between `Connecting` and `Moving` of what is
/// sent, `Preparing` before `Connecting` of what is sent to a LocalSend device, and `BackingOff` after any of these, which
/// returns to `Queued` or `Connecting`. Any state may change to `Ended`, which is final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferState {
    /// In the queue: it has not started, or waits to be resumed.
    Queued,
    /// The digests of the files that are to be sent are computed.
    Preparing,
    /// Resolving, connecting or requesting; no byte of the body has arrived yet.
    Connecting,
    /// Waits for the owner of the share or device to accept what is sent; nothing has left yet.
    Asking,
    /// The body is being transferred.
    Moving,
    /// Interrupted; retries automatically.
    BackingOff(Interruption),
    /// All bytes have arrived and are being verified, or were sent and wait to be confirmed.
    Verifying,
    /// Finished; see [`Transfer::outcome`](super::Transfer::outcome).
    Ended,
}

impl TransferState {
    /// Whether it was interrupted and retries automatically.
    pub fn is_backing_off(&self) -> bool {
        matches!(self, Self::BackingOff(_))
    }
}

/// Why a transfer is backing off, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interruption {
    /// The error that interrupted it.
    pub why: ClientError,
    /// The time of the next attempt.
    pub until: Instant,
}
