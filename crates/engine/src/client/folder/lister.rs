//! Reads the listings of a folder and of all folders in it, level by level.

use std::cell::Cell;
use std::io;

use super::backoff::ActiveWorker;
use super::below;
use super::entry::{Entry, EntryError};
use super::listing_file::{Listing, fetch};
use super::tree::Tree;
use crate::client::connection::FetchError;
use crate::error::ClientError;
use crate::listing::listed::{Listed, ReadError};
use crate::store::folder::local_path::safe_path;
use crate::store::folder::manifest::{Appender, Next};
use crate::store::folder::name_collisions::{ListedName, Name, NameCollisions, Rules};
use crate::store::free_space::SpaceGuard;
use crate::store::safe_name::NAME_MAX_LEN;
use crate::url_path;

/// A folder whose listing is read.
#[derive(Default)]
struct Above<'a> {
    /// An [`Entry::path`].
    path: &'a str,
    /// Its [`Entry::local`].
    local: Option<&'a str>,
    /// How the listings above its own look, from the first one on.
    looks: Vec<u64>,
}

impl Tree<'_> {
    /// List everything, beginning with `root`, which has arrived already.
    pub(super) fn list(
        &self,
        root: &Listing,
        mut appender: Appender,
        worker: &ActiveWorker<'_>,
    ) -> Result<(), FetchError> {
        match self.walk(root, &mut appender, worker) {
            // What was found until then is fetched.
            Err(FetchError::Failed(error @ ClientError::TooMany { .. })) => {
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
        worker: &ActiveWorker<'_>,
    ) -> Result<(), FetchError> {
        let broken = |e: io::Error| self.spool_error(&e);
        let mut folders = self.manifest.folders().map_err(broken)?;
        let (look, names) = self.survey(root);
        self.take_in(root, &Above::default(), look, names, appender)?;
        let mut session = self.session();
        let mut growth = SpaceGuard::new(&self.dir_lock.root);
        loop {
            // Before the look: who settles the last one has put it on the list before, if it is a folder.
            let is_settled = self.manifest.is_settled();
            let mut entry = match folders.poll().map_err(broken)? {
                _ if self.is_over() => return Err(FetchError::Cancelled),
                Next::Ready(entry) => entry,
                Next::NotYet if !is_settled => {
                    self.manifest.set_listed(true);
                    self.report();
                    // Some servers have one connection at a time.
                    session.close();
                    let is_over = || self.is_over() || self.manifest.is_settled();
                    let position = folders.position();
                    worker.idle(|| self.manifest.wait(position, self.cancel(), is_over));
                    continue;
                }
                Next::NotYet | Next::End => return Ok(()),
            };
            self.manifest.set_listed(false);
            let path = self.path_of(&entry);
            let fetched = self.with_retries(|| {
                let scratch = &self.dir_lock.scratch;
                fetch(&mut session, self.request, &path, scratch, self.cancel())
            });
            let listed = match fetched {
                Ok(listing) => {
                    let (look, names) = self.survey(&listing);
                    match self.is_loop(&mut session, &entry, &listing, look) {
                        Ok(true) => {
                            log::info!("{} leads back to a folder above it", entry.path);
                            self.notes.add_loop(&entry.path);
                            continue;
                        }
                        Ok(false) => {
                            // What is sent on from elsewhere must have a list, as what is asked for must.
                            let may_be_blank = listing.path == path;
                            let checked = listing.check(self.request, may_be_blank, self.cancel());
                            checked
                                .map(|()| (listing, look, names))
                                .map_err(FetchError::from)
                        }
                        Err(halt) => Err(halt),
                    }
                }
                Err(halt) => Err(halt),
            };
            let made = self.store.make_folder(&mut entry, &mut growth);
            match made.map_err(FetchError::from).and(listed) {
                Ok((listing, look, names)) => {
                    let above = Above {
                        path: &entry.path,
                        local: entry.local.as_deref(),
                        looks: entry.above,
                    };
                    self.take_in(&listing, &above, look, names, appender)?;
                }
                Err(FetchError::Failed(error)) => {
                    self.failed(&format!("{}/", entry.path), error)?;
                }
                Err(FetchError::Cancelled) => return Err(FetchError::Cancelled),
            }
        }
    }

    /// Fails where no other folder, or no other file, may be found.
    pub(super) fn check_count(&self, is_folder: bool) -> Result<(), FetchError> {
        let (files, folders) = self.manifest.found();
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

    /// How `listing` looks, and what its entries are called here.
    fn survey(&self, listing: &Listing) -> (u64, NameCollisions<'_>) {
        let look = Cell::new(0);
        let entries = |each: &mut dyn FnMut(ListedName<'_>)| {
            look.set(self.look_of(listing, &mut |listed| each(listed.into())));
            if let Some(index) = &listing.index {
                each((&index.listed()).into());
            }
        };
        let rules = Rules {
            safe: Box::new(|name| safe_path(&self.dir_lock.root, name)),
            folds_case: self.folds_case,
            hash: &self.hash,
        };
        let names = NameCollisions::among(rules, &entries, self.most.namesakes);
        (look.get(), names)
    }

    /// Everything in `listing` of the folder at `above`, which looks like `look`, goes on the list.
    fn take_in(
        &self,
        listing: &Listing,
        above: &Above<'_>,
        look: u64,
        mut names: NameCollisions<'_>,
        appender: &mut Appender,
    ) -> Result<(), FetchError> {
        let folder = above.path;
        let mut looks = above.looks.clone();
        looks.push(look);
        let mut left_out = 0;
        // What is in it is where it was found.
        let is_moved = match folder {
            "" => false,
            _ => listing.path.strip_suffix('/') != Some(&below(&self.base, folder)),
        };
        let mut each = |listed: Listed| {
            if self.is_over() {
                return Err(FetchError::Cancelled);
            }
            let given = match names.name((&listed).into()) {
                Name::Repeated => return Ok(()),
                Name::LeftOut => {
                    left_out += 1;
                    return Ok(());
                }
                given => given,
            };
            self.check_count(listed.is_folder)?;
            let name = listed.name.clone();
            match Entry::within(folder, listed) {
                Ok(mut entry) => {
                    entry.local = self.local(above, &name, given);
                    entry.at = is_moved.then(|| below(&listing.path, &name));
                    // Who tells a size or a date tells folders from files, too.
                    let is_sure = entry.size.is_some() || entry.modified.is_some();
                    if entry.is_folder || !is_sure {
                        entry.above.clone_from(&looks);
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
        if left_out > 0 {
            let name = url_path::name_of(&listing.path);
            let error = ClientError::TooManyNamesakes {
                name: name.clone(),
                count: left_out,
            };
            self.failed_as_often(&name, left_out, error)?;
        }
        match read {
            Ok(nameless) => {
                self.notes.add_nameless(nameless);
                self.take_index(listing, above, &mut names, appender)
            }
            Err(ReadError::Stopped(halt)) => Err(halt),
            Err(ReadError::Source(_)) if self.is_over() => Err(FetchError::Cancelled),
            Err(ReadError::Source(e)) => {
                log::info!("the listing of {}: {e}", listing.path);
                let name = url_path::name_of(&listing.path);
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

    /// Where an entry of the folder at `above` goes that the server calls `name`, if not where it would by itself.
    fn local(&self, above: &Above<'_>, name: &str, given: Name) -> Option<String> {
        let root = &self.dir_lock.root;
        let (folder, name) = match (above.local, given) {
            (Some(folder), Name::Numbered(name)) => (folder.to_owned(), name),
            (Some(folder), _) => (folder.to_owned(), safe_path(root, name)),
            (None, Name::Numbered(name)) => (safe_path(root, above.path), name),
            (None, _) => return None,
        };
        Some(
            format!("{folder}/{name}")
                .trim_start_matches('/')
                .to_owned(),
        )
    }

    /// The page that the server gives out in place of a list goes on the list, if it has.
    fn take_index(
        &self,
        listing: &Listing,
        above: &Above<'_>,
        names: &mut NameCollisions<'_>,
        appender: &mut Appender,
    ) -> Result<(), FetchError> {
        let folder = above.path;
        let Some(index) = &listing.index else {
            return Ok(());
        };
        self.notes
            .add_indexed(url_path::name_of(&listing.path).trim_end_matches('/'));
        let listed = index.listed();
        let given = names.name((&listed).into());
        self.check_count(false)?;
        match Entry::within(folder, listed) {
            Ok(mut entry) => {
                entry.local = self.local(above, &index.name, given);
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

impl<'a> From<&'a Listed> for ListedName<'a> {
    fn from(listed: &'a Listed) -> Self {
        Self {
            name: &listed.name,
            is_folder: listed.is_folder,
        }
    }
}
