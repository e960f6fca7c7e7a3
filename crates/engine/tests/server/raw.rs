//! The raw dialect over real sockets: what the lecture notes' clients do, and what goes wrong.

use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use crate::common::{PATIENCE, Shared, noise, rest};
use landline_engine::call::Answering;
use landline_engine::server::ServerEvent;
use landline_engine::transfer::{Outcome, Protocol};

#[test]
fn a_bare_name_gets_the_file() {
    let shared = Shared::of(&[("notes.txt", b"hello")]);
    assert_eq!(shared.raw(b"notes.txt"), b"hello");
    let ended = shared.wait(|event| match event {
        ServerEvent::Ended(transfer) | ServerEvent::Over(transfer) => Some(transfer),
        _ => None,
    });
    assert_eq!((ended.name(), ended.peer()), ("notes.txt", "127.0.0.1"));
    assert_eq!((ended.done(), ended.protocol()), (5, Some(Protocol::Raw)));
    assert_eq!(ended.outcome(), Some(&Outcome::Sent));
}

#[test]
fn a_name_ends_at_a_line_feed_a_half_close_or_silence() {
    // Silence is never the reason here: nobody would wait so long.
    let shared = Shared::with(|config| config.limits.silence = PATIENCE * 10);
    shared.write("海 边.txt", b"sea");
    shared.write("GET notes.txt", b"odd");
    let name = "海 边.txt".as_bytes();
    assert_eq!(shared.raw(&[name, b"\n"].concat()), b"sea");
    assert_eq!(shared.raw(&[name, b"\r\n"].concat()), b"sea");
    assert_eq!(shared.raw(&[name, b"\nignored"].concat()), b"sea");
    assert_eq!(shared.raw(b"GET notes.txt\n"), b"odd");
    let mut socket = shared.connect();
    socket.write_all(name).unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    assert_eq!(rest(socket), b"sea");
}

#[test]
fn a_name_may_come_in_pieces_that_split_a_character() {
    let shared = Shared::with(|config| config.limits.silence = Duration::from_millis(1500));
    shared.write("海.txt", b"sea");
    let mut socket = shared.connect();
    socket.set_nodelay(true).unwrap();
    for byte in "海.txt".bytes() {
        socket.write_all(&[byte]).unwrap();
    }
    assert_eq!(rest(socket), b"sea");
}

#[test]
fn what_may_become_a_request_is_not_ended_by_silence() {
    let shared = Shared::with(|config| {
        config.limits.silence = Duration::from_millis(1);
        config.limits.head = Duration::from_millis(300);
    });
    shared.write("GET", b"a file called GET");
    shared.write("P", b"another");
    let began = Instant::now();
    assert_eq!(shared.raw(b"GET"), b"a file called GET");
    assert_eq!(shared.raw(b"P"), b"another");
    assert!(began.elapsed() >= Duration::from_millis(600));
    let answer = String::from_utf8(shared.raw(b"GET /notes.txt HTT")).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[test]
fn what_is_no_file_gets_an_empty_close() {
    let shared = Shared::with(|config| config.limits.silence = Duration::from_millis(20));
    shared.write("sub/inner.txt", b"in");
    shared.write(".hidden", b"x");
    let long = "a".repeat(5000);
    for name in [
        "none.txt",
        "sub",
        "../etc/passwd",
        "/etc/passwd",
        ".hidden",
        "\0",
        "\n",
        &long,
        "a\u{7}b",
    ] {
        assert_eq!(shared.raw(name.as_bytes()), b"", "{name:?}");
    }
    assert_eq!(shared.raw(b"\xff\xfe"), b"");
    assert_eq!(shared.raw(b"sub/inner.txt"), b"in");
}

#[test]
fn an_empty_file_is_an_empty_close_too() {
    let shared = Shared::of(&[("empty", b"")]);
    assert_eq!(shared.raw(b"empty\n"), b"");
}

#[test]
fn a_silent_connection_is_closed() {
    let shared = Shared::with(|config| config.limits.head = Duration::from_millis(50));
    assert_eq!(shared.raw(b""), b"");
}

#[test]
fn a_client_that_talks_on_and_reads_late_gets_every_byte() {
    let content = noise(3_000_000);
    let shared = Shared::of(&[("big", &content)]);
    let mut socket = shared.connect();
    socket.write_all(b"big\n").unwrap();
    // Unread input at the server: a careless close would reset the connection and lose the tail.
    for _ in 0..100 {
        socket.write_all(b"more that nobody asked for").unwrap();
    }
    shared.wait(|event| matches!(event, ServerEvent::Started(_)).then_some(()));
    assert!(rest(socket) == content);
}

#[test]
fn the_same_file_is_the_same_bytes_in_both_dialects() {
    let content = noise(700_001);
    // Windows has no file with a question mark.
    let (name, path) = if cfg!(windows) {
        ("sub/a b#%.bin", "/sub/a%20b%23%25.bin")
    } else {
        ("sub/a b#?%.bin", "/sub/a%20b%23%3F%25.bin")
    };
    let shared = Shared::of(&[(name, &content)]);
    let raw = shared.raw(format!("{name}\n").as_bytes());
    let mut socket = shared.connect();
    write!(
        socket,
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let answer = rest(socket);
    let head_len = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
    assert!(raw == content);
    assert!(answer[head_len..] == content);
}

#[test]
fn messages_are_shown_and_answered_when_that_is_on() {
    let shared = Shared::with(|config| config.answering = Some(Answering::with_text("thanks")));
    shared.write("notes.txt", b"hello");
    assert_eq!(shared.raw(b"are u ok?"), b"thanks");
    let text = shared.wait(|event| match event {
        ServerEvent::Message { text, .. } => Some(text),
        _ => None,
    });
    assert_eq!(text, "are u ok?");
    assert_eq!(shared.raw(b"notes.txt"), b"hello");
    shared.server.as_ref().unwrap().set_answering(None);
    assert_eq!(shared.raw(b"are u ok?"), b"");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_not_answered_like_a_message() {
    use std::os::unix::fs::PermissionsExt;
    let shared = Shared::with(|config| config.answering = Some(Answering::with_text("thanks")));
    shared.write("locked.txt", b"x");
    let path = shared.dir.path().join("locked.txt");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may read everything (root) gets the file, everybody else an error: never the text.
    let expected: &[u8] = if std::fs::read(&path).is_ok() {
        b"x"
    } else {
        b""
    };
    let mut socket = shared.connect();
    socket.write_all(b"locked.txt\n").unwrap();
    let mut got = Vec::new();
    let _ = socket.read_to_end(&mut got);
    assert_eq!(got, expected);
}

#[test]
fn a_file_that_shrinks_on_the_way_is_an_error_and_not_an_end() {
    // Larger than what the kernel buffers, so that the server is still at it when it shrinks.
    let shared = Shared::of(&[("big", &vec![7; 64 << 20])]);
    let mut socket = shared.connect();
    socket.write_all(b"big\n").unwrap();
    socket.read_exact(&mut [0; 1000]).unwrap();
    let file = std::fs::File::options()
        .write(true)
        .open(shared.dir.path().join("big"))
        .unwrap();
    file.set_len(30 << 20).unwrap();
    let end = socket.read_to_end(&mut Vec::new());
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
}
