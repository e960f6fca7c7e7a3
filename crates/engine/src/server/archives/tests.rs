use std::net::Ipv4Addr;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::secret::Secret;
use crate::share::name::ShareName;
use crate::share::{Found, Share};

const FOREVER: Duration = Duration::from_secs(20);
const AT_ONCE: Duration = Duration::ZERO;

fn address(last: u8) -> IpAddr {
    Ipv4Addr::new(192, 168, 1, last).into()
}

/// The archive of a folder with one file of this name, a minute old.
fn archive(name: &str) -> Archive {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, "").unwrap();
    settle(&path);
    of_folder(dir.path())
}

/// Makes a file a minute old, so that its version is certain.
fn settle(path: &std::path::Path) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    let a_minute_ago = std::time::SystemTime::now() - Duration::from_mins(1);
    file.set_modified(a_minute_ago).unwrap();
}

fn of_folder(path: &std::path::Path) -> Archive {
    let share = Share::open(path, std::sync::Arc::new(AtomicBool::new(false))).unwrap();
    let Ok(Found::Folder(folder)) = share.find(&ShareName::default()) else {
        panic!("no folder");
    };
    Archive::walk(&folder, None, &Secret::of_process(), |_| Ok(())).unwrap()
}

fn admit(archives: &Archives, last: u8) -> Option<Walk<'_>> {
    archives.admit(address(last), AT_ONCE, || true)
}

#[test]
fn few_walk_at_a_time_and_fewer_from_one_address() {
    let archives = Archives::new(1 << 20);
    let first: Vec<_> = (0..WALKS_PER_ADDRESS_MAX)
        .map(|_| admit(&archives, 1).unwrap())
        .collect();
    assert!(admit(&archives, 1).is_none());
    let others: Vec<_> = (2..4).map(|last| admit(&archives, last).unwrap()).collect();
    assert!(admit(&archives, 9).is_none());
    drop(others);
    assert!(admit(&archives, 1).is_none());
    // Whoever waits goes on when another walk ends.
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| archives.admit(address(1), FOREVER, || true).is_some());
        drop(first);
        assert!(waiting.join().unwrap());
    });
    // And gives up when its client leaves.
    let _all: Vec<_> = (1..=4)
        .map(|last| admit(&archives, last).unwrap())
        .collect();
    assert!(archives.admit(address(5), FOREVER, || false).is_none());
}

#[test]
fn an_address_has_half_of_the_memory() {
    let archives = Archives::new(1000);
    let first = admit(&archives, 1).unwrap();
    assert_eq!(first.grow(501), Err(NoRoom::TooLarge));
    assert_eq!(first.grow(300), Ok(()));
    let second = admit(&archives, 1).unwrap();
    assert_eq!(second.grow(201), Err(NoRoom::Busy));
    assert_eq!(second.grow(200), Ok(()));
    let other = admit(&archives, 2).unwrap();
    assert_eq!(other.grow(500), Ok(()));
    let third = admit(&archives, 3).unwrap();
    assert_eq!(third.grow(1), Err(NoRoom::Busy));
    drop(second);
    assert_eq!(third.grow(200), Ok(()));
}

#[test]
fn equal_archives_are_one_and_are_kept_for_a_while() {
    let archives = Archives::new(1 << 20);
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a"), "1").unwrap();
    settle(&dir.path().join("a"));
    let keep = |last, archive| admit(&archives, last).unwrap().finish(archive).unwrap();
    let first = keep(1, of_folder(dir.path()));
    assert!(first.set_sum(0, 7));
    let second = keep(2, of_folder(dir.path()));
    assert_eq!(second.sum(0), Some(7));
    drop((first, second));
    let third = keep(3, of_folder(dir.path()));
    assert_eq!(third.sum(0), Some(7));
    // Another checksum for the same version: the file has changed.
    assert!(!third.set_sum(0, 8));
    drop(third);
    let later = Instant::now() + IDLE_MAX;
    archives.state.lock().drop_idle(IDLE_BYTES_MAX, later);
    let fourth = keep(3, of_folder(dir.path()));
    assert_eq!(fourth.sum(0), None);
}

#[test]
fn a_file_that_has_just_changed_is_not_remembered() {
    let archives = Archives::new(1 << 20);
    let dir = tempfile::tempdir().unwrap();
    let file = std::fs::File::create(dir.path().join("a")).unwrap();
    file.set_len(1).unwrap();
    file.set_modified(std::time::SystemTime::now() + Duration::from_mins(1))
        .unwrap();
    let keep = || {
        admit(&archives, 1)
            .unwrap()
            .finish(of_folder(dir.path()))
            .unwrap()
    };
    let first = keep();
    assert!(first.set_sum(0, 7));
    assert_eq!(keep().sum(0), None);
    drop(first);
    assert_eq!(archives.state.lock().kept.len(), 0);
}

#[test]
fn idle_archives_are_few_and_give_way() {
    let mut state = Archives::new(1 << 20).state.into_inner();
    let begun = Instant::now();
    for number in 0..IDLE_COUNT_MAX + 10 {
        let now = begun + Duration::from_millis(number as u64);
        let archive = state.keep(archive(&number.to_string()), address(1), now);
        state.release(archive, now);
    }
    assert_eq!(state.kept.len(), IDLE_COUNT_MAX);
    let oldest = state.kept.iter().map(|kept| kept.used).min().unwrap();
    assert_eq!(oldest, begun + Duration::from_millis(10));
    let used = Arc::clone(&state.kept[0].archive);
    state.drop_idle(0, begun);
    assert_eq!(state.kept.len(), 1);
    drop(used);
    // A walk gets their memory.
    state.max = 2 * state.kept[0].archive.bytes();
    let number = state.admit(address(1)).unwrap();
    assert_eq!(state.grow(number, state.max / 2), Ok(()));
    assert_eq!(state.kept.len(), 1);
    state.max -= 2;
    assert_eq!(state.grow(number, state.max / 2), Ok(()));
    assert_eq!(state.kept.len(), 0);
}

#[test]
fn an_interrupted_checksum_goes_on() {
    let archive = archive("a");
    assert!(archive.take_partial(0).is_none());
    archive.keep_partial(archive::PartialSum {
        index: 3,
        at: 5,
        hasher: crc32fast::Hasher::new(),
    });
    assert!(archive.take_partial(0).is_none());
    assert_eq!(archive.take_partial(3).unwrap().at, 5);
    assert!(archive.take_partial(3).is_none());
}
