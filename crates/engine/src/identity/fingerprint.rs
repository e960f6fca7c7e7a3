//! Fingerprints of certificates, as people and links carry them.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use landline_http1::digest::Hasher;

/// SHA-256 over a certificate's DER encoding.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint([u8; 32]);

/// The first 128 bits of a [`Fingerprint`], which links and QR codes carry: nobody can make a certificate for one, and it
/// is short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pin([u8; 16]);

/// What is neither a fingerprint nor a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a fingerprint")]
pub struct NotAFingerprint;

impl Fingerprint {
    /// Of the certificate with this DER encoding.
    pub fn of(certificate: &[u8]) -> Self {
        let mut hasher = Hasher::new();
        hasher.update(certificate);
        Self(hasher.finish())
    }

    /// Its beginning.
    pub fn pin(&self) -> Pin {
        Pin(std::array::from_fn(|at| self.0[at]))
    }

    /// Four words for people to compare (44 bits, from the English list of BIP 39). The same in every language of the
    /// program, because two computers are compared.
    pub fn words(&self) -> [&'static str; 4] {
        self.pin().words()
    }
}

impl Pin {
    /// The same words as those of the [`Fingerprint`].
    pub fn words(&self) -> [&'static str; 4] {
        let list = bip39::Language::English.word_list();
        let bits = u64::from_be_bytes(std::array::from_fn(|at| self.0[at]));
        std::array::from_fn(|at| {
            let index = bits >> (64 - 11 * (at + 1)) & 0x7ff;
            list[usize::try_from(index).unwrap_or_default()]
        })
    }
}

/// 64 hexadecimal digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// 64 hexadecimal digits, in either case; colons between bytes are allowed.
impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let digits: String = text.chars().filter(|&c| c != ':').collect();
        if digits.len() != 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(NotAFingerprint);
        }
        let byte = |at: usize| u8::from_str_radix(&digits[2 * at..][..2], 16).unwrap_or_default();
        Ok(Self(std::array::from_fn(byte)))
    }
}

/// 22 characters of base64url (RFC 4648 section 5).
impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// What a pin is written as, or a whole fingerprint.
impl FromStr for Pin {
    type Err = NotAFingerprint;

    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        if let Ok(fingerprint) = text.parse::<Fingerprint>() {
            return Ok(fingerprint.pin());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAFingerprint)?;
        Ok(Self(bytes.try_into().map_err(|_| NotAFingerprint)?))
    }
}

macro_rules! as_text {
    ($type:ty) => {
        impl TryFrom<String> for $type {
            type Error = NotAFingerprint;

            fn try_from(text: String) -> Result<Self, NotAFingerprint> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(it: $type) -> Self {
                it.to_string()
            }
        }
    };
}

as_text!(Fingerprint);
as_text!(Pin);
