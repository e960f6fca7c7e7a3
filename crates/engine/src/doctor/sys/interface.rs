//! Whether an interface is connected, whether it is Wi-Fi, and the name of its network.
#![cfg_attr(
    all(not(test), target_os = "linux"),
    expect(
        clippy::disallowed_methods,
        reason = "it runs on a thread that may wait"
    )
)]

/// Whether `interface` may be connected: its cable is plugged in, where the system says so.
#[cfg(target_os = "linux")]
pub(in crate::doctor) fn may_be_connected(interface: &str) -> bool {
    let state = std::path::Path::new("/sys/class/net")
        .join(interface)
        .join("operstate");
    let state = std::fs::read_to_string(state).unwrap_or_default();
    // Tunnels are `unknown`.
    !matches!(state.trim(), "down" | "lowerlayerdown" | "notpresent")
}

/// An interface that is not has no address.
#[cfg(not(target_os = "linux"))]
pub(in crate::doctor) fn may_be_connected(_interface: &str) -> bool {
    true
}

/// Whether `interface` is Wi-Fi, where the system says so.
pub(in crate::doctor) fn is_wifi(interface: &str) -> bool {
    if cfg!(windows) {
        return ["Wi-Fi", "WLAN"]
            .iter()
            .any(|name| interface.starts_with(name));
    }
    #[cfg(target_os = "linux")]
    return std::path::Path::new("/sys/class/net")
        .join(interface)
        .join("wireless")
        .exists();
    #[cfg(not(target_os = "linux"))]
    false
}

/// The name of the network that `interface` is connected to, if everybody may read it. Asks `NetworkManager`.
#[cfg(target_os = "linux")]
pub(in crate::doctor) fn wifi_name(interface: &str) -> Option<String> {
    let args = ["-t", "-f", "NAME,DEVICE", "connection", "show", "--active"];
    let (_, said) = super::run(&super::program("nmcli")?, &args)?;
    in_connections(&said, interface)
}

/// The name of the network, from `netsh`, which is not told it if the owner keeps the location private.
#[cfg(windows)]
pub(in crate::doctor) fn wifi_name(_interface: &str) -> Option<String> {
    let program = crate::system_program::path("netsh.exe")?;
    let (_, said) = super::run(&program, &["wlan", "show", "interfaces"])?;
    in_interfaces(&said)
}

/// macOS tells it only to programs that may know the location.
#[cfg(not(any(windows, target_os = "linux")))]
pub(in crate::doctor) fn wifi_name(_interface: &str) -> Option<String> {
    None
}

/// Lines `NAME:DEVICE` of `nmcli`, with a backslash before a colon in the name.
#[cfg(any(test, target_os = "linux"))]
fn in_connections(said: &str, interface: &str) -> Option<String> {
    let mut lines = said.lines();
    let name = lines.find_map(|line| line.strip_suffix(interface)?.strip_suffix(':'))?;
    Some(name.replace("\\:", ":").replace("\\\\", "\\"))
}

/// A line `SSID : NAME` of `netsh`. The word is not localised.
#[cfg(any(test, windows))]
fn in_interfaces(said: &str) -> Option<String> {
    let mut names = said.lines().filter_map(|line| {
        let (key, name) = line.split_once(':')?;
        (key.trim() == "SSID").then(|| name.trim().to_owned())
    });
    names.next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_one_of_the_interface() {
        let said = "Wired:eth0\nCaf\u{e9}\\: guests:wlp3s0\nlo:lo\n";
        let name = in_connections(said, "wlp3s0");
        assert_eq!(name.as_deref(), Some("Caf\u{e9}: guests"));
        assert_eq!(in_connections(said, "wlan9"), None);
        let said = "    Name : WLAN\r\n    SSID                   : home\r\n    BSSID : 00:11\r\n";
        assert_eq!(in_interfaces(said).as_deref(), Some("home"));
    }
}
