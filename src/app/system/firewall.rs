//! Detects a firewall that probably blocks incoming connections. Never changes its configuration.
#![cfg_attr(
    all(not(test), any(windows, target_os = "linux")),
    expect(
        clippy::disallowed_methods,
        reason = "only its worker waits; the window goes on"
    )
)]

#[cfg(target_os = "linux")]
use std::path::Path;

use crate::app::inbox::{Event, Outbox};
use crate::app::model::Firewall;
use landline_engine::threads;

/// Checks the firewall on a worker thread and sends the result.
pub(crate) fn detect(outbox: &Outbox) {
    let outbox = outbox.clone();
    let worker = threads::spawn("firewall", move || outbox.send(Event::Firewall(query())));
    if let Err(error) = worker {
        log::info!("nobody looks whether there is a firewall: {error}");
    }
}

/// Whether ufw is installed, enabled and denies incoming connections by default. Its rules are
/// readable only by root.
#[cfg(target_os = "linux")]
fn query() -> Option<Firewall> {
    /// The paths of the program; its configuration may outlive it.
    const PROGRAMS: [&str; 2] = ["/usr/sbin/ufw", "/usr/bin/ufw"];
    if !PROGRAMS.iter().any(|path| Path::new(path).exists()) {
        return None;
    }
    let settings = std::fs::read_to_string("/etc/ufw/ufw.conf").ok()?;
    let defaults = std::fs::read_to_string("/etc/default/ufw").unwrap_or_default();
    denies_incoming(&settings, &defaults).then_some(Firewall::Ufw)
}

/// Evaluates the contents of `ufw.conf` and `/etc/default/ufw`.
#[cfg(any(test, target_os = "linux"))]
fn denies_incoming(settings: &str, defaults: &str) -> bool {
    let is = |text, name, wanted| {
        value(text, name).is_some_and(|value| value.eq_ignore_ascii_case(wanted))
    };
    is(settings, "ENABLED", "yes") && !is(defaults, "DEFAULT_INPUT_POLICY", "accept")
}

/// The last assignment of a variable, as in a shell.
#[cfg(any(test, target_os = "linux"))]
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut values = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='));
    values.next_back().map(|value| value.trim_matches('"'))
}

/// Queries PowerShell, which every Windows has; the names of the categories are not localised.
/// Ignores networks without a default route, because those of virtual machines are always public.
#[cfg(windows)]
fn query() -> Option<Firewall> {
    use std::os::windows::process::CommandExt;
    use std::process::{Command, Stdio};

    use landline_engine::system_program;

    /// `CREATE_NO_WINDOW`: no console appears.
    const NO_WINDOW: u32 = 0x0800_0000;
    const KINDS: &str = "$out = (Get-NetRoute -DestinationPrefix 0.0.0.0/0, ::/0 -ErrorAction SilentlyContinue).ifIndex; \
        (Get-NetConnectionProfile | Where-Object { $out -contains $_.InterfaceIndex }).NetworkCategory";
    let kinds = Command::new(system_program::path(
        r"WindowsPowerShell\v1.0\powershell.exe",
    )?)
    .args(["-NoProfile", "-NonInteractive", "-Command"])
    .arg(KINDS)
    .stdin(Stdio::null())
    .creation_flags(NO_WINDOW)
    .output()
    .inspect_err(|error| log::info!("the kind of the network is not known: {error}"))
    .ok()?;
    is_public(&String::from_utf8_lossy(&kinds.stdout)).then_some(Firewall::PublicNetwork)
}

/// Whether any network is public, given one category per line.
#[cfg(any(test, windows))]
fn is_public(kinds: &str) -> bool {
    kinds.lines().any(|kind| kind.trim() == "Public")
}

/// The system asks the user when a program starts to listen, or has no firewall by default.
#[cfg(not(any(windows, target_os = "linux")))]
fn query() -> Option<Firewall> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ufw_blocks_if_its_configuration_says_so() {
        let drops = "DEFAULT_INPUT_POLICY=\"DROP\"\nDEFAULT_OUTPUT_POLICY=\"ACCEPT\"\n";
        assert!(denies_incoming(
            "# comment\nENABLED=yes\nLOGLEVEL=low\n",
            drops
        ));
        assert!(denies_incoming("ENABLED=no\nENABLED=\"YES\"", ""));
        for off in ["", "ENABLED=no\n", "#ENABLED=yes\n", "ENABLED=\n"] {
            assert!(!denies_incoming(off, drops), "{off}");
        }
        assert!(!denies_incoming(
            "ENABLED=yes\n",
            "DEFAULT_INPUT_POLICY=\"ACCEPT\"\n"
        ));
    }

    #[test]
    fn one_public_network_is_enough() {
        assert!(is_public("Private\r\nPublic\r\n"));
        assert!(!is_public("Private\r\nDomainAuthenticated\r\n"));
        assert!(!is_public(""));
    }
}
