//! What another computer shares: where in it the user is, what is seen of it, what is chosen.

use std::collections::HashSet;
use std::sync::Arc;

use crate::text::Sentence;
use landline_engine::client::{Place, RemoteEntry, RemoteFolder};

/// What the rows stand in the order of. Folders always come before files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Column {
    /// As the folder came: by name.
    #[default]
    Name,
    /// In bytes; unknown ones first.
    Size,
    /// Unknown ones first.
    Modified,
}

/// How it went with the folder that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// None was asked for.
    #[default]
    Nowhere,
    /// The answer is not here yet.
    Asking,
    /// It is shown.
    Listed,
    /// It cannot be shown.
    Failed(Sentence),
}

/// A folder of another computer, and what the user sees and has chosen of it.
#[derive(Debug, Default)]
pub(crate) struct Browse {
    place: Option<Place>,
    state: State,
    folder: Option<Arc<RemoteFolder>>,
    /// What has to be in a name that is shown.
    filter: String,
    sort: (Column, bool),
    /// Indexes of the entries that are shown, from the top.
    rows: Vec<usize>,
    /// For each entry, whether it is chosen.
    chosen: Vec<bool>,
    /// How many are, and their bytes as far as they are known.
    sum: (usize, u64),
    /// Row that the keyboard is at.
    cursor: Option<usize>,
    /// Row from which a range is stretched.
    anchor: usize,
    /// The cursor's row has to come into view.
    pub follow: bool,
    /// The list is to get the keyboard.
    pub wants_keyboard: bool,
}

impl Browse {
    /// A folder is asked for. The one that is shown stays until the answer is here, if it is the same.
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
    }

    /// The answer is here. One to an earlier question is not looked at; whether it was one to the last.
    pub(crate) fn answered(
        &mut self,
        place: &Place,
        answer: Result<Arc<RemoteFolder>, Sentence>,
    ) -> bool {
        if self.place.as_ref() != Some(place) || self.state != State::Asking {
            return false;
        }
        // What was chosen and where the keyboard was are found again by their names.
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
                    // Redirects may have led elsewhere.
                    place.path.clone_from(&folder.path);
                }
                let is_chosen = |entry: &RemoteEntry| chosen.contains(&*entry.name);
                again.extend(folder.entries.iter().map(is_chosen));
                self.folder = Some(folder);
                self.state = State::Listed;
            }
            Err(why) => self.state = State::Failed(why),
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

    fn set_chosen(&mut self, chosen: Vec<bool>) {
        self.chosen = chosen;
        self.count_chosen();
    }

    /// Something else is chosen now.
    fn count_chosen(&mut self) {
        let entries = self.chosen_entries();
        self.sum = entries.fold((0, 0), |(count, bytes): (usize, u64), entry| {
            (count + 1, bytes.saturating_add(entry.size.unwrap_or(0)))
        });
    }

    /// Which folder is shown or was asked for.
    pub(crate) fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// How it went.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The folder, while it is shown.
    pub(crate) fn folder(&self) -> Option<&RemoteFolder> {
        self.folder.as_deref()
    }

    /// The folders on the way here from the top, which is left out: name and path of each.
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

    /// The folder that this one is in; none at the top.
    pub(crate) fn above(&self) -> Option<Place> {
        let path = &self.place.as_ref()?.path;
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        self.place_at(above).filter(|_| !path.is_empty())
    }

    /// The folder with this path on the computer that is looked at.
    pub(crate) fn place_at(&self, path: &str) -> Option<Place> {
        let place = self.place.as_ref()?;
        let (host, path) = (place.host.clone(), path.to_owned());
        Some(Place {
            host,
            path,
            ..*place
        })
    }

    /// How many rows are shown.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// What is in a row.
    pub(crate) fn row(&self, row: usize) -> Option<&RemoteEntry> {
        self.folder.as_ref()?.entries.get(*self.rows.get(row)?)
    }

    /// Whether what is in a row is chosen.
    pub(crate) fn is_chosen(&self, row: usize) -> bool {
        let entry = self.rows.get(row);
        entry.is_some_and(|entry| self.chosen.get(*entry) == Some(&true))
    }

    /// Whether anything of what is chosen is in a row: the filter may hide it.
    pub(crate) fn shows_chosen(&self) -> bool {
        (0..self.rows.len()).any(|row| self.is_chosen(row))
    }

    /// The row that the keyboard is at.
    pub(crate) fn cursor(&self) -> Option<usize> {
        self.cursor
    }

    /// How many are chosen, and their bytes as far as they are known. What the filter hides counts,
    /// too: it is chosen still.
    pub(crate) fn chosen(&self) -> (usize, u64) {
        self.sum
    }

    /// The name of what is chosen, if that is one thing.
    pub(crate) fn only_chosen(&self) -> Option<String> {
        let only = (self.sum.0 == 1).then(|| self.chosen_entries().next())?;
        self.name_of(only?)
    }

    /// The names of what is chosen, as the server is asked for them, each once; a folder's ends in
    /// `/`.
    pub(crate) fn chosen_names(&self) -> Vec<String> {
        let mut known = HashSet::new();
        self.chosen_entries()
            .filter(|entry| known.insert((&*entry.name, entry.is_folder)))
            .filter_map(|entry| self.name_of(entry))
            .collect()
    }

    fn chosen_entries(&self) -> impl Iterator<Item = &RemoteEntry> {
        let entries = self.folder.iter().flat_map(|folder| &folder.entries);
        let chosen = entries.zip(&self.chosen).filter(|(_, chosen)| **chosen);
        chosen.map(|(entry, _)| entry)
    }

    /// What an entry is called from the top on; a folder's ends in `/`.
    fn name_of(&self, entry: &RemoteEntry) -> Option<String> {
        let place = self.place.as_ref()?;
        let slash = if entry.is_folder { "/" } else { "" };
        Some(format!("{}{slash}", path_of(place, &entry.name)))
    }

    /// The folder in a row; none if it is a file.
    pub(crate) fn folder_at(&self, row: usize) -> Option<Place> {
        let entry = self.row(row).filter(|entry| entry.is_folder)?;
        self.place_at(&path_of(self.place.as_ref()?, &entry.name))
    }

    /// A row was clicked: it alone is chosen; with `toggle` it is chosen beside the others or no longer;
    /// with `extend` everything up to it is.
    pub(crate) fn click(&mut self, row: usize, toggle: bool, extend: bool) {
        let Some(&entry) = self.rows.get(row) else {
            return;
        };
        if extend {
            self.chosen.fill(false);
            let (from, to) = (self.anchor.min(row), self.anchor.max(row));
            for entry in &self.rows[from..=to.min(self.rows.len() - 1)] {
                self.chosen[*entry] = true;
            }
        } else {
            if toggle {
                self.chosen[entry] ^= true;
            } else {
                self.chosen.fill(false);
                self.chosen[entry] = true;
            }
            self.anchor = row;
        }
        self.count_chosen();
        self.cursor = Some(row);
        self.follow = true;
    }

    /// The keyboard goes up or down by `by` rows; the largest and the smallest lead to the ends.
    pub(crate) fn step(&mut self, by: isize, extend: bool) {
        let Some(last) = self.rows.len().checked_sub(1) else {
            return;
        };
        let row = match self.cursor {
            Some(cursor) => cursor.saturating_add_signed(by).min(last),
            None if by == isize::MAX || by < 0 && by > isize::MIN => last,
            None => 0,
        };
        self.click(row, false, extend);
    }

    /// Everything that is shown is chosen.
    pub(crate) fn choose_all(&mut self) {
        self.chosen.fill(false);
        for entry in &self.rows {
            self.chosen[*entry] = true;
        }
        self.count_chosen();
    }

    /// Nothing is chosen.
    pub(crate) fn choose_none(&mut self) {
        self.chosen.fill(false);
        self.count_chosen();
    }

    /// What the server calls `name` is chosen, too, if it is in this folder.
    pub(crate) fn choose_named(&mut self, name: &str) {
        let name = name.strip_suffix('/').unwrap_or(name);
        let (Some(place), Some(folder)) = (&self.place, &self.folder) else {
            return;
        };
        let (path, last) = name.rsplit_once('/').unwrap_or(("", name));
        if path != place.path {
            return;
        }
        let found = folder.entries.iter().position(|entry| entry.name == last);
        let Some(found) = found else { return };
        self.chosen[found] = true;
        self.count_chosen();
        if let Some(row) = self.rows.iter().position(|entry| *entry == found) {
            self.cursor = Some(row);
            self.anchor = row;
            self.follow = true;
        }
    }

    /// What has to be in a name that is shown.
    pub(crate) fn filter(&self) -> &str {
        &self.filter
    }

    /// Show only names with this in them, in any case.
    pub(crate) fn set_filter(&mut self, filter: String) {
        if self.filter != filter {
            self.filter = filter;
            self.cursor = None;
            self.anchor = 0;
            self.arrange();
        }
    }

    /// By what the rows are sorted, and whether from the largest down.
    pub(crate) fn sort(&self) -> (Column, bool) {
        self.sort
    }

    /// Sort by this; if they are already, the other way round.
    pub(crate) fn sort_by(&mut self, column: Column) {
        self.sort = match self.sort {
            (same, descending) if same == column => (same, !descending),
            // The largest and the newest are what people look for.
            _ => (column, column != Column::Name),
        };
        self.cursor = None;
        self.anchor = 0;
        self.arrange();
    }

    /// Choose and sort what is shown.
    fn arrange(&mut self) {
        self.rows.clear();
        let Some(folder) = &self.folder else { return };
        let entries = &folder.entries;
        // As the entries' names are folded.
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
        for part in [folders, files] {
            // Stable: what is equal stays in the order of its names.
            match column {
                Column::Name => {}
                Column::Size => part.sort_by_key(|row| entries[*row].size),
                Column::Modified => part.sort_by_key(|row| entries[*row].modified),
            }
            if descending {
                part.reverse();
            }
        }
    }
}

fn path_of(place: &Place, name: &str) -> String {
    match &*place.path {
        "" => name.to_owned(),
        path => format!("{path}/{name}"),
    }
}

#[cfg(test)]
mod tests;
