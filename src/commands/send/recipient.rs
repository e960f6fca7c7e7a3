//! Who is meant by the first argument of `landline send`: an address, a host, or a device nearby of this name.
//!
//! An address, a URL and anything with a port is a host. Any other name is looked up and searched for nearby at the same
//! time. A host that takes connections on the port of a share is used; otherwise a device of that name; otherwise the
//! host, so that the error says what is wrong with it.
#![expect(
    clippy::disallowed_methods,
    reason = "looking up and connecting run on a thread of their own"
)]

use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded, never, select, unbounded};

use crate::format::printable;
use crate::sentence;
use crate::text::Sentence;
use landline_engine::client::{Encryption, Location, Recipient};
use landline_engine::discovery::{BrowseEvent, Device, DeviceKind, Discovery};
use landline_engine::localsend::Node;
use landline_engine::transport::DEFAULT_PORT;

/// How long to search: LocalSend devices answer within two seconds, and a slow network is searched address by address
/// after that.
const SEARCH_TIME: Duration = Duration::from_secs(4);

/// How long to search on after the first device of that name: there may be two.
const SETTLE_TIME: Duration = Duration::from_millis(700);

/// How long the system may take to look up a name.
const LOOKUP_TIME: Duration = Duration::from_secs(10);

/// How long a host has to accept a connection to count as there.
const CONNECT_TIME: Duration = Duration::from_secs(2);

/// The most names of devices in a message.
const NAMES_MAX: usize = 10;

/// Where to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) encryption: Encryption,
    /// The name of a device; empty for a host.
    pub(super) called: String,
    pub(super) to: Recipient,
}

/// Whether `typed`, which is read as `location`, is a host, whatever is nearby.
pub(super) fn is_host(typed: &str, location: &Location) -> bool {
    let bare = location.host.split('%').next().unwrap_or_default();
    location.port.is_some()
        || location.name.is_some()
        || location.encryption != Encryption::default()
        || typed.contains("://")
        || bare.parse::<IpAddr>().is_ok()
}

/// Looks for `name` nearby and, if it `may_be_host`, in the DNS. What `interrupted` receives ends it without a result.
///
/// # Errors
/// Nothing has this name, or several devices have.
pub(super) fn find(
    name: &str,
    may_be_host: bool,
    node: Option<&Node>,
    interrupted: &Receiver<()>,
) -> Result<Option<Target>, Sentence> {
    let (report, found) = unbounded();
    let discovery = Discovery::start();
    let membership = node.map(|node| discovery.join_localsend(node.clone()));
    let browsing = discovery.browse(report.into());
    let lookup = if may_be_host { look_up(name) } else { never() };
    let result = wait(name, may_be_host, &lookup, &found, interrupted);
    drop((browsing, membership));
    drop(discovery);
    result
}

/// What the system knows of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lookup {
    /// It has no address.
    Unknown,
    /// It has one, where nothing accepts connections on the port of a share.
    Silent,
    /// A host with something on that port.
    There,
}

fn look_up(name: &str) -> Receiver<Lookup> {
    let (sender, result) = bounded(1);
    let name = name.to_owned();
    // It may be stuck in the system's resolver, and ends with the process.
    thread::spawn(move || {
        let addresses = (&*name, DEFAULT_PORT).to_socket_addrs();
        let addresses: Vec<_> = addresses.into_iter().flatten().collect();
        let is_there = |at: &SocketAddr| TcpStream::connect_timeout(at, CONNECT_TIME).is_ok();
        let lookup = match &*addresses {
            [] => Lookup::Unknown,
            addresses if addresses.iter().any(is_there) => Lookup::There,
            _ => Lookup::Silent,
        };
        let _ = sender.send(lookup);
    });
    result
}

fn wait(
    name: &str,
    may_be_host: bool,
    lookup: &Receiver<Lookup>,
    found: &Receiver<BrowseEvent>,
    interrupted: &Receiver<()>,
) -> Result<Option<Target>, Sentence> {
    let began = Instant::now();
    let host = || Target {
        host: name.to_owned(),
        port: DEFAULT_PORT,
        encryption: Encryption::default(),
        called: String::new(),
        to: Recipient::Share,
    };
    let mut devices = Vec::new();
    let mut known = (!may_be_host).then_some(Lookup::Unknown);
    let (mut lookup, mut found) = (lookup.clone(), found.clone());
    let end = began + SEARCH_TIME;
    // When the search is over.
    let mut until = end;
    loop {
        let now = Instant::now();
        let is_named = devices.iter().any(|device| is_called(device, name));
        match known {
            Some(Lookup::There) => return Ok(Some(host())),
            Some(_) if now >= until && is_named => return choose(&devices, name).map(Some),
            Some(Lookup::Silent) if now >= until => return Ok(Some(host())),
            Some(Lookup::Unknown) if now >= until => return Err(not_found(&devices, name)),
            None if now >= end && is_named => return choose(&devices, name).map(Some),
            None if now >= began + LOOKUP_TIME => return Err(not_found(&devices, name)),
            _ => {}
        }
        let wake = match known {
            Some(_) => until,
            None if now < end => end,
            None => began + LOOKUP_TIME,
        };
        select! {
            recv(interrupted) -> _ => return Ok(None),
            recv(lookup) -> result => {
                known = Some(result.unwrap_or(Lookup::Unknown));
                lookup = never();
            }
            recv(found) -> event => match event {
                Ok(BrowseEvent::Devices(all)) => {
                    devices = all;
                    if !is_named && devices.iter().any(|device| is_called(device, name)) {
                        until = until.min(Instant::now() + SETTLE_TIME);
                    }
                }
                Ok(BrowseEvent::Failed(why)) => log::info!("searching nearby: {why}"),
                // Nothing more is found.
                Err(_) => (until, found) = (now, never()),
            },
            default(wake.saturating_duration_since(now)) => {}
        }
    }
}

/// The name as it is compared: whoever types it does not see two spaces, or a capital letter.
fn folded(name: &str) -> String {
    let words: Vec<_> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

fn is_recipient(device: &Device) -> bool {
    device.kind != DeviceKind::Web && !device.is_own
}

fn is_called(device: &Device, name: &str) -> bool {
    is_recipient(device) && folded(&device.name) == folded(name)
}

/// The device of this name. A computer that is found twice counts as the share.
fn choose(devices: &[Device], name: &str) -> Result<Target, Sentence> {
    let mut named: Vec<_> = devices
        .iter()
        .filter(|device| is_called(device, name))
        .collect();
    named.sort_by_key(|device| device.kind);
    let Some((&first, others)) = named.split_first() else {
        return Err(not_found(devices, name));
    };
    let is_same = |other: &&Device| {
        let has = |at: &SocketAddr| first.addresses.iter().any(|own| own.ip() == at.ip());
        other.kind != first.kind && other.addresses.iter().any(has)
    };
    if !others.iter().all(is_same) {
        let addresses: Vec<_> = named
            .iter()
            .filter_map(|device| device.addresses.first())
            .map(ToString::to_string)
            .collect();
        return Err(sentence!(
            "send-ambiguous",
            name = printable(&first.name, false),
            addresses = addresses.join(", ")
        ));
    }
    target(first).ok_or_else(|| not_found(devices, name))
}

fn target(device: &Device) -> Option<Target> {
    let address = device.addresses.first()?;
    let identity = device.identity;
    let (to, encryption) = match device.kind {
        DeviceKind::LocalSend => (Recipient::LocalSend, identity.map(Encryption::Pinned)),
        DeviceKind::Landline | DeviceKind::Web => {
            (Recipient::Share, identity.map(Encryption::Announced))
        }
    };
    Some(Target {
        host: host_of(address),
        port: address.port(),
        encryption: encryption.unwrap_or_default(),
        called: device.name.clone(),
        to,
    })
}

fn host_of(address: &SocketAddr) -> String {
    match address {
        SocketAddr::V6(v6) if v6.scope_id() != 0 => format!("{}%{}", v6.ip(), v6.scope_id()),
        _ => address.ip().to_string(),
    }
}

fn not_found(devices: &[Device], name: &str) -> Sentence {
    let name = printable(name, false);
    let mut names: Vec<_> = devices
        .iter()
        .filter(|device| is_recipient(device))
        .map(|device| format!("“{}”", printable(&device.name, false)))
        .collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        return sentence!("send-nobody-nearby", name = name);
    }
    let more = if names.len() > NAMES_MAX { ", …" } else { "" };
    names.truncate(NAMES_MAX);
    let names = names.join(", ") + more;
    sentence!("send-not-nearby", name = name, names = names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, set_language};
    use landline_engine::identity::{Fingerprint, Pin};

    fn pin() -> Pin {
        Fingerprint::of(b"1").pin()
    }

    fn device(name: &str, kind: DeviceKind, address: &str) -> Device {
        Device {
            id: format!("{name} {address}"),
            name: name.to_owned(),
            kind,
            device_type: Default::default(),
            addresses: vec![address.parse().unwrap()],
            is_own: false,
            identity: Some(pin()),
            has_password: false,
        }
    }

    /// What comes of `name` if the DNS says `lookup`, and these devices are found.
    fn waited(name: &str, lookup: Lookup, devices: &[Device]) -> Result<Target, Sentence> {
        let (sender, looked_up) = bounded(1);
        sender.send(lookup).unwrap();
        let (report, found) = unbounded();
        report.send(BrowseEvent::Devices(devices.to_vec())).unwrap();
        // Nothing more is found.
        drop(report);
        wait(name, true, &looked_up, &found, &never()).map(Option::unwrap)
    }

    #[test]
    fn an_address_a_port_or_a_url_is_a_host() {
        for (typed, expected) in [
            ("192.168.1.5", true),
            ("fe80::1%eth0", true),
            ("ann-pc:81", true),
            ("[::1]:81", true),
            ("http://ann-pc", true),
            ("ann-pc", false),
            ("Phone", false),
        ] {
            let location = Location::parse(typed).unwrap();
            assert_eq!(is_host(typed, &location), expected, "{typed}");
        }
    }

    #[test]
    fn a_host_that_is_there_comes_first_and_a_device_before_one_that_is_not() {
        let phone = device("Ann's  Phone", DeviceKind::LocalSend, "192.168.1.7:53317");
        let share = device("desk", DeviceKind::Landline, "[fe80::1%3]:8080");
        let devices = [phone, share];
        let host = |name: &str| Target {
            host: name.to_owned(),
            port: 8080,
            encryption: Encryption::IfOffered,
            called: String::new(),
            to: Recipient::Share,
        };
        let found = waited("ANN'S phone", Lookup::Unknown, &devices).unwrap();
        let expected = Target {
            host: "192.168.1.7".to_owned(),
            port: 53317,
            encryption: Encryption::Pinned(pin()),
            called: "Ann's  Phone".to_owned(),
            to: Recipient::LocalSend,
        };
        assert_eq!(found, expected);
        let found = waited("Desk", Lookup::Silent, &devices).unwrap();
        let expected = Target {
            host: "fe80::1%3".to_owned(),
            port: 8080,
            encryption: Encryption::Announced(pin()),
            called: "desk".to_owned(),
            to: Recipient::Share,
        };
        assert_eq!(found, expected);
        assert_eq!(waited("desk", Lookup::There, &devices), Ok(host("desk")));
        assert_eq!(waited("other", Lookup::Silent, &devices), Ok(host("other")));
    }

    #[test]
    fn a_device_without_tls_is_sent_plain_http() {
        let mut plain = device("p", DeviceKind::LocalSend, "192.168.1.7:53317");
        plain.identity = None;
        let target = choose(&[plain], "p").unwrap();
        assert_eq!(target.encryption, Encryption::IfOffered);
    }

    #[test]
    fn a_name_that_nobody_has_lists_the_others() {
        let mut own = device("own", DeviceKind::Landline, "192.168.1.1:8080");
        own.is_own = true;
        let web = device("NAS", DeviceKind::Web, "192.168.1.2:80");
        let phone = device("Phone", DeviceKind::LocalSend, "192.168.1.7:53317");
        set_language(Language::English);
        let text = |devices: &[Device]| {
            let why = waited("nas", Lookup::Unknown, devices).unwrap_err();
            why.title()
        };
        let some = text(&[own.clone(), web.clone(), phone]);
        assert!(some.contains("“Phone”") && !some.contains("own"), "{some}");
        assert_ne!(text(&[own, web]), some);
    }

    #[test]
    fn two_devices_of_one_name_are_named_with_their_addresses() {
        let one = device("Phone", DeviceKind::LocalSend, "192.168.1.7:53317");
        let other = device("phone", DeviceKind::LocalSend, "192.168.1.8:53317");
        let why = choose(&[one.clone(), other], "phone").unwrap_err().title();
        assert!(
            why.contains("192.168.1.7:53317") && why.contains("192.168.1.8:53317"),
            "{why}"
        );
        // The same computer, which shares, too.
        let share = device("Phone", DeviceKind::Landline, "192.168.1.7:8080");
        let target = choose(&[one, share], "phone").unwrap();
        assert_eq!((target.to, target.port), (Recipient::Share, 8080));
    }

    #[test]
    fn ctrl_c_ends_the_search() {
        let (interrupt, interrupted) = bounded(1);
        interrupt.send(()).unwrap();
        let (_report, found) = unbounded();
        assert_eq!(wait("a", true, &never(), &found, &interrupted), Ok(None));
    }
}
