//! Why nothing is shared (any more).

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use crate::sentence;
use crate::text::Sentence;

/// `Display` is the sentence for the user: the thing, the reason, and the next step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// Another program listens on the port.
    #[error("{}", self.sentence())]
    PortTaken {
        /// The port asked for.
        port: u16,
        /// One near it that is free.
        free: Option<u16>,
    },
    /// The system keeps the port for administrators.
    #[error("{}", self.sentence())]
    PortForbidden {
        /// The port asked for.
        port: u16,
    },
    /// The address to listen on is not one of this machine.
    #[error("{}", self.sentence())]
    AddressNotHere {
        /// The address asked for.
        address: IpAddr,
    },
    /// There is no such folder.
    #[error("{}", self.sentence())]
    FolderMissing {
        /// The folder asked for.
        path: PathBuf,
    },
    /// The folder is a file.
    #[error("{}", self.sentence())]
    NotAFolder {
        /// The folder asked for.
        path: PathBuf,
    },
    /// The user may not read the folder.
    #[error("{}", self.sentence())]
    FolderUnreadable {
        /// The folder asked for.
        path: PathBuf,
    },
    /// An entry of the folder, which alone was to be shared, is not there or cannot be shared.
    #[error("{}", self.sentence())]
    EntryUnavailable {
        /// The file or folder asked for.
        path: PathBuf,
    },
    /// The folder was removed while it was shared.
    #[error("{}", self.sentence())]
    FolderGone {
        /// The folder that was shared.
        path: PathBuf,
    },
    /// Anything else that the system says.
    #[error("{}", self.sentence())]
    Failed {
        /// In the system's words.
        reason: String,
    },
}

impl ServerError {
    /// The reason, and in its hint the next step, in the user's language.
    pub fn sentence(&self) -> Sentence {
        let shown = |path: &Path| path.display().to_string();
        match self {
            Self::PortTaken { port, .. } => sentence!("port-taken", port = *port),
            Self::PortForbidden { port } => sentence!("port-forbidden", port = *port),
            Self::AddressNotHere { address } => {
                sentence!("address-not-here", address = address.to_string())
            }
            Self::FolderMissing { path } => sentence!("folder-missing", path = shown(path)),
            Self::NotAFolder { path } => sentence!("folder-is-file", path = shown(path)),
            Self::FolderUnreadable { path } => sentence!("folder-unreadable", path = shown(path)),
            Self::EntryUnavailable { path } => sentence!("entry-unavailable", path = shown(path)),
            Self::FolderGone { path } => sentence!("folder-gone", path = shown(path)),
            Self::Failed { reason } => sentence!("sharing-failed", reason = reason),
        }
    }

    pub(super) fn of_folder(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            ErrorKind::NotFound => Self::FolderMissing { path },
            ErrorKind::NotADirectory => Self::NotAFolder { path },
            ErrorKind::PermissionDenied => Self::FolderUnreadable { path },
            _ => error.into(),
        }
    }

    pub(super) fn of_entry(path: PathBuf, error: &io::Error) -> Self {
        log::warn!("{}: {error}", path.display());
        Self::EntryUnavailable { path }
    }

    pub(super) fn of_port(address: IpAddr, port: u16, error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::AddrInUse => Self::PortTaken { port, free: None },
            // Windows forbids no port; it says so of one that somebody else keeps for themselves.
            ErrorKind::PermissionDenied if cfg!(windows) => Self::PortTaken { port, free: None },
            ErrorKind::PermissionDenied => Self::PortForbidden { port },
            ErrorKind::AddrNotAvailable => Self::AddressNotHere { address },
            _ => error.into(),
        }
    }
}

impl From<&io::Error> for ServerError {
    fn from(error: &io::Error) -> Self {
        Self::Failed {
            reason: error.to_string(),
        }
    }
}
