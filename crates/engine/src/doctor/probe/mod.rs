//! Small probes: one connection or one request each, within a deadline.

mod host;
mod local;
mod ports;
mod service;

pub(super) use self::host::{resolve, way};
pub(super) use self::local::{PORTS, networks, own_reach, own_share, sweep};
pub(super) use self::ports::{connect, connect_each, connect_telling};
pub(super) use self::service::{ask, identify};
