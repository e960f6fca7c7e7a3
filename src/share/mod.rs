//! The shared folder.
pub mod name;
