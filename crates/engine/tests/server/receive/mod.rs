//! Files that others send.

mod access;
mod codings;
mod consent;
mod forms;
mod names;
mod put;
mod resume;
pub mod rig;
