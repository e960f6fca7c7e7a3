//! Reads the configuration of ufw. Everybody may read whether it is on, only root its rules.

use super::State;
use super::netfilter::{Packet, is_port_in, is_source};

/// Whether ufw keeps `packet` out, from its `ufw.conf`, `/etc/default/ufw` and `user.rules`, if those can be read.
pub(super) fn state(
    settings: &str,
    defaults: &str,
    rules: Option<&str>,
    packet: Packet<'_>,
) -> State {
    let is = |text, name, wanted| {
        value(text, name).is_some_and(|value| value.eq_ignore_ascii_case(wanted))
    };
    if !is(settings, "ENABLED", "yes") {
        return State::Off;
    }
    let denies = !is(defaults, "DEFAULT_INPUT_POLICY", "accept");
    let Some(rules) = rules else {
        return State::On((!denies).then_some(false));
    };
    let mut matching = rules.lines().filter_map(|line| decides(line, packet));
    State::On(Some(matching.next().unwrap_or(denies)))
}

/// Whether a rule keeps connections out (`true`) or lets them in, if it is for them. Rules are comments such as
/// `### tuple ### allow tcp 8080 0.0.0.0/0 any 192.168.1.0/24 in`: action, protocol, port, destination, port and address of
/// the source, perhaps names of profiles, direction.
fn decides(line: &str, packet: Packet<'_>) -> Option<bool> {
    let words: Vec<_> = line
        .strip_prefix("### tuple ### ")?
        .split_whitespace()
        .collect();
    let &[action, protocol, to_port, _, from_port, from, ..] = &words[..] else {
        return None;
    };
    let direction = words.last()?;
    let is_in = *direction == "in" || direction.starts_with("in_");
    let is_for_it = is_in
        && matches!(protocol, "tcp" | "any")
        && (to_port == "any"
            || to_port
                .split(',')
                .any(|ports| is_port_in(ports, packet.port)))
        && from_port == "any"
        && is_source(from, packet.own);
    // A log level may follow the action.
    let action = action.split('_').next().unwrap_or(action);
    match action {
        _ if !is_for_it => None,
        "allow" | "limit" => Some(false),
        "deny" | "reject" => Some(true),
        _ => None,
    }
}

/// The last assignment of a variable, as in a shell.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut values = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='));
    values.next_back().map(|value| value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DROPS: &str = "DEFAULT_INPUT_POLICY=\"DROP\"\nDEFAULT_OUTPUT_POLICY=\"ACCEPT\"\n";

    fn packet(own: &[std::net::IpAddr]) -> Packet<'_> {
        Packet {
            port: 8080,
            own,
            interfaces: &[],
        }
    }

    #[test]
    fn its_configuration_says_whether_it_is_on() {
        let state = |settings, defaults| state(settings, defaults, None, packet(&[]));
        let on = "# comment\nENABLED=yes\nLOGLEVEL=low\n";
        assert_eq!(state(on, DROPS), State::On(None));
        assert_eq!(state("ENABLED=no\nENABLED=\"YES\"", ""), State::On(None));
        for off in ["", "ENABLED=no\n", "#ENABLED=yes\n", "ENABLED=\n"] {
            assert_eq!(state(off, DROPS), State::Off, "{off}");
        }
        let accepts = "DEFAULT_INPUT_POLICY=\"ACCEPT\"\n";
        assert_eq!(state("ENABLED=yes\n", accepts), State::On(Some(false)));
    }

    #[test]
    fn its_first_rule_for_the_port_decides() {
        let own = ["192.168.1.7".parse().unwrap()];
        let with = |rules: &[&str]| {
            let mut text = String::new();
            for rule in rules {
                text.extend(["### tuple ### ", rule, "\n-A ufw-user-input -j ACCEPT\n\n"]);
            }
            state("ENABLED=yes", DROPS, Some(&text), packet(&own))
        };
        assert_eq!(with(&[]), State::On(Some(true)));
        for (rule, expected) in [
            ("allow tcp 8080 0.0.0.0/0 any 0.0.0.0/0 in", false),
            ("allow any 8080 0.0.0.0/0 any 0.0.0.0/0 in", false),
            ("allow_log tcp 8080 0.0.0.0/0 any 0.0.0.0/0 in", false),
            ("allow tcp 8000:8100 0.0.0.0/0 any 0.0.0.0/0 in", false),
            ("allow tcp 22,8080 0.0.0.0/0 any 0.0.0.0/0 in_eth0", false),
            ("allow tcp any 0.0.0.0/0 any 192.168.1.0/24 in", false),
            ("allow tcp 8080 0.0.0.0/0 any 0.0.0.0/0 Web - in", false),
            ("allow tcp 8080 0.0.0.0/0 any 10.0.0.0/8 in", true),
            ("allow udp 8080 0.0.0.0/0 any 0.0.0.0/0 in", true),
            ("allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in", true),
            ("allow tcp 8080 0.0.0.0/0 any 0.0.0.0/0 out", true),
            ("route:allow tcp 8080 0.0.0.0/0 any 0.0.0.0/0 in", true),
            ("allow", true),
        ] {
            assert_eq!(with(&[rule]), State::On(Some(expected)), "{rule}");
        }
        let both = [
            "deny tcp 8080 0.0.0.0/0 any 0.0.0.0/0 in",
            "allow tcp 8080 0.0.0.0/0 any 0.0.0.0/0 in",
        ];
        assert_eq!(with(&both), State::On(Some(true)));
    }
}
