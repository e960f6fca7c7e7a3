//! Explains why the window cannot open. The original error goes to the log.

use std::any::Any;
use std::cell::Cell;
use std::panic;

use crate::sentence;
use crate::text::Sentence;

/// Calls `open`, which opens the window, sets the flag it is given once the window exists, and
/// returns when it is closed.
///
/// # Errors
/// The window could not be opened.
pub(super) fn explained(
    open: impl FnOnce(&Cell<bool>) -> Result<(), eframe::Error>,
) -> Result<(), Sentence> {
    let opened = Cell::new(false);
    // The window's state is dropped, so it does not matter if it is inconsistent.
    match panic::catch_unwind(panic::AssertUnwindSafe(|| open(&opened))) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            log::error!("no window: {error}");
            Err(of_error(&error))
        }
        Err(panic) if opened.get() => panic::resume_unwind(panic),
        // The windowing libraries panic if a shared library or OpenGL is missing.
        Err(panic) => Err(of_panic(panic.as_ref())),
    }
}

fn of_error(error: &eframe::Error) -> Sentence {
    use eframe::Error;
    match error {
        Error::Glutin(_) | Error::NoGlutinConfigs(..) | Error::OpenGL(_) => graphics(),
        other => of_reason(&other.to_string()),
    }
}

fn of_panic(panic: &(dyn Any + Send)) -> Sentence {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref().copied())
        .unwrap_or_default();
    if what.contains("glutin") {
        graphics()
    } else {
        of_reason(what)
    }
}

fn of_reason(reason: &str) -> Sentence {
    if is_missing_library(reason) {
        missing(reason)
    } else if reason.contains("X server") {
        sentence!("no-display")
    } else {
        sentence!("no-window", reason = reason.trim_end_matches('.'))
    }
}

fn is_missing_library(what: &str) -> bool {
    what.contains("could not be loaded") || what.contains("shared libraries")
}

/// Strips the source location that precedes the reason.
fn missing(what: &str) -> Sentence {
    let reason = what.rsplit(": ").next().unwrap_or(what);
    sentence!("no-library", reason = reason.trim_end_matches('.'))
}

fn graphics() -> Sentence {
    if cfg!(target_os = "linux") {
        sentence!("no-graphics-linux")
    } else {
        sentence!("no-graphics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_named() {
        let why = explained(|_| panic!("Library libxkbcommon-x11.so could not be loaded."));
        let why = why.unwrap_err().to_string();
        assert!(
            why.contains("missing: Library libxkbcommon-x11.so could not be loaded. "),
            "{why}"
        );
        let from_winit = "os error at /a/b.rs:788: Failed to load one of xlib's shared libraries";
        assert!(
            of_reason(from_winit)
                .to_string()
                .contains("missing: Failed to load")
        );
    }

    #[test]
    fn an_unresponsive_display_counts_as_missing() {
        let from_winit = "os error at /a/b.rs:788: Failed to open connection to X server";
        assert_eq!(of_reason(from_winit), sentence!("no-display"));
    }

    #[test]
    fn a_panic_before_the_window_opens_is_explained() {
        let from_eframe = "failed to find a matching configuration for creating glutin config";
        assert_eq!(
            explained(|_| panic!("{from_eframe}")).unwrap_err(),
            graphics()
        );
        assert_eq!(
            explained(|_| panic!("a driver's fault.")).unwrap_err(),
            sentence!("no-window", reason = "a driver's fault")
        );
    }

    #[test]
    fn a_panic_of_an_open_window_propagates() {
        let panicked = panic::catch_unwind(|| {
            explained(|opened| {
                opened.set(true);
                panic!("a defect")
            })
        });
        assert_eq!(
            panicked.unwrap_err().downcast_ref::<&str>(),
            Some(&"a defect")
        );
    }
}
