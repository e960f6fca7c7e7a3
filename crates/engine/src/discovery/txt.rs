//! The TXT records (RFC 6763, section 6): what a share says about itself.

use super::Announcement;
use super::devices::DeviceKind;
use crate::identity::Pin;

/// The identity: a whole fingerprint or its beginning.
const IDENTITY: &str = "fp";
/// `1` if there is a password.
const PASSWORD: &str = "pw";
/// The longest value that is read, in bytes: a fingerprint with colons between its bytes.
const VALUE_MAX_LEN: usize = 95;

/// What a service of type [`DeviceKind::Landline`] says about itself. Not verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    pub(super) identity: Option<Pin>,
    pub(super) has_password: bool,
}

impl Claims {
    /// What the properties of a service say; `value` finds one by its key. Other web servers use other keys, and what is
    /// malformed says nothing.
    pub(super) fn of<'a>(kind: DeviceKind, value: impl Fn(&str) -> Option<&'a [u8]>) -> Self {
        if kind != DeviceKind::Landline {
            return Self::default();
        }
        let text = |key| {
            let bytes = value(key).filter(|bytes| bytes.len() <= VALUE_MAX_LEN)?;
            std::str::from_utf8(bytes).ok()
        };
        Self {
            identity: text(IDENTITY).and_then(|text| text.parse().ok()),
            has_password: text(PASSWORD) == Some("1"),
        }
    }

    /// What two services of one share say together: which identity it has is unknown if they disagree.
    pub(super) fn and(self, other: Self) -> Self {
        let agree = self.identity == other.identity;
        Self {
            identity: self.identity.filter(|_| agree),
            has_password: self.has_password || other.has_password,
        }
    }
}

/// The properties of the share's service of type `kind`, which is announced under `name`.
pub(super) fn properties(
    kind: DeviceKind,
    name: &str,
    announced: &Announcement,
) -> Vec<(&'static str, String)> {
    if kind == DeviceKind::Web {
        return vec![("path", "/".to_owned())];
    }
    let mut properties = vec![("v", "1".to_owned()), ("n", name.to_owned())];
    if let Some(identity) = announced.identity {
        properties.push((IDENTITY, identity.to_string()));
    }
    if announced.has_password {
        properties.push((PASSWORD, "1".to_owned()));
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Fingerprint;

    fn read(kind: DeviceKind, record: &[(&str, &[u8])]) -> Claims {
        Claims::of(kind, |key| {
            let found = record.iter().find(|(of, _)| *of == key);
            found.map(|(_, value)| *value)
        })
    }

    #[test]
    fn what_is_announced_is_read() {
        let fingerprint = Fingerprint::of(b"a certificate");
        for (identity, has_password) in [
            (None, false),
            (Some(fingerprint), false),
            (Some(fingerprint), true),
        ] {
            let announced = Announcement {
                name: "Ann".to_owned(),
                port: 8080,
                bind: None,
                identity,
                has_password,
            };
            for kind in [DeviceKind::Landline, DeviceKind::Web] {
                let properties = properties(kind, "Ann", &announced);
                let record = properties
                    .iter()
                    .map(|(key, value)| (*key, value.as_bytes()));
                let record: Vec<_> = record.collect();
                // A string of a TXT record is at most 255 bytes long.
                assert!(
                    record
                        .iter()
                        .all(|(key, value)| key.len() + value.len() < 255)
                );
                let is_ours = kind == DeviceKind::Landline;
                let expected = Claims {
                    identity: identity.filter(|_| is_ours).map(|of| of.pin()),
                    has_password: has_password && is_ours,
                };
                assert_eq!(read(kind, &record), expected, "{kind:?}");
                // A web server that says the same is not believed.
                assert_eq!(read(DeviceKind::Web, &record), Claims::default());
            }
        }
    }

    #[test]
    fn a_pin_is_enough() {
        let pin = Fingerprint::of(b"a certificate").pin();
        let text = pin.to_string();
        let claims = read(DeviceKind::Landline, &[("fp", text.as_bytes())]);
        assert_eq!(claims.identity, Some(pin));
    }

    #[test]
    fn malformed_values_say_nothing() {
        let hex = Fingerprint::of(b"a certificate").to_string();
        let long = format!("{hex}{}", ":".repeat(100));
        for wrong in [
            &b""[..],
            b"\xff\xfe",
            b"0",
            b"../../etc/passwd",
            b"\0\0\0\0",
            &hex.as_bytes()[1..],
            long.as_bytes(),
            "\u{ff11}".repeat(21).as_bytes(),
            &[b'A'; 4096],
        ] {
            let record = [("fp", wrong), ("pw", wrong)];
            let claims = read(DeviceKind::Landline, &record);
            assert_eq!(claims, Claims::default(), "{wrong:?}");
        }
        for wrong in ["true", "1 ", "01", "\u{661}"] {
            let claims = read(DeviceKind::Landline, &[("pw", wrong.as_bytes())]);
            assert!(!claims.has_password, "{wrong:?}");
        }
    }
}
