//! The receiver of LocalSend: what it accepts and what it refuses.

mod files;
mod hostile;
mod registers;
pub mod rig;
mod sessions;
mod storing;
