//! The download engine over real sockets, against servers of every kind and temper.
#![allow(clippy::disallowed_methods, reason = "tests wait for what they test")]

mod dialects;
mod failures;
mod peer;
mod queue;
mod servers;
