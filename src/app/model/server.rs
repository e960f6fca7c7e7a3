//! The Server tab: the state of the share, its addresses and its log.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::call::not_hex;
use super::firewall::Firewall;
use super::log::{Line, Log, What};
use super::sockets::SocketTable;
use super::transfers::Transfers;
use super::{Calls, Failure, Model, Opened, Selection, Step, port};
use crate::settings::{AnswerRule, AnswerTo, AnswerWith};
use crate::text::page::FluentTexts;
use crate::text::{Describe as _, Sentence, describe};
use crate::{sentence, t};
use landline_engine::call::{Answering, CallState, Reply, Rule, When, hex};
use landline_engine::error::ServerError;
use landline_engine::server::{Config, ServerEvent, host_names};
use landline_engine::transport::DEFAULT_PORT;
use landline_engine::transport::addresses::Address;

/// The state of the share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Nothing is shared.
    #[default]
    Off,
    /// The port is being opened.
    Starting,
    /// Serving.
    On {
        /// Where it can be reached, best first.
        addresses: Vec<Address>,
        /// The file count; `None` until the first scan has completed.
        files: Option<Counted>,
    },
    /// Shutting down.
    Stopping,
}

/// The number of files in the shared folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Files that can be downloaded.
    pub files: u64,
    /// Files and folders that cannot, because of their names.
    pub omitted: u64,
    /// Whether the scan stopped before it had counted all.
    pub more: bool,
}

/// The state of the Server tab beside the settings.
#[derive(Debug, Default)]
pub(crate) struct ServerModel {
    /// The state of the share.
    pub sharing: Sharing,
    /// Why sharing failed.
    pub failure: Option<Failure>,
    /// Uploads.
    pub transfers: Transfers,
    /// The log of the share.
    pub log: Log,
    /// Callers, while messages are answered.
    pub calls: Calls,
    /// The sockets of this program.
    pub sockets: SocketTable,
    /// What fills the page instead of the cards.
    pub opened: Option<Opened>,
    /// The selection that is shared instead of the whole folder in the settings.
    pub selection: Option<Selection>,
    /// The folder and name of a file that was dropped on the window; its address is shown while its
    /// folder is shared.
    pub offered: Option<(PathBuf, String)>,
    /// The firewall that may block connections, if one was detected.
    pub firewall: Option<Firewall>,
    /// Whether another computer has connected.
    pub was_reached: bool,
    /// Whether all addresses are shown, not only the first few.
    pub all_addresses: bool,
}

impl ServerModel {
    /// Handles an event, at the time `at` as shown in the log. Returns whether the share has ended.
    pub(crate) fn apply(&mut self, at: String, event: ServerEvent) -> bool {
        match event {
            ServerEvent::Listening(addresses) => {
                self.was_reached = false;
                self.sharing = Sharing::On {
                    addresses,
                    files: None,
                };
            }
            ServerEvent::Counted {
                files,
                omitted,
                more,
            } => {
                if let Sharing::On { files: known, .. } = &mut self.sharing {
                    *known = Some(Counted {
                        files,
                        omitted,
                        more,
                    });
                }
            }
            ServerEvent::Started(transfer) => {
                self.note_peer(transfer.peer());
                self.transfers.add(transfer, None);
            }
            ServerEvent::Ended(transfer) | ServerEvent::Over(transfer) => {
                self.note_peer(transfer.peer());
                self.log.add(Line {
                    at,
                    peer: Some(transfer.peer().to_owned()),
                    what: What::Said(describe::upload_summary(&transfer)),
                });
                self.transfers.add(transfer, None);
            }
            ServerEvent::Logged { peer, entry } => {
                self.said(at, peer, What::Said(entry.sentence()));
            }
            ServerEvent::Message { peer, text } => self.said(at, peer, What::Message(text)),
            ServerEvent::Caller(call) => self.calls.add(call),
            // Drawn by the Server tab.
            ServerEvent::Offered(_) | ServerEvent::OfferOver(_) | ServerEvent::Trusted(_) => {}
            ServerEvent::CallChanged(id) => {
                let call = self.calls.get(id);
                if call.is_some_and(|call| call.state() == CallState::Withdrawn) {
                    self.calls.remove(id);
                }
                // Everything else is looked up when it is drawn.
            }
            ServerEvent::Stopped(how) => {
                self.sharing = Sharing::Off;
                self.all_addresses = false;
                if let Err(error) = how {
                    self.fail(at, &error);
                }
                return true;
            }
            #[allow(unreachable_patterns, reason = "the engine may tell more one day")]
            _ => {}
        }
        false
    }

    /// The firewall that may block connections and the port; `None` once another computer has
    /// connected.
    pub(crate) fn blocking_firewall(&self) -> Option<(Firewall, u16)> {
        match &self.sharing {
            Sharing::On { addresses, .. } if !self.was_reached => {
                self.firewall.zip(addresses.first().map(|best| best.port))
            }
            _ => None,
        }
    }

    fn said(&mut self, at: String, peer: IpAddr, what: What) {
        let peer = peer.to_string();
        self.note_peer(&peer);
        let peer = Some(peer);
        self.log.add(Line { at, peer, what });
    }

    fn note_peer(&mut self, peer: &str) {
        if let (Ok(peer), Sharing::On { addresses, .. }) = (peer.parse::<IpAddr>(), &self.sharing) {
            let is_own = peer.is_loopback() || addresses.iter().any(|own| own.ip == peer);
            self.was_reached |= !is_own;
        }
    }

    fn fail(&mut self, at: String, error: &ServerError) {
        let reason = error.sentence();
        self.log.add(Line {
            at,
            peer: None,
            what: What::Said(reason.clone()),
        });
        let steps = match error {
            ServerError::PortTaken {
                free: Some(free), ..
            } => vec![Step::UsePort(*free), Step::ShowLog],
            ServerError::PortForbidden { .. } => vec![Step::UsePort(DEFAULT_PORT), Step::ShowLog],
            ServerError::NotAFolder { path } => share_instead(path),
            _ => vec![Step::TryAgain, Step::ShowLog],
        };
        self.failure = Some(Failure { reason, steps });
    }
}

/// What may be meant by a file that was given as the folder to share.
fn share_instead(file: &Path) -> Vec<Step> {
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let folder = file
        .parent()
        .map(|folder| Step::ShareFolder(folder.to_owned()));
    folder.into_iter().chain([Step::ShareFile(file)]).collect()
}

impl Model {
    /// Whether there is a folder to share.
    pub(crate) fn can_share(&self) -> bool {
        self.server.selection.is_some() || !self.settings.folder.trim().is_empty()
    }

    /// The configuration from the fields.
    ///
    /// # Errors
    /// Which field is wrong.
    pub(crate) fn share_config(&self) -> Result<Config, Failure> {
        if !self.can_share() {
            return Err(Failure::new(sentence!("no-folder")));
        }
        let folder = match &self.server.selection {
            Some(selection) => selection.folder.clone(),
            None => self.path(&self.settings.folder).map_err(Failure::new)?,
        };
        Ok(Config {
            port: port(&self.settings.port).map_err(Failure::new)?,
            hidden: self.settings.hidden,
            answering: self.answering(),
            allowed_hosts: self.allowed_hosts(),
            only: self.server.selection.as_ref().map(|of| of.names.clone()),
            name: self.computer_name(),
            texts: Arc::new(FluentTexts),
            ..Config::new(folder)
        })
    }

    /// How messages are handled, if they are answered. A rule that is not complete answers none.
    pub(crate) fn answering(&self) -> Option<Answering> {
        let rules = self.settings.answers.iter();
        self.settings.answering.then(|| Answering {
            rules: rules.filter_map(|typed| rule(typed).ok()).collect(),
            keeps_open: self.settings.keeps_open,
        })
    }

    /// The names from *Also answer to these names*, without what is not one.
    pub(crate) fn allowed_hosts(&self) -> Vec<String> {
        host_names(&self.settings.host_names).flatten().collect()
    }
}

/// The rule that was typed: the default answer unless another was typed.
///
/// # Errors
/// It is not complete, or its hex is none.
pub(crate) fn rule(typed: &AnswerRule) -> Result<Rule, Sentence> {
    let bytes = |text: &str| match hex::parse(text) {
        Ok(bytes) if bytes.is_empty() => Err(sentence!("rule-incomplete")),
        Ok(bytes) => Ok(bytes),
        Err(why) => Err(not_hex(why)),
    };
    let text = |text: &str| match text.trim() {
        "" => Err(sentence!("rule-incomplete")),
        text => Ok(text.to_owned()),
    };
    let when = match typed.to {
        AnswerTo::Any => When::Any,
        AnswerTo::Equals => When::Equals(text(&typed.what)?),
        AnswerTo::Contains => When::Contains(text(&typed.what)?),
        AnswerTo::Hex => When::Hex(bytes(&typed.what)?),
    };
    let reply = match typed.with {
        AnswerWith::Text => Reply::Text(text(&typed.answer).unwrap_or(t!("usual-answer"))),
        AnswerWith::Hex => Reply::Hex(bytes(&typed.answer)?),
        AnswerWith::Echo => Reply::Echo,
    };
    Ok(Rule { when, reply })
}

#[cfg(test)]
mod tests {
    use super::*;
    use landline_engine::server::LogEntry;
    use landline_engine::transport::addresses::Reach;

    #[test]
    fn a_taken_port_offers_a_free_one() {
        let mut server = ServerModel::default();
        let error = ServerError::PortTaken {
            port: 8080,
            free: Some(8081),
        };
        assert!(server.apply("12:03:22".to_owned(), ServerEvent::Stopped(Err(error))));
        assert_eq!(
            server.failure.unwrap().steps,
            [Step::UsePort(8081), Step::ShowLog]
        );
        assert_eq!((server.log.len(), server.sharing), (1, Sharing::Off));
    }

    #[test]
    fn the_firewall_warning_ends_with_the_first_connection() {
        let own = |ip: &str| Address {
            ip: ip.parse().unwrap(),
            port: 8081,
            reach: Reach::Lan,
        };
        let listening = || ServerEvent::Listening(vec![own("192.168.1.5")]);
        let asked = |peer: &str| ServerEvent::Logged {
            peer: peer.parse().unwrap(),
            entry: LogEntry::TlsClientHello,
        };
        let mut server = ServerModel {
            firewall: Some(Firewall::Ufw),
            ..ServerModel::default()
        };
        assert_eq!(server.blocking_firewall(), None);
        server.apply(String::new(), listening());
        for own in ["127.0.0.1", "::1", "192.168.1.5"] {
            server.apply(String::new(), asked(own));
            assert_eq!(
                server.blocking_firewall(),
                Some((Firewall::Ufw, 8081)),
                "{own}"
            );
        }
        server.apply(String::new(), asked("192.168.1.6"));
        assert_eq!(server.blocking_firewall(), None);
        server.apply(String::new(), ServerEvent::Stopped(Ok(())));
        server.apply(String::new(), listening());
        assert!(server.blocking_firewall().is_some());
    }

    #[test]
    fn the_fields_become_a_config() {
        let mut model = Model::default();
        assert!(model.share_config().is_err());
        model.settings.folder = " /srv/files ".to_owned();
        model.settings.answers[0].answer = "hello".to_owned();
        let config = model.share_config().unwrap();
        assert_eq!(config.folder, std::path::Path::new("/srv/files"));
        assert_eq!((config.port, config.answering), (8080, None));
        model.settings.answering = true;
        let answering = model.answering().unwrap();
        assert_eq!(answering, Answering::with_text("hello"));
        model.settings.host_names = "Files.example.org, a/b, *".to_owned();
        let allowed = model.share_config().unwrap().allowed_hosts;
        assert_eq!(allowed, ["files.example.org", "a"]);
        model.settings.folder = "file:///srv/a%20b".to_owned();
        model.settings.port = " ".to_owned();
        let config = model.share_config().unwrap();
        let folder = if cfg!(windows) { "srv/a b" } else { "/srv/a b" };
        assert_eq!(config.folder, std::path::Path::new(folder));
        assert_eq!(config.port, 8080);
        model.settings.folder = "file://evil/srv".to_owned();
        let failure = model.share_config().unwrap_err();
        assert_eq!(failure.reason.key(), "file-url-elsewhere");
        model.settings.folder = "/srv".to_owned();
        model.settings.port = "none".to_owned();
        assert!(model.share_config().is_err());
    }

    #[test]
    fn what_was_typed_becomes_rules() {
        let typed = |to, what: &str, with, answer: &str| AnswerRule {
            to,
            what: what.to_owned(),
            with,
            answer: answer.to_owned(),
        };
        let text = |text: &str| Reply::Text(text.to_owned());
        for (typed, when, reply) in [
            (AnswerRule::default(), When::Any, text("thanks")),
            (
                typed(AnswerTo::Equals, " hi ", AnswerWith::Text, "hello "),
                When::Equals("hi".to_owned()),
                text("hello"),
            ),
            (
                typed(AnswerTo::Contains, "你", AnswerWith::Echo, "unused"),
                When::Contains("你".to_owned()),
                Reply::Echo,
            ),
            (
                typed(AnswerTo::Hex, "0d0a", AnswerWith::Hex, "06"),
                When::Hex(b"\r\n".to_vec()),
                Reply::Hex(vec![6]),
            ),
        ] {
            assert_eq!(rule(&typed), Ok(Rule { when, reply }));
        }
        for (typed, key) in [
            (
                typed(AnswerTo::Contains, " ", AnswerWith::Echo, ""),
                "rule-incomplete",
            ),
            (
                typed(AnswerTo::Any, "", AnswerWith::Hex, ""),
                "rule-incomplete",
            ),
            (
                typed(AnswerTo::Hex, "xy", AnswerWith::Echo, ""),
                "call-not-hex",
            ),
        ] {
            assert_eq!(rule(&typed).unwrap_err().key(), key);
        }
    }
}
