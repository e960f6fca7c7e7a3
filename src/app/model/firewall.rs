//! Advice on a firewall of this computer that may block connections.

use crate::sentence;
use crate::text::Sentence;

/// A firewall that may block incoming connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Firewall {
    /// Linux's ufw is active; it denies incoming connections by default.
    #[cfg_attr(
        not(any(test, target_os = "linux")),
        expect(dead_code, reason = "other systems have none")
    )]
    Ufw,
    /// Windows treats the network as public and blocks incoming connections.
    #[cfg_attr(not(any(test, windows)), expect(dead_code, reason = "Windows alone"))]
    PublicNetwork,
}

impl Firewall {
    /// The problem, and how to allow `port`.
    pub(crate) fn advice(self, port: u16) -> Sentence {
        match self {
            Self::Ufw => sentence!("firewall-ufw", command = command(port)),
            Self::PublicNetwork => sentence!("firewall-public"),
        }
    }

    /// The shell command that allows `port`, if there is one.
    pub(crate) fn command(self, port: u16) -> Option<String> {
        match self {
            Self::Ufw => Some(command(port)),
            Self::PublicNetwork => None,
        }
    }
}

fn command(port: u16) -> String {
    format!("sudo ufw allow {port}/tcp")
}
