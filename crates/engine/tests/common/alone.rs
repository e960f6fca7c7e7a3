//! Runs a test in a process of its own if it depends on process-wide state.

use std::env;
use std::process::Command;

/// Set in that process.
const IS_ALONE: &str = "LANDLINE_TEST_IS_ALONE";

/// Whether this process runs no other test than `test` (its path, as `--list` names it). If it may run others, runs
/// `test` in a process of its own first, and fails as it does.
#[track_caller]
pub fn is_alone(test: &str) -> bool {
    if env::var_os(IS_ALONE).is_some() {
        return true;
    }
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(IS_ALONE, "1")
        .output()
        .unwrap();
    let [stdout, stderr] =
        [&output.stdout, &output.stderr].map(|said| String::from_utf8_lossy(said));
    let has_passed = output.status.success() && stdout.contains("\ntest result: ok. 1 passed;");
    assert!(has_passed, "{test}: {}\n{stdout}\n{stderr}", output.status);
    false
}
