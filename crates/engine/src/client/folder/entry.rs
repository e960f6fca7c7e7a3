//! How deep and how long the path of an entry of the folder that is downloaded may be.

use crate::listing::limits::PATH_MAX_LEN;
use crate::listing::listed::Listed;
use crate::name_bytes;
pub(crate) use crate::store::folder::entry::Entry;

/// Parts of a path. No tree that people make is so deep, and one that links back into itself ends.
pub(crate) const MAX_DEPTH: usize = 64;

/// Why something is not fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EntryError {
    /// It has more than [`MAX_DEPTH`] parts.
    #[error("more than {MAX_DEPTH} folders deep")]
    TooDeep,
    /// Its path has more than [`PATH_MAX_LEN`] bytes.
    #[error("a path of more than {PATH_MAX_LEN} bytes")]
    TooLong,
}

impl Entry {
    /// What the listing of the folder at `folder` (a [`path`](Entry::path)) says.
    ///
    /// # Errors
    /// It is too far down.
    pub(crate) fn within(folder: &str, listed: Listed) -> Result<Self, EntryError> {
        let path = if folder.is_empty() {
            listed.name
        } else {
            format!("{folder}/{}", listed.name)
        };
        if name_bytes::len(&path) > PATH_MAX_LEN {
            return Err(EntryError::TooLong);
        }
        if path.split('/').count() > MAX_DEPTH {
            return Err(EntryError::TooDeep);
        }
        Ok(Self {
            path,
            is_folder: listed.is_folder,
            at: None,
            local: None,
            above: Vec::new(),
            size: listed.size,
            modified: listed.modified,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str) -> Listed {
        Listed {
            name: name.to_owned(),
            is_folder: true,
            size: None,
            modified: None,
        }
    }

    #[test]
    fn paths_have_their_limits() {
        let mut folder = String::new();
        for depth in 1..=MAX_DEPTH {
            let entry = Entry::within(&folder, listed("d")).unwrap();
            assert_eq!(entry.path.split('/').count(), depth);
            folder = entry.path;
        }
        assert_eq!(
            Entry::within(&folder, listed("d")),
            Err(EntryError::TooDeep)
        );
        let name = "x".repeat(PATH_MAX_LEN - 2);
        assert!(Entry::within("d", listed(&name)).is_ok());
        assert_eq!(Entry::within("dd", listed(&name)), Err(EntryError::TooLong));
    }
}
