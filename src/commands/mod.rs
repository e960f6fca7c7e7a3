//! The subcommands, which use the engine without a window. Each returns its exit status.

mod announcing;
pub mod doctor;
mod explain;
pub mod get;
pub mod identity;
pub mod lines;
mod localsend;
pub mod nearby;
mod password;
mod qr_code;
pub mod say;
pub mod send;
pub mod serve;
mod table;
mod visit;

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
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
    if error.kind() != io::ErrorKind::BrokenPipe {
        warn(sentence!("stdout-failed", reason = error.to_string()));
    }
    ExitCode::FAILURE
}

/// Prints what clap returned as an error: `--help`, `--version`, or wrong usage.
pub fn usage(error: &clap::Error) -> ExitCode {
    if let Some(why) = usage_error(error) {
        return wrong_usage(&why);
    }
    let printed = error.print().and_then(|()| io::stdout().flush());
    let status = u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
    if error.use_stderr() {
        status
    } else {
        unless_unprinted(status, printed)
    }
}

/// The message for wrong usage in the current language; `None` leaves it to clap.
fn usage_error(error: &clap::Error) -> Option<Sentence> {
    let words = |kind| match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        ContextValue::Strings(words) => Some(words.join(", ")),
        ContextValue::StyledStr(words) => Some(words.to_string()),
        _ => None,
    };
    let option = words(ContextKind::InvalidArg);
    Some(match error.kind() {
        ErrorKind::UnknownArgument => sentence!("wrong-option", option = option?),
        ErrorKind::InvalidSubcommand => {
            let command = words(ContextKind::InvalidSubcommand)?;
            sentence!("wrong-command", command = command)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = words(ContextKind::InvalidValue)?;
            sentence!("wrong-value", value = value, option = option?)
        }
        ErrorKind::MissingRequiredArgument => {
            sentence!("missing-arguments", arguments = option?)
        }
        ErrorKind::ArgumentConflict => {
            let other = words(ContextKind::PriorArg)?;
            sentence!("conflicting-options", option = option?, other = other)
        }
        _ => return None,
    })
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

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::Arguments;
    use crate::t;
    use crate::text::{Language, set_language};

    #[test]
    fn wrong_usage_is_said_in_the_current_language() {
        let cases: [(&[&str], &str); 7] = [
            (&["--nonsense"], "wrong-option"),
            (&["share"], "wrong-command"),
            (&["serve", "-p", "99999"], "wrong-value"),
            (&["get", "h", "n", "--exists", "maybe"], "wrong-value"),
            (&["get"], "missing-arguments"),
            (&["say"], "missing-arguments"),
            (&["get", "h", "n", "--http", "--raw"], "conflicting-options"),
        ];
        for (words, key) in cases {
            let error = Arguments::try_parse_from(["landline"].iter().chain(words)).unwrap_err();
            let why = usage_error(&error).unwrap();
            assert_eq!(why.key(), key, "{words:?}");
            assert!(!why.to_string().contains('{'), "{why}");
        }
        let error = Arguments::try_parse_from(["landline", "get", "--http", "--raw"]).unwrap_err();
        set_language(Language::Chinese);
        let both = usage_error(&error).unwrap().to_string();
        assert_eq!(
            both,
            t!("conflicting-options", option = "--http", other = "--raw")
        );
    }
}
