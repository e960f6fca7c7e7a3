//! The computers whose identities or passwords are remembered.

use super::Model;
use landline_engine::client::KnownServers;
use landline_engine::identity::Fingerprint;

/// A computer that was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownComputer {
    /// The host.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Its identity, if it encrypts.
    pub identity: Option<Fingerprint>,
    /// Whether its password is kept after this run.
    pub has_password: bool,
}

/// All that is remembered, the latest first. Reads files.
pub(crate) fn read(servers: &KnownServers) -> Vec<KnownComputer> {
    // Looking one up notices what other processes have changed.
    servers.identities.get("", 0);
    servers.passwords.get("", 0);
    let mut kept = servers.passwords.kept();
    let identities = servers.identities.all().into_iter();
    let mut all: Vec<_> = identities
        .map(|known| {
            let is_it = |of: &mut (String, u16)| {
                of.1 == known.port && of.0.eq_ignore_ascii_case(&known.host)
            };
            KnownComputer {
                has_password: kept.extract_if(.., is_it).count() > 0,
                host: known.host,
                port: known.port,
                identity: Some(known.fingerprint),
            }
        })
        .collect();
    all.extend(kept.into_iter().map(|(host, port)| KnownComputer {
        host,
        port,
        identity: None,
        has_password: true,
    }));
    all.reverse();
    all
}

impl Model {
    /// Takes what is remembered. Whoever is in the first list was met before this run.
    pub(crate) fn set_known(&mut self, known: Vec<KnownComputer>) {
        let key = |of: &KnownComputer| (of.host.to_lowercase(), of.port);
        self.client
            .met
            .get_or_insert_with(|| known.iter().map(key).collect());
        self.known = known;
    }

    /// The remembered identity of a host, as far as it was looked up.
    pub(crate) fn known_identity(&self, host: &str, port: u16) -> Option<Fingerprint> {
        let mut known = self.known.iter();
        let found = known.find(|of| of.port == port && of.host.eq_ignore_ascii_case(host));
        found?.identity
    }
}
