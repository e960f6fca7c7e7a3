//! What only the system knows: routers, neighbours, the name of a Wi-Fi, and what other programs say.

mod gateways;
mod icmp;
mod interface;
mod neighbours;
mod run;

pub(super) use self::gateways::gateways;
pub(super) use self::icmp::unreachables;
pub(super) use self::interface::{is_wifi, may_be_connected, wifi_name};
pub(super) use self::neighbours::neighbours;
#[cfg(target_os = "linux")]
pub(super) use self::run::program;
pub(super) use self::run::run;
