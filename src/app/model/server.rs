//! The Server tab: the state of the share, its addresses and its log.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::log::{Line, Log, What};
use super::offers::Offers;
use super::receiving::ReceiveFolder;
use super::sockets::SocketTable;
use super::transfers::Transfers;
use super::{Calls, Failure, Opened, Selection, Step};
use crate::text::{Describe as _, describe};
use landline_engine::call::CallState;
use landline_engine::doctor::firewall::Firewall;
use landline_engine::error::ServerError;
use landline_engine::server::ServerEvent;
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
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
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
    /// Requests to send.
    pub offers: Offers,
    /// Until when the next file of the same sender may follow.
    pub received_until: Option<Instant>,
    /// The folder for received files.
    pub receive_folder: ReceiveFolder,
    /// The address that was chosen to be shown instead of the best.
    pub chosen_address: Option<IpAddr>,
    /// Whether the QR code fills the window.
    pub shows_code: bool,
    /// Whether it was closed by keyboard, so that the focus returns to its button.
    pub code_returned: bool,
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
                self.transfers.add_served(transfer);
            }
            ServerEvent::Ended(transfer) | ServerEvent::Over(transfer) => {
                self.note_peer(transfer.peer());
                self.log.add(Line {
                    at,
                    peer: Some(transfer.peer().to_owned()),
                    what: What::Said(describe::summary(&transfer)),
                });
                self.transfers.add_served(transfer);
            }
            ServerEvent::Logged { peer, entry } => {
                self.said(at, peer, What::Said(entry.sentence()));
            }
            ServerEvent::Message { peer, text, .. } => self.said(at, peer, What::Message(text)),
            ServerEvent::Caller(call) => self.calls.add(call),
            ServerEvent::Offered(offer) => {
                self.note_peer(&offer.from().to_string());
                self.offers.add(offer);
            }
            ServerEvent::OfferOver(id) => self.offers.remove(id),
            // A setting.
            ServerEvent::Trusted(_) => {}
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
                self.chosen_address = None;
                self.shows_code = false;
                self.offers.forget_shared();
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

    /// The address that is shown: the best, unless another was chosen.
    pub(crate) fn address(&self) -> Option<&Address> {
        let addresses = self.addresses();
        let is_chosen = |address: &&Address| Some(address.ip) == self.chosen_address;
        addresses.iter().find(is_chosen).or(addresses.first())
    }

    /// All other addresses.
    pub(crate) fn other_addresses(&self) -> Vec<Address> {
        let shown = self.address().map(|address| address.ip);
        let others = self.addresses().iter();
        let others = others.filter(|address| Some(address.ip) != shown);
        others.cloned().collect()
    }

    fn addresses(&self) -> &[Address] {
        match &self.sharing {
            Sharing::On { addresses, .. } => addresses,
            _ => &[],
        }
    }

    /// The firewall that may block connections and the port; `None` once another computer has
    /// connected.
    pub(crate) fn blocking_firewall(&self) -> Option<(&Firewall, u16)> {
        match &self.sharing {
            Sharing::On { addresses, .. } if !self.was_reached => {
                let port = addresses.first()?.port;
                self.firewall.as_ref().map(|firewall| (firewall, port))
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

#[cfg(test)]
mod tests {
    use super::*;
    use landline_engine::doctor::firewall::FirewallKind;
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
        let ufw = Firewall {
            kind: FirewallKind::Ufw,
            blocks: None,
        };
        let mut server = ServerModel {
            firewall: Some(ufw.clone()),
            ..ServerModel::default()
        };
        assert_eq!(server.blocking_firewall(), None);
        server.apply(String::new(), listening());
        for own in ["127.0.0.1", "::1", "192.168.1.5"] {
            server.apply(String::new(), asked(own));
            assert_eq!(server.blocking_firewall(), Some((&ufw, 8081)), "{own}");
        }
        server.apply(String::new(), asked("192.168.1.6"));
        assert_eq!(server.blocking_firewall(), None);
        server.apply(String::new(), ServerEvent::Stopped(Ok(())));
        server.apply(String::new(), listening());
        assert!(server.blocking_firewall().is_some());
    }
}
