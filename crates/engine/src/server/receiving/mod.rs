//! What others may do with a share: download from it, send files to it, or both; and who decides whether a file that
//! somebody wants to send is accepted.

mod consent;
mod incoming;
mod not_received;
mod offer;
mod sender;
mod unfinished;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub(super) use self::consent::{Admitted, Reception};
pub(super) use self::incoming::{Broken, Hashing, Incoming, Origin, REPORTED_MIN_LEN};
pub use self::not_received::NotReceived;
pub use self::offer::{Answer, Offer, OfferId, OfferedBy, OfferedFile};

pub(super) use self::sender::{COOKIE, Sender};

use crate::store::target::CopyNaming;

/// What others may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// List and download.
    #[default]
    Download,
    /// Send files, and see nothing.
    Send,
    /// Both.
    Both,
}

impl Access {
    /// Whether files can be listed and downloaded.
    pub fn downloads(self) -> bool {
        matches!(self, Self::Download | Self::Both)
    }

    /// Whether files can be sent.
    pub fn sends(self) -> bool {
        matches!(self, Self::Send | Self::Both)
    }
}

/// How received files are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiving {
    /// The folder that they go to, which has to exist. What is in it can be downloaded only if it is the shared folder or
    /// inside that, and [`Access::Both`].
    pub folder: PathBuf,
    /// Who decides.
    pub consent: Consent,
    /// What a file is called if the name is taken.
    pub copies: CopyNaming,
}

/// Who decides whether a file is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consent {
    /// The owner has agreed to everything.
    Given,
    /// The owner is asked ([`ServerEvent::Offered`](super::ServerEvent::Offered)), except about these devices.
    Ask {
        /// The devices that are always accepted.
        trusted: Vec<TrustedDevice>,
    },
}

/// A device whose files are accepted without asking, until the owner forgets it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TrustedDevice {
    /// Its name, as it called itself when it was accepted.
    pub name: String,
    /// What it has to know: SHA-256 of its token, in hexadecimal digits. For a LocalSend device, what it has to prove:
    /// `localsend` and the fingerprint of its certificate.
    pub key: String,
}
