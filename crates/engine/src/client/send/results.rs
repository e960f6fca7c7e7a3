//! What became of the files of a delivery, added up.

use super::walk::Found;
use crate::error::ClientError;
use crate::transfer::{FailedFile, Files, Incomplete, Note, Outcome};

/// Failed files that are named; the others are only counted.
const MAX_EXAMPLES: usize = 200;

/// What became of the files so far.
#[derive(Debug)]
pub(super) struct Results {
    stored: u64,
    total: u64,
    renamed: u64,
    /// The first file that got another name: its name here and there.
    example: Option<(String, String)>,
    failed: u64,
    examples: Vec<FailedFile>,
    hidden: u64,
    links: u64,
    empty_folders: u64,
}

impl Results {
    /// Nothing has been sent of what was `found`.
    pub(super) fn new(found: &mut Found) -> Self {
        Self {
            stored: 0,
            total: found.items.len() as u64 + found.failed,
            renamed: 0,
            example: None,
            failed: found.failed,
            examples: std::mem::take(&mut found.examples),
            hidden: found.hidden,
            links: found.links,
            empty_folders: found.empty_folders,
        }
    }

    /// The server has confirmed `name`, and calls it `stored`, if it says so.
    pub(super) fn stored(&mut self, name: &str, stored: Option<&str>) {
        self.stored += 1;
        let stored = stored.map(|stored| stored.trim_start_matches('/'));
        if let Some(stored) = stored.filter(|&stored| stored != name) {
            self.renamed += 1;
            self.example
                .get_or_insert_with(|| (name.to_owned(), stored.to_owned()));
        }
    }

    /// `name` cannot be sent.
    pub(super) fn failed(&mut self, name: &str, why: ClientError) {
        self.failed += 1;
        if self.examples.len() < MAX_EXAMPLES {
            let name = name.to_owned();
            self.examples.push(FailedFile { name, why });
        }
    }

    /// The progress in files.
    pub(super) fn files(&self) -> Files {
        Files {
            done: self.stored,
            total: self.total,
            failed: self.failed,
            is_counted: true,
        }
    }

    /// How the delivery to `host` ended, of which nothing is left to do.
    pub(super) fn outcome(&self, host: &str) -> Outcome {
        match self.examples.first() {
            Some(first) if self.stored == 0 => Outcome::Failed(first.why.clone().into()),
            Some(_) => Outcome::Incomplete(Incomplete {
                path: std::path::PathBuf::new(),
                failed: self.failed,
                examples: self.examples.clone(),
                notes: self.notes(host),
            }),
            None => Outcome::Sent,
        }
    }

    /// Warnings about what was stored at `host`.
    pub(super) fn notes(&self, host: &str) -> Vec<Note> {
        let host = host.to_owned();
        let mut notes = Vec::new();
        match &self.example {
            Some((name, stored)) if self.renamed == 1 => notes.push(Note::StoredAs {
                host,
                name: name.clone(),
                stored: stored.clone(),
            }),
            Some(_) => notes.push(Note::StoredRenamed {
                host,
                count: self.renamed,
            }),
            None => {}
        }
        let left_out = [
            (self.hidden, Note::HiddenLeftOut { count: self.hidden }),
            (self.links, Note::LinksLeftOut { count: self.links }),
            (
                self.empty_folders,
                Note::EmptyFoldersLeftOut {
                    count: self.empty_folders,
                },
            ),
        ];
        notes.extend(
            left_out
                .into_iter()
                .filter_map(|(count, note)| (count > 0).then_some(note)),
        );
        notes
    }
}
