//! One look into a folder: from the call to the entries. They are read as they come, and only what is
//! shown of them is kept.

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

/// More than anyone looks through; some 100 MB in memory.
const MAX_ENTRIES: usize = 500_000;

/// Bytes of all names together, with what is kept to compare them, so that long ones do not take much
/// more than that.
const NAMES_MAX_LEN: usize = 64 << 20;

/// For how long a server is asked again that says it is busy: somebody waits and looks.
const BUSY: Duration = Duration::from_secs(30);

/// Ask what is in the folder at `place`, again where its server asks for that. After a cancel any error may come back.
pub(super) fn look(
    place: &Place,
    cancel: &CancelToken,
    known: &ProtocolCache,
    timeouts: &Timeouts,
) -> Result<RemoteFolder, FetchError> {
    let mut backoff = Backoff::new(timeouts, Some(BUSY));
    loop {
        let error = match look_once(place, cancel, known, timeouts) {
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

fn look_once(
    place: &Place,
    cancel: &CancelToken,
    known: &ProtocolCache,
    timeouts: &Timeouts,
) -> Result<RemoteFolder, FetchError> {
    location::check_host(&place.host)?;
    let look = Look {
        place,
        cancel,
        known,
    };
    let asked = place.path.trim_matches('/');
    let path = match asked {
        "" => "/".to_owned(),
        asked => format!("{}/", url_path::path_of(asked)),
    };
    let at = html::Place {
        host: &place.host,
        port: place.port,
        path: &path,
    };
    let mut session = HttpSession::new(known, &place.host, place.port, cancel, timeouts);
    let found = negotiation::find(&mut session, at, &mut |session, path| {
        look.hear(session, path)
    });
    let found = found.map_err(|halt| match halt {
        FetchError::Failed(error) => look.refused(error, asked),
        FetchError::Cancelled => FetchError::Cancelled,
    })?;
    match look.take(&mut session, &found.head, &found.path)? {
        Taken::Folder(mut folder) => {
            folder.is_index |= found.index.is_some();
            Ok(folder)
        }
        Taken::Elsewhere(own_way) => {
            let head = look.hear(&mut session, &own_way)?;
            match look.take(&mut session, &head, &found.path)? {
                Taken::Folder(folder) => Ok(folder),
                Taken::Elsewhere(_) => Err(look.no_listing(asked)),
            }
        }
    }
}

/// What an answer holds.
enum Taken {
    Folder(RemoteFolder),
    /// A page of script. The list is at this path.
    Elsewhere(String),
}

struct Look<'a> {
    place: &'a Place,
    cancel: &'a CancelToken,
    known: &'a ProtocolCache,
}

impl Look<'_> {
    /// The head of the answer.
    fn hear(&self, session: &mut HttpSession<'_>, path: &str) -> Result<Head, FetchError> {
        let Place { host, port, .. } = self.place;
        let raw_only = || ClientError::RawOnly { host: host.clone() };
        let error = match session.hear(path, negotiation::options())? {
            Answer::Head(head) => {
                self.known.learn(host, *port, Protocol::Http);
                return Ok(*head);
            }
            Answer::NotHttp { spoke: true } => {
                self.known.learn(host, *port, Protocol::Raw);
                raw_only()
            }
            // A server of the notes, which has no file of that name.
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

    /// What is in the folder at `path`, whose answer begins with `head`.
    fn take(
        &self,
        session: &mut HttpSession<'_>,
        head: &Head,
        path: &str,
    ) -> Result<Taken, FetchError> {
        let host = &self.place.host;
        let own = url_path::name_of(path).trim_end_matches('/').to_owned();
        let form =
            negotiation::form(head, host, path).map_err(|error| self.refused(error, &own))?;
        let Some(body) = session.body(head.framing) else {
            return Err(FetchError::Cancelled);
        };
        let mut source = Page {
            body,
            cancel: self.cancel,
            top: Vec::new(),
        };
        let mut found = Found::default();
        let place = html::Place {
            host,
            port: self.place.port,
            path,
        };
        let read = negotiation::read(form, &mut source, place, &mut |listed| found.take(listed));
        let top = source.top;
        // An end may be that of the cancel.
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
                Some(own_way) => Ok(Taken::Elsewhere(own_way)),
                None => Err(negotiation::no_list(&top, host.clone(), own).into()),
            };
        }
        if !is_cut {
            probe::mark_folders(session, self.place, path, &mut found.entries)?;
        }
        let mut folder = RemoteFolder::new(own, found.entries);
        folder.nameless = nameless.saturating_add(found.endless);
        folder.is_cut = is_cut;
        folder.is_index = form == Form::Html && !head.is_made_page && !negotiation::is_titled(&top);
        Ok(Taken::Folder(folder))
    }

    /// What an answer without a listing means.
    fn refused(&self, error: ClientError, own: &str) -> FetchError {
        let host = self.place.host.clone();
        match error {
            ClientError::NoSuchFile { .. } if !own.is_empty() => {
                let name = own.to_owned();
                ClientError::NoSuchFolder { host, name }.into()
            }
            // That is how servers say that they make no lists.
            ClientError::NoSuchFile { .. }
            | ClientError::NoListing { .. }
            | ClientError::Status {
                status: 300..=399 | 403 | 405,
                ..
            } => self.no_listing(own),
            error => error.into(),
        }
    }

    /// What a listing that cannot be read to its end means.
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

/// No more is taken in.
struct Full;

/// What has come so far.
#[derive(Default)]
struct Found {
    entries: Vec<RemoteEntry>,
    names_len: usize,
    /// How many have names that are longer than any path, which nobody could ask for.
    endless: u64,
}

impl Found {
    fn take(&mut self, listed: Listed) -> Result<(), Full> {
        let Listed {
            mut name,
            is_folder,
            size,
            modified,
        } = listed;
        if name_bytes::len(&name) > PATH_MAX_LEN {
            self.endless += 1;
            return Ok(());
        }
        // It grew as it was read.
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

/// Reads a page until it is cancelled, and remembers how it began.
struct Page<'a, R> {
    body: R,
    cancel: &'a CancelToken,
    top: Vec<u8>,
}

impl<R: Read> Read for Page<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A socket that is shut down still gives what keeps coming.
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
            assert!(found.take(listed("a".to_owned())).is_ok());
        }
        assert!(found.take(listed("a".to_owned())).is_err());
        assert_eq!(found.entries.len(), MAX_ENTRIES);
        let most = NAMES_MAX_LEN / PATH_MAX_LEN;
        // What is kept to compare them counts, too.
        for (letter, times) in [("a", most), ("A", most / 2)] {
            let mut found = Found::default();
            let long = letter.repeat(PATH_MAX_LEN);
            for _ in 0..times {
                assert!(found.take(listed(long.clone())).is_ok());
            }
            assert!(found.take(listed("a".to_owned())).is_err());
            assert_eq!(found.endless, 0);
        }
        let mut found = Found::default();
        let longer = "a".repeat(PATH_MAX_LEN + 1);
        assert!(found.take(listed(longer)).is_ok());
        assert_eq!((found.entries.len(), found.endless), (0, 1));
    }
}
