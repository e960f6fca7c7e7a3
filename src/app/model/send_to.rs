//! Where files are sent: to the share of a computer, or to a LocalSend device.

use std::path::PathBuf;

use super::Model;
use crate::settings::Tab;
use landline_engine::client::{Encryption, Place, Recipient, SendRequest};
use landline_engine::discovery::{Device, DeviceKind};

/// The recipient of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SendTo {
    /// Its host and port, and how it is reached.
    pub place: Place,
    /// What it is called, if it is a LocalSend device; `None`: a share.
    pub device: Option<String>,
}

/// What is sent to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// Files that are chosen in a dialog.
    Files,
    /// A folder likewise.
    Folder,
    /// A text.
    Text,
}

impl SendTo {
    /// The share at `place`.
    pub(crate) fn share(place: Place) -> Self {
        Self {
            place,
            device: None,
        }
    }

    /// A LocalSend device. It must have the certificate that it was found with.
    fn device(device: &Device) -> Option<Self> {
        if device.kind != DeviceKind::LocalSend {
            return None;
        }
        let best = device.addresses.first()?;
        let encryption = device.identity.map(Encryption::Pinned);
        Some(Self {
            place: Place {
                host: host(best),
                port: best.port(),
                encryption: encryption.unwrap_or_default(),
                path: String::new(),
            },
            device: Some(device.name.clone()),
        })
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        self.device.as_deref().unwrap_or(&self.place.host)
    }

    /// Whether others on the network can read what is sent to it, as far as that is known before.
    pub(crate) fn is_plain(&self) -> bool {
        self.device.is_some() && !matches!(self.place.encryption, Encryption::Pinned(_))
    }

    /// The request that sends files and folders to it.
    pub(crate) fn request(self, paths: Vec<PathBuf>, from: String) -> SendRequest {
        let Place {
            host,
            port,
            encryption,
            ..
        } = self.place;
        let mut request = SendRequest::new(host, port, paths, from);
        request.encryption = encryption;
        if let Some(name) = self.device {
            request.to = Recipient::LocalSend;
            request.called = name;
        }
        request
    }
}

/// An address as a host. A link-local one has its scope.
fn host(address: &std::net::SocketAddr) -> String {
    match address {
        std::net::SocketAddr::V6(address) if address.scope_id() != 0 => {
            format!("{}%{}", address.ip(), address.scope_id())
        }
        address => address.ip().to_string(),
    }
}

impl Model {
    /// The LocalSend device with this ID, if it is still there.
    pub(crate) fn localsend_device(&self, id: &str) -> Option<SendTo> {
        let mut devices = self.nearby.devices().iter();
        SendTo::device(devices.find(|device| device.id == id)?)
    }

    /// Where what is dropped on the Client tab can be sent: to the host that it shows, or to the LocalSend devices that it
    /// lists.
    pub(crate) fn drop_recipients(&self) -> Vec<SendTo> {
        if self.settings.tab != Tab::Client {
            return Vec::new();
        }
        match self.client.browse.place() {
            Some(shown) if !self.shows_nearby() => vec![SendTo::share(shown.clone())],
            _ => {
                let devices = self.nearby.devices().iter();
                devices.filter_map(SendTo::device).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use landline_engine::identity::Identity;
    use landline_engine::localsend::DeviceType;

    #[test]
    fn a_device_is_reached_only_with_the_certificate_that_it_was_found_with() {
        let identity = Identity::generate().unwrap().fingerprint().pin();
        let device = |identity| Device {
            id: "1".to_owned(),
            name: "Bo’s phone".to_owned(),
            kind: DeviceKind::LocalSend,
            device_type: DeviceType::Mobile,
            addresses: vec!["192.168.1.9:53317".parse().unwrap()],
            is_own: false,
            identity,
            has_password: false,
        };
        let to = SendTo::device(&device(Some(identity))).unwrap();
        assert_eq!(to.name(), "Bo’s phone");
        assert!(!to.is_plain());
        let request = to.request(vec!["/a".into()], "Ann".to_owned());
        assert_eq!(request.encryption, Encryption::Pinned(identity));
        assert_eq!(request.to, Recipient::LocalSend);
        assert_eq!((&*request.host, request.port), ("192.168.1.9", 53317));
        assert_eq!(request.recipient(), "Bo’s phone");
        let plain = SendTo::device(&device(None)).unwrap();
        assert_eq!(plain.place.encryption, Encryption::IfOffered);
        assert!(plain.is_plain());
        // Nobody has asked it yet.
        assert!(!SendTo::share(plain.place).is_plain());
        let web = Device {
            kind: DeviceKind::Web,
            ..device(None)
        };
        assert_eq!(SendTo::device(&web), None);
        let scoped = "[fe80::1%2]:53317".parse().unwrap();
        assert_eq!(host(&scoped), "fe80::1%2");
    }
}
