//! The password of the share and the token of its links, in a file of their own that only the user can read.
//! They are in no other file, and `Debug` shows neither.

use std::fmt;
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::stored::Stored;
use landline_engine::password::{LinkToken, Password};

/// The password of the share and the token of its links.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShareSecrets {
    #[serde(serialize_with = "write_password", deserialize_with = "read_password")]
    password: Option<Password>,
    #[serde(serialize_with = "write_token", deserialize_with = "read_token")]
    token: Option<LinkToken>,
}

impl ShareSecrets {
    /// The password, if there is one.
    pub fn password(&self) -> Option<&Password> {
        self.password.as_ref()
    }

    /// The token of links, if one was needed since the share has a password.
    pub fn token(&self) -> Option<LinkToken> {
        self.token
    }

    /// Sets the password. Without one, the token ends too: it does not come back with the next password.
    pub fn set_password(&mut self, password: Option<Password>) {
        if password.is_none() {
            self.token = None;
        }
        self.password = password;
    }

    /// Makes a token, if there is a password and no token yet.
    pub fn need_token(&mut self) {
        if self.password.is_some() {
            self.token.get_or_insert_with(LinkToken::random);
        }
    }

    /// Makes another token, so that links with the old one are worthless.
    pub fn renew_token(&mut self) {
        self.token = None;
        self.need_token();
    }
}

/// The file is written to a temporary file first, which only the user can read (on Unix, mode 0600), and renamed.
impl Stored for ShareSecrets {
    const NAME: &'static str = "share-secrets";
    /// The longest password, escaped, and a token.
    const MAX_LEN: u64 = 16 * 1024;
    const DEBOUNCE: Duration = Duration::from_millis(50);
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
fn write_password<S: Serializer>(password: &Option<Password>, to: S) -> Result<S::Ok, S::Error> {
    match password {
        Some(password) => to.serialize_some(password.reveal()),
        None => to.serialize_none(),
    }
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
fn write_token<S: Serializer>(token: &Option<LinkToken>, to: S) -> Result<S::Ok, S::Error> {
    match token {
        Some(token) => to.serialize_some(&token.reveal()),
        None => to.serialize_none(),
    }
}

fn read_password<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Password>, D::Error> {
    from.deserialize_option(Secret(Password::new))
}

fn read_token<'de, D: Deserializer<'de>>(from: D) -> Result<Option<LinkToken>, D::Error> {
    from.deserialize_option(Secret(|text: &str| text.parse().ok()))
}

/// Reads a secret or nothing. Its errors do not quote what was found; those of serde may, so that only their kind may be
/// logged.
struct Secret<F>(F);

impl<'de, T, F: Fn(&str) -> Option<T>> Visitor<'de> for Secret<F> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let secret = (self.0)(text).ok_or_else(|| E::custom("not a secret"))?;
        Ok(Some(secret))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn with_password(typed: &str) -> ShareSecrets {
        let mut secrets = ShareSecrets::default();
        secrets.set_password(Password::new(typed));
        secrets
    }

    #[test]
    fn they_are_saved_and_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let load = || ShareSecrets::load(dir.path()).unwrap();
        assert_eq!(load(), ShareSecrets::default());
        let mut secrets = with_password("käse \"1\" 密码");
        for _ in 0..2 {
            secrets.save(dir.path()).unwrap();
            assert_eq!(load(), secrets);
            secrets.need_token();
        }
        let longest = with_password(&"\"".repeat(Password::MAX_LEN));
        longest.save(dir.path()).unwrap();
        assert_eq!(load(), longest);
        let none = ShareSecrets::default();
        none.save(dir.path()).unwrap();
        assert_eq!(load(), none);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_can_read_them() {
        use std::os::unix::fs::PermissionsExt as _;

        let dir = tempfile::tempdir().unwrap();
        with_password("hunter2").save(dir.path()).unwrap();
        let path = dir.path().join("share-secrets.json");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        // A file that somebody made readable is replaced with the next change.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        with_password("hunter3").save(dir.path()).unwrap();
        assert_eq!(mode(), 0o600);
    }

    #[test]
    fn debug_and_errors_show_none() {
        let mut secrets = with_password("hunter2");
        secrets.need_token();
        let token = secrets.token().unwrap().reveal();
        let shown = format!("{secrets:?}");
        assert!(
            !shown.contains("hunter2") && !shown.contains(&token),
            "{shown}"
        );
        let dir = tempfile::tempdir().unwrap();
        for wrong in [
            r#"{"password": 190807, "token": null}"#,
            r#"{"password": "190807\u0007", "token": null}"#,
            r#"{"password": ["190807"]}"#,
            r#"{"password": null, "token": "190807"}"#,
            r#""190807""#,
        ] {
            fs::write(dir.path().join("share-secrets.json"), wrong).unwrap();
            let error = ShareSecrets::load(dir.path()).unwrap_err();
            let cause = error.kind();
            assert_eq!(cause, std::io::ErrorKind::InvalidData, "{wrong}");
        }
    }

    #[test]
    fn a_token_belongs_to_a_password() {
        let mut secrets = ShareSecrets::default();
        secrets.need_token();
        secrets.renew_token();
        assert_eq!(secrets.token(), None);
        secrets.set_password(Password::new("a"));
        assert_eq!(secrets.token(), None);
        secrets.need_token();
        let first = secrets.token().unwrap();
        secrets.need_token();
        assert_eq!(secrets.token(), Some(first));
        secrets.set_password(Password::new("b"));
        assert_eq!(secrets.token(), Some(first));
        secrets.renew_token();
        assert_ne!(secrets.token(), Some(first));
        secrets.set_password(None);
        assert_eq!(secrets.token(), None);
    }
}
