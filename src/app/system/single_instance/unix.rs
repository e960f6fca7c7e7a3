//! A Unix socket in the settings folder, which only this user can connect to.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "called before there is a window, or on a thread of its own"
    )
)]

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

pub(super) use std::os::unix::net::UnixStream as Stream;

pub(super) const EXTENSION: &str = "socket";

/// The request to raise the window.
const RAISE: &str = "raise\n";

/// The listening socket. Its file is removed with it.
#[derive(Debug)]
pub(super) struct Listener {
    socket: UnixListener,
    path: Option<PathBuf>,
}

impl Listener {
    /// Listens at `path`, whose lock the caller holds: what is there is stale.
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let socket = UnixListener::bind(path)?;
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        let path = Some(path.to_owned());
        Ok(Self { socket, path })
    }

    pub(super) fn try_clone(&self) -> io::Result<Self> {
        let socket = self.socket.try_clone()?;
        Ok(Self { socket, path: None })
    }

    pub(super) fn accept(&self) -> io::Result<Stream> {
        Ok(self.socket.accept()?.0)
    }

    /// What a request has to be.
    #[expect(clippy::unused_self, reason = "elsewhere it contains a secret")]
    pub(super) fn request(&self) -> &str {
        RAISE
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // The next start replaces it otherwise.
            let _ = fs::remove_file(path);
        }
    }
}

/// Connects to the listener at `path`; returns the request to send, too. A link, or another user's socket, could
/// only be there to keep the window from opening.
pub(super) fn connect(path: &Path) -> io::Result<(Stream, String)> {
    let found = fs::symlink_metadata(path)?;
    let is_own = found.uid() == rustix::process::geteuid().as_raw();
    if !found.file_type().is_socket() || !is_own {
        return Err(ErrorKind::PermissionDenied.into());
    }
    Ok((Stream::connect(path)?, RAISE.to_owned()))
}
