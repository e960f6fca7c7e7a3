//! Tests of the built program, as run from a shell.
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
mod receive;

use std::process::{Command, Stdio};

/// The program, in English whatever the system's language.
fn landline() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_landline"));
    command
        .stdin(Stdio::null())
        .env_remove("RUST_LOG")
        .env_remove("LANGUAGE")
        // Isolated from the settings of the user who runs the tests.
        .env(
            "LANDLINE_CONFIG_DIR",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/settings"),
        )
        .env("LC_ALL", "C");
    command
}
