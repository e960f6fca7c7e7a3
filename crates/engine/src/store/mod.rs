//! The only place that writes received files.

pub(crate) mod existing_file;
mod file_system;
pub mod folder;
pub(crate) mod free_space;
pub(crate) mod hasher;
pub(crate) mod origin_mark;
pub(crate) mod output;
pub(crate) mod part;
pub(crate) mod part_name;
pub(crate) mod received;
pub mod safe_name;
pub(crate) mod seal;
pub(crate) mod sink;
pub(crate) mod target;
pub(crate) mod temporary_file;
pub(crate) mod version;
