//! What a device says about itself: in announcements, in `register` and its response, and in `prepare-upload`.

use std::num::NonZeroU16;

use serde::{Deserialize, Deserializer, Serialize};

use super::Malformed;
use crate::identity::Fingerprint;

/// The longest announcement or `register` that is read, in bytes: ten times what devices send.
pub(crate) const INFO_MAX_LEN: usize = 8 * 1024;

/// What kind of device it says it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceType {
    /// A phone or tablet.
    Mobile,
    /// A computer, or something unknown.
    #[default]
    Desktop,
    /// A page in a browser.
    Web,
    /// A program without a window.
    Headless,
    /// A server.
    Server,
}

impl<'de> Deserialize<'de> for DeviceType {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        Ok(match name.to_lowercase().as_str() {
            "mobile" => Self::Mobile,
            "web" => Self::Web,
            "headless" => Self::Headless,
            "server" => Self::Server,
            _ => Self::Desktop,
        })
    }
}

/// How a device is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

/// What a device says about itself. Unverified, and as it was sent: [`Peer`](crate::localsend::Peer) makes it printable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Info {
    /// Its name.
    pub alias: String,
    /// The version of the protocol that it speaks.
    #[serde(default, deserialize_with = "or_default")]
    pub version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_type: Option<DeviceType>,
    /// The SHA-256 of its certificate in hexadecimal digits, or any text if it speaks plain HTTP.
    #[serde(default, deserialize_with = "or_default")]
    pub fingerprint: String,
    /// The TCP port that it listens on, not 0; left out of the response to a `register`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "port"
    )]
    pub port: Option<u16>,
    /// Left out likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Scheme>,
    /// Whether a browser can download from it.
    #[serde(default, deserialize_with = "or_default")]
    pub download: bool,
}

impl Info {
    /// Reads a message.
    ///
    /// # Errors
    /// See [`Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() > INFO_MAX_LEN {
            return Err(Malformed::TooMuch);
        }
        serde_json::from_slice(bytes).map_err(|_| Malformed::Syntax)
    }

    /// The fingerprint, if it is one.
    pub fn identity(&self) -> Option<Fingerprint> {
        self.fingerprint.parse().ok()
    }

    /// As JSON.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// An announcement. Older versions distinguish by `announce` and `announcement` whether an answer is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_field_names, reason = "they are called so in JSON")]
pub(crate) struct Announcement {
    #[serde(flatten)]
    pub info: Info,
    pub announce: bool,
    pub announcement: bool,
}

impl Announcement {
    /// Reads a datagram.
    ///
    /// # Errors
    /// See [`Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        /// What is not in [`Info`].
        #[derive(Deserialize)]
        struct Flags {
            #[serde(default, deserialize_with = "or_default")]
            announce: bool,
            #[serde(default, deserialize_with = "or_default")]
            announcement: bool,
        }

        // Twice, because a flattened structure would keep all fields in memory, the unknown ones too.
        let info = Info::parse(bytes)?;
        let flags: Flags = serde_json::from_slice(bytes).map_err(|_| Malformed::Syntax)?;
        Ok(Self {
            info,
            announce: flags.announce,
            announcement: flags.announcement,
        })
    }
}

/// Reads `null` as nothing.
fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

fn port<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u16>, D::Error> {
    let port = Option::<NonZeroU16>::deserialize(from)?;
    Ok(port.map(NonZeroU16::get))
}
