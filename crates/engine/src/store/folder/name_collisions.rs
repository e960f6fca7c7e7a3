//! What the entries of one listing are called here, where several would have one name: `a` and `a\u{202e}`, `c.part_`
//! and `c.part`, `A` and `a` on a disk that takes them for one, the file `d` and the folder `d/`. Each gets a name of
//! its own, `NAME (2)` and so on. It depends on what is listed alone, and not on the order, so that it is the same
//! after an interruption. What is listed more than once is fetched once.
//!
//! Two entries can only meet if their folders are one, and no two folders of the server are one here; so it is enough
//! to look at one listing at a time. Of its entries 16 bytes each are in memory while it is read.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use crate::store::safe_name::fit;

/// How an entry is called here by itself.
pub(crate) struct Rules<'a> {
    /// The safe name, from what the server says.
    pub(crate) safe: Box<dyn Fn(&str) -> String + 'a>,
    /// The disk does not tell `A` from `a`.
    pub(crate) folds_case: bool,
    /// Keyed anew for each download, so that no server can make two names look the same.
    pub(crate) hash: &'a RandomState,
}

/// What becomes of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// It has the name that it would have by itself.
    Own,
    /// It has this one, because another entry has its own.
    Numbered(String),
    /// It was listed before.
    Repeated,
    /// There are too many like it.
    LeftOut,
}

/// What the entries of one listing are called here.
pub(crate) struct NameCollisions<'a> {
    rules: Rules<'a>,
    /// Entries that are listed more than once, and whether they have been.
    repeated: HashMap<u64, bool>,
    /// Names that several entries would have.
    shared: HashSet<u64>,
    /// What the entries with such names are called.
    given: HashMap<u64, Option<String>>,
}

/// An entry of a listing, as the server names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ListedName<'a> {
    pub(crate) name: &'a str,
    pub(crate) is_folder: bool,
}

/// Hands over all entries of a listing.
type Entries<'a> = dyn Fn(&mut dyn FnMut(ListedName<'_>)) + 'a;

impl<'a> NameCollisions<'a> {
    /// Those among `entries`. At most `most` of those that share their names get one.
    pub(crate) fn among(rules: Rules<'a>, entries: &Entries<'_>, most: u64) -> Self {
        let mut names = Self {
            rules,
            repeated: HashMap::new(),
            shared: HashSet::new(),
            given: HashMap::new(),
        };
        let mut all = Vec::new();
        entries(&mut |listed| {
            let name = (names.rules.safe)(listed.name);
            all.push((names.key(&name), names.entry(listed)));
        });
        all.sort_unstable();
        for pair in all.windows(2) {
            if pair[0] == pair[1] {
                names.repeated.insert(pair[0].1, false);
            } else if pair[0].0 == pair[1].0 {
                names.shared.insert(pair[0].0);
            }
        }
        if !names.shared.is_empty() {
            names.give(entries, most, |key| {
                all.binary_search_by_key(&key, |(key, _)| *key).is_ok()
            });
        }
        names
    }

    /// Give a name to each of those that would share one. `is_taken` tells of the names that the listing's other
    /// entries have.
    fn give(&mut self, entries: &Entries<'_>, most: u64, is_taken: impl Fn(u64) -> bool) {
        let mut alike = HashMap::new();
        entries(&mut |listed| {
            let safe = (self.rules.safe)(listed.name);
            let key = self.key(&safe);
            if self.shared.contains(&key) && (alike.len() as u64) < most {
                // The one whose name is right has it; of a file and a folder the folder, with all that is in it.
                let order = (key, safe != listed.name, !listed.is_folder);
                let entry = self.entry(listed);
                alike
                    .entry(entry)
                    .or_insert_with(|| (order, listed.name.to_owned(), safe));
            }
        });
        let mut alike: Vec<_> = alike
            .into_iter()
            .map(|(entry, (order, name, safe))| (order, name, safe, entry))
            .collect();
        alike.sort_unstable();
        let mut taken = HashSet::new();
        let mut last = None;
        let mut count = 1;
        for ((key, ..), _, safe, entry) in alike {
            if last.replace(key) != Some(key) {
                count = 1;
                self.given.insert(entry, None);
                continue;
            }
            let name = loop {
                count += 1;
                let name = numbered(&safe, count);
                let key = self.key(&name);
                if !is_taken(key) && taken.insert(key) {
                    break name;
                }
            };
            self.given.insert(entry, Some(name));
        }
    }

    /// What the entry `listed` is called, which comes next.
    pub(crate) fn name(&mut self, listed: ListedName<'_>) -> Name {
        if self.repeated.is_empty() && self.shared.is_empty() {
            return Name::Own;
        }
        let entry = self.entry(listed);
        if let Some(has_come) = self.repeated.get_mut(&entry)
            && std::mem::replace(has_come, true)
        {
            return Name::Repeated;
        }
        match self.given.get(&entry) {
            Some(Some(name)) => Name::Numbered(name.clone()),
            Some(None) => Name::Own,
            None if self.shared.is_empty() => Name::Own,
            None => {
                let name = (self.rules.safe)(listed.name);
                if self.shared.contains(&self.key(&name)) {
                    Name::LeftOut
                } else {
                    Name::Own
                }
            }
        }
    }

    /// Stands for the entry.
    fn entry(&self, listed: ListedName<'_>) -> u64 {
        self.rules.hash.hash_one(listed)
    }

    /// Stands for all names that are `name` on the disk.
    fn key(&self, name: &str) -> u64 {
        if self.rules.folds_case {
            // Both ways: some letters have a form that only one of them leads to.
            let folded = name.chars().flat_map(char::to_uppercase);
            let folded = folded.flat_map(char::to_lowercase);
            self.rules.hash.hash_one(folded.collect::<String>())
        } else {
            self.rules.hash.hash_one(name)
        }
    }
}

/// `NAME (2)`, where `name` may be a path.
pub(crate) fn numbered(name: &str, count: usize) -> String {
    let start = name.rfind('/').map_or(0, |at| at + 1);
    let (folder, name) = name.split_at(start);
    format!("{folder}{}", fit("", name, &format!(" ({count})"), ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::safe_name::{on_windows, safe_name};

    /// What becomes of each of `names`; those of folders end in a slash.
    fn names(
        names: &[&str],
        safe: &dyn Fn(&str) -> String,
        folds_case: bool,
        most: u64,
    ) -> Vec<Name> {
        let listed: Vec<_> = names
            .iter()
            .map(|name| ListedName {
                name: name.trim_end_matches('/'),
                is_folder: name.ends_with('/'),
            })
            .collect();
        let rules = Rules {
            safe: Box::new(safe),
            folds_case,
            hash: &RandomState::new(),
        };
        let entries = |each: &mut dyn FnMut(ListedName<'_>)| {
            listed.iter().copied().for_each(each);
        };
        let mut namesakes = NameCollisions::among(rules, &entries, most);
        listed
            .iter()
            .map(|&listed| namesakes.name(listed))
            .collect()
    }

    fn number(name: &str) -> Name {
        Name::Numbered(name.to_owned())
    }

    #[test]
    fn names_that_are_one_on_windows_are_numbered() {
        let (listed, expected): (Vec<_>, Vec<_>) = [
            ("a.", number("a (4)")),
            ("a", number("a (2)")),
            ("a ", number("a (3)")),
            // Of those that have their own name the first in the order of letters.
            ("A", Name::Own),
            ("con", number("_con (2)")),
            ("_con", Name::Own),
            ("b", Name::Own),
            ("b (2)", Name::Own),
            ("B.", number("B (3)")),
            ("c?", number("c_ (2)")),
            ("c_", Name::Own),
        ]
        .into_iter()
        .unzip();
        assert_eq!(names(&listed, &on_windows, true, 100), expected);
    }

    #[test]
    fn the_case_counts_where_the_disk_keeps_it() {
        let listed = ["A", "a", "straße", "STRASSE", "ſ", "s", "A/", "ǅ", "ǆ"];
        let apart = names(&listed, &safe_name, false, 100);
        let numbered = |names: &[Name]| names.iter().filter(|name| **name != Name::Own).count();
        // Only the file and the folder.
        assert_eq!((numbered(&apart), &apart[0]), (1, &number("A (2)")));
        assert_eq!(numbered(&names(&listed, &safe_name, true, 100)), 5);
    }

    #[test]
    fn long_names_that_are_cut_to_one_stay_apart() {
        let long = |end: &str| format!("{}{end}.txt", "x".repeat(300));
        let (one, other) = (long("1"), long("2"));
        let found = names(&[&one, &other], &safe_name, false, 100);
        let Name::Numbered(name) = &found[1] else {
            panic!("{found:?}");
        };
        assert_eq!((&found[0], name.len()), (&Name::Own, 255));
        assert!(name.ends_with("x (2).txt"));
    }

    #[test]
    fn what_is_listed_again_is_left_to_the_first() {
        let found = names(&["a", "b", "a", "a", "a/", "b"], &safe_name, false, 100);
        let repeated = Name::Repeated;
        let expected = [
            &number("a (2)"),
            &Name::Own,
            &repeated,
            &repeated,
            &Name::Own,
            &repeated,
        ];
        assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn too_many_are_left_out_after_few_attempts() {
        use std::cell::Cell;

        let listed: Vec<_> = (0..20_000).map(|n| format!("{n}")).collect();
        let mut listed: Vec<_> = listed.iter().map(String::as_str).collect();
        // Numbers that are taken are passed over once, and not again for each.
        let literal: Vec<_> = (2..10_000).map(|n| format!("a ({n})")).collect();
        listed.extend(literal.iter().map(String::as_str));
        let attempts = Cell::new(0);
        let safe = |name: &str| {
            attempts.set(attempts.get() + 1);
            if name.starts_with('a') {
                name.to_owned()
            } else {
                "a".to_owned()
            }
        };
        let found = names(&listed, &safe, false, 1_000);
        let count = |name: fn(&Name) -> bool| found.iter().filter(|found| name(found)).count();
        assert_eq!(count(|name| *name == Name::LeftOut), 19_000);
        assert_eq!(count(|name| *name == Name::Own), 1 + 9_998);
        assert!(found.contains(&number("a (10998)")));
        assert!(attempts.get() <= 3 * listed.len());
    }
}
