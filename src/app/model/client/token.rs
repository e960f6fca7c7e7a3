//! The tokens of links, which count as passwords.

use landline_engine::password::Password;

/// A token that a link carries for a server. It is in no setting, history or log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// The host.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The token.
    pub password: Password,
}
