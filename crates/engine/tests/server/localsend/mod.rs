//! The receiver of LocalSend: what it takes, and what it does not.

mod files;
mod hostile;
mod registers;
pub mod rig;
mod sessions;
