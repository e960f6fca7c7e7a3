//! What is remembered of other computers, and the passwords that the user enters. Files are read and written on threads.

use std::time::Instant;

use super::app::App;
use super::inbox::Event;
use super::model::known;
use super::model::password::{PasswordQuestion, Problem, Waiting};
use crate::sentence;
use landline_engine::client::{ClientEvent, KnownServers};
use landline_engine::error::ClientError;
use landline_engine::password::Password;
use landline_engine::threads;
use landline_engine::transfer::TransferId;

impl App {
    /// Does something with what is remembered, on a thread that the program waits for, and reports an event and then what
    /// is remembered.
    fn with_known(&self, work: impl FnOnce(&KnownServers) -> Option<Event> + Send + 'static) {
        let Some(client) = &self.client else {
            return;
        };
        let (servers, outbox) = (client.servers().clone(), self.outbox.clone());
        let unfinished = self.unfinished.clone();
        let worker = threads::spawn("known computers", move || {
            let event = work(&servers);
            outbox.send(Event::Known(known::read(&servers)));
            if let Some(event) = event {
                outbox.send(event);
            }
            drop(unfinished);
        });
        if let Err(error) = worker {
            log::error!("known computers: {error}");
        }
    }

    /// Looks up what is remembered of other computers.
    pub(super) fn read_known(&self) {
        self.with_known(|_| None);
    }

    /// Forgets the identity and the password of a computer.
    pub(super) fn forget_computer(&mut self, host: String, port: u16) {
        self.model.client.forget_visit(&host, port);
        self.with_known(move |servers| {
            servers.identities.forget(&host, port);
            servers.passwords.forget(&host, port);
            None
        });
    }

    /// Forgets the identity of a computer, and asks it again.
    pub(super) fn forget_identity(&self, host: String, port: u16) {
        self.with_known(move |servers| {
            servers.identities.forget(&host, port);
            Some(Event::IdentityForgotten(host, port))
        });
    }

    /// Asks a computer again whose identity was forgotten.
    pub(super) fn identity_forgotten(&mut self, host: &str, port: u16) {
        self.model.client.forget_visit(host, port);
        let (place, rows) = self.model.refused_identity(host, port);
        if let Some(place) = place {
            self.look_at(Ok(place));
        }
        for id in rows {
            self.resume(id);
        }
    }

    /// Hands the tokens of links to the engine, for this run. A password that is kept is tried first.
    pub(super) fn take_tokens(&mut self) {
        let Some(client) = &self.client else {
            return;
        };
        let passwords = &client.servers().passwords;
        for token in std::mem::take(&mut self.model.client.tokens) {
            if passwords.is_kept(&token.host, token.port) {
                self.model.client.spare_tokens.push(token);
            } else {
                passwords.set(&token.host, token.port, token.password, false);
            }
        }
    }

    /// Tries the password that was entered.
    pub(super) fn submit_password(&mut self) {
        let Some(question) = &mut self.model.client.password else {
            return;
        };
        if question.tried.is_some() {
            return;
        }
        let Some(password) = Password::new(&question.typed.0) else {
            question.failed(Problem::Unusable);
            return;
        };
        question.problem = None;
        question.tried = Some(Instant::now());
        let (host, port) = (question.host.clone(), question.port);
        self.model.may_ask(&host, port);
        self.use_password(host, port, password);
    }

    /// Uses a password for this run, and tries again what waits for it.
    fn use_password(&self, host: String, port: u16, password: Password) {
        self.with_known(move |servers| {
            servers.passwords.set(&host, port, password, false);
            Some(Event::PasswordSet(host, port))
        });
    }

    /// Tries again what waits for a password of this host.
    pub(super) fn password_set(&mut self, host: &str, port: u16) {
        let question = self.model.client.password.as_ref();
        let question =
            question.filter(|question| question.is_about(host, port) && question.tried.is_some());
        match question.map(|question| question.waiting.clone()) {
            Some(Waiting::Listing(place)) => self.look_at(Ok(place)),
            Some(Waiting::Row(key)) => {
                let mut rows = self.model.client.transfers.rows();
                let row = rows.find(|row| row.key == key);
                let id = row.map(|row| row.transfer.id());
                drop(rows);
                if let Some(id) = id {
                    self.resume(id);
                }
            }
            // Cancelled meanwhile, or the token of a link.
            None => {
                let is_it = |open: &mut PasswordQuestion| open.is_about(host, port);
                self.model.client.password.take_if(is_it);
                self.go_on_with_password(host, port);
            }
        }
    }

    /// Goes on with everything that waits for the password of this host.
    fn go_on_with_password(&mut self, host: &str, port: u16) {
        if let Some(place) = self.model.client.browse.place()
            && place.port == port
            && place.host.eq_ignore_ascii_case(host)
            && let Some(ClientError::Password(_)) = self.model.client.browse.error()
        {
            let place = place.clone();
            self.look_at(Ok(place));
        }
        let waiting: Vec<TransferId> = self.model.waiting_for_password(host, port);
        for id in waiting {
            self.resume(id);
        }
    }

    /// Handles what an event says about passwords.
    pub(super) fn heard_of_password(&mut self, event: &ClientEvent) {
        if let ClientEvent::Listed(_, Err(ClientError::Tls(_))) = event {
            // One of its buttons depends on it.
            self.read_known();
        }
        if let Some((host, port)) = self.model.refused(event)
            && self.model.client.password.is_none()
        {
            let is_it = |token: &mut super::model::client::Token| {
                token.port == port && token.host.eq_ignore_ascii_case(&host)
            };
            let mut spare = self.model.client.spare_tokens.extract_if(.., is_it);
            let token = spare.next();
            drop(spare);
            if let Some(token) = token {
                self.use_password(host, port, token.password);
                return;
            }
        }
        self.model.heard_of_password(event, Instant::now());
    }

    /// Closes the question for a password once that was accepted, and goes on with the rest.
    pub(super) fn check_password(&mut self, now: Instant) {
        if !self.model.is_let_in(now) {
            return;
        }
        let Some(question) = self.model.client.password.take() else {
            return;
        };
        let (host, port) = (question.host.clone(), question.port);
        self.go_on_with_password(&host, port);
        if question.is_kept {
            self.with_known(move |servers| {
                let passwords = &servers.passwords;
                let password = passwords.get(&host, port)?;
                passwords.set(&host, port, password, true);
                let is_lost = !passwords.is_kept(&host, port);
                is_lost.then(|| Event::Problem(sentence!("password-not-kept", host = host)))
            });
        }
    }
}
