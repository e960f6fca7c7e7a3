//! What a folder's download does while its server does not answer.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::listing_file::{self, Listing};
use super::tree::Tree;
use crate::client::backoff::Backoff;
use crate::client::call::Halt;
use crate::client::http::{self, Wish};
use crate::client::job::Job;
use crate::client::link::Link;
use crate::client::{ClientError, Request};
use crate::net::Dialect;

/// What one file or folder that is not answered may cost, where the whole may take for ever.
pub(super) const GIVE_UP: Duration = Duration::from_mins(2);

/// The listing of the folder itself, before anything is made here: it may be no folder, or not be
/// there. What `is_begun` waits for its server.
pub(super) fn list_root(
    job: &Job<'_>,
    path: &str,
    folder: &Path,
    is_begun: bool,
) -> Result<Listing, Halt> {
    let Request { host, port, .. } = job.request;
    let cancel = job.transfer.cancel();
    let mut link = Link::new(job.known, host, *port, cancel, job.timeouts);
    let mut backoff = Backoff::new(job.timeouts, job.give_up);
    loop {
        let error = match listing_file::fetch(&mut link, job.request, path, folder, cancel) {
            Ok(mut listing) => {
                listing.check(job.request, false, cancel)?;
                listing.find_index(&mut link)?;
                return Ok(listing);
            }
            Err(Halt::Failed(error)) if error.retry_after().is_some() => error,
            Err(Halt::Failed(error)) if is_begun && error.is_passing() => error,
            result => return result,
        };
        let Some(time) = backoff.after(&error) else {
            return Err(error.into());
        };
        if cancel.is_cancelled() || !(job.rest)(error, time) {
            return Err(Halt::Cancelled);
        }
    }
}

impl Tree<'_> {
    /// Something has come.
    pub(super) fn moves(&self) {
        if self.was_away.swap(false, Ordering::AcqRel) {
            self.transfer.moving(Dialect::Http, self.transfer.total());
            (self.moving)();
        }
    }

    /// Do `work` until it works or fails for good.
    pub(super) fn patiently<T>(
        &self,
        mut work: impl FnMut() -> Result<T, Halt>,
    ) -> Result<T, Halt> {
        let limit = self.give_up.unwrap_or(GIVE_UP);
        let mut backoff = Backoff::new(self.timeouts, Some(limit));
        loop {
            let error = match work() {
                Err(Halt::Failed(error)) if error.is_passing() && !self.is_over() => error,
                result => return result,
            };
            let Some(time) = backoff.after(&error) else {
                backoff.renew();
                self.lasts(error)?;
                continue;
            };
            if !self.rest(error, time) {
                return Err(Halt::Cancelled);
            }
        }
    }

    /// What to do about an `error` that does not pass: fails with it where it is about one file or
    /// folder, because the server answers otherwise; goes on where nobody minds to wait, and while a server
    /// that has one connection at a time is busy with another file.
    pub(super) fn lasts(&self, error: ClientError) -> Result<(), Halt> {
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
            return Err(Halt::Cancelled);
        }
        Ok(())
    }

    /// Whether the server has anything to say about the folder as a whole.
    fn is_server_there(&self) -> bool {
        let wish = Wish {
            head_only: true,
            ..Wish::default()
        };
        let head = self.link().ask(&self.base, wish);
        head.is_ok_and(|head| !http::is_passing(head.status))
    }

    /// Wait before something is tried again; false when nothing is.
    pub(super) fn rest(&self, why: ClientError, time: Duration) -> bool {
        let goes_on = self.rests.rest(time, self.cancel(), || {
            let goes_on = (self.give_turn)(why, time);
            // Only now: meanwhile what had come before may still be put in its place.
            self.was_away.store(true, Ordering::Release);
            goes_on
        });
        goes_on && !self.is_over()
    }
}
