//! Whether this computer's firewall may keep others out, and what to do then.

use crate::sentence;
use crate::text::Sentence;

/// What may be in the way of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Firewall {
    /// Linux's ufw is on, which lets nobody in unless told to.
    #[cfg_attr(
        not(any(test, target_os = "linux")),
        expect(dead_code, reason = "other systems have none")
    )]
    Ufw,
    /// Windows counts the network among the public ones, where it hides the computer.
    #[cfg_attr(not(any(test, windows)), expect(dead_code, reason = "Windows alone"))]
    PublicNetwork,
}

impl Firewall {
    /// What is the matter, and what lets others in to `port`.
    pub(crate) fn advice(self, port: u16) -> Sentence {
        match self {
            Self::Ufw => sentence!("firewall-ufw", command = command(port)),
            Self::PublicNetwork => sentence!("firewall-public"),
        }
    }

    /// What to type for it, if that is the way.
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
