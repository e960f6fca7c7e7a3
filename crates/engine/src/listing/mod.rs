//! Reads the listings of other servers.

pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod limits;
mod links;
pub(crate) mod listed;
mod scalar;
