use std::fs;
use std::path::Path;

use super::*;

fn password(typed: &str) -> Password {
    Password::new(typed).unwrap()
}

/// The names in `dir`, without the lock.
fn names(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = names
        .map(|one| one.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "passwords.lock")
        .collect();
    names.sort();
    names
}

#[test]
fn a_password_is_for_one_host_and_port() {
    let passwords = Passwords::default();
    passwords.set("Ann-PC", 80, password("one"), false);
    assert_eq!(passwords.get("ann-pc", 80), Some(password("one")));
    assert_eq!(passwords.clone().get("ANN-PC", 80), Some(password("one")));
    assert_eq!(passwords.get("ann-pc", 81), None);
    assert_eq!(passwords.get("bob-pc", 80), None);
    passwords.set("ann-pc", 80, password("two"), false);
    assert_eq!(passwords.get("ann-pc", 80), Some(password("two")));
    assert!(!passwords.is_kept("ann-pc", 80));
    passwords.forget("ann-PC", 80);
    assert_eq!(passwords.get("ann-pc", 80), None);
    // There is no folder to keep it in.
    passwords.set("ann-pc", 80, password("one"), true);
    assert!(!passwords.is_kept("ann-pc", 80));
    assert_eq!(passwords.get("ann-pc", 80), Some(password("one")));
}

#[test]
fn the_oldest_is_forgotten_first() {
    let passwords = Passwords::default();
    for port in 1..=1001 {
        passwords.set("ann-pc", port, password("one"), false);
    }
    assert_eq!(passwords.get("ann-pc", 1), None);
    assert!(passwords.get("ann-pc", 2).is_some() && passwords.get("ann-pc", 1001).is_some());
}

#[test]
fn what_is_kept_is_there_in_the_next_run_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let dir = &dir.path().join("new");
    let passwords = Passwords::of(dir);
    assert!(!dir.exists());
    passwords.set("Ann-PC", 80, password("kept \"one\" 海"), true);
    passwords.set("bob-pc", 80, password("forgotten"), false);
    assert!(passwords.is_kept("ann-pc", 80) && !passwords.is_kept("bob-pc", 80));
    assert_eq!(passwords.kept(), [("ann-pc".to_owned(), 80)]);
    let next = Passwords::of(dir);
    assert_eq!(next.get("ann-pc", 80), Some(password("kept \"one\" 海")));
    assert_eq!(next.get("bob-pc", 80), None);
    assert_eq!(names(dir), ["passwords.json"]);
    assert!(!format!("{next:?}").contains("kept \"") && !format!("{next:?}").contains("海"));
    // For this run another one is used, and what was kept is forgotten.
    next.set("ann-pc", 80, password("other"), false);
    assert!(!next.is_kept("ann-pc", 80));
    assert_eq!(next.get("ann-pc", 80), Some(password("other")));
    assert_eq!(Passwords::of(dir).get("ann-pc", 80), None);
}

#[test]
fn what_is_kept_is_forgotten_although_another_one_is_used() {
    let dir = tempfile::tempdir().unwrap();
    for forget in [
        |passwords: &Passwords| passwords.forget("ann-pc", 80),
        |passwords: &Passwords| passwords.set("ann-pc", 80, password("three"), false),
    ] {
        Passwords::of(dir.path()).set("ann-pc", 80, password("one"), true);
        let passwords = Passwords::of(dir.path());
        passwords.set_for_now("ann-pc", 80, password("two"));
        assert_eq!(passwords.get("ann-pc", 80), Some(password("two")));
        forget(&passwords);
        assert_eq!(Passwords::of(dir.path()).get("ann-pc", 80), None);
    }
}

#[test]
fn processes_share_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (Passwords::of(dir.path()), Passwords::of(dir.path()));
    one.set("ann-pc", 80, password("one"), true);
    other.set("bob-pc", 80, password("two"), true);
    assert_eq!(one.get("bob-pc", 80), Some(password("two")));
    assert_eq!(other.get("ann-pc", 80), Some(password("one")));
    one.forget("bob-pc", 80);
    assert_eq!(other.get("bob-pc", 80), None);
    // For one of them only.
    one.set("eve-pc", 80, password("three"), false);
    other.set("ann-pc", 80, password("four"), true);
    assert_eq!(one.get("ann-pc", 80), Some(password("four")));
    assert_eq!(one.get("eve-pc", 80), Some(password("three")));
    assert_eq!(other.get("eve-pc", 80), None);
}

#[test]
fn changes_at_the_same_time_are_all_kept() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for port in 1..=8 {
            let passwords = Passwords::of(dir.path());
            scope.spawn(move || {
                for host in ["ann-pc", "bob-pc"] {
                    passwords.set(host, port, password("one"), true);
                }
            });
        }
    });
    assert_eq!(Passwords::of(dir.path()).kept().len(), 16);
}

#[test]
fn a_damaged_file_is_put_aside_by_whoever_writes_the_next() {
    for damage in [
        &b"{"[..],
        b"",
        b"[{\"host\":\"ann-pc\",\"port\":80,\"password\":\"\"}]",
        b"[{\"host\":\"ann-pc\",\"port\":80,\"password\":\"a\\nb\"}]",
        b"[{\"host\":\"ann-pc\",\"port\":99999,\"password\":\"x\"}]",
        b"\xff",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("passwords.json");
        fs::write(&path, damage).unwrap();
        make_private(&path);
        let passwords = Passwords::of(dir.path());
        assert_eq!(passwords.kept(), []);
        assert_eq!(names(dir.path()), ["passwords.json"]);
        passwords.set("ann-pc", 80, password("one"), true);
        assert!(passwords.is_kept("ann-pc", 80));
        assert_eq!(Passwords::of(dir.path()).kept().len(), 1);
        let aside = dir.path().join("passwords.unreadable.json");
        assert_eq!(fs::read(aside).unwrap(), damage);
    }
}

fn make_private(path: &Path) {
    #[cfg(unix)]
    set_mode(path, 0o600);
    #[cfg(not(unix))]
    let _ = path;
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_neither_used_nor_changed() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("passwords.json");
    Passwords::of(dir.path()).set("ann-pc", 80, password("one"), true);
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let bytes = fs::read(&path).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o666] {
        set_mode(&path, mode);
        let passwords = Passwords::of(dir.path());
        assert_eq!(passwords.get("ann-pc", 80), None, "{mode:o}");
        passwords.set("bob-pc", 80, password("two"), true);
        // For this run only.
        assert_eq!(passwords.get("bob-pc", 80), Some(password("two")));
        assert!(!passwords.is_kept("bob-pc", 80));
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
    make_private(&path);
    assert!(Passwords::of(dir.path()).get("ann-pc", 80).is_some());
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_in_its_place_does_not_block() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("passwords.json");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR, 0).unwrap();
    let passwords = Passwords::of(dir.path());
    assert_eq!(passwords.get("ann-pc", 80), None);
    passwords.set("ann-pc", 80, password("one"), true);
    assert!(passwords.is_kept("ann-pc", 80));
}
