//! The checks of *Find out why* in words.

use std::time::Duration;

use super::{Describe, Sentence};
use crate::{sentence, t};
use landline_engine::doctor::firewall::{Firewall, FirewallKind};
use landline_engine::doctor::{
    Answer, Check, CheckKind, Diagnosis, Finding, Medium, Network, Rating,
};

/// What a check is about, while it runs.
pub fn kind(kind: CheckKind) -> Sentence {
    Sentence::new(match kind {
        CheckKind::Networks => "doctor-kind-networks",
        CheckKind::Share => "doctor-kind-share",
        CheckKind::Firewall => "doctor-kind-firewall",
        CheckKind::Back => "doctor-kind-back",
        CheckKind::Name => "doctor-kind-name",
        CheckKind::Way => "doctor-kind-way",
        CheckKind::Host => "doctor-kind-host",
        CheckKind::Port => "doctor-kind-port",
        CheckKind::Service => "doctor-kind-service",
        CheckKind::Others => "doctor-kind-others",
        CheckKind::Isolation => "doctor-kind-isolation",
    })
}

/// A sentence about a finding, which ends in a full stop.
pub fn cause(finding: &Finding) -> String {
    t!("doctor-cause", finding = finding.sentence().title())
}

/// That no cause was found, or that no check ran.
pub fn no_cause(diagnosis: &Diagnosis) -> Sentence {
    if diagnosis.checks.is_empty() {
        sentence!("doctor-stopped")
    } else {
        sentence!("doctor-fine")
    }
}

/// How long the checks took: `1.2 s`.
pub fn time(took: Duration) -> String {
    let tenths = u64::try_from(took.as_millis().div_ceil(100)).unwrap_or(u64::MAX);
    let secs = format!("{}.{}", tenths / 10, tenths % 10);
    t!("took-secs", secs = secs)
}

/// Everything as lines of text: the cause first, then what to do, an empty line, and a line for each check.
pub fn report(diagnosis: &Diagnosis) -> Vec<String> {
    let mut lines = match diagnosis.cause() {
        Some(finding) => {
            let mut lines = vec![cause(finding)];
            lines.extend(finding.sentence().hint());
            lines.extend(finding.command());
            lines
        }
        None => vec![no_cause(diagnosis).title()],
    };
    lines.push(String::new());
    lines.extend(diagnosis.checks.iter().map(line));
    lines
}

/// A mark, and what the check found.
fn line(check: &Check) -> String {
    let (mark, found) = match &check.finding {
        Some(finding) => {
            let mark = match finding.rating() {
                Rating::Good => "✓",
                Rating::Neutral => "-",
                Rating::Suspect => "?",
                Rating::Bad => "✗",
            };
            (mark, finding.sentence().title())
        }
        None => ("…", kind(check.kind).title()),
    };
    format!("{mark} {found}")
}

/// What a finding means, without a full stop; its hint says what to do.
impl Describe for Finding {
    #[expect(clippy::too_many_lines, reason = "an arm for each variant")]
    fn sentence(&self) -> Sentence {
        match self {
            Self::Networks(networks) => match networks.first() {
                Some(network) => on_network(network),
                None => sentence!("doctor-no-network"),
            },
            Self::NoNetwork => sentence!("doctor-no-network"),
            Self::NoDhcp { ip } => sentence!("doctor-no-dhcp", ip = ip.to_string()),
            Self::NotSharing => sentence!("doctor-not-sharing"),
            Self::ShareReached { port } => sentence!("doctor-share-reached", port = *port),
            Self::NothingListens { port } => sentence!("doctor-nothing-listens", port = *port),
            Self::LoopbackOnly { port } => sentence!("doctor-loopback-only", port = *port),
            Self::OneAddressOnly { ip, port } => {
                sentence!("doctor-one-address", ip = ip.to_string(), port = *port)
            }
            Self::ShareBlocked { port } => sentence!("doctor-share-blocked", port = *port),
            Self::NoFirewall { port } => sentence!("doctor-no-firewall", port = *port),
            Self::FirewallUnknown => sentence!("doctor-firewall-unknown"),
            Self::FirewallOpen { firewall, port } => {
                sentence!("doctor-firewall-open", name = name(firewall), port = *port)
            }
            Self::FirewallBlocks { firewall, port } => match firewall.kind {
                FirewallKind::Windows => {
                    sentence!("doctor-firewall-program", name = name(firewall))
                }
                _ => sentence!(
                    "doctor-firewall-blocks",
                    name = name(firewall),
                    port = *port
                ),
            },
            Self::FirewallMayBlock { firewall, port } => match firewall.kind {
                FirewallKind::WindowsPublic => {
                    sentence!("doctor-firewall-public", port = *port)
                }
                _ => sentence!(
                    "doctor-firewall-may-block",
                    name = name(firewall),
                    port = *port
                ),
            },
            Self::OthersReach { from, port } => {
                sentence!("doctor-others-reach", host = from, port = *port)
            }
            Self::OthersCannot { from, port, answer } => {
                let key = match answer {
                    Answer::Refused => "doctor-others-refused",
                    _ => "doctor-others-silent",
                };
                Sentence::new(key).with("host", from).with("port", *port)
            }
            Self::NameFound { host, ip } => {
                sentence!("doctor-name-found", host = host, ip = ip.to_string())
            }
            Self::NameNotFound { host } => sentence!("doctor-name-not-found", host = host),
            Self::SameComputer { host } => sentence!("doctor-same-computer", host = host),
            Self::SameNetwork { ip, .. } => sentence!("doctor-same-network", ip = ip.to_string()),
            Self::OtherNetwork { ip, .. } => {
                sentence!("doctor-other-network", ip = ip.to_string())
            }
            Self::OtherNetworkSilent { ip, own } => sentence!(
                "doctor-other-network-silent",
                ip = ip.to_string(),
                own = own.to_string()
            ),
            Self::ViaVpn { interface } => sentence!("doctor-via-vpn", interface = interface),
            Self::VpnTakesRoute { interface, ip } => {
                sentence!("doctor-vpn", interface = interface, ip = ip.to_string())
            }
            Self::NoRoute { ip } => sentence!("doctor-no-route", ip = ip.to_string()),
            Self::HostPresent { ip } => sentence!("doctor-host-present", ip = ip.to_string()),
            Self::HostAnswers { ip } => sentence!("doctor-host-answers", ip = ip.to_string()),
            Self::Nobody { ip } => sentence!("doctor-nobody", ip = ip.to_string()),
            Self::HostSilent { ip } => sentence!("doctor-host-silent", ip = ip.to_string()),
            Self::PortOpen { port } => sentence!("doctor-port-open", port = *port),
            Self::PortRefused { ip, port } => {
                sentence!("doctor-port-refused", ip = ip.to_string(), port = *port)
            }
            Self::PortRejected { ip, port } => {
                sentence!("doctor-port-rejected", ip = ip.to_string(), port = *port)
            }
            Self::PortFiltered { ip, port } => {
                sentence!("doctor-port-filtered", ip = ip.to_string(), port = *port)
            }
            Self::AllFiltered { ip, port } => {
                sentence!("doctor-all-filtered", ip = ip.to_string(), port = *port)
            }
            Self::LandlineElsewhere { ip, port, other } => sentence!(
                "doctor-elsewhere",
                ip = ip.to_string(),
                port = *port,
                other = *other
            ),
            Self::IsLandline { name, version } if name.is_empty() => {
                sentence!("doctor-landline", version = version)
            }
            Self::IsLandline { name, version } => {
                sentence!("doctor-landline-named", name = name, version = version)
            }
            Self::OtherServer { host, software } => match software {
                Some(software) => {
                    sentence!("doctor-other-server", host = host, software = software)
                }
                None => sentence!("doctor-unnamed-server", host = host),
            },
            Self::RawServer { host } => sentence!("doctor-raw", host = host),
            Self::Tls { host, port } => sentence!("doctor-tls", host = host, port = *port),
            Self::Mute { host, port } => sentence!("doctor-mute", host = host, port = *port),
            Self::OthersAnswer { count } => sentence!("doctor-others", count = *count),
            Self::NobodyElse => sentence!("doctor-nobody-else"),
            Self::Isolated => sentence!("doctor-isolated"),
            Self::NotIsolated => sentence!("doctor-not-isolated"),
            Self::IsolationUnknown => sentence!("doctor-isolation-unknown"),
        }
    }
}

fn on_network(network: &Network) -> Sentence {
    let ip = network.ip.to_string();
    match &network.medium {
        Medium::Wifi(Some(name)) => sentence!("doctor-wifi", name = name, ip = ip),
        Medium::Wifi(None) => sentence!("doctor-wifi-unnamed", ip = ip),
        Medium::Other => sentence!("doctor-network", ip = ip),
    }
}

/// That `firewall` may keep others out of `port`, and how to allow it.
pub fn warning(firewall: &Firewall, port: u16) -> Sentence {
    let name = name(firewall);
    match (firewall.command(port), &firewall.kind) {
        (Some(command), _) => sentence!("firewall-may-block", name = name, command = command),
        (None, FirewallKind::WindowsPublic) => sentence!("firewall-public"),
        (None, _) => sentence!("doctor-firewall-program", name = name),
    }
}

/// What a firewall is called.
fn name(firewall: &Firewall) -> String {
    match firewall.kind {
        FirewallKind::Ufw => "ufw".to_owned(),
        FirewallKind::Firewalld => "firewalld".to_owned(),
        FirewallKind::Iptables => "iptables".to_owned(),
        FirewallKind::Nftables(_) => "nftables".to_owned(),
        FirewallKind::Windows | FirewallKind::WindowsPublic => t!("firewall-name-windows"),
        FirewallKind::MacOs(_) => t!("firewall-name-macos"),
    }
}
