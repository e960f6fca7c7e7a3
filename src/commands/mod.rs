//! The subcommands, which use the engine without a window. Each returns its exit status.

pub mod get;
pub mod say;
pub mod serve;

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use crossbeam_channel::Receiver;

#[cfg(target_os = "linux")]
use crate::args::Arguments;
use crate::format::printable;
use crate::sentence;
use crate::text::Sentence;

/// A channel that receives Ctrl-C. From the call on, it does not kill the process.
fn interrupts() -> Receiver<()> {
    let (interrupt, interrupted) = crossbeam_channel::bounded(1);
    if let Err(e) = ctrlc::set_handler(move || _ = interrupt.try_send(())) {
        log::warn!("Ctrl-C will end Landline at once: {e}");
        return crossbeam_channel::never();
    }
    interrupted
}

/// Prints a line to stdout.
fn print(line: impl Display) -> io::Result<()> {
    write(format!("{line}\n").as_bytes())
}

/// Prints a path to stdout: verbatim for a script, escaped for a terminal.
fn print_path(path: &Path) -> io::Result<()> {
    if io::stdout().is_terminal() {
        return print(printable(&path.to_string_lossy(), false));
    }
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str());
    #[cfg(not(unix))]
    let text = path.to_string_lossy();
    #[cfg(not(unix))]
    let bytes = text.as_bytes();
    write(&[bytes, b"\n"].concat())
}

/// Writes whole lines to stdout and flushes: an error on exit would be lost.
fn write(lines: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(lines)?;
    stdout.flush()
}

/// Returns `status`, or a failure if stdout could not be written.
fn unless_unprinted(status: ExitCode, printed: io::Result<()>) -> ExitCode {
    match printed {
        Ok(()) => status,
        Err(e) => unprinted(&e),
    }
}

/// Exit status 1, because stdout could not be written. A closed pipe (`landline serve | head -1`)
/// needs no message.
fn unprinted(error: &io::Error) -> ExitCode {
    if error.kind() != ErrorKind::BrokenPipe {
        warn(sentence!("stdout-failed", reason = error.to_string()));
    }
    ExitCode::FAILURE
}

/// Prints what clap returned as an error: `--help`, `--version`, or wrong usage.
pub fn usage(error: &clap::Error) -> ExitCode {
    let printed = error.print().and_then(|()| io::stdout().flush());
    let status = u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
    if error.use_stderr() {
        status
    } else {
        unless_unprinted(status, printed)
    }
}

/// Whether the command prints to stdout.
#[cfg(target_os = "linux")]
pub fn prints(arguments: &Result<Arguments, clap::Error>) -> bool {
    match arguments {
        Ok(arguments) => arguments.command.is_some(),
        Err(e) => !e.use_stderr(),
    }
}

/// Exit status 1, because the process was started with stdout closed, before doing anything.
#[cfg(target_os = "linux")]
pub fn without_stdout() -> ExitCode {
    unprinted(&rustix::io::Errno::BADF.into())
}

/// Prints a line to stderr, with control characters escaped.
fn warn(what: impl Display) {
    let _ = writeln!(
        io::stderr(),
        "landline: {}",
        printable(&what.to_string(), false)
    );
}

/// Exit status 1, with a line on stderr that says what failed and what to do.
fn fail(why: &Sentence) -> ExitCode {
    warn(why);
    ExitCode::FAILURE
}

/// Exit status 2, for arguments that contradict each other.
fn wrong_usage(why: &Sentence) -> ExitCode {
    warn(why);
    ExitCode::from(2)
}
