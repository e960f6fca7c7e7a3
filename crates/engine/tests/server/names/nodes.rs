//! What is in the folder but neither a file nor a folder, and links: not found at once, never opened.

use std::fs::File;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rustix::fs::{Mode, OFlags};

use super::rig::{GOOD, Rig};
use crate::common::make_fifo;

/// Both dialects say that there is nothing; a wait would fail by the patience of the socket.
pub fn assert_missing(rig: &Rig, name: &str) {
    assert!(rig.raw(name.as_bytes()).is_empty(), "{name}");
    let mut http = rig.http();
    for target in [format!("/{name}"), format!("/{name}/")] {
        assert_eq!(http.get(&target).status, 404, "{target}");
    }
}

#[test]
fn links_out_of_the_folder_are_not_found() {
    let rig = Rig::new();
    let links = [
        ("file", "../secret.txt"),
        ("folder", ".."),
        ("sibling", "../share-secret"),
        ("winding", "sub/../../share-secret/../secret.txt"),
        ("root", "/"),
        ("passwd", "/etc/passwd"),
        ("zero", "/dev/zero"),
        ("tty", "/dev/tty"),
        ("stdin", "/dev/stdin"),
        ("magic", "/proc/self/root"),
        ("self", "/proc/self/cwd"),
        ("chain", "file"),
        ("chain2", "folder/share/../secret.txt"),
        ("loop", "loop"),
        ("loop2", "loop3"),
        ("loop3", "loop2/x"),
        ("dangling", "none"),
    ];
    for (name, target) in links {
        symlink(target, rig.inside(name)).unwrap();
    }
    symlink(rig.top.join("secret.txt"), rig.inside("absolute")).unwrap();
    symlink(&rig.top, rig.inside("sub/above")).unwrap();
    for (name, _) in links {
        assert_missing(&rig, name);
    }
    for name in [
        "absolute",
        "sub/above",
        "sub/above/secret.txt",
        "folder/secret.txt",
        "sibling/secret.txt",
        "root/etc/passwd",
        "magic/etc/passwd",
        "file/x",
    ] {
        assert_missing(&rig, name);
    }
    // Links that stay inside work, so that it is for where they lead that the others do not.
    symlink("../a.txt", rig.inside("sub/up")).unwrap();
    symlink(rig.inside("sub"), rig.inside("down")).unwrap();
    for name in ["sub/up", "down/b.txt", "down/up"] {
        assert_eq!(rig.raw(name.as_bytes()), GOOD, "{name}");
        assert_eq!(rig.http().get(&format!("/{name}")).body, GOOD, "{name}");
    }
}

#[test]
fn a_fifo_is_never_opened() {
    let rig = Rig::new();
    make_fifo(&rig.inside("fifo"));
    symlink("fifo", rig.inside("link")).unwrap();
    let opened = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            // Waits until somebody opens the other end for reading.
            let file = File::options().write(true).open(rig.inside("fifo"));
            opened.store(true, Ordering::SeqCst);
            file
        });
        for _ in 0..20 {
            assert_missing(&rig, "fifo");
            assert_missing(&rig, "link");
            rig.http().get("/");
        }
        let was_opened = opened.load(Ordering::SeqCst);
        let flags = OFlags::RDONLY | OFlags::NONBLOCK;
        let reader = rustix::fs::open(rig.inside("fifo"), flags, Mode::empty());
        assert!(writer.join().unwrap().is_ok() && reader.is_ok());
        assert!(!was_opened, "the server has opened it");
    });
}

#[test]
fn sockets_and_devices_are_not_there() {
    let rig = Rig::new();
    let _socket = UnixListener::bind(rig.inside("socket")).unwrap();
    assert_missing(&rig, "socket");
    // Only root may make devices; where the tests have the right, these are inside and still refused.
    let mut mknod = Command::new("mknod");
    let made = mknod.arg(rig.inside("zero")).args(["c", "1", "5"]).output();
    if made.is_ok_and(|made| made.status.success()) {
        assert_missing(&rig, "zero");
    }
}
