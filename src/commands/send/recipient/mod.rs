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
use landline_engine::discovery::{BrowseEvent, Device, DeviceKind, Discovery, device_at};
use landline_engine::identity::Pin;
use landline_engine::localsend::{Node, PORT, Peer};
use landline_engine::transport::DEFAULT_PORT;

/// How long to search: LocalSend devices answer within two seconds, and a slow network is searched address by address
/// after that.
const SEARCH_TIME: Duration = Duration::from_secs(5);

/// How long devices may take to answer an announcement. One of another name that was found by then is no reason not to ask
/// one address after another.
const ANSWER_TIME: Duration = Duration::from_secs(1);

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
    let scan = || {
        if let Some(membership) = &membership {
            membership.scan();
        }
    };
    let result = wait(name, may_be_host, &lookup, &found, interrupted, &scan);
    drop((browsing, membership));
    drop(discovery);
    result
}

/// Whether a LocalSend device may be meant, by its port.
pub(super) fn may_be_device(target: &Target) -> bool {
    target.port == PORT && target.encryption == Encryption::default()
}

/// The LocalSend device at the host of `target`; `target` itself if none answers. What `interrupted` receives ends it
/// without a result.
pub(super) fn look_at(target: Target, node: &Node, interrupted: &Receiver<()>) -> Option<Target> {
    let (sender, result) = bounded(1);
    let (host, port, node) = (target.host.clone(), target.port, node.clone());
    // It may be stuck in the system's resolver, and ends with the process.
    thread::spawn(move || {
        let addresses = (&*host, port).to_socket_addrs();
        let mut addresses = addresses.into_iter().flatten();
        let _ = sender.send(addresses.find_map(|at| device_at(&node, at)));
    });
    select! {
        recv(interrupted) -> _ => None,
        recv(result) -> peer => Some(peer.ok().flatten().and_then(of_peer).unwrap_or(target)),
        default(LOOKUP_TIME) => Some(target),
    }
}

fn of_peer(peer: Peer) -> Option<Target> {
    let address = *peer.addresses.first()?;
    Some(of_localsend(
        address,
        peer.name,
        peer.identity.map(|of| of.pin()),
    ))
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
    scan: &dyn Fn(),
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
    let mut scan_at = Some(began + ANSWER_TIME);
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
        if scan_at.take_if(|at| *at <= now).is_some() && !is_named {
            scan();
        }
        let wake = match known {
            Some(_) => until,
            None if now < end => end,
            None => began + LOOKUP_TIME,
        };
        let wake = scan_at.map_or(wake, |at| at.min(wake));
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
    // Anybody can announce a share at other addresses than its own. A LocalSend device has answered at its own.
    let is_same = |at: &&SocketAddr| {
        let is_there = |other: &&Device| {
            let has = other.addresses.iter().any(|own| own.ip() == at.ip());
            has && other.kind != first.kind
        };
        others.iter().all(is_there)
    };
    if let Some(address) = first.addresses.iter().find(is_same) {
        return Ok(target(first, *address));
    }
    let addresses = named.iter().filter_map(|device| device.addresses.first());
    let addresses: Vec<_> = addresses.map(ToString::to_string).collect();
    Err(sentence!(
        "send-ambiguous",
        name = printable(&first.name, false),
        addresses = addresses.join(", ")
    ))
}

fn target(device: &Device, address: SocketAddr) -> Target {
    let (name, identity) = (device.name.clone(), device.identity);
    if device.kind == DeviceKind::LocalSend {
        return of_localsend(address, name, identity);
    }
    Target {
        host: host_of(&address),
        port: address.port(),
        encryption: identity.map(Encryption::Announced).unwrap_or_default(),
        called: name,
        to: Recipient::Share,
    }
}

fn of_localsend(address: SocketAddr, name: String, identity: Option<Pin>) -> Target {
    Target {
        host: host_of(&address),
        port: address.port(),
        encryption: identity.map(Encryption::Pinned).unwrap_or_default(),
        called: name,
        to: Recipient::LocalSend,
    }
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
mod tests;
