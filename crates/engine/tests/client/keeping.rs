//! What stays on the disk when a download is paused, cancelled or meets another, and what happens to a
//! file that is there already.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

#[cfg(unix)]
use landline_engine::client::Target;
use landline_engine::client::{IfExists, Limits};
use landline_engine::transfer::{Checked, Outcome, Saved};

use crate::common::noise;
use crate::common::proxy::Script;
use crate::peer::{Downloader, content, failure, saved};
use crate::rig::{MIB, NAME, Rig, quick, until};

fn part_and_record() -> [String; 2] {
    [format!("{NAME}.part"), format!("{NAME}.part.json")]
}

/// A download that stands still with a part of `file` here.
fn half_way(file: &[u8]) -> Rig {
    let rig = Rig::of(file);
    rig.proxy.plan(|number| match number {
        0 => Script::pass().stall(2 * MIB),
        _ => Script::pass(),
    });
    rig
}

/// Until everything that goes through is here.
fn wait_for_all_bytes(rig: &Rig, transfer: &landline_engine::transfer::Transfer) {
    // All but the head.
    until(|| rig.proxy.bytes() == 2 * MIB && transfer.done() + 4096 > 2 * MIB);
}

#[test]
fn a_paused_download_resumes_in_another_client() {
    let file = noise(4 << 20);
    let mut rig = half_way(&file);
    let transfer = rig.start();
    wait_for_all_bytes(&rig, &transfer);
    rig.downloader.client.pause(transfer.id());
    assert_eq!(rig.downloader.wait(transfer.id()), Outcome::Paused(None));
    assert!(transfer.is_kept());
    assert_eq!(rig.downloader.files(), part_and_record());
    rig.downloader.renew(quick());
    assert!(rig.gets(&file, Checked::Digest).is_empty());
    assert!(rig.ratio(&file) < 1.01);
}

#[test]
fn dropping_a_client_keeps_partial_files() {
    let file = noise(4 << 20);
    let mut rig = half_way(&file);
    let transfer = rig.start();
    wait_for_all_bytes(&rig, &transfer);
    rig.downloader.renew(quick());
    until(|| transfer.outcome().is_some());
    assert_eq!(transfer.outcome(), Some(&Outcome::Paused(None)));
    rig.gets(&file, Checked::Digest);
    assert!(rig.ratio(&file) < 1.01);
}

#[test]
fn a_cancelled_download_leaves_nothing() {
    let file = noise(4 << 20);
    let rig = half_way(&file);
    let transfer = rig.start();
    wait_for_all_bytes(&rig, &transfer);
    rig.downloader.client.cancel(transfer.id());
    assert_eq!(rig.downloader.wait(transfer.id()), Outcome::Cancelled);
    assert!(!transfer.is_kept());
    assert!(rig.downloader.files().is_empty());
}

#[test]
fn a_discarded_download_leaves_nothing() {
    let file = noise(4 << 20);
    let rig = half_way(&file);
    let transfer = rig.start();
    wait_for_all_bytes(&rig, &transfer);
    rig.downloader.client.pause(transfer.id());
    rig.downloader.wait(transfer.id());
    let mut other = rig.request();
    other.port += 1;
    let (tell, told) = crossbeam_channel::bounded(1);
    let done = move || tell.send(()).unwrap();
    let requests = vec![other, rig.request()];
    rig.downloader.client.discard(requests, done);
    told.recv_timeout(crate::peer::PATIENCE).unwrap();
    assert!(rig.downloader.files().is_empty());
}

/// Each of two downloads of the same name has a part of its own.
#[track_caller]
fn both_arrive(rig: &Rig, file: &[u8], other: &Downloader) {
    let one = rig.start();
    wait_for_all_bytes(rig, &one);
    // The first holds its part while the second comes and goes.
    let two = other.run(rig.request());
    assert_eq!(saved(&two).checked, Checked::Digest);
    assert!(content(&saved(&two).path) == file);
    assert_eq!(saved(&two).path, rig.path());
    let all = rig.proxy.bytes();
    assert!(all > 6 * MIB, "{all}");
    rig.downloader.client.pause(one.id());
    rig.downloader.wait(one.id());
    let one = rig.get();
    assert!(content(&saved(&one).path) == file);
    assert_ne!(saved(&one).path, rig.path());
    // It went on from its own part.
    assert!(rig.proxy.bytes() < all + 3 * MIB);
    assert_eq!(rig.downloader.files(), ["film (2).mkv", NAME]);
}

#[test]
fn two_of_one_name_share_no_part() {
    let file = noise(4 << 20);
    let rig = half_way(&file);
    both_arrive(&rig, &file, &rig.downloader);
}

#[test]
fn two_clients_share_no_part() {
    let file = noise(4 << 20);
    let rig = half_way(&file);
    both_arrive(&rig, &file, &Downloader::with(quick()));
}

/// Windows removes no folder in which a file is open.
#[cfg(unix)]
#[test]
fn a_removed_folder_is_reported_and_pauses_the_download() {
    let file = noise(4 << 20);
    for is_cut in [false, true] {
        let rig = Rig::of(&file);
        let folder = rig.downloader.folder.path().join("sub");
        fs::create_dir(&folder).unwrap();
        let gone = folder.clone();
        let mut act = Some(move || fs::remove_dir_all(gone).unwrap());
        rig.proxy.plan(move |_| match act.take() {
            Some(act) if is_cut => Script::pass().call(MIB, act).fin(MIB),
            Some(act) => Script::pass().call(MIB, act),
            None => Script::pass(),
        });
        let mut request = rig.request();
        request.target = Target::Folder(folder);
        let outcome = rig.downloader.run(request);
        assert!(matches!(outcome, Outcome::Paused(Some(_))), "{outcome:?}");
        assert_eq!(failure(&outcome), "folder-missing");
        assert!(rig.downloader.files().is_empty());
    }
}

#[test]
fn a_download_that_backs_off_frees_its_slot() {
    let file = noise(4 << 20);
    let rig = Rig::with(
        &file,
        Limits {
            at_once: 1,
            ..quick()
        },
    );
    rig.shared
        .lock()
        .unwrap()
        .as_ref()
        .unwrap()
        .write("b", &file);
    let (go, gate) = crossbeam_channel::bounded(1);
    let (other_is_saved, until_then) = crossbeam_channel::bounded::<()>(0);
    rig.proxy.plan(move |number| match number {
        // Not cut before the other waits.
        0 => {
            let gate = gate.clone();
            Script::pass()
                .call(MIB, move || gate.recv().unwrap())
                .fin(MIB)
        }
        1 => Script::pass(),
        // However fast it comes again.
        _ => {
            let until_then = until_then.clone();
            Script::pass().call(MIB, move || _ = until_then.recv())
        }
    });
    let cut = rig.start();
    let mut request = rig.request();
    request.name = "b".to_owned();
    let other = rig.downloader.client.download(request);
    go.send(()).unwrap();
    let outcome = rig.downloader.wait(other.id());
    saved(&outcome);
    assert_eq!(cut.outcome(), None);
    drop(other_is_saved);
    assert_eq!(
        saved(&rig.downloader.wait(cut.id())).checked,
        Checked::Digest
    );
    assert_eq!(rig.downloader.files(), ["b", NAME]);
}

fn long_ago() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)
}

fn set_date(path: &Path, date: SystemTime) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(date).unwrap();
}

/// What `IfExists::Skip` comes to with `here` under the name, changed at `date`.
fn skip(rig: &Rig, here: &[u8], date: SystemTime) -> Saved {
    // In one step: the file is looked at all the time.
    let new = rig.downloader.folder.path().join("new");
    fs::write(&new, here).unwrap();
    set_date(&new, date);
    fs::rename(new, rig.path()).unwrap();
    let mut request = rig.request();
    request.exists = IfExists::Skip;
    saved(&rig.downloader.run(request)).clone()
}

#[test]
fn existing_files_are_not_downloaded() {
    let file = noise(32 << 20);
    let rig = Rig::of(&file);
    set_date(&rig.original(), long_ago());
    let same = skip(&rig, &file, long_ago());
    assert_eq!((same.skipped, same.checked), (true, Checked::Length));
    let touched = skip(&rig, &file, SystemTime::now());
    assert_eq!((touched.skipped, touched.checked), (true, Checked::Digest));
    // A few heads, and not a byte of the file.
    assert!(rig.proxy.bytes() < 4096, "{}", rig.proxy.bytes());
    assert_eq!(rig.downloader.files(), [NAME]);
}

#[test]
fn what_is_here_and_different_is_kept_beside_the_new() {
    let file = noise(3 << 20);
    for other in [vec![0; 3 << 20], vec![0; 2 << 20]] {
        let rig = Rig::of(&file);
        rig.also_right(&other);
        let new = skip(&rig, &other, long_ago());
        assert_eq!((new.skipped, new.checked), (false, Checked::Digest));
        assert!(content(&new.path) == file);
        assert!(content(&rig.path()) == other);
        assert_eq!(rig.downloader.files(), ["film (2).mkv", NAME]);
        assert!(rig.ratio(&file) < 1.01);
    }
}

#[test]
fn an_old_file_stays_until_the_new_one_is_whole() {
    let file = noise(4 << 20);
    let old = b"old".to_vec();
    let rig = Rig::of(&file);
    rig.also_right(&old);
    fs::write(rig.path(), &old).unwrap();
    let path = rig.path();
    rig.proxy.plan(move |number| {
        let path = path.clone();
        let is_old = move || assert_eq!(fs::read(path).unwrap(), b"old");
        match number {
            0 => Script::pass().call(MIB, is_old).fin(MIB),
            _ => Script::pass().call(MIB, is_old),
        }
    });
    let mut request = rig.request();
    request.exists = IfExists::Overwrite;
    let outcome = rig.downloader.run(request);
    assert_eq!(saved(&outcome).path, rig.path());
    assert!(content(&rig.path()) == file);
    assert_eq!(rig.downloader.files(), [NAME]);
}

#[test]
fn an_old_file_stays_when_the_new_one_is_damaged() {
    let file = noise(2 << 20);
    let old = b"old".to_vec();
    let rig = Rig::of(&file);
    rig.also_right(&old);
    fs::write(rig.path(), &old).unwrap();
    rig.proxy.plan(|_| Script::pass().flip(MIB, 1));
    let mut request = rig.request();
    request.exists = IfExists::Overwrite;
    assert_eq!(failure(&rig.downloader.run(request)), "damaged");
    assert_eq!(content(&rig.path()), old);
    assert_eq!(rig.downloader.files(), [NAME]);
}
