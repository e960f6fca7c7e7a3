//! Counts the shared files and detects when the folder is removed.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::shared::Shared;
use super::{Control, ServerEvent};
use crate::error::ServerError;
use crate::share::name::ShareName;
use crate::share::{Count, Found};
use crate::threads;

/// The poll interval for the folder's existence: one system call.
const POLL_INTERVAL: Duration = Duration::from_secs(3);

/// The interval between counts, if counting is fast.
const COUNT_EVERY: Duration = Duration::from_mins(1);

/// A count that takes longer than this is not repeated.
const QUICK: Duration = Duration::from_millis(100);

/// Watches the folder on its own thread until the server stops. If the folder is removed, stores the reason in
/// the cell and stops the server.
pub(super) fn start(
    control: &Arc<Control>,
    shared: &Arc<Shared>,
    folder: PathBuf,
) -> Arc<OnceLock<ServerError>> {
    let gone = Arc::new(OnceLock::new());
    let found_gone = Arc::clone(&gone);
    let (control, shared) = (Arc::clone(control), Arc::clone(shared));
    let watching = threads::spawn("watcher", move || {
        let mut took = count(&control, &shared);
        let mut counted = Instant::now();
        while !control.stop.wait(POLL_INTERVAL) {
            if !shared.share.is_there() {
                let _ = found_gone.set(ServerError::FolderGone { path: folder });
                control.stop();
                return;
            }
            if took < QUICK && counted.elapsed() >= COUNT_EVERY {
                took = count(&control, &shared);
                counted = Instant::now();
            }
        }
    });
    if let Err(e) = watching {
        log::warn!("the folder is not watched: {e}");
    }
    gone
}

/// Counts the files; returns the time that it took.
fn count(control: &Control, shared: &Shared) -> Duration {
    let began = Instant::now();
    let Ok(Found::Folder(root)) = shared.share.find(&ShareName::default()) else {
        return QUICK;
    };
    let report = |Count { files, omitted }, more| {
        shared.report(ServerEvent::Counted {
            files,
            omitted,
            more,
        });
    };
    let count = root.count(|count| {
        report(count, true);
        !control.stop.is_cancelled()
    });
    report(count, false);
    began.elapsed()
}
