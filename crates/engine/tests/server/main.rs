//! The server over real sockets.
#![allow(clippy::disallowed_methods, reason = "tests wait for what they test")]

mod answers;
mod archive;
mod calls;
#[path = "../common/mod.rs"]
mod common;
mod connections;
mod digest;
mod etags;
mod hosts;
mod http;
mod life;
mod listings;
mod localsend;
mod names;
mod page;
mod password;
mod raw;
mod receive;
mod requests;
#[cfg(target_os = "linux")]
mod soak;
mod tls;
mod well_known;
