//! The library's mDNS daemon: sockets, records and timers, in a thread of its own. Its channels are forwarded to one.
#![expect(
    clippy::disallowed_methods,
    reason = "threads that only forward, and end with the daemon"
)]

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use crossbeam_channel::Sender;
use mdns_sd::{
    DaemonEvent, DaemonStatus, IfKind, IfPredicate, ServiceDaemon, ServiceEvent, ServiceInfo,
};
use socket2::{Domain, Socket, Type};

use super::devices::{DeviceKind, Network, Service};
use super::name::shortened;
use super::txt::{self, Claims};
use super::watch::{Noticed, Watch, Watched};
use super::{Announcement, Unavailable};
use crate::{host_name, threads};

/// The port of mDNS (RFC 6762, section 3).
pub(super) const MDNS_PORT: u16 = 5353;
/// How long the daemon may take to answer. It is busy only during a flood.
const ANSWER_TIME: Duration = Duration::from_millis(500);
/// The maximum length of a host name's label, with room for what this and the library append to it.
const HOST_MAX_LEN: usize = 40;
/// The maximum length of an instance name in bytes: a label has 63, and the library appends ` (2)` on a conflict.
const INSTANCE_MAX_LEN: usize = 57;

impl DeviceKind {
    /// The service type (RFC 6763, section 7).
    pub(super) fn service_type(self) -> &'static str {
        match self {
            Self::Landline => "_landline._tcp.local.",
            Self::Web | Self::LocalSend => "_http._tcp.local.",
        }
    }
}

/// Both types, in the order in which they are announced.
pub(super) const KINDS: [DeviceKind; 2] = [DeviceKind::Landline, DeviceKind::Web];

/// What the daemon tells.
pub(super) enum Told {
    Found(Service),
    Gone(DeviceKind, String),
    /// A name is announced.
    Announced,
    /// Another device has this name; the second one is announced instead.
    Renamed(String, String),
    /// The addresses of this computer have changed.
    Moved,
    /// Many bytes have arrived.
    Busy,
    /// The network has changed.
    NetworkChanged,
    /// We stopped searching.
    Stopped,
    /// The daemon has ended, or dropped us because we were too slow.
    Ended,
}

/// A running daemon.
pub(super) struct Daemon {
    service: ServiceDaemon,
    /// Its events, with the number of this daemon.
    events: Sender<(u64, Told)>,
    number: u64,
    /// The full names that are registered.
    registered: Vec<String>,
    /// `None` if this system has none.
    watch: Option<Watch>,
}

impl Daemon {
    /// Starts a daemon. Its events are sent with `number`.
    pub(super) fn start(number: u64, events: Sender<(u64, Told)>) -> Result<Self, Unavailable> {
        usable()?;
        // The library's thread and one for each of its channels. It does not panic without, but we would hear nothing.
        let refused = |error: mdns_sd::Error| Unavailable::Refused(error.to_string());
        let daemon = ServiceDaemon::new().map_err(refused)?;
        let loopback = vec![IfKind::LoopbackV4, IfKind::LoopbackV6];
        daemon.disable_interface(loopback).map_err(refused)?;
        let monitor = daemon.monitor().map_err(refused)?;
        let notices = events.clone();
        let watch = Watch::start(Watched::NetworkAndMdns, move |noticed| {
            let told = match noticed {
                Noticed::Busy => Told::Busy,
                Noticed::Network => Told::NetworkChanged,
            };
            notices.send((number, told)).is_ok()
        });
        if watch.is_ok() {
            daemon.set_ip_check_interval(0).map_err(refused)?;
        }
        let daemon = Self {
            service: daemon,
            events,
            number,
            registered: Vec::new(),
            watch: watch.ok(),
        };
        daemon.forward(monitor, daemon_event)?;
        Ok(daemon)
    }

    /// Announces `announced` under `name`.
    pub(super) fn announce(
        &mut self,
        announced: &Announcement,
        name: &str,
    ) -> Result<(), Unavailable> {
        let refused = |error: mdns_sd::Error| Unavailable::Refused(error.to_string());
        let (host, bind) = (own_host(), announced.bind);
        self.registered.clear();
        let interfaces = IfPredicate::new(move |interface| is_announced(bind, interface.ip()));
        for kind in KINDS {
            let properties = txt::properties(kind, name, announced);
            let service = ServiceInfo::new(
                kind.service_type(),
                instance_name(name),
                &host,
                (),
                announced.port,
                &properties[..],
            );
            let mut service = service.map_err(refused)?.enable_addr_auto();
            service.set_interfaces(vec![IfKind::Predicate(interfaces.clone())]);
            self.registered.push(service.get_fullname().to_owned());
            self.service.register(service).map_err(refused)?;
        }
        Ok(())
    }

    /// Withdraws what is announced, if anything is.
    pub(super) fn withdraw(&mut self) {
        for name in self.registered.drain(..) {
            let _ = self.service.unregister(&name);
        }
    }

    /// Starts searching.
    pub(super) fn browse(&self) -> Result<(), Unavailable> {
        for kind in KINDS {
            let events = self.service.browse(kind.service_type());
            let events = events.map_err(|error| Unavailable::Refused(error.to_string()))?;
            self.forward(events, move |event| service_event(kind, event))?;
        }
        Ok(())
    }

    /// Stops searching and forgets what was found.
    pub(super) fn stop_browsing(&self) {
        for kind in KINDS {
            let _ = self.service.stop_browse(kind.service_type());
        }
    }

    /// Lets the daemon look at this computer's addresses, once a second until [`Daemon::is_settled`].
    pub(super) fn look_at_network(&self) {
        let _ = self.service.set_ip_check_interval(1);
    }

    /// The network has not changed for a while.
    pub(super) fn is_settled(&self) {
        let _ = self.service.set_ip_check_interval(0);
    }

    /// Whether it must be asked from time to time how much it remembers.
    pub(super) fn is_unwatched(&self) -> bool {
        self.watch.is_none()
    }

    /// How many records and timers the daemon remembers; `None` if it is too busy to answer. Blocks for at most half a
    /// second.
    pub(super) fn remembered(&self) -> Option<u64> {
        let counters: HashMap<String, i64> = self
            .service
            .get_metrics()
            .ok()?
            .recv_timeout(ANSWER_TIME)
            .ok()?;
        let remembered = counters
            .iter()
            .filter(|(name, _)| name.starts_with("cached-") || *name == "timer");
        let sum: i64 = remembered.map(|(_, count)| count).sum();
        u64::try_from(sum).ok()
    }

    /// Withdraws what is announced and ends the daemon. The result tells when.
    pub(super) fn stop(self) -> Stopping {
        Stopping(self.service.shutdown().ok())
    }

    /// Forwards the events of one of the daemon's channels until it is closed.
    fn forward<E: Send + 'static>(
        &self,
        from: mdns_sd::Receiver<E>,
        told: impl Fn(E) -> Option<Told> + Send + 'static,
    ) -> Result<(), Unavailable> {
        let (events, number) = (self.events.clone(), self.number);
        let thread = threads::spawn("discovery events", move || {
            for told in from.iter().filter_map(told) {
                if matches!(told, Told::Stopped) || events.send((number, told)).is_err() {
                    return;
                }
            }
            let _ = events.send((number, Told::Ended));
        });
        thread
            .map(drop)
            .map_err(|error| Unavailable::Refused(error.to_string()))
    }
}

/// A daemon that was told to end.
pub(super) struct Stopping(Option<mdns_sd::Receiver<DaemonStatus>>);

impl Stopping {
    /// Whether it has ended. Blocks for at most half a second.
    pub(super) fn has_ended(&self) -> bool {
        let Some(status) = &self.0 else {
            return true;
        };
        match status.recv_timeout(ANSWER_TIME) {
            Ok(_) | Err(mdns_sd::RecvTimeoutError::Disconnected) => true,
            Err(mdns_sd::RecvTimeoutError::Timeout) => false,
        }
    }
}

/// This computer's addresses that others can have, with their networks.
pub(super) fn networks() -> Vec<Network> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let up = interfaces.into_iter().filter(|one| !one.is_loopback());
    up.map(|interface| match interface.addr {
        if_addrs::IfAddr::V4(v4) => (IpAddr::V4(v4.ip), v4.prefixlen),
        if_addrs::IfAddr::V6(v6) => (IpAddr::V6(v6.ip), v6.prefixlen),
    })
    .collect()
}

/// Whether the system lets us use mDNS: the library would only write to its log.
fn usable() -> Result<(), Unavailable> {
    if networks().is_empty() {
        return Err(Unavailable::NoNetwork);
    }
    let open = || {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
        socket.set_reuse_address(true)?;
        #[cfg(unix)]
        socket.set_reuse_port(true)?;
        let any = SocketAddr::from((Ipv4Addr::UNSPECIFIED, MDNS_PORT));
        socket.bind(&any.into())
    };
    open().map_err(|error: std::io::Error| Unavailable::Refused(error.to_string()))
}

/// Whether a share that listens on `bind` is announced with `ip`.
fn is_announced(bind: Option<IpAddr>, ip: IpAddr) -> bool {
    let is_link_local = matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local());
    !ip.is_loopback()
        && match bind {
            None => !is_link_local,
            Some(IpAddr::V6(bind)) if bind.is_unspecified() => !is_link_local,
            Some(bind) if bind.is_unspecified() => ip.is_ipv4(),
            Some(bind) => ip == bind,
        }
}

/// The name as an instance: the library can rename only what has room for it.
fn instance_name(name: &str) -> &str {
    shortened(name, INSTANCE_MAX_LEN).trim_end()
}

/// The host name for our records. Not the computer's own: its system may announce that one already, with other addresses.
fn own_host() -> String {
    let host = host_name::read().unwrap_or_default();
    let label = host.split('.').next().unwrap_or_default();
    let plain: String = label
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(HOST_MAX_LEN)
        .collect();
    match plain.trim_matches('-') {
        "" => "landline.local.".to_owned(),
        label => format!("{label}-landline.local."),
    }
}

fn service_event(kind: DeviceKind, event: ServiceEvent) -> Option<Told> {
    match event {
        ServiceEvent::ServiceResolved(found) => Some(Told::Found(Service {
            kind,
            instance: instance_of(kind, &found.fullname)?,
            host: found.host.clone(),
            port: found.port,
            claims: Claims::of(kind, |key| found.txt_properties.get(key)?.val()),
            addresses: found
                .addresses
                .iter()
                .map(mdns_sd::ScopedIp::to_ip_addr)
                .collect(),
        })),
        ServiceEvent::SearchStopped(_) => Some(Told::Stopped),
        ServiceEvent::ServiceRemoved(_, name) => Some(Told::Gone(kind, instance_of(kind, &name)?)),
        _ => None,
    }
}

fn daemon_event(event: DaemonEvent) -> Option<Told> {
    match event {
        DaemonEvent::Announce(..) => Some(Told::Announced),
        DaemonEvent::NameChange(change) => Some(Told::Renamed(change.original, change.new_name)),
        DaemonEvent::IpAdd(_) | DaemonEvent::IpDel(_) => Some(Told::Moved),
        DaemonEvent::Error(error) => {
            log::warn!("mDNS: {error}");
            None
        }
        _ => None,
    }
}

/// The instance name in a full name of the type; `None` if it is none.
pub(super) fn instance_of(kind: DeviceKind, full: &str) -> Option<String> {
    let at = full.len().checked_sub(kind.service_type().len() + 1)?;
    let (instance, rest) = full.split_at_checked(at)?;
    let is_type = rest
        .strip_prefix('.')?
        .eq_ignore_ascii_case(kind.service_type());
    (is_type && !instance.is_empty()).then(|| instance.to_owned())
}
