//! From a host's name to its addresses, and the way that packets to it take.
#![expect(
    clippy::disallowed_methods,
    reason = "names are looked up on a thread of its own"
)]

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::time::Duration;

use crossbeam_channel::bounded;

use crate::doctor::facts::Way;
use crate::threads;

/// More addresses than this are not those of a device on the local network.
const ADDRESSES_MAX: usize = 4;

/// The addresses of `host`, IPv4 first; none if the name is not known within `timeout`.
pub(in crate::doctor) fn resolve(host: &str, timeout: Duration) -> Vec<IpAddr> {
    if let Ok(ip) = host.trim_matches(['[', ']']).parse() {
        return vec![ip];
    }
    let (sender, receiver) = bounded(1);
    let name = host.to_owned();
    // Not joined: the resolver cannot be interrupted, but ends by itself.
    let looking = threads::spawn("doctor: name", move || {
        let found = (name.as_str(), 0).to_socket_addrs();
        let found = found.map(|found| found.take(64).map(|a| a.ip()).collect::<Vec<_>>());
        // Nobody listens after the deadline.
        let _ = sender.send(found.unwrap_or_default());
    });
    if let Err(e) = looking {
        log::info!("{host} is not looked up: {e}");
        return Vec::new();
    }
    let mut found = receiver.recv_timeout(timeout).unwrap_or_default();
    found.sort_by_key(IpAddr::is_ipv6);
    found.dedup();
    found.truncate(ADDRESSES_MAX);
    found
}

/// The way that packets to `ip` take from a computer with the addresses `own`. Nothing is sent.
pub(in crate::doctor) fn way(ip: IpAddr, own: &[IpAddr]) -> Option<Way> {
    if ip.is_loopback() || own.contains(&ip) {
        return Some(Way::Here);
    }
    let any: IpAddr = if ip.is_ipv4() {
        std::net::Ipv4Addr::UNSPECIFIED.into()
    } else {
        std::net::Ipv6Addr::UNSPECIFIED.into()
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    // Of UDP, it only looks up the route.
    match socket.connect(SocketAddr::new(ip, 9)) {
        Ok(()) => Some(Way::From(socket.local_addr().ok()?.ip())),
        Err(e) => match e.kind() {
            ErrorKind::NetworkUnreachable
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::AddrNotAvailable => Some(Way::None),
            _ => {
                log::info!("the way to {ip} is not known: {e}");
                None
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_no_resolver_and_loopback_is_here() {
        let v6: IpAddr = "fe80::1".parse().unwrap();
        assert_eq!(resolve("[fe80::1]", Duration::ZERO), [v6]);
        let own: IpAddr = "192.0.2.7".parse().unwrap();
        assert_eq!(way("127.0.0.3".parse().unwrap(), &[]), Some(Way::Here));
        assert_eq!(way(own, &[own]), Some(Way::Here));
        let local = resolve("localhost", Duration::from_secs(20));
        assert!(local[0].is_loopback(), "{local:?}");
        assert!(resolve("no-such-name.invalid", Duration::from_secs(20)).is_empty());
    }
}
