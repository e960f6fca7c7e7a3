//! Whether Linux's packet filter lets in a new TCP connection from a neighbour, from its rules: those that
//! [`iptables`] writes, and those that [`nft`] lists. What cannot be evaluated counts as *perhaps*.

pub(super) mod iptables;
pub(super) mod nft;

use std::collections::HashMap;
use std::net::IpAddr;

/// Deeper calls between chains are loops, which Linux does not accept.
const DEPTH_MAX: usize = 16;

/// What the rules are asked about: a SYN to this port, from a neighbour of one of these own addresses, through one of these
/// interfaces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet<'a> {
    pub port: u16,
    pub own: &'a [IpAddr],
    pub interfaces: &'a [String],
}

impl Packet<'_> {
    /// Whether it may come through the interface `name`, or through one whose name begins like that, as `eth+` or `eth*`.
    fn comes_through(&self, name: &str) -> bool {
        self.interfaces
            .iter()
            .any(|interface| match name.strip_suffix(['+', '*']) {
                Some(start) => interface.starts_with(start),
                None => interface == name,
            })
    }
}

/// Whether a rule is for the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Applies {
    No,
    Perhaps,
    Yes,
}

impl From<bool> for Applies {
    fn from(applies: bool) -> Self {
        if applies { Self::Yes } else { Self::No }
    }
}

impl std::ops::Not for Applies {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Perhaps => Self::Perhaps,
            Self::Yes => Self::No,
        }
    }
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Action {
    Accept,
    Drop,
    Return,
    /// Goes on with the rules of another chain, and then with the next rule.
    Jump(String),
    /// Goes on with the rules of another chain, instead of this one's.
    Goto(String),
    /// Nothing that decides.
    Continue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    applies: Applies,
    action: Action,
}

/// A chain of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Chain {
    rules: Vec<Rule>,
    /// What happens to a packet that no rule decides about: whether it is dropped.
    drops: bool,
}

type Chains = HashMap<String, Chain>;

/// Whether the chain `base` drops the packet; `None` if that cannot be evaluated.
fn blocks(chains: &Chains, base: &str) -> Option<bool> {
    let mut walk = Walk {
        chains,
        perhaps_accepts: false,
        perhaps_drops: false,
    };
    let drops = walk
        .decides(base, Applies::Yes, 0)
        .unwrap_or_else(|| chains.get(base).is_some_and(|chain| chain.drops));
    let is_doubtful = if drops {
        walk.perhaps_accepts
    } else {
        walk.perhaps_drops
    };
    (!is_doubtful).then_some(drops)
}

struct Walk<'a> {
    chains: &'a Chains,
    perhaps_accepts: bool,
    perhaps_drops: bool,
}

impl Walk<'_> {
    /// Whether `chain` drops the packet, if it decides. `certainly` says whether the packet gets here.
    fn decides(&mut self, chain: &str, certainly: Applies, depth: usize) -> Option<bool> {
        if depth > DEPTH_MAX {
            return None;
        }
        let chains = self.chains;
        for rule in &chains.get(chain)?.rules {
            let applies = rule.applies.min(certainly);
            if applies == Applies::No {
                continue;
            }
            let drops = match &rule.action {
                Action::Accept => Some(false),
                Action::Drop => Some(true),
                Action::Continue => None,
                // What follows is not certain if this is not.
                Action::Return if applies == Applies::Yes => return None,
                Action::Return => None,
                Action::Jump(to) => self.decides(to, applies, depth + 1),
                Action::Goto(to) => {
                    let drops = self.decides(to, applies, depth + 1);
                    if applies == Applies::Yes {
                        return drops;
                    }
                    drops
                }
            };
            match (drops, applies) {
                (None, _) => {}
                (Some(drops), Applies::Yes) => return Some(drops),
                (Some(true), _) => self.perhaps_drops = true,
                (Some(false), _) => self.perhaps_accepts = true,
            }
        }
        None
    }
}

/// Whether `port` is in `ports`, a number or a range as `8000:8100` or `8000-8100`.
pub(super) fn is_port_in(ports: &str, port: u16) -> bool {
    let (first, last) = ports.split_once([':', '-']).unwrap_or((ports, ports));
    let number = |text: &str, missing| {
        if text.is_empty() {
            Some(missing)
        } else {
            text.parse::<u16>().ok()
        }
    };
    match (number(first, 0), number(last, u16::MAX)) {
        (Some(first), Some(last)) if !ports.is_empty() => (first..=last).contains(&port),
        _ => false,
    }
}

/// Whether a neighbour of one of the addresses `own` may be in `network`, as `192.168.1.0/24`, `0.0.0.0/0` or `any`.
pub(super) fn is_source(network: &str, own: &[IpAddr]) -> bool {
    if matches!(network, "any" | "0.0.0.0/0" | "::/0") {
        return true;
    }
    let Some((ip, prefix)) = network.split_once('/') else {
        return false;
    };
    let (Ok(ip), Ok(prefix)) = (ip.parse::<IpAddr>(), prefix.parse::<u32>()) else {
        return false;
    };
    own.iter().any(|own| match (own, ip) {
        (IpAddr::V4(own), IpAddr::V4(ip)) if prefix <= 32 => {
            (own.to_bits() ^ ip.to_bits()).leading_zeros() >= prefix
        }
        (IpAddr::V6(own), IpAddr::V6(ip)) if prefix <= 128 => {
            (own.to_bits() ^ ip.to_bits()).leading_zeros() >= prefix
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_and_sources_are_ranges() {
        for (ports, expected) in [
            ("8080", true),
            ("8000:8100", true),
            ("8000-8100", true),
            (":8080", true),
            ("8080:", true),
            ("", false),
            ("8081:", false),
            ("http-alt", false),
            ("99999", false),
        ] {
            assert_eq!(is_port_in(ports, 8080), expected, "{ports}");
        }
        let own = ["192.168.1.7".parse().unwrap(), "fd00::7".parse().unwrap()];
        for (network, expected) in [
            ("any", true),
            ("0.0.0.0/0", true),
            ("192.168.0.0/16", true),
            ("192.168.1.0/24", true),
            ("192.168.2.0/24", false),
            ("192.168.1.9", false),
            ("fd00::/8", true),
            ("192.168.1.0/99", false),
            ("x/24", false),
        ] {
            assert_eq!(is_source(network, &own), expected, "{network}");
        }
    }

    #[test]
    fn doubts_count_only_if_they_would_change_the_result() {
        let rule = |applies, action| Rule { applies, action };
        let chain = |drops, rules| Chains::from([("in".into(), Chain { rules, drops })]);
        let (perhaps, yes) = (Applies::Perhaps, Applies::Yes);
        for (rules, drops, expected) in [
            (vec![], true, Some(true)),
            (vec![], false, Some(false)),
            (vec![rule(perhaps, Action::Drop)], true, Some(true)),
            (vec![rule(perhaps, Action::Drop)], false, None),
            (vec![rule(perhaps, Action::Accept)], true, None),
            (
                vec![rule(yes, Action::Accept), rule(yes, Action::Drop)],
                true,
                Some(false),
            ),
            (
                vec![rule(Applies::No, Action::Accept), rule(yes, Action::Drop)],
                false,
                Some(true),
            ),
            // A loop of chains ends.
            (vec![rule(yes, Action::Jump("in".into()))], true, Some(true)),
        ] {
            assert_eq!(
                blocks(&chain(drops, rules.clone()), "in"),
                expected,
                "{rules:?}"
            );
        }
    }
}
