//! Reads the listings of a folder and of all folders in it, level by level.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::entry::Entry;
use super::guard::LISTING_MAX_LEN;
use super::html::{Place, read_html};
use super::json::read_json;
use super::listing::{Form, Listed, ReadError};
use super::local::{create_folders, local};
use super::spool::{Appender, Next};
use super::tree::Tree;
use crate::client::call::Halt;
use crate::client::http::{self, Wish};
use crate::client::link::Link;
use crate::client::part::write_error;
use crate::client::safe_name::NAME_MAX_LEN;
use crate::client::{ClientError, Request};
use crate::net::Cancel;

/// JSON says more, and exactly; a page is what everybody else has.
const ACCEPT: &str = "application/json, text/html;q=0.9";

/// How much of a listing is read between two looks at the cancel switch.
const STEP: usize = 64 * 1024;

/// A listing that has arrived whole. It is in a file without a name until it has been read.
pub(super) struct Listing {
    file: File,
    form: Form,
    /// Where it is from, percent-encoded, with both its slashes.
    path: String,
}

impl Listing {
    /// Whether it is a page that leads to nothing in the folder: one about something else, most likely.
    pub(super) fn is_blank(&self, request: &Request) -> bool {
        let mut is_blank = true;
        let mut each = |_| {
            is_blank = false;
            Err(())
        };
        // What is wrong with it will be told by who reads all of it.
        let _ = self.read(request, &mut each);
        is_blank && self.form == Form::Html && !self.is_titled()
    }

    /// Whether it is a page that servers make for a folder, even one with nothing in it.
    fn is_titled(&self) -> bool {
        /// Apache, nginx and lighttpd; Python; the way up that most have.
        const SIGNS: [&str; 3] = ["Index of ", "Directory listing for ", "href=\"../\""];
        /// The title is at the top.
        const TOP_LEN: u64 = 4096;

        let mut top = Vec::new();
        let mut file = &self.file;
        let read = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| file.take(TOP_LEN).read_to_end(&mut top));
        let top = String::from_utf8_lossy(&top);
        read.is_ok() && SIGNS.iter().any(|sign| top.contains(sign))
    }

    /// Hand over each entry. The number is of those that cannot be asked for.
    fn read<E>(
        &self,
        request: &Request,
        each: &mut dyn FnMut(Listed) -> Result<(), E>,
    ) -> Result<u64, ReadError<E>> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).map_err(ReadError::Source)?;
        let file = BufReader::new(file);
        match self.form {
            Form::Json => read_json(file, each),
            Form::Html => {
                let place = Place {
                    host: &request.host,
                    port: request.port,
                    path: &self.path,
                };
                read_html(file, place, each)
            }
        }
    }
}

/// Fetch the listing of the folder at `path` into a file in `folder`.
pub(super) fn fetch(
    link: &mut Link<'_>,
    request: &Request,
    path: &str,
    folder: &Path,
    cancel: &Cancel,
) -> Result<Listing, Halt> {
    let wish = Wish {
        accept: Some(ACCEPT),
        ..Wish::default()
    };
    let head = link.ask(path, wish)?;
    let name = || http::name_of(path);
    let host = || request.host.clone();
    match head.status {
        200 => {}
        404 | 410 => {
            link.close();
            return Err(ClientError::NoSuchFile {
                host: host(),
                name: name(),
                nearest: Vec::new(),
            }
            .into());
        }
        status => {
            link.close();
            return Err(ClientError::Status {
                host: host(),
                name: name(),
                status,
                reason: head.reason,
            }
            .into());
        }
    }
    let form = head.media_type.as_deref().and_then(Form::of);
    let (Some(form), None) = (form, &head.coding) else {
        link.close();
        let (host, name) = (host(), name());
        return Err(ClientError::NoListing { host, name }.into());
    };
    let full = |e: &io::Error| Halt::from(write_error(e, folder, folder));
    let mut file = tempfile::tempfile_in(folder).map_err(|e| full(&e))?;
    let Some(mut body) = link.body(head.framing) else {
        return Err(Halt::Cancelled);
    };
    let mut buffer = vec![0; STEP];
    let mut left = LISTING_MAX_LEN;
    loop {
        let read = match body.read(&mut buffer) {
            _ if cancel.is_cancelled() => return Err(Halt::Cancelled),
            Ok(0) => break,
            Ok(read) => read,
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(e) => {
                log::info!("the listing of {path}: {e}");
                link.close();
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
            link.close();
            let (host, name) = (host(), name());
            return Err(ClientError::NoListing { host, name }.into());
        }
        file.write_all(&buffer[..read]).map_err(|e| full(&e))?;
    }
    link.done(&head);
    let path = path.to_owned();
    Ok(Listing { file, form, path })
}

impl Tree<'_> {
    /// List everything, beginning with `root`, which has arrived already.
    pub(super) fn list(&self, root: &Listing, mut appender: Appender) -> Result<(), Halt> {
        let broken = |e: io::Error| self.spool_error(&e);
        let mut folders = self.spool.folders().map_err(broken)?;
        self.take_in(root, "", &mut appender)?;
        let mut link = self.link();
        loop {
            // Only this thread adds any, so there are no more when there are none yet.
            let entry = match folders.poll().map_err(broken)? {
                _ if self.is_over() => return Err(Halt::Cancelled),
                Next::Ready(entry) => entry,
                Next::NotYet | Next::End => break,
            };
            let path = self.path_of(&entry);
            let listed = self.make_folder(&entry).and_then(|()| {
                self.patiently(|| {
                    let scratch = &self.claim.scratch;
                    fetch(&mut link, self.request, &path, scratch, self.cancel())
                })
            });
            match listed {
                Ok(listing) => self.take_in(&listing, &entry.path, &mut appender)?,
                Err(Halt::Failed(error)) => self.failed(&format!("{}/", entry.path), error)?,
                Err(Halt::Cancelled) => return Err(Halt::Cancelled),
            }
        }
        appender.finish().map_err(broken)?;
        self.report();
        Ok(())
    }

    /// Folders are there as soon as they are found, so that empty ones are, too.
    fn make_folder(&self, entry: &Entry) -> Result<(), Halt> {
        let made = create_folders(&self.claim.root, &local(&entry.path).path);
        made.map(drop).map_err(|e| self.folder_error(e).into())
    }

    /// Everything in `listing` of the folder at `folder` goes on the list.
    fn take_in(
        &self,
        listing: &Listing,
        folder: &str,
        appender: &mut Appender,
    ) -> Result<(), Halt> {
        let mut each = |listed: Listed| {
            if self.is_over() {
                return Err(Halt::Cancelled);
            }
            let name = listed.name.clone();
            match Entry::within(folder, listed) {
                Ok(entry) => appender.append(&entry).map_err(|e| self.spool_error(&e)),
                Err(e) => {
                    let name = &name[..name.floor_char_boundary(NAME_MAX_LEN)];
                    log::info!("{folder}/{name}: {e}");
                    let name = format!("{folder}/{name}");
                    let name = name.trim_start_matches('/');
                    self.failed(name, ClientError::TooDeep { name: name.into() })
                }
            }
        };
        let read = listing.read(self.request, &mut each);
        self.report();
        match read {
            Ok(0) => Ok(()),
            Ok(count) => {
                let (host, folder) = (self.request.host.clone(), http::name_of(&listing.path));
                let name = folder.clone();
                let error = ClientError::NotNames {
                    host,
                    folder,
                    count,
                };
                self.failed(&name, error)
            }
            Err(ReadError::Stopped(halt)) => Err(halt),
            Err(ReadError::Source(e)) => {
                log::info!("the listing of {}: {e}", listing.path);
                let name = http::name_of(&listing.path);
                let host = self.request.host.clone();
                self.failed(
                    &name,
                    ClientError::NoListing {
                        host,
                        name: name.clone(),
                    },
                )
            }
        }
    }
}
