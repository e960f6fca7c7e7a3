//! Names whose targets change during requests. Rounds are counted, not timed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::rig::{GOOD, Http, Rig};
use crate::common::make_fifo;

/// How often each client asks for each name.
const ROUNDS: usize = 200;

/// Names that alternate between good and bad, and one that is always bad.
const NAMES: [&str; 4] = ["swap.txt", "folder/x.txt", "folder/sub/x.txt", "node"];

/// Replaces `place` atomically.
fn replace(place: &Path, make: impl FnOnce(&Path)) {
    let new = place.with_extension("new");
    make(&new);
    fs::rename(&new, place).unwrap();
}

/// One turn: a file is a link to a file outside, then itself again.
fn swap_file(rig: &Rig) {
    let place = rig.inside("swap.txt");
    replace(&place, |new| {
        symlink(rig.top.join("secret.txt"), new).unwrap();
    });
    replace(&place, |new| symlink("../secret.txt", new).unwrap());
    replace(&place, |new| fs::write(new, GOOD).unwrap());
}

/// One turn: a folder is a link to one outside that holds files of the same names, then itself again.
fn swap_folder(rig: &Rig) {
    let (place, away) = (rig.inside("folder"), rig.inside("away"));
    for outside in [rig.top.join("outside"), "../outside".into()] {
        fs::rename(&place, &away).unwrap();
        symlink(outside, &place).unwrap();
        fs::remove_file(&place).unwrap();
        fs::rename(&away, &place).unwrap();
    }
    let (place, away) = (rig.inside("folder/sub"), rig.inside("folder/away"));
    fs::rename(&place, &away).unwrap();
    symlink("../../outside", &place).unwrap();
    fs::remove_file(&place).unwrap();
    fs::rename(&away, &place).unwrap();
}

/// One turn: a file is a FIFO that nobody writes to, a link to a device, and itself again.
fn swap_node(rig: &Rig) {
    let place = rig.inside("node");
    replace(&place, make_fifo);
    replace(&place, |new| symlink("/dev/zero", new).unwrap());
    replace(&place, |new| fs::write(new, GOOD).unwrap());
    replace(&place, make_fifo);
    replace(&place, |new| fs::write(new, GOOD).unwrap());
}

/// How often something was served, and how often not.
#[derive(Default)]
struct Tally {
    good: AtomicUsize,
    none: AtomicUsize,
}

impl Tally {
    fn count(&self, is_good: bool) {
        let what = if is_good { &self.good } else { &self.none };
        what.fetch_add(1, Ordering::Relaxed);
    }
}

/// Requests `name` over both protocols. The rig checks every response.
fn ask(rig: &Rig, http: &mut Http<'_>, name: &str, tally: &Tally) {
    tally.count(rig.raw(name.as_bytes()) == GOOD);
    let answer = http.get(&format!("/{name}"));
    assert!(
        matches!(answer.status, 200 | 404),
        "{name}: {}",
        answer.status
    );
    tally.count(answer.body == GOOD);
}

#[test]
fn no_race_of_a_swap_escapes() {
    let rig = Rig::new();
    for file in NAMES {
        rig.shared.write(&format!("share/{file}"), GOOD);
    }
    for file in ["outside/x.txt", "outside/sub/x.txt"] {
        rig.shared.write(file, super::rig::MARK);
    }
    let name = String::from_utf8_lossy(super::rig::MARK);
    rig.shared
        .write(&format!("outside/{name}"), super::rig::MARK);
    let over = AtomicBool::new(false);
    let tallies: [Tally; NAMES.len()] = Default::default();
    thread::scope(|scope| {
        let swappers = [swap_file, swap_folder, swap_node].map(|swap| {
            let (rig, over) = (&rig, &over);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    swap(rig);
                }
            })
        });
        let clients = [0, 1, 2].map(|_| {
            scope.spawn(|| {
                let mut http = rig.http();
                for _ in 0..ROUNDS {
                    for (name, tally) in NAMES.iter().zip(&tallies) {
                        ask(&rig, &mut http, name, tally);
                    }
                    for folder in ["/", "/folder/", "/folder/sub/"] {
                        let status = http.get(folder).status;
                        assert!(matches!(status, 200 | 404), "{folder}: {status}");
                    }
                }
            })
        });
        let failed = clients.map(|client| client.join().is_err());
        over.store(true, Ordering::Relaxed);
        let stuck = swappers.map(|swapper| swapper.join().is_err());
        assert!(!failed.contains(&true) && !stuck.contains(&true));
    });
    for (name, tally) in NAMES.iter().zip(tallies) {
        let (good, none) = (tally.good.into_inner(), tally.none.into_inner());
        eprintln!("{name}: {good} served, {none} not");
        assert!(good > 0 && none > 0, "{name}: {good} served, {none} not");
    }
    // When it is over, everything is in its place again.
    for name in NAMES {
        assert_eq!(rig.raw(name.as_bytes()), GOOD, "{name}");
    }
}
