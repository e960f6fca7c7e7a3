//! What both ends share: the transfer, its cancel switch, the copying of bodies, threads, addresses.

pub mod addresses;
mod cancel;
pub mod pump;
mod report;
pub mod threads;
mod transfer;

pub use cancel::Cancel;
pub use report::Reporter;
pub use transfer::{Dialect, Direction, Outcome, Saved, Stage, Transfer, TransferId};

/// The port that both ends use unless the user chooses another.
pub const DEFAULT_PORT: u16 = 8080;
