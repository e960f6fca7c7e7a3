//! The Server tab: whether a folder is shared, where, and what happens to it.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::firewall::Firewall;
use super::log::{Line, Log, What};
use super::transfers::Transfers;
use super::{Failure, Model, Selection, Step, port};
use crate::text::describe;
use crate::text::page::FluentTexts;
use crate::{sentence, t};
use landline_engine::error::ServerError;
use landline_engine::server::{Config, ServerEvent};
use landline_engine::transport::DEFAULT_PORT;
use landline_engine::transport::addresses::Address;

/// Whether a folder is shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// No.
    #[default]
    Off,
    /// Asked for; the port is being opened.
    Starting,
    /// Yes.
    On {
        /// Where, best first.
        addresses: Vec<Address>,
        /// How many files there are; not counted yet at first.
        files: Option<Counted>,
    },
    /// Not for much longer.
    Stopping,
}

/// What is in the shared folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Files that can be fetched.
    pub files: u64,
    /// Files and folders that cannot, because of their names.
    pub omitted: u64,
    /// There may be more.
    pub more: bool,
}

/// What the Server tab shows beside the fields.
#[derive(Debug, Default)]
pub(crate) struct ServerModel {
    /// Whether a folder is shared.
    pub sharing: Sharing,
    /// Why it is not.
    pub failure: Option<Failure>,
    /// What goes out.
    pub transfers: Transfers,
    /// What happened.
    pub log: Log,
    /// Shared instead of all of the folder in the settings.
    pub selection: Option<Selection>,
    /// The file that was dropped on the window, whose address is shown while its folder is shared:
    /// that folder and its name.
    pub offered: Option<(PathBuf, String)>,
    /// What may keep others out, as far as is known.
    pub firewall: Option<Firewall>,
    /// Somebody else got through.
    pub was_reached: bool,
    /// Show the addresses beyond the first few.
    pub all_addresses: bool,
}

impl ServerModel {
    /// Something happened at the clock's time `at`. Whether the sharing is over with it.
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
                self.heard_of(transfer.peer());
                self.transfers.add(transfer, None);
            }
            ServerEvent::Ended(transfer) | ServerEvent::Over(transfer) => {
                self.heard_of(transfer.peer());
                self.log.add(Line {
                    at,
                    peer: Some(transfer.peer().to_owned()),
                    what: What::Said(describe::upload_summary(&transfer)),
                });
                self.transfers.add(transfer, None);
            }
            ServerEvent::Logged { peer, entry } => {
                self.said(at, peer, What::Said(describe::log_entry(&entry)));
            }
            ServerEvent::Message { peer, text } => self.said(at, peer, What::Message(text)),
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

    /// The firewall that may be in the way of others, and of which port; nothing once one of them got through.
    pub(crate) fn in_the_way(&self) -> Option<(Firewall, u16)> {
        match &self.sharing {
            Sharing::On { addresses, .. } if !self.was_reached => {
                self.firewall.zip(addresses.first().map(|best| best.port))
            }
            _ => None,
        }
    }

    fn said(&mut self, at: String, peer: IpAddr, what: What) {
        let peer = peer.to_string();
        self.heard_of(&peer);
        let peer = Some(peer);
        self.log.add(Line { at, peer, what });
    }

    fn heard_of(&mut self, peer: &str) {
        if let (Ok(peer), Sharing::On { addresses, .. }) = (peer.parse::<IpAddr>(), &self.sharing) {
            let is_own = peer.is_loopback() || addresses.iter().any(|own| own.ip == peer);
            self.was_reached |= !is_own;
        }
    }

    fn fail(&mut self, at: String, error: &ServerError) {
        let reason = describe::server_error(error);
        self.log.add(Line {
            at,
            peer: None,
            what: What::Said(reason.clone()),
        });
        let first = match error {
            ServerError::PortTaken {
                free: Some(free), ..
            } => Step::UsePort(*free),
            ServerError::PortForbidden { .. } => Step::UsePort(DEFAULT_PORT),
            _ => Step::TryAgain,
        };
        self.failure = Some(Failure {
            reason,
            steps: vec![first, Step::ShowLog],
        });
    }
}

impl Model {
    /// Whether there is anything to share.
    pub(crate) fn can_share(&self) -> bool {
        self.server.selection.is_some() || !self.settings.folder.trim().is_empty()
    }

    /// What the fields say about sharing.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn share_config(&self) -> Result<Config, Failure> {
        if !self.can_share() {
            return Err(Failure::new(sentence!("no-folder")));
        }
        Ok(Config {
            port: port(&self.settings.port).map_err(Failure::new)?,
            hidden: self.settings.hidden,
            answer: self.answer(),
            only: self.server.selection.as_ref().map(|of| of.names.clone()),
            texts: Arc::new(FluentTexts),
            ..Config::new(self.shared_folder())
        })
    }

    /// What to answer to messages, if they are to be answered: the usual words unless others were
    /// typed.
    pub(crate) fn answer(&self) -> Option<String> {
        let typed = self.settings.answer.trim();
        self.settings.answering.then(|| match typed {
            "" => t!("usual-answer"),
            typed => typed.to_owned(),
        })
    }
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
    fn a_firewall_is_in_the_way_until_somebody_else_got_through() {
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
        assert_eq!(server.in_the_way(), None);
        server.apply(String::new(), listening());
        for own in ["127.0.0.1", "::1", "192.168.1.5"] {
            server.apply(String::new(), asked(own));
            assert_eq!(server.in_the_way(), Some((Firewall::Ufw, 8081)), "{own}");
        }
        server.apply(String::new(), asked("192.168.1.6"));
        assert_eq!(server.in_the_way(), None);
        server.apply(String::new(), ServerEvent::Stopped(Ok(())));
        server.apply(String::new(), listening());
        assert!(server.in_the_way().is_some());
    }

    #[test]
    fn the_fields_become_a_config() {
        let mut model = Model::default();
        assert!(model.share_config().is_err());
        model.settings.folder = " /srv/files ".to_owned();
        model.settings.answer = "hello".to_owned();
        let config = model.share_config().unwrap();
        assert_eq!(config.folder, std::path::Path::new("/srv/files"));
        assert_eq!((config.port, config.answer), (8080, None));
        model.settings.answering = true;
        assert_eq!(model.answer().as_deref(), Some("hello"));
        model.settings.port = "none".to_owned();
        assert!(model.share_config().is_err());
    }
}
