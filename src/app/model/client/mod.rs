//! The Client tab: requests and calls.

mod fields;
mod pasted;
mod token;

use std::collections::HashSet;

pub(crate) use self::token::Token;
use super::browse::Browse;
use super::password::PasswordQuestion;
use super::plan::MAX_REQUESTS;
use super::transfers::Transfers;
use super::{Calls, Failure, Model, Opened, Step};
use crate::sentence;
use crate::settings::ProtocolChoice;
use landline_engine::client::{ClientEvent, Location, Place, Request, Target};
use landline_engine::identity::{Protection, Trust};
use landline_engine::transfer::{Outcome, Protocol};

/// The state of the *Host* field.
#[derive(Debug, Default)]
pub(crate) struct HostField {
    /// Whether another host or port than the browsed one was typed.
    pub typed: bool,
    /// Whether the list of recent hosts is open.
    pub open: bool,
    /// The entry of that list that the arrow keys are on.
    pub at: Option<usize>,
    /// Whether the file name came from a URL, so that it belongs to that host.
    pub named: bool,
}

/// The state of the Client tab beside the settings.
#[derive(Debug, Default)]
pub(crate) struct ClientModel {
    /// What is wrong with the fields.
    pub failure: Option<Failure>,
    /// Downloads.
    pub transfers: Transfers,
    /// Calls.
    pub calls: Calls,
    /// What fills the page instead of the cards.
    pub opened: Option<Opened>,
    /// The remote folder.
    pub browse: Browse,
    /// The *Host* field.
    pub host: HostField,
    /// Links that were pasted together, and can be downloaded.
    pub pasted: Vec<Location>,
    /// The tokens of links, until the engine has them.
    pub tokens: Vec<Token>,
    /// The tokens for computers of which a password is kept: used if that is wrong.
    pub spare_tokens: Vec<Token>,
    /// The question for a password, while its dialog is open.
    pub password: Option<PasswordQuestion>,
    /// The hosts and ports that were met before what is listed now, once they were looked up. Connections that led to a
    /// question for a password were no visits.
    pub met: Option<HashSet<(String, u16)>>,
    /// The hosts and ports that the user has just asked for something: only they may ask for a password by themselves.
    pub may_ask: HashSet<(String, u16)>,
    /// Whether *File name* shows the selection rather than typed text.
    pub names_chosen: bool,
    /// Whether the advanced fields are shown.
    pub more: bool,
}

impl ClientModel {
    /// Handles an event.
    pub(crate) fn apply(&mut self, event: ClientEvent) {
        match event {
            ClientEvent::Listed(place, answer) => {
                if let Ok(folder) = &answer {
                    let is_new = self.is_first_visit(&place, folder.protection);
                    self.browse.is_first_visit = is_new;
                }
                self.browse.answered(&place, answer);
            }
            // The row was added with the request, unless the user has removed it.
            ClientEvent::Changed(_) | ClientEvent::Ended(_) | ClientEvent::CallChanged(_) => {}
            // Only the commands send such messages.
            ClientEvent::Replied { .. } => {}
            #[allow(unreachable_patterns, reason = "the engine may tell more one day")]
            _ => {}
        }
    }
}

impl ClientModel {
    /// The next visit is the first.
    pub(crate) fn forget_visit(&mut self, host: &str, port: u16) {
        if let Some(met) = &mut self.met {
            met.remove(&(host.to_lowercase(), port));
        }
    }

    /// Whether a computer is listed for the first time whose identity is remembered from now on.
    fn is_first_visit(&mut self, place: &Place, protection: Protection) -> bool {
        let Protection::Tls { trust, .. } = protection else {
            return false;
        };
        let is_new = match &mut self.met {
            Some(met) => met.insert((place.host.to_lowercase(), place.port)),
            None => false,
        };
        match trust {
            Trust::FirstTime => true,
            Trust::Known | Trust::Announced => is_new,
            Trust::Pinned | Trust::System => false,
        }
    }
}

impl Model {
    /// The root folder of the host in the fields.
    ///
    /// # Errors
    /// Which field is wrong.
    pub(crate) fn whole_place(&self) -> Result<Place, Failure> {
        let (host, port) = self.recipient()?;
        let path = String::new();
        Ok(Place {
            host,
            port,
            encryption: self.settings.encryption,
            path,
        })
    }

    /// The parent folder of the named file.
    ///
    /// # Errors
    /// Which field is wrong.
    pub(crate) fn named_place(&self) -> Result<Place, Failure> {
        let mut place = self.whole_place()?;
        let name = self.settings.file_name.trim_start_matches('/');
        let folder = name.rsplit_once('/');
        place.path = folder.map_or(String::new(), |(folder, _)| folder.to_owned());
        Ok(place)
    }

    /// Whether the fields name the host that is being browsed.
    pub(crate) fn is_browsed_host(&self) -> bool {
        self.recipient().is_ok() && !self.is_other_host()
    }

    /// Whether the fields name another host than the one being browsed.
    pub(crate) fn is_other_host(&self) -> bool {
        let shown = self.client.browse.place();
        match (self.recipient(), shown) {
            (Ok((host, port)), Some(shown)) => {
                shown.port != port || !shown.host.eq_ignore_ascii_case(&host)
            }
            (Ok(_), None) => true,
            (Err(_), _) => false,
        }
    }

    /// Whether the server can be asked for a listing: a raw server would take the request for a
    /// file name.
    pub(crate) fn can_list(&self) -> bool {
        self.settings.protocol != ProtocolChoice::Raw
    }

    /// Whether naming a file should also list its folder: for a new address.
    pub(crate) fn lists_automatically(&self) -> bool {
        let is_new = self.client.host.typed && self.is_other_host();
        is_new && self.can_list()
    }

    /// Shows the selection in *File name*.
    pub(crate) fn show_chosen(&mut self) {
        let Some(place) = self.client.browse.place() else {
            return;
        };
        if !self.is_browsed_host() {
            self.settings.host.clone_from(&place.host);
            self.settings.host_port = place.port.to_string();
            self.settings.encryption = place.encryption;
        }
        self.clear_name();
        self.settings.file_name = self.client.browse.only_chosen().unwrap_or_default();
        self.client.names_chosen = true;
    }

    /// Clears *File name*.
    pub(crate) fn clear_name(&mut self) {
        self.settings.file_name.clear();
        self.settings.query.clear();
    }

    /// Selects what was typed in *File name*.
    pub(crate) fn choose_typed(&mut self) {
        self.client.names_chosen = false;
        self.settings.query.clear();
        let browse = &mut self.client.browse;
        browse.choose_none();
        browse.choose_named(&self.settings.file_name);
        browse.follow = true;
    }

    /// Selects the file that a URL named, now that its folder is listed.
    pub(crate) fn choose_linked(&mut self) {
        let is_linked = self.client.host.named && !self.client.names_chosen;
        if is_linked && self.is_browsed_host() && self.selected_count() == 0 {
            self.client.browse.choose_named(&self.settings.file_name);
        }
    }

    /// Adds the host of a successful request to the recent hosts.
    pub(crate) fn remember_host(&mut self, event: &ClientEvent) {
        let (host, port, encryption) = match event {
            ClientEvent::Listed(place, Ok(_)) => (&place.host, place.port, place.encryption),
            ClientEvent::Ended(transfer) => {
                let row = self.client.transfers.get(transfer.id());
                let request = row.and_then(|row| row.request.as_ref());
                match (transfer.outcome(), request) {
                    (Some(Outcome::Saved(_)), Some(request)) => {
                        (&request.host, request.port, request.encryption)
                    }
                    _ => return,
                }
            }
            _ => return,
        };
        self.settings.remember_host(host, port, encryption);
    }

    /// The number of selected entries, if the fields name the browsed host.
    pub(crate) fn selected_count(&self) -> usize {
        if self.is_other_host() {
            return 0;
        }
        self.client.browse.chosen().0
    }

    /// Whether the fields suffice for a download.
    pub(crate) fn can_download(&self) -> bool {
        let settings = &self.settings;
        let is_filled = |typed: &String| !typed.trim().is_empty();
        let is_named = is_filled(&settings.file_name) || self.selected_count() > 0;
        is_named && is_filled(&settings.host) && is_filled(&settings.save_to)
    }

    /// The requests for the selection, or else for the fields.
    ///
    /// # Errors
    /// Which field is wrong.
    pub(crate) fn download_requests(&self) -> Result<Vec<Request>, Failure> {
        let mut place = self.whole_place()?;
        let typed = &self.settings.file_name;
        let names = if !typed.trim().is_empty() {
            vec![typed.clone()]
        } else if self.is_other_host() {
            Vec::new()
        } else {
            if let Some(shown) = self.client.browse.place() {
                // It was listed over TLS, and is asked in the same way.
                place.encryption = shown.encryption;
            }
            self.client.browse.chosen_names()
        };
        let mut requests = self.requests(&place, names)?;
        if let ([request], false) = (&mut requests[..], self.settings.query.is_empty()) {
            request.query = Some(self.settings.query.clone());
        }
        Ok(requests)
    }

    /// The requests for the files and folders with these names on the host of a place.
    ///
    /// # Errors
    /// There are none or too many, or there is no folder to save them to.
    pub(crate) fn requests(
        &self,
        place: &Place,
        names: Vec<String>,
    ) -> Result<Vec<Request>, Failure> {
        if names.is_empty() {
            return Err(Failure::new(sentence!("no-file-name")));
        }
        if names.len() > MAX_REQUESTS {
            let browse = &self.client.browse;
            let folder = browse.place().cloned().zip(browse.whole());
            let whole = folder.map(|(place, name)| Step::DownloadFolder(place, name));
            let count = names.len();
            return Err(Failure {
                reason: sentence!("too-many-chosen", count = count, most = MAX_REQUESTS),
                steps: whole.into_iter().collect(),
            });
        }
        if self.settings.save_to.trim().is_empty() {
            return Err(Failure::new(sentence!("no-save-to")));
        }
        let folder = self.path(&self.settings.save_to).map_err(Failure::new)?;
        let request = |name| Request {
            host: place.host.clone(),
            port: place.port,
            encryption: place.encryption,
            name,
            query: None,
            target: Target::Folder(folder.clone()),
            protocol: match self.settings.protocol {
                ProtocolChoice::Automatic => None,
                ProtocolChoice::Http => Some(Protocol::Http),
                ProtocolChoice::Raw => Some(Protocol::Raw),
            },
            exists: self.settings.exists,
        };
        Ok(names.into_iter().map(request).collect())
    }
}

#[cfg(test)]
mod tests;
