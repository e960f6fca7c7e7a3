//! Who sends files, as far as that can be told.

use std::fmt::Write as _;
use std::net::IpAddr;

use landline_http1::batch::{self, Batch};
use landline_http1::digest::Hasher;
use landline_http1::request::Request;

use super::{OfferedBy, Receiving, TrustedDevice};
use crate::printable::short_name;
use crate::server::receiving::Consent;

/// The cookie by which a browser is recognised.
pub(in crate::server) const COOKIE: &str = "landline-device";

/// The sender of a request.
#[derive(Clone, Debug)]
pub(in crate::server) struct Sender {
    pub address: IpAddr,
    /// The [key](TrustedDevice::key) of its token, if it has one.
    pub device: Option<String>,
    /// It keeps a cookie.
    pub is_browser: bool,
    /// How its requests come.
    pub by: OfferedBy,
    /// What it calls itself, printable.
    pub name: Option<String>,
    /// The files that it sends together.
    pub batch: Option<BatchClaim>,
}

/// What a sender says of its batch.
#[derive(Clone, Debug)]
pub(in crate::server) struct BatchClaim {
    pub id: String,
    pub files: u64,
    pub bytes: Option<u64>,
}

impl Sender {
    /// The sender of `request`; `None` if what it says of its batch cannot be understood.
    pub fn of(address: IpAddr, request: &Request<'_>) -> Option<Self> {
        let upload = &request.upload;
        let batch = match upload.batch {
            Some(value) => Some(batch::parse(value)?),
            None => None,
        };
        let cookie = || {
            let cookie = upload.cookie(COOKIE);
            cookie.filter(|token| batch::is_token(token))
        };
        let name = batch.as_ref().and_then(|batch| batch.name.as_deref());
        Some(Self {
            address,
            device: upload.device.or_else(cookie).map(key_of),
            is_browser: upload.is_from_page,
            by: OfferedBy::Http,
            name: name.and_then(short_name),
            batch: batch.map(BatchClaim::from),
        })
    }

    /// Who goes on with an upload, and with what was accepted: the same batch of the same device, or else of the same
    /// address.
    pub fn key(&self) -> String {
        let who = match &self.device {
            Some(device) => format!("device {device}"),
            None => self.address.to_string(),
        };
        match &self.batch {
            Some(batch) => format!("{} of {who}", batch.id),
            None => who,
        }
    }

    /// Whether its files are accepted without asking.
    pub fn is_accepted(&self, receiving: &Receiving) -> bool {
        match &receiving.consent {
            Consent::Given => true,
            Consent::Ask { trusted } => trusted
                .iter()
                .any(|known| Some(&known.key) == self.device.as_ref()),
        }
    }

    /// It as a device that is always accepted from now on, by this key.
    pub fn as_trusted(&self, key: String) -> TrustedDevice {
        TrustedDevice {
            name: self
                .name
                .clone()
                .unwrap_or_else(|| self.address.to_string()),
            key,
        }
    }
}

impl From<Batch<'_>> for BatchClaim {
    fn from(batch: Batch<'_>) -> Self {
        Self {
            id: batch.id.to_owned(),
            files: batch.files,
            bytes: batch.bytes,
        }
    }
}

/// SHA-256 of a token, in hexadecimal digits.
pub(super) fn key_of(token: &str) -> String {
    let mut hasher = Hasher::new();
    hasher.update(token.as_bytes());
    hex(&hasher.finish())
}

/// A new token for a browser; `None` if the system has no random numbers.
pub(super) fn new_token() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn sender(fields: &str) -> Option<Sender> {
        let head = format!("PUT /a HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n");
        let request = landline_http1::request::parse(head.as_bytes(), &|_| false).unwrap();
        Sender::of(Ipv4Addr::LOCALHOST.into(), &request)
    }

    #[test]
    fn a_device_is_known_by_its_token_wherever_that_is() {
        let token = "0123456789abcdef";
        let by_field = sender(&format!("Landline-Device: {token}\r\n")).unwrap();
        let by_cookie = sender(&format!("Cookie: a=b; landline-device={token}\r\n")).unwrap();
        assert_eq!(by_field.key(), by_cookie.key());
        assert!(!by_field.key().contains(token));
        for odd in [
            "Landline-Device: short\r\n",
            "Landline-Device: 0123456789abcdef/\r\n",
            "Cookie: landline-device=\r\n",
            "",
        ] {
            assert_eq!(sender(odd).unwrap().key(), "127.0.0.1", "{odd}");
        }
    }

    #[test]
    fn names_are_printable_and_short() {
        let long = "x".repeat(200);
        let name = |name: &str| {
            let batch = format!("Landline-Batch: id=0123456789abcdef, files=1, name={name}\r\n");
            sender(&batch).unwrap().name
        };
        let ann = name("Ann%27s%0aphone%1b%5b31m");
        assert_eq!(ann.as_deref(), Some("Ann's phone [31m"));
        assert_eq!(name(&long).map(|name| name.len()), Some(64));
        // Nobody could read it.
        assert_eq!(name("%20%e2%80%ae%09"), None);
        assert!(sender("Landline-Batch: id=1, files=1\r\n").is_none());
    }
}
