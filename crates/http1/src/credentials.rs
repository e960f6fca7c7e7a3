//! The credentials of a request by the scheme Basic (RFC 7617). Pure.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

/// The padding is optional: some clients leave it out, and it carries nothing.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A user and a password, of any bytes: which charset a client writes them in is up to the client (RFC 7617 section 2.1).
/// Never shown by `Debug`, and overwritten when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Basic {
    bytes: Zeroizing<Vec<u8>>,
    colon: usize,
}

impl Basic {
    /// The credentials in the lines of an `Authorization`; none if they are malformed or of another scheme, or if there are
    /// several lines, of which another parser might take another one.
    pub fn parse(lines: &[&str]) -> Option<Self> {
        let [line] = lines else {
            return None;
        };
        let (scheme, encoded) = line.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let bytes = Zeroizing::new(BASE64.decode(encoded.trim_matches(' ')).ok()?);
        let colon = bytes.iter().position(|&byte| byte == b':')?;
        Some(Self { bytes, colon })
    }

    /// What is before the first colon.
    pub fn user(&self) -> &[u8] {
        &self.bytes[..self.colon]
    }

    /// What is after it, which may contain further colons.
    pub fn password(&self) -> &[u8] {
        &self.bytes[self.colon + 1..]
    }
}

/// Keeps them out of logs.
impl fmt::Debug for Basic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Basic")
    }
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;
    use proptest::prelude::*;

    use super::*;

    fn parse(lines: &[&str]) -> Option<(Vec<u8>, Vec<u8>)> {
        let basic = Basic::parse(lines)?;
        Some((basic.user().to_vec(), basic.password().to_vec()))
    }

    #[test]
    fn well_formed_credentials_are_read() {
        for (line, user, password) in [
            // The examples of RFC 7617.
            (
                "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                "Aladdin",
                "open sesame",
            ),
            ("Basic dGVzdDoxMjPCow==", "test", "123£"),
            ("basic YTpi", "a", "b"),
            ("BASIC   YTpi ", "a", "b"),
            ("Basic Og==", "", ""),
            ("Basic Og", "", ""),
            ("Basic OmE6Yg==", "", "a:b"),
            ("Basic OgA=", "", "\0"),
        ] {
            let expected = (user.as_bytes().to_vec(), password.as_bytes().to_vec());
            assert_eq!(parse(&[line]), Some(expected), "{line}");
        }
        assert_eq!(
            parse(&["Basic Ov/+"]),
            Some((Vec::new(), b"\xff\xfe".to_vec()))
        );
    }

    #[test]
    fn what_is_malformed_is_none() {
        for lines in [
            &[][..],
            &[""],
            &["Basic"],
            &["Basic "],
            &["BasicYTpi"],
            &["Basic\tYTpi"],
            &["Basic YWI="],
            &["Basic YT pi"],
            &["Basic YTpi, Basic YTpi"],
            &["Basic YTpi="],
            &["Basic OmE-Yg=="],
            &["Basic realm=\"x\""],
            &["Bearer YTpi"],
            &["Digest YTpi"],
            &[" Basic YTpi"],
            &["Basic YTpi", "Basic YTpi"],
            &["Basic YTpi", ""],
        ] {
            assert_eq!(parse(lines), None, "{lines:?}");
        }
    }

    #[test]
    fn prefixes_and_floods_are_read_or_refused() {
        let whole = format!("Basic {}", BASE64_STANDARD.encode(":a password"));
        for len in 0..=whole.len() {
            if let Some((user, password)) = parse(&[&whole[..len]]) {
                assert!(user.is_empty() && b"a password".starts_with(&password));
            }
        }
        let flood = format!("Basic {}", "A".repeat(1 << 20));
        assert_eq!(parse(&[&flood]), None);
        let flood = format!("Basic {}", BASE64_STANDARD.encode(":".repeat(1 << 20)));
        assert_eq!(parse(&[&flood]).unwrap().1.len(), (1 << 20) - 1);
    }

    #[test]
    fn nothing_shows_in_a_log() {
        let basic = Basic::parse(&["Basic YTpi"]).unwrap();
        assert_eq!(format!("{basic:?}"), "Basic");
    }

    proptest! {
        #[test]
        fn what_clients_write_is_what_is_read(user in "[^:]{0,40}", password in "\\PC{0,300}") {
            let line = format!("bAsIc {}", BASE64_STANDARD.encode(format!("{user}:{password}")));
            let read = parse(&[&line]).unwrap();
            prop_assert_eq!(read, (user.into_bytes(), password.into_bytes()));
        }

        #[test]
        fn no_line_panics(line in "\\PC{0,100}") {
            let _ = Basic::parse(&[&line]);
        }
    }
}
