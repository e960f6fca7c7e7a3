//! What `std::fs` lacks.

mod file_hasher;
pub mod fsync;
pub mod locked;
pub(crate) mod no_clobber;
pub(crate) mod positional;
pub mod regular_file;
pub(crate) mod shared_file;

pub(crate) use self::file_hasher::FileHasher;
