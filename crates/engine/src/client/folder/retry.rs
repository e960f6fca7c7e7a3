//! What a folder's download does while its server does not answer.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::listing_file;
use super::listing_file::Listing;
use super::tree::Tree;
use crate::client::Request;
use crate::client::backoff::Backoff;
use crate::client::connection::FetchError;
use crate::client::http::RequestOptions;
use crate::client::http_session::HttpSession;
use crate::client::job::Job;
use crate::error::ClientError;
use crate::transfer::Protocol;
use landline_http1::status;

/// What one file or folder that is not answered may cost, where the whole may take for ever.
pub(super) const GIVE_UP: Duration = Duration::from_mins(2);

/// The listing of the folder itself, before anything is made here: it may be no folder, or not be
/// there. What `is_begun` waits for its server.
pub(super) fn list_root(
    job: &Job<'_>,
    path: &str,
    folder: &Path,
    is_begun: bool,
) -> Result<Listing, FetchError> {
    let (origin, cancel) = (job.request.origin(), job.transfer.cancel());
    let mut session =
        HttpSession::new(job.known, origin, cancel, job.timeouts).traced_in(job.transfer);
    let mut backoff = Backoff::new(job.timeouts, job.give_up);
    loop {
        let error = match listing_file::fetch(&mut session, job.request, path, folder, cancel) {
            Ok(mut listing) => {
                listing.check(job.request, false, cancel)?;
                listing.find_index(&mut session)?;
                return Ok(listing);
            }
            Err(FetchError::Failed(error)) if error.retry_after().is_some() => error,
            Err(FetchError::Failed(error)) if is_begun && error.is_passing() => error,
            result => return result,
        };
        let Some(delay) = backoff.after(&error) else {
            return Err(error.into());
        };
        if cancel.is_cancelled() || !(job.wait_to_retry)(error, delay) {
            return Err(FetchError::Cancelled);
        }
    }
}

impl Tree<'_> {
    /// Something has come.
    pub(super) fn moves(&self) {
        if self.was_away.swap(false, Ordering::AcqRel) {
            self.transfer.start(Protocol::Http, self.transfer.total());
            (self.moving)();
        }
    }

    /// Do `work` until it works or fails for good.
    pub(super) fn with_retries<T>(
        &self,
        mut work: impl FnMut() -> Result<T, FetchError>,
    ) -> Result<T, FetchError> {
        let limit = self.give_up.unwrap_or(GIVE_UP);
        let mut backoff = Backoff::new(self.timeouts, Some(limit));
        loop {
            let error = match work() {
                Err(FetchError::Failed(error)) if error.is_passing() && !self.is_over() => error,
                result => return result,
            };
            let Some(delay) = backoff.after(&error) else {
                backoff.renew();
                self.lasts(error)?;
                continue;
            };
            if !self.back_off(error, delay) {
                return Err(FetchError::Cancelled);
            }
        }
    }

    /// What to do about an `error` that does not pass: fails with it where it is about one file or
    /// folder, because the server answers otherwise; goes on where nobody minds to wait, and while a server
    /// that has one connection at a time is busy with another file.
    pub(super) fn lasts(&self, error: ClientError) -> Result<(), FetchError> {
        let Request { host, port, .. } = self.request;
        let connections = &self.known.connections;
        if matches!(error, ClientError::NoAnswer { .. })
            && connections.is_moving(host, *port, self.timeouts.silence)
        {
            return Ok(());
        }
        if !error.is_passing() || self.is_server_there() {
            return Err(error.into());
        }
        if self.give_up.is_some() {
            self.stop(error.into());
            return Err(FetchError::Cancelled);
        }
        Ok(())
    }

    /// Whether the server has anything to say about the folder as a whole.
    fn is_server_there(&self) -> bool {
        let options = RequestOptions {
            head_only: true,
            ..RequestOptions::default()
        };
        let head = self.session().ask(&self.base, options);
        head.is_ok_and(|head| !status::is_transient(head.status))
    }

    /// Wait before a retry; false when there is none.
    pub(super) fn back_off(&self, error: ClientError, delay: Duration) -> bool {
        let retry_now = self.transfer.retry_now();
        let yield_slot = || {
            let goes_on = (self.yield_slot)(error, delay);
            // Only now: meanwhile what had come before may still be put in its place.
            self.was_away.store(true, Ordering::Release);
            goes_on
        };
        let goes_on = self
            .workers
            .back_off(delay, self.cancel(), retry_now, yield_slot);
        goes_on && !self.is_over()
    }
}
