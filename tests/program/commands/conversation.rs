//! `landline say HOST`: a conversation on the terminal.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Output, Stdio};

use super::{Serve, outcome, text};
use crate::common::PATIENCE;
use crate::landline;

/// A `landline say` and the other side of its connection.
struct Say {
    child: Child,
    stdin: Option<ChildStdin>,
    peer: TcpStream,
}

impl Say {
    fn start(more: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let mut child = landline()
            .args(["say", "127.0.0.1", "--port", &port])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (peer, _) = listener.accept().unwrap();
        peer.set_read_timeout(Some(PATIENCE)).unwrap();
        let stdin = child.stdin.take();
        Self { child, stdin, peer }
    }

    fn types(&mut self, bytes: &[u8]) {
        self.stdin.as_mut().unwrap().write_all(bytes).unwrap();
    }

    fn hears(&mut self, bytes: &[u8]) {
        let mut heard = vec![0; bytes.len()];
        self.peer.read_exact(&mut heard).unwrap();
        assert_eq!(heard, bytes);
    }

    fn output(mut self) -> Output {
        self.stdin.take();
        self.child.wait_with_output().unwrap()
    }
}

#[test]
fn lines_are_sent_and_replies_are_printed_as_they_come() {
    let mut say = Say::start(&[]);
    say.types(b"are u ok?\n");
    say.hears(b"are u ok?");
    say.peer.write_all(b"thanks").unwrap();
    // Printed at once, not at the end.
    let mut printed = [0; 6];
    let stdout = say.child.stdout.as_mut().unwrap();
    stdout.read_exact(&mut printed).unwrap();
    assert_eq!(&printed, b"thanks");
    say.types("再见\r\n".as_bytes());
    say.hears("再见".as_bytes());
    // Ctrl-D: the other side hears of it, and can still answer.
    say.stdin.take();
    assert_eq!(say.peer.read(&mut [0]).unwrap(), 0);
    say.peer.write_all(b", bye\x1b[2J\n").unwrap();
    say.peer.shutdown(Shutdown::Write).unwrap();
    let output = say.output();
    let (status, out, err) = outcome(&output);
    assert_eq!((status, out), (Some(0), ", bye [2J\n"));
    let lines: Vec<_> = err.lines().collect();
    let [connected, hung_up] = lines[..] else {
        panic!("{err}");
    };
    assert!(connected.starts_with("landline: Connected to 127.0.0.1 in "));
    assert_eq!(hung_up, "landline: 127.0.0.1 hung up.");
}

#[test]
fn the_end_of_the_other_side_ends_the_conversation() {
    let mut say = Say::start(&[]);
    say.peer.write_all(b"no newline").unwrap();
    say.peer.shutdown(Shutdown::Write).unwrap();
    // Its stdin is still open.
    let mut out = String::new();
    let stdout = say.child.stdout.as_mut().unwrap();
    stdout.read_to_string(&mut out).unwrap();
    assert_eq!(out, "no newline\n");
    assert_eq!(say.output().status.code(), Some(0));
}

#[test]
fn a_reset_is_an_error() {
    let mut say = Say::start(&[]);
    // Only then is it known to have connected.
    say.types(b"hello\n");
    say.hears(b"hello");
    socket2::SockRef::from(&say.peer)
        .set_linger(Some(std::time::Duration::ZERO))
        .unwrap();
    let Say { child, stdin, peer } = say;
    drop(peer);
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    let (status, out, err) = outcome(&output);
    assert_eq!((status, out), (Some(1), ""));
    assert!(err.contains("127.0.0.1 reset the connection"), "{err}");
}

#[test]
fn bytes_are_typed_and_printed_in_hexadecimal_digits() {
    let mut say = Say::start(&["--hex"]);
    say.types(b"E4 BD A0\n0xff,0x00\n");
    say.hears(&[0xe4, 0xbd, 0xa0, 0xff, 0]);
    say.types(b"E4 zy\nabc\n01\n");
    say.hears(&[1]);
    say.peer.write_all(&[0xff, 0x0d]).unwrap();
    let mut lines = BufReader::new(say.child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "FF 0D");
    say.peer.write_all(b"\n").unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "0A");
    drop(say.peer.shutdown(Shutdown::Write));
    let output = say.output();
    let err = text(&output.stderr);
    assert!(err.contains("“z” is not a hexadecimal digit"), "{err}");
    assert!(err.contains("“c” is only half a byte"), "{err}");
}

#[test]
fn text_may_be_gbk_and_a_character_may_be_split() {
    let ni_hao = [0xc4, 0xe3, 0xba, 0xc3];
    let mut say = Say::start(&["--encoding", "gbk", "--line-end", "crlf"]);
    // In this order: what follows has been said when the next line arrives.
    say.types("😀\n你好\n".as_bytes());
    say.hears(&[&ni_hao[..], b"\r\n"].concat());
    say.peer.write_all(b"ok ").unwrap();
    say.peer.write_all(&ni_hao[..1]).unwrap();
    let mut ok = [0; 3];
    let stdout = say.child.stdout.as_mut().unwrap();
    stdout.read_exact(&mut ok).unwrap();
    say.peer.write_all(&ni_hao[1..]).unwrap();
    say.peer.shutdown(Shutdown::Write).unwrap();
    let output = say.output();
    let (status, out, err) = outcome(&output);
    assert_eq!((status, out), (Some(0), "你好\n"));
    assert!(err.contains("GBK has no “😀”"), "{err}");
}

#[test]
fn a_message_in_another_encoding_has_a_reply_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path(), &["--answer", "你好"]);
    let port = serve.port.to_string();
    for (more, expected) in [
        (vec!["E4 BD A0", "--hex"], "E4 BD A0 E5 A5 BD\n"),
        (vec!["hello", "--encoding", "gbk"], "浣犲ソ\n"),
        (vec!["hello"], "你好\n"),
    ] {
        let output = landline()
            .args(["say", "127.0.0.1", "--port", &port])
            .args(more)
            .output()
            .unwrap();
        assert_eq!(outcome(&output), (Some(0), expected, ""));
    }
}

#[test]
fn a_server_may_keep_the_line_open() {
    let dir = tempfile::tempdir().unwrap();
    let mut serve = Serve::start(dir.path(), &["--answer", "thanks", "--keep-open"]);
    let mut socket = TcpStream::connect(("127.0.0.1", serve.port)).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    for message in ["one", "two"] {
        socket.write_all(message.as_bytes()).unwrap();
        let mut answer = [0; 6];
        socket.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"thanks");
        assert_eq!(serve.line(), format!("127.0.0.1 >>> {message}"));
    }
    // The server hangs up when the other side has.
    let mut say = landline()
        .args(["say", "127.0.0.1", "--port", &serve.port.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    say.stdin.take().unwrap().write_all(b"three\n").unwrap();
    let output = say.wait_with_output().unwrap();
    assert_eq!(outcome(&output), (Some(0), "thanks\n", ""));
}

#[test]
fn what_comes_from_a_file_arrives_whole_though_it_is_no_text() {
    let mut say = Say::start(&[]);
    // A line longer than what may wait to be sent, and bytes that are not UTF-8.
    let line = [&vec![0xff; 20 << 20][..], b"\xc4\xe3"].concat();
    let mut stdin = say.stdin.take().unwrap();
    let mut heard = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            stdin.write_all(&line).unwrap();
            stdin.write_all(b"\nend").unwrap();
            drop(stdin);
        });
        say.peer.read_to_end(&mut heard).unwrap();
    });
    assert!(heard == [&line[..], b"end"].concat(), "{}", heard.len());
    say.peer.shutdown(Shutdown::Write).unwrap();
    let output = say.output();
    assert_eq!(outcome(&output).0, Some(0));
}

#[cfg(unix)]
#[test]
fn ctrl_c_hangs_up() {
    let mut say = Say::start(&[]);
    say.types(b"hello\n");
    say.hears(b"hello");
    let pid = rustix::process::Pid::from_child(&say.child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(say.peer.read(&mut [0]).unwrap(), 0);
    // Its stdin is still open, and so is the other side.
    assert_eq!(say.child.wait().unwrap().code(), Some(0));
}
