//! The names in a folder, sorted, in little memory: a folder may have a million.

use std::io;

use super::Kind;

/// Names that are gathered one by one and come back in the order that people expect.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// One behind the other.
    text: String,
    /// Those that are other names in lower case, one behind the other.
    folded: String,
    folders: Vec<Place>,
    files: Vec<Place>,
}

/// Where a name begins and how long it is.
#[derive(Clone, Copy, Debug)]
struct Place {
    at: u32,
    len: u16,
    /// In lower case; 0 where that is the name itself.
    folded_len: u16,
    folded_at: u32,
}

impl Names {
    pub fn len(&self) -> usize {
        self.folders.len() + self.files.len()
    }

    /// # Errors
    /// 4 GiB of names are too many.
    pub fn push(&mut self, name: &str, kind: Kind) -> io::Result<()> {
        let folded_at = self.folded.len();
        if !name.is_ascii() {
            let lower = name.to_lowercase();
            if lower != name {
                self.folded.push_str(&lower);
            }
        } else if name.contains(|c: char| c.is_ascii_uppercase()) {
            self.folded.push_str(name);
            self.folded[folded_at..].make_ascii_lowercase();
        }
        let too_many = |_| io::Error::from(io::ErrorKind::OutOfMemory);
        let place = Place {
            at: u32::try_from(self.text.len()).map_err(too_many)?,
            len: u16::try_from(name.len()).map_err(too_many)?,
            folded_len: u16::try_from(self.folded.len() - folded_at).map_err(too_many)?,
            folded_at: u32::try_from(folded_at).map_err(too_many)?,
        };
        self.text.push_str(name);
        match kind {
            Kind::Folder => self.folders.push(place),
            Kind::File => self.files.push(place),
        }
        Ok(())
    }

    /// All of them, those of folders first, then by name without regard to case.
    pub fn into_sorted(mut self) -> impl Iterator<Item = String> {
        for places in [&mut self.folders, &mut self.files] {
            let key = |place: &Place| {
                (
                    place.folded(&self.text, &self.folded),
                    place.name(&self.text),
                )
            };
            places.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        }
        // What was in lower case is of no more use, and the reader may be slow.
        let Self {
            text,
            folders,
            files,
            ..
        } = self;
        let places = folders.into_iter().chain(files);
        places.map(move |place| place.name(&text).to_owned())
    }
}

impl Place {
    fn name(self, text: &str) -> &str {
        part(text, self.at, self.len)
    }

    fn folded<'a>(self, text: &'a str, folded: &'a str) -> &'a str {
        match self.folded_len {
            0 => self.name(text),
            len => part(folded, self.folded_at, len),
        }
    }
}

fn part(text: &str, at: u32, len: u16) -> &str {
    let at = at as usize;
    &text[at..at + usize::from(len)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorted(names: &[(String, Kind)]) -> Vec<String> {
        let mut gathered = Names::default();
        for (name, kind) in names {
            gathered.push(name, *kind).unwrap();
        }
        assert_eq!(gathered.len(), names.len());
        gathered.into_sorted().collect()
    }

    #[test]
    fn folders_come_first_and_case_does_not_count() {
        let names = [
            ("b", Kind::File),
            ("Zoo", Kind::Folder),
            ("A", Kind::File),
            ("a", Kind::File),
            ("ÄRGER", Kind::File),
            ("ärger", Kind::File),
            ("archiv", Kind::Folder),
            ("Äpfel", Kind::File),
        ];
        let names = names.map(|(name, kind)| (name.to_owned(), kind));
        let expected = ["archiv", "Zoo", "A", "a", "b", "Äpfel", "ÄRGER", "ärger"];
        assert_eq!(sorted(&names), expected);
    }

    #[test]
    fn a_place_is_small() {
        assert_eq!(size_of::<Place>(), 12);
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_names_in_lower_case(
            names in proptest::collection::vec("[a-cA-C ]{1,3}|[ΣςσİiIßẞäÄKk.]{1,4}", 0..40),
            folders in proptest::collection::vec(any::<bool>(), 40),
        ) {
            let kinds = folders.iter().map(|&folder| if folder { Kind::Folder } else { Kind::File });
            let names: Vec<_> = names.into_iter().zip(kinds).collect();
            let mut expected = names.clone();
            expected.sort_by_cached_key(|(name, kind)| (*kind, name.to_lowercase(), name.clone()));
            let expected: Vec<_> = expected.into_iter().map(|(name, _)| name).collect();
            prop_assert_eq!(sorted(&names), expected);
        }
    }
}
