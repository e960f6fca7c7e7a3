//! The real program, killed again and again: the same words bring the file in the end, and most of what
//! had come is not fetched twice.

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

/// One folder, to which one file comes through a wire that knows when to kill.
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

    /// Bytes that are kept.
    fn kept(&self) -> u64 {
        self.path(".part").metadata().map_or(0, |found| found.len())
    }

    /// Run the program; once `at` bytes have come back on its first connection (no more do until then) and
    /// `is_time`, kill it. Whether it came to its end by itself.
    fn run(&mut self, at: Option<u64>, is_time: impl Fn() -> bool + Send + 'static) -> bool {
        let slot = Slot::default();
        let is_over = Arc::new(AtomicBool::new(false));
        let (own, own_is_over) = (Arc::clone(&slot), Arc::clone(&is_over));
        let kill = move || {
            while !is_time() && !own_is_over.load(Ordering::SeqCst) {
                thread::yield_now();
            }
            if let Some(child) = &mut *own.lock().unwrap() {
                // It may have ended.
                let _ = child.kill();
            }
        };
        let mut kill = at.map(|at| match at {
            // The wire must not wait for what it brings about.
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
        // Ends with the program.
        let mut printed = String::new();
        out.read_to_string(&mut printed).unwrap();
        is_over.store(true, Ordering::SeqCst);
        let status = slot.lock().unwrap().take().unwrap().wait().unwrap();
        if !status.success() {
            self.kills += 1;
            // Elsewhere that is how a kill looks, too.
            let has_failed = cfg!(unix) && status.code() == Some(1);
            assert!(!has_failed, "it failed by itself");
        }
        self.check();
        status.success()
    }

    /// The file is right or absent, and beside it are at most its part and the record of that.
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

    /// Run it undisturbed: the file is there and nothing else.
    fn end(&mut self) {
        assert!(self.run(None, || true));
        assert_eq!(self.names(), [NAME]);
        self.proxy.end();
    }
}

/// Numbers that differ from run to run, and can be had again.
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

    /// From 1 to `most`.
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most + 1
    }
}

#[test]
fn killed_again_and_again_it_brings_the_file() {
    let mut getting = Getting::of(40 << 20);
    let len = getting.file.len() as u64;
    let mut random = Random::new();
    for number in 0..16 {
        // Some while it begins, most in the middle.
        let at = match number % 4 {
            0 => random.up_to(600),
            _ => random.up_to(len / 8),
        };
        getting.run(Some(at), || true);
        println!("killed after {at}: {} are kept", getting.kept());
    }
    // And when all is here, or nearly.
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
    // Elsewhere nobody knows whether the machine was started again, and each kill costs what came in its last
    // second: here nearly all.
    assert!(!cfg!(target_os = "linux") || ratio <= 1.5, "{ratio}");
}

#[test]
fn killed_while_it_makes_its_part_it_leaves_nothing_in_the_end() {
    for ending in [".part", ".part", ".part.json~", ".part.json~", ".part.json"] {
        let mut getting = Getting::of(1 << 20);
        let sign = getting.path(ending);
        getting.run(Some(64 << 10), move || sign.exists());
        println!("killed when {ending} was there: {:?}", getting.names());
        getting.end();
    }
}

#[test]
fn killed_when_all_is_here_it_leaves_nothing_in_the_end() {
    let mut random = Random::new();
    for _ in 0..8 {
        let mut getting = Getting::of(1 << 20);
        // Beyond the file's own bytes there are two heads.
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
