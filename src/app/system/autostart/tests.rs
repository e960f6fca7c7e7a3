use std::ffi::OsString;
use std::fs;

use super::*;
use crate::app::inbox::inbox;

const PROGRAM: &str = "/opt/land line/landline";

/// The next reports: whether it is on, and whether there was a problem.
fn reports(inbox: &crate::app::inbox::Inbox, count: usize) -> Vec<(bool, bool)> {
    let began = std::time::Instant::now();
    let mut reports = Vec::new();
    while reports.len() < count {
        assert!(began.elapsed().as_secs() < 60);
        std::thread::yield_now();
        reports.extend(inbox.take().0.into_iter().map(|event| match event {
            Event::Autostart { on, why } => (on, why.is_some()),
            other => panic!("{other:?}"),
        }));
    }
    reports
}

fn reported(inbox: &crate::app::inbox::Inbox) -> (bool, bool) {
    reports(inbox, 1)[0]
}

#[test]
fn it_is_turned_on_and_off_and_reported() {
    let dir = tempfile::tempdir().unwrap();
    let autostart = Autostart::in_dir(dir.path(), Path::new(PROGRAM));
    let (inbox, outbox) = inbox(|| {});
    autostart.read(&outbox);
    assert_eq!(reported(&inbox), (false, false));
    autostart.set(true, &outbox);
    assert_eq!(reported(&inbox), (true, false));
    let path = dir.path().join("autostart/landline.desktop");
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("\nExec=\"/opt/land line/landline\"\n"),
        "{text}"
    );
    autostart.set(true, &outbox);
    assert_eq!(reported(&inbox), (true, false));
    autostart.set(false, &outbox);
    assert_eq!(reported(&inbox), (false, false));
    assert!(!path.exists());
    autostart.set(false, &outbox);
    assert_eq!(reported(&inbox), (false, false));
}

#[test]
fn another_program_in_the_entry_is_not_this_one() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::in_dir(dir.path());
    let (old, new) = (Path::new("/old/landline"), Path::new(PROGRAM));
    place.add(old).unwrap();
    assert!(place.starts(old).unwrap() && !place.starts(new).unwrap());
    place.add(new).unwrap();
    assert!(!place.starts(old).unwrap() && place.starts(new).unwrap());
}

#[test]
fn whatever_the_order_the_last_report_is_the_truth() {
    let dir = tempfile::tempdir().unwrap();
    let autostart = Autostart::in_dir(dir.path(), Path::new(PROGRAM));
    let (inbox, outbox) = inbox(|| {});
    for on in [true, false, true, true, false, true, false, true] {
        autostart.set(on, &outbox);
    }
    let reports = reports(&inbox, 8);
    let place = Place::in_dir(dir.path());
    let is_on = place.starts(Path::new(PROGRAM)).unwrap();
    assert_eq!(reports.last(), Some(&(is_on, false)));
}

#[test]
fn what_fails_is_said_and_the_switch_shows_the_truth() {
    let dir = tempfile::tempdir().unwrap();
    let (inbox, outbox) = inbox(|| {});
    // A file is in the way of the folder.
    fs::write(dir.path().join("autostart"), "").unwrap();
    let autostart = Autostart::in_dir(dir.path(), Path::new(PROGRAM));
    autostart.set(true, &outbox);
    assert_eq!(reported(&inbox), (false, true));
    // A path that no entry can hold.
    let other = tempfile::tempdir().unwrap();
    let odd = Autostart::in_dir(other.path(), Path::new("/a\nb"));
    odd.set(true, &outbox);
    assert_eq!(reported(&inbox), (false, true));
    assert!(!other.path().join("autostart").exists());
}

#[cfg(unix)]
#[test]
fn a_planted_link_is_replaced_and_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("target");
    fs::write(&target, "mine").unwrap();
    fs::create_dir(dir.path().join("autostart")).unwrap();
    let path = dir.path().join("autostart/landline.desktop");
    std::os::unix::fs::symlink(&target, &path).unwrap();
    let place = Place::in_dir(dir.path());
    place.add(Path::new(PROGRAM)).unwrap();
    assert!(place.starts(Path::new(PROGRAM)).unwrap());
    assert_eq!(fs::read_to_string(target).unwrap(), "mine");
}

#[test]
fn an_appimage_is_started_by_its_own_path() {
    let at = |image: &'static str, dir: &'static str| {
        move |name: &str| match name {
            "APPIMAGE" => Some(OsString::from(image)),
            "APPDIR" => Some(OsString::from(dir)),
            _ => None,
        }
    };
    let own = || PathBuf::from("/tmp/.mount_land/usr/bin/landline");
    let image = "/home/ann/Landline.AppImage";
    assert_eq!(
        program(own(), at(image, "/tmp/.mount_land")),
        Path::new(image)
    );
    // Started from another AppImage.
    assert_eq!(program(own(), at(image, "/tmp/.mount_other")), own());
    assert_eq!(
        program(own(), at("Landline.AppImage", "/tmp/.mount_land")),
        own()
    );
    assert_eq!(program(own(), |_| None), own());
}
