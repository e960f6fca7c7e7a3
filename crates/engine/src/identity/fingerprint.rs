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

/// The first 128 bits of a [`Fingerprint`], which links and QR codes carry: short, and still enough that nobody can
/// create another certificate with the same pin.
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

    /// Its first 128 bits.
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

/// 64 hexadecimal digits, in either case, without colons or with one between every two bytes.
impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let step = if text.contains(':') { 3 } else { 2 };
        let text = text.as_bytes();
        if text.len() != 31 * step + 2 {
            return Err(NotAFingerprint);
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.chunks(step)) {
            let [high, low, colon @ ..] = digits else {
                return Err(NotAFingerprint);
            };
            if !matches!(colon, [] | [b':']) {
                return Err(NotAFingerprint);
            }
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(bytes))
    }
}

fn digit(digit: u8) -> Result<u8, NotAFingerprint> {
    let value = char::from(digit).to_digit(16).ok_or(NotAFingerprint)?;
    u8::try_from(value).map_err(|_| NotAFingerprint)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_and_pins_of_known_certificates() {
        for (certificate, hex, words, pin) in [
            (
                &b""[..],
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                ["together", "mail", "awful", "cradle"],
                "47DEQpj8HBSa-_TImW-5JA",
            ),
            (
                b"abc",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                ["risk", "scheme", "quiz", "bulk"],
                "ungWv48Bz-pBQUDeXa4iIw",
            ),
        ] {
            let fingerprint = Fingerprint::of(certificate);
            assert_eq!(fingerprint.to_string(), hex);
            assert_eq!(fingerprint.words(), words);
            assert_eq!(fingerprint.pin().to_string(), pin);
            assert_eq!(pin.parse(), Ok(fingerprint.pin()));
        }
        assert_eq!(Fingerprint([0; 32]).words(), ["abandon"; 4]);
        assert_eq!(Fingerprint([0xff; 32]).words(), ["zoo"; 4]);
    }

    #[test]
    fn hexadecimal_digits_come_in_the_usual_forms() {
        let fingerprint = Fingerprint(std::array::from_fn(|at| u8::try_from(at * 7).unwrap()));
        let hex = fingerprint.to_string();
        let pairs: Vec<&str> = (0..32).map(|at| &hex[2 * at..2 * at + 2]).collect();
        let colons = pairs.join(":");
        for form in [&hex, &hex.to_uppercase(), &colons, &colons.to_uppercase()] {
            assert_eq!(form.parse(), Ok(fingerprint), "{form}");
            assert_eq!(form.parse(), Ok(fingerprint.pin()), "{form}");
        }
        for other in [
            "",
            &hex[1..],
            &format!("{hex}0"),
            &format!(" {hex}"),
            &format!("{colons}:"),
            &format!(":{colons}"),
            &colons.replacen(':', "", 1),
            &pairs.join("-"),
            &colons.replacen(':', ".", 1),
            &format!("+{}", &hex[1..]),
            &"é".repeat(32),
        ] {
            assert_eq!(
                other.parse::<Fingerprint>(),
                Err(NotAFingerprint),
                "{other}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes: [u8; 32]) {
            let fingerprint = Fingerprint(bytes);
            prop_assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
            let pin = fingerprint.pin();
            let text = pin.to_string();
            prop_assert_eq!(text.len(), 22);
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
            prop_assert_eq!(text.parse(), Ok(pin));
            let json = serde_json::to_string(&(fingerprint, pin)).unwrap();
            prop_assert_eq!(serde_json::from_str(&json).ok(), Some((fingerprint, pin)));
        }

        /// Each pin has one form, apart from those of its fingerprints.
        #[test]
        fn what_is_read_is_written(text in "[-_A-Za-z0-9+/=]{20,24}|\\PC*") {
            if let Ok(pin) = text.parse::<Pin>()
                && text.parse::<Fingerprint>().is_err()
            {
                prop_assert_eq!(pin.to_string(), text);
            }
        }
    }
}
