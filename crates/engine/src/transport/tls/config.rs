//! The TLS configuration of servers and clients.

use std::fmt;
use std::io;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, ServerConfig};

use super::ALPN;
use crate::identity::Identity;

/// What a server needs. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ServerTls(pub(super) Arc<ServerConfig>);

impl ServerTls {
    /// TLS with the certificate of `identity`. Sessions are resumed with tickets, without state in the server and
    /// without early data.
    ///
    /// # Errors
    /// The system has no randomness.
    pub(crate) fn new(identity: &Identity) -> io::Result<Self> {
        Self::with_clients(identity, WebPkiClientVerifier::no_client_auth())
    }

    /// The same, with `clients`, who decides whether clients are asked for a certificate, and judges those. Where they are,
    /// no session is resumed: whoever resumes one counts as the client whose certificate the ticket contains.
    ///
    /// # Errors
    /// The system has no randomness.
    pub(crate) fn with_clients(
        identity: &Identity,
        clients: Arc<dyn ClientCertVerifier>,
    ) -> io::Result<Self> {
        let resumes = !clients.offer_client_auth();
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_client_cert_verifier(clients)
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(identity.certified())));
        config.alpn_protocols = vec![ALPN.to_vec()];
        // Auditors expect the server to choose the cipher suite. AES is fast on every device of the last ten years.
        config.ignore_client_order = true;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        // Browsers use several connections, but resume each of them from the ticket of the last.
        config.send_tls13_tickets = usize::from(resumes);
        if resumes {
            config.ticketer = ring::Ticketer::new().map_err(io::Error::other)?;
        }
        Ok(Self(Arc::new(config)))
    }
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerTls")
    }
}

/// What a client needs for one connection.
pub(crate) struct ClientTls {
    pub(super) config: Arc<ClientConfig>,
    pub(super) name: ServerName<'static>,
}

impl ClientTls {
    /// TLS to the server called `host`, a name or an address with or without brackets and zone. `verifier` judges the
    /// certificate of every connection: none is resumed.
    ///
    /// # Errors
    /// `host` is neither a DNS name nor an address.
    #[cfg(test)]
    pub(crate) fn new(host: &str, verifier: Arc<dyn ServerCertVerifier>) -> io::Result<Self> {
        Self::with_identity(host, verifier, None)
    }

    /// The same, for a client that shows the certificate of `identity` to a server that asks for one.
    ///
    /// # Errors
    /// `host` is neither a DNS name nor an address.
    pub(crate) fn with_identity(
        host: &str,
        verifier: Arc<dyn ServerCertVerifier>,
        identity: Option<&Identity>,
    ) -> io::Result<Self> {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match identity {
            Some(identity) => {
                let own = SingleCertAndKey::from(identity.certified());
                config.with_client_cert_resolver(Arc::new(own))
            }
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = vec![ALPN.to_vec()];
        // A resumed session would not be verified again.
        config.resumption = Resumption::disabled();
        let name = ServerName::try_from(without_zone(host).to_owned()).map_err(io::Error::other)?;
        let config = Arc::new(config);
        Ok(Self { config, name })
    }
}

impl fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClientTls").field(&self.name).finish()
    }
}

/// The zone of an address means something on this computer only.
fn without_zone(host: &str) -> &str {
    let host = host.strip_prefix('[').unwrap_or(host);
    let host = host.strip_suffix(']').unwrap_or(host);
    host.split('%').next().unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_hosts() {
        for (host, name) in [
            ("192.168.1.7", "192.168.1.7"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]", "fe80::1"),
            ("[::1]", "::1"),
            ("example.org", "example.org"),
            ("my_pc.local", "my_pc.local"),
            ("desk", "desk"),
        ] {
            let verifier = Arc::new(super::super::tests::Anyone);
            let tls = ClientTls::new(host, verifier).unwrap();
            assert_eq!(tls.name.to_str(), name);
        }
        for host in ["", "%eth0", "a b", "a/b", "-", "\u{e9}"] {
            let verifier = Arc::new(super::super::tests::Anyone);
            assert!(ClientTls::new(host, verifier).is_err(), "{host}");
        }
    }
}
