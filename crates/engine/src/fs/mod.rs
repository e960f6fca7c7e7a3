//! What `std::fs` lacks.

pub mod fsync;
pub mod locked;
pub(crate) mod no_clobber;
pub mod regular_file;
