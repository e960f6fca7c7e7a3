//! Lists one folder. Entries are parsed as they arrive, and only what is displayed is kept.

use std::io::{self, ErrorKind, Read};
use std::time::Duration;

use super::{Place, RemoteEntry, RemoteFolder, probe};
use crate::client::backoff::Backoff;
use crate::client::connection::FetchError;
use crate::client::folder::negotiation;
use crate::client::folder::negotiation::TOP_LEN;
use crate::client::http::Answer;
use crate::client::http_session::HttpSession;
use crate::client::protocol_cache::ProtocolCache;
use crate::client::{Timeouts, location};
use crate::error::ClientError;
use crate::listing::html;
use crate::listing::limits::PATH_MAX_LEN;
use crate::listing::listed::{Form, Listed, ReadError};
use crate::name_bytes;
use crate::transfer::Protocol;
use crate::transport::CancelToken;
use crate::url_path;
use landline_http1::response_head::Head;

/// More than anyone scrolls through; some 100 MB of memory.
const MAX_ENTRIES: usize = 500_000;

/// The total length of all names in bytes, including their case-folded forms, so that long names do not use
/// much more memory than that.
const NAMES_MAX_LEN: usize = 64 << 20;

/// How long to retry while the server is busy: the user is waiting.
const BUSY: Duration = Duration::from_secs(30);

/// Lists the folder at `place`, retrying when the server asks for it. After a cancellation any error may be
/// returned.
pub(super) fn fetch(
    place: &Place,
    cancel: &CancelToken,
    known: &ProtocolCache,
    timeouts: &Timeouts,
) -> Result<RemoteFolder, FetchError> {
    let mut backoff = Backoff::new(timeouts, Some(BUSY));
    loop {
        let error = match fetch_once(place, cancel, known, timeouts) {
            Err(FetchError::Failed(error)) if error.retry_after().is_some() => error,
            result => return result,
        };
        match backoff.after(&error) {
            Some(time) if cancel.wait(time) => return Err(FetchError::Cancelled),
            Some(_) => {}
            None => return Err(error.into()),
        }
    }
}

fn fetch_once(
    place: &Place,
    cancel: &CancelToken,
    known: &ProtocolCache,
    timeouts: &Timeouts,
) -> Result<RemoteFolder, FetchError> {
    location::check_host(&place.host)?;
    let fetcher = Fetcher {
        place,
        cancel,
        known,
    };
    let requested = place.path.trim_matches('/');
    let path = match requested {
        "" => "/".to_owned(),
        requested => format!("{}/", url_path::path_of(requested)),
    };
    let at = html::Place {
        host: &place.host,
        port: place.port,
        path: &path,
    };
    let mut session = HttpSession::new(known, place.origin(), cancel, timeouts);
    let found = negotiation::find(&mut session, at, &mut |session, path| {
        fetcher.request(session, path)
    });
    let found = found.map_err(|error| match error {
        FetchError::Failed(error) => fetcher.refused(error, requested),
        FetchError::Cancelled => FetchError::Cancelled,
    })?;
    match fetcher.parse(&mut session, &found.head, &found.path)? {
        Content::Folder(mut folder) => {
            folder.is_index |= found.index.is_some();
            Ok(folder)
        }
        Content::Scripted(data_path) => {
            let head = fetcher.request(&mut session, &data_path)?;
            match fetcher.parse(&mut session, &head, &found.path)? {
                Content::Folder(folder) => Ok(folder),
                Content::Scripted(_) => Err(fetcher.no_listing(requested)),
            }
        }
    }
}

/// The content of a response.
enum Content {
    Folder(RemoteFolder),
    /// A page rendered by a script, and the path of its data.
    Scripted(String),
}

struct Fetcher<'a> {
    place: &'a Place,
    cancel: &'a CancelToken,
    known: &'a ProtocolCache,
}

impl Fetcher<'_> {
    /// Requests `path` and receives the head of the response.
    fn request(&self, session: &mut HttpSession<'_>, path: &str) -> Result<Head, FetchError> {
        let Place { host, port, .. } = self.place;
        let raw_only = || ClientError::RawOnly { host: host.clone() };
        let error = match session.hear(path, negotiation::options())? {
            Answer::Head(head) => {
                self.known.learn(host, *port, Protocol::Http);
                return Ok(*head);
            }
            Answer::NotHttp { .. } if session.protection().is_encrypted() => ClientError::NotHttp {
                host: host.clone(),
                port: *port,
            },
            Answer::NotHttp { spoke: true } => {
                self.known.learn(host, *port, Protocol::Raw);
                raw_only()
            }
            // A server from the lecture notes that has no file of that name.
            Answer::NotHttp { .. } if self.known.get(host, *port) != Some(Protocol::Http) => {
                raw_only()
            }
            Answer::NotHttp { .. } | Answer::Cut => self.cut(),
            Answer::Silent => ClientError::NoAnswer {
                host: host.clone(),
                port: *port,
            },
            Answer::Broken(what) => session.broken(&what),
        };
        Err(error.into())
    }

    /// Parses the listing of the folder at `path` from the body of `head`.
    fn parse(
        &self,
        session: &mut HttpSession<'_>,
        head: &Head,
        path: &str,
    ) -> Result<Content, FetchError> {
        let host = &self.place.host;
        let own = url_path::name_of(path).trim_end_matches('/').to_owned();
        let form =
            negotiation::form(head, host, path).map_err(|error| self.refused(error, &own))?;
        let (protection, port) = (session.protection(), session.origin().port);
        let Some(body) = session.body(head.framing) else {
            return Err(FetchError::Cancelled);
        };
        let mut source = Page {
            body,
            cancel: self.cancel,
            top: Vec::new(),
        };
        let mut found = Found::default();
        let place = html::Place { host, port, path };
        let read = negotiation::read(form, &mut source, place, &mut |listed| found.push(listed));
        let top = source.top;
        // The end may be due to the cancellation.
        if self.cancel.is_cancelled() {
            return Err(FetchError::Cancelled);
        }
        let (nameless, is_cut) = match read {
            Ok(nameless) => (nameless, false),
            Err(ReadError::Stopped(Full)) => (0, true),
            Err(ReadError::Source(e)) => return Err(self.failed(&e, &own)),
        };
        session.close();
        if form == Form::Html && found.entries.is_empty() && !negotiation::is_empty_list(&top) {
            return match negotiation::own_way(&top, path) {
                Some(data_path) => Ok(Content::Scripted(data_path)),
                None => Err(negotiation::no_list(&top, host.clone(), own).into()),
            };
        }
        if !is_cut {
            probe::mark_folders(session, path, &mut found.entries)?;
        }
        let mut folder = RemoteFolder::new(own, found.entries);
        folder.nameless = nameless.saturating_add(found.too_long);
        folder.is_cut = is_cut;
        folder.protection = protection;
        folder.is_index = form == Form::Html && !head.is_made_page && !negotiation::is_titled(&top);
        Ok(Content::Folder(folder))
    }

    /// Maps the error of a response that has no listing.
    fn refused(&self, error: ClientError, own: &str) -> FetchError {
        let host = self.place.host.clone();
        match error {
            ClientError::NoSuchFile { .. } if !own.is_empty() => {
                let name = own.to_owned();
                ClientError::NoSuchFolder { host, name }.into()
            }
            // Servers respond like this if they have listings disabled.
            ClientError::NoSuchFile { .. }
            | ClientError::NoListing { .. }
            | ClientError::Status {
                status: 300..=399 | 403 | 405,
                ..
            } => self.no_listing(own),
            error => error.into(),
        }
    }

    /// Maps an error in the middle of a listing.
    fn failed(&self, error: &io::Error, own: &str) -> FetchError {
        log::info!("the listing of {}/{own}: {error}", self.place.host);
        if error.kind() == ErrorKind::InvalidData {
            self.no_listing(own)
        } else {
            self.cut().into()
        }
    }

    fn no_listing(&self, name: &str) -> FetchError {
        let (host, name) = (self.place.host.clone(), name.to_owned());
        ClientError::NoListing { host, name }.into()
    }

    fn cut(&self) -> ClientError {
        let host = self.place.host.clone();
        ClientError::ListingCut { host }
    }
}

/// The limit is reached.
struct Full;

/// The entries received so far.
#[derive(Default)]
struct Found {
    entries: Vec<RemoteEntry>,
    names_len: usize,
    /// Entries whose names are too long for any path to request.
    too_long: u64,
}

impl Found {
    fn push(&mut self, listed: Listed) -> Result<(), Full> {
        let Listed {
            mut name,
            is_folder,
            size,
            modified,
        } = listed;
        if name_bytes::len(&name) > PATH_MAX_LEN {
            self.too_long += 1;
            return Ok(());
        }
        // It grew while it was parsed.
        name.shrink_to_fit();
        let entry = RemoteEntry::new(name, is_folder, size, modified);
        self.names_len += entry.names_len();
        if self.entries.len() >= MAX_ENTRIES || self.names_len > NAMES_MAX_LEN {
            return Err(Full);
        }
        self.entries.push(entry);
        Ok(())
    }
}

/// A reader that fails after a cancellation, and keeps the start of the page.
struct Page<'a, R> {
    body: R,
    cancel: &'a CancelToken,
    top: Vec<u8>,
}

impl<R: Read> Read for Page<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A socket that is shut down still delivers data that keeps arriving.
        if self.cancel.is_cancelled() {
            return Err(ErrorKind::ConnectionAborted.into());
        }
        let read = self.body.read(buffer)?;
        let room = TOP_LEN.saturating_sub(self.top.len());
        self.top.extend_from_slice(&buffer[..read.min(room)]);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: String) -> Listed {
        Listed {
            name,
            is_folder: false,
            size: None,
            modified: None,
        }
    }

    #[test]
    fn entries_and_their_names_have_their_limits() {
        let mut found = Found::default();
        for _ in 0..MAX_ENTRIES {
            assert!(found.push(listed("a".to_owned())).is_ok());
        }
        assert!(found.push(listed("a".to_owned())).is_err());
        assert_eq!(found.entries.len(), MAX_ENTRIES);
        let most = NAMES_MAX_LEN / PATH_MAX_LEN;
        // Case-folded names count, too.
        for (letter, times) in [("a", most), ("A", most / 2)] {
            let mut found = Found::default();
            let long = letter.repeat(PATH_MAX_LEN);
            for _ in 0..times {
                assert!(found.push(listed(long.clone())).is_ok());
            }
            assert!(found.push(listed("a".to_owned())).is_err());
            assert_eq!(found.too_long, 0);
        }
        let mut found = Found::default();
        let longer = "a".repeat(PATH_MAX_LEN + 1);
        assert!(found.push(listed(longer)).is_ok());
        assert_eq!((found.entries.len(), found.too_long), (0, 1));
    }
}
