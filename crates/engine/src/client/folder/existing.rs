//! Whether what is at an entry's place already does instead of fetching it.

use std::time::SystemTime;

use super::entry::Entry;
use super::tree::Tree;
use crate::client::connection::FetchError;
use crate::client::digest_check::is_same_second;
use crate::client::http::RequestOptions;
use crate::client::http_session::HttpSession;
use crate::store::folder::folder_store::{Destination, Existing};
use crate::transfer::Checked;
use landline_http1::response_head::Framing;

/// What was found.
pub(super) enum OnDisk {
    /// The file itself.
    Same,
    /// What this download fetched before the server had another version, under this name.
    Outdated(String),
    /// Nothing of the kind.
    Other,
}

impl Tree<'_> {
    /// What is there of `entry`, which goes to `destination` and is at `path` on the server (percent-encoded).
    pub(super) fn find_existing(
        &self,
        entry: &Entry,
        destination: &Destination,
        path: &str,
        session: &mut HttpSession<'_>,
    ) -> OnDisk {
        if self.store.is_nothing_known() {
            return OnDisk::Other;
        }
        let may_match = self.store.may_match();
        let mut theirs = None;
        // What was not the same was kept, and then this was stored beside it.
        for found in self.store.existing(&entry.path, destination) {
            if !found.is_logged && !may_match {
                continue;
            }
            let theirs = *theirs.get_or_insert_with(|| size_and_date(entry, path, session));
            if is_same(&found, theirs) && self.store.claim(&found.path) {
                self.transfer.skip(found.len);
                self.arrived(&entry.path, &destination.path(), Checked::Length);
                self.report();
                return OnDisk::Same;
            }
            if found.is_logged {
                return OnDisk::Outdated(found.name);
            }
        }
        OnDisk::Other
    }
}

/// The size and date of `entry`, as far as the server says.
fn size_and_date(
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

fn is_same(found: &Existing, (size, modified): (Option<u64>, Option<SystemTime>)) -> bool {
    let is_same_date = match (modified, found.modified) {
        (Some(theirs), Some(ours)) => is_same_second(theirs, ours),
        _ => true,
    };
    found.is_file && size == Some(found.len) && is_same_date
}
