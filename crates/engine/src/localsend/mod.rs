//! LocalSend, protocol version 2.2, as its app 1.18 speaks it: what both ends of it have in common. A device announces
//! itself by multicast, and whoever hears it answers with a `register` over HTTP (`crate::discovery`). A sender asks with
//! `prepare-upload` and then sends each file with a request of its own (`crate::client`); the receiver is a server on a
//! port of its own (`crate::server`).
//!
//! Devices speak TLS with self-signed certificates on both sides, and are told apart by the SHA-256 of those; older and
//! simpler programs speak plain HTTP. Everything that another device says is bounded, printable, and never trusted.

pub(crate) mod exchange;
pub(crate) mod message;
mod node;
mod peers;
mod sendings;
mod twin;
pub(crate) mod verifier;

use std::net::{Ipv4Addr, Ipv6Addr};

pub use self::message::DeviceType;
pub use self::node::Node;
pub use self::peers::{Peer, Peers};
pub use self::sendings::Sendings;

/// The port that devices listen on unless they say otherwise, for TCP and for announcements.
pub const PORT: u16 = 53317;

/// The group for announcements.
pub const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 167);

/// The same for IPv6, on the link.
pub const GROUP_V6: Ipv6Addr = Ipv6Addr::new(0xff12, 0, 0, 0, 0, 0, 0xfd3a, 0xe420);

/// The version of the protocol that is spoken here.
pub const VERSION: &str = "2.2";

/// The path by which versions up to 1.17 of the app ask a device that they do not know yet what it is.
pub(crate) const FIRST_INFO_PATH: &str = "/api/localsend/v1/info";

/// The beginning of the path of every request.
pub(crate) const PATH: &str = "/api/localsend/v2/";
