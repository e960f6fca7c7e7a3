//! The download engine over real sockets, against servers of every kind and temper.

mod dialects;
mod failures;
mod peer;
mod queue;
mod servers;
