//! Requests that send files to this server.

pub(super) mod drop_only;
pub(super) mod offset;
pub(super) mod put;
mod reply;
