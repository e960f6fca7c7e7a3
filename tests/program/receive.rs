//! `landline serve --receive`: what a sender and the owner see, and what is left after a kill or on a full disk.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{PATIENCE, field, noise, status};
use crate::landline;

/// A running `landline serve`, killed on drop.
struct Serving {
    child: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
}

impl Serving {
    fn start(shared: &Path, arguments: &[&str]) -> Self {
        let mut command = landline();
        command.arg("serve").arg(shared);
        Self::spawn(command.args(arguments))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .args(["--port", "0", "--bind", "127.0.0.1"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let port = line.trim().trim_end_matches('/').rsplit(':').next();
        let port = port.and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no address: {line:?}"));
        Self { child, lines, port }
    }

    /// Sends a head and a body.
    fn begin(&self, head: &str, body: &[u8]) -> TcpStream {
        let mut socket = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(socket, "{head}Host: localhost\r\n\r\n").unwrap();
        // It may answer before it has read everything.
        let _ = socket.write_all(body);
        socket
    }

    fn send(&self, head: &str, body: &[u8]) -> String {
        let head = format!("{head}Connection: close\r\n");
        let mut socket = self.begin(&head, body);
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    /// The next line on stdout.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_file_is_one_line() {
    let (shared, received) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(shared.path().join("secret"), "secret").unwrap();
    let folder = received.path().to_str().unwrap();
    let mut serving = Serving::start(shared.path(), &["--receive", folder, "--drop-only"]);
    let answer = serving.send(
        "PUT /a%20%E2%80%AEb.txt HTTP/1.1\r\nContent-Length: 5\r\n",
        b"hello",
    );
    assert_eq!(status(&answer), 201, "{answer}");
    assert_eq!(field(&answer, "Location"), Some("/a%20b.txt"));
    assert_eq!(fs::read(received.path().join("a b.txt")).unwrap(), b"hello");
    let line = serving.line();
    assert!(line.contains("received “a  b.txt” — 5 B"), "{line}");
    assert!(line.contains("a b.txt\n"), "{line}");
    let answer = serving.send("GET /secret HTTP/1.1\r\n", b"");
    assert_eq!(status(&answer), 403);
    assert!(serving.line().contains("others may only send files"));
}

#[test]
fn the_folder_has_to_exist() {
    let shared = tempfile::tempdir().unwrap();
    let missing = shared.path().join("missing");
    let output = landline()
        .arg("serve")
        .arg(shared.path())
        .arg("--receive")
        .arg(&missing)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty() && !missing.exists());
}

#[test]
fn a_kill_costs_nothing_that_was_stored_and_passes_off_no_part_as_whole() {
    const LEN: usize = 8_000_000;
    let (shared, received) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = received.path().to_str().unwrap();
    let body = noise(LEN);
    let mut serving = Serving::start(shared.path(), &["--receive", folder]);
    let head = format!("PUT /film HTTP/1.1\r\nContent-Length: {LEN}\r\n");
    let _socket = serving.begin(&head, &body[..LEN / 2]);
    let part = received.path().join("film.part");
    let until = Instant::now() + PATIENCE;
    while fs::metadata(&part).map_or(0, |found| found.len()) < (LEN / 2) as u64 {
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(5));
    }
    serving.child.kill().unwrap();
    serving.child.wait().unwrap();
    assert!(!received.path().join("film").exists());
    let serving = Serving::start(shared.path(), &["--receive", folder]);
    let answer = serving.send("HEAD /film HTTP/1.1\r\n", b"");
    assert_eq!(status(&answer), 204, "{answer}");
    let at: usize = field(&answer, "Upload-Offset").unwrap().parse().unwrap();
    // Where the system tells that it was not started again, all of it counts.
    assert!(if cfg!(target_os = "linux") {
        at == LEN / 2
    } else {
        at <= LEN / 2
    });
    let head = format!(
        "PUT /film HTTP/1.1\r\nContent-Length: {}\r\nContent-Range: bytes {at}-{}/{LEN}\r\n",
        LEN - at,
        LEN - 1
    );
    let answer = serving.send(&head, &body[at..]);
    assert_eq!(status(&answer), 201, "{answer}");
    assert!(fs::read(received.path().join("film")).unwrap() == body);
    assert_eq!(fs::read_dir(received.path()).unwrap().count(), 1);
}

/// The disk is a tmpfs of 200 MB in a mount namespace that only the program sees.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_refused_before_and_while_it_fills() {
    const DISK_LEN: u64 = 200 << 20;
    let mount = tempfile::tempdir().unwrap();
    let script =
        format!(r#"mount -t tmpfs -o size={DISK_LEN} tmpfs "$1" && cd "$1" && shift && exec "$@""#);
    let program = landline();
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .args([&script, "sh"])
        .arg(mount.path())
        .arg(program.get_program())
        .args(["serve", ".", "--receive", "."])
        .env("LC_ALL", "C")
        .env_remove("LANGUAGE")
        .env_remove("RUST_LOG")
        .env("LANDLINE_CONFIG_DIR", mount.path().join("settings"))
        .stdin(Stdio::null());
    let may_mount = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "true"])
        .status();
    if !may_mount.is_ok_and(|status| status.success()) {
        eprintln!("not tested, this user may not have a mount namespace");
        return;
    }
    let serving = Serving::spawn(&mut command);
    let inside = mount.path().strip_prefix("/").unwrap();
    let disk = Path::new("/proc")
        .join(serving.child.id().to_string())
        .join("root")
        .join(inside);
    let free = || {
        let found = rustix::fs::statvfs(&disk).unwrap();
        found.f_bavail * found.f_frsize
    };
    let all = free();
    assert!(all <= DISK_LEN, "it is another disk");
    // A twentieth stays free.
    let head = "PUT /large HTTP/1.1\r\nContent-Length: 205000000\r\n";
    assert_eq!(status(&serving.send(head, b"")), 507);
    let chunk = noise(1 << 20);
    let mut socket = serving.begin(
        "PUT /endless HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
        b"",
    );
    for _ in 0..300 {
        let sent = write!(socket, "{:x}\r\n", chunk.len())
            .and_then(|()| socket.write_all(&chunk))
            .and_then(|()| socket.write_all(b"\r\n"));
        if sent.is_err() {
            break;
        }
    }
    let mut answer = vec![0; 12];
    socket.read_exact(&mut answer).unwrap();
    assert_eq!(answer, b"HTTP/1.1 507");
    // What has arrived is removed, because nobody goes on with it.
    let until = Instant::now() + PATIENCE;
    while free() < all - (1 << 20) {
        assert!(Instant::now() < until, "{} of {all} are free", free());
        std::thread::sleep(Duration::from_millis(5));
    }
    // Many short files do not use the margin either.
    let (mut number, short) = (0, noise(4 << 20));
    let answered = loop {
        let head = format!(
            "PUT /short{number} HTTP/1.1\r\nContent-Length: {}\r\n",
            short.len()
        );
        let answered = status(&serving.send(&head, &short));
        if answered != 201 {
            break answered;
        }
        number += 1;
    };
    assert_eq!(answered, 507);
    assert!(free() >= DISK_LEN / 20 - (1 << 20), "{} are free", free());
}
