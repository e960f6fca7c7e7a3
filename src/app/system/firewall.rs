//! Asks the system whether a firewall is likely in the way of those who want to download. It is never asked to
//! change anything.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "only its worker waits; the window goes on"
    )
)]

use crate::app::inbox::{Event, Outbox};
use crate::app::model::Firewall;
use crate::net::threads;

/// Look, and tell what was found.
pub(crate) fn look(outbox: &Outbox) {
    let outbox = outbox.clone();
    let worker = threads::spawn("firewall", move || outbox.send(Event::Firewall(find())));
    if let Err(error) = worker {
        log::info!("nobody looks whether there is a firewall: {error}");
    }
}

/// Whether ufw starts with the system. What it lets in only root may read.
#[cfg(target_os = "linux")]
fn find() -> Option<Firewall> {
    let settings = std::fs::read_to_string("/etc/ufw/ufw.conf").ok()?;
    is_enabled(&settings).then_some(Firewall::Ufw)
}

/// What `ufw.conf` says, in the way of shells.
#[cfg(any(test, target_os = "linux"))]
fn is_enabled(settings: &str) -> bool {
    let mut values = settings
        .lines()
        .filter_map(|line| line.trim().strip_prefix("ENABLED="));
    values
        .next_back()
        .is_some_and(|value| value.trim_matches('"').eq_ignore_ascii_case("yes"))
}

/// Asked of the shell that every Windows has: the names of the kinds are the same in every language.
#[cfg(windows)]
fn find() -> Option<Firewall> {
    use std::os::windows::process::CommandExt;
    use std::process::{Command, Stdio};

    /// `CREATE_NO_WINDOW`: no console appears.
    const NO_WINDOW: u32 = 0x0800_0000;
    let kinds = Command::new("powershell.exe")
        .args(["-NoProfile", "-NonInteractive", "-Command"])
        .arg("(Get-NetConnectionProfile).NetworkCategory")
        .stdin(Stdio::null())
        .creation_flags(NO_WINDOW)
        .output()
        .inspect_err(|error| log::info!("the kind of the network is not known: {error}"))
        .ok()?;
    is_public(&String::from_utf8_lossy(&kinds.stdout)).then_some(Firewall::PublicNetwork)
}

/// Whether one of the networks is public, of a line for each.
#[cfg(any(test, windows))]
fn is_public(kinds: &str) -> bool {
    kinds.lines().any(|kind| kind.trim() == "Public")
}

/// The system asks by itself when a program begins to listen, or has no firewall by default.
#[cfg(not(any(windows, target_os = "linux")))]
fn find() -> Option<Firewall> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ufw_is_on_when_its_settings_say_so() {
        assert!(is_enabled("# comment\nENABLED=yes\nLOGLEVEL=low\n"));
        assert!(is_enabled("ENABLED=no\nENABLED=\"YES\""));
        for off in ["", "ENABLED=no\n", "#ENABLED=yes\n", "ENABLED=\n"] {
            assert!(!is_enabled(off), "{off}");
        }
    }

    #[test]
    fn one_public_network_is_enough() {
        assert!(is_public("Private\r\nPublic\r\n"));
        assert!(!is_public("Private\r\nDomainAuthenticated\r\n"));
        assert!(!is_public(""));
    }
}
