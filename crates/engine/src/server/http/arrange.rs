//! The entries of a folder in the order, and through the filter, of a view.

use std::cmp::Reverse;
use std::io::{self, ErrorKind};
use std::time::SystemTime;

use super::page::{Sort, View};
use crate::share::{Entry, Kind, NameList, SharedFolder};

/// Between two checks of whether the client still waits. Each entry needs a lookup, which takes a while on a network
/// file system.
const STEP: usize = 1024;

/// The positions of entries in a list of names.
enum Order {
    /// As they are.
    Names,
    Sorted(Vec<usize>),
}

/// Entries of a folder, which are looked up one by one while they are sent.
pub(super) struct Arranged<'a> {
    folder: &'a SharedFolder,
    names: &'a NameList,
    view: &'a View,
    order: Order,
}

impl<'a> Arranged<'a> {
    /// Sorts `names` if `view` asks for it, for which each entry is looked up once more. Calls `should_continue`
    /// regularly, which must not block.
    ///
    /// # Errors
    /// `Interrupted` once `should_continue` returns false.
    pub fn new(
        folder: &'a SharedFolder,
        names: &'a NameList,
        view: &'a View,
        mut should_continue: impl FnMut() -> bool,
    ) -> io::Result<Self> {
        let order = match (view.sort, view.is_descending) {
            (Sort::Name, false) => Order::Names,
            (Sort::Name, true) => {
                let (folders, all) = (names.folders(), names.len());
                Order::Sorted((0..folders).rev().chain((folders..all).rev()).collect())
            }
            (sort, is_descending) => {
                let mut keys = Vec::new();
                for at in 0..names.len() {
                    if at % STEP == 0 && !should_continue() {
                        return Err(ErrorKind::Interrupted.into());
                    }
                    if let Some(entry) = folder.entry(names, at).filter(|e| view.shows(&e.name)) {
                        keys.push((entry.kind, key(sort, &entry), at));
                    }
                }
                if is_descending {
                    keys.sort_by_key(|&(kind, key, _)| (kind, Reverse(key)));
                } else {
                    keys.sort_by_key(|&(kind, key, _)| (kind, key));
                }
                // Copied, because a collected `into_iter` would keep the memory of the keys.
                Order::Sorted(keys.iter().map(|&(.., at)| at).collect())
            }
        };
        Ok(Self {
            folder,
            names,
            view,
            order,
        })
    }

    /// How many folders and files there are, before any of them is looked up.
    pub fn counts(&self) -> (usize, usize) {
        let folders = self.names.folders();
        if self.view.filter.is_empty() {
            return (folders, self.names.len() - folders);
        }
        let count =
            |names: &mut dyn Iterator<Item = &str>| names.filter(|n| self.view.shows(n)).count();
        let mut names = self.names.iter();
        (count(&mut names.by_ref().take(folders)), count(&mut names))
    }

    /// The entries with their current metadata; deleted ones are skipped.
    pub fn entries(&self) -> Box<dyn Iterator<Item = Entry> + '_> {
        let (folder, names, view) = (self.folder, self.names, self.view);
        match &self.order {
            Order::Names if view.filter.is_empty() => Box::new(folder.entries(names)),
            Order::Names => {
                let shown = names
                    .iter()
                    .enumerate()
                    .filter(|(_, name)| view.shows(name));
                Box::new(shown.filter_map(|(at, _)| folder.entry(names, at)))
            }
            Order::Sorted(order) => {
                let all = order.iter().filter_map(|at| folder.entry(names, *at));
                Box::new(all.filter(|entry| view.shows(&entry.name)))
            }
        }
    }
}

/// Larger for what is larger or newer; 0 for what has neither.
fn key(sort: Sort, entry: &Entry) -> u64 {
    match (sort, entry.kind) {
        (Sort::Name, _) | (Sort::Size, Kind::Folder) => 0,
        (Sort::Size, Kind::File) => entry.size,
        (Sort::Date, _) => {
            let since = |at: SystemTime| at.duration_since(SystemTime::UNIX_EPOCH).ok();
            let micros = entry
                .modified
                .and_then(since)
                .map(|since| since.as_micros());
            micros.map_or(0, |micros| u64::try_from(micros).unwrap_or(u64::MAX))
        }
    }
}
