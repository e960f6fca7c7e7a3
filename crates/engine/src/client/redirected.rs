//! Where a redirect (RFC 9110 section 15.4) leads a download.

use percent_encoding::percent_decode_str;

use super::connection::FetchError;
use super::http::{self, Hop};
use super::job::{Job, Progress};
use crate::error::ClientError;
use crate::printable::clipped;

/// Where a redirect leads.
pub(super) enum Redirected {
    /// On with this path.
    Path(String),
    /// It is a folder, at this path.
    Folder(String),
}

/// Resolves `location` in a response to a request for `path`.
pub(super) fn redirected(
    job: &Job<'_>,
    progress: &mut Progress,
    path: &str,
    location: &str,
) -> Result<Redirected, FetchError> {
    let hop = http::follow(&job.request.host, job.origin().port, path, location);
    // Another slash and nothing else: that is how a server says that it is a folder. Some do not encode
    // it.
    let with_slash = format!("{path}/");
    let raw: Vec<u8> = percent_decode_str(&with_slash).collect();
    let is_folder =
        hop.path().split('?').next() == Some(&with_slash) || location == http::reference(&raw);
    if is_folder && job.request.query.is_none() && !progress.is_file {
        // Behind a proxy it may call itself what it likes.
        return Ok(Redirected::Folder(with_slash));
    }
    match hop {
        Hop::Path(there) => Ok(Redirected::Path(there)),
        Hop::Elsewhere { url, .. } => Err(ClientError::RedirectElsewhere {
            host: job.request.host.clone(),
            url: clipped(&url).into_owned(),
        }
        .into()),
    }
}
