//! The same engine without a window. Each command returns its exit status.

pub mod get;
pub mod say;
pub mod serve;

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use crossbeam_channel::Receiver;

use crate::args::Arguments;
use crate::format::printable;
use crate::sentence;
#[cfg(target_os = "linux")]
use crate::text::Sentence;

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
fn print(line: impl Display) -> io::Result<()> {
    write(format!("{line}\n").as_bytes())
}

/// A path on a line of stdout: as it is for a script, and for a person what a terminal can show.
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

/// Whole lines on stdout, flushed: an error at the end of the process would be lost.
fn write(lines: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(lines)?;
    stdout.flush()
}

/// Exit status `status`, unless what was printed did not get to stdout.
fn unless_unprinted(status: ExitCode, printed: io::Result<()>) -> ExitCode {
    match printed {
        Ok(()) => status,
        Err(e) => unprinted(&e),
    }
}

/// Exit status 1, because stdout could not be written. A reader that has gone away knows why
/// (`landline serve | head -1`): nothing is said about that.
fn unprinted(error: &io::Error) -> ExitCode {
    if error.kind() != ErrorKind::BrokenPipe {
        warn(sentence!("stdout-failed", reason = error.to_string()));
    }
    ExitCode::FAILURE
}

/// Print what `error` stands for: `--help`, `--version`, or wrong usage.
pub fn usage(error: &clap::Error) -> ExitCode {
    let printed = error.print().and_then(|()| io::stdout().flush());
    let status = u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
    if error.use_stderr() {
        status
    } else {
        unless_unprinted(status, printed)
    }
}

/// Whether what the command line asks for prints to stdout.
#[cfg(target_os = "linux")]
pub fn prints(arguments: &Result<Arguments, clap::Error>) -> bool {
    match arguments {
        Ok(arguments) => arguments.command.is_some(),
        Err(e) => !e.use_stderr(),
    }
}

/// Exit status 1, because the program was started without stdout. Nothing has been done yet.
#[cfg(target_os = "linux")]
pub fn without_stdout() -> ExitCode {
    unprinted(&rustix::io::Errno::BADF.into())
}

/// One line on stderr, whatever a stranger's name in it holds.
fn warn(what: impl Display) {
    let _ = writeln!(
        io::stderr(),
        "landline: {}",
        printable(&what.to_string(), false)
    );
}

/// Exit status 1, with one line on stderr that says what failed and what to do.
fn fail(why: &Sentence) -> ExitCode {
    warn(why);
    ExitCode::FAILURE
}

/// Exit status 2: the command line asks for what cannot be.
fn wrong_usage(why: &Sentence) -> ExitCode {
    warn(why);
    ExitCode::from(2)
}
