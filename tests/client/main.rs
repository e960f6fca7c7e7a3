//! The download engine over real sockets, against servers of every kind and temper.
#![allow(clippy::disallowed_methods, reason = "tests wait for what they test")]

mod bytes;
#[path = "../common/mod.rs"]
mod common;
mod dialects;
mod failures;
mod faults;
mod keeping;
mod peer;
#[path = "../common/proxy.rs"]
mod proxy;
mod queue;
mod rig;
mod servers;
mod versions;
