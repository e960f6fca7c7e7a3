//! Landline's engine: sharing a folder and downloading from one, without a window.

#![cfg_attr(not(windows), forbid(unsafe_code))]
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests wait for what they test")
)]

pub mod archive;
pub mod call;
pub mod client;
pub mod collation;
pub mod discovery;
pub mod doctor;
pub mod error;
pub mod fs;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod host_name;
pub mod identity;
pub mod listing;
pub mod localsend;
pub mod name_bytes;
pub mod numbers;
pub mod password;
pub mod printable;
pub mod secret;
pub mod server;
pub mod share;
pub mod store;
#[cfg(windows)]
pub mod system_program;
pub mod threads;
mod timestamp;
pub mod transfer;
pub mod transport;
pub mod url_path;
pub mod verdict;
mod windows_device;
