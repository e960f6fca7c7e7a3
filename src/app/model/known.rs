//! The computers whose identities or passwords are remembered.

use super::Model;
use landline_engine::client::{Encryption, KnownServers, Place};
use landline_engine::error::{ClientError, TlsError};
use landline_engine::identity::Fingerprint;
use landline_engine::transfer::TransferId;

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

/// How to reach a server that could not be asked over TLS, once its identity is forgotten.
fn without_old(encryption: Encryption, error: &ClientError) -> Option<Encryption> {
    let ClientError::Tls(error) = error else {
        return None;
    };
    Some(match (encryption, error) {
        (Encryption::Announced(_), TlsError::IdentityChanged { found, .. }) => {
            Encryption::Announced(found.pin())
        }
        (Encryption::Announced(_), _) => Encryption::default(),
        (other, _) => other,
    })
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

    /// What was not asked for because of the identity of this server, which is forgotten now: the listing that is shown,
    /// and rows. What was announced before counts no more; what the user has agreed to does.
    pub(crate) fn refused_identity(
        &mut self,
        host: &str,
        port: u16,
    ) -> (Option<Place>, Vec<TransferId>) {
        let is_it = |of: &str, at: u16| at == port && of.eq_ignore_ascii_case(host);
        let browse = &self.client.browse;
        let place = browse
            .place()
            .filter(|place| is_it(&place.host, place.port));
        let place = place.zip(browse.error()).and_then(|(place, error)| {
            let encryption = without_old(place.encryption, error)?;
            Some(Place {
                encryption,
                ..place.clone()
            })
        });
        let mut rows = Vec::new();
        for row in self.client.transfers.rows_mut() {
            if !row.peer().is_some_and(|(of, at)| is_it(of, at)) {
                continue;
            }
            let of = match (&row.request, &row.delivery) {
                (Some(request), _) => Some(request.encryption),
                (None, delivery) => delivery.as_ref().map(|delivery| delivery.encryption),
            };
            let new = of.zip(row.error());
            let Some(new) = new.and_then(|(of, error)| without_old(of, error)) else {
                continue;
            };
            if let Some(request) = &mut row.request {
                request.encryption = new;
            }
            if let Some(delivery) = &mut row.delivery {
                delivery.encryption = new;
            }
            rows.push(row.transfer.id());
        }
        (place, rows)
    }

    /// The remembered identity of a host, as far as it was looked up.
    pub(crate) fn known_identity(&self, host: &str, port: u16) -> Option<Fingerprint> {
        let mut known = self.known.iter();
        let found = known.find(|of| of.port == port && of.host.eq_ignore_ascii_case(host));
        found?.identity
    }
}
