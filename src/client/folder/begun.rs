//! Which files were begun that have a part beside them while they come. Parts stand inside the folder
//! that is filled, where nobody else would know them again.
#![expect(
    clippy::disallowed_methods,
    reason = "the list is written and read on the threads that download"
)]

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;

use super::claim::Claim;
use super::file_request;
use crate::client::Request;
use crate::client::job::place;
use crate::client::part::{PartFile, Source};

/// In the scratch folder; one array of two texts to a line, as JSON: the file's path, and its name on the
/// server.
const LIST: &str = "begun";

/// Appended to by all threads.
#[derive(Debug)]
pub(super) struct Begun(File);

impl Begun {
    pub(super) fn open(scratch: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        let list = options.append(true).create(true).open(scratch.join(LIST));
        list.map(Self)
    }

    /// The file at `path` (an [`Entry::path`](super::entry::Entry::path)), which the server calls `name`, may
    /// have a part from now on.
    pub(super) fn add(&self, path: &str, name: &str) -> io::Result<()> {
        let mut line = serde_json::to_vec(&[path, name])?;
        line.push(b'\n');
        // One call, so that lines do not mix.
        (&self.0).write_all(&line)
    }
}

/// Remove what is left of files that were begun. Nobody else works on them.
pub(super) fn remove_parts(claim: &Claim, request: &Request) {
    let Ok(list) = File::open(claim.scratch.join(LIST)) else {
        return;
    };
    for line in BufReader::new(list).split(b'\n') {
        let Ok(line) = line else { return };
        // The last one may be cut.
        let Some([path, name]) = read(&line, &request.name) else {
            continue;
        };
        let request = file_request(request, &claim.root, &path, name);
        if let Ok((folder, name)) = place(&request.target, &request.name)
            && let Some(part) = PartFile::find(&folder, &name, &Source::of(&request), &claim.seal)
        {
            part.remove();
        }
    }
}

/// A line of the list: the path here and the name there. Version 0.1.0 wrote the path alone.
fn read(line: &[u8], folder: &str) -> Option<[String; 2]> {
    let old = || {
        let path: String = serde_json::from_slice(line).ok()?;
        let name = format!("{}/{path}", folder.trim_matches('/'));
        let name = name.trim_start_matches('/').to_owned();
        Some([path, name])
    };
    serde_json::from_slice(line).ok().or_else(old)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_earlier_versions_are_understood() {
        let both = ["sub/a".to_owned(), "f/sub/a".to_owned()];
        assert_eq!(read(br#"["sub/a","f/sub/a"]"#, "f/"), Some(both.clone()));
        assert_eq!(read(br#""sub/a""#, "/f/"), Some(both));
        assert_eq!(read(br#""a""#, "/"), Some(["a".to_owned(), "a".to_owned()]));
        assert_eq!(read(br#""cut"#, "f"), None);
    }
}
