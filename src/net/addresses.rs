//! The addresses under which other machines reach this one, best first.

use std::net::IpAddr;

/// What kind of network an address belongs to, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The local network.
    Lan,
    /// An address of the internet itself.
    Public,
    /// A tunnel.
    Vpn,
    /// A bridge to containers or virtual machines on this computer.
    Container,
    /// Made up by the system where nobody gave it an address.
    LinkLocal,
    /// This computer only.
    Loopback,
}

/// One address of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The address itself.
    pub ip: IpAddr,
    /// The port that is listened on.
    pub port: u16,
    /// What kind of network it belongs to.
    pub reach: Reach,
}

impl Address {
    /// `http://192.168.1.5:8080`, ready for a browser.
    pub fn url(&self) -> String {
        format!("http://{}", std::net::SocketAddr::new(self.ip, self.port))
    }
}
