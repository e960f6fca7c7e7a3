//! Parts of a file (206) that are not the ones asked for and of use all the same: shorter, earlier, or not
//! asked for at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::peer::codes;
use landline_engine::transfer::Checked;

use crate::common::noise;
use crate::peer::{Handler, Peer, answer, content, failure, http, saved};
use crate::rig::{NAME, Rig, quick};
use crate::versions::{DATED, TAG, asked, cut, ends_with};
use crate::web::{Asked, Reply, Web};

const PARTIAL: &str = "206 Partial Content";

/// The bytes of `file` from `from` to `to`, said to be so.
fn part(file: &[u8], from: usize, to: usize, fields: &str) -> Vec<u8> {
    let (last, whole) = (to - 1, file.len());
    let fields = format!("{fields}Content-Range: bytes {from}-{last}/{whole}\r\n");
    answer(PARTIAL, &fields, &file[from..to])
}

#[test]
fn a_part_that_nobody_asked_for_is_the_beginning() {
    let file = noise(1000);
    // All of it.
    for fields in [TAG, DATED, ""] {
        let handlers = vec![asked(None, part(&file, 0, 1000, fields))];
        assert!(ends_with(&file, handlers).is_empty());
    }
    // Not all of it.
    for fields in [TAG, DATED] {
        let handlers = vec![
            asked(None, part(&file, 0, 300, fields)),
            asked(Some("bytes=300-"), part(&file, 300, 1000, fields)),
        ];
        assert!(ends_with(&file, handlers).is_empty());
    }
}

#[test]
fn a_part_that_leads_nowhere_is_a_failure() {
    let file = noise(1000);
    let multipart = format!("{TAG}Content-Type: multipart/byteranges; boundary=x\r\n");
    for wire in [
        // Its rest cannot be asked for.
        part(&file, 0, 300, ""),
        // Not the beginning.
        part(&file, 1, 1000, TAG),
        // More than it says.
        answer(
            PARTIAL,
            &format!("{TAG}Content-Range: bytes 0-299/1000\r\n"),
            &file,
        ),
        part(&file, 0, 1000, &multipart),
    ] {
        let peer = Peer::new(vec![http(wire)]);
        let rig = Rig::over(peer.port, &file, quick());
        assert_eq!(failure(&rig.get()), "status-other");
        assert!(rig.downloader.files().is_empty());
        peer.done();
    }
}

#[test]
fn a_shorter_part_is_followed_by_the_next() {
    let file = noise(1000);
    for fields in [TAG, DATED] {
        let handlers = vec![
            asked(None, cut("200 OK", fields, &file, 400)),
            asked(Some("bytes=400-"), part(&file, 400, 700, fields)),
            asked(Some("bytes=700-"), part(&file, 700, 701, fields)),
            // Cut.
            asked(Some("bytes=701-"), {
                let mut wire = part(&file, 701, 900, fields);
                wire.truncate(wire.len() - 100);
                wire
            }),
            asked(Some("bytes=800-"), part(&file, 800, 1000, fields)),
        ];
        assert!(ends_with(&file, handlers).is_empty());
    }
}

#[test]
fn an_earlier_part_is_joined_where_it_begins() {
    let file = noise(1000);
    let handlers = vec![
        asked(None, cut("200 OK", TAG, &file, 400)),
        asked(Some("bytes=400-"), part(&file, 0, 500, TAG)),
        asked(Some("bytes=500-"), part(&file, 499, 1000, TAG)),
    ];
    assert!(ends_with(&file, handlers).is_empty());
}

#[test]
fn parts_of_a_version_that_changes_between_them_are_not_joined() {
    let (old, new) = (noise(1000), vec![7; 1000]);
    let handlers = vec![
        asked(None, part(&old, 0, 300, TAG)),
        asked(Some("bytes=300-"), part(&new, 300, 1000, "ETag: \"2\"\r\n")),
        asked(None, cut("200 OK", "ETag: \"2\"\r\n", &new, 1000)),
    ];
    assert_eq!(ends_with(&new, handlers), ["changed"]);
}

#[test]
fn where_the_length_is_unknown_the_file_ends_where_there_is_no_more() {
    let file = noise(1000);
    let open = |from: usize, to: usize| {
        let fields = format!("{TAG}Content-Range: bytes {from}-{}/*\r\n", to - 1);
        answer(PARTIAL, &fields, &file[from..to])
    };
    let end = |fields: &str| {
        let fields = format!("{fields}Content-Range: bytes */1000\r\n");
        answer("416 Range Not Satisfiable", &fields, b"no more")
    };
    let handlers = vec![
        asked(None, open(0, 600)),
        asked(Some("bytes=600-"), open(600, 1000)),
        asked(Some("bytes=1000-"), end(TAG)),
    ];
    assert!(ends_with(&file, handlers).is_empty());
    // Nobody knows of what that is the end.
    let handlers = vec![
        asked(None, open(0, 1000)),
        asked(Some("bytes=1000-"), end("")),
        asked(None, cut("200 OK", TAG, &file, 1000)),
    ];
    assert_eq!(ends_with(&file, handlers), ["changed"]);
}

#[test]
fn a_part_with_more_than_it_says_is_not_written_beyond_its_end() {
    let file = noise(1000);
    let range = format!("{TAG}Content-Range: bytes 400-699/1000\r\n");
    let chunked = format!("HTTP/1.1 {PARTIAL}\r\n{range}Transfer-Encoding: chunked\r\n\r\n");
    let mut too_long = chunked.into_bytes();
    too_long.extend(b"12d\r\n");
    too_long.extend(&file[400..701]);
    too_long.extend(b"\r\n0\r\n\r\n");
    for wire in [too_long, answer(PARTIAL, &range, &file[400..701])] {
        let handlers = vec![
            asked(None, cut("200 OK", TAG, &file, 400)),
            asked(Some("bytes=400-"), wire),
            asked(None, cut("200 OK", TAG, &file, 1000)),
        ];
        assert_eq!(ends_with(&file, handlers), ["no-ranges"]);
    }
}

#[test]
fn no_answer_about_a_part_makes_a_file_longer_than_it_is() {
    let file = noise(1000);
    let chunked = |status: &str, fields: &str, body: &[u8]| {
        let head = format!("HTTP/1.1 {status}\r\n{fields}Transfer-Encoding: chunked\r\n\r\n");
        let mut wire = head.into_bytes();
        for piece in body.chunks(97) {
            wire.extend(format!("{:x}\r\n", piece.len()).bytes());
            wire.extend(piece);
            wire.extend(b"\r\n");
        }
        wire.extend(b"0\r\n\r\n");
        wire
    };
    let closed = |status: &str, fields: &str, body: &[u8]| {
        let head = format!("HTTP/1.1 {status}\r\n{fields}\r\n");
        [head.as_bytes(), body].concat()
    };
    let longer = [&file[400..], &[7; 5000]].concat();
    let range = |range: &str| format!("{TAG}Content-Range: bytes {range}\r\n");
    let multipart = format!("{TAG}Content-Type: multipart/byteranges; boundary=x\r\n");
    for wire in [
        // To the file's end and beyond.
        chunked(PARTIAL, &range("400-999/1000"), &longer),
        closed(PARTIAL, &range("400-999/1000"), &longer),
        answer(PARTIAL, &range("400-999/1000"), &longer),
        chunked(PARTIAL, &range("400-999/*"), &longer),
        // The range, or the file, has another length than the one that was begun.
        answer(PARTIAL, &range("400-5999/6000"), &longer),
        answer(PARTIAL, &range("400-1000/1001"), &longer[..601]),
        answer(PARTIAL, &range("400-1000/1000"), &longer[..601]),
        chunked(PARTIAL, &range("400-5999/*"), &longer),
        // A part that nobody asked for.
        chunked(PARTIAL, &range("500-999/1000"), &longer),
        chunked(PARTIAL, &multipart, &longer),
        closed(PARTIAL, &range("400-18446744073709551615/*"), &longer),
    ] {
        let handlers = vec![
            asked(None, cut("200 OK", TAG, &file, 400)),
            asked(Some("bytes=400-"), wire),
            asked(None, cut("200 OK", TAG, &file, 1000)),
        ];
        let notes = ends_with(&file, handlers);
        assert!(notes == ["no-ranges"] || notes == ["changed"], "{notes:?}");
    }
}

/// A server of `file` that never sends more than `most` bytes of it, and counts its answers. Asked for
/// all of the file it sends that, if `has_whole`.
fn sparing(file: &[u8], most: usize, has_whole: bool) -> (Web, Arc<AtomicUsize>) {
    let file = file.to_vec();
    let count = Arc::new(AtomicUsize::new(0));
    let answers = Arc::clone(&count);
    let web = Web::new(move |asked: &Asked| {
        answers.fetch_add(1, Ordering::Relaxed);
        let range = asked.head.split_once("\r\nrange: bytes=");
        let from = range.map(|(_, rest)| rest.split('-').next().unwrap().parse::<usize>().unwrap());
        if from.is_none() && has_whole && answers.load(Ordering::Relaxed) > 1 {
            return Reply::Last(answer("200 OK", TAG, &file));
        }
        let from = from.unwrap_or(0);
        Reply::Last(part(&file, from, file.len().min(from + most), TAG))
    });
    (web, count)
}

#[test]
fn a_file_in_many_parts_arrives_whole() {
    let file = noise(1 << 20);
    let (web, count) = sparing(&file, 10_000, false);
    let rig = Rig::over(web.port, &file, quick());
    let outcome = rig.get();
    assert_eq!(saved(&outcome).checked, Checked::Length);
    assert!(content(&rig.path()) == file);
    assert_eq!(count.load(Ordering::Relaxed), (1 << 20) / 10_000 + 1);
}

#[test]
fn parts_of_a_byte_are_not_asked_for_without_end() {
    let file = noise(100_000);
    for has_whole in [true, false] {
        let (web, count) = sparing(&file, 1, has_whole);
        let rig = Rig::over(web.port, &file, quick());
        let outcome = rig.get();
        if has_whole {
            assert_eq!(codes(&saved(&outcome).notes)[0], "no-ranges");
            assert!(content(&rig.path()) == file);
            assert_eq!(rig.downloader.files(), [NAME]);
        } else {
            assert_eq!(failure(&outcome), "status-other");
            assert!(rig.downloader.files().is_empty());
        }
        assert!(count.load(Ordering::Relaxed) < 2_000);
    }
}

#[test]
fn what_a_part_ends_before_its_beginning_is_asked_for_whole() {
    let file = noise(1000);
    let handlers: Vec<Handler> = vec![
        asked(None, cut("200 OK", TAG, &file, 400)),
        asked(Some("bytes=400-"), part(&file, 0, 400, TAG)),
        asked(None, cut("200 OK", TAG, &file, 1000)),
    ];
    assert_eq!(ends_with(&file, handlers), ["no-ranges"]);
}
