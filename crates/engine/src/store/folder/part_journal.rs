//! The files of a folder's download that may have a part file beside them. Part files are inside the folder that is
//! filled, so without this journal nothing could find them again to remove them.
#![expect(
    clippy::disallowed_methods,
    reason = "the list is written and read on the threads that download"
)]

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use crate::name_bytes;
use crate::store::folder::dir_lock::DirLock;
use crate::store::folder::local_path::{local, to_path};
use crate::store::part::{PartFile, Source};
use crate::transfer::Protocol;

/// In the scratch folder; one array of three texts to a line, as JSON: the file's path, its name on the
/// server, and where it goes, seen from the root.
const LIST: &str = "begun";

/// Appended to by all threads.
#[derive(Debug)]
pub(crate) struct PartJournal {
    list: File,
    root: PathBuf,
}

impl PartJournal {
    pub(crate) fn open(dir_lock: &DirLock) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        let options = options.append(true).create(true);
        Ok(Self {
            list: options.open(dir_lock.scratch.join(LIST))?,
            root: dir_lock.root.clone(),
        })
    }

    /// The file at `path` (an [`Entry::path`](super::entry::Entry::path)), which the server calls `name` and
    /// which goes to `target`, may have a part from now on.
    pub(crate) fn add(&self, path: &str, name: &str, target: &Path) -> io::Result<()> {
        let here = target.strip_prefix(&self.root).unwrap_or(target);
        let names = here.iter().map(name_bytes::from_os);
        let here = names.collect::<Vec<_>>().join("/");
        let mut line = serde_json::to_vec(&[path, name, &here])?;
        line.push(b'\n');
        // One call, so that lines do not mix.
        (&self.list).write_all(&line)
    }
}

/// Remove the parts of the files of the folder called `name` on the server, which comes from `source`. The directory
/// lock keeps others from working on them.
pub(crate) fn remove_parts(dir_lock: &DirLock, name: &str, source: &Source) {
    let Ok(list) = File::open(dir_lock.scratch.join(LIST)) else {
        return;
    };
    for line in BufReader::new(list).split(b'\n') {
        let Ok(line) = line else { return };
        // The last one may be cut.
        let Some((here, name)) = read(&line, name, &dir_lock.root) else {
            continue;
        };
        let target = dir_lock.root.join(here);
        let (Some(folder), Some(file_name)) = (target.parent(), target.file_name()) else {
            continue;
        };
        let file_name = name_bytes::from_os(file_name);
        let source = Source {
            name,
            protocol: Some(Protocol::Http),
            ..source.clone()
        };
        if let Some(part) = PartFile::find(folder, &file_name, &source, &dir_lock.seal) {
            part.remove();
        }
    }
}

/// A line of the list: where the file goes, seen from `root`, and its name on the server. Version 0.1.0 wrote the path
/// alone, and those after it the path and the name.
fn read(line: &[u8], folder: &str, root: &Path) -> Option<(PathBuf, String)> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Line {
        Here([String; 3]),
        Named([String; 2]),
        Path(String),
    }
    let (path, name) = match serde_json::from_slice(line).ok()? {
        Line::Here([_, name, here]) => {
            let here = to_path(&here);
            let is_plain = |part| matches!(part, Component::Normal(_));
            return here.components().all(is_plain).then_some((here, name));
        }
        Line::Named([path, name]) => (path, name),
        Line::Path(path) => {
            let name = format!("{}/{path}", folder.trim_matches('/'));
            (path, name.trim_start_matches('/').to_owned())
        }
    };
    Some((local(root, &path).path, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_earlier_versions_are_understood() {
        let read = |line, folder| read(line, folder, Path::new("/"));
        let found = |here: &str, name: &str| Some((to_path(here), name.to_owned()));
        let line = br#"["sub/a","f/sub/a","sub/a (2)"]"#;
        assert_eq!(read(line, "f/"), found("sub/a (2)", "f/sub/a"));
        assert_eq!(
            read(br#"["sub/a","f/sub/a"]"#, "f/"),
            found("sub/a", "f/sub/a")
        );
        assert_eq!(read(br#""sub/a""#, "/f/"), found("sub/a", "f/sub/a"));
        assert_eq!(read(br#""a""#, "/"), found("a", "a"));
        assert_eq!(read(br#""cut"#, "f"), None);
        assert_eq!(read(br#"["a","a","../a"]"#, "f"), None);
    }
}
