//! What is at an entry's place already, and whether it does instead, may be replaced, or has to be left alone. Size and
//! date alone decide only where the user wants it so; otherwise only what this download has [noted](crate::store::folder::fetch_log) that
//! it fetched is there already.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::entry::Entry;
use super::tree::Tree;
use super::worker::Goal;
use crate::client::IfExists;
use crate::client::connection::FetchError;
use crate::client::digest_check::is_same_second;
use crate::client::http::RequestOptions;
use crate::client::http_session::HttpSession;
use crate::name_bytes;
use crate::store::folder::fetch_log::{Look, Mark};
use crate::store::part::{MAX_COPIES, copy_name, identity};
use crate::transfer::Checked;
use landline_http1::response_head::Framing;

/// What was found.
pub(super) enum There {
    /// The file itself.
    Same,
    /// What this download fetched before the server had another version, under this name.
    Outdated(String),
    /// Nothing of the kind.
    Other,
}

/// The files and folders here that an entry has, by the file system's own numbers for them: whatever the file system
/// takes for one name, and wherever links here lead, one file stands for one entry.
#[derive(Debug, Default)]
pub(super) struct Used(Mutex<HashSet<u64>>);

impl Used {
    /// Take what is at `path` for an entry; false if another one has it. A link counts as itself.
    fn take(&self, path: &Path) -> bool {
        identity(path).is_none_or(|identity| {
            let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            used.insert(identity)
        })
    }

    /// The same for a folder, or a link to one.
    pub(super) fn take_folder(&self, path: &Path) -> bool {
        match path.canonicalize() {
            Ok(path) => self.take(&path),
            Err(_) => true,
        }
    }
}

impl Tree<'_> {
    /// What is there of `entry`, which belongs to `goal` and is at `path` on the server (percent-encoded).
    pub(super) fn look(
        &self,
        entry: &Entry,
        goal: &Goal,
        path: &str,
        session: &mut HttpSession<'_>,
    ) -> There {
        let may_skip = self.request.exists == IfExists::Skip || self.is_unmarked();
        if !may_skip && self.marks.is_empty() {
            return There::Other;
        }
        let mut theirs = None;
        // What was not the same was kept, and then this was stored beside it.
        for copy in 0..=MAX_COPIES {
            let name = copy_name(&goal.name, copy);
            let there = name_bytes::join(&goal.folder, &name);
            let Ok(found) = fs::symlink_metadata(&there) else {
                break;
            };
            let is_ours = self.is_marked(&entry.path, &there, &found);
            if !is_ours && !may_skip {
                continue;
            }
            let theirs = *theirs.get_or_insert_with(|| told(entry, path, session));
            if is_same(&found, theirs) && self.take(&there) {
                self.transfer.skip(found.len());
                let there = name_bytes::join(&goal.folder, &goal.name);
                self.arrived(&entry.path, &there, Checked::Length);
                self.report();
                return There::Same;
            }
            if is_ours {
                return There::Outdated(name);
            }
        }
        There::Other
    }

    /// Whether a version that noted nothing has begun it, in a folder in which nothing was before.
    fn is_unmarked(&self) -> bool {
        self.dir_lock.is_old && self.dir_lock.is_own && self.dir_lock.id.is_none()
    }

    fn is_marked(&self, path: &str, there: &Path, found: &Metadata) -> bool {
        Look::of(found).is_some_and(|look| self.marks.has(self.mark(path, there, look)))
    }

    /// The mark of the file at `path` of the folder that is at `there` and looks like `look`.
    pub(super) fn mark(&self, path: &str, there: &Path, look: Look) -> Mark {
        let here = there.strip_prefix(&self.dir_lock.root).unwrap_or(there);
        self.marks.mark(path, here, look)
    }

    /// Take what is at `there` for an entry; false if another has it. In a folder that was made for this download
    /// nothing is replaced, and what is in it is known by its marks.
    pub(super) fn take(&self, there: &Path) -> bool {
        self.dir_lock.is_own || self.used.take(there)
    }

    /// What to do where something is `there` already when a file that looks like `look`, as far as that is known, comes
    /// to its `goal`. What another entry has is never replaced; nor is what has the number that an entry got because
    /// its name is taken, unless it looks the same: it may be anything.
    pub(super) fn exists(&self, goal: &Goal, there: &Path, look: Option<Look>) -> IfExists {
        let looks_same = || {
            let found = fs::symlink_metadata(there).ok();
            look.is_some() && found.as_ref().and_then(Look::of) == look
        };
        let exists = match self.request.exists {
            _ if goal.is_outdated => IfExists::Overwrite,
            IfExists::Overwrite if self.dir_lock.is_own => return IfExists::Keep,
            IfExists::Overwrite if goal.is_numbered && !looks_same() => return IfExists::Keep,
            IfExists::Keep => return IfExists::Keep,
            exists => exists,
        };
        if self.take(there) {
            exists
        } else {
            IfExists::Keep
        }
    }
}

/// The size and date of `entry`, as far as the server tells them.
fn told(
    entry: &Entry,
    path: &str,
    session: &mut HttpSession<'_>,
) -> (Option<u64>, Option<SystemTime>) {
    if entry.size.is_some() {
        return (entry.size, entry.modified);
    }
    let options = RequestOptions {
        head_only: true,
        ..RequestOptions::default()
    };
    let head = match session.ask(path, options) {
        Ok(head) if head.status == 200 => head,
        Ok(_) | Err(FetchError::Failed(_) | FetchError::Cancelled) => {
            session.close();
            return (None, entry.modified);
        }
    };
    session.done(&head);
    let size = match head.framing {
        Framing::Length(len) => Some(len),
        _ => None,
    };
    (size, head.modified)
}

fn is_same(found: &Metadata, (size, modified): (Option<u64>, Option<SystemTime>)) -> bool {
    let is_same_date = match (modified, found.modified()) {
        (Some(theirs), Ok(ours)) => is_same_second(theirs, ours),
        _ => true,
    };
    found.is_file() && size == Some(found.len()) && is_same_date
}
