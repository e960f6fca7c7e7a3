//! The file that makes the system start a program.
#![cfg_attr(
    not(test),
    expect(clippy::disallowed_methods, reason = "called on a thread of its own")
)]

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::entry;
use landline_engine::fs::regular_file;

/// An entry is a few hundred bytes.
const MAX_LEN: u64 = 64 * 1024;

/// The file.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
}

impl Place {
    /// For the current user.
    pub(super) fn of_system() -> Option<Self> {
        let dirs = directories::BaseDirs::new()?;
        let path = if cfg!(target_vendor = "apple") {
            let agents = dirs.home_dir().join("Library/LaunchAgents");
            agents.join("internal.landline.landline.plist")
        } else {
            dirs.config_dir().join("autostart/landline.desktop")
        };
        Some(Self { path })
    }

    #[cfg(test)]
    pub(super) fn in_dir(dir: &Path) -> Self {
        let path = dir.join("autostart/landline.desktop");
        Self { path }
    }

    pub(super) fn starts(&self, program: &Path) -> io::Result<bool> {
        let bytes = match regular_file::read(&self.path, MAX_LEN) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            read => read?,
        };
        let text = String::from_utf8_lossy(&bytes);
        Ok(if cfg!(target_vendor = "apple") {
            entry::launch_agent(program).as_deref() == Some(&*text)
        } else {
            entry::is_enabled(&text, program)
        })
    }

    pub(super) fn add(&self, program: &Path) -> io::Result<()> {
        let text = if cfg!(target_vendor = "apple") {
            entry::launch_agent(program)
        } else {
            entry::desktop_entry(program)
        };
        let text = text.ok_or(ErrorKind::InvalidFilename)?;
        let dir = self.path.parent().ok_or(ErrorKind::InvalidFilename)?;
        fs::create_dir_all(dir)?;
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        file.write_all(text.as_bytes())?;
        file.persist(&self.path)?;
        Ok(())
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }
}
