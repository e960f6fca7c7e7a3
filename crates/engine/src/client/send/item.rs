//! What is to be sent: files, and the units of work that they are sent in.

use std::path::PathBuf;
use std::time::SystemTime;

/// A file of at most this many bytes is read into memory, so that its digest can be sent before it.
pub(super) const IN_MEMORY_MAX: u64 = 1 << 20;

/// A file of at most this many bytes is sent in a form together with others: the round trips and the flushes to disk
/// that it would need alone take longer than its bytes.
pub(super) const SMALL_MAX: u64 = 256 * 1024;

/// The most bytes of files in one form: it is made in memory, and sent again after a cut.
const FORM_MAX_LEN: u64 = 4 << 20;

/// The most files in one form.
const FORM_MAX_FILES: usize = 256;

/// A file to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Where it is.
    pub(super) path: PathBuf,
    /// What it is called there: a relative path, separated by `/`.
    pub(super) name: String,
    /// Its length when it was found.
    pub(super) len: u64,
    /// When it was modified last.
    pub(super) modified: Option<SystemTime>,
}

impl Item {
    /// Whether its name can be written into a form in one way only: browsers and servers disagree about how quotes
    /// and backslashes are escaped.
    fn fits_form(&self) -> bool {
        self.len <= SMALL_MAX && !self.name.contains(['"', '\\', '%'])
    }
}

/// What is sent with one request; files by their index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Small files, in one form.
    Form(Vec<usize>),
    /// One file, with `PUT`.
    File(usize),
}

/// The units for all of `items`: forms first, because they are accepted or refused sooner.
pub(super) fn units(items: &[Item]) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut files = Vec::new();
    let (mut form, mut form_len) = (Vec::new(), 0);
    for (at, item) in items.iter().enumerate() {
        if !item.fits_form() {
            files.push(Unit::File(at));
            continue;
        }
        if form.len() == FORM_MAX_FILES || form_len + item.len > FORM_MAX_LEN {
            units.push(Unit::Form(std::mem::take(&mut form)));
            form_len = 0;
        }
        form.push(at);
        form_len += item.len;
    }
    match form[..] {
        [] => {}
        // It needs no form.
        [one] => files.push(Unit::File(one)),
        _ => units.push(Unit::Form(form)),
    }
    units.append(&mut files);
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, len: u64) -> Item {
        Item {
            path: name.into(),
            name: name.to_owned(),
            len,
            modified: None,
        }
    }

    #[test]
    fn forms_are_bounded_and_come_first() {
        let large = item("film", SMALL_MAX + 1);
        let mut items = vec![large];
        items.extend((0..300).map(|_| item("a", 1)));
        items.extend((0..20).map(|_| item("b", SMALL_MAX)));
        items.push(item("50%.txt", 1));
        let units = units(&items);
        let forms: Vec<_> = units
            .iter()
            .filter_map(|unit| match unit {
                Unit::Form(files) => Some(files),
                Unit::File(_) => None,
            })
            .collect();
        for form in &forms {
            let len: u64 = form.iter().map(|&at| items[at].len).sum();
            assert!(form.len() <= FORM_MAX_FILES && len <= FORM_MAX_LEN);
        }
        assert_eq!(forms.iter().map(|form| form.len()).sum::<usize>(), 320);
        assert_eq!(units[forms.len()..], [Unit::File(0), Unit::File(321)]);
    }

    #[test]
    fn one_small_file_needs_no_form() {
        assert_eq!(units(&[item("a", 1)]), [Unit::File(0)]);
        assert_eq!(units(&[]), []);
    }
}
