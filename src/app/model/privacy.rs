//! Who may use the share, and how it is reached: its password, its links, and the identity of this computer.

use std::fmt;
use std::ops::{Deref, DerefMut};

use zeroize::Zeroizing;

use super::{Failure, Model, Step};
use crate::sentence;
use crate::share_secrets::ShareSecrets;
use crate::text::{Describe as _, Sentence};
use landline_engine::identity::{Identity, IdentityError};
use landline_engine::password::Password;
use landline_engine::server::Privacy;
use landline_engine::transport::addresses::Address;

/// The state of privacy beside the settings.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
pub(crate) struct PrivacyModel {
    /// *Password*, as it is typed.
    pub typed: Typed,
    /// Whether *Password* is legible.
    pub is_legible: bool,
    /// Whether what was typed cannot be a password.
    pub is_invalid: bool,
    /// The password and the token that apply.
    pub secrets: ShareSecrets,
    /// Whether those of the last run could not be read, so that nothing is shared without being asked for.
    pub is_lost: bool,
    /// Who this computer is.
    pub identity: OwnIdentity,
    /// Whether a share starts as soon as that is known.
    pub is_awaited: bool,
}

/// The identity of this computer.
#[derive(Clone, Debug, Default)]
pub(crate) enum OwnIdentity {
    /// It is being read or made.
    #[default]
    Loading,
    /// It can be used.
    Known(Identity),
    /// It cannot be used.
    Failed(IdentityError),
}

/// A password that is being typed; zeroed on drop. The field that shows it keeps copies for as long as it is drawn.
#[derive(Default)]
pub(crate) struct Typed(Zeroizing<String>);

/// Keeps it out of logs.
impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed")
    }
}

impl Deref for Typed {
    type Target = String;

    fn deref(&self) -> &String {
        &self.0
    }
}

impl DerefMut for Typed {
    fn deref_mut(&mut self) -> &mut String {
        &mut self.0
    }
}

/// What *Copy* copies: an address of the share, or of a file in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The address of the share.
    pub address: Address,
    /// The name of the file.
    pub name: Option<String>,
}

impl PrivacyModel {
    /// These secrets are from the last run.
    pub(crate) fn restore(&mut self, secrets: ShareSecrets) {
        let password = secrets.password().map_or("", Password::reveal);
        self.typed = Typed(Zeroizing::new(password.to_owned()));
        self.secrets = secrets;
    }

    /// Whether the share asks for a password.
    pub(crate) fn has_password(&self) -> bool {
        self.secrets.password().is_some()
    }

    /// Whether *Password* shows another password than applies.
    pub(crate) fn is_changed(&self) -> bool {
        self.secrets.password().map_or("", Password::reveal) != self.typed.as_str()
    }

    /// Makes what was typed the password, or says that it cannot be one.
    pub(crate) fn take_password(&mut self) {
        let password = Password::new(&self.typed);
        self.is_invalid = password.is_none() && !self.typed.is_empty();
        if !self.is_invalid {
            self.secrets.set_password(password);
        }
    }

    /// The identity, if it can be used.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        match &self.identity {
            OwnIdentity::Known(identity) => Some(identity),
            OwnIdentity::Loading | OwnIdentity::Failed(_) => None,
        }
    }

    /// Why the identity cannot be used, and what to do.
    pub(crate) fn problem(&self) -> Option<Sentence> {
        match &self.identity {
            OwnIdentity::Failed(why) => Some(why.sentence()),
            OwnIdentity::Loading | OwnIdentity::Known(_) => None,
        }
    }
}

impl Model {
    /// Whether to start sharing when the window opens.
    pub(crate) fn shares_at_launch(&self) -> bool {
        self.settings.shares_at_launch() && !self.privacy.is_lost
    }

    /// Who may use the share, and how it is reached.
    pub(crate) fn privacy(&self) -> Privacy {
        let secrets = &self.privacy.secrets;
        let token = secrets.token();
        Privacy {
            password: secrets.password().cloned(),
            token: token.filter(|_| self.settings.links_carry_token),
            allows_raw: self.settings.raw_with_password,
            is_encrypted_only: self.settings.encrypted_only,
        }
    }

    /// Makes what was typed the password, and a token where links need one.
    pub(crate) fn take_privacy(&mut self) {
        self.privacy.take_password();
        if self.settings.links_carry_token {
            self.privacy.secrets.need_token();
        }
    }

    /// Why nothing is shared, if it would have to be encrypted and cannot be, or if what was typed is no password.
    pub(crate) fn not_private(&self) -> Option<Failure> {
        if self.privacy.is_invalid {
            return Some(Failure::new(sentence!("password-unusable")));
        }
        let problem = self.privacy.problem();
        problem.filter(|_| self.settings.encrypted_only).map(|why| {
            let (why, hint) = (why.title(), why.hint().unwrap_or_default());
            Failure {
                reason: sentence!("only-encrypted-is-shared", why = why, hint = hint),
                steps: vec![Step::TryAgain],
            }
        })
    }

    /// Why the share is not encrypted.
    pub(crate) fn not_encrypted(&self) -> Option<Failure> {
        let why = self.privacy.problem()?;
        let (why, hint) = (why.title(), why.hint().unwrap_or_default());
        Some(Failure::new(sentence!(
            "shared-unencrypted",
            why = why,
            hint = hint
        )))
    }

    /// An address of the share as it is shown: without secrets.
    pub(crate) fn url(&self, address: &Address) -> String {
        self.in_its_scheme(address.url())
    }

    /// What the link contains that is not shown: the identity, so that the other side notices a forgery, and the token
    /// that stands for the password, if the user wants that.
    pub(crate) fn link(&self, link: &Link) -> String {
        let privacy = self.privacy();
        let token = privacy.password.and(privacy.token);
        let identity = self.privacy.identity();
        let mut url = match &link.name {
            Some(name) => link.address.url_of(name),
            None if token.is_some() || identity.is_some() => format!("{}/", link.address.url()),
            None => link.address.url(),
        };
        if let Some(token) = token {
            url = format!("{url}?k={}", token.reveal());
        }
        if let Some(identity) = identity {
            url = format!("{url}#fp={}", identity.fingerprint().pin());
        }
        self.in_its_scheme(url)
    }

    fn in_its_scheme(&self, url: String) -> String {
        match url.strip_prefix("http:") {
            Some(rest) if self.settings.encrypted_only => format!("https:{rest}"),
            _ => url,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use landline_engine::client::Location;
    use landline_engine::transport::addresses::Reach;

    fn link(name: Option<&str>) -> Link {
        Link {
            address: Address {
                ip: "192.168.1.5".parse().unwrap(),
                port: 8080,
                reach: Reach::Lan,
            },
            name: name.map(str::to_owned),
        }
    }

    fn typed(model: &mut Model, text: &str) {
        text.clone_into(&mut model.privacy.typed);
        model.privacy.take_password();
    }

    #[test]
    fn what_cannot_be_a_password_leaves_the_old_one() {
        let mut model = Model::default();
        typed(&mut model, "hunter2");
        assert!(model.privacy.has_password() && !model.privacy.is_changed());
        for wrong in ["\t", "a\u{7}", &"x".repeat(257), &"密".repeat(86)] {
            typed(&mut model, wrong);
            let privacy = &model.privacy;
            assert!(privacy.is_invalid && privacy.is_changed(), "{wrong:?}");
            assert_eq!(model.privacy().password, Password::new("hunter2"));
            assert!(model.not_private().is_some());
        }
        typed(&mut model, "");
        assert!(!model.privacy.is_invalid && !model.privacy.has_password());
        assert_eq!(model.not_private(), None);
    }

    #[test]
    fn links_say_only_what_they_must() {
        let mut model = Model::default();
        assert_eq!(model.link(&link(None)), "http://192.168.1.5:8080");
        assert_eq!(
            model.link(&link(Some("a b"))),
            "http://192.168.1.5:8080/a%20b"
        );
        let identity = Identity::generate().unwrap();
        let pin = identity.fingerprint().pin();
        model.privacy.identity = OwnIdentity::Known(identity);
        let expected = format!("http://192.168.1.5:8080/#fp={pin}");
        assert_eq!(model.link(&link(None)), expected);
        // A token without a password means nothing.
        model.settings.links_carry_token = true;
        assert_eq!(model.link(&link(None)), expected);
        typed(&mut model, "hunter2");
        model.privacy.secrets.need_token();
        let token = model.privacy.secrets.token().unwrap().reveal();
        let end = format!("?k={token}#fp={pin}");
        assert_eq!(
            model.link(&link(None)),
            format!("http://192.168.1.5:8080/{end}")
        );
        let named = model.link(&link(Some("a?b")));
        assert_eq!(named, format!("http://192.168.1.5:8080/a%3Fb{end}"));
        assert_eq!(
            Location::parse(&named).unwrap().name.as_deref(),
            Some("a?b")
        );
        model.settings.encrypted_only = true;
        assert_eq!(
            model.link(&link(None)),
            format!("https://192.168.1.5:8080/{end}")
        );
        assert_eq!(model.url(&link(None).address), "https://192.168.1.5:8080");
        model.settings.links_carry_token = false;
        assert_eq!(model.privacy().token, None);
        assert!(!model.link(&link(None)).contains(&token));
        assert!(!format!("{model:?}").contains("hunter2"));
    }

    #[test]
    fn without_an_identity_only_what_must_be_encrypted_is_not_shared() {
        let mut model = Model::default();
        model.settings.folder = "/srv".to_owned();
        let path = "/cfg/identity.pem".into();
        model.privacy.identity = OwnIdentity::Failed(IdentityError::Exposed { path });
        assert!(model.share_config().unwrap().identity.is_none());
        model.settings.encrypted_only = true;
        let failure = model.share_config().unwrap_err();
        assert!(failure.reason.to_string().contains("/cfg/identity.pem"));
        assert_eq!(failure.steps, [Step::TryAgain]);
    }
}
