//! The rules as `nft -j list ruleset` lists them.

use std::collections::HashMap;

use serde_json::Value;

use super::{Action, Applies, Chain, Chains, Packet, Rule, is_source};

/// Whether the rules drop `packet` in a chain at the hook `input`, and which chain, as `inet filter input`; `None` if they
/// cannot be evaluated. There is no chain where nothing drops it.
pub(in super::super) fn blocks(listed: &str, packet: Packet<'_>) -> Option<(bool, String)> {
    let ruleset: Value = serde_json::from_str(listed).ok()?;
    // By family and table.
    let mut tables: HashMap<String, Chains> = HashMap::new();
    let mut bases = Vec::new();
    for object in ruleset.get("nftables")?.as_array()? {
        if let Some(chain) = object.get("chain") {
            let (table, name) = (table(chain)?, text(chain, "name")?);
            let drops = text(chain, "policy") == Some("drop");
            let family = text(chain, "family")?;
            if text(chain, "hook") == Some("input") && matches!(family, "ip" | "inet") {
                bases.push((table.clone(), name.to_owned()));
            }
            let chains = tables.entry(table).or_default();
            chains.entry(name.to_owned()).or_default().drops = drops;
        } else if let Some(rule) = object.get("rule") {
            let (table, name) = (table(rule)?, text(rule, "chain")?);
            let chains = tables.entry(table).or_default();
            let chain: &mut Chain = chains.entry(name.to_owned()).or_default();
            let expressions = rule.get("expr")?.as_array()?;
            chain.rules.extend(parse(expressions, packet));
        }
    }
    let mut is_doubtful = false;
    for (table, base) in bases {
        match super::blocks(tables.get(&table)?, &base) {
            Some(true) => return Some((true, format!("{table} {base}"))),
            Some(false) => {}
            None => is_doubtful = true,
        }
    }
    (!is_doubtful).then(|| (false, String::new()))
}

/// Family and name of the table of a chain or rule.
fn table(object: &Value) -> Option<String> {
    Some(format!(
        "{} {}",
        text(object, "family")?,
        text(object, "table")?
    ))
}

fn text<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}

/// The rules that one rule amounts to; a map of verdicts is one for each entry.
fn parse(expressions: &[Value], packet: Packet<'_>) -> Vec<Rule> {
    let mut applies = Applies::Yes;
    for expression in expressions {
        let Some((name, value)) = expression.as_object().and_then(|one| one.iter().next()) else {
            return Vec::new();
        };
        match name.as_str() {
            "match" => applies = applies.min(matches(value, packet)),
            "vmap" => return verdicts(value, applies, packet),
            "counter" | "log" | "comment" | "meta" | "notrack" => {}
            name => match action(name, value) {
                Some(action) => return vec![Rule { applies, action }],
                // `limit`, `xt` and others.
                None => applies = applies.min(Applies::Perhaps),
            },
        }
    }
    Vec::new()
}

fn action(name: &str, value: &Value) -> Option<Action> {
    let target = || Some(text(value, "target")?.to_owned());
    Some(match name {
        "accept" => Action::Accept,
        "drop" | "reject" => Action::Drop,
        "return" => Action::Return,
        "continue" => Action::Continue,
        "jump" => Action::Jump(target()?),
        "goto" => Action::Goto(target()?),
        _ => return None,
    })
}

/// `{"op": "==", "left": {...}, "right": ...}`
fn matches(value: &Value, packet: Packet<'_>) -> Applies {
    let (Some(left), Some(right)) = (value.get("left"), value.get("right")) else {
        return Applies::Perhaps;
    };
    let applies = fits(left, right, packet);
    match text(value, "op") {
        Some("==" | "in") => applies,
        Some("!=") => !applies,
        _ => Applies::Perhaps,
    }
}

/// A map of verdicts: `{"key": ..., "data": {"set": [[VALUE, VERDICT], ...]}}`.
fn verdicts(value: &Value, applies: Applies, packet: Packet<'_>) -> Vec<Rule> {
    let entries = value
        .get("data")
        .and_then(|data| data.get("set")?.as_array());
    let (Some(key), Some(entries)) = (value.get("key"), entries) else {
        // A named map.
        let perhaps = |action| Rule {
            applies: applies.min(Applies::Perhaps),
            action,
        };
        return vec![perhaps(Action::Accept), perhaps(Action::Drop)];
    };
    let rule = |entry: &Value| {
        let (of, verdict) = (entry.get(0)?, entry.get(1)?.as_object()?);
        let (name, value) = verdict.iter().next()?;
        Some(Rule {
            applies: applies.min(fits(key, of, packet)),
            action: action(name, value)?,
        })
    };
    entries.iter().filter_map(rule).collect()
}

/// Whether what `left` stands for is `right`, or one of them.
fn fits(left: &Value, right: &Value, packet: Packet<'_>) -> Applies {
    if let Some(set) = right
        .get("set")
        .and_then(Value::as_array)
        .or_else(|| right.as_array())
    {
        let each = set.iter().map(|right| fits(left, right, packet));
        return each.max().unwrap_or(Applies::No);
    }
    let kind = |of: &str, name: &str| left.get(of).and_then(|value| text(value, name));
    let word = right.as_str();
    if word.is_some_and(|word| word.starts_with('@')) {
        return Applies::Perhaps;
    }
    if kind("ct", "key") == Some("state") {
        return word.map_or(Applies::Perhaps, |word| (word == "new").into());
    }
    match kind("meta", "key") {
        Some("iifname" | "iif") => {
            return word.map_or(Applies::Perhaps, |word| packet.comes_through(word).into());
        }
        Some("l4proto") => return is_tcp(right),
        Some("nfproto") => return word.map_or(Applies::Perhaps, |word| (word == "ipv4").into()),
        Some("protocol") => return word.map_or(Applies::Perhaps, |word| (word == "ip").into()),
        Some("pkttype") => {
            return word.map_or(Applies::Perhaps, |word| (word == "host").into());
        }
        _ => {}
    }
    match (kind("payload", "protocol"), kind("payload", "field")) {
        (Some("tcp" | "th"), Some("dport")) => is_port(right, packet.port),
        (Some("udp" | "icmp" | "icmpv6" | "ip6" | "sctp" | "dccp"), _) => Applies::No,
        (Some("ip"), Some("protocol")) => is_tcp(right),
        (Some("ip"), Some("saddr")) => match right.get("prefix") {
            Some(prefix) => {
                let (ip, len) = (text(prefix, "addr"), prefix.get("len"));
                let network = format!(
                    "{}/{}",
                    ip.unwrap_or_default(),
                    len.and_then(Value::as_u64).unwrap_or_default()
                );
                is_source(&network, packet.own).into()
            }
            None => Applies::No,
        },
        _ => Applies::Perhaps,
    }
}

fn is_tcp(right: &Value) -> Applies {
    match (right.as_str(), right.as_u64()) {
        (Some(word), _) => (word == "tcp").into(),
        (_, Some(number)) => (number == 6).into(),
        _ => Applies::Perhaps,
    }
}

fn is_port(right: &Value, port: u16) -> Applies {
    let port = u64::from(port);
    let range = right.get("range").and_then(Value::as_array);
    match (right.as_u64(), range.map(Vec::as_slice)) {
        (Some(number), _) => (number == port).into(),
        (None, Some([first, last])) => match (first.as_u64(), last.as_u64()) {
            (Some(first), Some(last)) => (first..=last).contains(&port).into(),
            _ => Applies::Perhaps,
        },
        // The name of a service.
        _ => Applies::Perhaps,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ruleset with one chain at the hook `input`, and another chain `user`.
    fn with(policy: &str, rules: &[(&str, &str)]) -> Option<bool> {
        let mut objects = vec![
            r#"{"metainfo":{"version":"1.0.9"}}"#.to_owned(),
            r#"{"table":{"family":"inet","name":"filter","handle":1}}"#.to_owned(),
            format!(
                r#"{{"chain":{{"family":"inet","table":"filter","name":"input","handle":1,"type":"filter","hook":"input","prio":0,"policy":"{policy}"}}}}"#
            ),
            r#"{"chain":{"family":"inet","table":"filter","name":"user","handle":2}}"#.to_owned(),
        ];
        objects.extend(rules.iter().map(|(chain, expressions)| {
            format!(
                r#"{{"rule":{{"family":"inet","table":"filter","chain":"{chain}","handle":3,"expr":[{expressions}]}}}}"#
            )
        }));
        let listed = format!(r#"{{"nftables":[{}]}}"#, objects.join(","));
        let own = ["192.168.1.7".parse().unwrap()];
        let found = blocks(
            &listed,
            Packet {
                port: 8080,
                own: &own,
                interfaces: &["eth0".to_owned()],
            },
        )?;
        assert_eq!(found.1, if found.0 { "inet filter input" } else { "" });
        Some(found.0)
    }

    #[test]
    fn the_rules_are_evaluated_in_order() {
        const PORT: &str = r#"{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":8080}}"#;
        const PORTS: &str = r#"{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":{"set":[22,{"range":[8000,8100]}]}}}"#;
        const NOT_PORT: &str = r#"{"match":{"op":"!=","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":8080}}"#;
        const LOOPBACK: &str =
            r#"{"match":{"op":"==","left":{"meta":{"key":"iifname"}},"right":"lo"}}"#;
        const KNOWN: &str = r#"{"match":{"op":"in","left":{"ct":{"key":"state"}},"right":["established","related"]}}"#;
        const STATES: &str = r#"{"vmap":{"key":{"ct":{"key":"state"}},"data":{"set":[["established",{"accept":null}],["invalid",{"drop":null}]]}}}"#;
        const NEAR: &str = r#"{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"saddr"}},"right":{"prefix":{"addr":"192.168.1.0","len":24}}}}"#;
        const NAMED: &str = r#"{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"saddr"}},"right":"@friends"}}"#;
        let rule = |matches: &[&str], verdict: &str| {
            let mut parts: Vec<_> = matches.iter().map(ToString::to_string).collect();
            parts.push(r#"{"counter":{"packets":0,"bytes":0}}"#.to_owned());
            parts.push(verdict.to_owned());
            parts.join(",")
        };
        let (accept, drop) = (r#"{"accept":null}"#, r#"{"drop":null}"#);
        let reject = r#"{"reject":{"type":"tcp reset"}}"#;
        let jump = r#"{"jump":{"target":"user"}}"#;
        for (policy, chain, rule, expected) in [
            ("accept", "input", String::new(), Some(false)),
            ("drop", "input", rule(&[LOOPBACK], accept), Some(true)),
            ("drop", "input", rule(&[KNOWN], accept), Some(true)),
            ("drop", "input", STATES.to_owned(), Some(true)),
            ("accept", "input", STATES.to_owned(), Some(false)),
            ("drop", "input", rule(&[PORT], accept), Some(false)),
            ("drop", "input", rule(&[PORTS], accept), Some(false)),
            ("drop", "input", rule(&[NOT_PORT], accept), Some(true)),
            ("drop", "input", rule(&[NEAR], accept), Some(false)),
            ("drop", "input", rule(&[NAMED], accept), None),
            ("accept", "input", rule(&[PORT], drop), Some(true)),
            ("accept", "input", rule(&[PORT], reject), Some(true)),
            (
                "accept",
                "input",
                rule(&[r#"{"limit":{"rate":1}}"#], drop),
                None,
            ),
            ("accept", "user", rule(&[PORT], drop), Some(false)),
        ] {
            assert_eq!(with(policy, &[(chain, &rule)]), expected, "{policy} {rule}");
        }
        let called = rule(&[PORT], drop);
        assert_eq!(
            with("accept", &[("input", jump), ("user", &called)]),
            Some(true)
        );
    }

    #[test]
    fn anything_else_is_not_understood_and_does_no_harm() {
        let packet = Packet {
            port: 8080,
            own: &[],
            interfaces: &[],
        };
        for listed in [
            "",
            "[]",
            "{}",
            r#"{"nftables":[{"rule":{}}]}"#,
            r#"{"nftables":{}}"#,
        ] {
            assert_eq!(blocks(listed, packet), None, "{listed}");
        }
        assert_eq!(
            blocks(r#"{"nftables":[]}"#, packet),
            Some((false, String::new()))
        );
    }
}
