//! What a server shares, and how.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::auth::FailedAttempts;
use super::limits::Limits;
use super::own_names;
use super::page_text::{EnglishTexts, PageTexts};
use super::privacy::Privacy;
use super::receiving::{Access, Receiving};
use crate::call::Answering;
use crate::identity::Identity;
use crate::localsend::Node;
use crate::secret::Secret;
use crate::transport::DEFAULT_PORT;

/// What to share, and how.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder.
    pub folder: PathBuf,
    /// If set, share only these entries of the folder; see [`Share::only`](crate::share::Share::only).
    pub only: Option<BTreeSet<String>>,
    /// The TCP port; 0 lets the system choose one.
    pub port: u16,
    /// Listen on this address only, instead of on all of them.
    pub bind: Option<IpAddr>,
    /// Serve and list names that start with a dot.
    pub hidden: bool,
    /// Accept raw requests that name no file as messages, and handle them like this.
    pub answering: Option<Answering>,
    /// Host names that are accepted besides addresses, local names and `own_names`.
    pub allowed_hosts: Vec<String>,
    /// Reads this computer's full names, which are accepted too, from the system. Called for a request with an unknown
    /// name, but not more than once in two seconds.
    pub own_names: fn() -> Vec<String>,
    /// What this computer is called, for the page and for others nearby; empty: nothing.
    pub name: String,
    /// What others may do. Without `receiving`, they can send nothing.
    pub access: Access,
    /// How received files are stored.
    pub receiving: Option<Receiving>,
    /// Who may use the share, and how it is reached.
    pub privacy: Privacy,
    /// Failed attempts at the password. Servers with the same password share it.
    pub failed_attempts: FailedAttempts,
    /// The identity for TLS on the same port; `None`: TLS is not offered.
    pub identity: Option<Identity>,
    /// If set, this is the receiver of a LocalSend device, and no share: it answers the requests of that protocol and no
    /// others, and accepts files as `receiving` says. The password is the PIN.
    pub localsend: Option<Node>,
    /// Localized texts for browsers.
    pub texts: Arc<dyn PageTexts>,
    /// The key for entity tags: downloads can resume as long as it stays the same.
    pub secret: Secret,
    /// Timeouts and limits.
    pub limits: Limits,
}

impl Config {
    /// Shares `folder` on the default port, on all addresses, in English. Downloads resume from this process
    /// only.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            only: None,
            port: DEFAULT_PORT,
            bind: None,
            hidden: false,
            answering: None,
            allowed_hosts: Vec::new(),
            own_names: own_names::read,
            name: String::new(),
            access: Access::Download,
            receiving: None,
            privacy: Privacy::default(),
            failed_attempts: FailedAttempts::default(),
            identity: None,
            localsend: None,
            texts: Arc::new(EnglishTexts),
            secret: Secret::of_process(),
            limits: Limits::default(),
        }
    }

    /// The receiver of a LocalSend device that only sends, on a free port: it accepts nothing, but those that files are sent
    /// to may cancel.
    pub fn of_sender(node: Node) -> Self {
        Self {
            port: 0,
            access: Access::Send,
            identity: Some(node.identity().clone()),
            localsend: Some(node),
            // Nothing of it is shared.
            ..Self::new(std::env::temp_dir())
        }
    }
}
