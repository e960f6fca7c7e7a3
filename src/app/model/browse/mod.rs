//! The Browse view of the Client tab: the remote folder, the sort order, the filter and the
//! selection.

mod chosen;
mod type_ahead;

use std::collections::HashSet;
use std::sync::Arc;

use self::type_ahead::TypeAhead;
use crate::text::{Describe as _, Sentence};
use landline_engine::client::{Place, RemoteEntry, RemoteFolder};
use landline_engine::error::ClientError;

/// The sort column. Folders always come before files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Column {
    /// In the order of the listing: by name.
    #[default]
    Name,
    /// In bytes; unknown ones first.
    Size,
    /// Unknown ones first.
    Modified,
}

/// The state of the request for a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing was requested.
    #[default]
    Nowhere,
    /// Waiting for the response.
    Asking,
    /// The folder is shown.
    Listed,
    /// The folder could not be listed.
    Failed(Sentence),
}

/// A remote folder, with the selection and the view of it.
#[derive(Debug, Default)]
pub(crate) struct Browse {
    place: Option<Place>,
    state: State,
    folder: Option<Arc<RemoteFolder>>,
    /// Only names that contain this are shown.
    filter: String,
    sort: (Column, bool),
    /// Indexes of the visible entries, from the top.
    rows: Vec<usize>,
    /// Whether each entry is selected.
    chosen: Vec<bool>,
    /// The number of selected entries, and the sum of their known sizes.
    sum: (usize, u64),
    /// The row with the keyboard cursor.
    cursor: Option<usize>,
    /// The row where a range selection starts.
    anchor: usize,
    /// Why the folder could not be listed.
    error: Option<ClientError>,
    /// Whether the computer was never listed before.
    pub is_first_visit: bool,
    /// Scroll to the cursor.
    pub follow: bool,
    /// Move the keyboard focus to the list.
    pub wants_keyboard: bool,
    type_ahead: TypeAhead,
}

impl Browse {
    /// Starts a request for a folder. If it is the one that is shown, it stays visible until the
    /// response arrives.
    pub(crate) fn ask(&mut self, place: Place) {
        if self.place.as_ref() != Some(&place) {
            self.folder = None;
            self.filter.clear();
            self.set_chosen(Vec::new());
            self.cursor = None;
            self.anchor = 0;
            self.arrange();
        }
        self.place = Some(place);
        self.state = State::Asking;
        self.error = None;
    }

    /// Handles a response. Ignores one to an outdated request; returns whether it was current.
    pub(crate) fn answered(
        &mut self,
        place: &Place,
        answer: Result<Arc<RemoteFolder>, ClientError>,
    ) -> bool {
        if self.place.as_ref() != Some(place) || self.state != State::Asking {
            return false;
        }
        // The selection and the cursor are restored by name.
        let before = self.folder.take();
        let names = before.iter().flat_map(|folder| &folder.entries);
        let chosen = names.zip(&self.chosen).filter(|(_, chosen)| **chosen);
        let chosen: HashSet<&str> = chosen.map(|(entry, _)| &*entry.name).collect();
        let name_at = |row: usize| {
            let entry = before.as_ref()?.entries.get(*self.rows.get(row)?)?;
            Some(&*entry.name)
        };
        let (cursor, anchor) = (self.cursor.and_then(name_at), name_at(self.anchor));
        let mut again = Vec::new();
        match answer {
            Ok(folder) => {
                if let Some(place) = &mut self.place {
                    // A redirect may have led to another path.
                    place.path.clone_from(&folder.path);
                }
                let is_chosen = |entry: &RemoteEntry| chosen.contains(&*entry.name);
                again.extend(folder.entries.iter().map(is_chosen));
                self.folder = Some(folder);
                self.state = State::Listed;
            }
            Err(error) => {
                self.state = State::Failed(error.sentence());
                self.error = Some(error);
            }
        }
        self.set_chosen(again);
        self.arrange();
        let row_of = |name: Option<&str>| {
            let mut rows = 0..self.rows.len();
            let is_it = |row: &usize| self.row(*row).map(|entry| &*entry.name) == name;
            name.and_then(|_| rows.find(is_it))
        };
        let (cursor, anchor) = (row_of(cursor), row_of(anchor));
        self.cursor = cursor;
        self.anchor = anchor.unwrap_or(0);
        true
    }

    /// The folder that is shown or requested.
    pub(crate) fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// Whether it waits for the response.
    pub(crate) fn is_asking(&self) -> bool {
        self.state == State::Asking
    }

    /// Why the folder could not be listed.
    pub(crate) fn error(&self) -> Option<&ClientError> {
        self.error.as_ref()
    }

    /// The state of the request.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The folder, if it is shown.
    pub(crate) fn folder(&self) -> Option<&RemoteFolder> {
        self.folder.as_deref()
    }

    /// The ancestors without the root: name and path of each.
    pub(crate) fn crumbs(&self) -> Vec<(&str, &str)> {
        let path = self.place.as_ref().map_or("", |place| &place.path);
        let mut crumbs = Vec::new();
        let mut start = 0;
        while start < path.len() {
            let end = path[start..].find('/').map_or(path.len(), |at| start + at);
            crumbs.push((&path[start..end], &path[..end]));
            start = end + 1;
        }
        crumbs
    }

    /// The parent folder; `None` at the root.
    pub(crate) fn above(&self) -> Option<Place> {
        let path = &self.place.as_ref()?.path;
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        self.place_at(above).filter(|_| !path.is_empty())
    }

    /// The folder with this path on the same host.
    pub(crate) fn place_at(&self, path: &str) -> Option<Place> {
        let place = self.place.as_ref()?;
        Some(Place {
            path: path.to_owned(),
            ..place.clone()
        })
    }

    /// The number of visible rows.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The entry in a row.
    pub(crate) fn row(&self, row: usize) -> Option<&RemoteEntry> {
        self.folder.as_ref()?.entries.get(*self.rows.get(row)?)
    }

    /// The row with the keyboard cursor.
    pub(crate) fn cursor(&self) -> Option<usize> {
        self.cursor
    }

    /// The path of an entry from the root; a folder's ends in `/`.
    fn name_of(&self, entry: &RemoteEntry) -> Option<String> {
        let place = self.place.as_ref()?;
        let slash = if entry.is_folder { "/" } else { "" };
        Some(format!("{}{slash}", path_of(place, &entry.name)))
    }

    /// The name that requests the whole folder that is shown, unless it is empty.
    pub(crate) fn whole(&self) -> Option<String> {
        let place = self.place.as_ref()?;
        self.folder
            .as_ref()
            .filter(|folder| !folder.entries.is_empty())?;
        Some(format!("{}/", place.path))
    }

    /// The folder in a row; `None` for a file.
    pub(crate) fn folder_at(&self, row: usize) -> Option<Place> {
        let entry = self.row(row).filter(|entry| entry.is_folder)?;
        self.place_at(&path_of(self.place.as_ref()?, &entry.name))
    }

    /// The filter text.
    pub(crate) fn filter(&self) -> &str {
        &self.filter
    }

    /// Shows only names that contain `filter`, ignoring case.
    pub(crate) fn set_filter(&mut self, filter: String) {
        if self.filter != filter {
            self.filter = filter;
            self.cursor = None;
            self.anchor = 0;
            self.arrange();
        }
    }

    /// The sort column, and whether the order is descending.
    pub(crate) fn sort(&self) -> (Column, bool) {
        self.sort
    }

    /// Sorts by `column`, or reverses the order if it is the sort column already.
    pub(crate) fn sort_by(&mut self, column: Column) {
        self.sort = match self.sort {
            (same, descending) if same == column => (same, !descending),
            // People look for the largest and the newest.
            _ => (column, column != Column::Name),
        };
        self.cursor = None;
        self.anchor = 0;
        self.arrange();
    }

    /// Filters and sorts the rows.
    fn arrange(&mut self) {
        self.rows.clear();
        let Some(folder) = &self.folder else { return };
        let entries = &folder.entries;
        // The entries' names are folded in the same way.
        let filter = self.filter.trim().to_lowercase();
        if filter.is_empty() {
            self.rows.extend(0..entries.len());
        } else {
            let entries = entries.iter().enumerate();
            let matching = entries.filter(|(_, entry)| entry.folded().contains(&filter));
            self.rows.extend(matching.map(|(index, _)| index));
        }
        let folders = self.rows.partition_point(|row| *row < folder.folders);
        let (folders, files) = self.rows.split_at_mut(folders);
        let (column, descending) = self.sort;
        // The sort is stable, so entries of the same size or date stay sorted by name.
        match column {
            Column::Name if descending => {
                folders.reverse();
                files.reverse();
            }
            Column::Name => {}
            // Folders have no size.
            Column::Size => sort_rows(files, descending, |row| entries[row].size),
            Column::Modified => {
                for part in [folders, files] {
                    sort_rows(part, descending, |row| entries[row].modified);
                }
            }
        }
    }
}

/// Rows that are equal keep their order, whichever comes first.
fn sort_rows<T: Ord>(rows: &mut [usize], descending: bool, key: impl Fn(usize) -> T) {
    rows.sort_by(|one, other| {
        let order = key(*one).cmp(&key(*other));
        if descending { order.reverse() } else { order }
    });
}

fn path_of(place: &Place, name: &str) -> String {
    match &*place.path {
        "" => name.to_owned(),
        path => format!("{path}/{name}"),
    }
}

#[cfg(test)]
mod tests;
