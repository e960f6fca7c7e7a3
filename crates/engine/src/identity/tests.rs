use std::fs;
use std::sync::Barrier;

use super::*;

#[test]
fn concurrent_starts_agree_on_one_identity() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("new").join("landline");
    let start = Barrier::new(8);
    let found: Vec<_> = std::thread::scope(|scope| {
        let one = || {
            scope.spawn(|| {
                start.wait();
                Identity::of(&dir).unwrap().fingerprint()
            })
        };
        let all: Vec<_> = (0..8).map(|_| one()).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(found.iter().all(|one| *one == found[0]));
    assert_eq!(Identity::of(&dir).unwrap().fingerprint(), found[0]);
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
    assert_ne!(Identity::generate().unwrap().fingerprint(), found[0]);
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_key() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let identity = Identity::of(dir.path()).unwrap();
    let path = dir.path().join("identity.pem");
    let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    let found = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(found & 0o777, 0o600);
    for exposed in [0o640, 0o620, 0o604, 0o602, 0o610, 0o666] {
        mode(exposed);
        let error = Identity::of(dir.path()).unwrap_err();
        assert_eq!(error, IdentityError::Exposed { path: path.clone() });
    }
    for private in [0o400, 0o600, 0o700] {
        mode(private);
        let again = Identity::of(dir.path()).unwrap();
        assert_eq!(again.fingerprint(), identity.fingerprint());
    }
}

/// Writes `bytes` where the identity is, and returns why it is refused.
fn refusal(dir: &Path, bytes: &[u8]) -> IdentityError {
    let path = dir.join("identity.pem");
    fs::write(&path, bytes).unwrap();
    let error = Identity::of(dir).unwrap_err();
    assert_eq!(fs::read(&path).unwrap(), bytes, "{error}");
    error
}

#[test]
fn a_damaged_file_is_refused_and_left_alone() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    Identity::of(dir.path()).unwrap();
    Identity::of(other.path()).unwrap();
    let pem = |dir: &Path| fs::read_to_string(dir.join("identity.pem")).unwrap();
    let (whole, foreign) = (pem(dir.path()), pem(other.path()));
    let key_at = whole.find("-----BEGIN PRIVATE").unwrap();
    let (certificate, key) = whole.split_at(key_at);
    let foreign_key = &foreign[foreign.find("-----BEGIN PRIVATE").unwrap()..];
    for damaged in [
        String::new(),
        "\0".repeat(whole.len()),
        certificate.to_owned(),
        key.to_owned(),
        format!("{certificate}{foreign_key}"),
        whole[..whole.len() - 40].to_owned(),
        whole.replace("PRIVATE KEY", "EC PRIVATE KEY"),
        format!("{whole}{}", " ".repeat(16 * 1024)),
    ] {
        let error = refusal(dir.path(), damaged.as_bytes());
        let IdentityError::Unreadable { reason, .. } = &error else {
            panic!("{error:?}");
        };
        assert!(!reason.contains("BEGIN"), "{reason}");
    }
    // The order does not matter, nor does what surrounds them.
    fs::write(
        dir.path().join("identity.pem"),
        format!("a\n{key}\r\n{certificate}"),
    )
    .unwrap();
    Identity::of(dir.path()).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn neither_a_pipe_nor_a_folder_is_waited_for_or_replaced() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("identity.pem");
    mknodat(CWD, &path, FileType::Fifo, Mode::from(0o600), 0).unwrap();
    let error = Identity::of(dir.path()).unwrap_err();
    assert!(matches!(error, IdentityError::Unreadable { .. }), "{error}");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let error = Identity::of(dir.path()).unwrap_err();
    assert!(matches!(error, IdentityError::Unreadable { .. }), "{error}");
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    // It cannot become a folder, even for an administrator.
    let error = Identity::of(&file.join("settings")).unwrap_err();
    assert!(!matches!(error, IdentityError::NoKey { .. }), "{error}");
    #[cfg(unix)]
    if !rustix::process::geteuid().is_root() {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o500)).unwrap();
        let error = Identity::of(dir.path()).unwrap_err();
        assert!(matches!(error, IdentityError::Unwritable { .. }), "{error}");
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
    }
}

#[test]
fn the_key_is_in_no_log() {
    let dir = tempfile::tempdir().unwrap();
    let identity = Identity::of(dir.path()).unwrap();
    let expected = format!("Identity(Fingerprint({}))", identity.fingerprint());
    assert_eq!(format!("{identity:?}"), expected);
}
