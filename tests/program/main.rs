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
mod localsend;
mod receive;

use std::process::{Command, Stdio};

/// Isolated from the settings of the user who runs the tests.
const SETTINGS: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/settings");

/// The program, in English whatever the system's language.
fn landline() -> Command {
    // Another server may have got the port of one that earlier tests have met.
    static FORGET: std::sync::Once = std::sync::Once::new();
    FORGET.call_once(|| {
        let _ = std::fs::remove_file(format!("{SETTINGS}/known-servers.json"));
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_landline"));
    command
        .stdin(Stdio::null())
        .env_remove("RUST_LOG")
        .env_remove("LANGUAGE")
        .env("LANDLINE_CONFIG_DIR", SETTINGS)
        .env_remove("LANDLINE_PASSWORD")
        .env("LC_ALL", "C");
    command
}
