//! Detects folders in listings that do not mark them: requests a few entries, within a time limit that users
//! hardly notice. The rest are shown as files, and their downloads find out.

use std::time::{Duration, Instant};

use super::RemoteEntry;
use crate::client::connection::FetchError;
use crate::client::folder::unslashed;
use crate::client::http;
use crate::client::http::RequestOptions;
use crate::client::http_session::HttpSession;
use crate::client::origin::Origin;
use crate::url_path;

/// The maximum number of entries to request.
const MAX_PROBES: usize = 64;

/// The time limit for all of them.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// The maximum length of a file extension.
const EXTENSION_MAX_LEN: usize = 5;

/// Marks the folders among `entries` of the folder at `path` (percent-encoded, with both slashes).
///
/// # Errors
/// Only a cancellation. A server that does not answer gets no further requests.
pub(super) fn mark_folders(
    session: &mut HttpSession<'_>,
    path: &str,
    entries: &mut [RemoteEntry],
) -> Result<(), FetchError> {
    let says_more = |entry: &RemoteEntry| entry.size.is_some() || entry.modified.is_some();
    if entries
        .iter()
        .any(|entry| entry.is_folder || says_more(entry))
    {
        return Ok(());
    }
    let deadline = Instant::now() + TIME_LIMIT;
    let unsure = entries
        .iter_mut()
        .filter(|entry| !is_like_file(&entry.name));
    for entry in unsure.take(MAX_PROBES) {
        if Instant::now() >= deadline {
            break;
        }
        let path = format!("{path}{}", &url_path::path_of(&entry.name)[1..]);
        match is_folder(session, &path) {
            Ok(is_folder) => entry.is_folder = is_folder,
            Err(FetchError::Cancelled) => return Err(FetchError::Cancelled),
            Err(FetchError::Failed(_)) => break,
        }
    }
    Ok(())
}

/// Whether `name` has a file extension: `a.txt`, but not `v1.2`.
fn is_like_file(name: &str) -> bool {
    let Some((_, extension)) = name.rsplit_once('.') else {
        return false;
    };
    extension.len() <= EXTENSION_MAX_LEN
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && extension.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn is_folder(session: &mut HttpSession<'_>, path: &str) -> Result<bool, FetchError> {
    let options = RequestOptions {
        head_only: true,
        ..RequestOptions::default()
    };
    let head = session.ask(path, options)?;
    session.done(&head);
    if let Some(location) = head.redirect() {
        let Origin { host, port, .. } = session.origin();
        let hop = http::follow(host, port, path, location);
        return Ok(hop.path().strip_suffix('/') == Some(path));
    }
    Ok(unslashed::may_be_folder(&head, path) && unslashed::folder_at(session, path)?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_may_be_those_of_folders_are_asked_about() {
        for name in ["a.txt", "a.7z", "a b.mp4", "x.tar.gz", ".a.b"] {
            assert!(is_like_file(name), "{name}");
        }
        for name in [
            "v1",
            "v1.2",
            "README",
            "a.",
            "a. b",
            "2026.11.28",
            "a.folder",
        ] {
            assert!(!is_like_file(name), "{name}");
        }
    }
}
