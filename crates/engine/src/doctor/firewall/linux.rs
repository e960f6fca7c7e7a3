//! Which firewalls a Linux system has: ufw, firewalld, or rules of its own.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "it runs on a thread that may wait"
    )
)]

use std::fs;

use super::netfilter::{Packet, iptables, nft};
use super::{Firewall, FirewallKind, State, firewalld, ufw};
use crate::doctor::sys::{program, run};

/// See [`super::find_for`].
pub(super) fn find(packet: Packet<'_>) -> Vec<Firewall> {
    let rules = of_rules(packet);
    let mut found: Vec<_> = [of_ufw(packet), of_firewalld(packet.port)]
        .into_iter()
        .flatten()
        .collect();
    // What ufw and firewalld do becomes such rules, too.
    match (&mut found[..], rules) {
        ([], Some(rules)) => found.push(rules),
        ([], None) => {}
        (managers, Some(Firewall { blocks, .. })) => {
            for manager in managers {
                manager.blocks = blocks.or(manager.blocks);
            }
        }
        (_, None) => {}
    }
    found
}

/// ufw, if it is installed and switched on: its configuration may outlive the program.
fn of_ufw(packet: Packet<'_>) -> Option<Firewall> {
    program("ufw")?;
    let settings = fs::read_to_string("/etc/ufw/ufw.conf").ok()?;
    let defaults = fs::read_to_string("/etc/default/ufw").unwrap_or_default();
    let rules = fs::read_to_string("/etc/ufw/user.rules").ok();
    of_state(
        FirewallKind::Ufw,
        ufw::state(&settings, &defaults, rules.as_deref(), packet),
    )
}

fn of_firewalld(port: u16) -> Option<Firewall> {
    let program = program("firewall-cmd")?;
    let query = format!("--query-port={port}/tcp");
    let (status, said) = run(&program, &[&query])?;
    of_state(FirewallKind::Firewalld, firewalld::state(status, &said))
}

fn of_state(kind: FirewallKind, state: State) -> Option<Firewall> {
    match state {
        State::Off => None,
        State::On(blocks) => Some(Firewall { kind, blocks }),
    }
}

/// The rules of the kernel. Only root may read them; `None` if there are none that matter.
fn of_rules(packet: Packet<'_>) -> Option<Firewall> {
    let ask = |name: &str, args: &[&str]| {
        let (status, said) = run(&program(name)?, args)?;
        (status == Some(0)).then_some(said)
    };
    let saved = ask("iptables-save", &["-t", "filter"]);
    let listed = ask("nft", &["-j", "list", "ruleset"]);
    let by_iptables = saved.map(|saved| iptables::blocks(&saved, packet));
    let by_nft = listed.map(|listed| nft::blocks(&listed, packet));
    let (kind, blocks) = match (by_iptables, by_nft) {
        (Some(Some(true)), _) => (FirewallKind::Iptables, Some(true)),
        (_, Some(Some((true, chain)))) => (FirewallKind::Nftables(chain), Some(true)),
        (Some(Some(false)), None) | (_, Some(Some((false, _)))) => return None,
        // Rules of iptables are not understood in the list of nft, but above.
        (Some(Some(false)), Some(None)) => return None,
        _ => (FirewallKind::Nftables(String::new()), None),
    };
    Some(Firewall { kind, blocks })
}
