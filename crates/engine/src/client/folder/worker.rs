//! Fetches files, one after the other over one connection: small ones whole into memory and then to
//! the disk, all others like any single download.
#![expect(
    clippy::disallowed_methods,
    reason = "waits for the thread that stores files, on threads that fetch them"
)]

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::Sender;

use super::backoff::ActiveWorker;
use super::entry::Entry;
use super::existing::OnDisk;
use super::retry::GIVE_UP;
use super::tree::Tree;
use super::{file_request, unslashed};
use crate::client::Request;
use crate::client::connection::FetchError;
use crate::client::digest_check::{StatedDigest, stated_digest};
use crate::client::fetch::{Fetched, fetch_file};
use crate::client::http::RequestOptions;
use crate::client::http_session::HttpSession;
use crate::client::job::{Job, Progress, leave};
use crate::store::folder::batch_writer::ReceivedFile;
use crate::store::folder::fetch_log::Stat;
use crate::store::folder::folder_store::Destination;
use crate::store::free_space::SpaceGuard;
use crate::store::version::Version;
use crate::transfer::{Checked, Transfer};
use crate::url_path;
use landline_http1::coding;
use landline_http1::digest::Hasher;
use landline_http1::response_head::{Framing, Head};

/// A file of at most this many bytes is fetched again from its start when it is cut, and needs no
/// record beside it. Some hundred milliseconds even over bad Wi-Fi.
const SMALL: u64 = 1 << 20;

/// What belongs to one thread.
struct Worker<'a, 'b> {
    tree: &'a Tree<'b>,
    session: HttpSession<'a>,
    /// The last small file.
    body: Vec<u8>,
    /// The folder that was made or looked at last.
    made: Option<PathBuf>,
    /// Of small files.
    growth: SpaceGuard,
    stored: &'a Sender<ReceivedFile>,
}

/// What came of an attempt to fetch a file in one go.
enum Small {
    /// It is on its way to its place.
    Done,
    /// It is a folder, at this path (percent-encoded, with both slashes).
    Folder(String),
    /// It has to be fetched like any other.
    Unusual(Destination),
}

impl Tree<'_> {
    /// The file `entry` is a folder at `path` (percent-encoded, with both slashes): it is listed like any other.
    fn turn(&self, mut entry: Entry, path: &str) -> Result<(), FetchError> {
        if let Err(FetchError::Failed(error)) = self.check_count(true) {
            return self.failed(&entry.path, error);
        }
        let path = path.strip_suffix('/').unwrap_or(path);
        if self.path_of(&entry) != path {
            entry.at = Some(path.to_owned());
        }
        self.manifest.turn(entry).map_err(|e| self.spool_error(&e))
    }

    /// Fetch files until there are no more.
    pub(super) fn work(
        &self,
        active: &ActiveWorker<'_>,
        stored: &Sender<ReceivedFile>,
    ) -> Result<(), FetchError> {
        let mut worker = Worker {
            tree: self,
            session: self.session(),
            body: Vec::new(),
            made: None,
            growth: SpaceGuard::new(&self.dir_lock.scratch),
            stored,
        };
        loop {
            match self.work_queue.next(active, self.cancel()) {
                _ if self.is_over() => return Ok(()),
                Ok(Some(entry)) => worker.fetch(entry)?,
                Ok(None) => return Ok(()),
                Err(e) => return Err(self.spool_error(&e)),
            }
        }
    }
}

impl Worker<'_, '_> {
    /// One file. Fails only where no other would come, either.
    fn fetch(&mut self, entry: Entry) -> Result<(), FetchError> {
        let fetched = match self.try_fetch(&entry) {
            Err(FetchError::Failed(error)) => self.tree.failed(&entry.path, error),
            Ok(Some(path)) => self.tree.turn(entry, &path),
            Ok(None) => Ok(()),
            Err(halt) => Err(halt),
        };
        self.tree.manifest.settle();
        fetched
    }

    /// The path of a folder (percent-encoded, with both slashes), if it is one.
    fn try_fetch(&mut self, entry: &Entry) -> Result<Option<String>, FetchError> {
        let mut destination = self.destination(entry)?;
        let path = self.tree.path_of(entry);
        match self
            .tree
            .find_existing(entry, &destination, &path, &mut self.session)
        {
            OnDisk::Same => return Ok(None),
            OnDisk::Outdated(name) => (destination.name, destination.is_outdated) = (name, true),
            OnDisk::Other => {}
        }
        let is_small = entry.size.is_none_or(|size| size <= SMALL);
        if is_small {
            let fetched = self.fetch_small(entry, destination, &path)?;
            destination = match fetched {
                Small::Done => return Ok(None),
                Small::Folder(there) => return Ok(Some(there)),
                Small::Unusual(destination) => destination,
            };
        }
        self.fetch_like_any(entry, &destination, &path)
    }

    /// Where it goes. Its folder is there afterwards.
    fn destination(&mut self, entry: &Entry) -> Result<Destination, FetchError> {
        let destination = self.tree.store.destination(entry);
        if self.made.as_ref() != Some(&destination.folder) {
            self.tree.store.make_parent(&destination.folder)?;
            self.made = Some(destination.folder.clone());
        }
        Ok(destination)
    }

    /// In one go, if nothing unusual happens.
    fn fetch_small(
        &mut self,
        entry: &Entry,
        destination: Destination,
        path: &str,
    ) -> Result<Small, FetchError> {
        let options = RequestOptions {
            digest: true,
            ..RequestOptions::default()
        };
        let head = match self.session.ask(path, options) {
            Ok(head) => head,
            Err(FetchError::Cancelled) => return Err(FetchError::Cancelled),
            Err(FetchError::Failed(error)) if error.affects_all_files() => return Err(error.into()),
            Err(FetchError::Failed(_)) => return Ok(Small::Unusual(destination)),
        };
        if !self.read_small(&head) {
            self.session.close();
            return Ok(Small::Unusual(destination));
        }
        self.session.done(&head);
        if unslashed::may_be_folder(&head, path) {
            match unslashed::folder_at(&mut self.session, path) {
                Ok(Some(there)) => return Ok(Small::Folder(there)),
                Ok(None) => {}
                Err(FetchError::Cancelled) => return Err(FetchError::Cancelled),
                Err(FetchError::Failed(_)) => return Ok(Small::Unusual(destination)),
            }
        }
        let Some(checked) = self.check_small(&head, path)? else {
            return Ok(Small::Unusual(destination));
        };
        let is_shown = |coding: &String| coding::is_shown_by(coding, &destination.name);
        if head.coding.is_some_and(|coding| !is_shown(&coding)) {
            self.tree.notes.count_encoded();
        }
        self.tree.transfer.advance(self.body.len() as u64);
        let modified = head.modified.or(entry.modified);
        let store = &self.tree.store;
        let file = ReceivedFile {
            written: store.write_small(&self.body, modified, &mut self.growth)?,
            destination,
            path: entry.path.clone(),
            checked,
        };
        // Whoever takes them stays as long as there is anyone who gives.
        self.stored.send(file).map_err(|_| FetchError::Cancelled)?;
        Ok(Small::Done)
    }

    /// Whether the body is here, and is what it should be as far as the head says.
    fn read_small(&mut self, head: &Head) -> bool {
        let len = match head.framing {
            Framing::Length(len) if len <= SMALL => len,
            Framing::Chunked => 0,
            _ => return false,
        };
        if head.status != 200 {
            return false;
        }
        self.body.clear();
        self.body.reserve(usize::try_from(len).unwrap_or(0));
        let Some(body) = self.session.body(head.framing) else {
            return false;
        };
        let read = body.take(SMALL + 1).read_to_end(&mut self.body);
        read.is_ok() && self.body.len() as u64 <= SMALL && !self.tree.cancel().is_cancelled()
    }

    /// What is known of the body; nothing if it is not what the server has.
    fn check_small(&mut self, head: &Head, path: &str) -> Result<Option<Checked>, FetchError> {
        let version = Version::of(head, None);
        let validator = version.validator.as_deref();
        let cancel = self.tree.cancel();
        let stated = match stated_digest(head, &mut self.session, path, validator, cancel) {
            Ok(StatedDigest::Nothing) => return Ok(Some(Checked::Length)),
            Ok(StatedDigest::Withheld) => {
                self.tree.notes.count_withheld();
                return Ok(Some(Checked::Length));
            }
            Ok(stated) => stated,
            Err(FetchError::Cancelled) => return Err(FetchError::Cancelled),
            Err(FetchError::Failed(_)) => return Ok(None),
        };
        let mut hasher = Hasher::new();
        hasher.update(&self.body);
        let ours = hasher.finish();
        if stated == StatedDigest::Prefix(ours) {
            self.tree.notes.count_grown();
        }
        let is_right = [StatedDigest::Whole(ours), StatedDigest::Prefix(ours)].contains(&stated);
        Ok(is_right.then_some(Checked::Digest))
    }

    /// With a part, a record, and as many tries as it takes.
    fn fetch_like_any(
        &mut self,
        entry: &Entry,
        destination: &Destination,
        path: &str,
    ) -> Result<Option<String>, FetchError> {
        let tree = self.tree;
        let name = url_path::name_of(path);
        let target = destination.path();
        let stat = entry.size.zip(entry.modified);
        let stat = stat.map(|(len, modified)| Stat::new(len, modified));
        let request = Request {
            exists: tree.store.if_exists(destination, &target, stat),
            ..file_request(tree.request, target.clone(), name)
        };
        // What is larger is looked at when its length is known.
        let len = SMALL.min(entry.size.unwrap_or(SMALL));
        let names = (&*entry.path, &*request.name);
        tree.store.add_part(names, &target, &mut self.growth, len)?;
        let transfer = Arc::new(Transfer::of_file(tree.transfer, entry.path.as_str()));
        let job = Job {
            request: &request,
            transfer: &transfer,
            known: tree.known,
            seal: &tree.dir_lock.seal,
            timeouts: tree.timeouts,
            modified: entry.modified,
            connections: 1,
            moving: &|| tree.moves(),
            wait_to_retry: &|error, delay| tree.back_off(error, delay),
            most: tree.most,
            give_up: Some(tree.give_up.unwrap_or(GIVE_UP)),
            copies: tree.store.copies,
            naming: &|len, modified| {
                let stat = Stat::new(len, modified);
                tree.store.log_before(&entry.path, &target, stat);
            },
        };
        // The folder was listed, so the server is there.
        let mut progress = Progress {
            is_begun: true,
            ..Progress::default()
        };
        loop {
            let error = match fetch_file(&job, &mut progress) {
                Ok(Fetched::File(saved)) => {
                    tree.store
                        .log_after(&entry.path, &saved.path, !saved.skipped);
                    saved.notes.iter().for_each(|note| tree.notes.count(note));
                    tree.arrived(&entry.path, &saved.path, saved.checked);
                    tree.report();
                    return Ok(None);
                }
                Ok(Fetched::Folder(path)) => return Ok(Some(path)),
                Err(FetchError::Failed(error)) if !tree.is_over() => error,
                Err(halt) => {
                    // Only a cancel is about this one; all else may go on later.
                    let is_wanted = !tree.cancel().is_cancelled() || transfer.is_pausing();
                    leave(job.transfer, &mut progress, is_wanted);
                    return Err(halt);
                }
            };
            leave(job.transfer, &mut progress, true);
            tree.lasts(error)?;
        }
    }
}
