//! The download engine over real sockets, against servers of every kind and temper.
#![allow(clippy::disallowed_methods, reason = "tests wait for what they test")]

#[path = "../common/mod.rs"]
mod common;
mod dialects;
mod failures;
mod folder_away;
mod folder_faults;
mod folder_lists;
mod folder_stops;
mod folders;
mod halting;
mod peer;
mod queue;
mod servers;
mod web;
