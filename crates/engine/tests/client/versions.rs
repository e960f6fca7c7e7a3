//! Files that change while they are fetched, and servers that do not keep to the rules: two versions
//! never meet in one file.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::peer::codes;
use landline_engine::client::Limits;
use landline_engine::transfer::Checked;

use crate::common::noise;
use crate::common::proxy::Script;
use crate::peer::{Downloader, Handler, Peer, answer, failure, hang_up, head, saved, send};
use crate::rig::{MIB, Rig, change, quick};

/// Another content of this length.
fn other(len: usize) -> Vec<u8> {
    noise(len).iter().map(|byte| !byte).collect()
}

/// Write `new` over what is there, as a program would that keeps the file open.
fn write_over(path: &Path, new: &[u8]) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.write_all(new).unwrap();
}

fn replace(path: &Path, new: &[u8]) {
    let beside = path.with_extension("new");
    fs::write(&beside, new).unwrap();
    fs::rename(beside, path).unwrap();
}

type Way = fn(&Path, &[u8]);

/// The file becomes `new` after a mebibyte of it, at which the first connection ends or not.
#[track_caller]
fn changes(file: &[u8], new: &[u8], way: Way, is_cut: bool) {
    let rig = Rig::of(file);
    rig.also_right(new);
    let (path, content) = (rig.original(), new.to_vec());
    let mut act = Some(move || change(&path, || way(&path, &content)));
    rig.proxy.plan(move |_| match act.take() {
        Some(act) if is_cut => Script::pass().call(MIB, act).fin(MIB),
        Some(act) => Script::pass().call(MIB, act),
        None => Script::pass(),
    });
    assert_eq!(rig.gets(new, Checked::Digest), ["changed"]);
}

#[test]
fn a_file_that_changed_between_two_connections_is_fetched_anew() {
    let file = noise(3 << 20);
    for new in [other(3 << 20), other(2 << 20), other(4 << 20), other(1000)] {
        changes(&file, &new, |path, new| fs::write(path, new).unwrap(), true);
        changes(&file, &new, replace, true);
    }
}

#[test]
fn a_file_that_changes_while_it_is_sent_is_never_saved_mixed() {
    // More than all the buffers on the way hold.
    let file = noise(32 << 20);
    changes(&file, &other(32 << 20), write_over, false);
    // While it is written anew it is shorter for a moment.
    let rewrite: Way = |path, new| fs::write(path, new).unwrap();
    changes(&file, &other(31 << 20), rewrite, false);
}

#[test]
fn a_file_that_is_replaced_while_it_is_sent_arrives_as_it_was() {
    let file = noise(32 << 20);
    let rig = Rig::of(&file);
    let new = other(32 << 20);
    rig.also_right(&new);
    let path = rig.original();
    let mut act = Some(move || replace(&path, &new));
    rig.proxy.plan(move |_| match act.take() {
        Some(act) => Script::pass().call(MIB, act),
        None => Script::pass(),
    });
    // The server has the old one open; but nobody can tell its digest any more.
    assert_eq!(rig.gets(&other(32 << 20), Checked::Digest), ["changed"]);
}

#[test]
fn a_file_that_is_always_written_is_a_failure() {
    let file = noise(32 << 20);
    let rig = Rig::of(&file);
    let path = rig.original();
    rig.proxy.plan(move |number| {
        let path = path.clone();
        // What was sent already, and what is not sent yet.
        let new = vec![u8::try_from(number).unwrap(); 32 << 20];
        Script::pass().call(MIB, move || change(&path, || write_over(&path, &new)))
    });
    let outcome = rig.get();
    assert_eq!(failure(&outcome), "keeps-changing");
    assert!(rig.downloader.files().is_empty());
}

/// An answer of which only `sent` bytes of the body come.
pub fn cut(status: &str, fields: &str, body: &[u8], sent: usize) -> Vec<u8> {
    let mut bytes = crate::peer::answer(status, fields, body);
    bytes.truncate(bytes.len() - body.len() + sent);
    bytes
}

/// Answers a request whose head has `range`, or no range.
pub fn asked(range: Option<&'static str>, bytes: Vec<u8>) -> Handler {
    Box::new(move |socket| {
        let head = head(&socket);
        let found = head.lines().find_map(|line| line.strip_prefix("range: "));
        assert_eq!(found, range, "{head}");
        assert_eq!(head.contains("\r\nif-range: "), range.is_some(), "{head}");
        send(&socket, &bytes);
        hang_up(socket);
    })
}

/// What is said of a download that ends with `file`.
#[track_caller]
pub fn ends_with(file: &[u8], handlers: Vec<Handler>) -> Vec<&'static str> {
    let peer = Peer::new(handlers);
    let rig = Rig::over(peer.port, file, quick());
    let notes = rig.gets(file, Checked::Length);
    peer.done();
    notes
}

pub const TAG: &str = "ETag: \"1\"\r\n";
pub const DATED: &str = "Date: Sun, 06 Nov 1994 09:00:00 GMT\r\n\
                     Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

#[test]
fn a_server_that_sends_only_whole_files_does_so() {
    let file = noise(1000);
    for fields in [TAG, DATED] {
        let ok = |sent| cut("200 OK", fields, &file, sent);
        let handlers = vec![
            asked(None, ok(400)),
            asked(Some("bytes=400-"), ok(700)),
            asked(Some("bytes=700-"), ok(1)),
            asked(Some("bytes=1-"), ok(1000)),
        ];
        assert_eq!(ends_with(&file, handlers), ["no-ranges"]);
    }
}

#[test]
fn waiting_for_a_promised_digest_times_out() {
    let soon = || answer("200 OK", "ETag: \"1\"\r\nRetry-After: 1\r\n", b"hello");
    let peer = Peer::new(vec![Box::new(move |socket| {
        assert!(head(&socket).starts_with("get "));
        send(&socket, &soon());
        assert!(head(&socket).starts_with("head "));
        let promise = soon();
        send(&socket, &promise[..promise.len() - b"hello".len()]);
        // Nobody asks again.
        hang_up(socket);
    })]);
    let mut limits = quick();
    limits.timeouts.digest = Duration::ZERO;
    let downloader = Downloader::with(limits);
    let outcome = downloader.get(peer.port, "a");
    assert_eq!(saved(&outcome).checked, Checked::Length);
    assert_eq!(codes(&saved(&outcome).notes)[0], "digest-withheld");
    peer.done();
}

#[test]
fn repeated_bytes_are_not_progress() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = cut("200 OK", TAG, &noise(1000), 400);
    // As long as anyone calls.
    thread::spawn(move || {
        for socket in listener.incoming() {
            let socket = socket.unwrap();
            head(&socket);
            send(&socket, &answer);
            hang_up(socket);
        }
    });
    let downloader = Downloader::with(Limits {
        give_up: Some(Duration::from_millis(30)),
        ..quick()
    });
    assert_eq!(failure(&downloader.get(port, "a")), "cut");
}

#[test]
fn the_rest_is_joined_where_it_is_that_of_the_same_version() {
    let file = noise(1000);
    let range = "Content-Range: bytes 400-999/1000\r\n";
    // A date need not be said again (RFC 9110 15.3.7), nor the whole length.
    let open = "Content-Range: bytes 400-999/*\r\n";
    for (fields, again) in [(TAG, format!("{TAG}{range}")), (DATED, open.to_owned())] {
        let handlers = vec![
            asked(None, cut("200 OK", fields, &file, 400)),
            asked(
                Some("bytes=400-"),
                cut("206 Partial Content", &again, &file[400..], 600),
            ),
        ];
        assert!(ends_with(&file, handlers).is_empty());
    }
}

#[test]
fn without_a_validator_nothing_is_kept() {
    let file = noise(1000);
    // Changed in the second of the answer: it may change again in the same second.
    let fresh = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
                 Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    for fields in ["", "ETag: W/\"1\"\r\n", fresh] {
        let ok = |sent| cut("200 OK", fields, &file, sent);
        let handlers = vec![asked(None, ok(400)), asked(None, ok(1000))];
        assert!(ends_with(&file, handlers).is_empty());

        let peer = Peer::new(vec![asked(None, ok(400))]);
        let once = Limits {
            give_up: Some(Duration::ZERO),
            ..quick()
        };
        let rig = Rig::over(peer.port, &file, once);
        let transfer = rig.start();
        assert_eq!(failure(&rig.downloader.wait(transfer.id())), "cut");
        assert!(!transfer.is_kept());
        assert!(rig.downloader.files().is_empty());
        peer.done();
    }
}

#[test]
fn odd_responses_to_a_range_request_restart_the_download() {
    let file = noise(1000);
    let new = other(1000);
    let longer = other(1200);
    let multipart = "ETag: \"1\"\r\nContent-Type: multipart/byteranges; boundary=x\r\n";
    let partial = "206 Partial Content";
    let ranged = |range: &str, fields: &str| format!("Content-Range: bytes {range}\r\n{fields}");
    for (status, fields, body, whole, note) in [
        // If-Range is ignored: of another version, and so of another length.
        (
            partial,
            ranged("400-999/1000", "ETag: \"2\"\r\n"),
            &new[400..],
            &new,
            "changed",
        ),
        (
            partial,
            ranged("400-1199/1200", TAG),
            &longer[400..],
            &longer,
            "changed",
        ),
        // Nobody knows of which version.
        (
            partial,
            ranged("400-999/1000", ""),
            &new[400..],
            &new,
            "no-ranges",
        ),
        (
            partial,
            ranged("400-999/1000", DATED),
            &new[400..],
            &new,
            "changed",
        ),
        // Another part than the one asked for.
        (
            partial,
            ranged("0-399/1000", TAG),
            &file[..400],
            &file,
            "no-ranges",
        ),
        (
            partial,
            ranged("401-999/1000", TAG),
            &file[401..],
            &file,
            "no-ranges",
        ),
        // None that can be told.
        (partial, TAG.to_owned(), &file[400..], &file, "no-ranges"),
        (
            partial,
            ranged("999-400/1000", TAG),
            &file[400..],
            &file,
            "no-ranges",
        ),
        (
            partial,
            multipart.to_owned(),
            b"--x\r\n\r\n--x--\r\n",
            &file,
            "no-ranges",
        ),
        (
            "416 Range Not Satisfiable",
            ranged("*/1000", ""),
            b"",
            &file,
            "changed",
        ),
    ] {
        let handlers = vec![
            asked(None, cut("200 OK", TAG, &file, 400)),
            asked(Some("bytes=400-"), cut(status, &fields, body, body.len())),
            asked(None, cut("200 OK", TAG, whole, whole.len())),
        ];
        assert_eq!(ends_with(whole, handlers), [note], "{status} {fields}");
    }
}

#[test]
fn a_part_of_another_length_than_it_says_is_not_the_rest() {
    let file = noise(1000);
    let fields = format!("{TAG}Content-Range: bytes 400-999/1000\r\n");
    let rest = |from: usize, to| {
        let fields = format!("{TAG}Content-Range: bytes {from}-999/1000\r\n");
        cut("206 Partial Content", &fields, &file[from..to], to - from)
    };
    let handlers = vec![
        asked(None, cut("200 OK", TAG, &file, 400)),
        asked(Some("bytes=400-"), rest(400, 600)),
        asked(Some("bytes=600-"), rest(600, 1000)),
    ];
    assert!(ends_with(&file, handlers).is_empty());
    let too_much = other(700);
    let handlers = vec![
        asked(None, cut("200 OK", TAG, &file, 400)),
        asked(
            Some("bytes=400-"),
            cut("206 Partial Content", &fields, &too_much, 700),
        ),
        asked(None, cut("200 OK", TAG, &file, 1000)),
    ];
    ends_with(&file, handlers);
}

#[test]
fn a_file_that_is_all_here_is_asked_for_its_last_byte() {
    let file = noise(1000);
    let promising = format!("{TAG}Retry-After: 1\r\nConnection: close\r\n");
    let last = format!("{TAG}Content-Range: bytes 999-999/1000\r\n");
    let handlers = vec![
        asked(None, cut("200 OK", &promising, &file, 1000)),
        // The digest never comes.
        asked(None, Vec::new()),
        asked(
            Some("bytes=999-"),
            cut("206 Partial Content", &last, &file[999..], 1),
        ),
    ];
    assert!(ends_with(&file, handlers).is_empty());
}

#[test]
fn the_second_call_of_one_try_may_be_cut_too() {
    let file = noise(1000);
    let other = "ETag: \"2\"\r\n";
    let range = format!("{other}Content-Range: bytes 400-999/1000\r\n");
    for is_there_before in [false, true] {
        let peer = Peer::new(vec![
            asked(None, cut("200 OK", TAG, &file, 400)),
            asked(
                Some("bytes=400-"),
                cut("206 Partial Content", &range, &file[400..], 600),
            ),
            // Of the next version, which it is to send now, nothing comes.
            asked(None, Vec::new()),
            asked(None, b"HTTP/1.1 2".to_vec()),
            asked(None, Vec::new()),
            asked(None, cut("200 OK", other, &file, 1000)),
        ]);
        let once = Limits {
            give_up: Some(Duration::ZERO),
            ..quick()
        };
        let limits = if is_there_before { once } else { quick() };
        let mut rig = Rig::over(peer.port, &file, limits);
        if is_there_before {
            assert_eq!(failure(&rig.get()), "cut");
            rig.downloader.renew(quick());
        }
        assert_eq!(rig.gets(&file, Checked::Length), ["changed"]);
        peer.done();
    }
}
