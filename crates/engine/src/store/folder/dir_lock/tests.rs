use std::sync::LazyLock;

use super::*;
use crate::secret::Secret;

const KEEP: (IfExists, CopyNaming) = (IfExists::Keep, CopyNaming::Number);

/// That of this installation.
static SEAL: LazyLock<Seal> = LazyLock::new(|| Seal::new(Secret::of_process(), false));

fn source(name: &str) -> Source {
    Source {
        host: "ann-pc".to_owned(),
        port: 8080,
        name: name.to_owned(),
        query: None,
        protocol: None,
    }
}

/// That of a download into `folder`.
pub(crate) fn make(folder: &Path) -> DirLock {
    DirLock::make(folder, "d", source("d"), KEEP, &SEAL).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_was_begun_is_found_by_the_same_request_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(DirLock::find(folder, "d", &source("d/"), &SEAL).is_none());
    let dir_lock = DirLock::make(folder, "d", source("d/"), KEEP, &SEAL).unwrap();
    assert!(!dir_lock.is_old && dir_lock.root == folder.join("d"));
    // Somebody works on it.
    assert!(DirLock::find(folder, "d", &source("d/"), &SEAL).is_none());
    drop(dir_lock);
    assert!(DirLock::find(folder, "d", &source("e/d/"), &SEAL).is_none());
    assert!(DirLock::find(folder, "e", &source("d/"), &SEAL).is_none());
    let dir_lock = DirLock::find(folder, "d", &source("d/"), &SEAL).unwrap();
    assert!(dir_lock.is_old && dir_lock.root == folder.join("d"));
    dir_lock.clear(true);
    assert_eq!(names(folder), ["d"]);
    assert!(DirLock::find(folder, "d", &source("d/"), &SEAL).is_none());
}

#[test]
fn two_at_once_have_folders_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let make = || DirLock::make(folder, "d", source("d/"), KEEP, &SEAL).unwrap();
    let (one, two) = (make(), make());
    assert_eq!(two.root, folder.join("d (2)"));
    assert_eq!(
        names(folder),
        ["d", "d (2)", "d (2).part", "d.part"].map(String::from)
    );
    drop(two);
    let two = DirLock::find(folder, "d", &source("d/"), &SEAL).unwrap();
    assert_eq!(two.root, folder.join("d (2)"));
    two.clear(false);
    one.clear(true);
    assert_eq!(names(folder), ["d"]);
}

#[test]
fn one_that_is_there_is_filled_only_where_wanted() {
    for (exists, into) in [
        (IfExists::Keep, "d (2)"),
        (IfExists::Skip, "d"),
        (IfExists::Overwrite, "d"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir(folder.join("d")).unwrap();
        let dir_lock = DirLock::make(
            folder,
            "d",
            source("d"),
            (exists, CopyNaming::default()),
            &SEAL,
        )
        .unwrap();
        assert_eq!(dir_lock.root, folder.join(into));
        // It is not ours, even if it is empty.
        dir_lock.clear(false);
        assert_eq!(names(folder), ["d"]);
    }
    // A file is no folder to fill.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("d"), "mine").unwrap();
    let dir_lock = DirLock::make(
        folder.path(),
        "d",
        source("d"),
        (IfExists::Overwrite, CopyNaming::default()),
        &SEAL,
    )
    .unwrap();
    assert_eq!(dir_lock.root, folder.path().join("d (2)"));
}

#[test]
fn what_stays_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let dir_lock = DirLock::make(folder, "d", source("d"), KEEP, &SEAL).unwrap();
    fs::create_dir_all(dir_lock.root.join("empty/empty")).unwrap();
    fs::create_dir_all(dir_lock.root.join("full/empty")).unwrap();
    fs::write(dir_lock.root.join("full/file"), "whole").unwrap();
    fs::write(dir_lock.scratch.join("1.part"), "on its way").unwrap();
    dir_lock.clear(false);
    assert_eq!(names(folder), ["d"]);
    assert_eq!(names(&folder.join("d")), ["full"]);
    assert_eq!(names(&folder.join("d/full")), ["file"]);
}

#[test]
fn what_is_somebody_elses_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("d.part")).unwrap();
    fs::write(folder.join("d.part/mine"), "mine").unwrap();
    fs::write(folder.join("d (2).part"), "mine").unwrap();
    fs::create_dir(folder.join("d (3).part")).unwrap();
    fs::write(folder.join("d (3).part").join(RECORD), "{\"mine\":1}").unwrap();
    fs::create_dir(folder.join("d (4).part")).unwrap();
    let long = vec![b' '; usize::try_from(RECORD_MAX_LEN).unwrap() + 1];
    fs::write(folder.join("d (4).part").join(RECORD), long).unwrap();
    let before = names(folder);
    assert!(DirLock::find(folder, "d", &source("d"), &SEAL).is_none());
    let dir_lock = DirLock::make(folder, "d", source("d"), KEEP, &SEAL).unwrap();
    assert_eq!(dir_lock.scratch, folder.join("d (5).part"));
    dir_lock.clear(false);
    assert_eq!(names(folder), before);
    assert_eq!(names(&folder.join("d.part")), ["mine"]);
}

#[test]
fn a_record_leads_nowhere_else() {
    for into in ["..", "../d", "/d", "a/b", ""] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        drop(DirLock::make(folder, "d", source("d"), KEEP, &SEAL).unwrap());
        let path = folder.join("d.part").join(RECORD);
        let (text, scratch) = (fs::read(&path).unwrap(), folder.join("d.part"));
        let mut record: serde_json::Value = serde_json::from_slice(unverified(&text)).unwrap();
        record["into"] = into.into();
        let record = record.to_string().into_bytes();
        fs::write(&path, SEAL.close(Kind::Folder, &scratch, record)).unwrap();
        assert!(
            DirLock::find(folder, "d", &source("d"), &SEAL).is_none(),
            "{into}"
        );
    }
}

#[test]
fn wherever_making_it_is_killed_nothing_is_left_over() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let make = || DirLock::make(folder, "d", source("d"), KEEP, &SEAL).unwrap();
    let scratch = folder.join("d.part");
    // Before the record, and before there is anything in it.
    for has_record in [false, true] {
        fs::create_dir(&scratch).unwrap();
        if has_record {
            fs::write(scratch.join(RECORD), "").unwrap();
        }
        assert!(DirLock::find(folder, "d", &source("d"), &SEAL).is_none());
        let dir_lock = make();
        assert_eq!(
            (&dir_lock.scratch, &dir_lock.root),
            (&scratch, &folder.join("d"))
        );
        dir_lock.clear(false);
        assert!(names(folder).is_empty());
    }
    // Before the folder that it names.
    drop(make());
    fs::remove_dir(folder.join("d")).unwrap();
    let dir_lock = DirLock::find(folder, "d", &source("d"), &SEAL).unwrap();
    dir_lock.restore_root().unwrap();
    dir_lock.clear(false);
    assert!(names(folder).is_empty());
    // While it was cleared.
    let dir_lock = make();
    fs::write(dir_lock.scratch.join("1.part"), "").unwrap();
    remove_all_but_record(&dir_lock.scratch).unwrap();
    assert_eq!(names(&scratch), [RECORD]);
    drop(dir_lock);
    let dir_lock = DirLock::find(folder, "d", &source("d"), &SEAL).unwrap();
    dir_lock.clear(false);
    assert!(names(folder).is_empty());
}
