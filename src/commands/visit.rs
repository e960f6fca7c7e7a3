//! What `get` and `send` know of a server, what they ask the user, and what they say of its identity.

use std::sync::Arc;

use crossbeam_channel::Receiver;
use indicatif::ProgressBar;

use super::password::{self, Typed};
use super::warn;
use crate::args::ServerPassword;
use crate::text::{Describe as _, Sentence, describe};
use crate::{sentence, settings, t};
use landline_engine::client::{KnownServers, Passwords, authority};
use landline_engine::error::{ClientError, Failure, PasswordError, TlsError};
use landline_engine::identity::{KnownIdentities, Protection, Trust};
use landline_engine::password::Password;
use landline_engine::transfer::{Outcome, Transfer};

/// How often a password is asked for.
const MAX_TRIES: u32 = 3;

/// A server, and what is known of it.
pub(super) struct Visit {
    pub(super) servers: KnownServers,
    host: String,
    port: u16,
    /// From a file or variable: nobody is asked.
    given: Option<Password>,
    remembers: bool,
    tries: u32,
    /// The user knows its identity.
    is_introduced: bool,
}

impl Visit {
    /// To `host`. `token` is the secret of the link that leads there.
    ///
    /// # Errors
    /// The password in a file or variable cannot be used.
    pub(super) fn new(
        host: &str,
        port: u16,
        token: Option<Password>,
        args: &ServerPassword,
    ) -> Result<Self, Sentence> {
        let servers = known_servers();
        let file = args.password_file.as_deref();
        let given = match token.as_ref().filter(|_| file.is_none()) {
            Some(_) => None,
            None => password::given(file)?,
        };
        if let Some(password) = given.clone().or(token) {
            servers.passwords.set_for_now(host, port, password);
        }
        Ok(Self {
            servers,
            host: host.to_owned(),
            port,
            given,
            remembers: args.remember_password,
            tries: 0,
            is_introduced: false,
        })
    }

    /// Prints the identity of a server that is visited for the first time.
    pub(super) fn introduce(&mut self, transfer: &Transfer, bar: &ProgressBar) {
        if self.is_introduced {
            return;
        }
        if let Some(Protection::Tls {
            fingerprint,
            trust: Trust::FirstTime,
        }) = transfer.protection()
        {
            self.is_introduced = true;
            let words = fingerprint.words().join(" ");
            let host = &*self.host;
            bar.suspend(|| {
                warn(sentence!("first-visit-to", host = host, words = words));
            });
        }
    }

    /// Whether to try again after `transfer`, because the user has typed a password. What `interrupted` receives ends
    /// the question.
    pub(super) fn asks_again(&mut self, transfer: &Transfer, interrupted: &Receiver<()>) -> bool {
        let Some(ClientError::Password(
            why @ (PasswordError::Required { .. } | PasswordError::Wrong { .. }),
        )) = error(transfer)
        else {
            return false;
        };
        // It may have redirected to the port of `https`.
        let at = match why {
            PasswordError::Required { port, .. } | PasswordError::Wrong { port, .. } => *port,
            _ => self.port,
        };
        let is_moved = at != self.port;
        self.port = at;
        if let Some(given) = self.given.clone().filter(|_| is_moved) {
            self.servers.passwords.set_for_now(&self.host, at, given);
            return true;
        }
        if self.given.is_some() || !password::can_ask() {
            return false;
        }
        if matches!(why, PasswordError::Wrong { .. }) && self.tries < MAX_TRIES {
            warn(why.sentence().title());
        }
        while self.tries < MAX_TRIES {
            self.tries += 1;
            let prompt = match why {
                PasswordError::Required { is_pin: true, .. }
                | PasswordError::Wrong { is_pin: true, .. } => {
                    t!("pin-prompt", host = &*self.host)
                }
                _ => t!("password-prompt", host = &*self.host),
            };
            match password::ask(&prompt, interrupted) {
                Ok(Typed::Password(typed)) => {
                    let passwords = &self.servers.passwords;
                    passwords.set_for_now(&self.host, self.port, typed);
                    return true;
                }
                Ok(Typed::Other) => warn(sentence!("not-a-password-typed")),
                Ok(Typed::End) => return false,
                Err(e) => {
                    log::warn!("asking for a password: {e}");
                    return false;
                }
            }
        }
        false
    }

    /// Keeps the password if the user wants that, and the server has accepted it.
    pub(super) fn remember(&self, transfer: &Transfer) {
        let is_refused = matches!(error(transfer), Some(ClientError::Password(_)));
        let is_reached = transfer.protocol().is_some();
        let passwords = &self.servers.passwords;
        if !self.remembers || is_refused || !is_reached {
            return;
        }
        let Some(password) = passwords.get(&self.host, self.port) else {
            return;
        };
        if !passwords.is_kept(&self.host, self.port) {
            passwords.set(&self.host, self.port, password, true);
        }
        if !passwords.is_kept(&self.host, self.port) {
            warn(sentence!("password-not-kept", host = &*self.host));
        }
    }
}

/// What earlier runs know of servers.
pub(super) fn known_servers() -> KnownServers {
    settings::dir().map_or_else(KnownServers::default, |dir| KnownServers {
        identities: KnownIdentities::of(&dir),
        passwords: Passwords::of(&dir),
        localsend: <_>::default(),
    })
}

/// Why `transfer` has failed, with hints for users of commands.
pub(super) fn reason(transfer: &Arc<Transfer>) -> Option<Sentence> {
    match error(transfer) {
        Some(ClientError::Password(PasswordError::Required {
            host, is_pin: true, ..
        })) => Some(sentence!("pin-required-by", host = host)),
        Some(ClientError::Password(PasswordError::Required { host, .. })) => {
            Some(sentence!("password-required-by", host = host))
        }
        Some(ClientError::Tls(TlsError::IdentityChanged {
            host,
            port,
            known,
            found,
        })) => Some(sentence!(
            "identity-changed-of",
            host = host,
            known = known.words().join(" "),
            found = found.words().join(" "),
            server = authority(host, *port)
        )),
        Some(ClientError::Tls(TlsError::NotEncrypted { host, port })) => Some(sentence!(
            "not-encrypted-by",
            host = host,
            port = *port,
            server = authority(host, *port)
        )),
        _ => describe::reason(transfer),
    }
}

fn error(transfer: &Transfer) -> Option<&ClientError> {
    match transfer.outcome()? {
        Outcome::Failed(Failure::Fetch(error)) | Outcome::Paused(Some(error)) => Some(error),
        _ => None,
    }
}
