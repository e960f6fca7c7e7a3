//! `landline identity`: the identity of this computer, and those of known servers.

use std::process::ExitCode;

use serde::Serialize;

use super::table::table;
use super::visit::known_servers;
use super::{fail, print, unless_unprinted, warn, write, wrong_usage};
use crate::args;
use crate::format::printable;
use crate::text::{Describe as _, Sentence};
use crate::{sentence, settings, t};
use landline_engine::client::{KnownServers, Location, authority};
use landline_engine::discovery::computer_name;
use landline_engine::identity::{Fingerprint, Identity};
use landline_engine::transport::DEFAULT_PORT;

/// Prints the identities, or forgets one.
pub fn run(args: &args::Identity) -> ExitCode {
    let servers = known_servers();
    if let Some(typed) = &args.forget {
        return forget(typed, &servers);
    }
    let own = match own() {
        Ok(own) => own.fingerprint(),
        Err(why) => return fail(&why),
    };
    let all = All {
        own: Entry::new(&computer_name(), None, own),
        servers: known(&servers),
    };
    let printed = if args.json {
        let text = serde_json::to_vec_pretty(&all).map_err(Into::into);
        text.and_then(|mut text: Vec<u8>| {
            text.push(b'\n');
            write(&text)
        })
    } else {
        write(all.text().as_bytes())
    };
    unless_unprinted(ExitCode::SUCCESS, printed)
}

/// The identity of this computer.
///
/// # Errors
/// There is no settings folder, or the identity in it cannot be used.
pub(super) fn own() -> Result<Identity, Sentence> {
    let dir = settings::dir().ok_or_else(|| sentence!("identity-without-folder"))?;
    Identity::of(&dir).map_err(|e| e.sentence())
}

/// What is printed. The keys are listed in `help-identity-more`.
#[derive(Serialize)]
struct All {
    #[serde(flatten)]
    own: Entry,
    servers: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    /// This computer, or a host.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    words: String,
    fingerprint: String,
    /// Whether its password is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<bool>,
}

impl Entry {
    fn new(name: &str, port: Option<u16>, fingerprint: Fingerprint) -> Self {
        Self {
            name: name.to_owned(),
            port,
            words: fingerprint.words().join(" "),
            fingerprint: fingerprint.to_string(),
            password: None,
        }
    }
}

/// The latest first; servers of which only the password is kept have no identity.
fn known(servers: &KnownServers) -> Vec<Entry> {
    let entry = |(host, port): (String, u16), fingerprint: Option<Fingerprint>| {
        let is_kept = servers.passwords.is_kept(&host, port);
        let words = fingerprint.map(|it| it.words().join(" "));
        Entry {
            name: host,
            port: Some(port),
            words: words.unwrap_or_default(),
            fingerprint: fingerprint.map(|it| it.to_string()).unwrap_or_default(),
            password: Some(is_kept),
        }
    };
    let met = servers.identities.all();
    let kept = servers.passwords.kept();
    let is_met = |(host, port): &(String, u16)| servers.identities.get(host, *port).is_some();
    let met = met
        .into_iter()
        .rev()
        .map(|one| entry((one.host, one.port), Some(one.fingerprint)));
    let unmet = kept.into_iter().rev().filter(|server| !is_met(server));
    met.chain(unmet.map(|server| entry(server, None))).collect()
}

impl All {
    fn text(&self) -> String {
        let Entry {
            name,
            words,
            fingerprint,
            ..
        } = &self.own;
        let mut text = format!(
            "{}\n{words}\n{fingerprint}\n",
            printable(&t!("identity-of", name = name.as_str()), false)
        );
        if self.servers.is_empty() {
            return text;
        }
        let heading = [
            t!("identity-server"),
            t!("identity-of-server"),
            t!("identity-password"),
        ];
        let row = |server: &Entry| {
            let port = server.port.unwrap_or(DEFAULT_PORT);
            let kept = server.password == Some(true);
            [
                printable(&authority(&server.name, port), false),
                server.words.clone(),
                if kept {
                    t!("identity-kept")
                } else {
                    String::new()
                },
            ]
        };
        let rows: Vec<_> = std::iter::once(heading)
            .chain(self.servers.iter().map(row))
            .collect();
        text.push('\n');
        text.push_str(&table(&rows, rows[0].len()));
        text
    }
}

/// Forgets the identity and the password of the server at `typed`.
fn forget(typed: &str, servers: &KnownServers) -> ExitCode {
    let location = match Location::parse(typed) {
        Ok(location) => location,
        Err(e) => return wrong_usage(&e.sentence()),
    };
    let (host, port) = (location.host, location.port.unwrap_or(DEFAULT_PORT));
    let server = authority(&host, port);
    let is_known = servers.identities.get(&host, port).is_some();
    if !is_known && servers.passwords.get(&host, port).is_none() {
        return fail(&sentence!("identity-not-known", server = server));
    }
    servers.identities.forget(&host, port);
    servers.passwords.forget(&host, port);
    // Another process, or the disk, may have been in the way.
    let left = known_servers();
    let is_left = left.identities.get(&host, port).is_some();
    if is_left || left.passwords.get(&host, port).is_some() {
        warn(sentence!("identity-not-forgotten", server = server));
        return ExitCode::FAILURE;
    }
    let said = print(sentence!("identity-forgotten", server = server));
    unless_unprinted(ExitCode::SUCCESS, said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, set_language};
    use landline_engine::password::Password;

    fn all() -> All {
        let servers = KnownServers::default();
        let print = |of: &[u8]| Fingerprint::of(of);
        servers.identities.remember("ann-pc", 8080, print(b"1"));
        servers.identities.remember("fd00::5", 8081, print(b"2"));
        let password = Password::new("secret").unwrap();
        servers.passwords.set("ann-pc", 8080, password, false);
        All {
            own: Entry::new("bob-pc", None, print(b"3")),
            servers: known(&servers),
        }
    }

    #[test]
    fn the_own_identity_comes_first_then_the_latest_server() {
        let words = |of: &[u8]| Fingerprint::of(of).words().join(" ");
        let (one, two, own) = (words(b"1"), words(b"2"), words(b"3"));
        let text = all().text();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "Identity of bob-pc:");
        assert_eq!((lines[1], lines[2].len()), (&*own, 64));
        assert!(lines[4].starts_with("COMPUTER "), "{text}");
        assert_eq!(lines[5], format!("[fd00::5]:8081  {two}"));
        assert!(lines[6].starts_with("ann-pc:8080") && lines[6].contains(&one));
    }

    #[test]
    fn the_help_lists_every_key() {
        let json = serde_json::to_value(all()).unwrap();
        let keys = json.as_object().unwrap().keys();
        let keys = keys.chain(json["servers"][0].as_object().unwrap().keys());
        let keys: Vec<_> = keys.collect();
        for language in [Language::English, Language::Chinese] {
            set_language(language);
            for key in &keys {
                assert!(t!("help-identity-more").contains(key.as_str()), "{key}");
            }
        }
    }
}
