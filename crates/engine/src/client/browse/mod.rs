//! Browsing the folders of a server.

mod listing;
mod probe;

use std::cmp::Ordering;
use std::mem;
use std::sync::Arc;
use std::time::SystemTime;

use parking_lot::Mutex;

use super::connection::FetchError;
use super::location;
use super::scheduler::Scheduler;
use super::{ClientEvent, Encryption};
use crate::collation;
use crate::error::ClientError;
use crate::identity::Protection;
use crate::threads;
use crate::transfer::Reporter;
use crate::transport::CancelToken;

/// Dropping this many entries takes less than a millisecond; half a million would be noticed.
const FREED_AT_ONCE: usize = 10_000;

/// A folder of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// A host name or IP address, without port and brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Whether over TLS.
    pub encryption: Encryption,
    /// The decoded path, with [escapes](crate::name_bytes), `/` between folders, none at either end; empty for
    /// the root.
    pub path: String,
}

impl Place {
    /// The URL of the file or folder `name`, as in [`Request::name`](super::Request::name), on this server; the inverse of
    /// [`Location::parse`](super::Location::parse).
    pub fn url_of(&self, name: &str) -> String {
        location::url(&self.host, self.port, self.encryption, name, None)
    }
}

/// The entries of a folder, folders first, in the order of [`collation`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteFolder {
    /// Its path on the server, as in [`Place::path`], after redirects. Request its entries relative to this
    /// path.
    pub path: String,
    /// Folders, then files.
    pub entries: Vec<RemoteEntry>,
    /// The number of folders in `entries`.
    pub folders: usize,
    /// Entries omitted, here or by the server, because their names cannot be sent. Not counted if `is_cut`.
    pub nameless: u64,
    /// Whether the listing was truncated (at 500,000 entries, or fewer with very long names).
    pub is_cut: bool,
    /// Whether the server sent an index page instead of a listing: `entries` are its links, and there may be
    /// more.
    pub is_index: bool,
    /// What protected the connection.
    pub protection: Protection,
}

/// A file or folder on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteEntry {
    /// One decoded path segment, with [escapes](crate::name_bytes).
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// The exact size in bytes, if the server states it.
    pub size: Option<u64>,
    /// The modification time, if the server states it.
    pub modified: Option<SystemTime>,
    /// The name in lower case, if it differs.
    folded: Option<Box<str>>,
}

impl RemoteEntry {
    /// An entry with the decoded `name`.
    pub fn new(
        name: String,
        is_folder: bool,
        size: Option<u64>,
        modified: Option<SystemTime>,
    ) -> Self {
        let folded = name.to_lowercase();
        let folded = (folded != name).then(|| folded.into_boxed_str());
        Self {
            name,
            is_folder,
            size,
            modified,
            folded,
        }
    }

    /// The name for comparisons, in lower case as by [`str::to_lowercase`]. Cached, because folders may have
    /// 100,000 names.
    pub fn folded(&self) -> &str {
        self.folded.as_deref().unwrap_or(&self.name)
    }

    /// Memory used by its names, in bytes.
    fn names_len(&self) -> usize {
        self.name.len() + self.folded.as_ref().map_or(0, |folded| folded.len())
    }

    /// The sort order.
    fn order(&self, other: &Self) -> Ordering {
        let by_kind = other.is_folder.cmp(&self.is_folder);
        by_kind.then_with(|| collation::compare(&self.name, &other.name))
    }
}

impl RemoteFolder {
    /// Sorts `entries`.
    fn new(path: String, mut entries: Vec<RemoteEntry>) -> Self {
        // Unstable sorting works in place: a copy of so many names would double the memory.
        entries.sort_unstable_by(RemoteEntry::order);
        Self {
            path,
            folders: entries.partition_point(|entry| entry.is_folder),
            entries,
            nameless: 0,
            is_cut: false,
            is_index: false,
            protection: Protection::None,
        }
    }
}

impl Drop for RemoteFolder {
    fn drop(&mut self) {
        if self.entries.len() > FREED_AT_ONCE {
            drop_elsewhere(mem::take(&mut self.entries));
        }
    }
}

/// The last reference may be dropped by the UI thread.
fn drop_elsewhere<T: Send + 'static>(what: T) {
    if let Err(error) = threads::spawn("free a list", move || drop(what)) {
        log::debug!("freed on this thread: {error}");
    }
}

/// The cancel token of the current listing: a new one replaces it.
#[derive(Debug, Default)]
pub(super) struct Browsing(Mutex<CancelToken>);

impl Browsing {
    /// Cancels the current listing.
    pub(super) fn end(&self) {
        self.renew().cancel();
    }

    /// Cancels the current listing and returns the token for the next.
    fn renew(&self) -> CancelToken {
        let next = CancelToken::new();
        // A single assignment cannot be left half done.
        let mut current = self.0.lock();
        mem::replace(&mut *current, next.clone()).cancel();
        next
    }
}

/// Lists the folder at `place` on a worker, and reports the result.
pub(super) fn start(scheduler: &Arc<Scheduler>, browsing: &Browsing, place: Place) {
    let cancel = browsing.renew();
    let failed = (scheduler.reporter.clone(), place.clone());
    let scheduler = Arc::clone(scheduler);
    let spawned = threads::spawn("list a folder", move || {
        let pending = Pending {
            reporter: scheduler.reporter.clone(),
            cancel: cancel.clone(),
            place: Some(place.clone()),
        };
        let found = listing::fetch(
            &place,
            &cancel,
            &scheduler.known,
            &scheduler.limits.timeouts,
        );
        match found {
            Ok(folder) => pending.finish(Ok(Arc::new(folder))),
            Err(FetchError::Failed(error)) => pending.finish(Err(error)),
            Err(FetchError::Cancelled) => {}
        }
    });
    if let Err(e) = spawned {
        let ((reporter, place), error) = (failed, ClientError::from_system(&e));
        reporter.report(ClientEvent::Listed(place, Err(error)));
    }
}

/// A pending listing. Reports a result however it ends, even by a panic, unless it was cancelled.
struct Pending {
    reporter: Reporter<ClientEvent>,
    cancel: CancelToken,
    /// `None` once reported.
    place: Option<Place>,
}

impl Pending {
    fn finish(mut self, found: Result<Arc<RemoteFolder>, ClientError>) {
        self.report(found);
    }

    fn report(&mut self, found: Result<Arc<RemoteFolder>, ClientError>) {
        if let Some(place) = self.place.take()
            && !self.cancel.is_cancelled()
        {
            self.reporter.report(ClientEvent::Listed(place, found));
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(Place { host, .. }) = &self.place {
            let host = host.clone();
            self.report(Err(ClientError::ListingCrashed { host }));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread::{self, ThreadId};
    use std::time::Duration;

    use crossbeam_channel::{Sender, unbounded};
    use proptest::prelude::*;

    use super::*;

    fn entry(name: &str) -> RemoteEntry {
        let is_folder = name.ends_with('/');
        RemoteEntry::new(name.trim_end_matches('/').to_owned(), is_folder, None, None)
    }

    #[test]
    fn folders_come_first_and_names_as_people_sort_them() {
        let sorted = [
            "2/",
            "10/",
            "a/",
            "B/",
            "b/",
            "",
            "1",
            "2.txt",
            "10.txt",
            "Ä",
            "A.txt",
            "a.txt",
            "b 2.txt",
            "b 010.txt",
            "海",
        ];
        let entries: Vec<_> = sorted.iter().rev().map(|name| entry(name)).collect();
        let folder = RemoteFolder::new("p".to_owned(), entries);
        let names: Vec<_> = folder.entries.iter().map(|entry| &entry.name).collect();
        let expected: Vec<_> = sorted.map(|name| name.trim_end_matches('/')).into();
        assert_eq!(names, expected);
        assert_eq!((folder.folders, folder.path.as_str()), (5, "p"));
    }

    #[test]
    fn long_lists_are_freed_on_another_thread() {
        struct Told(Sender<ThreadId>);
        impl Drop for Told {
            fn drop(&mut self) {
                self.0.send(thread::current().id()).unwrap();
            }
        }
        let (tell, told) = unbounded();
        drop_elsewhere(Told(tell));
        let freed_by = told.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_ne!(freed_by, thread::current().id());
    }

    #[test]
    fn names_are_folded_once_and_kept_only_where_that_changes_them() {
        for (name, folded, len) in [
            ("a 1.txt", "a 1.txt", 7),
            ("B.TXT", "b.txt", 10),
            ("Ä海", "ä海", 10),
            // Longer in lower case.
            ("İ", "i\u{307}", 5),
        ] {
            let entry = entry(name);
            assert_eq!((entry.folded(), entry.names_len()), (folded, len));
        }
    }

    proptest! {
        // The standard library may panic on an inconsistent order.
        #[test]
        fn the_order_is_one(names in proptest::collection::vec("[aA01٣第\\-. ]{0,6}", 3)) {
            let [a, b, c] = [0, 1, 2].map(|at| entry(&names[at]));
            prop_assert_eq!(a.order(&b), b.order(&a).reverse());
            prop_assert_eq!(a.order(&b).is_eq(), a.name == b.name);
            if a.order(&b) == b.order(&c) {
                prop_assert_eq!(a.order(&c), a.order(&b));
            }
        }
    }
}
