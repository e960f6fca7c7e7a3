//! What both ends share: the transfer, its cancel switch, the copying of bodies, threads, addresses.

pub mod addresses;
mod cancel;
pub mod date;
pub mod digest;
mod file_hasher;
mod head_end;
mod note;
mod now;
mod outcome;
mod outgoing;
pub mod pump;
mod report;
mod segment;
mod send_error;
pub mod threads;
mod transfer;

pub use cancel::Cancel;
pub use file_hasher::FileHasher;
pub use head_end::head_end;
pub use note::Note;
pub(crate) use now::{accept, prepare_listener, read_now, read_within};
pub use outcome::{Checked, FailedFile, Failure, Incomplete, Outcome, Saved};
pub use outgoing::{Outgoing, Within};
pub use report::Reporter;
pub use segment::encode_segment;
pub use send_error::SendError;
pub use transfer::{Dialect, Direction, Files, Interruption, Stage, Transfer, TransferId};

/// The port that both ends use unless the user chooses another.
pub const DEFAULT_PORT: u16 = 8080;

/// Whether a socket's timeout is over: Unix says `WouldBlock` then and Windows `TimedOut`.
pub fn is_timeout(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut)
}
