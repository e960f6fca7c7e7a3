use super::*;

fn names(found: &Found) -> Vec<&str> {
    found.items.iter().map(|item| &*item.name).collect()
}

fn walked(paths: &[PathBuf]) -> Found {
    walk(paths, &CancelToken::new()).unwrap()
}

fn write(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "x").unwrap();
}

#[test]
fn a_folder_is_sent_with_what_is_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("photos");
    for name in [
        "b.jpg",
        "a/海.jpg",
        "a/z/deep.txt",
        ".hidden",
        "a/.git/config",
    ] {
        write(&root.join(name));
    }
    fs::create_dir(root.join("empty")).unwrap();
    let found = walked(&[root]);
    let expected = ["photos/b.jpg", "photos/a/海.jpg", "photos/a/z/deep.txt"];
    assert_eq!(names(&found), expected);
    assert_eq!((found.len, found.hidden, found.empty_folders), (3, 2, 1));
    assert_eq!((found.failed, found.links), (0, 0));
}

#[test]
fn a_file_that_is_given_twice_is_sent_once() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.txt");
    write(&file);
    let again = dir.path().join(".").join("a.txt");
    assert_eq!(names(&walked(&[file.clone(), again, file])), ["a.txt"]);
}

#[test]
fn files_with_one_name_get_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let paths = [
        "1/a.txt",
        "2/A.txt",
        "3/a.txt",
        "4/a (2).txt",
        "5/.env",
        "6/.env",
    ];
    let paths = paths.map(|name| dir.path().join(name));
    for path in &paths {
        write(path);
    }
    let found = walked(&paths);
    let expected = [
        "a.txt",
        "A (2).txt",
        "a (3).txt",
        "a (2) (2).txt",
        ".env",
        ".env (2)",
    ];
    assert_eq!(names(&found), expected);
}

#[test]
fn what_is_missing_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let found = walked(&[dir.path().join("gone.txt")]);
    assert_eq!((found.failed, found.items.len()), (1, 0));
    assert!(found.examples[0].name.ends_with("gone.txt"));
}

#[test]
fn a_cancel_ends_the_walk() {
    let dir = tempfile::tempdir().unwrap();
    let cancel = CancelToken::new();
    cancel.cancel();
    let result = walk(&[dir.path().to_owned()], &cancel);
    assert!(matches!(result, Err(FetchError::Cancelled)));
}

#[cfg(unix)]
#[test]
fn no_link_is_followed_out_of_a_folder() {
    use std::os::unix::fs::symlink;

    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("d");
    write(&root.join("inside.txt"));
    write(&dir.path().join("outside.txt"));
    symlink("../outside.txt", root.join("out")).unwrap();
    symlink("inside.txt", root.join("in")).unwrap();
    symlink(".", root.join("loop")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
    let found = walked(std::slice::from_ref(&root));
    assert_eq!(names(&found), ["d/in", "d/inside.txt"]);
    assert_eq!(found.links, 3);
    // What was chosen itself may be a link.
    assert_eq!(names(&walked(&[root.join("out")])), ["out"]);
}

#[cfg(target_os = "linux")]
#[test]
fn pipes_and_odd_names_are_not_sent() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("d");
    write(&root.join("good"));
    write(&root.join("line\nfeed"));
    write(&root.join(OsStr::from_bytes(b"caf\xe9")));
    mknodat(CWD, root.join("pipe"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    let found = walked(&[root]);
    assert_eq!((names(&found), found.failed), (vec!["d/good"], 3));
}
