//! The real program, killed repeatedly: running the same command again completes the file, and most
//! of the bytes are not downloaded twice.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::common::proxy::{Proxy, Script};
use crate::common::{Shared, noise};
use crate::landline;

const NAME: &str = "film.mkv";

/// A folder, and a proxy through which one file is downloaded and which can kill the program.
struct Getting {
    file: Vec<u8>,
    proxy: Proxy,
    folder: tempfile::TempDir,
    kills: u32,
    _shared: Shared,
}

type Slot = Arc<Mutex<Option<Child>>>;

impl Getting {
    fn of(len: usize) -> Self {
        let file = noise(len);
        let shared = Shared::of(&[(NAME, &file)]);
        Self {
            proxy: Proxy::new(shared.address.port()),
            folder: tempfile::tempdir().unwrap(),
            file,
            kills: 0,
            _shared: shared,
        }
    }

    fn path(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("{NAME}{ending}"))
    }

    /// The bytes in the part.
    fn kept(&self) -> u64 {
        self.path(".part").metadata().map_or(0, |found| found.len())
    }

    /// Runs the program, and kills it once `at` bytes have arrived on its first connection (which
    /// then stalls) and `is_time` returns. Returns whether it exited by itself.
    fn run(&mut self, at: Option<u64>, is_time: impl Fn() -> bool + Send + 'static) -> bool {
        let slot = Slot::default();
        let is_over = Arc::new(AtomicBool::new(false));
        let (own, own_is_over) = (Arc::clone(&slot), Arc::clone(&is_over));
        let kill = move || {
            while !is_time() && !own_is_over.load(Ordering::SeqCst) {
                thread::yield_now();
            }
            if let Some(child) = &mut *own.lock().unwrap() {
                // It may have exited already.
                let _ = child.kill();
            }
        };
        let mut kill = at.map(|at| match at {
            // The proxy must not wait for its own effect.
            0 => Script::pass().call(0, || drop(thread::spawn(kill))),
            at => Script::pass().call(at, kill),
        });
        self.proxy.plan(move |_| kill.take().unwrap_or_default());
        let mut place = slot.lock().unwrap();
        let mut child = landline()
            .args(["get", "127.0.0.1", NAME, "--exists", "skip", "--port"])
            .arg(self.proxy.port().to_string())
            .arg("--dir")
            .arg(self.folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = child.stdout.take().unwrap();
        *place = Some(child);
        drop(place);
        // Ends when the program exits.
        let mut printed = String::new();
        out.read_to_string(&mut printed).unwrap();
        is_over.store(true, Ordering::SeqCst);
        let status = slot.lock().unwrap().take().unwrap().wait().unwrap();
        if !status.success() {
            self.kills += 1;
            // On other systems, a killed process also has status 1.
            let has_failed = cfg!(unix) && status.code() == Some(1);
            assert!(!has_failed, "it failed by itself");
        }
        self.check();
        status.success()
    }

    /// The file is complete or absent, and next to it are at most its part and journal.
    fn check(&self) {
        if let Ok(found) = fs::read(self.path("")) {
            assert!(found == self.file, "{} wrong bytes", found.len());
        }
        let known =
            ["", ".part", ".part.json", ".part.json~"].map(|ending| format!("{NAME}{ending}"));
        for name in self.names() {
            assert!(known.contains(&name), "{name}");
        }
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
        entries.map(|e| name(e).into_string().unwrap()).collect()
    }

    /// Runs the program undisturbed: the file is complete, and nothing else remains.
    fn end(&mut self) {
        assert!(self.run(None, || true));
        assert_eq!(self.names(), [NAME]);
        self.proxy.end();
    }
}

/// A random number generator whose seed is printed, so that a run can be reproduced.
struct Random(u64);

impl Random {
    fn new() -> Self {
        let chosen = std::env::var("KILL_SEED").ok();
        let seed = chosen.map_or_else(
            || RandomState::new().build_hasher().finish(),
            |seed| seed.parse().unwrap(),
        );
        println!("again with KILL_SEED={seed}");
        Self(seed | 1)
    }

    /// A number from 1 to `most`.
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most + 1
    }
}

#[test]
fn a_download_completes_despite_repeated_kills() {
    let mut getting = Getting::of(40 << 20);
    let len = getting.file.len() as u64;
    let mut random = Random::new();
    for number in 0..16 {
        // Some at the beginning, most in the middle.
        let at = match number % 4 {
            0 => random.up_to(600),
            _ => random.up_to(len / 8),
        };
        getting.run(Some(at), || true);
        println!("killed after {at}: {} are kept", getting.kept());
    }
    // And when all or nearly all bytes have arrived.
    for _ in 0..4 {
        let at = len - getting.kept() + random.up_to(1000);
        let is_over = getting.run(Some(at), || true);
        println!("killed after {at}: {} are kept, {is_over}", getting.kept());
    }
    assert!(getting.kills >= 12, "{}", getting.kills);
    getting.end();
    #[expect(clippy::cast_precision_loss, reason = "a ratio for a person")]
    let ratio = getting.proxy.bytes() as f64 / len as f64;
    println!(
        "{} kills, {ratio:.3} bytes over the wire for each of the file",
        getting.kills
    );
    // Other systems cannot tell whether the machine was rebooted, so each kill loses the last
    // second: here nearly everything.
    assert!(!cfg!(target_os = "linux") || ratio <= 1.5, "{ratio}");
}

#[test]
fn a_kill_during_the_creation_of_the_part_leaves_nothing_in_the_end() {
    for ending in [".part", ".part", ".part.json~", ".part.json~", ".part.json"] {
        let mut getting = Getting::of(1 << 20);
        let sign = getting.path(ending);
        getting.run(Some(64 << 10), move || sign.exists());
        println!("killed when {ending} was there: {:?}", getting.names());
        getting.end();
    }
}

#[test]
fn a_kill_after_the_last_byte_leaves_nothing_in_the_end() {
    let mut random = Random::new();
    for _ in 0..8 {
        let mut getting = Getting::of(1 << 20);
        // In addition to the file's bytes there are two response headers.
        let at = (1 << 20) + random.up_to(700);
        let is_over = getting.run(Some(at), || true);
        println!("killed after {at}: {:?}, {is_over}", getting.names());
        getting.end();
    }
    for _ in 0..4 {
        let mut getting = Getting::of(1 << 20);
        let sign = getting.path("");
        let is_over = getting.run(Some(0), move || sign.exists());
        println!(
            "killed when it had its name: {:?}, {is_over}",
            getting.names()
        );
        getting.end();
    }
}
