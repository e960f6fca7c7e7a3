//! Forms with files.

use std::fs;
use std::io::Write;

use landline_engine::server::ServerEvent;
use landline_engine::server::receiving::{Access, Answer, Consent};
use landline_engine::transfer::{Checked, Outcome};
use landline_http1::digest::{self, Hasher};

use super::rig::{Rig, answer};
use crate::common::answers;
use crate::common::noise;

const KIND: &str = "Content-Type: multipart/form-data; boundary=bound\r\n";
const JSON: &str = "Accept: application/json\r\n";

/// A part with more fields, each ended by CRLF.
fn part(name: &str, fields: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "--bound\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n{fields}\r\n"
    );
    [head.as_bytes(), content, b"\r\n"].concat()
}

fn form(files: &[(&str, &[u8])]) -> Vec<u8> {
    let parts: Vec<_> = files
        .iter()
        .map(|(name, content)| part(name, "", content))
        .collect();
    [parts.concat(), b"--bound--\r\n".to_vec()].concat()
}

fn post(rig: &Rig, path: &str, fields: &str, body: &[u8]) -> answers::Answer {
    let fields = format!("Content-Length: {}\r\n{KIND}{fields}", body.len());
    rig.send("POST", path, &fields, body)
}

fn text(answer: &answers::Answer) -> &str {
    std::str::from_utf8(&answer.body).unwrap()
}

#[test]
fn files_short_and_long_are_stored() {
    let rig = Rig::start();
    fs::write(rig.folder().join("taken"), "mine").unwrap();
    let long = noise(3_000_000);
    let middle = noise(64 * 1024);
    let body = form(&[
        ("a.txt", b"hello"),
        ("long", &long),
        ("", b""),
        ("d/middle", &middle),
        ("taken", b"new"),
        ("empty", b""),
    ]);
    for piece in [1 << 20, 1000] {
        let path = format!("/to%20{piece}/");
        let fields = format!("Content-Length: {}\r\n{KIND}{JSON}", body.len());
        let mut socket = rig.begin("POST", &path, &fields);
        socket.set_nodelay(true).unwrap();
        for piece in body.chunks(piece) {
            socket.write_all(piece).unwrap();
        }
        let answer = answer(&socket);
        assert_eq!(answer.status, 201, "{}", text(&answer));
        let at = |name: &str| rig.read(&format!("to {piece}/{name}"));
        assert_eq!(at("a.txt"), b"hello");
        assert!(at("long") == long && at("d/middle") == middle);
        assert_eq!(at("empty"), b"");
    }
    let answer = post(&rig, "/", JSON, &form(&[("taken", b"new"), ("x", b"y")]));
    assert_eq!(answer.field("Content-Type"), Some("application/json"));
    assert_eq!(
        text(&answer),
        r#"{"files":[{"name":"taken","stored":"taken (2)","status":201},{"name":"x","stored":"x","status":201}]}"#
    );
    assert_eq!(rig.read("taken"), b"mine");
    // No scratch folder is left.
    assert!(rig.stored().iter().all(|(name, _)| !name.contains("part")));
}

#[test]
fn a_form_in_chunks_and_with_an_expectation_arrives() {
    let rig = Rig::start();
    let body = form(&[("a", b"hello")]);
    let fields = format!("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n{KIND}");
    let mut socket = rig.begin("POST", "/", &fields);
    for byte in &body {
        write!(socket, "1\r\n").unwrap();
        socket.write_all(&[*byte]).unwrap();
        write!(socket, "\r\n").unwrap();
    }
    write!(socket, "0\r\n\r\n").unwrap();
    assert_eq!(answer(&socket).status, 201);
    // The connection goes on.
    let host = rig.shared.address;
    write!(
        socket,
        "PUT /b HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n"
    )
    .unwrap();
    assert_eq!(answer(&socket).status, 201);
    assert_eq!(rig.read("a"), b"hello");
}

#[test]
fn digests_and_dates_of_parts_count() {
    let rig = Rig::start();
    let sha256 = |bytes: &[u8]| {
        let mut hasher = Hasher::new();
        hasher.update(bytes);
        format!("Content-Digest: {}\r\n", digest::field(&hasher.finish()))
    };
    for (name, content) in [("short", noise(100)), ("long", noise(200_000))] {
        let right = sha256(&content) + "X-OC-Mtime: 1000000000\r\n";
        let body = [
            part(name, &right, &content),
            part(&format!("{name}-wrong"), &sha256(b"other"), &content),
            b"--bound--".to_vec(),
        ]
        .concat();
        let answer = post(&rig, "/", JSON, &body);
        assert_eq!(answer.status, 200);
        let wrong = format!(r#"{{"name":"{name}-wrong","status":422}}"#);
        assert!(text(&answer).contains(&wrong), "{}", text(&answer));
        let mut checked = Vec::new();
        for _ in 0..2 {
            if let Some(Outcome::Saved(saved)) = rig.ended().outcome() {
                checked.push(saved.checked);
            }
        }
        assert_eq!(checked, [Checked::Digest]);
        let found = fs::metadata(rig.folder().join(name)).unwrap();
        let since = found
            .modified()
            .unwrap()
            .duration_since(std::time::UNIX_EPOCH);
        assert_eq!(since.unwrap().as_secs(), 1_000_000_000);
    }
    assert_eq!(rig.stored().len(), 2);
}

#[test]
fn bad_names_do_not_hinder_the_good_ones() {
    let rig = Rig::start();
    let bad = [
        "../a",
        "/etc/passwd",
        "a/../b",
        ".bashrc",
        "a/.ssh/b",
        "a//b",
        "a/",
        "..",
        "a%0Ab",
        "a%0D%0Ab",
    ];
    let mut files: Vec<(&str, &[u8])> = bad.iter().map(|name| (*name, &b"evil"[..])).collect();
    let answer = post(&rig, "/", JSON, &form(&files));
    assert_eq!(answer.status, 400);
    rig.assert_empty();
    files.insert(3, ("good", b"good"));
    files.push(("last.part.json", b"x"));
    let answer = post(&rig, "/", JSON, &form(&files));
    assert_eq!(answer.status, 200);
    assert_eq!(text(&answer).matches(r#""status":400"#).count(), bad.len());
    let names: Vec<_> = rig.stored().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["good", "last.part.json_"]);
}

#[test]
fn names_are_text_on_the_page() {
    let rig = Rig::start();
    let name = "<script>alert('1')<%22&.txt";
    let answer = post(&rig, "/", "", &form(&[(name, b"x"), ("<b>/../x", b"x")]));
    let page = text(&answer);
    assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    assert!(
        page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;&quot;&amp;.txt"),
        "{page}"
    );
    assert!(answer.field("Content-Security-Policy").is_some());
    assert_eq!(answer.field("X-Content-Type-Options"), Some("nosniff"));
}

#[test]
fn what_is_no_form_stores_nothing() {
    let rig = Rig::start();
    for kind in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: multipart/form-data\r\n",
        "Content-Type: multipart/form-data; boundary=\r\n",
    ] {
        let fields = format!("Content-Length: 3\r\n{kind}");
        assert_eq!(rig.send("POST", "/", &fields, b"a=b").status, 415, "{kind}");
    }
    // No file was chosen, or there is none.
    assert_eq!(post(&rig, "/", "", &form(&[("", b"")])).status, 415);
    assert_eq!(post(&rig, "/", "", b"--bound--").status, 415);
    for path in ["/a", "/.a/", "/../", "/%2e%2e/"] {
        assert_eq!(
            post(&rig, path, "", &form(&[("a", b"x")])).status,
            400,
            "{path}"
        );
    }
    assert_eq!(rig.send("POST", "/", KIND, b"").status, 411);
    rig.assert_empty();
}

#[test]
fn a_form_that_is_cut_off_or_malformed_stores_nothing() {
    let rig = Rig::start();
    let whole = form(&[("a", b"hello"), ("b", &noise(100_000))]);
    for len in [0, 1, 7, 50, 100, 200, 90_000, whole.len() - 4] {
        let answer = post(&rig, "/", "", &whole[..len]);
        assert_eq!(answer.status, 400, "{len}");
    }
    for body in [
        b"--other\r\n\r\n".to_vec(),
        [b"preamble\r\n".to_vec(), whole.clone()].concat(),
        [part("a", "", b"x"), vec![b'-'; 200_000]].concat(),
        [b"--bound\r\n".to_vec(), vec![b'x'; 200_000]].concat(),
        [b"--bound".to_vec(), vec![b' '; 200_000]].concat(),
    ] {
        assert_eq!(post(&rig, "/", "", &body).status, 400);
    }
    // The sender leaves.
    let fields = format!("Content-Length: {}\r\n{KIND}", whole.len());
    let mut socket = rig.begin("POST", "/", &fields);
    socket.write_all(&whole[..whole.len() - 1]).unwrap();
    socket.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = Vec::new();
    let _ = std::io::Read::read_to_end(&mut socket, &mut rest);
    assert!(rest.is_empty());
    // One of them was long and complete: it is stored by itself.
    let stored = rig.stored();
    assert!(
        stored.iter().all(|(name, _)| name.starts_with('b')),
        "{stored:?}"
    );
}

#[test]
fn a_boundary_that_never_ends_and_too_many_parts_are_refused() {
    let rig = Rig::start();
    let names: Vec<_> = (0..10_001).map(|number| number.to_string()).collect();
    let many: Vec<_> = names.iter().map(|name| (&**name, &b""[..])).collect();
    let many = form(&many);
    assert_eq!(post(&rig, "/", "", &many).status, 400);
    let long = format!(
        "Content-Type: multipart/form-data; boundary={}\r\n",
        "x".repeat(71)
    );
    let fields = format!("Content-Length: 1\r\n{long}");
    assert_eq!(rig.send("POST", "/", &fields, b"x").status, 415);
    let stored = rig.stored();
    assert!(
        stored.iter().all(|(name, _)| !name.contains("part")),
        "scratch folders"
    );
}

#[test]
fn ten_thousand_files_fit_into_a_form() {
    let rig = Rig::start();
    let names: Vec<_> = (0..10_000).map(|number| format!("{number}.txt")).collect();
    let files: Vec<_> = names
        .iter()
        .map(|name| (&**name, name.as_bytes()))
        .collect();
    let answer = post(&rig, "/many/", JSON, &form(&files));
    assert_eq!(answer.status, 201);
    assert_eq!(
        fs::read_dir(rig.folder().join("many")).unwrap().count(),
        10_000
    );
    assert_eq!(rig.read("many/1234.txt"), b"1234.txt");
}

#[test]
fn the_owner_is_asked_about_a_form() {
    let rig = Rig::with(
        Access::Send,
        Consent::Ask {
            trusted: Vec::new(),
        },
        |_| {},
    );
    let body = form(&[("d/first.txt", b"1"), ("second", b"2")]);
    for accepts in [false, true] {
        let fields = format!("Content-Length: {}\r\n{KIND}{JSON}", body.len());
        let mut socket = rig.begin("POST", "/", &fields);
        socket.write_all(&body).unwrap();
        let offer = rig.shared.wait(|event| match event {
            ServerEvent::Offered(offer) => Some(offer),
            _ => None,
        });
        assert_eq!(offer.files()[0].name, "d/first.txt");
        assert_eq!(offer.len(), Some(body.len() as u64));
        rig.assert_empty();
        let says = if accepts {
            Answer::Accept
        } else {
            Answer::Decline
        };
        offer.answer(says);
        assert_eq!(answer(&socket).status, if accepts { 201 } else { 403 });
    }
    assert_eq!(rig.stored().len(), 3);
}

#[test]
fn a_form_of_a_batch_is_held_to_what_it_said() {
    let rig = Rig::with(
        Access::Send,
        Consent::Ask {
            trusted: Vec::new(),
        },
        |_| {},
    );
    let batch = format!("{JSON}Landline-Batch: id=0123456789abcdef, files=3, bytes=100000\r\n");
    let long = noise(90_000);
    let body = form(&[
        ("a", b"aaaa"),
        ("long", &long),
        ("too-long", &noise(80_000)),
        ("c", b"c"),
        ("d", b"d"),
    ]);
    let fields = format!("Content-Length: {}\r\n{KIND}{batch}", body.len());
    let mut socket = rig.begin("POST", "/", &fields);
    socket.write_all(&body).unwrap();
    let offer = rig.shared.wait(|event| match event {
        ServerEvent::Offered(offer) => Some(offer),
        _ => None,
    });
    assert_eq!((offer.count(), offer.len()), (3, Some(100_000)));
    offer.answer(Answer::Accept);
    let first = answer(&socket);
    assert_eq!(first.status, 200);
    assert_eq!(
        text(&first).matches(r#""status":201"#).count(),
        2,
        "{}",
        text(&first)
    );
    assert_eq!(
        text(&first).matches(r#""status":413"#).count(),
        3,
        "{}",
        text(&first)
    );
    // What is there is not stored again.
    let again = post(&rig, "/", &batch, &form(&[("a", b"aaaa"), ("long", &long)]));
    assert_eq!(
        text(&again).matches(r#""status":200"#).count(),
        2,
        "{}",
        text(&again)
    );
    assert_eq!(rig.stored().len(), 2);
}

#[test]
fn other_sites_forms_are_refused() {
    let rig = Rig::start();
    let body = form(&[("a", b"evil")]);
    for fields in [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
    ] {
        assert_eq!(post(&rig, "/", fields, &body).status, 403, "{fields}");
    }
    rig.assert_empty();
}
