//! Reads the listings of a folder and of all folders in it, level by level.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::ask::{self, TOP_LEN};
use super::entry::{Entry, EntryError};
use super::guard::LISTING_MAX_LEN;
use super::html::Place;
use super::listing::{Form, Listed, ReadError};
use super::local::{create_folders, local};
use super::rests::Working;
use super::spool::{Appender, Next};
use super::tree::{Tree, below};
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
    /// Where it is from, percent-encoded, with both its slashes: where redirects have led.
    pub(super) path: String,
}

impl Listing {
    /// Whether it is a page that leads to nothing in the folder: one about something else, most likely.
    pub(super) fn is_blank(&self, request: &Request, cancel: &Cancel) -> bool {
        let mut is_blank = true;
        let mut each = |_| {
            is_blank = false;
            Err(())
        };
        // What is wrong with it will be told by who reads all of it.
        let _ = self.read(request, &|| cancel.is_cancelled(), &mut each);
        is_blank && self.form == Form::Html && !self.is_titled()
    }

    /// Whether it says that it is the page of a folder.
    fn is_titled(&self) -> bool {
        let mut top = Vec::new();
        let mut file = &self.file;
        let read = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| file.take(TOP_LEN as u64).read_to_end(&mut top));
        read.is_ok() && ask::is_empty_list(&top)
    }

    /// Hand over each entry. The number is of those that cannot be asked for. Fails soon after `is_over`
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
        ask::read(self.form, BufReader::new(source), place, each)
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
    link: &mut Link<'_>,
    request: &Request,
    path: &str,
    folder: &Path,
    cancel: &Cancel,
) -> Result<Listing, Halt> {
    let place = Place {
        host: &request.host,
        port: request.port,
        path,
    };
    let (head, path) = ask::find(link, place, &mut |link, path| link.ask(path, ask::wish()))?;
    let path = path.as_str();
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
    let path = ask::without_query(path).to_owned();
    Ok(Listing { file, form, path })
}

impl Tree<'_> {
    /// List everything, beginning with `root`, which has arrived already.
    pub(super) fn list(
        &self,
        root: &Listing,
        mut appender: Appender,
        working: &Working<'_>,
    ) -> Result<(), Halt> {
        match self.walk(root, &mut appender, working) {
            // What was found until then is fetched.
            Err(Halt::Failed(error @ ClientError::TooMany { .. })) => {
                self.failed(&self.request.name, error)?;
            }
            result => result?,
        }
        appender.finish().map_err(|e| self.spool_error(&e))?;
        self.report();
        Ok(())
    }

    fn walk(
        &self,
        root: &Listing,
        appender: &mut Appender,
        working: &Working<'_>,
    ) -> Result<(), Halt> {
        let broken = |e: io::Error| self.spool_error(&e);
        let mut folders = self.spool.folders().map_err(broken)?;
        self.take_in(root, "", appender)?;
        let mut link = self.link();
        loop {
            // Before the look: who settles the last one has put it on the list before, if it is a folder.
            let is_settled = self.spool.is_settled();
            let entry = match folders.poll().map_err(broken)? {
                _ if self.is_over() => return Err(Halt::Cancelled),
                Next::Ready(entry) => entry,
                Next::NotYet if !is_settled => {
                    self.spool.set_listed(true);
                    self.report();
                    // Some servers have one connection at a time.
                    link.close();
                    let is_over = || self.is_over() || self.spool.is_settled();
                    working.idle(|| self.spool.wait(folders.position(), &is_over));
                    continue;
                }
                Next::NotYet | Next::End => return Ok(()),
            };
            self.spool.set_listed(false);
            let path = self.path_of(&entry);
            let listed = self.make_folder(&entry).and_then(|()| {
                self.patiently(|| {
                    let scratch = &self.claim.scratch;
                    fetch(&mut link, self.request, &path, scratch, self.cancel())
                })
            });
            match listed {
                Ok(listing) => self.take_in(&listing, &entry.path, appender)?,
                Err(Halt::Failed(error)) => self.failed(&format!("{}/", entry.path), error)?,
                Err(Halt::Cancelled) => return Err(Halt::Cancelled),
            }
        }
    }

    /// Fails where no other folder, or no other file, may be found.
    pub(super) fn check_count(&self, is_folder: bool) -> Result<(), Halt> {
        let (files, folders) = self.spool.found();
        let has_room = if is_folder {
            folders < self.most.folders
        } else {
            files < self.most.files
        };
        if has_room {
            return Ok(());
        }
        Err(ClientError::TooMany {
            host: self.request.host.clone(),
            name: self.request.name.clone(),
            count: files + folders,
        }
        .into())
    }

    /// Folders are there as soon as they are found, so that empty ones are, too.
    fn make_folder(&self, entry: &Entry) -> Result<(), Halt> {
        let root = &self.claim.root;
        let made = create_folders(root, &local(root, &entry.path).path);
        made.map(drop).map_err(|e| self.folder_error(e).into())
    }

    /// Everything in `listing` of the folder at `folder` goes on the list.
    fn take_in(
        &self,
        listing: &Listing,
        folder: &str,
        appender: &mut Appender,
    ) -> Result<(), Halt> {
        // What is in it is where it was found.
        let is_moved = match folder {
            "" => false,
            _ => listing.path.strip_suffix('/') != Some(&below(&self.base, folder)),
        };
        let mut each = |listed: Listed| {
            if self.is_over() {
                return Err(Halt::Cancelled);
            }
            self.check_count(listed.is_folder)?;
            let name = listed.name.clone();
            match Entry::within(folder, listed) {
                Ok(mut entry) => {
                    entry.at = is_moved.then(|| below(&listing.path, &name));
                    appender.append(&entry).map_err(|e| self.spool_error(&e))
                }
                Err(e) => {
                    let name = &name[..name.floor_char_boundary(NAME_MAX_LEN)];
                    log::info!("{folder}/{name}: {e}");
                    let name = format!("{folder}/{name}");
                    let name = name.trim_start_matches('/').to_owned();
                    let error = match e {
                        EntryError::TooDeep => ClientError::TooDeep { name: name.clone() },
                        EntryError::TooLong => ClientError::PathTooLong { name: name.clone() },
                    };
                    self.failed(&name, error)
                }
            }
        };
        let read = listing.read(self.request, &|| self.is_over(), &mut each);
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
            Err(ReadError::Source(_)) if self.is_over() => Err(Halt::Cancelled),
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::convert::Infallible;
    use std::path::PathBuf;

    use super::*;
    use crate::client::{Exists, Target};

    #[test]
    fn a_listing_with_nothing_to_hand_over_ends_when_it_is_over() {
        let request = Request {
            host: "h".to_owned(),
            port: 80,
            name: "f/".to_owned(),
            query: None,
            target: Target::Folder(PathBuf::new()),
            dialect: None,
            exists: Exists::Keep,
        };
        let json = br#"{"name":"a","kind":"socket"},"#.repeat(100_000);
        for (form, content) in [
            (Form::Html, b"<a href=/elsewhere>".repeat(100_000)),
            (Form::Json, [b"[", json.as_slice()].concat()),
        ] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&content).unwrap();
            let path = "/f/".to_owned();
            let listing = Listing { file, form, path };
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
