//! A listing that has arrived whole and is on the disk until it has been read, or the page that the server gives
//! out in its place.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use super::negotiation;
use super::negotiation::TOP_LEN;
use crate::client::Request;
use crate::client::connection::FetchError;
use crate::client::http::RequestOptions;
use crate::client::http_session::HttpSession;
use crate::error::ClientError;
use crate::listing::html::{Place, read_index};
use crate::listing::limits::LISTING_MAX_LEN;
use crate::listing::listed::{Form, Listed, ReadError, part};
use crate::store::temporary_file::TemporaryFile;
use crate::transport::CancelToken;
use crate::url_path;
use landline_http1::response_head::Head;

/// How much of a listing is read between two looks at the cancel switch.
const STEP: usize = 64 * 1024;

/// A listing. The file has no name.
pub(super) struct Listing {
    file: File,
    form: Form,
    /// Where the folder is on the server, percent-encoded, with both its slashes: where redirects have led.
    pub(super) path: String,
    /// It is a page that somebody has written, and the server gives it out in place of a list.
    pub(super) index: Option<Index>,
}

/// A page that a server gives out for a folder, in place of a list of what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Index {
    /// What it is called.
    pub(super) name: String,
    /// Its path, percent-encoded; that of the folder, or one to which that redirects.
    pub(super) at: String,
}

/// What most servers look for in a folder, in that order or another.
const INDEX_NAME: &str = "index.html";

impl Index {
    /// What a listing would say of it.
    pub(super) fn listed(&self) -> Listed {
        Listed {
            name: self.name.clone(),
            is_folder: false,
            size: None,
            modified: None,
        }
    }

    /// That of the folder at `path` (percent-encoded), if the answer after `head` is one. `redirected` is where
    /// the server sent on to.
    ///
    /// Servers date a file, and not a list that they make. Those that date their lists all the same, with the
    /// date of the folder (Go, rclone, http-server, `mini_httpd`), have signs.
    fn of(
        head: &Head,
        form: Form,
        top: &[u8],
        path: &str,
        redirected: Option<String>,
    ) -> Option<Self> {
        let is_file = form == Form::Html && !head.is_made_page && !negotiation::is_titled(top);
        if !is_file && redirected.is_none() {
            return None;
        }
        let at = redirected.unwrap_or_else(|| path.to_owned());
        let suggested = head.disposition.name.clone().and_then(part);
        let name = suggested.or_else(|| part(url_path::part_of(at.rsplit('/').next()?)));
        let name = name.unwrap_or_else(|| INDEX_NAME.to_owned());
        Some(Self { name, at })
    }
}

impl Listing {
    /// Find out whether it is a page that somebody has written, where neither a date nor a sign says it: then it
    /// is also at a path of its own.
    pub(super) fn find_index(&mut self, session: &mut HttpSession<'_>) -> Result<(), FetchError> {
        if self.form != Form::Html || self.index.is_some() || negotiation::is_titled(&self.top()) {
            return Ok(());
        }
        let at = format!("{}{INDEX_NAME}", self.path);
        let is_same = match session.ask(&at, RequestOptions::default()) {
            Ok(head) => head.status == 200 && self.is_same(session, &head),
            Err(FetchError::Cancelled) => return Err(FetchError::Cancelled),
            Err(FetchError::Failed(_)) => false,
        };
        session.close();
        if is_same {
            let name = INDEX_NAME.to_owned();
            self.index = Some(Index { name, at });
        }
        Ok(())
    }

    /// Whether the body after `head` is the same.
    fn is_same(&self, session: &mut HttpSession<'_>, head: &Head) -> bool {
        let mut file = &self.file;
        let Some(body) = session.body(head.framing) else {
            return false;
        };
        if file.seek(SeekFrom::Start(0)).is_err() {
            return false;
        }
        let mut ours = BufReader::new(file).bytes();
        let mut theirs = BufReader::new(body).bytes();
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return true,
                (Some(Ok(one)), Some(Ok(other))) if one == other => {}
                _ => return false,
            }
        }
    }

    /// What is wrong with it where it leads to nothing in the folder, and does not say that there is nothing:
    /// it is about something else, most likely. The folder that is asked for must have a list, and so must what
    /// a redirect leads to; one further down `may_be_blank`.
    pub(super) fn check(
        &self,
        request: &Request,
        may_be_blank: bool,
        cancel: &CancelToken,
    ) -> Result<(), ClientError> {
        if !self.is_blank(request, cancel) {
            return Ok(());
        }
        match negotiation::no_list(
            &self.top(),
            request.host.clone(),
            url_path::name_of(&self.path),
        ) {
            ClientError::NoListing { .. } if may_be_blank => Ok(()),
            error => Err(error),
        }
    }

    /// Whether it is a page without any link into the folder, and none of those that servers make.
    fn is_blank(&self, request: &Request, cancel: &CancelToken) -> bool {
        if self.form != Form::Html || self.index.is_some() {
            return false;
        }
        let mut is_blank = true;
        let mut each = |_| {
            is_blank = false;
            Err(())
        };
        // What is wrong with it will be told by who reads all of it.
        let _ = self.read(request, &|| cancel.is_cancelled(), &mut each);
        is_blank && !negotiation::is_empty_list(&self.top())
    }

    /// How it begins.
    fn top(&self) -> Vec<u8> {
        let mut top = Vec::new();
        let mut file = &self.file;
        let read = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| file.take(TOP_LEN as u64).read_to_end(&mut top));
        read.map_or_else(|_| Vec::new(), |_| top)
    }

    /// Hand over each entry; of a page what it leads to, however far down. The number is of those that cannot be
    /// asked for. Fails soon after `is_over`
    /// says so, as a listing that is cut does: it may be long and have nothing to hand over.
    pub(super) fn read<E>(
        &self,
        request: &Request,
        is_over: &dyn Fn() -> bool,
        each: &mut dyn FnMut(Listed) -> Result<(), E>,
    ) -> Result<u64, ReadError<E>> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).map_err(ReadError::Source)?;
        let place = Place {
            host: &request.host,
            port: request.port,
            path: &self.path,
        };
        let source = Watched { file, is_over };
        let source = BufReader::new(source);
        let Some(index) = &self.index else {
            return negotiation::read(self.form, source, place, each);
        };
        read_index(source, place, &mut |listed| {
            if listed.name == index.name {
                Ok(())
            } else {
                each(listed)
            }
        })
    }
}

/// Reads on until it is over.
struct Watched<'a> {
    file: &'a File,
    is_over: &'a dyn Fn() -> bool,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if (self.is_over)() {
            // Whoever is interrupted tries again.
            return Err(ErrorKind::ConnectionAborted.into());
        }
        self.file.read(buffer)
    }
}

/// Fetch the listing of the folder at `path` into a file in `folder`.
pub(super) fn fetch(
    session: &mut HttpSession<'_>,
    request: &Request,
    path: &str,
    folder: &Path,
    cancel: &CancelToken,
) -> Result<Listing, FetchError> {
    let place = Place {
        host: &request.host,
        port: request.port,
        path,
    };
    let found = negotiation::find(session, place, &mut |session, path| {
        session.ask(path, negotiation::options())
    })?;
    let negotiation::Found { head, path, index } = found;
    let (file, form) = receive(session, request, &head, &path, folder, cancel)?;
    let mut listing = Listing {
        file,
        form,
        path,
        index: None,
    };
    let top = listing.top();
    listing.index = Index::of(&head, form, &top, &listing.path, index);
    if listing.is_blank(request, cancel)
        && let Some(other) = negotiation::own_way(&top, &listing.path)
    {
        let head = session.ask(&other, negotiation::options())?;
        (listing.file, listing.form) = receive(session, request, &head, &other, folder, cancel)?;
    }
    Ok(listing)
}

/// Receive the body after `head`, which is the answer to a request for the listing at `path`.
fn receive(
    session: &mut HttpSession<'_>,
    request: &Request,
    head: &Head,
    path: &str,
    folder: &Path,
    cancel: &CancelToken,
) -> Result<(File, Form), FetchError> {
    let name = || url_path::name_of(path);
    let host = || request.host.clone();
    let form = negotiation::form(head, &request.host, path).inspect_err(|_| session.close())?;
    let mut file = TemporaryFile::create(folder)?;
    let Some(mut body) = session.body(head.framing) else {
        return Err(FetchError::Cancelled);
    };
    let mut buffer = vec![0; STEP];
    let mut left = LISTING_MAX_LEN;
    loop {
        let read = match body.read(&mut buffer) {
            _ if cancel.is_cancelled() => return Err(FetchError::Cancelled),
            Ok(0) => break,
            Ok(read) => read,
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(e) => {
                log::info!("the listing of {path}: {e}");
                session.close();
                let (host, name) = (host(), name());
                let arrived = 0;
                return Err(ClientError::Cut {
                    host,
                    name,
                    arrived,
                }
                .into());
            }
        };
        left = left.saturating_sub(read as u64);
        if left == 0 {
            log::info!("the listing of {path} does not end");
            session.close();
            let (host, name) = (host(), name());
            return Err(ClientError::NoListing { host, name }.into());
        }
        file.append(&buffer[..read])?;
    }
    session.done(head);
    Ok((file.into_file(), form))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::convert::Infallible;
    use std::io::Write as _;
    use std::path::PathBuf;

    use super::*;
    use crate::client::{IfExists, Target};

    #[test]
    fn a_listing_with_nothing_to_hand_over_ends_when_it_is_over() {
        let request = Request {
            host: "h".to_owned(),
            port: 80,
            encryption: <_>::default(),
            name: "f/".to_owned(),
            query: None,
            target: Target::Folder(PathBuf::new()),
            protocol: None,
            exists: IfExists::Keep,
        };
        let json = br#"{"name":"a","kind":"socket"},"#.repeat(100_000);
        for (form, content) in [
            (Form::Html, b"<a href=/elsewhere>".repeat(100_000)),
            (Form::Json, [b"[", json.as_slice()].concat()),
        ] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&content).unwrap();
            let path = "/f/".to_owned();
            let listing = Listing {
                file,
                form,
                path,
                index: None,
            };
            let looks = Cell::new(0);
            let is_over = || {
                looks.set(looks.get() + 1);
                looks.get() > 2
            };
            let read = listing.read(&request, &is_over, &mut |_| Ok::<_, Infallible>(()));
            let Err(ReadError::Source(e)) = read else {
                panic!("{read:?}");
            };
            assert_eq!(e.kind(), ErrorKind::ConnectionAborted);
            // All of it is a hundred pieces and more.
            assert!(looks.get() < 10, "{}", looks.get());
        }
    }
}
