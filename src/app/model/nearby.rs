//! Who announces itself nearby, and how this computer announces itself.

use std::net::SocketAddr;

use super::{Model, Sharing};
use crate::text::{Describe as _, Sentence};
use landline_engine::client::{ClientEvent, Encryption, Place};
use landline_engine::discovery::{
    AnnounceEvent, Announcement, BrowseEvent, Device, Unavailable, announced_name, computer_name,
};
use landline_engine::error::ClientError;
use landline_engine::identity::Identity;

/// The state of *Nearby*.
#[derive(Debug, Default)]
pub(crate) struct Nearby {
    /// The devices that were found, without this program's own share.
    devices: Vec<Device>,
    /// Why none are found.
    problem: Option<Sentence>,
    /// Whether the card was drawn in the last frame: only then is the network searched.
    pub is_shown: bool,
    /// The device that was clicked and has not answered yet.
    opening: Option<Opening>,
    /// What became of the announcement of the share.
    announced: Option<AnnounceEvent>,
}

/// A device whose listing was asked for.
#[derive(Debug)]
struct Opening {
    /// The address that is being tried.
    place: Place,
    /// Those that are left.
    others: Vec<SocketAddr>,
}

impl Nearby {
    /// Handles what was found.
    pub(crate) fn found(&mut self, event: BrowseEvent) {
        match event {
            BrowseEvent::Devices(devices) => {
                self.problem = None;
                self.devices = devices;
                self.devices.retain(|device| !device.is_own);
            }
            BrowseEvent::Failed(why) => {
                self.devices.clear();
                self.problem = Some(why.sentence());
            }
        }
    }

    /// The devices, as they are listed.
    pub(crate) fn devices(&self) -> &[Device] {
        &self.devices
    }

    /// Why none are found, if the network cannot be searched.
    pub(crate) fn problem(&self) -> Option<&Sentence> {
        self.problem.as_ref()
    }

    /// Handles what became of the announcement; `None` if nothing is announced any more.
    pub(crate) fn announced(&mut self, event: Option<AnnounceEvent>) {
        self.announced = event;
    }

    /// The name under which the share is visible nearby, or why it is not; `None` while that is not known.
    pub(crate) fn visible_as(&self) -> Option<Result<&str, &Unavailable>> {
        self.announced.as_ref().map(|event| match event {
            AnnounceEvent::Announced(name) => Ok(&**name),
            AnnounceEvent::Failed(why) => Err(why),
        })
    }
}

impl Model {
    /// What this computer is called: as the user chose, or its host name.
    pub(crate) fn computer_name(&self) -> String {
        announced_name(&self.settings.name).unwrap_or_else(computer_name)
    }

    /// What to announce now.
    pub(crate) fn announcement(&self) -> Option<Announcement> {
        match &self.server.sharing {
            Sharing::On { addresses, .. } if self.settings.is_announced => Some(Announcement {
                identity: self.privacy.identity().map(Identity::fingerprint),
                has_password: self.privacy.has_password(),
                name: self.computer_name(),
                port: addresses.first()?.port,
                bind: None,
            }),
            _ => None,
        }
    }

    /// Whether the Client tab has no host to show, so that it shows who is nearby.
    pub(crate) fn shows_nearby(&self) -> bool {
        self.client.browse.place().is_none() || self.settings.host.trim().is_empty()
    }

    /// Fills the fields with the best address of a device. Returns the folder to list.
    pub(crate) fn choose_device(&mut self, id: &str) -> Option<Place> {
        let device = self.nearby.devices.iter().find(|device| device.id == id)?;
        let addresses = device.addresses.clone();
        let encryption = device.identity.map(Encryption::Announced);
        self.try_address(addresses, encryption.unwrap_or_default())
    }

    /// The next address to try, if the one that was tried does not answer. Fills the fields with it.
    pub(crate) fn next_address(&mut self, event: &ClientEvent) -> Option<Place> {
        let ClientEvent::Listed(place, result) = event else {
            return None;
        };
        let opening = self.nearby.opening.take_if(|of| of.place == *place)?;
        let is_other_typed = self.client.browse.place() != Some(place);
        match result {
            Err(
                ClientError::NoAnswer { .. }
                | ClientError::Refused { .. }
                | ClientError::Unreachable { .. }
                | ClientError::Network { .. },
            ) if !is_other_typed => self.try_address(opening.others, opening.place.encryption),
            _ => None,
        }
    }

    fn try_address(
        &mut self,
        mut addresses: Vec<SocketAddr>,
        encryption: Encryption,
    ) -> Option<Place> {
        if addresses.is_empty() {
            return None;
        }
        let best = addresses.remove(0);
        let place = Place {
            host: best.ip().to_string(),
            port: best.port(),
            encryption,
            path: String::new(),
        };
        self.settings.host.clone_from(&place.host);
        self.settings.host_port = place.port.to_string();
        self.settings.encryption = encryption;
        self.clear_name();
        self.client.host.typed = false;
        self.nearby.opening = Some(Opening {
            place: place.clone(),
            others: addresses,
        });
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use landline_engine::discovery::DeviceKind;

    fn device(name: &str, addresses: &[&str]) -> Device {
        Device {
            identity: None,
            has_password: false,
            id: name.to_owned(),
            name: name.to_owned(),
            kind: DeviceKind::Landline,
            addresses: addresses.iter().map(|at| at.parse().unwrap()).collect(),
            is_own: name == "own",
            device_type: landline_engine::localsend::DeviceType::default(),
        }
    }

    fn found() -> Model {
        let mut model = Model::default();
        model.settings.file_name = "a.txt".to_owned();
        model.nearby.found(BrowseEvent::Devices(vec![
            device("own", &["10.0.0.1:8080"]),
            device("ann", &["10.0.0.2:8081", "[fd00::2]:8081"]),
        ]));
        model
    }

    #[test]
    fn the_own_share_is_not_listed() {
        let mut model = found();
        let names: Vec<_> = model.nearby.devices().iter().map(|of| &*of.name).collect();
        assert_eq!(names, ["ann"]);
        model
            .nearby
            .found(BrowseEvent::Failed(Unavailable::NoNetwork));
        assert!(model.nearby.devices().is_empty());
        assert_eq!(model.nearby.problem().unwrap().key(), "nearby-no-network");
        model.nearby.found(BrowseEvent::Devices(Vec::new()));
        assert_eq!(model.nearby.problem(), None);
    }

    #[test]
    fn another_address_is_tried_if_the_best_one_does_not_answer() {
        let mut model = found();
        assert_eq!(model.choose_device("bo"), None);
        let first = model.choose_device("ann").unwrap();
        assert_eq!(model.whole_place().unwrap(), first);
        assert_eq!(model.settings.file_name, "");
        model.client.browse.ask(first.clone());
        let failed = |place: &Place| {
            let error = ClientError::NoAnswer {
                host: place.host.clone(),
                port: place.port,
            };
            ClientEvent::Listed(place.clone(), Err(error))
        };
        let second = model.next_address(&failed(&first)).unwrap();
        assert_eq!((&*second.host, second.port), ("fd00::2", 8081));
        assert_eq!(model.whole_place().unwrap(), second);
        model.client.browse.ask(second.clone());
        assert_eq!(model.next_address(&failed(&second)), None);
        assert_eq!(model.next_address(&failed(&second)), None);
    }

    #[test]
    fn an_answer_or_another_host_ends_the_attempts() {
        let place = |host: &str| Place {
            host: host.to_owned(),
            port: 8081,
            encryption: <_>::default(),
            path: String::new(),
        };
        let failed = |place: &Place| {
            let error = ClientError::Unreachable {
                host: place.host.clone(),
            };
            ClientEvent::Listed(place.clone(), Err(error))
        };
        let mut model = found();
        let first = model.choose_device("ann").unwrap();
        model.client.browse.ask(first.clone());
        // An answer of another host means nothing.
        assert_eq!(model.next_address(&failed(&place("box"))), None);
        // The user looks at something else.
        model.client.browse.ask(place("box"));
        assert_eq!(model.next_address(&failed(&first)), None);
        let first = model.choose_device("ann").unwrap();
        model.client.browse.ask(first.clone());
        let answered = ClientEvent::Listed(first.clone(), Ok(std::sync::Arc::default()));
        assert_eq!(model.next_address(&answered), None);
        assert_eq!(model.next_address(&failed(&first)), None);
        // It answers, so another address of it would not help.
        let first = model.choose_device("ann").unwrap();
        model.client.browse.ask(first.clone());
        let no_name = ClientEvent::Listed(first, Err(ClientError::NoName));
        assert_eq!(model.next_address(&no_name), None);
    }

    #[test]
    fn a_share_is_announced_by_the_settings() {
        let mut model = Model::default();
        assert_eq!(model.announcement(), None);
        model.server.sharing = Sharing::On {
            addresses: vec![landline_engine::transport::addresses::Address {
                ip: "10.0.0.1".parse().unwrap(),
                port: 8082,
                reach: landline_engine::transport::addresses::Reach::Lan,
            }],
            files: None,
        };
        let announced = model.announcement().unwrap();
        assert_eq!((announced.name, announced.port), (computer_name(), 8082));
        model.settings.name = " Ann's laptop\n".to_owned();
        assert_eq!(model.announcement().unwrap().name, "Ann's laptop");
        model.settings.is_announced = false;
        assert_eq!(model.announcement(), None);
    }
}
