//! What is in a folder of a server, for who wants to choose from it.

mod look;
mod probe;

use std::cmp::Ordering;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::ClientEvent;
use super::connection::FetchError;
use super::scheduler::Scheduler;
use crate::error::ClientError;
use crate::threads;
use crate::transfer::Reporter;
use crate::transport::CancelToken;

/// So many entries are freed in less than a millisecond; half a million of them would be felt.
const FREED_AT_ONCE: usize = 10_000;

/// A folder of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// A name or an address, without port and brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Decoded, with [escapes](crate::name_bytes), `/` between folders, none at either end; empty for
    /// everything that is shared.
    pub path: String,
}

/// What is in a folder, folders first, then by name as people sort: `2` before `10`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteFolder {
    /// Where it is on the server, as in [`Place::path`], to which redirects may have led. What is in it
    /// has to be asked for there.
    pub path: String,
    /// Folders, then files.
    pub entries: Vec<RemoteEntry>,
    /// How many of `entries` are folders.
    pub folders: usize,
    /// Entries that are left out, here or by the server, because their names cannot be sent. Not counted
    /// where `is_cut`.
    pub nameless: u64,
    /// Whether there are more than could be taken in (500,000, or fewer with very long names).
    pub is_cut: bool,
    /// Whether the server gave out a page that somebody has written in place of a list: `entries` are what it
    /// leads to, and there may be more.
    pub is_index: bool,
}

/// A file or a folder on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteEntry {
    /// Decoded, with [escapes](crate::name_bytes); one part of a path.
    pub name: String,
    /// Whether it has entries of its own.
    pub is_folder: bool,
    /// In bytes, where the server says it exactly.
    pub size: Option<u64>,
    /// Where the server says it.
    pub modified: Option<SystemTime>,
    /// The name in small letters, where it is not so already.
    folded: Option<Box<str>>,
}

impl RemoteEntry {
    /// What the server calls `name`.
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

    /// The name as it is compared with others: in small letters, as [`str::to_lowercase`] makes them.
    /// It is kept, because folders may have 100,000 names.
    pub fn folded(&self) -> &str {
        self.folded.as_deref().unwrap_or(&self.name)
    }

    /// Bytes of its names in memory.
    fn names_len(&self) -> usize {
        self.name.len() + self.folded.as_ref().map_or(0, |folded| folded.len())
    }

    /// Where it stands among the others.
    fn order(&self, other: &Self) -> Ordering {
        let by_kind = other.is_folder.cmp(&self.is_folder);
        by_kind
            .then_with(|| alphanumeric_sort::compare_str(self.folded(), other.folded()))
            // Of those that differ in nothing but capitals.
            .then_with(|| self.name.cmp(&other.name))
    }
}

impl RemoteFolder {
    /// With `entries` in their order.
    fn new(path: String, mut entries: Vec<RemoteEntry>) -> Self {
        // In place: a copy of so many names would take as much memory again.
        entries.sort_unstable_by(RemoteEntry::order);
        Self {
            path,
            folders: entries.partition_point(|entry| entry.is_folder),
            entries,
            nameless: 0,
            is_cut: false,
            is_index: false,
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

/// Who lets go of it last may be the thread that draws.
fn drop_elsewhere<T: Send + 'static>(what: T) {
    if let Err(error) = threads::spawn("free a list", move || drop(what)) {
        log::debug!("it was freed here: {error}");
    }
}

/// The look into a folder that was begun last: nobody waits for those before.
#[derive(Debug, Default)]
pub(super) struct Browsing(Mutex<CancelToken>);

impl Browsing {
    /// End the last look.
    pub(super) fn end(&self) {
        self.renew().cancel();
    }

    /// End the last look; the switch of the next.
    fn renew(&self) -> CancelToken {
        let next = CancelToken::new();
        // One value for another: it cannot be left half changed.
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mem::replace(&mut *current, next.clone()).cancel();
        next
    }
}

/// Look into the folder at `place` on a worker, and report what is there.
pub(super) fn start(scheduler: &Arc<Scheduler>, browsing: &Browsing, place: Place) {
    let cancel = browsing.renew();
    let failed = (scheduler.reporter.clone(), place.clone());
    let scheduler = Arc::clone(scheduler);
    let spawned = threads::spawn("list a folder", move || {
        let asked = Asked {
            reporter: scheduler.reporter.clone(),
            cancel: cancel.clone(),
            place: Some(place.clone()),
        };
        let found = look::look(
            &place,
            &cancel,
            &scheduler.known,
            &scheduler.limits.timeouts,
        );
        match found {
            Ok(folder) => asked.answer(Ok(Arc::new(folder))),
            Err(FetchError::Failed(error)) => asked.answer(Err(error)),
            Err(FetchError::Cancelled) => {}
        }
    });
    if let Err(e) = spawned {
        let ((reporter, place), error) = (failed, ClientError::from_system(&e));
        reporter.report(ClientEvent::Listed(place, Err(error)));
    }
}

/// Somebody waits for what is there; told whatever way the look ends, a panic included, unless it was
/// cancelled.
struct Asked {
    reporter: Reporter<ClientEvent>,
    cancel: CancelToken,
    /// Nothing once it was answered.
    place: Option<Place>,
}

impl Asked {
    fn answer(mut self, found: Result<Arc<RemoteFolder>, ClientError>) {
        self.tell(found);
    }

    fn tell(&mut self, found: Result<Arc<RemoteFolder>, ClientError>) {
        if let Some(place) = self.place.take()
            && !self.cancel.is_cancelled()
        {
            self.reporter.report(ClientEvent::Listed(place, found));
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let Some(Place { host, .. }) = &self.place {
            let host = host.clone();
            self.tell(Err(ClientError::ListingCrashed { host }));
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
            "A.txt",
            "a.txt",
            "b 2.txt",
            "b 010.txt",
            "Ä",
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
            // Longer than it was.
            ("İ", "i\u{307}", 5),
        ] {
            let entry = entry(name);
            assert_eq!((entry.folded(), entry.names_len()), (folded, len));
        }
    }

    proptest! {
        // The standard library panics on an order that contradicts itself.
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
