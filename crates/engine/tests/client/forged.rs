//! Files of strangers that look like what an interrupted download leaves: none of their bytes gets into a file, and
//! none of them is touched.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::peer::codes;
use landline_engine::client::Request;
use landline_engine::transfer::Outcome;
use serde_json::json;

use crate::common::noise;
use crate::peer::{Downloader, answer, content, saved};
use crate::rig::NAME;
use crate::versions::TAG;
use crate::web::{self, Asked, Reply, Web};

/// An honest server of `file` as [`NAME`] that resumes and tells no digest, and has the folder `photos`, too.
fn honest(file: &[u8]) -> Web {
    let file = file.to_vec();
    Web::new(move |asked: &Asked| {
        if asked.path == "/photos/" {
            let listing = json!({"entries": [
                {"name": "a.jpg", "kind": "file", "size": 4, "modified": "2026-01-01T00:00:00Z"},
                {"name": NAME, "kind": "file", "size": file.len(), "modified": "2026-01-01T00:00:00Z"},
            ]});
            let fields = "Content-Type: application/json\r\n";
            return Reply::Say(answer("200 OK", fields, listing.to_string().as_bytes()));
        }
        if asked.path.ends_with("a.jpg") {
            return Reply::Say(answer("200 OK", TAG, b"true"));
        }
        let range = asked.head.split_once("\r\nrange: bytes=");
        let Some((_, range)) = range else {
            return Reply::Say(answer("200 OK", TAG, &file));
        };
        let from: usize = range.split('-').next().unwrap().parse().unwrap();
        let (last, whole) = (file.len() - 1, file.len());
        let fields = format!("{TAG}Content-Range: bytes {from}-{last}/{whole}\r\n");
        Reply::Say(answer("206 Partial Content", &fields, &file[from..]))
    })
}

/// A record of version 0.1.0 of 400 bytes of `name`, which anybody can write.
fn record(port: u16, name: &str, len: usize) -> String {
    json!({
        "source": {"host": "127.0.0.1", "port": port, "name": name, "dialect": null},
        "version": {"validator": "\"1\"", "length": len},
        "durable": 400, "modified": null, "is_ending": false, "boot": null,
    })
    .to_string()
}

/// What is below `folder` and its name begins like this.
fn below(folder: &Path, start: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = web::files(folder);
    files.retain(|name, _| name.starts_with(start));
    files
}

fn notes(outcome: &Outcome) -> Vec<&'static str> {
    let notes = &saved(outcome).notes;
    codes(notes)
}

/// A download of [`NAME`] is right and says what it has left alone.
#[track_caller]
fn is_left_alone(downloader: &Downloader, port: u16, file: &[u8]) {
    let forged = below(downloader.folder.path(), "film.mkv.part");
    assert_eq!(forged.len(), 2, "{:?}", forged.keys());
    let outcome = downloader.get(port, NAME);
    assert!(content(&saved(&outcome).path) == file, "other bytes");
    assert_eq!(notes(&outcome), ["foreign-part"]);
    assert_eq!(below(downloader.folder.path(), "film.mkv.part"), forged);
    let names = [NAME, "film.mkv.part", "film.mkv.part.json"];
    assert_eq!(downloader.files(), names);
}

#[test]
fn a_part_with_a_forged_record_is_neither_used_nor_touched() {
    let file = noise(1000);
    let web = honest(&file);
    let downloader = Downloader::new();
    let part = downloader.folder.path().join("film.mkv.part");
    fs::write(&part, [0; 400]).unwrap();
    let record = record(web.port, NAME, file.len());
    fs::write(part.with_extension("part.json"), record).unwrap();
    is_left_alone(&downloader, web.port, &file);
}

#[test]
fn a_forged_record_removes_nothing() {
    let file = noise(1000);
    let web = honest(&file);
    let downloader = Downloader::new();
    let part = downloader.folder.path().join("film.mkv.part");
    fs::write(&part, "mine").unwrap();
    let record = record(web.port, NAME, file.len());
    // It says that the part has got its name already.
    let ending = record.replace("\"is_ending\":false", "\"is_ending\":true");
    assert_ne!(record, ending);
    fs::write(part.with_extension("part.json"), ending).unwrap();
    is_left_alone(&downloader, web.port, &file);
}

/// Half of [`NAME`], as an installation of Landline leaves it whose settings are in `dir`.
fn leave_half(downloader: &mut Downloader, dir: &Path, port: u16, len: usize) {
    let half = crate::versions::cut("200 OK", TAG, &vec![0; len], 400);
    let cut = Web::at(port, move |_| Reply::Last(half.clone()));
    downloader.installed_in(dir);
    let transfer = downloader.start(cut.port, NAME);
    downloader.wait(transfer.id());
    assert!(transfer.is_kept());
}

#[test]
fn a_record_of_another_installation_is_not_accepted() {
    let file = noise(1000);
    let port = honest(&file).port;
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut downloader = Downloader::new();
    leave_half(&mut downloader, theirs.path(), port, file.len());
    downloader.installed_in(ours.path());
    let web = Web::at(port, {
        let file = file.clone();
        move |_| Reply::Say(answer("200 OK", TAG, &file))
    });
    is_left_alone(&downloader, web.port, &file);
}

#[test]
fn a_record_is_good_for_the_next_process_and_for_one_name() {
    let file = noise(1000);
    let port = honest(&file).port;
    let dir = tempfile::tempdir().unwrap();
    let mut downloader = Downloader::new();
    let folder = downloader.folder.path().to_owned();
    leave_half(&mut downloader, dir.path(), port, file.len());
    // As a stranger would who can read the folder, for a download that is called like this one in another folder
    // of the same server, and is saved as `b`.
    for ending in ["part", "part.json"] {
        fs::copy(
            folder.join(format!("{NAME}.{ending}")),
            folder.join(format!("b.{ending}")),
        )
        .unwrap();
    }
    downloader.installed_in(dir.path());
    let half = vec![0; 400];
    let mixture = [&half, &file[400..]].concat();
    let web = Web::at(port, {
        let file = file.clone();
        move |asked| {
            if !asked.head.contains("\r\nrange: bytes=400-") {
                return Reply::Say(answer("200 OK", TAG, &file));
            }
            let fields = format!("{TAG}Content-Range: bytes 400-999/1000\r\n");
            Reply::Say(answer("206 Partial Content", &fields, &file[400..]))
        }
    });
    let renamed = Request {
        target: landline_engine::client::Target::File(folder.join("b")),
        ..downloader.request(web.port, NAME)
    };
    let outcome = downloader.run(renamed);
    assert_eq!(notes(&outcome), ["foreign-part"]);
    assert!(content(&folder.join("b")) == file);
    // The one that is ours goes on.
    let outcome = downloader.get(web.port, NAME);
    assert!(notes(&outcome).is_empty());
    assert!(content(&folder.join(NAME)) == mixture);
}

#[test]
fn what_an_earlier_version_left_is_resumed_where_it_is_known_to_be_ours() {
    let file = noise(1000);
    let web = honest(&file);
    let downloader = Downloader::new();
    let part = downloader.folder.path().join("film.mkv.part");
    fs::write(&part, &file[..400]).unwrap();
    let record = record(web.port, NAME, file.len());
    fs::write(part.with_extension("part.json"), record).unwrap();
    let request = downloader.request(web.port, NAME);
    downloader.client.trust([request.clone()]);
    let outcome = downloader.run(request);
    assert!(notes(&outcome).is_empty());
    assert!(content(&saved(&outcome).path) == file);
    assert_eq!(downloader.files(), [NAME]);
    let asked = web.asked();
    assert!(
        asked
            .iter()
            .all(|asked| asked.head.contains("range: bytes=400-")),
        "{asked:?}"
    );
}

/// The record of a folder that version 0.1.0 left, which anybody can write.
fn forge_folder(folder: &Path, port: u16) {
    let scratch = folder.join("photos.part");
    fs::create_dir(&scratch).unwrap();
    let record = json!({
        "source": {"host": "127.0.0.1", "port": port, "name": "photos/", "dialect": null},
        "into": "mine", "is_own": true,
    });
    fs::write(scratch.join("landline.json"), record.to_string()).unwrap();
    // Of the right size and date.
    fs::create_dir(folder.join("mine")).unwrap();
    let path = folder.join("mine/a.jpg");
    fs::write(&path, "evil").unwrap();
    let date = std::time::UNIX_EPOCH + std::time::Duration::from_hours(490_896);
    let dated = fs::File::options().write(true).open(path).unwrap();
    dated.set_modified(date).unwrap();
}

#[test]
fn a_folder_with_a_forged_record_is_neither_used_nor_touched() {
    let file = noise(2 << 20);
    let web = honest(&file);
    let downloader = Downloader::new();
    let folder = downloader.folder.path();
    forge_folder(folder, web.port);
    let before = (below(folder, "photos.part"), below(folder, "mine"));
    let outcome = downloader.get(web.port, "photos/");
    assert_eq!(notes(&outcome), ["foreign-part"]);
    assert_eq!(content(&folder.join("photos/a.jpg")), b"true");
    assert!(content(&folder.join("photos").join(NAME)) == file);
    let after = (below(folder, "photos.part"), below(folder, "mine"));
    assert_eq!(before, after);
    assert_eq!(downloader.files(), ["mine", "photos", "photos.part"]);
}
