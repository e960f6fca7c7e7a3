//! The Client tab: what was asked for, and what was said.

use std::collections::VecDeque;
use std::path::PathBuf;

use super::browse::Browse;
use super::plan::MOST;
use super::transfers::Transfers;
use super::{Failure, Model, port};
use crate::sentence;
use crate::settings::ProtocolChoice;
use crate::text::{Describe, Sentence};
use landline_engine::client::{ClientEvent, Location, Place, Request, Target};
use landline_engine::transfer::{Outcome, Protocol};

/// How many messages stay on the screen; the oldest go first.
pub(crate) const EXCHANGES_KEPT: usize = 50;

/// A message and what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exchange {
    /// To whom.
    pub host: String,
    /// On which port.
    pub port: u16,
    /// What was said.
    pub text: String,
    /// What was answered or went wrong, once that is known.
    pub reply: Option<Result<String, Sentence>>,
}

/// What is remembered of the field for the host while it is typed in.
#[derive(Debug, Default)]
pub(crate) struct HostField {
    /// Another host or port was typed than the one that is looked at.
    pub typed: bool,
    /// The hosts are shown that were used before.
    pub open: bool,
    /// Which of them the arrow keys have come to.
    pub at: Option<usize>,
    /// The file's name is from an address, so it is on that host.
    pub named: bool,
}

/// What the Client tab shows beside the fields.
#[derive(Debug, Default)]
pub(crate) struct ClientModel {
    /// What is wrong with the fields.
    pub failure: Option<Failure>,
    /// What comes in.
    pub transfers: Transfers,
    /// What another computer shares.
    pub browse: Browse,
    /// Where the host is typed.
    pub host: HostField,
    /// *File name* says what is chosen in the list; nobody typed it.
    pub names_chosen: bool,
    /// Whether the rarer fields are shown.
    pub more: bool,
    /// Whether messages can be written.
    pub messages_open: bool,
    /// The message that is being written.
    pub draft: String,
    /// What was said, oldest first.
    pub exchanges: VecDeque<Exchange>,
}

impl ClientModel {
    /// Something happened.
    pub(crate) fn apply(&mut self, event: ClientEvent) {
        match event {
            ClientEvent::Listed(place, answer) => {
                let answer = answer.map_err(|error| error.sentence());
                self.browse.answered(&place, answer);
            }
            // Its row has it since it was asked for, unless the user took the row away.
            ClientEvent::Changed(_) | ClientEvent::Ended(_) => {}
            ClientEvent::Replied {
                host,
                port,
                text,
                reply,
            } => {
                let reply = reply.map_err(|error| error.sentence());
                self.replied(host, port, text, reply);
            }
            #[allow(unreachable_patterns, reason = "the engine may tell more one day")]
            _ => {}
        }
    }

    fn replied(&mut self, host: String, port: u16, text: String, reply: Result<String, Sentence>) {
        if reply.is_ok() && self.draft == text {
            // Without a reply it stays, to be sent again.
            self.draft.clear();
        }
        let waiting = self.exchanges.iter_mut().find(|said| {
            said.reply.is_none() && said.port == port && said.host == host && said.text == text
        });
        match waiting {
            Some(said) => said.reply = Some(reply),
            None => self.said(Exchange {
                host,
                port,
                text,
                reply: Some(reply),
            }),
        }
    }

    /// Show a message.
    pub(crate) fn said(&mut self, exchange: Exchange) {
        if self.exchanges.len() == EXCHANGES_KEPT {
            self.exchanges.pop_front();
        }
        self.exchanges.push_back(exchange);
    }
}

impl Model {
    /// Spread what is in *Host* over the fields it belongs to: `host:port`, or a whole URL. A URL
    /// in *File name* was meant for *Host*.
    pub(crate) fn spread_host(&mut self) {
        let name = self.settings.file_name.trim();
        if is_url(name) && Location::parse(name).is_ok() {
            self.settings.host = std::mem::take(&mut self.settings.file_name);
        }
        let Ok(location) = Location::parse(&self.settings.host) else {
            return;
        };
        let Location {
            host,
            port,
            name,
            query,
        } = location;
        self.settings.host = host;
        if let Some(port) = port {
            self.settings.host_port = port.to_string();
        }
        if let Some(name) = name {
            self.settings.file_name = name;
            self.settings.query = query.unwrap_or_default();
            self.client.host.named = true;
            self.client.names_chosen = false;
        }
    }

    /// A URL was pasted somewhere: spread it over the fields. Whether `text` is one.
    pub(crate) fn take_url(&mut self, text: &str) -> bool {
        let is_url = is_url(text) && Location::parse(text).is_ok();
        if is_url {
            self.clear_name();
            text.trim().clone_into(&mut self.settings.host);
            self.spread_host();
        }
        is_url
    }

    /// Everything that the host in the fields shares.
    ///
    /// # Errors
    /// What is wrong with the fields.
    pub(crate) fn whole_place(&self) -> Result<Place, Failure> {
        let (host, port) = self.whom()?;
        let path = String::new();
        Ok(Place { host, port, path })
    }

    /// The folder in which the file is that is named in the fields.
    ///
    /// # Errors
    /// What is wrong with the fields.
    pub(crate) fn named_place(&self) -> Result<Place, Failure> {
        let mut place = self.whole_place()?;
        let name = self.settings.file_name.trim_start_matches('/');
        let folder = name.rsplit_once('/');
        place.path = folder.map_or(String::new(), |(folder, _)| folder.to_owned());
        Ok(place)
    }

    /// Whether the fields say the computer that is looked at.
    pub(crate) fn is_here(&self) -> bool {
        self.whom().is_ok() && !self.is_elsewhere()
    }

    /// Whether the fields say another computer than the one that is looked at.
    pub(crate) fn is_elsewhere(&self) -> bool {
        let shown = self.client.browse.place();
        match (self.whom(), shown) {
            (Ok((host, port)), Some(shown)) => {
                shown.port != port || !shown.host.eq_ignore_ascii_case(&host)
            }
            (Ok(_), None) => true,
            (Err(_), _) => false,
        }
    }

    /// Whether the server can be asked what it shares: a raw one would take that for a file's name.
    pub(crate) fn may_list(&self) -> bool {
        self.settings.protocol != ProtocolChoice::Raw
    }

    /// Whether who names a file wants to see what else is there: with a new address. Not while messages are
    /// written: a raw server may take one connection only, and the message needs it.
    pub(crate) fn lists_unasked(&self) -> bool {
        let is_new = self.client.host.typed && self.is_elsewhere();
        is_new && self.may_list() && !self.client.messages_open
    }

    /// Something else was chosen: the fields say what.
    pub(crate) fn show_chosen(&mut self) {
        let Some(place) = self.client.browse.place() else {
            return;
        };
        if !self.is_here() {
            self.settings.host.clone_from(&place.host);
            self.settings.host_port = place.port.to_string();
        }
        self.clear_name();
        self.settings.file_name = self.client.browse.only_chosen().unwrap_or_default();
        self.client.names_chosen = true;
    }

    /// No file is named any more.
    pub(crate) fn clear_name(&mut self) {
        self.settings.file_name.clear();
        self.settings.query.clear();
    }

    /// Another name was typed: what is chosen follows.
    pub(crate) fn choose_typed(&mut self) {
        self.client.names_chosen = false;
        self.settings.query.clear();
        let browse = &mut self.client.browse;
        browse.choose_none();
        browse.choose_named(&self.settings.file_name);
        browse.follow = true;
    }

    /// Remember the host that something came from.
    pub(crate) fn remember_host(&mut self, event: &ClientEvent) {
        let (host, port) = match event {
            ClientEvent::Listed(place, Ok(_)) => (&place.host, place.port),
            ClientEvent::Ended(transfer) => {
                let row = self.client.transfers.get(transfer.id());
                let request = row.and_then(|row| row.request.as_ref());
                match (transfer.outcome(), request) {
                    (Some(Outcome::Saved(_)), Some(request)) => (&request.host, request.port),
                    _ => return,
                }
            }
            _ => return,
        };
        self.settings.remember_host(host, port);
    }

    /// How many are chosen of what the computer in the fields shares.
    pub(crate) fn chosen_here(&self) -> usize {
        if self.is_elsewhere() {
            return 0;
        }
        self.client.browse.chosen().0
    }

    /// Whether there is enough to download.
    pub(crate) fn can_download(&self) -> bool {
        let settings = &self.settings;
        let is_filled = |typed: &String| !typed.trim().is_empty();
        let is_named = is_filled(&settings.file_name) || self.chosen_here() > 0;
        is_named && is_filled(&settings.host) && is_filled(&settings.save_to)
    }

    /// What to download: what is chosen, or what the fields say.
    ///
    /// # Errors
    /// What is wrong with the fields.
    pub(crate) fn download_requests(&self) -> Result<Vec<Request>, Failure> {
        let (host, port) = self.whom()?;
        let typed = &self.settings.file_name;
        let names = if !typed.trim().is_empty() {
            vec![typed.clone()]
        } else if self.is_elsewhere() {
            Vec::new()
        } else {
            self.client.browse.chosen_names()
        };
        let mut requests = self.requests(&host, port, names)?;
        if let ([request], false) = (&mut requests[..], self.settings.query.is_empty()) {
            request.query = Some(self.settings.query.clone());
        }
        Ok(requests)
    }

    /// How to download the files and folders of these names from a computer.
    ///
    /// # Errors
    /// There are none or too many, or no folder to save them to.
    pub(crate) fn requests(
        &self,
        host: &str,
        port: u16,
        names: Vec<String>,
    ) -> Result<Vec<Request>, Failure> {
        if names.is_empty() {
            return Err(Failure::new(sentence!("no-file-name")));
        }
        if names.len() > MOST {
            let count = names.len();
            let why = sentence!("too-many-chosen", count = count, most = MOST);
            return Err(Failure::new(why));
        }
        if self.settings.save_to.trim().is_empty() {
            return Err(Failure::new(sentence!("no-save-to")));
        }
        let request = |name| Request {
            host: host.to_owned(),
            port,
            name,
            query: None,
            target: Target::Folder(self.save_to()),
            protocol: match self.settings.protocol {
                ProtocolChoice::Automatic => None,
                ProtocolChoice::Http => Some(Protocol::Http),
                ProtocolChoice::Raw => Some(Protocol::Raw),
            },
            exists: self.settings.exists,
        };
        Ok(names.into_iter().map(request).collect())
    }

    /// Whether there is a message to send; not while the same one waits for its reply.
    pub(crate) fn can_say(&self) -> bool {
        let is_written = !self.client.draft.trim().is_empty();
        let mut exchanges = self.client.exchanges.iter();
        let said = self.message();
        is_written && !exchanges.any(|exchange| said.as_ref() == Ok(exchange))
    }

    /// The message that is being written, and to whom.
    ///
    /// # Errors
    /// What is wrong with the fields.
    pub(crate) fn message(&self) -> Result<Exchange, Failure> {
        let (host, port) = self.whom()?;
        Ok(Exchange {
            host,
            port,
            text: self.client.draft.clone(),
            reply: None,
        })
    }

    fn whom(&self) -> Result<(String, u16), Failure> {
        let typed = &self.settings.host;
        if typed.trim().is_empty() {
            return Err(Failure::new(sentence!("no-host")));
        }
        let location = Location::parse(typed).map_err(|why| Failure::new(why.sentence()))?;
        let port = match location.port {
            Some(port) => port,
            None => port(&self.settings.host_port).map_err(Failure::new)?,
        };
        Ok((location.host, port))
    }

    fn save_to(&self) -> PathBuf {
        self.path(&self.settings.save_to)
    }
}

fn is_url(text: &str) -> bool {
    let scheme = text.trim().get(..7);
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
}

#[cfg(test)]
mod tests;
