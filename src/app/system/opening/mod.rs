//! Opens files with other programs and shows them in the file manager, and finds out whether that
//! failed. All of it blocks.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "called on a worker; the window goes on"
    )
)]

#[cfg(target_os = "linux")]
mod linux;

use std::path::Path;

use crate::sentence;
use crate::text::Sentence;

/// Why a file was not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OpenError {
    /// It does not exist.
    Gone,
    /// There is no program that could open it.
    #[cfg_attr(
        not(any(test, target_os = "linux")),
        expect(dead_code, reason = "other systems give the reason as text")
    )]
    NoProgram,
    /// The program failed, for this reason.
    Failed(String),
}

impl OpenError {
    /// What to tell the user who wanted to see `path`.
    pub(crate) fn sentence(&self, path: &Path) -> Sentence {
        let path = path.display().to_string();
        match self {
            Self::Gone => sentence!("opened-is-gone", path = path),
            Self::NoProgram => sentence!("no-program-opens", path = path),
            Self::Failed(why) => sentence!("open-failed", path = path, why = why.as_str()),
        }
    }
}

/// Opens a file with its default program.
///
/// # Errors
/// It is gone, or no program opened it as far as that is known.
pub(crate) fn open(path: &Path) -> Result<(), OpenError> {
    exists(path)?;
    #[cfg(target_os = "linux")]
    return linux::open(path);
    #[cfg(not(target_os = "linux"))]
    opener::open(path).map_err(|error| OpenError::Failed(error.to_string()))
}

/// Opens an `http` or `https` address in the browser.
///
/// # Errors
/// No program opened it as far as that is known.
pub(crate) fn open_link(link: &str) -> Result<(), OpenError> {
    #[cfg(target_os = "linux")]
    return linux::open(Path::new(link));
    #[cfg(not(target_os = "linux"))]
    opener::open_browser(link).map_err(|error| OpenError::Failed(error.to_string()))
}

/// Shows a file in the file manager.
///
/// # Errors
/// As [`open`].
pub(crate) fn reveal(path: &Path) -> Result<(), OpenError> {
    exists(path)?;
    #[cfg(target_os = "linux")]
    return linux::reveal(path);
    #[cfg(not(target_os = "linux"))]
    opener::reveal(path).map_err(|error| OpenError::Failed(error.to_string()))
}

fn exists(path: &Path) -> Result<(), OpenError> {
    // A link that leads nowhere cannot be opened, either. Other errors are left to the program.
    match path.try_exists() {
        Ok(false) => Err(OpenError::Gone),
        Ok(true) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_gone_is_said_to_be_gone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        for failed in [open(&path), reveal(&path)] {
            let error = failed.unwrap_err();
            assert_eq!(error, OpenError::Gone);
            let shown = path.display().to_string();
            assert!(error.sentence(&path).title().contains(&shown));
        }
    }
}
