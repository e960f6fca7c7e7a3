//! What another computer shares: where in it the user is, what is seen of it, what is chosen.

use std::sync::Arc;

use crate::client::{Place, RemoteEntry, RemoteFolder};
use crate::text::Sentence;

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
    /// The names as they are compared with the filter, once there was one.
    folded: Vec<String>,
    /// What has to be in a name that is shown.
    filter: String,
    sort: (Column, bool),
    /// Indexes of the entries that are shown, from the top.
    rows: Vec<usize>,
    /// For each entry, whether it is chosen.
    chosen: Vec<bool>,
    /// Row that the keyboard is at.
    cursor: Option<usize>,
    /// Row from which a range is stretched.
    anchor: usize,
    /// The cursor's row has to come into view.
    pub follow: bool,
}

impl Browse {
    /// A folder is asked for. The one that is shown stays until the answer is here, if it is the same.
    pub(crate) fn ask(&mut self, place: Place) {
        if self.place.as_ref() != Some(&place) {
            self.folder = None;
            self.filter.clear();
            self.chosen.clear();
            self.cursor = None;
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
        let chosen = self.chosen_names();
        self.folded.clear();
        match answer {
            Ok(folder) => {
                if let Some(place) = &mut self.place {
                    // Redirects may have led elsewhere.
                    place.path.clone_from(&folder.path);
                }
                self.chosen = vec![false; folder.entries.len()];
                self.folder = Some(folder);
                self.state = State::Listed;
            }
            Err(why) => {
                self.chosen.clear();
                self.folder = None;
                self.state = State::Failed(why);
            }
        }
        self.arrange();
        self.cursor = self.cursor.filter(|row| *row < self.rows.len());
        for name in chosen {
            self.choose_named(&name);
        }
        true
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

    /// The path of the folder that this one is in; none at the top.
    pub(crate) fn above(&self) -> Option<&str> {
        let path = &self.place.as_ref()?.path;
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        (!path.is_empty()).then_some(above)
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

    /// The row that the keyboard is at.
    pub(crate) fn cursor(&self) -> Option<usize> {
        self.cursor
    }

    /// How many are chosen, and their bytes as far as they are known. What the filter hides counts,
    /// too: it is chosen still.
    pub(crate) fn chosen(&self) -> (usize, u64) {
        let entries = self.chosen_entries();
        entries.fold((0, 0), |(count, bytes): (usize, u64), entry| {
            (count + 1, bytes.saturating_add(entry.size.unwrap_or(0)))
        })
    }

    /// The names of what is chosen, as the server is asked for them; a folder's ends in `/`.
    pub(crate) fn chosen_names(&self) -> Vec<String> {
        self.chosen_entries()
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

    /// The path of the folder in a row; none if it is a file.
    pub(crate) fn folder_at(&self, row: usize) -> Option<String> {
        let entry = self.row(row).filter(|entry| entry.is_folder)?;
        Some(path_of(self.place.as_ref()?, &entry.name))
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
    }

    /// Nothing is chosen.
    pub(crate) fn choose_none(&mut self) {
        self.chosen.fill(false);
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
        let filter = fold(self.filter.trim());
        if filter.is_empty() {
            self.rows.extend(0..entries.len());
        } else {
            if self.folded.len() != entries.len() {
                self.folded = entries.iter().map(|entry| fold(&entry.name)).collect();
            }
            let names = self.folded.iter().enumerate();
            let matching = names.filter(|(_, name)| name.contains(&filter));
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

/// As names are compared: in any case.
fn fold(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::sentence;

    fn place(path: &str) -> Place {
        Place {
            host: "box".to_owned(),
            port: 8080,
            path: path.to_owned(),
        }
    }

    fn entry(name: &str, size: u64) -> RemoteEntry {
        let (name, is_folder) = match name.strip_suffix('/') {
            Some(name) => (name, true),
            None => (name, false),
        };
        RemoteEntry {
            name: name.to_owned(),
            is_folder,
            size: (!is_folder).then_some(size),
            modified: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1000 - size)),
        }
    }

    fn folder(path: &str, entries: &[(&str, u64)]) -> Arc<RemoteFolder> {
        let entries: Vec<_> = entries
            .iter()
            .map(|(name, size)| entry(name, *size))
            .collect();
        Arc::new(RemoteFolder {
            path: path.to_owned(),
            folders: entries.iter().filter(|entry| entry.is_folder).count(),
            entries,
            nameless: 0,
            is_cut: false,
        })
    }

    /// At `path`, with two folders and three files.
    fn browse(path: &str) -> Browse {
        let mut browse = Browse::default();
        browse.ask(place(path));
        let entries = [
            ("d/", 0),
            ("Photos/", 0),
            ("a.txt", 30),
            ("B.txt", 10),
            ("film 海边.mkv", 20),
        ];
        assert!(browse.answered(&place(path), Ok(folder(path, &entries))));
        browse
    }

    fn names(browse: &Browse) -> Vec<&str> {
        (0..browse.len())
            .map(|row| &*browse.row(row).unwrap().name)
            .collect()
    }

    #[test]
    fn only_the_last_question_is_answered() {
        let mut browse = Browse::default();
        browse.ask(place("a"));
        browse.ask(place("b"));
        assert!(!browse.answered(&place("a"), Ok(folder("b", &[("x", 1)]))));
        assert_eq!(browse.state(), &State::Asking);
        assert!(browse.answered(&place("b"), Err(sentence!("no-name"))));
        assert!(matches!(browse.state(), State::Failed(_)));
        assert!(!browse.answered(&place("b"), Ok(folder("b", &[("x", 1)]))));
        assert_eq!(browse.len(), 0);
    }

    #[test]
    fn it_is_sorted_with_folders_first() {
        let mut browse = browse("");
        assert_eq!(
            names(&browse),
            ["d", "Photos", "a.txt", "B.txt", "film 海边.mkv"]
        );
        browse.sort_by(Column::Size);
        assert_eq!(browse.sort(), (Column::Size, true));
        assert_eq!(names(&browse)[2..], ["a.txt", "film 海边.mkv", "B.txt"]);
        browse.sort_by(Column::Size);
        assert_eq!(names(&browse)[2..], ["B.txt", "film 海边.mkv", "a.txt"]);
        browse.sort_by(Column::Modified);
        assert_eq!(names(&browse)[2..], ["B.txt", "film 海边.mkv", "a.txt"]);
        browse.sort_by(Column::Name);
        browse.sort_by(Column::Name);
        assert_eq!(
            names(&browse),
            ["Photos", "d", "film 海边.mkv", "B.txt", "a.txt"]
        );
    }

    #[test]
    fn the_filter_does_not_care_for_case() {
        let mut browse = browse("");
        browse.set_filter(" TXT".to_owned());
        assert_eq!(names(&browse), ["a.txt", "B.txt"]);
        browse.choose_all();
        assert_eq!(browse.chosen(), (2, 40));
        browse.set_filter("海".to_owned());
        assert_eq!(names(&browse), ["film 海边.mkv"]);
        browse.set_filter(String::new());
        assert_eq!(browse.len(), 5);
        assert_eq!(browse.chosen_names(), ["a.txt", "B.txt"]);
    }

    #[test]
    fn clicks_choose_as_everywhere() {
        let mut browse = browse("up/here");
        browse.click(2, false, false);
        assert_eq!(browse.chosen_names(), ["up/here/a.txt"]);
        browse.click(4, true, false);
        browse.click(1, true, false);
        assert_eq!(
            browse.chosen_names(),
            ["up/here/Photos/", "up/here/a.txt", "up/here/film 海边.mkv"]
        );
        browse.click(2, true, false);
        assert!(!browse.is_chosen(2) && browse.is_chosen(4));
        browse.click(0, false, false);
        browse.click(2, false, true);
        assert_eq!(browse.chosen().0, 3);
        browse.click(1, false, true);
        assert_eq!(browse.chosen_names(), ["up/here/d/", "up/here/Photos/"]);
        browse.choose_none();
        assert_eq!(browse.chosen(), (0, 0));
    }

    #[test]
    fn the_keyboard_walks_and_stretches() {
        let mut browse = browse("");
        browse.step(1, false);
        assert_eq!(browse.cursor(), Some(0));
        browse.step(-1, false);
        assert_eq!(browse.cursor(), Some(0));
        browse.step(2, false);
        browse.step(1, true);
        browse.step(100, true);
        assert_eq!((browse.cursor(), browse.chosen()), (Some(4), (3, 60)));
        browse.step(-1, true);
        assert_eq!(browse.chosen(), (2, 40));
    }

    #[test]
    fn an_empty_folder_has_no_rows_to_walk_on() {
        let mut browse = Browse::default();
        browse.ask(place(""));
        browse.answered(&place(""), Ok(folder("", &[])));
        browse.step(1, false);
        browse.click(0, false, true);
        browse.choose_all();
        assert_eq!((browse.cursor(), browse.chosen()), (None, (0, 0)));
    }

    #[test]
    fn refreshing_keeps_what_was_chosen_by_name() {
        let mut browse = browse("");
        browse.click(3, false, false);
        browse.ask(place(""));
        assert_eq!(browse.len(), 5);
        browse.answered(
            &place(""),
            Ok(folder("", &[("new/", 0), ("B.txt", 1), ("c", 2)])),
        );
        assert_eq!(browse.chosen_names(), ["B.txt"]);
        browse.ask(place("new"));
        assert_eq!((browse.len(), browse.chosen().0), (0, 0));
    }

    #[test]
    fn crumbs_lead_up() {
        let browse = browse("照片/2024/May");
        let crumbs = [
            ("照片", "照片"),
            ("2024", "照片/2024"),
            ("May", "照片/2024/May"),
        ];
        assert_eq!(browse.crumbs(), crumbs);
        assert_eq!(browse.above(), Some("照片/2024"));
        assert_eq!(browse.folder_at(1).as_deref(), Some("照片/2024/May/Photos"));
        assert_eq!(browse.folder_at(2), None);
        let mut top = Browse::default();
        assert_eq!(top.above(), None);
        top.ask(place("one"));
        assert_eq!(top.above(), Some(""));
        top.ask(place(""));
        assert_eq!((top.above(), top.crumbs().len()), (None, 0));
    }

    #[test]
    fn a_name_is_found_in_its_own_folder_only() {
        let mut browse = browse("up");
        browse.choose_named("a.txt");
        browse.choose_named("other/a.txt");
        assert_eq!(browse.chosen().0, 0);
        browse.choose_named("up/a.txt");
        browse.choose_named("up/Photos/");
        assert_eq!(browse.chosen_names(), ["up/Photos/", "up/a.txt"]);
    }
}
