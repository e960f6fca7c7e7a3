//! How the files of a folder's download ended, added up.

use std::path::Path;

use super::notes::Notes;
use crate::client::job::Job;
use crate::error::ClientError;
use crate::name_bytes;
use crate::store::target::IfExists;
use crate::transfer::{Checked, FailedFile, Incomplete, Note, Outcome, Saved};

/// Failed files that are named; the others are only counted.
const MAX_EXAMPLES: usize = 200;

/// What became of the files so far.
#[derive(Debug)]
pub(super) struct Summary {
    /// Files that are stored.
    done: u64,
    /// Of those, the ones that have another name here.
    renamed: u64,
    /// The least that was verified of any.
    checked: Checked,
    failed: u64,
    examples: Vec<FailedFile>,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            done: 0,
            renamed: 0,
            checked: Checked::Digest,
            failed: 0,
            examples: Vec::new(),
        }
    }
}

impl Summary {
    /// The file at `path` of the folder is stored as `stored`.
    pub(super) fn arrived(&mut self, path: &str, stored: &Path, checked: Checked) {
        let name = path.rsplit('/').next().map(name_bytes::to_os);
        self.renamed += u64::from(stored.file_name() != name.as_deref());
        self.done += 1;
        self.checked = self.checked.min(checked);
    }

    /// `count` entries, of which `name` is one, did not arrive.
    pub(super) fn failed(&mut self, name: &str, count: u64, why: ClientError) {
        self.failed += count;
        if self.examples.len() < MAX_EXAMPLES {
            let name = name_bytes::shown(name).into_owned();
            self.examples.push(FailedFile { name, why });
        }
    }

    /// How many files arrived, and how many did not.
    pub(super) fn counts(&self) -> (u64, u64) {
        (self.done, self.failed)
    }

    /// How `job` ended, whose folder should be called `name` and is at `path`.
    pub(super) fn outcome(&self, job: &Job<'_>, path: &Path, name: &str, notes: &Notes) -> Outcome {
        let host = &job.request.host;
        let path = path.to_owned();
        let mut missing = notes.missing(host);
        if self.failed > 0 || !missing.is_empty() {
            missing.extend(notes.arrived(host));
            return Outcome::Incomplete(Incomplete {
                path,
                failed: self.failed,
                examples: self.examples.clone(),
                notes: missing,
            });
        }
        let stored = name_bytes::from_os(path.file_name().unwrap_or_default());
        let mut all = Vec::new();
        if job.request.exists == IfExists::Keep && stored != name {
            let name = name.to_owned();
            all.push(Note::SavedAs { name, stored });
        }
        if self.renamed > 0 {
            all.push(Note::Renamed {
                host: host.clone(),
                count: self.renamed,
            });
        }
        all.extend(notes.arrived(host));
        Outcome::Saved(Saved {
            path,
            checked: match self.done {
                0 => Checked::Length,
                _ => self.checked,
            },
            skipped: job.transfer.moved() == 0 && self.done > 0,
            notes: all,
        })
    }
}
