//! Status codes and fields of the answers.

use landline_engine::client::CopyNaming;
use landline_engine::server::ServerEvent;
use landline_engine::server::receiving::{Access, Consent, Receiving};

use super::{ask, get};
use crate::common::{Shared, status};

#[test]
fn the_head_says_what_the_archive_is_called_and_how_long_it_is() {
    let shared = Shared::with(|config| config.name = "Ann's laptop".into());
    shared.write("Fotos 海/a", b"1");
    for (target, name, encoded) in [
        ("/Fotos%20%E6%B5%B7/?zip", "Fotos 海", "Fotos%20%E6%B5%B7"),
        ("/?zip", "Ann's laptop", "Ann%27s%20laptop"),
        (
            "/?zip=&n=Fotos+%E6%B5%B7%2F",
            "Fotos 海",
            "Fotos%20%E6%B5%B7",
        ),
    ] {
        let answer = get(&shared, target);
        let disposition =
            format!("attachment; filename=\"{name}.zip\"; filename*=UTF-8''{encoded}.zip");
        assert_eq!(answer.field("Content-Disposition"), Some(&*disposition));
        assert_eq!(answer.field("Content-Type"), Some("application/zip"));
        assert_eq!(answer.field("Accept-Ranges"), Some("bytes"));
        let head = ask(&shared, "HEAD", target, "", b"");
        assert_eq!(head.status, 200);
        for field in ["Content-Length", "ETag", "Content-Disposition"] {
            assert_eq!(head.field(field), answer.field(field), "{field}");
        }
        let len = answer.body.len().to_string();
        assert_eq!(head.field("Content-Length"), Some(&*len));
    }
    let nameless = Shared::start();
    let answer = get(&nameless, "/?zip");
    let disposition = answer.field("Content-Disposition").unwrap();
    assert!(disposition.contains("\"Landline.zip\""), "{disposition}");
}

#[test]
fn a_head_request_reads_no_file() {
    // Reading it would take minutes.
    const LEN: u64 = 1 << 40;
    let shared = Shared::start();
    sparse(&shared, "huge", LEN);
    let head = ask(&shared, "HEAD", "/?zip", "", b"");
    let len: u64 = head.field("Content-Length").unwrap().parse().unwrap();
    assert!((LEN + 150..LEN + 400).contains(&len), "{len}");
    // Neither does a range within the file.
    let middle = format!("Range: bytes={}-{}\r\n", LEN / 2, LEN / 2 + 9);
    assert_eq!(ask(&shared, "GET", "/?zip", &middle, b"").body, [0; 10]);
}

#[test]
fn computing_a_checksum_ends_when_the_client_leaves_or_the_server_stops() {
    let mut shared = Shared::start();
    sparse(&shared, "huge", 1 << 40);
    let request = b"GET /?zip HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for leaves in [true, false] {
        let mut socket = shared.connect();
        std::io::Write::write_all(&mut socket, request).unwrap();
        // The head comes before the checksum is known.
        let mut head = [0; 12];
        std::io::Read::read_exact(&mut socket, &mut head).unwrap();
        assert_eq!(&head, b"HTTP/1.1 200");
        if leaves {
            drop(socket);
            shared.wait(|event| match event {
                ServerEvent::Ended(_) | ServerEvent::Over(_) => Some(()),
                _ => None,
            });
        } else {
            shared.stop();
        }
    }
}

fn sparse(shared: &Shared, name: &str, len: u64) {
    let path = shared.dir.path().join(name);
    std::fs::File::create(&path).unwrap().set_len(len).unwrap();
    crate::common::settle(&path);
}

#[test]
fn only_folders_have_archives() {
    let shared = Shared::of(&[("a/b", b"1"), (".hidden/c", b"2")]);
    for target in [
        "/a/b/?zip",
        "/c/?zip",
        "/.hidden/?zip",
        "/a/../?zip",
        "/%00/?zip",
    ] {
        assert_eq!(get(&shared, target).status, 404, "{target}");
    }
    let redirect = get(&shared, "/a?zip&n=b");
    assert_eq!(
        (redirect.status, redirect.field("Location")),
        (301, Some("/a/?zip&n=b"))
    );
    assert_eq!(get(&shared, "/a/b?zip").body, b"1");
    // A method that is not for archives.
    assert_eq!(
        ask(&shared, "PUT", "/a/?zip", "Content-Length: 0\r\n", b"").status,
        405
    );
}

#[test]
fn nothing_leaves_a_share_that_only_receives() {
    let folder = tempfile::tempdir().unwrap();
    let shared = Shared::with(|config| {
        config.access = Access::Send;
        config.receiving = Some(Receiving {
            folder: folder.path().to_owned(),
            consent: Consent::Given,
            copies: CopyNaming::Number,
        });
    });
    shared.write("a", b"1");
    for (method, target) in [
        ("GET", "/?zip"),
        ("HEAD", "/?zip"),
        ("POST", "/?zip"),
        ("GET", "/b/?zip"),
    ] {
        assert_eq!(
            ask(&shared, method, target, "", b"").status,
            403,
            "{method} {target}"
        );
    }
}

#[test]
fn pages_of_other_sites_get_no_archive() {
    let shared = Shared::of(&[("a", b"1")]);
    let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n";
    for fields in [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
    ] {
        let answer = ask(&shared, "POST", "/?zip", &format!("{form}{fields}"), b"n=a");
        assert_eq!(answer.status, 403, "{fields}");
    }
    let own = format!("{form}Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n");
    assert_eq!(ask(&shared, "POST", "/?zip", &own, b"n=a").status, 200);
    let embedded = shared.get(
        "/?zip",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n",
    );
    assert_eq!(status(&embedded), 403);
}
