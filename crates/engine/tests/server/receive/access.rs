//! Who may send, and what others may do then.

use std::fs;
use std::io::Write as _;

use landline_engine::server::ServerEvent;
use landline_engine::server::receiving::{Access, Consent};

use super::rig::{Rig, answer, receiving};
use crate::common::{Shared, status};

const GIVEN: Consent = Consent::Given;

#[test]
fn nobody_may_send_unless_the_owner_says_so() {
    let off = Rig::with(Access::Download, GIVEN, |_| {});
    let without = Rig::with(Access::Both, GIVEN, |config| config.receiving = None);
    for rig in [&off, &without] {
        for method in ["PUT", "POST"] {
            let answer = rig.send(method, "/a", "Content-Length: 4\r\n", b"evil");
            assert_eq!(answer.status, 405, "{method}");
            assert_eq!(answer.field("Allow"), Some("GET, HEAD, OPTIONS"));
        }
        rig.assert_empty();
    }
    // From the next request on.
    let server = off.shared.server.as_ref().unwrap();
    server.set_receiving(Access::Both, Some(receiving(off.around.path(), GIVEN)));
    assert_eq!(off.put("/a", "", b"a").status, 201);
    server.set_receiving(Access::Download, Some(receiving(off.around.path(), GIVEN)));
    assert_eq!(off.put("/b", "", b"b").status, 405);
}

#[test]
fn options_say_what_may_be_done() {
    for (access, allowed) in [
        (Access::Download, "GET, HEAD, OPTIONS"),
        (Access::Send, "GET, HEAD, OPTIONS, POST, PUT"),
        (Access::Both, "GET, HEAD, OPTIONS, POST, PUT"),
    ] {
        let rig = Rig::with(access, GIVEN, |_| {});
        for target in ["/", "/a", "*"] {
            let request = format!("OPTIONS {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
            let answer = rig.shared.http(&request);
            assert_eq!(status(&answer), 204);
            assert_eq!(crate::common::field(&answer, "Allow"), Some(allowed));
            assert_eq!(
                crate::common::field(&answer, "Access-Control-Allow-Origin"),
                None
            );
        }
    }
}

#[test]
fn other_sites_pages_may_not_send() {
    let rig = Rig::start();
    let port = rig.shared.address.port();
    for fields in [
        "Origin: http://evil.example\r\n".to_owned(),
        "Origin: null\r\n".to_owned(),
        format!("Origin: https://127.0.0.1:{port}\r\n"),
        format!("Origin: http://127.0.0.1:{}\r\n", port.wrapping_add(1)),
        format!("Origin: http://127.0.0.1:{port}.evil.example\r\n"),
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"
            .to_owned(),
        "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\n".to_owned(),
    ] {
        assert_eq!(rig.put("/a", &fields, b"evil").status, 403, "{fields}");
    }
    rig.assert_empty();
    let own = format!("Origin: http://127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\n");
    assert_eq!(rig.put("/a", &own, b"a").status, 201);
}

#[test]
fn where_files_are_only_sent_nothing_can_be_seen() {
    let rig = Rig::with(Access::Send, GIVEN, |_| {});
    rig.shared.write("file", b"secret");
    rig.shared.write("folder/file", b"secret");
    fs::write(rig.folder().join("received"), "secret").unwrap();
    let mut answers = Vec::new();
    for path in [
        "/file",
        "/folder",
        "/folder/",
        "/folder/file",
        "/received",
        "/nothing",
        "/..",
        "//file",
    ] {
        for fields in ["", "Range: bytes=0-1\r\n", "Accept: application/json\r\n"] {
            let answer = rig.shared.get(path, fields);
            assert_eq!(status(&answer), 403, "{path}");
            assert!(!answer.contains("secret"));
            answers.push(crate::common::body(&answer).to_owned());
        }
        let head = format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_eq!(status(&rig.shared.http(&head)), 403, "{path}");
    }
    // The same for what is there and what is not.
    answers.dedup();
    assert_eq!(answers.len(), 1);
    for name in ["file", "folder/file", "nothing"] {
        assert_eq!(rig.shared.raw(name.as_bytes()), b"", "{name}");
    }
    assert_eq!(rig.put("/a", "", b"a").status, 201);
}

#[test]
fn nobody_sees_what_is_not_whole() {
    let rig = Rig::with(Access::Both, GIVEN, |config| {
        if let Some(receiving) = &mut config.receiving {
            receiving.folder.clone_from(&config.folder);
        }
    });
    rig.shared.write("film.part", b"of another program");
    let head = "Content-Length: 1000000\r\n";
    let mut socket = rig.begin("PUT", "/a", head);
    socket.write_all(&vec![b'a'; 100_000]).unwrap();
    rig.shared.wait(|event| match event {
        ServerEvent::Started(transfer) => Some(transfer),
        _ => None,
    });
    assert!(rig.shared.dir.path().join("a.part").exists());
    let listing = rig.shared.get("/", "Accept: application/json\r\n");
    assert!(
        listing.contains("film.part") && !listing.contains("a.part"),
        "{listing}"
    );
    for path in ["/a.part", "/a.part.json", "/?zip&n=a.part"] {
        assert_eq!(status(&rig.shared.get(path, "")), 404, "{path}");
    }
    assert_eq!(status(&rig.shared.get("/film.part", "")), 200);
    assert_eq!(rig.shared.raw(b"a.part"), b"");
    socket.write_all(&vec![b'a'; 900_000]).unwrap();
    assert_eq!(answer(&socket).status, 201);
    assert_eq!(status(&rig.shared.get("/a", "")), 200);
}

#[test]
fn without_a_folder_for_received_files_nothing_is_sent() {
    let shared = Shared::with(|config| config.access = Access::Send);
    let request = "PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na";
    assert_eq!(status(&shared.http(request)), 405);
}
