//! Logging to stderr as `RUST_LOG` says, by default warnings only, and for a window to a file as
//! well, because it is rarely started from a terminal.

mod file;

use std::path::PathBuf;

use env_logger::Env;
use log::{Log, Metadata, Record};

use self::file::LogFile;
use crate::format::printable;
use crate::settings;

/// Warnings of this program and errors of everything else; but the system's trust store calls every self-signed
/// certificate an error, and the engine decides about those.
const DEFAULT_FILTER: &str = "error,landline=warn,rustls_platform_verifier=off";

/// Installs the logger, `with_file` with a file as well. Messages for users are in the window or on
/// stdout; the log is for diagnosis. Keep the returned guard until the program exits.
pub fn start(with_file: bool) -> Flush {
    let stderr =
        env_logger::Builder::from_env(Env::default().default_filter_or(DEFAULT_FILTER)).build();
    let file = folder().filter(|_| with_file).and_then(LogFile::start);
    let level = match &file {
        Some(_) => stderr.filter().max(file::LEVEL),
        None => stderr.filter(),
    };
    // Fails if there is a logger already, which is kept.
    if log::set_boxed_logger(Box::new(Lines { stderr, file })).is_ok() {
        log::set_max_level(level);
    }
    log::info!("Landline {} starts", env!("CARGO_PKG_VERSION"));
    Flush(())
}

/// The folder of the window's log files: `logs` in [`settings::DIR_VARIABLE`], or in the system's
/// folder for application state.
pub fn folder() -> Option<PathBuf> {
    let kept = || {
        directories::ProjectDirs::from("", "", "landline")
            .map(|dirs| dirs.data_local_dir().to_owned())
    };
    Some(settings::chosen_dir().or_else(kept)?.join("logs"))
}

/// A guard that flushes the log when it is dropped, waiting 100 ms at most.
#[derive(Debug)]
#[must_use]
pub struct Flush(());

impl Drop for Flush {
    fn drop(&mut self) {
        log::logger().flush();
    }
}

/// Logs to stderr and the file.
struct Lines {
    stderr: env_logger::Logger,
    file: Option<LogFile>,
}

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata) -> bool {
        self.stderr.enabled(metadata)
            || self
                .file
                .as_ref()
                .is_some_and(|file| file.enabled(metadata))
    }

    fn log(&self, record: &Record) {
        if self.stderr.matches(record) {
            // Messages may contain text from a peer, and stderr is usually a terminal.
            let text = printable(&record.args().to_string(), false);
            self.stderr.log(
                &Record::builder()
                    .metadata(record.metadata().clone())
                    .args(format_args!("{text}"))
                    .build(),
            );
        }
        if let Some(file) = &self.file {
            file.log(record);
        }
    }

    fn flush(&self) {
        self.stderr.flush();
        if let Some(file) = &self.file {
            file.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::Arc;

    use log::{Level, LevelFilter};
    use parking_lot::Mutex;

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let written = Written::default();
        let to = env_logger::Target::Pipe(Box::new(written.clone()));
        let mut builder = env_logger::Builder::new();
        let stderr = builder.filter_level(LevelFilter::Info).target(to).build();
        let lines = Lines { stderr, file: None };
        let log = |level, text: &str| {
            let args = format_args!("{text}");
            lines.log(
                &Record::builder()
                    .level(level)
                    .target("t")
                    .args(args)
                    .build(),
            );
        };
        log(
            Level::Info,
            "to \u{9b}31m\u{202e}\r\n[ERROR] all is lost\u{1b}[2J",
        );
        log(Level::Debug, "not asked for");
        let text = String::from_utf8(written.0.lock().clone()).unwrap();
        assert!(
            text.ends_with(" to  31m   [ERROR] all is lost [2J\n"),
            "{text:?}"
        );
        assert_eq!(text.lines().count(), 1);
    }
}
