//! The same engine without a window. Each command returns its exit status.

pub mod get;
pub mod say;
pub mod serve;

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use crossbeam_channel::Receiver;

use crate::format::printable;

/// Ctrl-C, as something to wait for instead of an end at once. From the call on.
fn interrupts() -> Receiver<()> {
    let (interrupt, interrupted) = crossbeam_channel::bounded(1);
    if let Err(e) = ctrlc::set_handler(move || _ = interrupt.try_send(())) {
        log::warn!("Ctrl-C will end Landline at once: {e}");
        return crossbeam_channel::never();
    }
    interrupted
}

/// One line on stdout.
fn print(line: impl Display) {
    write(format!("{line}\n").as_bytes());
}

/// A path on a line of stdout: as it is for a script, and for a person what a terminal can show.
fn print_path(path: &Path) {
    if std::io::stdout().is_terminal() {
        print(printable(&path.to_string_lossy(), false));
        return;
    }
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str());
    #[cfg(not(unix))]
    let text = path.to_string_lossy();
    #[cfg(not(unix))]
    let bytes = text.as_bytes();
    write(&[bytes, b"\n"].concat());
}

/// Whole lines on stdout. A reader that went away (`landline serve | head -1`) is no reason to stop.
fn write(lines: &[u8]) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(lines);
    let _ = stdout.flush();
}

/// One line on stderr, whatever a stranger's name in it holds.
fn warn(what: impl Display) {
    let _ = writeln!(
        std::io::stderr(),
        "landline: {}",
        printable(&what.to_string(), false)
    );
}

/// Exit status 1, with one line on stderr that says what failed and what to do.
fn fail(why: impl Display) -> ExitCode {
    warn(why);
    ExitCode::FAILURE
}

/// Exit status 2: the command line asks for what cannot be.
fn wrong_usage(why: impl Display) -> ExitCode {
    warn(why);
    ExitCode::from(2)
}
