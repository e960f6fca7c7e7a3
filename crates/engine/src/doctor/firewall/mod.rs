//! The firewall of this computer: whether it lets connections to a port in, as far as that can be read, and the command
//! that opens just this port. Nothing here changes its configuration, and no command turns it off.

#[cfg(any(test, target_os = "linux"))]
mod firewalld;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(test, target_os = "macos"))]
mod macos;
#[cfg(any(test, target_os = "linux"))]
mod netfilter;
#[cfg(any(test, target_os = "linux"))]
mod ufw;
#[cfg(any(test, windows))]
mod windows;

use std::path::PathBuf;

use super::facts::Network;
use super::probe;

/// A firewall of this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firewall {
    /// Which one it is.
    pub kind: FirewallKind,
    /// Whether it keeps connections to the port out; `None` if only administrators may know.
    pub blocks: Option<bool>,
}

/// The firewalls that Landline knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirewallKind {
    /// Linux: ufw.
    Ufw,
    /// Linux: firewalld.
    Firewalld,
    /// Linux: rules of iptables.
    Iptables,
    /// Linux: rules of nftables; the chain that decides, as `inet filter input`.
    Nftables(String),
    /// Windows.
    Windows,
    /// Windows, which treats this network as a public one.
    WindowsPublic,
    /// macOS, for this program.
    MacOs(PathBuf),
}

/// What the configuration of a firewall says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    all(windows, not(test)),
    expect(dead_code, reason = "Windows has one of its own")
)]
enum State {
    /// It is switched off.
    Off,
    /// It is on; whether it keeps connections out, if that can be read.
    On(Option<bool>),
}

impl Firewall {
    /// Whether its name tells a person something; the rules of a system are only named if they block.
    pub fn is_named(&self) -> bool {
        !matches!(
            self.kind,
            FirewallKind::Iptables | FirewallKind::Nftables(_)
        )
    }

    /// The command that opens `port` and nothing else, for a person to run; `None` if there is none.
    pub fn command(&self, port: u16) -> Option<String> {
        Some(match &self.kind {
            FirewallKind::Ufw => format!("sudo ufw allow {port}/tcp"),
            FirewallKind::Firewalld => format!("sudo firewall-cmd --add-port={port}/tcp"),
            FirewallKind::Iptables => {
                format!("sudo iptables -I INPUT -p tcp --dport {port} -j ACCEPT")
            }
            FirewallKind::Nftables(chain) => {
                format!("sudo nft insert rule {chain} tcp dport {port} accept")
            }
            // A rule that blocks the program takes precedence over one that opens a port.
            FirewallKind::Windows if self.blocks == Some(true) => return None,
            FirewallKind::Windows => format!(
                "netsh advfirewall firewall add rule name=\"Landline {port}\" dir=in action=allow \
                 protocol=TCP localport={port}"
            ),
            FirewallKind::WindowsPublic => return None,
            FirewallKind::MacOs(program) => format!(
                "sudo /usr/libexec/ApplicationFirewall/socketfilterfw --unblockapp '{}'",
                program.display()
            ),
        })
    }
}

/// The firewalls of this computer that are switched on, for connections to `port` from its local networks. Asks other
/// programs, for a few seconds at most: not for the thread that draws.
pub fn find(port: u16) -> Vec<Firewall> {
    find_for(port, &probe::networks())
}

/// The same, when `networks` are known already.
pub(super) fn find_for(port: u16, networks: &[Network]) -> Vec<Firewall> {
    #[cfg(target_os = "linux")]
    {
        let networks = || networks.iter().filter(|network| network.is_local());
        linux::find(netfilter::Packet {
            port,
            own: &networks().map(|network| network.ip).collect::<Vec<_>>(),
            interfaces: &networks()
                .map(|network| network.interface.clone())
                .collect::<Vec<_>>(),
        })
    }
    #[cfg(not(target_os = "linux"))]
    {
        // Their rules are for programs, whatever the port.
        let _ = (port, networks);
        #[cfg(windows)]
        return windows::find();
        #[cfg(target_os = "macos")]
        return macos::find();
        #[cfg(not(any(windows, target_os = "macos")))]
        Vec::new()
    }
}
