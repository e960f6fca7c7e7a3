mod memory;

use std::cell::Cell;
use std::fs;
use std::net::Ipv4Addr;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;
use std::thread;

use tempfile::TempDir;

use super::*;
use crate::share::name::ShareName;
use crate::share::{Found, Share};

const ONE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));

/// Only a failing test waits this long.
const PATIENCE: Duration = Duration::from_secs(20);

/// More than are read at once.
const COUNT: usize = 1_200;

/// A share with folders that are large enough.
struct Rig {
    dir: TempDir,
    share: Share,
}

impl Rig {
    fn of(folders: &[&str]) -> Self {
        let rig = Self::empty(folders);
        for folder in folders {
            for number in 0..COUNT {
                rig.add(&format!("{folder}/{number:04}"));
            }
        }
        rig
    }

    fn empty(folders: &[impl AsRef<str>]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for folder in folders {
            fs::create_dir(dir.path().join(folder.as_ref())).unwrap();
        }
        let share = Share::open(dir.path(), Arc::new(AtomicBool::new(false))).unwrap();
        Self { dir, share }
    }

    fn folder(&self, name: &str) -> SharedFolder {
        let name = ShareName::from_raw(name.as_bytes()).unwrap();
        match self.share.find(&name).unwrap() {
            Found::Folder(folder) => folder,
            Found::File(_) => panic!("a folder"),
        }
    }

    fn add(&self, name: &str) {
        fs::write(self.dir.path().join(name), "").unwrap();
    }
}

/// Lists the folder like a request from `address`.
fn names<'a>(
    listings: &'a Listings,
    folder: &SharedFolder,
    address: IpAddr,
    should_continue: impl Fn() -> bool,
) -> (Permit<'a>, io::Result<Arc<NameList>>) {
    let first = folder.listing().unwrap();
    assert!(!first.is_whole());
    let permit = admit(listings, folder, address);
    let names = permit.names(folder, first, should_continue);
    (permit, names)
}

fn admit<'a>(listings: &'a Listings, folder: &SharedFolder, address: IpAddr) -> Permit<'a> {
    let permit = listings.admit(&folder.listing_key(), address, PATIENCE, || true);
    permit.expect("a permit")
}

fn has(folder: &SharedFolder, names: &NameList, name: &str) -> bool {
    folder.entries(names).any(|entry| entry.name == name)
}

fn is_empty(listings: &Listings) -> bool {
    listings.state.lock().is_empty()
}

#[test]
fn concurrent_listings_of_an_unchanged_folder_share_one_list() {
    let (rig, listings) = (Rig::of(&["a"]), Listings::new(1 << 20));
    let folder = rig.folder("a");
    let (permit, first) = names(&listings, &folder, ONE, || true);
    let first = first.unwrap();
    assert_eq!(folder.entries(&first).count(), COUNT);
    let (other_permit, second) = names(&listings, &rig.folder("a"), OTHER, || true);
    assert!(Arc::ptr_eq(&first, &second.unwrap()));
    // The first one leaves, and the list lives on.
    drop(permit);
    let (third_permit, third) = names(&listings, &rig.folder("a"), ONE, || true);
    assert!(Arc::ptr_eq(&first, &third.unwrap()));
    drop((other_permit, third_permit));
    assert!(is_empty(&listings));
    let held = Arc::downgrade(&first);
    drop(first);
    assert!(held.upgrade().is_none());
}

#[test]
fn a_file_that_exists_at_the_time_of_the_request_is_listed() {
    let (rig, listings) = (Rig::of(&["a"]), Listings::new(1 << 30));
    let folder = rig.folder("a");
    let mut held = vec![names(&listings, &folder, ONE, || true)];
    // Far more often than a file system's clock ticks.
    for number in 0..30 {
        let added = format!("added {number}");
        rig.add(&format!("a/{added}"));
        let (permit, names) = names(&listings, &folder, ONE, || true);
        assert!(has(&folder, names.as_ref().unwrap(), &added), "{added}");
        held.push((permit, names));
    }
    // One file is replaced by another, which leaves the number of entries the same.
    let at = rig.dir.path().join("a");
    fs::rename(at.join("added 0"), at.join("added again")).unwrap();
    let (_permit, names) = names(&listings, &folder, OTHER, || true);
    let names = names.unwrap();
    assert!(has(&folder, &names, "added again") && !has(&folder, &names, "added 0"));
}

#[test]
fn other_dates_and_settings_do_not_return_a_stale_list() {
    let rig = Rig::of(&["a"]);
    let listings = Listings::new(1 << 30);
    let folder = rig.folder("a");
    let (_permit, first) = names(&listings, &folder, ONE, || true);
    // Like programs that copy a folder with its modification time, and like some file systems.
    let at = rig.dir.path().join("a");
    let modified = fs::metadata(&at).unwrap().modified().unwrap();
    rig.add("a/new");
    #[cfg(unix)]
    fs::File::open(&at).unwrap().set_modified(modified).unwrap();
    let _ = modified;
    let (_permit, second) = names(&listings, &folder, ONE, || true);
    assert!(has(&folder, &second.unwrap(), "new"));
    assert!(!has(&folder, &first.unwrap(), "new"));

    rig.add("a/.hidden");
    let hidden = Share::open(rig.dir.path(), Arc::new(AtomicBool::new(true))).unwrap();
    let name = ShareName::from_raw(b"a").unwrap();
    let Found::Folder(folder) = hidden.find(&name).unwrap() else {
        panic!("a folder");
    };
    let (_permit, third) = names(&listings, &folder, ONE, || true);
    assert!(has(&folder, &third.unwrap(), ".hidden"));
}

/// A listing blocked until it is released.
struct Held {
    started: mpsc::Receiver<()>,
    go_on: mpsc::Sender<bool>,
}

impl Held {
    fn new() -> (Self, impl Fn() -> bool + Send) {
        let (start, started) = mpsc::channel();
        let (go_on, should_continue) = mpsc::channel();
        let answer = Cell::new(None);
        let wait = move || {
            if answer.get().is_none() {
                start.send(()).unwrap();
                answer.set(Some(should_continue.recv_timeout(PATIENCE).unwrap()));
            }
            answer.get() == Some(true)
        };
        (Self { started, go_on }, wait)
    }
}

/// Waits until `count` requests have a permit.
fn wait_for_users(listings: &Listings, count: usize) {
    let deadline = Instant::now() + PATIENCE;
    while listings.state.lock().users() < count {
        assert!(Instant::now() < deadline, "{count} users");
        thread::yield_now();
    }
}

#[test]
fn requests_during_a_reading_share_the_next_one() {
    let (rig, listings) = (&Rig::of(&["a"]), &Listings::new(1 << 30));
    let (held, wait) = Held::new();
    let folder = &rig.folder("a");
    thread::scope(|scope| {
        let first = scope.spawn(move || names(listings, folder, ONE, wait).1.unwrap());
        held.started.recv_timeout(PATIENCE).unwrap();
        rig.add("a/new");
        let (hear, heard) = mpsc::channel();
        // It may write to its client: no lock is held.
        let waits = scope.spawn(move || {
            names(listings, folder, ONE, || {
                let _ = hear.send(listings.state.try_lock().is_some());
                true
            })
        });
        wait_for_users(listings, 2);
        let is_free = || heard.recv_timeout(PATIENCE).unwrap();
        assert!((0..20).any(|_| is_free()));
        let later = [ONE, OTHER, OTHER].map(|address| admit(listings, folder, address));
        held.go_on.send(true).unwrap();
        first.join().unwrap();
        let (_permit, names) = waits.join().unwrap();
        let names = names.unwrap();
        assert!(has(folder, &names, "new"));
        for permit in &later {
            let first = folder.listing().unwrap();
            let same = permit.names(folder, first, || panic!("it was read for all"));
            assert!(Arc::ptr_eq(&same.unwrap(), &names));
        }
    });
    assert!(is_empty(listings));
}

#[test]
fn a_folder_is_read_only_while_a_request_waits_for_it() {
    let (rig, listings) = (Rig::of(&["a"]), Listings::new(1 << 30));
    let folder = rig.folder("a");
    let looks = Cell::new(0);
    let leaves = || {
        looks.set(looks.get() + 1);
        false
    };
    let (permit, result) = names(&listings, &folder, ONE, leaves);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(looks.get(), 1);
    drop(permit);
    assert!(is_empty(&listings));

    // Another request waits for the same reading.
    let [gone, stays] = [ONE, OTHER].map(|address| admit(&listings, &folder, address));
    let read = gone.names(&folder, folder.listing().unwrap(), leaves);
    assert_eq!(looks.get(), 2);
    drop((read, gone));
    let whole = stays.names(&folder, folder.listing().unwrap(), || panic!("it was read"));
    assert_eq!(folder.entries(&whole.unwrap()).count(), COUNT);
}

#[test]
fn entries_read_before_a_request_are_read_again_for_it() {
    let (rig, listings) = (Rig::of(&["a"]), Listings::new(1 << 30));
    let folder = rig.folder("a");
    let first = folder.listing().unwrap();
    let leads = admit(&listings, &folder, ONE);
    for number in 0..COUNT {
        rig.add(&format!("a/new {number}"));
    }
    let _later = admit(&listings, &folder, OTHER);
    let names = leads.names(&folder, first, || true).unwrap();
    assert_eq!(folder.entries(&names).count(), 2 * COUNT);
}

#[test]
fn a_panic_while_reading_a_folder_wakes_all_waiting_requests() {
    let (rig, listings) = (&Rig::of(&["a"]), &Listings::new(1 << 30));
    let panicked = thread::scope(|scope| {
        let reader =
            scope.spawn(|| names(listings, &rig.folder("a"), ONE, || panic!("on purpose")));
        reader.join().is_err()
    });
    assert!(panicked);
    assert!(is_empty(listings));
    let (_permit, result) = names(listings, &rig.folder("a"), ONE, || true);
    assert!(result.is_ok());
}

#[test]
fn a_folder_larger_than_the_limit_is_listed_when_it_is_alone() {
    let (rig, listings) = (Rig::of(&["a", "b"]), Listings::new(1));
    let (a, b) = (rig.folder("a"), rig.folder("b"));
    let (permit, result) = names(&listings, &a, ONE, || true);
    result.unwrap();
    let at_once = |folder: &SharedFolder, address| {
        listings
            .admit(&folder.listing_key(), address, Duration::ZERO, || true)
            .is_some()
    };
    assert!(!at_once(&b, ONE) && !at_once(&b, OTHER));
    // Others may share the list, which takes no more memory.
    assert!(at_once(&a, ONE) && at_once(&a, OTHER));
    thread::scope(|scope| {
        let waits = scope.spawn(|| names(&listings, &b, ONE, || true).1.is_ok());
        while !listings.state.lock().has_queue() {
            thread::yield_now();
        }
        drop(permit);
        assert!(waits.join().unwrap());
    });
    assert!(is_empty(&listings));
}

#[test]
fn a_greedy_address_leaves_memory_for_others() {
    let rig = Rig::of(&["a", "b", "c", "d", "small", "last"]);
    for number in 590..COUNT {
        for folder in ["small", "last"] {
            fs::remove_file(rig.dir.path().join(format!("{folder}/{number:04}"))).unwrap();
        }
    }
    let bytes = {
        let (listings, folder) = (Listings::new(1 << 30), rig.folder("a"));
        let (_permit, result) = names(&listings, &folder, ONE, || true);
        result.unwrap().bytes()
    };
    // A quarter is a list.
    let listings = Listings::new(4 * bytes);
    let mut held = Vec::new();
    let mut take = |name, address| {
        let folder = rig.folder(name);
        let address = IpAddr::V4(Ipv4Addr::new(10, 0, 0, address));
        let permit = listings.admit(&folder.listing_key(), address, Duration::ZERO, || true)?;
        let first = folder.listing().unwrap();
        let names = permit.names(&folder, first, || true);
        if let Err(e) = &names {
            assert_eq!(e.kind(), ErrorKind::QuotaExceeded);
        }
        held.push((permit, names.ok()?));
        Some(())
    };
    assert!(take("a", 1).is_some());
    assert!(take("b", 1).is_none());
    assert!(take("b", 2).is_some());
    // Sharing its own list takes no more memory, but another list would.
    assert!(take("a", 1).is_some());
    assert!(take("b", 1).is_none());
    assert!(take("c", 3).is_some());
    // Comparing with an existing list takes no memory from others.
    let mut looks = Vec::new();
    for (name, address) in [("a", 1), ("b", 2), ("c", 3)] {
        let address = IpAddr::V4(Ipv4Addr::new(10, 0, 0, address));
        let look = admit(&listings, &rig.folder(name), address);
        // While one is being read, further ones wait for the next.
        assert!(listings.state.lock().lead(look.user).is_some());
        looks.push(look);
        looks.push(admit(&listings, &rig.folder(name), address));
    }
    // The last quarter is for addresses that use none, and only for their first folder.
    assert!(take("small", 4).is_some());
    assert!(take("d", 4).is_none());
    assert!(take("d", 5).is_none());
    assert!(take("last", 5).is_some());
    assert!(take("small", 6).is_some());
    drop(looks);
}
