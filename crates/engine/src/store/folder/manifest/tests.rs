use std::thread;

use proptest::prelude::*;

use super::*;
use crate::transport::CancelToken;

fn entry(path: &str, is_folder: bool, size: Option<u64>) -> Entry {
    Entry {
        path: path.to_owned(),
        is_folder,
        at: None,
        local: None,
        above: Vec::new(),
        size,
        modified: None,
    }
}

fn manifest() -> (tempfile::TempDir, Arc<Manifest>, Appender) {
    let folder = tempfile::tempdir().unwrap();
    let (manifest, appender) = Manifest::create(&folder.path().join("found")).unwrap();
    (folder, manifest, appender)
}

/// All that `reader` has for now, and whether that is the end.
fn rest(reader: &mut Reader) -> (Vec<Entry>, bool) {
    let mut entries = Vec::new();
    loop {
        match reader.poll().unwrap() {
            Next::Ready(entry) => entries.push(entry),
            Next::NotYet => return (entries, false),
            Next::End => return (entries, true),
        }
    }
}

#[test]
fn what_is_appended_is_there_at_once() {
    let (_folder, manifest, mut appender) = manifest();
    let mut files = manifest.files().unwrap();
    let mut folders = manifest.folders().unwrap();
    assert_eq!(files.poll().unwrap(), Next::NotYet);
    let (a, b, c) = (
        entry("a", true, None),
        entry("a/海\n\"b", false, Some(3)),
        entry("c", false, None),
    );
    appender.append(&a).unwrap();
    assert_eq!(files.poll().unwrap(), Next::NotYet);
    assert_eq!(folders.poll().unwrap(), Next::Ready(a.clone()));
    appender.append(&b).unwrap();
    appender.append(&c).unwrap();
    assert_eq!(rest(&mut files), (vec![b, c], false));
    assert_eq!(rest(&mut folders), (vec![], false));
    appender.finish().unwrap();
    assert_eq!(rest(&mut files), (vec![], true));
    assert_eq!(rest(&mut folders), (vec![], true));
    // One that comes late begins at the beginning.
    assert_eq!(rest(&mut manifest.folders().unwrap()), (vec![a], true));
}

#[test]
fn everything_is_counted() {
    let (_folder, manifest, mut appender) = manifest();
    assert_eq!(manifest.counts(), Counts::default());
    appender.append(&entry("a", true, None)).unwrap();
    appender.append(&entry("a/b", false, Some(3))).unwrap();
    appender.append(&entry("a/c", false, None)).unwrap();
    let expected = Counts {
        files: 2,
        folders: 1,
        bytes: 3,
        unsized_files: 1,
        is_listed: false,
    };
    assert_eq!(manifest.counts(), expected);
    appender
        .append(&entry("a/d", false, Some(u64::MAX)))
        .unwrap();
    appender.finish().unwrap();
    assert_eq!(manifest.counts().bytes, u64::MAX);
    assert!(manifest.counts().is_listed);
}

#[test]
fn a_list_that_broke_off_is_not_whole() {
    let (_folder, manifest, mut appender) = manifest();
    let mut files = manifest.files().unwrap();
    appender.append(&entry("a", false, None)).unwrap();
    drop(appender);
    assert!(!manifest.counts().is_listed);
    // Whatever was found is not all there is, so none of it counts as the last.
    let error = loop {
        match files.poll() {
            Ok(Next::Ready(_)) => {}
            Ok(other) => panic!("{other:?}"),
            Err(e) => break e,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Interrupted);
}

#[test]
fn the_file_goes_with_the_last_user() {
    let (folder, manifest, appender) = manifest();
    let path = folder.path().join("found");
    let files = manifest.files().unwrap();
    drop((manifest, appender));
    assert!(path.exists());
    drop(files);
    assert!(!path.exists());
}

#[test]
fn what_an_earlier_run_left_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("found");
    fs::write(&path, "old").unwrap();
    let (manifest, appender) = Manifest::create(&path).unwrap();
    appender.finish().unwrap();
    assert_eq!(rest(&mut manifest.files().unwrap()), (vec![], true));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_so_at_both_ends() {
    let (_folder, manifest, mut appender) = manifest();
    let mut files = manifest.files().unwrap();
    manifest.state.lock().file = OpenOptions::new().write(true).open("/dev/full").unwrap();
    appender.append(&entry("a", false, None)).unwrap();
    assert_eq!(files.poll().unwrap_err().kind(), ErrorKind::StorageFull);
    assert_eq!(files.poll().unwrap_err().kind(), ErrorKind::StorageFull);
    let error = appender.append(&entry("b", false, None)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    assert_eq!(
        appender.finish().unwrap_err().kind(),
        ErrorKind::StorageFull
    );
}

#[test]
fn who_waits_is_woken() {
    let (_folder, manifest, mut appender) = manifest();
    let (mut files, mut other) = (manifest.files().unwrap(), manifest.files().unwrap());
    let cancel = CancelToken::new();
    let nobody = cancel.clone();
    let worker = thread::spawn(move || {
        let mut taken = Vec::new();
        while let Some(entry) = files.take(&nobody).unwrap() {
            taken.push(entry.path);
        }
        taken
    });
    for path in ["a", "b", "c"] {
        appender.append(&entry(path, false, None)).unwrap();
        assert_eq!(other.take(&cancel).unwrap().unwrap().path, path);
    }
    appender.finish().unwrap();
    assert_eq!(worker.join().unwrap(), ["a", "b", "c"]);
}

#[test]
fn a_cancel_ends_the_wait() {
    let (_folder, manifest, mut appender) = manifest();
    let mut files = manifest.files().unwrap();
    let cancel = CancelToken::new();
    let switch = cancel.clone();
    let worker = thread::spawn(move || files.take(&switch).unwrap());
    cancel.cancel();
    assert_eq!(worker.join().unwrap(), None);
    appender.append(&entry("a", false, None)).unwrap();
    assert_eq!(manifest.files().unwrap().take(&cancel).unwrap(), None);
}

#[test]
fn many_entries_pass_between_threads() {
    let (_folder, manifest, mut appender) = manifest();
    let readers: Vec<_> = (0..3)
        .map(|n| {
            let mut reader = if n == 0 {
                manifest.folders()
            } else {
                manifest.files()
            }
            .unwrap();
            thread::spawn(move || {
                let cancel = CancelToken::new();
                let mut numbers = Vec::new();
                while let Some(entry) = reader.take(&cancel).unwrap() {
                    numbers.push(entry.size.unwrap());
                }
                numbers
            })
        })
        .collect();
    let is_folder = |n: &u64| n.is_multiple_of(10);
    for n in 0..20_000 {
        let path = format!("some/folder/with/{n}");
        appender
            .append(&entry(&path, is_folder(&n), Some(n)))
            .unwrap();
    }
    appender.finish().unwrap();
    let got: Vec<Vec<u64>> = readers.into_iter().map(|it| it.join().unwrap()).collect();
    assert_eq!(got[0], (0..20_000).filter(is_folder).collect::<Vec<_>>());
    for files in &got[1..] {
        assert_eq!(
            *files,
            (0..20_000).filter(|n| !is_folder(n)).collect::<Vec<_>>()
        );
    }
}

/// What happens to a list, in any order.
#[derive(Clone, Debug)]
enum Step {
    Append(Entry),
    ReadFile,
    ReadFolder,
}

fn step() -> impl Strategy<Value = Step> {
    let entry = (
        "[\\PC\\pC]{1,30}|x{9000}",
        any::<bool>(),
        any::<Option<u64>>(),
    );
    prop_oneof![
        3 => entry.prop_map(|(path, is_folder, size)| Step::Append(entry_of(path, is_folder, size))),
        1 => Just(Step::ReadFile),
        1 => Just(Step::ReadFolder),
    ]
}

fn entry_of(path: String, is_folder: bool, size: Option<u64>) -> Entry {
    Entry {
        path,
        is_folder,
        at: None,
        local: None,
        above: Vec::new(),
        size,
        modified: size
            .map(|n| std::time::UNIX_EPOCH + std::time::Duration::from_secs(n % 100_000_000_000)),
    }
}

proptest! {
    #[test]
    fn all_comes_out_in_order_and_once(steps in proptest::collection::vec(step(), 0..60)) {
        let (_folder, manifest, mut appender) = manifest();
        let mut readers = [manifest.files().unwrap(), manifest.folders().unwrap()];
        let mut appended = [Vec::new(), Vec::new()];
        let mut got = [Vec::new(), Vec::new()];
        for step in steps {
            let which = match step {
                Step::Append(entry) => {
                    appender.append(&entry).unwrap();
                    appended[usize::from(entry.is_folder)].push(entry);
                    continue;
                }
                Step::ReadFile => 0,
                Step::ReadFolder => 1,
            };
            match readers[which].poll().unwrap() {
                Next::Ready(entry) => got[which].push(entry),
                Next::NotYet => prop_assert_eq!(&got[which], &appended[which]),
                Next::End => panic!("it is not the end"),
            }
        }
        appender.finish().unwrap();
        for which in [0, 1] {
            let (left, is_end) = rest(&mut readers[which]);
            prop_assert!(is_end);
            got[which].extend(left);
            prop_assert_eq!(&got[which], &appended[which]);
        }
        let counts = manifest.counts();
        prop_assert_eq!(counts.files, appended[0].len() as u64);
        prop_assert_eq!(counts.folders, appended[1].len() as u64);
    }
}

#[test]
fn a_file_that_is_a_folder_is_listed_before_the_last_one_is_settled() {
    let (_folder, manifest, mut appender) = manifest();
    let (mut files, mut folders) = (manifest.files().unwrap(), manifest.folders().unwrap());
    appender.append(&entry("a", false, Some(10))).unwrap();
    appender.append(&entry("b", false, None)).unwrap();
    assert_eq!(rest(&mut folders), (vec![], false));
    let (found, _) = rest(&mut files);
    assert_eq!(found.len(), 2);
    for file in found {
        assert!(!manifest.is_settled());
        manifest.turn(file).unwrap();
        manifest.settle();
    }
    assert!(manifest.is_settled());
    let (turned, _) = rest(&mut folders);
    assert_eq!(turned, [entry("a", true, None), entry("b", true, None)]);
    let counts = manifest.counts();
    assert_eq!((counts.files, counts.folders), (0, 2));
    assert_eq!((counts.bytes, counts.unsized_files), (0, 0));
}
