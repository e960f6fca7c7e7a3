//! The built program, run as a shell runs it.
#![allow(clippy::disallowed_methods, reason = "tests wait for what they test")]

mod commands;
#[path = "../../crates/engine/tests/common/mod.rs"]
mod common;
#[cfg(target_os = "linux")]
mod disk;
mod kill;
#[cfg(unix)]
mod kill_folder;
mod layers;

use std::process::{Command, Stdio};

/// The program, speaking English whatever the system speaks.
fn landline() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_landline"));
    command
        .stdin(Stdio::null())
        .env_remove("RUST_LOG")
        .env_remove("LANGUAGE")
        // Not in the settings of whoever runs the tests.
        .env(
            "LANDLINE_CONFIG_DIR",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/settings"),
        )
        .env("LC_ALL", "C");
    command
}
