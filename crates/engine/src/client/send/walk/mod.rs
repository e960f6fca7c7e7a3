//! Finds the files to send: regular files, in the order of their names. No link is followed out of a folder, none to
//! another folder, and nothing is opened.
#![expect(
    clippy::disallowed_methods,
    reason = "runs on the thread of the delivery"
)]

use std::collections::HashSet;
use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::item::Item;
use crate::client::connection::FetchError;
use crate::error::{ClientError, DeliveryError};
use crate::name_bytes;
use crate::transfer::FailedFile;
use crate::transport::CancelToken;

/// More files than this take some hundred megabytes of memory, and more patience than anybody has.
const MAX_FILES: usize = 1_000_000;

/// Files that cannot be sent and are named; the others are only counted.
const MAX_EXAMPLES: usize = 200;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The files.
    pub(super) items: Vec<Item>,
    /// Their bytes together.
    pub(super) len: u64,
    /// How many files and folders cannot be sent, and the first of those.
    pub(super) failed: u64,
    pub(super) examples: Vec<FailedFile>,
    /// Left out: names that begin with a dot.
    pub(super) hidden: u64,
    /// Left out: links that lead elsewhere.
    pub(super) links: u64,
    /// Left out: folders without files in them.
    pub(super) empty_folders: u64,
}

/// Walks `paths`. A path that is given twice counts once, and of two with one name the second gets a number.
pub(super) fn walk(paths: &[PathBuf], cancel: &CancelToken) -> Result<Found, FetchError> {
    let mut found = Found::default();
    let mut seen = HashSet::new();
    let mut names = HashSet::new();
    for path in paths {
        let whole = match path.canonicalize() {
            Ok(whole) => whole,
            Err(e) => {
                found.unreadable(&shown(path), &e);
                continue;
            }
        };
        if !seen.insert(whole.clone()) {
            continue;
        }
        // A link is sent under its own name.
        let name = path.file_name().or(whole.file_name()).unwrap_or_default();
        let name = free_name(&name_bytes::from_os(name), &mut names);
        match fs::metadata(&whole) {
            Ok(data) if data.is_dir() => found.add_folder(&whole, &name, cancel)?,
            Ok(data) => found.add_file(whole, name, &data)?,
            Err(e) => found.unreadable(&shown(path), &e),
        }
    }
    Ok(found)
}

/// `name`, with a number if it is in `names` already. Upper and lower case are the same on some systems.
fn free_name(name: &str, names: &mut HashSet<String>) -> String {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let mut free = name.to_owned();
    let mut number = 1;
    while !names.insert(free.to_lowercase()) {
        number += 1;
        free = format!("{stem} ({number}){extension}");
    }
    free
}

fn shown(path: &Path) -> String {
    name_bytes::shown(&name_bytes::from_os(path.as_os_str())).into_owned()
}

impl Found {
    /// Adds the files of the folder at `root`, which is called `name` there.
    fn add_folder(
        &mut self,
        root: &Path,
        name: &str,
        cancel: &CancelToken,
    ) -> Result<(), FetchError> {
        let mut folders = vec![(root.to_owned(), name.to_owned())];
        while let Some((folder, name)) = folders.pop() {
            if cancel.is_cancelled() {
                return Err(FetchError::Cancelled);
            }
            let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            let mut entries = match entries {
                Ok(entries) => entries,
                Err(e) => {
                    self.unreadable(&name, &e);
                    continue;
                }
            };
            self.empty_folders += u64::from(entries.is_empty());
            entries.sort_by_key(DirEntry::file_name);
            let mut below = Vec::new();
            for entry in entries {
                let own = name_bytes::from_part(&name_bytes::to_bytes(&name_bytes::from_os(
                    &entry.file_name(),
                )));
                let full = match &*name {
                    // The root of a disk has no name.
                    "" => own.clone(),
                    name => format!("{name}/{own}"),
                };
                if own.starts_with('.') {
                    self.hidden += 1;
                } else if let Some(folder) = self.add_entry(root, &entry, full)? {
                    below.push(folder);
                }
            }
            folders.extend(below.into_iter().rev());
        }
        Ok(())
    }

    /// Adds `entry` of a folder below `root`, or returns it if it is a folder.
    fn add_entry(
        &mut self,
        root: &Path,
        entry: &DirEntry,
        name: String,
    ) -> Result<Option<(PathBuf, String)>, FetchError> {
        let path = entry.path();
        // Not of what a link leads to.
        let data = match entry.metadata() {
            Ok(data) => data,
            Err(e) => {
                self.unreadable(&name, &e);
                return Ok(None);
            }
        };
        if data.is_dir() {
            return Ok(Some((path, name)));
        }
        if !data.is_symlink() {
            self.add_file(path, name, &data)?;
            return Ok(None);
        }
        let target = path.canonicalize().and_then(|path| {
            let data = fs::metadata(&path)?;
            Ok((path, data))
        });
        match target {
            Ok((path, data)) if data.is_file() && path.starts_with(root) => {
                self.add_file(path, name, &data)?;
            }
            _ => self.links += 1,
        }
        Ok(None)
    }

    fn add_file(&mut self, path: PathBuf, name: String, data: &Metadata) -> Result<(), FetchError> {
        if !data.is_file() {
            let why = io::Error::new(io::ErrorKind::InvalidInput, "not a regular file");
            self.unreadable(&name, &why);
            return Ok(());
        }
        if !is_sendable(&name) {
            let name = name_bytes::shown(&name).into_owned();
            self.fail(name.clone(), DeliveryError::UnsendableName { name });
            return Ok(());
        }
        if self.items.len() == MAX_FILES {
            let max = MAX_FILES;
            return Err(ClientError::from(DeliveryError::TooManyFiles { max }).into());
        }
        self.len = self.len.saturating_add(data.len());
        self.items.push(Item {
            path,
            name,
            len: data.len(),
            modified: data.modified().ok(),
        });
        Ok(())
    }

    fn unreadable(&mut self, name: &str, why: &io::Error) {
        let name = name_bytes::shown(name).into_owned();
        let reason = why.to_string();
        self.fail(name.clone(), DeliveryError::Unreadable { name, reason });
    }

    fn fail(&mut self, name: String, why: DeliveryError) {
        self.failed += 1;
        if self.examples.len() < MAX_EXAMPLES {
            let why = why.into();
            self.examples.push(FailedFile { name, why });
        }
    }
}

/// Whether servers can store a file of this name: it is Unicode, and has no control characters.
fn is_sendable(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_control() || name_bytes::escaped(c).is_some())
}

#[cfg(test)]
mod tests;
