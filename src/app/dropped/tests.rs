//! Which dropped items can be shared, and what is reported about the others.

use super::*;

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in ["a.txt", "b.txt", ".rc"] {
        fs::write(dir.path().join(file), file).unwrap();
    }
    fs::create_dir(dir.path().join("sub")).unwrap();
    fs::write(dir.path().join("sub/c.txt"), "c").unwrap();
    dir
}

/// The result of dropping these names in `folder`.
fn drop_in(folder: &Path, names: &[&str]) -> (Option<Dropped>, Vec<String>) {
    let paths = names.iter().map(|name| folder.join(name)).collect();
    let (dropped, problems) = sort(paths);
    let problems = problems.iter().map(ToString::to_string).collect();
    (dropped, problems)
}

fn entries(folder: &Path, names: &[&str], folders: usize) -> Dropped {
    Dropped::Entries(Selection {
        folder: folder.to_owned(),
        names: names.iter().map(|&name| name.to_owned()).collect(),
        folders,
        in_folder: None,
    })
}

#[test]
fn a_folder_alone_is_shared_whole_and_anything_else_by_name() {
    let dir = folder();
    let top = dir.path();
    for (names, expected) in [
        (&["sub"][..], Some(Dropped::Folder(top.join("sub")))),
        (&["a.txt"], Some(entries(top, &["a.txt"], 0))),
        (&[".rc"], Some(entries(top, &[".rc"], 0))),
        (
            &["b.txt", "a.txt", "b.txt"],
            Some(entries(top, &["a.txt", "b.txt"], 0)),
        ),
        (
            &["sub", "a.txt", "sub"],
            Some(entries(top, &["a.txt", "sub"], 1)),
        ),
        (&[], None),
    ] {
        assert_eq!(drop_in(top, names), (expected, Vec::new()), "{names:?}");
    }
}

#[test]
fn files_of_several_folders_are_rejected() {
    let dir = folder();
    for names in [
        &["a.txt", "sub/c.txt"][..],
        &["a.txt", "b.txt", "sub/c.txt"],
        &["sub", "sub/c.txt"],
        &["gone", "a.txt", "sub/c.txt"],
    ] {
        let (dropped, problems) = drop_in(dir.path(), names);
        assert_eq!((dropped, problems.len()), (None, 1), "{names:?}");
        assert!(problems[0].contains("one folder at a time"), "{problems:?}");
        assert!(problems[0].contains("c.txt"), "{problems:?}");
    }
    let root = PathBuf::from(if cfg!(windows) { "C:\\" } else { "/" });
    let (dropped, problems) = sort(vec![root, dir.path().join("a.txt")]);
    assert_eq!((dropped, problems.len()), (None, 1));
}

#[test]
fn missing_files_are_named() {
    let dir = folder();
    let names = ["1", "2", "b.txt", "3", "4", "5"];
    let (dropped, problems) = drop_in(dir.path(), &names);
    assert_eq!(dropped, Some(entries(dir.path(), &["b.txt"], 0)));
    let path = |name| dir.path().join(name).display().to_string();
    let expected = format!(
        "Cannot share {}, {}, {} and 2 more. Nothing was found there; it may have been moved or \
         deleted.",
        path("1"),
        path("2"),
        path("3")
    );
    assert_eq!(problems, [expected]);
    let (dropped, problems) = drop_in(dir.path(), &["gone"]);
    assert_eq!((dropped, problems.len()), (None, 1));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_files_and_folders_can_be_shared() {
        let dir = folder();
        let fifo = dir.path().join("fifo");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        assert!(made.unwrap().success());
        fs::write(dir.path().join("tab\tname"), "x").unwrap();
        let names = ["fifo", "tab\tname", "a.txt", "gone"];
        let (dropped, problems) = drop_in(dir.path(), &names);
        assert_eq!(dropped, Some(entries(dir.path(), &["a.txt"], 0)));
        let said: Vec<_> = ["gone", "fifo", "tab"].into_iter().zip(&problems).collect();
        assert_eq!((said.len(), problems.len()), (3, 3));
        for (name, problem) in said {
            assert!(problem.contains(name), "{problem}");
        }
        let (dropped, problems) = sort(vec!["/dev/null".into()]);
        assert_eq!((dropped, problems.len()), (None, 1));
    }

    #[test]
    fn links_are_followed() {
        let (dir, other) = (folder(), folder());
        let top = other.path().canonicalize().unwrap();
        symlink(top.join("b.txt"), dir.path().join("link")).unwrap();
        symlink(top.join("sub"), dir.path().join("folder")).unwrap();
        symlink("nowhere", dir.path().join("dangling")).unwrap();
        let (dropped, _) = drop_in(dir.path(), &["link"]);
        assert_eq!(dropped, Some(entries(&top, &["b.txt"], 0)));
        let (dropped, _) = drop_in(dir.path(), &["folder"]);
        assert_eq!(dropped, Some(Dropped::Folder(top.join("sub"))));
        let (dropped, problems) = drop_in(dir.path(), &["dangling"]);
        assert_eq!((dropped, problems.len()), (None, 1));
        // The target of the link is in another folder.
        let (dropped, problems) = drop_in(dir.path(), &["link", "a.txt"]);
        assert_eq!((dropped, problems.len()), (None, 1));
    }
}
