//! Errors of the server.

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Why the server cannot start, or stopped. `Display` is for the program's own log; texts for users are made
/// from the variants.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// Another program listens on the port.
    #[error("port {port} is taken")]
    PortTaken {
        /// The requested port.
        port: u16,
        /// A free port near it.
        free: Option<u16>,
    },
    /// The system reserves the port for administrators.
    #[error("port {port} is reserved for administrators")]
    PortForbidden {
        /// The requested port.
        port: u16,
    },
    /// The address does not belong to this computer.
    #[error("{address} is not an address of this computer")]
    AddressNotHere {
        /// The requested address.
        address: IpAddr,
    },
    /// The folder does not exist.
    #[error("there is no folder {}", path.display())]
    FolderMissing {
        /// The requested folder.
        path: PathBuf,
    },
    /// The folder is a file.
    #[error("{} is not a folder", path.display())]
    NotAFolder {
        /// The requested folder.
        path: PathBuf,
    },
    /// The user has no permission to read the folder.
    #[error("the folder {} may not be read", path.display())]
    FolderUnreadable {
        /// The requested folder.
        path: PathBuf,
    },
    /// One of the selected entries does not exist or cannot be shared.
    #[error("{} is not there or cannot be shared", path.display())]
    EntryUnavailable {
        /// The file or folder.
        path: PathBuf,
    },
    /// The folder was removed while it was shared.
    #[error("the folder {} was removed", path.display())]
    FolderGone {
        /// The folder that was shared.
        path: PathBuf,
    },
    /// Another error of the system.
    #[error("{reason}")]
    Failed {
        /// The system's message.
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
            // Windows reserves no ports; it reports this for a port that another program uses exclusively.
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
