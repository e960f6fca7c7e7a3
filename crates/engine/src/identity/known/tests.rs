use std::fs;
use std::thread;

use super::*;

fn fingerprint(of: &str) -> Fingerprint {
    Fingerprint::of(of.as_bytes())
}

#[test]
fn an_identity_is_that_of_one_host_and_port() {
    let known = KnownIdentities::default();
    known.remember("Ann-PC", 80, fingerprint("one"));
    assert_eq!(known.get("ann-pc", 80), Some(fingerprint("one")));
    assert_eq!(known.clone().get("ANN-PC", 80), Some(fingerprint("one")));
    assert_eq!(known.get("ann-pc", 81), None);
    known.remember("ann-pc", 80, fingerprint("two"));
    assert_eq!(known.get("ann-pc", 80), Some(fingerprint("two")));
    assert_eq!(known.all().len(), 1);
    known.forget("ANN-pc", 80);
    assert_eq!(known.get("ann-pc", 80), None);
}

#[test]
fn the_oldest_is_forgotten_first() {
    let one = |port| KnownIdentity {
        host: "ann-pc".to_owned(),
        port,
        fingerprint: fingerprint("one"),
    };
    let full: Vec<_> = (1..=1000).map(one).collect();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("known-servers.json");
    fs::write(&path, serde_json::to_vec(&full).unwrap()).unwrap();
    for known in [KnownIdentities::new(full), KnownIdentities::of(dir.path())] {
        known.remember("ann-pc", 1001, fingerprint("one"));
        assert_eq!(known.get("ann-pc", 1), None);
        assert!(known.get("ann-pc", 2).is_some() && known.get("ann-pc", 1001).is_some());
        assert_eq!(known.all().len(), KnownIdentities::MOST);
    }
    let more: Vec<_> = (1..=2000).map(one).collect();
    fs::write(&path, serde_json::to_vec(&more).unwrap()).unwrap();
    assert_eq!(KnownIdentities::of(dir.path()).all(), more[1000..]);
}

#[test]
fn processes_share_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let dir = &dir.path().join("new");
    let (one, other) = (KnownIdentities::of(dir), KnownIdentities::of(dir));
    assert!(!dir.exists());
    one.remember("ann-pc", 80, fingerprint("one"));
    other.remember("bob-pc", 80, fingerprint("two"));
    assert_eq!(one.get("bob-pc", 80), Some(fingerprint("two")));
    assert_eq!(other.get("ann-pc", 80), Some(fingerprint("one")));
    one.forget("bob-pc", 80);
    assert_eq!(other.get("bob-pc", 80), None);
    assert_eq!(KnownIdentities::of(dir).all(), other.all());
    fs::remove_file(dir.join("known-servers.json")).unwrap();
    assert_eq!(one.get("ann-pc", 80), None);
}

#[test]
fn none_is_lost_where_several_are_remembered_at_once() {
    let dir = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        for at in 0..8_u16 {
            let dir = dir.path();
            scope.spawn(move || {
                let known = KnownIdentities::of(dir);
                for port in 1..=5 {
                    known.remember("ann-pc", 100 * at + port, fingerprint("one"));
                }
            });
        }
    });
    assert_eq!(KnownIdentities::of(dir.path()).all().len(), 40);
}

#[test]
fn a_damaged_file_is_put_aside() {
    let huge = format!("[{}]", " ".repeat(1 << 20));
    for damage in [
        "",
        "{}",
        "[{\"host\":\"a\",\"port\":1,\"fingerprint\":\"x\"}]",
        "[1",
        &huge,
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("known-servers.json");
        let known = KnownIdentities::of(dir.path());
        known.remember("ann-pc", 80, fingerprint("one"));
        fs::write(&path, damage).unwrap();
        // Whoever has read it before still knows what was in it.
        assert_eq!(known.get("ann-pc", 80), Some(fingerprint("one")));
        let anew = KnownIdentities::of(dir.path());
        assert_eq!(anew.all(), []);
        anew.remember("bob-pc", 80, fingerprint("two"));
        assert_eq!(KnownIdentities::of(dir.path()).all(), anew.all());
        let aside = fs::read_to_string(dir.path().join("known-servers.unreadable.json")).unwrap();
        assert!(aside == damage);
    }
}

#[test]
fn where_nothing_can_be_written_it_is_remembered_for_this_run() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let known = KnownIdentities::of(&file.join("settings"));
    known.remember("ann-pc", 80, fingerprint("one"));
    assert_eq!(known.get("ann-pc", 80), Some(fingerprint("one")));
    known.forget("ann-pc", 80);
    assert_eq!(known.get("ann-pc", 80), None);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("known-servers.json");
    let other = dir.path().join("other");
    fs::write(&other, "[]").unwrap();
    symlink(&other, &path).unwrap();
    let known = KnownIdentities::of(dir.path());
    known.remember("ann-pc", 80, fingerprint("one"));
    let data = fs::symlink_metadata(&path).unwrap();
    assert!(data.is_file());
    assert_eq!(data.permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&other).unwrap(), "[]");
}
