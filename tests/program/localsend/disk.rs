//! A disk that is full before, or while something is received. It is a tmpfs in a mount namespace that only the program
//! sees.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::{Serving, offered};
use crate::common::{noise, status};
use crate::landline;

/// A twentieth of it stays free.
const DISK_LEN: u64 = 200 << 20;

/// Receives onto that disk; nothing where this user may have none.
fn serving() -> Option<Serving> {
    let namespace = ["--user", "--map-root-user", "--mount"];
    let may_mount = Command::new("unshare").args(namespace).arg("true").status();
    if !may_mount.is_ok_and(|status| status.success()) {
        eprintln!("not tested, this user may not have a mount namespace");
        return None;
    }
    let mount = tempfile::tempdir().unwrap();
    let script = format!(r#"mount -t tmpfs -o size={DISK_LEN} tmpfs "$1" && shift && exec "$@""#);
    let mut command = Command::new("unshare");
    command
        .args(namespace)
        .args(["sh", "-c", &script, "sh"])
        .arg(mount.path())
        .arg(landline().get_program())
        .env("LC_ALL", "C")
        .env_remove("LANGUAGE")
        .env_remove("RUST_LOG");
    let mut serving = Serving::spawn_by(command, mount, &["--localsend-port", "0"]);
    serving.port = serving.port();
    Some(serving)
}

#[test]
fn what_does_not_fit_is_refused_before_it_comes_and_when_others_have_filled_the_disk() {
    let Some(mut serving) = serving() else {
        return;
    };
    let disk = Path::new("/proc")
        .join(serving.child.id().to_string())
        .join("root")
        .join(serving.received.path().strip_prefix("/").unwrap());
    let names = || -> Vec<_> {
        let entries = fs::read_dir(&disk).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    };
    let device = serving.device(true);
    let files = json!({ "one": {
        "id": "one", "fileName": "huge", "size": DISK_LEN, "fileType": "a/b",
    }});
    let answer = device.prepare(&files, "");
    assert_eq!(status(&answer), 507, "{answer}");
    assert!(answer.contains("Not enough space"), "{answer}");
    serving.prints("huge");
    for (name, len) in [("film", 50 << 20), ("short", 4_000)] {
        let content = noise(len);
        let accepted = device.offer(&offered(name, &content), "");
        fs::write(disk.join("filler"), vec![1; 195 << 20]).unwrap();
        let answer = device.upload(&accepted, &content, false);
        assert_eq!(status(&answer), 507, "{answer}");
        assert!(answer.contains("Not enough space"), "{answer}");
        assert_eq!(names(), ["filler"]);
        fs::remove_file(disk.join("filler")).unwrap();
        let accepted = device.offer(&offered(name, &content), "");
        assert_eq!(status(&device.upload(&accepted, &content, false)), 200);
        assert!(fs::read(disk.join(name)).unwrap() == content);
        fs::remove_file(disk.join(name)).unwrap();
        // One line about each.
        let refused = serving.prints(name);
        assert!(refused.contains("not received"), "{refused}");
        let received = serving.printed.next().unwrap().unwrap();
        assert!(!received.contains("not received"), "{received}");
    }
}
