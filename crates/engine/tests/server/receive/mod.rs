//! Files that others send.

mod access;
mod consent;
mod forms;
mod names;
mod put;
mod resume;
mod rig;
