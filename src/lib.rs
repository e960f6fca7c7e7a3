//! Landline shares a folder on the local network and downloads by host and file name.
//!
//! The engine ([`share`], [`net`], [`server`], [`client`]) knows nothing of the window; the window
//! ([`app`]) and the [`commands`] drive it through handles and hear from it through events.

#![cfg_attr(not(windows), forbid(unsafe_code))]
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests wait for what they test")
)]

pub mod app;
pub mod args;
pub mod awake;
pub mod client;
pub mod commands;
pub mod format;
mod fsync;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod held;
pub mod logging;
pub mod name_bytes;
pub mod net;
mod no_clobber;
pub mod numbers;
pub mod printable;
mod regular_file;
pub mod secret;
pub mod server;
pub mod settings;
pub mod share;
pub mod stored;
pub mod text;
#[cfg(windows)]
pub mod windows;
