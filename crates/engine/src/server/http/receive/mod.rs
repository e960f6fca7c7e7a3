//! Requests that send files to this server.

pub(super) mod drop_only;
pub(super) mod failure;
pub(super) mod form;
pub(super) mod offset;
pub(super) mod put;
mod reply;
pub(super) mod short;
pub(super) mod storing;
