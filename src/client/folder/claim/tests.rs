use std::sync::LazyLock;

use super::*;
use crate::client::{Request, Target};
use crate::secret::Secret;

/// That of this installation.
static SEAL: LazyLock<Seal> = LazyLock::new(|| Seal::new(Secret::of_process(), false));

fn source(name: &str) -> Source {
    Source::of(&Request {
        host: "ann-pc".to_owned(),
        port: 8080,
        name: name.to_owned(),
        query: None,
        target: Target::Folder(PathBuf::new()),
        dialect: None,
        exists: Exists::Keep,
    })
}

/// That of a download into `folder`.
pub(in crate::client::folder) fn make(folder: &Path) -> Claim {
    Claim::make(folder, "d", source("d"), Exists::Keep, &SEAL).unwrap()
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
    assert!(Claim::find(folder, "d", &source("d/"), &SEAL).is_none());
    let claim = Claim::make(folder, "d", source("d/"), Exists::Keep, &SEAL).unwrap();
    assert!(!claim.is_old && claim.root == folder.join("d"));
    // Somebody works on it.
    assert!(Claim::find(folder, "d", &source("d/"), &SEAL).is_none());
    drop(claim);
    assert!(Claim::find(folder, "d", &source("e/d/"), &SEAL).is_none());
    assert!(Claim::find(folder, "e", &source("d/"), &SEAL).is_none());
    let claim = Claim::find(folder, "d", &source("d/"), &SEAL).unwrap();
    assert!(claim.is_old && claim.root == folder.join("d"));
    claim.clear(true);
    assert_eq!(names(folder), ["d"]);
    assert!(Claim::find(folder, "d", &source("d/"), &SEAL).is_none());
}

#[test]
fn two_at_once_have_folders_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let make = || Claim::make(folder, "d", source("d/"), Exists::Keep, &SEAL).unwrap();
    let (one, two) = (make(), make());
    assert_eq!(two.root, folder.join("[新]d"));
    assert_eq!(
        names(folder),
        ["[新]d", "d", "d (2).part", "d.part"].map(String::from)
    );
    drop(two);
    let two = Claim::find(folder, "d", &source("d/"), &SEAL).unwrap();
    assert_eq!(two.root, folder.join("[新]d"));
    two.clear(false);
    one.clear(true);
    assert_eq!(names(folder), ["d"]);
}

#[test]
fn one_that_is_there_is_filled_only_where_wanted() {
    for (exists, into) in [
        (Exists::Keep, "[新]d"),
        (Exists::Skip, "d"),
        (Exists::Overwrite, "d"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir(folder.join("d")).unwrap();
        let claim = Claim::make(folder, "d", source("d"), exists, &SEAL).unwrap();
        assert_eq!(claim.root, folder.join(into));
        // It is not ours, even if it is empty.
        claim.clear(false);
        assert_eq!(names(folder), ["d"]);
    }
    // A file is no folder to fill.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("d"), "mine").unwrap();
    let claim = Claim::make(folder.path(), "d", source("d"), Exists::Overwrite, &SEAL).unwrap();
    assert_eq!(claim.root, folder.path().join("[新]d"));
}

#[test]
fn what_stays_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let claim = Claim::make(folder, "d", source("d"), Exists::Keep, &SEAL).unwrap();
    fs::create_dir_all(claim.root.join("empty/empty")).unwrap();
    fs::create_dir_all(claim.root.join("full/empty")).unwrap();
    fs::write(claim.root.join("full/file"), "whole").unwrap();
    fs::write(claim.scratch.join("1.part"), "on its way").unwrap();
    claim.clear(false);
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
    assert!(Claim::find(folder, "d", &source("d"), &SEAL).is_none());
    let claim = Claim::make(folder, "d", source("d"), Exists::Keep, &SEAL).unwrap();
    assert_eq!(claim.scratch, folder.join("d (5).part"));
    claim.clear(false);
    assert_eq!(names(folder), before);
    assert_eq!(names(&folder.join("d.part")), ["mine"]);
}

#[test]
fn a_record_leads_nowhere_else() {
    for into in ["..", "../d", "/d", "a/b", ""] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        drop(Claim::make(folder, "d", source("d"), Exists::Keep, &SEAL).unwrap());
        let path = folder.join("d.part").join(RECORD);
        let (text, scratch) = (fs::read(&path).unwrap(), folder.join("d.part"));
        let mut record: serde_json::Value = serde_json::from_slice(unverified(&text)).unwrap();
        record["into"] = into.into();
        let record = record.to_string().into_bytes();
        fs::write(&path, SEAL.close(Kind::Folder, &scratch, record)).unwrap();
        assert!(
            Claim::find(folder, "d", &source("d"), &SEAL).is_none(),
            "{into}"
        );
    }
}

#[test]
fn wherever_making_it_is_killed_nothing_is_left_over() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let make = || Claim::make(folder, "d", source("d"), Exists::Keep, &SEAL).unwrap();
    let scratch = folder.join("d.part");
    // Before the record, and before there is anything in it.
    for has_record in [false, true] {
        fs::create_dir(&scratch).unwrap();
        if has_record {
            fs::write(scratch.join(RECORD), "").unwrap();
        }
        assert!(Claim::find(folder, "d", &source("d"), &SEAL).is_none());
        let claim = make();
        assert_eq!((&claim.scratch, &claim.root), (&scratch, &folder.join("d")));
        claim.clear(false);
        assert!(names(folder).is_empty());
    }
    // Before the folder that it names.
    drop(make());
    fs::remove_dir(folder.join("d")).unwrap();
    let claim = Claim::find(folder, "d", &source("d"), &SEAL).unwrap();
    claim.restore_root().unwrap();
    claim.clear(false);
    assert!(names(folder).is_empty());
    // While it was cleared.
    let claim = make();
    fs::write(claim.scratch.join("1.part"), "").unwrap();
    remove_all_but_record(&claim.scratch).unwrap();
    assert_eq!(names(&scratch), [RECORD]);
    drop(claim);
    let claim = Claim::find(folder, "d", &source("d"), &SEAL).unwrap();
    claim.clear(false);
    assert!(names(folder).is_empty());
}
