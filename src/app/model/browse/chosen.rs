//! The selection and the keyboard cursor.

use std::collections::HashSet;

use super::Browse;
use landline_engine::client::RemoteEntry;

impl Browse {
    /// Whether the entry in a row is selected.
    pub(crate) fn is_chosen(&self, row: usize) -> bool {
        let entry = self.rows.get(row);
        entry.is_some_and(|entry| self.chosen.get(*entry) == Some(&true))
    }

    /// Whether any selected entry is visible, since the filter may hide them.
    pub(crate) fn shows_chosen(&self) -> bool {
        (0..self.rows.len()).any(|row| self.is_chosen(row))
    }

    /// The number of selected entries and the sum of their known sizes. Includes entries that the
    /// filter hides: they remain selected.
    pub(crate) fn chosen(&self) -> (usize, u64) {
        self.sum
    }

    /// The name of the selected entry, if there is exactly one.
    pub(crate) fn only_chosen(&self) -> Option<String> {
        let only = (self.sum.0 == 1).then(|| self.chosen_entries().next())?;
        self.name_of(only?)
    }

    /// The names of the selected entries as requested from the server, without duplicates; a
    /// folder's ends in `/`.
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

    pub(super) fn set_chosen(&mut self, chosen: Vec<bool>) {
        self.chosen = chosen;
        self.count_chosen();
    }

    /// Updates the sum after a change of the selection.
    fn count_chosen(&mut self) {
        let entries = self.chosen_entries();
        self.sum = entries.fold((0, 0), |(count, bytes): (usize, u64), entry| {
            (count + 1, bytes.saturating_add(entry.size.unwrap_or(0)))
        });
    }

    /// Handles a click: selects only this row, with `toggle` adds or removes it, and with `extend`
    /// selects the range up to it.
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

    /// Moves the cursor by `by` rows, clamped to the first and the last.
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

    /// Moves the cursor to the first row, and selects it unless entries are selected already.
    pub(crate) fn enter(&mut self) {
        if self.sum.0 == 0 {
            self.click(0, false, false);
        } else if !self.rows.is_empty() {
            self.cursor = Some(0);
            self.anchor = 0;
            self.follow = true;
        }
        self.wants_keyboard = true;
    }

    /// Selects all visible entries.
    pub(crate) fn choose_all(&mut self) {
        self.chosen.fill(false);
        for entry in &self.rows {
            self.chosen[*entry] = true;
        }
        self.count_chosen();
    }

    /// Clears the selection.
    pub(crate) fn choose_none(&mut self) {
        self.chosen.fill(false);
        self.count_chosen();
    }

    /// Also selects the entry with this path, if it is in this folder.
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

    /// Prepares the context menu of a row: selects only this row, unless it is selected already.
    pub(crate) fn point_at(&mut self, row: usize) {
        if self.is_chosen(row) {
            self.cursor = Some(row);
        } else {
            self.click(row, false, false);
        }
    }
}
