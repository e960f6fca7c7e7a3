//! Who may use the share, and how it is reached.

use crate::password::{LinkToken, Password};

/// Who may use the share, and how it is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Privacy {
    /// The password that clients need; `None` lets everyone in.
    pub password: Option<Password>,
    /// Links with this token need no password. Without a password, it has no meaning.
    pub token: Option<LinkToken>,
    /// Raw requests are answered although there is a password, which they cannot carry.
    pub allows_raw: bool,
    /// Only over TLS: HTTP is redirected, raw requests are refused.
    pub is_encrypted_only: bool,
}

impl Privacy {
    /// Whether raw requests and messages are refused because they cannot carry the password.
    pub(super) fn needs_password_for_raw(&self) -> bool {
        self.password.is_some() && !self.allows_raw
    }

    /// Whether raw requests and messages are refused, for whatever reason.
    pub(super) fn refuses_raw(&self) -> bool {
        self.is_encrypted_only || self.needs_password_for_raw()
    }
}
