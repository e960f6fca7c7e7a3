//! SHA-256 digests of whole files and their fields (RFC 9530).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest as _;

/// The value of `Want-Repr-Digest` in a request for a digest (RFC 9530 section 4).
pub const WANTED: &str = "sha-256=10";

/// A field of this program's own, in the form of `Repr-Digest`: in a 412 to a HEAD, the digest of the prefix of the file
/// that is as long as the version in `If-Match`. A file that has only grown still begins with that version. The field
/// is not `Repr-Digest`, which would describe the current file, or the error.
pub const PREFIX_FIELD: &str = "Landline-Prefix-Digest";

/// A SHA-256 digest.
pub type Sha256 = [u8; 32];

/// Computes a SHA-256, with the processor's instructions for it if there are any.
#[derive(Clone, Debug, Default)]
pub struct Hasher(sha2::Sha256);

impl Hasher {
    /// A hasher of no bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes.
    pub fn finish(self) -> Sha256 {
        self.0.finalize().into()
    }
}

/// The value of a `Repr-Digest` field (RFC 9530 section 3).
pub fn field(digest: &Sha256) -> String {
    format!("sha-256=:{}:", STANDARD.encode(digest))
}

/// The SHA-256 in a `Repr-Digest` field, which is a dictionary of byte sequences (RFC 8941 sections 3.2 and 3.3.5).
pub(crate) fn parse_field(value: &str) -> Option<Sha256> {
    // The last of two members with one name counts (RFC 8941 section 4.2.2). Base64 has no comma.
    value.rsplit(',').find_map(|member| {
        let bytes = member.trim().strip_prefix("sha-256=:")?;
        let (bytes, parameters) = bytes.split_once(':')?;
        let is_end = parameters.is_empty() || parameters.starts_with(';');
        STANDARD
            .decode(bytes)
            .ok()?
            .try_into()
            .ok()
            .filter(|_| is_end)
    })
}

/// Whether a `Want-Repr-Digest` field, a dictionary of weights from 0 (never) to 10, asks for a SHA-256 (RFC 9530 section
/// 4).
pub(crate) fn is_wanted(value: &str) -> bool {
    value.split(',').any(|member| {
        let (name, weight) = member
            .trim()
            .split_once('=')
            .unwrap_or((member.trim(), "0"));
        name == "sha-256" && matches!(weight.parse(), Ok(1..=10_u8))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_9530_is_made_and_read() {
        let mut hasher = Hasher::new();
        hasher.update(b"{\"hello\": ");
        hasher.update(b"\"world\"}\n");
        let digest = hasher.finish();
        // RFC 9530 B.1.
        let value = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
        assert_eq!(field(&digest), value);
        assert_eq!(parse_field(value), Some(digest));
        assert_eq!(
            parse_field(&format!("sha-512=:AA==:, {value}")),
            Some(digest)
        );
        assert_eq!(parse_field(&format!("{value};a=1, x")), Some(digest));
    }

    #[test]
    fn what_is_no_digest_is_none() {
        for value in [
            "",
            "sha-256",
            "sha-256=:AA==:",
            "sha-256=RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=",
            "sha-512=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
            "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:x",
        ] {
            assert_eq!(parse_field(value), None, "{value}");
        }
    }

    #[test]
    fn a_wish_has_a_weight() {
        assert!(is_wanted(WANTED) && is_wanted("sha-512=3, sha-256=1"));
        for value in [
            "",
            "sha-256",
            "sha-256=0",
            "sha-512=10",
            "sha-256=11",
            "xsha-256=1",
        ] {
            assert!(!is_wanted(value), "{value}");
        }
    }
}
