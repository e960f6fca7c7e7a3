#![allow(
    clippy::disallowed_methods,
    reason = "tests look at what is on the disk"
)]

use std::ffi::OsStr;
use std::sync::LazyLock;

use super::*;
use crate::secret::Secret;

/// That of this installation.
pub(super) static SEAL: LazyLock<Seal> = LazyLock::new(|| Seal::new(Secret::of_process(), false));

pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

pub(super) fn source(name: &str) -> Source {
    Source {
        host: "ann-pc".to_owned(),
        port: 8080,
        name: name.to_owned(),
        query: None,
        protocol: None,
    }
}

pub(super) fn create(folder: &Path, name: &str) -> PartFile {
    PartFile::create(folder, name, &source(name), &SEAL).unwrap()
}

pub(super) fn version(length: u64) -> Version {
    Version {
        validator: Some("\"1\"".to_owned()),
        length: Some(length),
        coding: None,
    }
}

fn finish(mut part: PartFile) -> PathBuf {
    part.finish(IfExists::Keep).unwrap()
}

fn save(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let mut part = create(folder, name);
    part.begin(version(bytes.len() as u64), 0, None).unwrap();
    part.write_all(bytes).unwrap();
    finish(part)
}

/// Half of `a.txt` is left behind.
pub(super) fn leave_half(folder: &Path) {
    let mut part = create(folder, "a.txt");
    part.begin(version(8), 0, None).unwrap();
    part.write_all(b"half").unwrap();
}

#[test]
fn what_is_left_is_found_by_the_same_source_only() {
    let folder = tempfile::tempdir().unwrap();
    leave_half(folder.path());
    assert_eq!(names(folder.path()), ["a.txt.part", "a.txt.part.json"]);
    assert!(PartFile::find(folder.path(), "a.txt", &source("b.txt"), &SEAL).is_none());
    let mut part = PartFile::find(folder.path(), "a.txt", &source("a.txt"), &SEAL).unwrap();
    assert_eq!((part.len(), part.version()), (4, &version(8)));
    // While it is in use nobody else finds it.
    assert!(PartFile::find(folder.path(), "a.txt", &source("a.txt"), &SEAL).is_none());
    part.begin(version(8), 4, None).unwrap();
    part.write_all(b"half").unwrap();
    let path = finish(part);
    assert_eq!(fs::read(path).unwrap(), b"halfhalf");
    assert_eq!(names(folder.path()), ["a.txt"]);
}

#[test]
fn another_download_of_that_name_leaves_the_part_alone() {
    let folder = tempfile::tempdir().unwrap();
    leave_half(folder.path());
    save(folder.path(), "a.txt", b"other");
    let part = PartFile::find(folder.path(), "a.txt", &source("a.txt"), &SEAL).unwrap();
    assert_eq!(part.len(), 4);
    part.remove();
    assert_eq!(names(folder.path()), ["a.txt"]);
}

#[test]
fn a_part_that_has_its_final_name_already_is_not_written_to() {
    let folder = tempfile::tempdir().unwrap();
    leave_half(folder.path());
    // Killed between the two calls that naming takes on some systems.
    let part = folder.path().join("a.txt.part");
    fs::hard_link(&part, folder.path().join("a.txt")).unwrap();
    assert!(PartFile::find(folder.path(), "a.txt", &source("a.txt"), &SEAL).is_none());
    assert_eq!(names(folder.path()), ["a.txt"]);
    assert_eq!(fs::read(folder.path().join("a.txt")).unwrap(), b"half");
    // Where links are not counted, the record says it.
    leave_half(folder.path());
    let mut record = Record::load(&part, &SEAL).unwrap();
    record.is_ending = true;
    record.save(&part, &SEAL).unwrap();
    assert!(PartFile::find(folder.path(), "a.txt", &source("a.txt"), &SEAL).is_none());
    assert_eq!(names(folder.path()), ["a.txt"]);
}

#[test]
fn a_name_that_is_too_long_is_said_before_anything_is_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let name = "x".repeat(256);
    let error = PartFile::create(folder.path(), &name, &source("a"), &SEAL).unwrap_err();
    assert!(matches!(error, StoreError::Write { .. }), "{error:?}");
    assert!(names(folder.path()).is_empty());
}

#[test]
fn what_nothing_can_go_on_from_goes() {
    let folder = tempfile::tempdir().unwrap();
    let mut part = create(folder.path(), "a.txt");
    part.begin(Version::default(), 0, None).unwrap();
    part.write_all(b"half").unwrap();
    drop(part);
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_record_without_its_part_goes() {
    let folder = tempfile::tempdir().unwrap();
    leave_half(folder.path());
    fs::remove_file(folder.path().join("a.txt.part")).unwrap();
    assert!(PartFile::find(folder.path(), "a.txt", &source("a.txt"), &SEAL).is_none());
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_strangers_part_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt.part"), "mine").unwrap();
    assert!(PartFile::find(folder.path(), "a.txt", &source("a.txt"), &SEAL).is_none());
    save(folder.path(), "a.txt", b"new");
    assert_eq!(names(folder.path()), ["a.txt", "a.txt.part"]);
}

#[test]
fn many_at_the_same_moment_do_not_get_in_each_others_way() {
    let folder = tempfile::tempdir().unwrap();
    let start = std::sync::Barrier::new(8);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (folder, start) = (folder.path(), &start);
            scope.spawn(move || {
                start.wait();
                for round in 0..20 {
                    assert!(PartFile::find(folder, "a", &source("b"), &SEAL).is_none());
                    save(folder, "a", format!("{number} {round}").as_bytes());
                }
            });
        }
    });
    let mut found = names(folder.path());
    assert_eq!(found.len(), 160, "{found:?}");
    found.retain(|name| name.contains(".part"));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn what_was_killed_while_it_began_goes() {
    let folder = tempfile::tempdir().unwrap();
    let part = folder.path().join("a.txt.part");
    Record::new(source("a.txt")).save(&part, &SEAL).unwrap();
    assert!(PartFile::find(folder.path(), "a.txt", &source("a.txt"), &SEAL).is_none());
    assert!(names(folder.path()).is_empty());
    fs::write(Record::path(&part), "").unwrap();
    assert!(PartFile::find(folder.path(), "a.txt", &source("a.txt"), &SEAL).is_none());
    assert!(names(folder.path()).is_empty());
    fs::write(Record::path(&part), "mine").unwrap();
    assert!(PartFile::find(folder.path(), "a.txt", &source("a.txt"), &SEAL).is_none());
    assert_eq!(names(folder.path()), ["a.txt.part.json"]);
}

#[test]
fn whatever_has_a_name_that_a_part_would_need_stays() {
    for mine in ["a.txt.part", "a.txt.part.json", "a.txt.part.json~"] {
        for content in ["mine", ""] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(mine), content).unwrap();
            save(folder.path(), "a.txt", b"new");
            assert_eq!(names(folder.path()), ["a.txt", mine]);
            let kept = fs::read_to_string(folder.path().join(mine)).unwrap();
            assert_eq!(kept, content);
        }
    }
}

#[test]
fn a_part_that_somebody_wrote_to_gets_no_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.part");
    let meddle: &[&dyn Fn()] = &[
        #[cfg(unix)]
        &|| fs::write(&path, "longer").unwrap(),
        #[cfg(unix)]
        &|| fs::write(&path, "").unwrap(),
        &|| {
            // On Windows what is open may keep its name until it is closed.
            fs::rename(&path, folder.path().join("away")).unwrap();
            fs::write(&path, "whole").unwrap();
        },
    ];
    for meddle in meddle {
        let mut part = create(folder.path(), "a");
        part.begin(version(5), 0, None).unwrap();
        part.write_all(b"whole").unwrap();
        meddle();
        let error = part.finish(IfExists::Keep).unwrap_err();
        assert!(matches!(error, StoreError::Write { .. }), "{error:?}");
        assert!(!folder.path().join("a").exists());
        part.remove();
    }
    #[cfg(windows)]
    {
        let mut part = create(folder.path(), "b");
        part.write_all(b"whole").unwrap();
        let path = folder.path().join("b.part");
        assert!(fs::write(&path, "longer").is_err());
        assert_eq!(fs::read(finish(part)).unwrap(), b"whole");
    }
}

#[test]
fn overwriting_replaces_files_but_not_folders() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), "old").unwrap();
    fs::create_dir(folder.path().join("b")).unwrap();
    for (name, stored) in [("a", "a"), ("b", "b (2)")] {
        let mut part = create(folder.path(), name);
        part.write_all(b"new").unwrap();
        let path = part.finish(IfExists::Overwrite).unwrap();
        assert_eq!(path, folder.path().join(stored));
        assert_eq!(fs::read(path).unwrap(), b"new");
    }
}

#[test]
fn the_time_of_the_last_change_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let then = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let mut part = create(folder.path(), "a");
    part.begin(version(0), 0, Some(then)).unwrap();
    // With the rest it may not be said again.
    part.begin(version(0), 0, None).unwrap();
    let path = finish(part);
    assert_eq!(fs::metadata(path).unwrap().modified().unwrap(), then);
}

#[test]
fn the_name_comes_last() {
    let folder = tempfile::tempdir().unwrap();
    let mut part = create(folder.path(), "a.txt");
    part.write_all(b"half").unwrap();
    assert_eq!(names(folder.path()), ["a.txt.part", "a.txt.part.json"]);
    let path = finish(part);
    assert_eq!(path, folder.path().join("a.txt"));
    assert_eq!(names(folder.path()), ["a.txt"]);
    assert_eq!(fs::read(path).unwrap(), b"half");
}

#[test]
fn what_is_given_up_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut part = create(folder.path(), "a.txt");
    part.write_all(b"half").unwrap();
    drop(part);
    assert!(names(folder.path()).is_empty());
}

#[test]
fn old_files_stay_and_new_ones_are_marked() {
    let folder = tempfile::tempdir().unwrap();
    for content in ["1", "2", "3", "4"] {
        save(folder.path(), "a.txt", content.as_bytes());
    }
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("a.txt"), "1");
    assert_eq!(read("a (2).txt"), "2");
    assert_eq!(read("a (3).txt"), "3");
    assert_eq!(read("a (4).txt"), "4");
}

#[test]
fn two_at_a_time_do_not_share_a_part() {
    let folder = tempfile::tempdir().unwrap();
    let mut one = create(folder.path(), "a.txt");
    let mut two = create(folder.path(), "a.txt");
    let parts = names(folder.path());
    let parts: Vec<_> = parts
        .iter()
        .filter(|name| !name.contains(".json"))
        .collect();
    assert_eq!(parts, ["a (2).txt.part", "a.txt.part"]);
    one.write_all(b"one").unwrap();
    two.write_all(b"two").unwrap();
    let two = finish(two);
    let one = finish(one);
    assert_eq!(fs::read(two).unwrap(), b"two");
    assert_eq!(fs::read(one).unwrap(), b"one");
    assert_eq!(names(folder.path()), ["a (2).txt", "a.txt"]);
}

#[test]
fn a_part_that_somebody_removed_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut part = create(folder.path(), "a");
    let path = folder.path().join("a.part");
    if cfg!(windows) {
        // What is removed may keep its name there until nobody has it open.
        fs::rename(path, folder.path().join("other")).unwrap();
    } else {
        fs::remove_file(path).unwrap();
    }
    let error = part.finish(IfExists::Keep).unwrap_err();
    assert!(matches!(error, StoreError::Write { .. }), "{error:?}");
    // Windows keeps the folder of what is open.
    #[cfg(unix)]
    {
        let mut part = create(folder.path(), "a");
        folder.close().unwrap();
        let error = part.finish(IfExists::Keep).unwrap_err();
        assert!(
            matches!(error, StoreError::FolderMissing { .. }),
            "{error:?}"
        );
    }
}

#[test]
fn the_longest_names_work() {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("{}.mkv", "x".repeat(251));
    let path = save(folder.path(), &name, b"1");
    assert_eq!(path, folder.path().join(&name));
    let path = save(folder.path(), &name, b"2");
    assert_eq!(path.file_name().unwrap().len(), 255);
    assert_eq!(path.extension(), Some(OsStr::new("mkv")));
}

#[test]
fn folders_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let gone = Err(StoreError::FolderMissing {
        folder: missing.clone(),
    });
    assert_eq!(check_folder(&missing), gone);
    assert_eq!(
        PartFile::create(&missing, "a", &source("a"), &SEAL).map(drop),
        gone
    );
    assert_eq!(check_folder(Path::new("")), Ok(()));
    for (kind, variant) in [
        (ErrorKind::StorageFull, "DiskFull"),
        (ErrorKind::ReadOnlyFilesystem, "NotWritable"),
        (ErrorKind::FileTooLarge, "FileTooLarge"),
        (ErrorKind::Other, "Write"),
    ] {
        let error = format!("{:?}", write_error(&kind.into(), &missing, &missing));
        assert!(error.starts_with(&format!("{variant} {{")), "{error}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let mut part = create(folder.path(), "a");
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    part.file = Arc::new(full);
    let error = part.write_all(b"x").unwrap_err();
    let folder = folder.path().to_owned();
    let lacking = None;
    let full = StoreError::DiskFull { folder, lacking };
    assert_eq!(part.error(&error), full);
}
