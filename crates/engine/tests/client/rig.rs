//! A real server behind a faulty proxy, and a client that retries soon. Throughout, the file under the final
//! name is either right or absent.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::peer::codes;
use landline_engine::client::{Limits, Request, Timeouts};
use landline_engine::transfer::{Checked, Outcome, Transfer};

use crate::common::Shared;
use crate::common::proxy::Proxy;
use crate::peer::{Downloader, PATIENCE, content, saved};

/// What is downloaded.
pub const NAME: &str = "film.mkv";

pub const MIB: u64 = 1 << 20;

/// Very short backoffs, and a retry timeout that fits a test.
pub fn quick() -> Limits {
    Limits {
        give_up: Some(PATIENCE),
        timeouts: Timeouts {
            first_backoff: Duration::from_millis(1),
            longest_backoff: Duration::from_millis(8),
            ..Timeouts::default()
        },
        ..Limits::default()
    }
}

/// Short backoffs, and unlimited retries.
pub fn patient() -> Limits {
    Limits {
        give_up: None,
        timeouts: Timeouts {
            first_backoff: Duration::from_millis(10),
            longest_backoff: Duration::from_millis(40),
            ..Timeouts::default()
        },
        ..Limits::default()
    }
}

pub struct Rig {
    pub proxy: Proxy,
    pub downloader: Downloader,
    /// `None` after [`Rig::over`].
    pub shared: Arc<Mutex<Option<Shared>>>,
    right: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Rig {
    /// Shares `file` as [`NAME`].
    pub fn of(file: &[u8]) -> Self {
        Self::with(file, quick())
    }

    pub fn with(file: &[u8], limits: Limits) -> Self {
        // Losing an idle connection does no harm, and one that waits for too many bytes times out.
        let shared = Shared::with(|config| config.limits.idle = Duration::from_millis(50));
        shared.write(NAME, file);
        let rig = Self::over(shared.address.port(), file, limits);
        *rig.shared.lock().unwrap() = Some(shared);
        rig
    }

    /// Connects to whatever listens on `port`.
    pub fn over(port: u16, file: &[u8], limits: Limits) -> Self {
        let rig = Self {
            proxy: Proxy::new(port),
            downloader: Downloader::with(limits),
            shared: Arc::default(),
            right: Arc::new(Mutex::new(vec![file.to_vec()])),
        };
        let (path, right) = (rig.path(), Arc::clone(&rig.right));
        rig.proxy.watch(move || {
            if let Ok(found) = std::fs::read(&path) {
                let is_right = right.lock().unwrap().contains(&found);
                assert!(is_right, "{} wrong bytes", found.len());
            }
        });
        rig
    }

    /// Accepts this content as right, too.
    pub fn also_right(&self, file: &[u8]) {
        self.right.lock().unwrap().push(file.to_vec());
    }

    /// The final path of the file.
    pub fn path(&self) -> PathBuf {
        self.downloader.folder.path().join(NAME)
    }

    /// The file on the server.
    pub fn original(&self) -> PathBuf {
        let shared = self.shared.lock().unwrap();
        shared.as_ref().unwrap().dir.path().join(NAME)
    }

    pub fn request(&self) -> Request {
        self.downloader.request(self.proxy.port(), NAME)
    }

    pub fn start(&self) -> Arc<Transfer> {
        self.downloader.client.download(self.request())
    }

    pub fn get(&self) -> Outcome {
        self.downloader.run(self.request())
    }

    /// Downloads `file`, which is the only one left in the end; returns the notes.
    #[track_caller]
    pub fn gets(&self, file: &[u8], checked: Checked) -> Vec<&'static str> {
        let outcome = self.get();
        let saved = saved(&outcome);
        assert_eq!(saved.path, self.path());
        assert!(content(&saved.path) == file, "other bytes");
        assert_eq!(saved.checked, checked);
        assert_eq!(self.downloader.files(), [NAME]);
        codes(&saved.notes)
    }

    /// Bytes over the wire per byte of `file`.
    #[expect(clippy::cast_precision_loss, reason = "a ratio for a person")]
    pub fn ratio(&self, file: &[u8]) -> f64 {
        let ratio = self.proxy.bytes() as f64 / file.len() as f64;
        println!("{ratio:.4} bytes over the wire for each of the file");
        ratio
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.proxy.end();
    }
}

/// Polls a condition for which there is no event.
#[track_caller]
pub fn until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it never happened");
        thread::yield_now();
    }
}

/// Writes to `path` until its timestamp changes.
pub fn change(path: &Path, write: impl Fn()) {
    let changed = || path.metadata().and_then(|found| found.modified()).unwrap();
    let before = changed();
    until(|| {
        write();
        changed() != before
    });
}
