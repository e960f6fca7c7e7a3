//! One folder's download from the first listing to the last date.

use std::hash::RandomState;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;

use super::backoff::{ActiveWorker, Workers};
use super::entry::Entry;
use super::listing_file::Listing;
use super::notes::Notes;
use super::retry::list_root;
use super::summary::Summary;
use super::work_queue::WorkQueue;
use super::{below, local_name, space_check};
use crate::client::connection::FetchError;
use crate::client::fetch::was_there;
use crate::client::http_session::HttpSession;
use crate::client::job::Job;
use crate::client::protocol_cache::ProtocolCache;
use crate::client::{FolderLimits, Request, Timeouts};
use crate::error::{ClientError, StoreError};
use crate::store::folder::batch_writer::{FileSystem, MAX_WAITING, ReceivedFile};
use crate::store::folder::dir_lock::DirLock;
use crate::store::folder::folder_store::FolderStore;
use crate::store::folder::manifest::{Appender, Manifest};
use crate::store::folder::part_journal::remove_parts;
use crate::store::part::{Source, or_current_dir, write_error};
use crate::threads;
use crate::transfer::{Checked, Files, Outcome, Protocol, Transfer};
use crate::transport::CancelToken;

/// What all threads of one folder's download share.
pub(super) struct Tree<'a> {
    pub(super) request: &'a Request,
    pub(super) transfer: &'a Arc<Transfer>,
    pub(super) known: &'a ProtocolCache,
    pub(super) timeouts: &'a Timeouts,
    pub(super) give_up: Option<Duration>,
    pub(super) most: FolderLimits,
    pub(super) moving: &'a (dyn Fn() + Sync),
    pub(super) yield_slot: &'a (dyn Fn(ClientError, Duration) -> bool + Sync),
    /// The folder's own path, percent-encoded, with both its slashes: where redirects have led.
    pub(super) base: String,
    pub(super) dir_lock: &'a DirLock,
    pub(super) manifest: Arc<Manifest>,
    pub(super) work_queue: WorkQueue,
    pub(super) store: FolderStore<'a>,
    summary: Mutex<Summary>,
    pub(super) notes: Notes,
    /// Why nothing more is done.
    halt: Mutex<Option<FetchError>>,
    pub(super) workers: Workers,
    /// Keyed anew for each download, so that no server can make two listings look the same.
    pub(super) hash: RandomState,
    /// The disk takes names for one that differ in case only.
    pub(super) folds_case: bool,
    /// All workers have backed off, and nothing has come since.
    pub(super) was_away: AtomicBool,
}

/// Fetch the folder of `job`'s request, which is at `path` of its server (percent-encoded, with both
/// slashes).
pub(crate) fn fetch(job: &Job<'_>, path: &str) -> Result<Outcome, FetchError> {
    let request = job.request;
    let (folder, name) = request.target.resolve(&local_name(request))?;
    let source = Source::from(request);
    let mut dir_lock = DirLock::find(&folder, &name, &source, job.seal);
    job.transfer.keep(dir_lock.is_some());
    let result = match list_root(
        job,
        path,
        or_current_dir(&folder),
        dir_lock.is_some() || was_there(job),
    ) {
        Ok(root) => {
            if dir_lock.is_none() {
                space_check::check(
                    &root,
                    request,
                    or_current_dir(&folder),
                    &name,
                    job.transfer.cancel(),
                )?;
            }
            job.transfer.start(Protocol::Http, None);
            (job.moving)();
            let dir_lock = match &mut dir_lock {
                Some(dir_lock) => dir_lock,
                dir_lock => {
                    let made = DirLock::make(
                        &folder,
                        &name,
                        source,
                        (request.exists, job.copies),
                        job.seal,
                    );
                    dir_lock.insert(made?)
                }
            };
            job.transfer.keep(true);
            job.transfer.set_place(dir_lock.root.clone());
            let restored = dir_lock.restore_root();
            restored.map_or_else(|e| Err(e.into()), |()| fill(job, dir_lock, &root, &name))
        }
        Err(halt) => Err(halt),
    };
    let is_done = matches!(result, Ok(Outcome::Saved(_)));
    let is_cancelled = job.transfer.cancel().is_cancelled() && !job.transfer.is_pausing();
    if (is_done || is_cancelled)
        && let Some(dir_lock) = dir_lock
    {
        // Otherwise whoever began one has finished it.
        if dir_lock.is_old || !is_done {
            remove_parts(&dir_lock, &request.name, &Source::from(request));
        }
        dir_lock.clear(is_done);
        job.transfer.keep(false);
    }
    result
}

fn fill(
    job: &Job<'_>,
    dir_lock: &DirLock,
    root: &Listing,
    name: &str,
) -> Result<Outcome, FetchError> {
    let broken =
        |e: io::Error| FetchError::from(write_error(&e, &dir_lock.scratch, &dir_lock.scratch));
    dir_lock.sweep().map_err(broken)?;
    let (manifest, appender) = Manifest::create(&dir_lock.scratch.join("list")).map_err(broken)?;
    let tree = Tree {
        request: job.request,
        transfer: job.transfer,
        known: job.known,
        timeouts: job.timeouts,
        give_up: job.give_up,
        most: job.most,
        moving: job.moving,
        yield_slot: job.wait_to_retry,
        base: root.path.clone(),
        dir_lock,
        work_queue: WorkQueue::of(&manifest).map_err(broken)?,
        manifest,
        store: FolderStore::open(dir_lock, job.request.exists, job.copies).map_err(broken)?,
        summary: Mutex::default(),
        notes: Notes::default(),
        halt: Mutex::new(None),
        workers: Workers::default(),
        hash: RandomState::new(),
        folds_case: dir_lock.folds_case(),
        was_away: AtomicBool::new(false),
    };
    let file_system = FileSystem::of(&dir_lock.root)?;
    // What is here already is counted as it is found.
    job.transfer.set_done(0);
    tree.run(job.connections.max(1), root, appender);
    if tree.cancel().is_cancelled() {
        return Err(FetchError::Cancelled);
    }
    let halt = tree.halt.lock().take();
    if let Some(halt) = halt {
        return Err(halt);
    }
    let dated = tree.store.date_folders(&tree.manifest, tree.cancel());
    file_system.sync()?;
    dated.map_err(|e| StoreError::not_durable(&dir_lock.root, &e))?;
    let summary = tree.summary.lock();
    Ok(summary.outcome(job, &dir_lock.root, name, &tree.notes))
}

impl Tree<'_> {
    /// All threads from their start to their end.
    fn run(&self, connections: usize, root: &Listing, appender: Appender) {
        let (stored, to_store) = crossbeam_channel::bounded(MAX_WAITING);
        thread::scope(|scope| {
            self.spawn(scope, "list folders", move |worker| {
                self.list(root, appender, worker)
            });
            for _ in 0..connections {
                let stored = stored.clone();
                self.spawn(scope, "fetch files", move |worker| {
                    self.work(worker, &stored)
                });
            }
            drop(stored);
            // On this thread, which has nothing else to do.
            let mut placed = |file: &ReceivedFile, result: Result<&Path, StoreError>| match result {
                Ok(there) => self.arrived(&file.path, there, file.checked),
                Err(e) => self
                    .failed(&file.path, e.into())
                    .unwrap_or_else(|halt| self.stop(halt)),
            };
            let stored = self
                .store
                .place_all(to_store, &mut placed, &mut || self.report());
            if let Err(error) = stored {
                self.stop(error.into());
            }
        });
    }

    fn spawn<'scope>(
        &'scope self,
        scope: &'scope thread::Scope<'scope, '_>,
        name: &str,
        work: impl FnOnce(&ActiveWorker<'_>) -> Result<(), FetchError> + Send + 'scope,
    ) {
        // From now on, so that nobody takes those that have begun for all.
        let worker = self.workers.enter(self.transfer.retry_now());
        let spawned = threads::spawn_within(scope, name, move || {
            let mut end = End {
                tree: self,
                is_done: false,
            };
            if let Err(halt) = work(&worker) {
                self.stop(halt);
            }
            end.is_done = true;
        });
        if let Err(e) = spawned {
            self.stop(ClientError::from_system(&e).into());
        }
    }

    /// A connection to the server.
    pub(super) fn session(&self) -> HttpSession<'_> {
        let origin = self.request.origin();
        HttpSession::new(self.known, origin, self.cancel(), self.timeouts).traced_in(self.transfer)
    }

    pub(super) fn cancel(&self) -> &CancelToken {
        self.transfer.cancel()
    }

    /// Where `entry` is on the server, percent-encoded.
    pub(super) fn path_of(&self, entry: &Entry) -> String {
        let slash = if entry.is_folder { "/" } else { "" };
        match &entry.at {
            Some(at) => format!("{at}{slash}"),
            None => format!("{}{slash}", below(&self.base, &entry.path)),
        }
    }

    /// The file at `path` of the folder is stored as `stored`.
    pub(super) fn arrived(&self, path: &str, stored: &Path, checked: Checked) {
        self.summary.lock().arrived(path, stored, checked);
    }

    /// Something did not arrive. Fails where nothing else would, either.
    pub(super) fn failed(&self, name: &str, error: ClientError) -> Result<(), FetchError> {
        self.failed_as_often(name, 1, error)
    }

    /// The same of `count` things, for one reason.
    pub(super) fn failed_as_often(
        &self,
        name: &str,
        count: u64,
        error: ClientError,
    ) -> Result<(), FetchError> {
        if error.affects_all_files() {
            return Err(error.into());
        }
        log::info!("{name}: {error}");
        self.summary.lock().failed(name, count, error);
        self.report();
        Ok(())
    }

    /// Tell how many files there are.
    pub(super) fn report(&self) {
        let counts = self.manifest.counts();
        let (done, failed) = self.summary.lock().counts();
        self.transfer.set_files(Files {
            done,
            total: counts.files,
            failed,
            is_counted: counts.is_listed,
        });
        self.moves();
        let is_known = counts.is_listed && counts.unsized_files == 0;
        self.transfer.set_total(is_known.then_some(counts.bytes));
    }

    /// Whether nothing more is to be done.
    pub(super) fn is_over(&self) -> bool {
        self.cancel().is_cancelled() || self.halt.lock().is_some()
    }

    pub(super) fn stop(&self, halt: FetchError) {
        // What came first is the reason, and a cancel is none.
        let mut first = self.halt.lock();
        if matches!(*first, None | Some(FetchError::Cancelled)) {
            *first = Some(halt);
        }
        drop(first);
        self.manifest.notify();
    }

    /// The list cannot be written or read.
    pub(super) fn spool_error(&self, error: &io::Error) -> FetchError {
        if self.is_over() {
            return FetchError::Cancelled;
        }
        self.store.scratch_error(error).into()
    }
}

/// The end of a thread. One that comes without being done is a panic's.
struct End<'a, 'b> {
    tree: &'a Tree<'b>,
    is_done: bool,
}

impl Drop for End<'_, '_> {
    fn drop(&mut self) {
        if !self.is_done {
            let name = self.tree.request.name.clone();
            self.tree.stop(ClientError::Crashed { name }.into());
        }
    }
}
