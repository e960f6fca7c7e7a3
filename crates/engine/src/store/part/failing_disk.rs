//! What becomes of a part whose disk fails while it is written through.
#![allow(
    clippy::disallowed_methods,
    reason = "tests look at what is on the disk"
)]

use super::tests::{SEAL, create, leave_half, names, source, version};
use super::*;
use crate::fs::fsync::faults::{fail_once, is_due};

/// Long enough for the flusher to have had its turn; only a failing test waits so long.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

#[track_caller]
fn until(is_so: impl Fn() -> bool) {
    let began = std::time::Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
}

/// A part whose first 4 bytes are on the disk, and whose others the disk refuses; where it is.
fn half_good(folder: &Path) -> (PartFile, PathBuf) {
    let path = folder.join("a.txt.part");
    let mut part = create(folder, "a.txt");
    part.begin(version(12), 0, None).unwrap();
    part.write_all(b"good").unwrap();
    until(|| Record::load(&path, &SEAL).is_some_and(|record| record.durable == 4));
    fail_once(&path);
    part.write_all(b"lost").unwrap();
    (part, path)
}

/// Only the first 4 bytes of it are taken for good.
#[track_caller]
fn only_good_is_left(folder: &Path) {
    let found = PartFile::find(folder, "a.txt", &source("a.txt"), &SEAL).unwrap();
    assert_eq!(found.len(), 4);
    drop(found);
    assert_eq!(fs::read(folder.join("a.txt.part")).unwrap(), b"good");
}

#[test]
fn an_error_between_two_writes_ends_the_download_and_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let (mut part, path) = half_good(folder.path());
    until(|| !is_due(&path));
    until(|| part.flusher.as_ref().is_some_and(Flusher::has_failed));
    let error = part.write_all(b"more").unwrap_err();
    let error = part.error(&error);
    assert!(matches!(error, StoreError::Write { .. }), "{error:?}");
    drop(part);
    only_good_is_left(folder.path());
}

#[test]
fn an_error_before_a_kill_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let (part, path) = half_good(folder.path());
    let is_known = || Record::load(&path, &SEAL).is_some_and(|record| record.trusted(8) == 4);
    until(is_known);
    // As a kill leaves it.
    let _ = part.file.unlock();
    std::mem::forget(part);
    only_good_is_left(folder.path());
}

#[test]
fn an_error_before_a_cut_is_remembered_by_the_next_try() {
    let folder = tempfile::tempdir().unwrap();
    let (mut part, path) = half_good(folder.path());
    until(|| !is_due(&path));
    let error = part.begin(version(12), 8, None).unwrap_err();
    assert!(matches!(error, StoreError::Write { .. }), "{error:?}");
    drop(part);
    only_good_is_left(folder.path());
}

#[test]
fn an_error_before_a_pause_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let (part, path) = half_good(folder.path());
    until(|| !is_due(&path));
    drop(part);
    only_good_is_left(folder.path());
}

#[test]
fn an_error_at_a_pause_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let (mut part, _) = half_good(folder.path());
    // The flusher has no turn any more.
    part.settle();
    assert_eq!(part.len(), 4);
    drop(part);
    only_good_is_left(folder.path());
}

#[test]
fn what_never_got_to_the_disk_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut part = create(folder.path(), "a.txt");
    part.begin(version(8), 0, None).unwrap();
    part.write_all(b"half").unwrap();
    fail_once(&folder.path().join("a.txt.part"));
    drop(part);
    assert!(names(folder.path()).is_empty());
}

#[test]
fn what_a_kill_left_is_written_through_before_it_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    leave_half(folder.path());
    let part = folder.path().join("a.txt.part");
    let mut record = Record::load(&part, &SEAL).unwrap();
    record.durable = 1;
    record.save(&part, &SEAL).unwrap();
    // Where nobody knows whether the machine was started again, it is not trusted anyway.
    let trusted = record.trusted(4);
    if trusted == 4 {
        fail_once(&part);
    }
    let found = PartFile::find(folder.path(), "a.txt", &source("a.txt"), &SEAL).unwrap();
    assert_eq!(found.len(), 1);
}

#[test]
fn a_file_that_did_not_get_to_the_disk_gets_no_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut part = create(folder.path(), "a.txt");
    part.begin(version(4), 0, None).unwrap();
    part.write_all(b"half").unwrap();
    fail_once(&folder.path().join("a.txt.part"));
    let error = part.finish(IfExists::Keep).unwrap_err();
    assert!(matches!(error, StoreError::Write { .. }), "{error:?}");
    drop(part);
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_name_that_did_not_get_to_the_disk_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut part = create(folder.path(), "a.txt");
    part.write_all(b"whole").unwrap();
    fail_once(folder.path());
    let error = part.finish(IfExists::Keep).unwrap_err();
    drop(part);
    let path = folder.path().join("a.txt");
    assert_eq!(fs::read(&path).unwrap(), b"whole");
    assert_eq!(names(folder.path()), ["a.txt"]);
    assert!(matches!(&error, StoreError::NotDurable { path: found, .. } if *found == path));
}
