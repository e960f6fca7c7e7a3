//! The names in a folder, sorted, in little memory: a folder may have a million.

use std::hash::BuildHasher;
use std::io;

use super::Kind;

/// Names that are gathered one by one and come back in the order that people expect once they were sorted.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// One behind the other, each with its lower case behind it where that is more than ASCII's.
    text: String,
    folders: Vec<Place>,
    files: Vec<Place>,
}

/// Where a name is.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The eight bytes that are compared now.
    key: [u8; 8],
    at: u32,
    len: u16,
    /// Of its lower case; 0 where there is none.
    folded_len: u16,
}

impl Names {
    /// # Errors
    /// 4 GiB of names are too many.
    pub fn push(&mut self, name: &str, kind: Kind) -> io::Result<()> {
        let too_many = |_| io::Error::from(io::ErrorKind::OutOfMemory);
        let folded = if name.is_ascii() {
            String::new()
        } else {
            name.to_lowercase()
        };
        let folded = if folded.eq_ignore_ascii_case(name) {
            ""
        } else {
            &folded
        };
        let place = Place {
            key: [0; 8],
            at: u32::try_from(self.text.len()).map_err(too_many)?,
            len: u16::try_from(name.len()).map_err(too_many)?,
            folded_len: u16::try_from(folded.len()).map_err(too_many)?,
        };
        self.text.push_str(name);
        self.text.push_str(folded);
        match kind {
            Kind::Folder => self.folders.push(place),
            Kind::File => self.files.push(place),
        }
        Ok(())
    }

    /// Folders first, then by name without regard to case.
    pub fn sort(&mut self) {
        sort(&self.text, &mut self.folders, 0);
        sort(&self.text, &mut self.files, 0);
        // They are kept for as long as somebody reads them.
        self.text.shrink_to_fit();
        self.folders.shrink_to_fit();
        self.files.shrink_to_fit();
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, Kind)> {
        let folders = self.folders.iter().map(|place| (place, Kind::Folder));
        let files = self.files.iter().map(|place| (place, Kind::File));
        let places = folders.chain(files);
        places.map(|(place, kind)| (place.name(&self.text), kind))
    }

    pub fn len(&self) -> usize {
        self.folders.len() + self.files.len()
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        let places = self.folders.capacity() + self.files.capacity();
        self.text.capacity() + places * size_of::<Place>()
    }

    /// A sum over all of them that does not depend on their order.
    pub fn sum(&self, keyed: &impl BuildHasher) -> u64 {
        let hashes = self.iter().map(|entry| keyed.hash_one(entry));
        hashes.fold(0, u64::wrapping_add)
    }
}

impl Place {
    fn name(self, text: &str) -> &str {
        &text[self.at as usize..][..usize::from(self.len)]
    }

    /// What it is sorted by, but for ASCII letters, which are folded byte by byte.
    fn folded(self, text: &str) -> &[u8] {
        if self.folded_len == 0 {
            return self.name(text).as_bytes();
        }
        let at = self.at as usize + usize::from(self.len);
        &text.as_bytes()[at..][..usize::from(self.folded_len)]
    }
}

/// Sort names whose first `from` bytes are the same. What else all of them begin with is passed over
/// and the next eight bytes are compared as one number: three times as fast as to compare names, for
/// in a large folder they differ late.
fn sort(text: &str, places: &mut [Place], from: usize) {
    let [first, others @ ..] = &*places else {
        return;
    };
    if others.is_empty() {
        return;
    }
    let first = first.folded(text);
    let begin = others.iter().fold(first.len(), |end, other| {
        let other = &other.folded(text)[from..];
        let both = first[from..end].iter().zip(other);
        from + both.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
    });
    for place in &mut *places {
        let mut key = [0; 8];
        for (to, byte) in key.iter_mut().zip(&place.folded(text)[begin..]) {
            *to = byte.to_ascii_lowercase();
        }
        place.key = key;
    }
    places.sort_unstable_by_key(|place| place.key);
    for same in places.chunk_by_mut(|a, b| a.key == b.key) {
        // No name holds a zero: where one is, the names have ended.
        if same[0].key[7] == 0 {
            same.sort_unstable_by_key(|place| place.name(text));
        } else {
            sort(text, same, begin + 8);
        }
    }
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
        gathered.sort();
        gathered.iter().map(|(name, _)| name.to_owned()).collect()
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
        assert_eq!(size_of::<Place>(), 16);
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_names_in_lower_case(
            names in proptest::collection::vec("[a-bA-B ]{1,3}|([aA]{8}){0,3}[aA]{0,2}|[ΣςσİiIßẞäÄKk.]{1,4}", 0..40),
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
