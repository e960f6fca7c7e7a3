//! Files that others send.

mod access;
mod consent;
mod names;
mod put;
mod resume;
mod rig;
