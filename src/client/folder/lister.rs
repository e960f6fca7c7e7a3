//! Reads the listings of a folder and of all folders in it, level by level.

use std::io;

use super::below;
use super::entry::{Entry, EntryError};
use super::listing::{Listed, ReadError};
use super::listing_file::{Listing, fetch};
use super::local::{create_folders, local};
use super::rests::Working;
use super::spool::{Appender, Next};
use super::tree::Tree;
use crate::client::ClientError;
use crate::client::call::Halt;
use crate::client::http;
use crate::client::part::write_error;
use crate::client::safe_name::NAME_MAX_LEN;
use crate::client::space::{BLOCK_LEN, Growth};

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
        self.take_in(root, "", &[self.look_of(root)], appender)?;
        let mut link = self.link();
        let mut growth = Growth::new(&self.claim.root);
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
            let fetched = self.patiently(|| {
                let scratch = &self.claim.scratch;
                fetch(&mut link, self.request, &path, scratch, self.cancel())
            });
            let listed = match fetched {
                Ok(listing) => {
                    let look = self.look_of(&listing);
                    match self.is_loop(&mut link, &entry, &listing, look) {
                        Ok(true) => {
                            log::info!("{} leads back to a folder above it", entry.path);
                            self.notes.add_loop(&entry.path);
                            continue;
                        }
                        Ok(false) => {
                            // What is sent on from elsewhere must have a list, as what is asked for must.
                            let may_be_blank = listing.path == path;
                            let checked = listing.check(self.request, may_be_blank, self.cancel());
                            checked.map(|()| (listing, look)).map_err(Halt::from)
                        }
                        Err(halt) => Err(halt),
                    }
                }
                Err(halt) => Err(halt),
            };
            match self.make_folder(&entry, &mut growth).and(listed) {
                Ok((listing, look)) => {
                    let mut above = entry.above;
                    above.push(look);
                    self.take_in(&listing, &entry.path, &above, appender)?;
                }
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
    fn make_folder(&self, entry: &Entry, growth: &mut Growth) -> Result<(), Halt> {
        let root = &self.claim.root;
        let may_grow = growth.grow(BLOCK_LEN);
        may_grow.map_err(|e| write_error(&e, root, root))?;
        let made = create_folders(root, &local(root, &entry.path).path);
        made.map(drop).map_err(|e| self.folder_error(e).into())
    }

    /// Everything in `listing` of the folder at `folder` goes on the list. `above` is how the listings from the
    /// first one to this one look.
    fn take_in(
        &self,
        listing: &Listing,
        folder: &str,
        above: &[u64],
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
                    // Who tells a size or a date tells folders from files, too.
                    let is_sure = entry.size.is_some() || entry.modified.is_some();
                    if entry.is_folder || !is_sure {
                        entry.above = above.to_vec();
                        // A page may lead further down than to the next folder.
                        entry.above.resize(entry.path.split('/').count(), 0);
                    }
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
            Ok(nameless) => {
                self.notes.add_nameless(nameless);
                self.take_index(listing, folder, appender)
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

    /// The page that the server gives out in place of a list goes on the list, if it has.
    fn take_index(
        &self,
        listing: &Listing,
        folder: &str,
        appender: &mut Appender,
    ) -> Result<(), Halt> {
        let Some(index) = &listing.index else {
            return Ok(());
        };
        self.notes
            .add_indexed(http::name_of(&listing.path).trim_end_matches('/'));
        let listed = Listed {
            name: index.name.clone(),
            is_folder: false,
            size: None,
            modified: None,
        };
        self.check_count(false)?;
        match Entry::within(folder, listed) {
            Ok(mut entry) => {
                entry.at = Some(index.at.clone());
                appender.append(&entry).map_err(|e| self.spool_error(&e))
            }
            // It is as deep as the folder is.
            Err(e) => {
                log::info!("{folder}/{}: {e}", index.name);
                Ok(())
            }
        }
    }
}
