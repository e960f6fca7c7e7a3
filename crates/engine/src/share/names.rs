//! The sorted names in a folder, compact because a folder may have a million.

use std::hash::BuildHasher;
use std::io;

use super::Kind;
use crate::collation::{compare_tied, key};

/// Names that are collected one by one, then sorted in the order that people expect.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// All names concatenated.
    text: String,
    folders: Vec<Span>,
    files: Vec<Span>,
}

/// The location of a name in the text.
#[derive(Clone, Copy, Debug)]
struct Span {
    /// The eight bytes of its sort key that are being compared.
    key: [u8; 8],
    at: u32,
    len: u16,
}

impl Names {
    /// # Errors
    /// Offsets have 32 bits: more than 4 GiB of names are refused.
    pub fn push(&mut self, name: &str, kind: Kind) -> io::Result<()> {
        let too_many = |_| io::Error::from(io::ErrorKind::OutOfMemory);
        let span = Span {
            key: [0; 8],
            at: u32::try_from(self.text.len()).map_err(too_many)?,
            len: u16::try_from(name.len()).map_err(too_many)?,
        };
        self.text.push_str(name);
        match kind {
            Kind::Folder => self.folders.push(span),
            Kind::File => self.files.push(span),
        }
        Ok(())
    }

    /// Sorts folders first, then by name; see [`collation`].
    pub fn sort(&mut self) {
        sort(&self.text, &mut self.folders, 0);
        sort(&self.text, &mut self.files, 0);
        // The list lives as long as a client reads it.
        self.text.shrink_to_fit();
        self.folders.shrink_to_fit();
        self.files.shrink_to_fit();
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, Kind)> {
        let folders = self.folders.iter().map(|span| (span, Kind::Folder));
        let files = self.files.iter().map(|span| (span, Kind::File));
        let spans = folders.chain(files);
        spans.map(|(span, kind)| (span.name(&self.text), kind))
    }

    pub fn len(&self) -> usize {
        self.folders.len() + self.files.len()
    }

    /// How many of them are folders; these come first.
    pub fn folders(&self) -> usize {
        self.folders.len()
    }

    /// The name at this position of [`Names::iter`].
    pub fn get(&self, at: usize) -> Option<&str> {
        let files = at.checked_sub(self.folders.len());
        let span = files.map_or_else(|| self.folders.get(at), |at| self.files.get(at))?;
        Some(span.name(&self.text))
    }

    /// Memory used, in bytes.
    pub fn bytes(&self) -> usize {
        let spans = self.folders.capacity() + self.files.capacity();
        self.text.capacity() + spans * size_of::<Span>()
    }

    /// A checksum of all names that does not depend on their order.
    pub fn sum(&self, keyed: &impl BuildHasher) -> u64 {
        let hashes = self.iter().map(|entry| keyed.hash_one(entry));
        hashes.fold(0, u64::wrapping_add)
    }
}

impl Span {
    fn name(self, text: &str) -> &str {
        &text[self.at as usize..][..usize::from(self.len)]
    }
}

/// Sorts names whose keys share their first `from` bytes. Skips what else they have in common and compares the next
/// eight bytes as one integer: much faster than comparing name by name, because names in a large folder differ late.
fn sort(text: &str, spans: &mut [Span], from: usize) {
    let [first, others @ ..] = &*spans else {
        return;
    };
    if others.is_empty() {
        return;
    }
    let first: Vec<u8> = key(first.name(text)).skip(from).collect();
    let common = others.iter().fold(first.len(), |end, other| {
        let both = first[..end].iter().zip(key(other.name(text)).skip(from));
        both.take_while(|(a, b)| **a == *b).count()
    });
    let begin = from + common;
    for span in &mut *spans {
        let mut bytes = [0; 8];
        for (to, byte) in bytes.iter_mut().zip(key(span.name(text)).skip(begin)) {
            *to = byte;
        }
        span.key = bytes;
    }
    spans.sort_unstable_by_key(|span| span.key);
    for same in spans.chunk_by_mut(|a, b| a.key == b.key) {
        // Keys contain no zero byte, so that one means that these keys have ended.
        if same[0].key[7] == 0 {
            same.sort_unstable_by(|one, other| compare_tied(one.name(text), other.name(text)));
        } else {
            sort(text, same, begin + 8);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::collation;

    fn sorted(names: &[(String, Kind)]) -> Vec<String> {
        let mut gathered = Names::default();
        for (name, kind) in names {
            gathered.push(name, *kind).unwrap();
        }
        assert_eq!(gathered.len(), names.len());
        gathered.sort();
        let sorted: Vec<_> = gathered.iter().map(|(name, _)| name.to_owned()).collect();
        for (at, name) in sorted.iter().enumerate() {
            assert_eq!(gathered.get(at), Some(&**name));
        }
        assert_eq!(gathered.get(sorted.len()), None);
        sorted
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
        let expected = ["archiv", "Zoo", "A", "a", "Äpfel", "ÄRGER", "ärger", "b"];
        assert_eq!(sorted(&names), expected);
    }

    #[test]
    fn many_names_with_the_same_key_are_sorted() {
        let letters = |number: u32| {
            (0..17).map(move |bit| ["a", "\u{e4}"][usize::from(number >> bit & 1 == 1)])
        };
        let names = (0..100_000).map(|number| (letters(number).collect(), Kind::File));
        let names: Vec<(String, Kind)> = names.collect();
        let mut expected: Vec<_> = names.iter().map(|(name, _)| name.clone()).collect();
        expected.sort_by_key(|name| name.to_lowercase());
        assert_eq!(sorted(&names), expected);
    }

    #[test]
    fn a_span_is_small() {
        assert_eq!(size_of::<Span>(), 16);
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_all_lists(
            names in proptest::collection::vec("[a-bA-B 0-1]{1,3}|([aA]{8}){0,3}[aA]{0,2}|[ΣςσİiIßẞäÄKk.]{1,4}|a[0-2]{1,20}b", 0..40),
            folders in proptest::collection::vec(any::<bool>(), 40),
        ) {
            let kinds = folders.iter().map(|&folder| if folder { Kind::Folder } else { Kind::File });
            let names: Vec<_> = names.into_iter().zip(kinds).collect();
            let mut expected = names.clone();
            expected.sort_by(|(a, a_kind), (b, b_kind)| a_kind.cmp(b_kind).then_with(|| collation::compare(a, b)));
            let expected: Vec<_> = expected.into_iter().map(|(name, _)| name).collect();
            prop_assert_eq!(sorted(&names), expected);
        }
    }
}
