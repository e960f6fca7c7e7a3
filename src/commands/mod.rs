//! The same engine without a window. Each command returns its exit status.

pub mod serve;

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

/// One line on stdout. A reader that went away (`landline serve | head -1`) is no reason to stop.
fn print(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Exit status 1, with one line on stderr that says what failed and what to do.
fn fail(why: impl Display) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "landline: {why}");
    ExitCode::FAILURE
}
