//! A selection of a folder's entries to share.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Model;
use crate::format::printable;
use crate::t;
use landline_engine::share::name::ShareName;

/// What was dropped on the window to be shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Dropped {
    /// A whole folder.
    Folder(PathBuf),
    /// Some entries of a folder.
    Entries(Selection),
}

/// The entries of a folder that are shared while the others are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    /// Their parent folder.
    pub folder: PathBuf,
    /// Their names; never empty.
    pub names: BTreeSet<String>,
    /// How many of them are folders.
    pub folders: usize,
    /// The number of files in the folder, and whether there are more; `None` until they are
    /// counted.
    pub in_folder: Option<(u64, bool)>,
}

impl Dropped {
    /// A short description: `/home/ann/Photos`, `notes.txt`, `3 files from Photos`.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Folder(folder) => folder.display().to_string(),
            Self::Entries(selection) => selection.words(),
        }
    }

    /// The folder and name, if the selection is one file, whose link can be shown.
    pub(crate) fn file(&self) -> Option<(PathBuf, String)> {
        let Self::Entries(selection) = self else {
            return None;
        };
        let is_file = selection.names.len() == 1 && selection.folders == 0;
        let name = selection.names.first().filter(|_| is_file)?;
        Some((selection.folder.clone(), name.clone()))
    }
}

impl Selection {
    /// A short description: `notes.txt`, `3 files from Photos`.
    pub(crate) fn words(&self) -> String {
        if let (1, Some(name)) = (self.names.len(), self.names.first()) {
            return printable(name, false);
        }
        let folder = self.folder.file_name();
        let folder = folder.unwrap_or(self.folder.as_os_str()).to_string_lossy();
        let folder = printable(&folder, false);
        let count = self.names.len();
        if self.folders == 0 {
            t!("selected-files", count = count, folder = folder)
        } else {
            t!("selected-things", count = count, folder = folder)
        }
    }
}

impl Model {
    /// The shared folder, or the folder of the shared selection; empty if there is none.
    pub(crate) fn shared_folder(&self) -> PathBuf {
        match &self.server.selection {
            Some(selection) => selection.folder.clone(),
            None => self.path(&self.settings.folder).unwrap_or_default(),
        }
    }

    /// A short description of what is shared.
    pub(crate) fn shared_words(&self) -> String {
        match &self.server.selection {
            Some(selection) => selection.words(),
            None => self.settings.folder.trim().to_owned(),
        }
    }

    /// Whether all of `dropped` is shared already.
    pub(crate) fn is_sharing_all(&self, dropped: &Dropped) -> bool {
        let shared = self.shared_folder();
        match (dropped, &self.server.selection) {
            (Dropped::Folder(folder), None) => *folder == shared,
            (Dropped::Folder(_), Some(_)) => false,
            (Dropped::Entries(new), _) if new.folder != shared => false,
            (Dropped::Entries(new), Some(old)) => new.names.is_subset(&old.names),
            (Dropped::Entries(new), None) => {
                self.settings.hidden || !new.names.iter().any(|name| is_hidden(name))
            }
        }
    }

    /// Replaces what is to be shared.
    pub(crate) fn choose(&mut self, dropped: Dropped) {
        self.server.failure = None;
        self.server.offered = dropped.file();
        match dropped {
            Dropped::Folder(folder) => {
                self.settings.folder = folder.display().to_string();
                self.server.selection = None;
            }
            Dropped::Entries(selection) => self.server.selection = Some(selection),
        }
    }

    /// Shares the whole folder of the selection.
    pub(crate) fn choose_whole(&mut self) {
        if let Some(selection) = self.server.selection.take() {
            self.settings.folder = selection.folder.display().to_string();
        }
    }
}

fn is_hidden(name: &str) -> bool {
    ShareName::from_raw(name.as_bytes()).is_ok_and(|name| name.is_hidden())
}
