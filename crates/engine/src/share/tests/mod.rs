use std::fs;
use std::io::ErrorKind;

use super::*;

#[cfg(unix)]
mod cycles;
#[cfg(unix)]
mod omitted;

fn shown(hidden: bool) -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(hidden))
}

fn name(text: &str) -> ShareName {
    if text.is_empty() {
        ShareName::default()
    } else {
        ShareName::from_raw(text.as_bytes()).unwrap()
    }
}

fn file(share: &Share, path: &str) -> SharedFile {
    match share.find(&name(path)).unwrap() {
        Found::File(file) => file,
        Found::Folder(_) => panic!("{path} is a folder"),
    }
}

fn names(share: &Share, path: &str) -> Vec<String> {
    let folder = folder(share, path);
    let list = list(&folder);
    folder.entries(&list).map(|entry| entry.name).collect()
}

fn list(folder: &SharedFolder) -> NameList {
    folder.listing().unwrap().finish(|_| true).unwrap()
}

/// The shared folder, or one inside it.
fn folder(share: &Share, path: &str) -> SharedFolder {
    match share.find(&name(path)).unwrap() {
        Found::Folder(folder) => folder,
        Found::File(_) => panic!("{path} is a file"),
    }
}

fn refusal(share: &Share, path: &str) -> ErrorKind {
    share.find(&name(path)).unwrap_err().kind()
}

#[test]
fn files_and_folders_are_found_and_listed_folders_first() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("zoo")).unwrap();
    fs::write(dir.path().join("zoo/inner.txt"), "12345").unwrap();
    for file in ["b.txt", "A.txt", "海.txt"] {
        fs::write(dir.path().join(file), "x").unwrap();
    }
    let share = Share::open(dir.path(), shown(false)).unwrap();
    assert_eq!(names(&share, ""), ["zoo", "A.txt", "b.txt", "海.txt"]);
    assert_eq!(names(&share, "zoo"), ["inner.txt"]);
    assert_eq!(file(&share, "zoo/inner.txt").len, 5);
    assert_eq!(refusal(&share, "none"), ErrorKind::NotFound);
    assert_eq!(refusal(&share, "A.txt/x"), ErrorKind::NotFound);
    assert_eq!(folder(&share, "").count(|_| true).files, 4);
}

#[test]
fn hidden_names_are_served_only_if_enabled() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".git")).unwrap();
    fs::write(dir.path().join(".git/config"), "x").unwrap();
    let hidden = shown(false);
    let share = Share::open(dir.path(), Arc::clone(&hidden)).unwrap();
    assert!(names(&share, "").is_empty());
    assert_eq!(refusal(&share, ".git/config"), ErrorKind::NotFound);
    hidden.store(true, Ordering::Relaxed);
    assert_eq!(names(&share, ""), [".git"]);
    assert_eq!(file(&share, ".git/config").len, 1);
}

#[test]
fn the_etag_changes_with_the_content() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    fs::write(&path, "one").unwrap();
    let share = Share::open(dir.path(), shown(false)).unwrap();
    let tag = || file(&share, "a").etag.opaque().to_owned();
    let first = tag();
    assert_eq!(first, tag());
    assert!(first.starts_with("\"3-") && first.ends_with('"'), "{first}");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    // Replaced by another file with the same length and time.
    fs::write(dir.path().join("b"), "two").unwrap();
    let other = fs::File::options()
        .write(true)
        .open(dir.path().join("b"))
        .unwrap();
    other.set_modified(modified).unwrap();
    fs::rename(dir.path().join("b"), &path).unwrap();
    assert_ne!(first, tag());
}

#[test]
fn an_etag_reveals_only_the_length() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    fs::write(&path, "one").unwrap();
    let share = || Share::open(dir.path(), shown(false)).unwrap();
    let [one, other] = [(); 2].map(|()| {
        // As if in two processes.
        let folder = tempfile::tempdir().unwrap();
        let kept = || Secret::of(Some(folder.path()));
        let tag = || file(&share().with_secret(kept()), "a").etag;
        assert_eq!(tag().opaque(), tag().opaque());
        tag().opaque().to_owned()
    });
    // Without the secret, nobody can guess the other inputs by trial and error.
    assert_ne!(one, other);
    assert_eq!(one.len(), "\"3-\"".len() + 32);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let inode = fs::metadata(&path).unwrap().ino();
        assert!(inode < 0x1000 || !one.contains(&format!("{inode:x}")));
    }
}

#[test]
fn an_etag_is_weak_while_the_file_has_just_changed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    fs::write(&path, "one").unwrap();
    let share = Share::open(dir.path(), shown(false)).unwrap();
    let now = SystemTime::now();
    let secs = std::time::Duration::from_secs;
    for (modified, is_weak) in [
        (now, true),
        (now - secs(2), false),
        (now - secs(3600), false),
    ] {
        filetime::set_file_mtime(&path, modified.into()).unwrap();
        let tag = file(&share, "a").etag;
        assert_eq!(tag.to_string().starts_with("W/\""), is_weak, "{tag}");
        assert_eq!(tag.matches_strongly(tag.opaque()), !is_weak);
        assert!(!tag.matches_strongly(&format!("W/{}", tag.opaque())));
        assert!(
            tag.matches_weakly(tag.opaque()) && tag.matches_weakly(&format!("W/{}", tag.opaque()))
        );
        assert!(!tag.matches_weakly("\"3-0\""));
    }
    // A modification time in the future is ignored if there is a status change time.
    filetime::set_file_mtime(&path, (now + secs(3600)).into()).unwrap();
    let metadata = Metadata::from_file(&fs::File::open(&path).unwrap()).unwrap();
    assert_eq!(etag::is_recent(&metadata, now), cfg!(unix));
    let later = SystemTime::now() + secs(3);
    assert!(!etag::is_recent(&metadata, later));
}

#[test]
fn a_date_far_in_the_future_is_not_recent_without_a_status_change_time() {
    let now = SystemTime::now();
    let secs = std::time::Duration::from_secs;
    let is_recent = |modified, status| etag::is_recent_of(modified, status, now);
    for (modified, expected) in [
        (Some(now), true),
        (Some(now - secs(3)), false),
        // A file server whose clock is ahead.
        (Some(now + secs(60)), true),
        (Some(now + secs(3600)), false),
        (None, true),
    ] {
        assert_eq!(is_recent(modified, None), expected, "{modified:?}");
    }
    let future = Some(now + secs(3600));
    assert!(is_recent(future, Some(now)) && !is_recent(future, Some(now - secs(3))));
    assert!(is_recent(future, future));
}

#[test]
fn times_before_1970_are_distinct() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a"), "one").unwrap();
    let share = Share::open(dir.path(), shown(false)).unwrap();
    let open = file(&share, "a");
    let at = |secs| SystemTime::UNIX_EPOCH - std::time::Duration::from_secs(secs);
    let times = [at(157_766_400), at(1), at(0)];
    for modified in times {
        filetime::set_file_mtime(dir.path().join("a"), modified.into()).unwrap();
        assert_eq!(file(&share, "a").modified, Some(modified));
    }
    let mut nanos = times.map(etag::nanos).to_vec();
    nanos.dedup();
    assert_eq!(nanos.len(), 3, "{nanos:?}");
    assert!(!open.is_unchanged());
}

#[test]
fn changes_to_an_open_file_are_detected() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    fs::write(&path, "one").unwrap();
    let share = Share::open(dir.path(), shown(false)).unwrap();
    let open = file(&share, "a");
    let other = open.try_clone().unwrap();
    assert!(open.is_unchanged() && other.is_unchanged());
    assert!(open.changed >= open.modified && open.changed <= Some(SystemTime::now()));
    fs::write(&path, "three").unwrap();
    assert!(!open.is_unchanged() && !other.is_unchanged());
    assert_eq!(other.etag, open.etag);
}

#[test]
fn a_missing_folder_or_a_file_cannot_be_shared() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a"), "").unwrap();
    assert!(Share::open(&dir.path().join("none"), shown(false)).is_err());
    assert!(Share::open(&dir.path().join("a"), shown(false)).is_err());
}

#[cfg(windows)]
mod windows {
    use super::*;

    #[test]
    fn a_file_being_sent_can_be_renamed_changed_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let (path, other) = (dir.path().join("a"), dir.path().join("b"));
        fs::write(&path, "one").unwrap();
        let share = Share::open(dir.path(), shown(false)).unwrap();
        let open = file(&share, "a");
        fs::rename(&path, &other).unwrap();
        fs::write(&other, "three").unwrap();
        assert!(!open.is_unchanged());
        fs::remove_file(&other).unwrap();
        drop(open);
        assert!(names(&share, "").is_empty());
    }

    #[test]
    fn one_file_has_one_name() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.txt"), "x").unwrap();
        let share = Share::open(dir.path(), shown(false)).unwrap();
        assert_eq!(file(&share, "A.TXT").len, 1);
        for other in [
            "a.txt.",
            "a.txt ",
            "a.txt::$DATA",
            "sub\\..\\a.txt",
            "nul",
            "COM1.txt",
        ] {
            assert!(ShareName::from_raw(other.as_bytes()).is_err(), "{other}");
        }
    }

    #[test]
    fn an_exclusively_opened_file_is_an_error_and_not_a_folder() {
        use std::os::windows::fs::OpenOptionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, "x").unwrap();
        let share = Share::open(dir.path(), shown(false)).unwrap();
        let kept = fs::OpenOptions::new()
            .read(true)
            .share_mode(0)
            .open(&path)
            .unwrap();
        assert_ne!(refusal(&share, "a"), ErrorKind::NotFound);
        drop(kept);
        assert_eq!(file(&share, "a").len, 1);
    }

    #[test]
    fn a_shared_folder_cannot_be_removed() {
        let dir = tempfile::tempdir().unwrap();
        let share = Share::open(dir.path(), shown(false)).unwrap();
        assert!(fs::remove_dir(dir.path()).is_err());
        assert!(share.is_there());
        drop(share);
        dir.close().unwrap();
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    #[test]
    fn links_work_inside_but_not_to_the_outside() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "x").unwrap();
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(dir.path().join("real"), "12").unwrap();
        symlink("real", dir.path().join("good")).unwrap();
        symlink("../real", dir.path().join("sub/up")).unwrap();
        symlink(outside.path().join("secret"), dir.path().join("bad")).unwrap();
        symlink(outside.path(), dir.path().join("out")).unwrap();
        symlink("loop", dir.path().join("loop")).unwrap();
        symlink(dir.path().join("real"), dir.path().join("absolute")).unwrap();
        fs::create_dir(dir.path().join("other")).unwrap();
        fs::write(dir.path().join("other/file"), "12").unwrap();
        symlink(dir.path().join("other"), dir.path().join("sub/beside")).unwrap();
        let share = Share::open(dir.path(), shown(false)).unwrap();
        assert_eq!(file(&share, "good").len, 2);
        assert_eq!(file(&share, "sub/up").len, 2);
        assert_eq!(file(&share, "absolute").len, 2);
        assert_eq!(file(&share, "sub/beside/file").len, 2);
        for path in ["bad", "out", "out/secret", "loop"] {
            assert_eq!(refusal(&share, path), ErrorKind::NotFound, "{path}");
        }
        let all = ["other", "sub", "absolute", "good", "real"];
        assert_eq!(names(&share, ""), all);
        assert_eq!(names(&share, "sub"), ["beside", "up"]);
        assert_eq!(names(&share, "sub/beside"), ["file"]);
    }

    #[test]
    fn a_fifo_is_not_served_and_does_not_block() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("fifo");
        let made = Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let share = Share::open(dir.path(), shown(false)).unwrap();
        assert_eq!(refusal(&share, "fifo"), ErrorKind::NotFound);
        assert!(names(&share, "").is_empty());
    }

    #[test]
    fn a_removed_folder_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let share = Share::open(dir.path(), shown(false)).unwrap();
        assert!(share.is_there());
        dir.close().unwrap();
        assert!(!share.is_there());
        assert_eq!(refusal(&share, "a"), ErrorKind::NotFound);
    }
}
