//! Who may use the share of `landline serve`, and the links to it.

use std::path::Path;

use crate::args;
use crate::commands::{identity, password, warn};
use crate::sentence;
use crate::text::Sentence;
use landline_engine::identity::{Identity, Pin};
use landline_engine::password::LinkToken;
use landline_engine::server::{Config, Privacy};
use landline_engine::transport::addresses::Address;

/// What the links to the share contain.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Links {
    identity: Option<Pin>,
    token: Option<LinkToken>,
    is_encrypted_only: bool,
    /// Whether a link is printed beside the addresses.
    is_printed: bool,
}

/// Who may use the share, as `args` say.
///
/// # Errors
/// The password cannot be used.
pub(super) fn privacy(args: &args::Serve) -> Result<Privacy, Sentence> {
    let file: Option<&Path> = args.password_file.as_deref();
    let password = password::given(file)?;
    Ok(Privacy {
        token: password
            .as_ref()
            .filter(|_| args.link)
            .map(|_| LinkToken::random()),
        password,
        allows_raw: args.allow_raw,
        is_encrypted_only: args.encrypted_only,
    })
}

/// The identity of this computer for the share; none if there is a problem, about which the user is warned.
///
/// # Errors
/// There is a problem, and an identity `is_needed`.
pub(super) fn identity(is_needed: bool) -> Result<Option<Identity>, Sentence> {
    match identity::own() {
        Ok(own) => Ok(Some(own)),
        Err(why) if is_needed => Err(why),
        Err(why) => {
            let (first, second) = (
                why.to_string(),
                sentence!("serve-not-encrypted").to_string(),
            );
            warn(sentence!("two-sentences", first = first, second = second));
            Ok(None)
        }
    }
}

impl Links {
    /// Those to the share of `config`; one is printed if that `is_wanted`.
    pub(super) fn new(config: &Config, is_wanted: bool) -> Self {
        Self {
            identity: config.identity.as_ref().map(|it| it.fingerprint().pin()),
            token: config.privacy.token,
            is_encrypted_only: config.privacy.is_encrypted_only,
            is_printed: is_wanted,
        }
    }

    /// The address as it is typed.
    pub(super) fn url(&self, address: &Address) -> String {
        let url = address.url();
        match url.strip_prefix("http:") {
            Some(rest) if self.is_encrypted_only => format!("https:{rest}"),
            _ => url,
        }
    }

    /// What the QR code has: also the identity, so that the client notices a forgery, and the token, if there is one.
    pub(super) fn code(&self, address: &Address) -> String {
        let mut url = self.url(address);
        if self.token.is_some() || self.identity.is_some() {
            url.push('/');
        }
        if let Some(token) = &self.token {
            url = format!("{url}?k={}", token.reveal());
        }
        if let Some(pin) = &self.identity {
            url = format!("{url}#fp={pin}");
        }
        url
    }

    /// The link that is printed.
    pub(super) fn printed(&self, address: &Address) -> Option<String> {
        self.is_printed.then(|| self.code(address))
    }
}

#[cfg(test)]
mod tests {
    use landline_engine::password::Password;
    use landline_engine::transport::addresses::Reach;

    use super::*;

    #[test]
    fn addresses_are_clean_and_links_are_complete() {
        let address = Address {
            ip: "192.168.1.5".parse().unwrap(),
            port: 8080,
            reach: Reach::Lan,
        };
        let mut config = Config::new(".");
        let links = Links::new(&config, false);
        assert_eq!(links.code(&address), "http://192.168.1.5:8080");
        assert_eq!(links.printed(&address), None);
        let identity = Identity::generate().unwrap();
        let pin = identity.fingerprint().pin();
        config.identity = Some(identity);
        let code = Links::new(&config, false).code(&address);
        assert_eq!(code, format!("http://192.168.1.5:8080/#fp={pin}"));
        let token = LinkToken::random();
        config.privacy = Privacy {
            password: Password::new("secret"),
            token: Some(token),
            is_encrypted_only: true,
            ..Privacy::default()
        };
        let links = Links::new(&config, true);
        assert_eq!(links.url(&address), "https://192.168.1.5:8080");
        let link = format!("https://192.168.1.5:8080/?k={}#fp={pin}", token.reveal());
        assert_eq!(links.printed(&address), Some(link));
        assert!(!format!("{links:?}").contains(&token.reveal()));
    }
}
