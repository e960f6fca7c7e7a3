//! Passwords, and the tokens of links that replace them. Neither is ever shown by `Debug`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::secret;

/// A password, in memory that is zeroed on drop. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Arc<Zeroizing<String>>);

impl Password {
    /// The longest password, in bytes.
    pub const MAX_LEN: usize = 256;

    /// `typed` as a password; `None` if it is empty, longer than [`Password::MAX_LEN`], or has control characters.
    pub fn new(typed: &str) -> Option<Self> {
        let fits = !typed.is_empty() && typed.len() <= Self::MAX_LEN;
        let is_text = !typed.contains(char::is_control);
        (fits && is_text).then(|| Self(Arc::new(Zeroizing::new(typed.to_owned()))))
    }

    /// What it is, to send or to save it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Keeps it out of logs.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// 128 random bits that a link carries, so that whoever has the link needs no password.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LinkToken([u8; 16]);

impl LinkToken {
    /// A new one.
    pub fn random() -> Self {
        Self(secret::random())
    }

    /// As links carry it: 22 characters of base64url (RFC 4648 section 5).
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// The text is not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a token")]
pub struct NotAToken;

impl FromStr for LinkToken {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAToken)?;
        Ok(Self(bytes.try_into().map_err(|_| NotAToken)?))
    }
}

/// Keeps it out of logs.
impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken")
    }
}
