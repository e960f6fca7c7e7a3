//! Landline shares a folder on the local network and downloads by host and file name.
//!
//! The engine (`landline_engine`) is independent of the window; the window ([`app`]) and the
//! [`commands`] control it through handles and receive its events.

#![cfg_attr(not(windows), forbid(unsafe_code))]
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests wait for what they test")
)]

pub mod app;
pub mod args;
pub mod commands;
pub mod format;
pub mod logging;
pub(crate) mod qr;
pub mod settings;
pub mod share_secrets;
pub mod sleep_inhibitor;
pub mod stored;
pub mod text;
#[cfg(windows)]
pub mod windows;
