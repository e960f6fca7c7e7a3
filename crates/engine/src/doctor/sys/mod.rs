//! What only the system knows: routers, neighbours, the name of a Wi-Fi, and what other programs say.

mod gateways;
mod icmp;
mod neighbours;
mod run;
mod wifi;

pub(super) use self::gateways::gateways;
pub(super) use self::icmp::unreachables;
pub(super) use self::neighbours::neighbours;
#[cfg(unix)]
pub(super) use self::run::program;
pub(super) use self::run::run;
pub(super) use self::wifi::{is_wifi, wifi_name};
