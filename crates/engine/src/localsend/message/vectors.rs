//! What other implementations say: captured (`localsend/vectors`), and as the sources of the app 1.18 write it.

use landline_http1::head_end;
use landline_http1::request::{self, BodyFraming, Method};

use super::*;
use crate::identity::Fingerprint;
use crate::localsend::PATH;

macro_rules! vector {
    ($name:literal) => {
        &include_bytes!(concat!("../vectors/", $name))[..]
    };
}

/// The body of a captured request or response.
fn body(captured: &[u8]) -> &[u8] {
    &captured[head_end(captured, 0).unwrap()..]
}

/// The body of a captured `POST` to `path`, whose head our server accepts.
fn posted<'a>(captured: &'a [u8], path: &str) -> &'a [u8] {
    let head = head_end(captured, 0).unwrap();
    let request = request::parse(&captured[..head], &|_| false).unwrap();
    assert_eq!(request.method, Method::Post);
    assert_eq!(request.path.strip_prefix(PATH), Some(path));
    let body = &captured[head..];
    assert_eq!(request.body, BodyFraming::Length(body.len() as u64));
    body
}

fn assert_is_daemon(info: &Info) {
    let fingerprint = "30b5d789b32d78629f04c6eebf7b490059d1d204a9b2e723edd8d5365d38fe14";
    let said = (info.alias.as_str(), info.version.as_str());
    assert_eq!(said, ("Daemon", "2.2"));
    assert_eq!(info.device_type, Some(DeviceType::Desktop));
    let reached = (info.port, info.protocol);
    assert_eq!(reached, (Some(53317), Some(Scheme::Https)));
    assert_eq!(info.identity(), fingerprint.parse::<Fingerprint>().ok());
    assert!(info.download);
}

fn assert_is_node(info: &Info) {
    let said = (info.alias.as_str(), info.version.as_str());
    assert_eq!(said, ("Node", "2.1"));
    let reached = (info.port, info.protocol);
    assert_eq!(reached, (Some(53317), Some(Scheme::Http)));
    assert!(!info.download);
}

#[test]
fn captured_announcements() {
    let daemon = Announcement::parse(vector!("localsendd-announcement.json")).unwrap();
    assert_is_daemon(&daemon.info);
    assert!(daemon.announce && !daemon.announcement);
    let node = Announcement::parse(vector!("npm-announcement.json")).unwrap();
    assert_is_node(&node.info);
    assert!(node.announce && node.announcement);
}

#[test]
fn captured_registrations() {
    let daemon = posted(vector!("localsendd-register.http"), "register");
    assert_is_daemon(&Info::parse(daemon).unwrap());
    let node = posted(vector!("npm-register.http"), "register");
    assert_is_node(&Info::parse(node).unwrap());
    for answer in [
        vector!("localsendd-register-answer.http"),
        vector!("localsendd-info-answer.http"),
    ] {
        assert_is_daemon(&Info::parse(body(answer)).unwrap());
    }
    for answer in [
        vector!("npm-register-answer.http"),
        vector!("npm-info-answer.http"),
    ] {
        assert_is_node(&Info::parse(body(answer)).unwrap());
    }
}

#[test]
fn captured_offers() {
    let daemon = posted(vector!("localsendd-prepare-upload.http"), "prepare-upload");
    let offered = PrepareUpload::parse(daemon).unwrap();
    assert_is_daemon(&offered.info);
    assert_eq!(offered.files.len(), 2);
    let cyrillic = &offered.files["ab7b7e635f96416c9e366c277bf7e60e"];
    assert_eq!(cyrillic.file_name, "\u{6d77} \u{438} \u{e9}.txt");
    assert_eq!((cyrillic.size, &cyrillic.preview), (8, &None));
    assert_eq!(cyrillic.file_type, "text/plain");
    let digest = "434728a410a78f56fc1b5899c3593436e61ab0c731e9072d95e96db290205e53";
    assert_eq!(cyrillic.sha256.as_deref(), Some(digest));

    let node = posted(vector!("npm-prepare-upload.http"), "prepare-upload");
    let offered = PrepareUpload::parse(node).unwrap();
    assert_is_node(&offered.info);
    let notes = &offered.files["a5d5286f1e67b6cd6876223e53f999c4"];
    assert_eq!(notes.file_name, "notes.txt");
    let modified = notes.metadata.as_ref().unwrap().modified.as_deref();
    assert_eq!(modified, Some("2026-11-29T20:58:30.926Z"));
}

#[test]
fn captured_tokens() {
    for (answer, session, token) in [
        (
            vector!("localsendd-prepare-upload-answer.http"),
            "01924b4ed64c4cbba6593e085f83b4b8",
            "eb78926d77e34abd84e9aa37e8b8722a",
        ),
        (
            vector!("npm-prepare-upload-answer.http"),
            "3544bdb97fb105b59f53df67d0f3478c",
            "34ec6b032e522ab3278de21c09b1a782",
        ),
    ] {
        let prepared: Prepared = serde_json::from_slice(body(answer)).unwrap();
        assert_eq!(prepared.session_id, session);
        assert_eq!(
            (prepared.files.len(), prepared.files["f0"].as_str()),
            (2, token)
        );
    }
}

/// `MulticastMessageV2` with the flag of earlier versions, `RegisterDtoV2` and `RegisterResponseDtoV2` in the app's
/// `packages/core`.
#[test]
fn what_the_app_says_about_itself() {
    let announced = br#"{"alias":"Nice Orange","version":"2.2","deviceModel":"Samsung","deviceType":"mobile",
        "fingerprint":"4BADDE53A7F7CDEEED93189FD898E02BF6B4806CA4C05DE0ACE08319B86552FA","port":53317,
        "protocol":"https","download":false,"announce":true}"#;
    let Announcement { info, announce, .. } = Announcement::parse(announced).unwrap();
    assert_eq!((info.alias.as_str(), announce), ("Nice Orange", true));
    assert_eq!(info.device_type, Some(DeviceType::Mobile));
    assert!(info.identity().is_some());
    let answer = br#"{"alias":"Secret Banana","version":"2.2","deviceModel":"Windows","deviceType":"desktop",
        "fingerprint":"4BADDE53A7F7CDEEED93189FD898E02BF6B4806CA4C05DE0ACE08319B86552FA","download":true}"#;
    let info = Info::parse(answer).unwrap();
    assert_eq!(
        (info.port, info.protocol, info.download),
        (None, None, true)
    );
    // Without its optional fields, and without encryption.
    let plain =
        br#"{"alias":"Secret Banana","version":"2.0","fingerprint":"random string","port":53317,
        "protocol":"http"}"#;
    let info = Info::parse(plain).unwrap();
    assert_eq!((info.protocol, info.identity()), (Some(Scheme::Http), None));
}

/// `PrepareUploadRequestDtoV2` with a `FileDto`, as `send_provider.dart` fills it.
#[test]
fn what_the_app_offers() {
    let info = r#""info":{"alias":"Nice Orange","version":"2.2","deviceModel":"Samsung","deviceType":"mobile",
        "fingerprint":"4BADDE53A7F7CDEEED93189FD898E02BF6B4806CA4C05DE0ACE08319B86552FA","port":53317,
        "protocol":"https","download":false}"#;
    let id = "f0a1fbc1-4c5c-4c0c-8a8e-c6ad0a0ccbdc";
    let image = format!(
        r#"{{{info},"files":{{"{id}":{{"id":"{id}","fileName":"DCIM/a.jpg","size":123,"fileType":"image/jpeg",
        "metadata":{{"modified":"2020-09-13T12:26:40.123456789Z","accessed":"2020-09-13T12:26:41Z"}}}}}}}}"#
    );
    let offered = PrepareUpload::parse(image.as_bytes()).unwrap();
    let image = &offered.files[id];
    assert_eq!(
        (image.file_name.as_str(), &image.sha256),
        ("DCIM/a.jpg", &None)
    );
    assert!(image.metadata.as_ref().unwrap().accessed.is_some());
    let text = format!(
        r#"{{{info},"files":{{"{id}":{{"id":"{id}","fileName":"{id}.txt","size":5,"fileType":"text/plain",
        "preview":"hello"}}}}}}"#
    );
    let offered = PrepareUpload::parse(text.as_bytes()).unwrap();
    assert_eq!(offered.files[id].preview.as_deref(), Some("hello"));
}
