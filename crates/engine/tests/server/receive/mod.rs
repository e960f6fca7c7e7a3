//! Files that others send.

mod access;
mod names;
mod put;
mod rig;
