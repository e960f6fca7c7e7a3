//! The fields of the Client tab: what was typed or pasted into them.

use super::Token;
use super::pasted::links;
use crate::app::model::{Failure, Model, port, tidy_path, tidy_port};
use crate::sentence;
use crate::text::Describe as _;
use landline_engine::client::Location;

impl Model {
    /// Splits the text in *Host* into the fields: `host:port`, or a whole URL. A URL in *File name*
    /// is handled as if it were in *Host*.
    pub(crate) fn spread_host(&mut self) {
        let name = &self.settings.file_name;
        if let [(url, _)] = links(name)[..]
            && name.trim().starts_with(url)
        {
            self.settings.host = url.to_owned();
            self.settings.file_name.clear();
        } else if let [(url, _)] = links(&self.settings.host)[..] {
            self.settings.host = url.to_owned();
        } else if links(&self.settings.host).len() > 1 {
            let text = std::mem::take(&mut self.settings.host);
            self.take_urls(&text);
        }
        let Ok(location) = Location::parse(&self.settings.host) else {
            return;
        };
        let is_url = !links(&self.settings.host).is_empty();
        self.fill_in(location, is_url);
    }

    /// Shows an address in the fields.
    /// `is_url` whether it says how the host is reached, too.
    fn fill_in(&mut self, location: Location, is_url: bool) {
        let Location {
            host,
            port,
            encryption,
            name,
            query,
            password,
        } = location;
        self.settings.host = host;
        if let Some(port) = port {
            self.settings.host_port = port.to_string();
        }
        if is_url {
            self.settings.encryption = encryption;
        }
        if let (Some(password), Ok((host, port))) = (password, self.recipient()) {
            self.client.tokens.push(Token {
                host,
                port,
                password,
            });
        }
        if let Some(name) = name {
            self.settings.file_name = name;
            self.settings.query = query.unwrap_or_default();
            self.client.host.named = true;
            self.client.names_chosen = false;
        }
    }

    /// Shows a pasted URL in the fields, or offers several for download. Returns how many URLs `text` contains.
    pub(crate) fn take_urls(&mut self, text: &str) -> usize {
        let mut links = links(text);
        let count = links.len();
        if count == 1
            && let Some((_, only)) = links.pop()
        {
            self.clear_name();
            self.client.pasted.clear();
            self.fill_in(only, true);
        } else if count > 1 {
            self.client.pasted = links.into_iter().map(|(_, link)| link).collect();
        }
        count
    }

    /// Shows in the fields what they mean; says what is wrong with them. Does not say that one is empty.
    pub(crate) fn check_client_fields(&mut self) {
        self.spread_host();
        tidy_port(&mut self.settings.host_port);
        tidy_path(&mut self.settings.save_to);
        let wrong = self.recipient().err();
        let wrong = wrong.filter(|_| !self.settings.host.trim().is_empty());
        let save_to = || self.path(&self.settings.save_to).err().map(Failure::new);
        if let Some(wrong) = wrong.or_else(save_to) {
            self.client.failure = Some(wrong);
        }
    }

    /// The host and port in the fields.
    ///
    /// # Errors
    /// Which field is wrong.
    pub(crate) fn recipient(&self) -> Result<(String, u16), Failure> {
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
}
