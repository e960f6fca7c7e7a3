//! Why nothing is shared (any more).

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// `Display` is for the program's own log; what a user reads is made from the variants.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// Another program listens on the port.
    #[error("port {port} is taken")]
    PortTaken {
        /// The port asked for.
        port: u16,
        /// One near it that is free.
        free: Option<u16>,
    },
    /// The system keeps the port for administrators.
    #[error("port {port} is reserved for administrators")]
    PortForbidden {
        /// The port asked for.
        port: u16,
    },
    /// The address to listen on is not one of this machine.
    #[error("{address} is not an address of this computer")]
    AddressNotHere {
        /// The address asked for.
        address: IpAddr,
    },
    /// There is no such folder.
    #[error("there is no folder {}", path.display())]
    FolderMissing {
        /// The folder asked for.
        path: PathBuf,
    },
    /// The folder is a file.
    #[error("{} is not a folder", path.display())]
    NotAFolder {
        /// The folder asked for.
        path: PathBuf,
    },
    /// The user may not read the folder.
    #[error("the folder {} may not be read", path.display())]
    FolderUnreadable {
        /// The folder asked for.
        path: PathBuf,
    },
    /// An entry of the folder, which alone was to be shared, is not there or cannot be shared.
    #[error("{} is not there or cannot be shared", path.display())]
    EntryUnavailable {
        /// The file or folder asked for.
        path: PathBuf,
    },
    /// The folder was removed while it was shared.
    #[error("the folder {} was removed", path.display())]
    FolderGone {
        /// The folder that was shared.
        path: PathBuf,
    },
    /// Anything else that the system says.
    #[error("{reason}")]
    Failed {
        /// In the system's words.
        reason: String,
    },
}

impl ServerError {
    pub(crate) fn of_folder(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            ErrorKind::NotFound => Self::FolderMissing { path },
            ErrorKind::NotADirectory => Self::NotAFolder { path },
            ErrorKind::PermissionDenied => Self::FolderUnreadable { path },
            _ => error.into(),
        }
    }

    pub(crate) fn of_entry(path: PathBuf, error: &io::Error) -> Self {
        log::warn!("{}: {error}", path.display());
        Self::EntryUnavailable { path }
    }

    pub(crate) fn of_port(address: IpAddr, port: u16, error: &io::Error) -> Self {
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
