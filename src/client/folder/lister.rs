//! Reads the listings of a folder and of all folders in it, level by level.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::ask::{self, TOP_LEN};
use super::entry::Entry;
use super::guard::LISTING_MAX_LEN;
use super::html::Place;
use super::listing::{Form, Listed, ReadError};
use super::local::{create_folders, local};
use super::spool::{Appender, Next};
use super::tree::Tree;
use crate::client::call::Halt;
use crate::client::http;
use crate::client::link::Link;
use crate::client::part::write_error;
use crate::client::safe_name::NAME_MAX_LEN;
use crate::client::{ClientError, Request};
use crate::net::Cancel;

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

    /// Whether it says that it is the page of a folder.
    fn is_titled(&self) -> bool {
        let mut top = Vec::new();
        let mut file = &self.file;
        let read = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| file.take(TOP_LEN as u64).read_to_end(&mut top));
        read.is_ok() && ask::is_titled(&top)
    }

    /// Hand over each entry. The number is of those that cannot be asked for.
    pub(super) fn read<E>(
        &self,
        request: &Request,
        each: &mut dyn FnMut(Listed) -> Result<(), E>,
    ) -> Result<u64, ReadError<E>> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).map_err(ReadError::Source)?;
        let place = Place {
            host: &request.host,
            port: request.port,
            path: &self.path,
        };
        ask::read(self.form, BufReader::new(file), place, each)
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
    let head = link.ask(path, ask::wish())?;
    let name = || http::name_of(path);
    let host = || request.host.clone();
    let form = ask::form(&head, &request.host, path).inspect_err(|_| link.close())?;
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
