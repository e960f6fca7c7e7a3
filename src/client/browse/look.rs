//! One look into a folder: from the call to the entries. They are read as they come, and only what is
//! shown of them is kept.

use std::io::{self, ErrorKind, Read};
use std::time::Duration;

use super::{Place, RemoteEntry, RemoteFolder, probe};
use crate::client::backoff::Backoff;
use crate::client::call::Halt;
use crate::client::folder::ask::{self, TOP_LEN};
use crate::client::folder::entry::PATH_MAX_LEN;
use crate::client::folder::html;
use crate::client::folder::listing::{Form, Listed, ReadError};
use crate::client::http::{self, Answer, Head};
use crate::client::known::Known;
use crate::client::link::Link;
use crate::client::{ClientError, Timeouts, location};
use crate::name_bytes;
use crate::net::{Cancel, Dialect};

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
    cancel: &Cancel,
    known: &Known,
    timeouts: &Timeouts,
) -> Result<RemoteFolder, Halt> {
    let mut backoff = Backoff::new(timeouts, Some(BUSY));
    loop {
        let error = match look_once(place, cancel, known, timeouts) {
            Err(Halt::Failed(error)) if error.retry_after().is_some() => error,
            result => return result,
        };
        match backoff.after(&error) {
            Some(time) if cancel.wait(time) => return Err(Halt::Cancelled),
            Some(_) => {}
            None => return Err(error.into()),
        }
    }
}

fn look_once(
    place: &Place,
    cancel: &Cancel,
    known: &Known,
    timeouts: &Timeouts,
) -> Result<RemoteFolder, Halt> {
    location::check_host(&place.host)?;
    let look = Look {
        place,
        cancel,
        known,
    };
    let asked = place.path.trim_matches('/');
    let path = match asked {
        "" => "/".to_owned(),
        asked => format!("{}/", http::path_of(asked)),
    };
    let at = html::Place {
        host: &place.host,
        port: place.port,
        path: &path,
    };
    let mut link = Link::new(known, &place.host, place.port, cancel, timeouts);
    let found = ask::find(&mut link, at, &mut |link, path| look.hear(link, path));
    let found = found.map_err(|halt| match halt {
        Halt::Failed(error) => look.refused(error, asked),
        Halt::Cancelled => Halt::Cancelled,
    })?;
    match look.take(&mut link, &found.head, &found.path)? {
        Taken::Folder(mut folder) => {
            folder.is_index |= found.index.is_some();
            Ok(folder)
        }
        Taken::Elsewhere(own_way) => {
            let head = look.hear(&mut link, &own_way)?;
            match look.take(&mut link, &head, &found.path)? {
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
    cancel: &'a Cancel,
    known: &'a Known,
}

impl Look<'_> {
    /// The head of the answer.
    fn hear(&self, link: &mut Link<'_>, path: &str) -> Result<Head, Halt> {
        let Place { host, port, .. } = self.place;
        let raw_only = || ClientError::RawOnly { host: host.clone() };
        let error = match link.hear(path, ask::wish())? {
            Answer::Head(head) => {
                self.known.learn(host, *port, Dialect::Http);
                return Ok(*head);
            }
            Answer::NotHttp { spoke: true } => {
                self.known.learn(host, *port, Dialect::Raw);
                raw_only()
            }
            // A server of the notes, which has no file of that name.
            Answer::NotHttp { .. } if self.known.get(host, *port) != Some(Dialect::Http) => {
                raw_only()
            }
            Answer::NotHttp { .. } | Answer::Cut => self.cut(),
            Answer::Silent => ClientError::NoAnswer {
                host: host.clone(),
                port: *port,
            },
            Answer::Broken(what) => link.broken(&what),
        };
        Err(error.into())
    }

    /// What is in the folder at `path`, whose answer begins with `head`.
    fn take(&self, link: &mut Link<'_>, head: &Head, path: &str) -> Result<Taken, Halt> {
        let host = &self.place.host;
        let own = http::name_of(path).trim_end_matches('/').to_owned();
        let form = ask::form(head, host, path).map_err(|error| self.refused(error, &own))?;
        let Some(body) = link.body(head.framing) else {
            return Err(Halt::Cancelled);
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
        let read = ask::read(form, &mut source, place, &mut |listed| found.take(listed));
        let top = source.top;
        // An end may be that of the cancel.
        if self.cancel.is_cancelled() {
            return Err(Halt::Cancelled);
        }
        let (nameless, is_cut) = match read {
            Ok(nameless) => (nameless, false),
            Err(ReadError::Stopped(Full)) => (0, true),
            Err(ReadError::Source(e)) => return Err(self.failed(&e, &own)),
        };
        link.close();
        if form == Form::Html && found.entries.is_empty() && !ask::is_empty_list(&top) {
            return match ask::own_way(&top, path) {
                Some(own_way) => Ok(Taken::Elsewhere(own_way)),
                None => Err(ask::no_list(&top, host.clone(), own).into()),
            };
        }
        if !is_cut {
            probe::mark_folders(link, self.place, path, &mut found.entries)?;
        }
        let mut folder = RemoteFolder::new(own, found.entries);
        folder.nameless = nameless.saturating_add(found.endless);
        folder.is_cut = is_cut;
        folder.is_index = form == Form::Html && !head.is_made_page && !ask::is_titled(&top);
        Ok(Taken::Folder(folder))
    }

    /// What an answer without a listing means.
    fn refused(&self, error: ClientError, own: &str) -> Halt {
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
    fn failed(&self, error: &io::Error, own: &str) -> Halt {
        log::info!("the listing of {}/{own}: {error}", self.place.host);
        if error.kind() == ErrorKind::InvalidData {
            self.no_listing(own)
        } else {
            self.cut().into()
        }
    }

    fn no_listing(&self, name: &str) -> Halt {
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
    cancel: &'a Cancel,
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
