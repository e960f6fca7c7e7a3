//! How fast the network interface of an address is.
#![cfg_attr(
    target_os = "linux",
    expect(
        clippy::disallowed_methods,
        reason = "called by the thread that takes samples"
    )
)]

use std::net::IpAddr;

/// The speed of the interface with the address `ip`, in bits per second. Linux knows it of wired ones (`speed` in
/// sysfs, in Mbit/s; -1 or an error of others).
#[cfg(target_os = "linux")]
pub(in super::super) fn line_speed(ip: IpAddr) -> Option<u64> {
    let interfaces = if_addrs::get_if_addrs().ok()?;
    let name = &interfaces
        .iter()
        .find(|interface| interface.ip() == ip)?
        .name;
    let speed = std::fs::read_to_string(format!("/sys/class/net/{name}/speed")).ok()?;
    let mbits: u64 = speed.trim().parse().ok()?;
    mbits.checked_mul(1_000_000).filter(|&bits| bits > 0)
}

/// Not known here.
#[cfg(not(target_os = "linux"))]
pub(in super::super) fn line_speed(_ip: IpAddr) -> Option<u64> {
    None
}
