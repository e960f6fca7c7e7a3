//! A folder that is being received.

pub(crate) mod batch_writer;
pub(crate) mod dir_lock;
pub(crate) mod entry;
pub(crate) mod fetch_log;
pub(crate) mod folder_store;
mod folders;
pub(crate) mod local_path;
pub(crate) mod manifest;
pub(crate) mod name_collisions;
pub(crate) mod part_journal;
