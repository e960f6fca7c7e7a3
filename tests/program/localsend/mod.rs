//! `landline serve --localsend`, as seen from a shell and from a device with LocalSend.

mod device;
#[cfg(target_os = "linux")]
mod disk;
mod ending;

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::json;
use tempfile::TempDir;

use self::device::{Device, Offered};
use crate::common::status;
use crate::landline;

/// A running `landline serve --localsend` with settings and folders of its own, killed on drop.
struct Serving {
    child: Child,
    printed: Lines<BufReader<ChildStdout>>,
    said: Lines<BufReader<ChildStderr>>,
    received: TempDir,
    _shared: TempDir,
    _settings: TempDir,
    port: u16,
}

impl Serving {
    fn start(more: &[&str]) -> Self {
        let any_port: &[_] = if more.contains(&"--localsend-port") {
            &[]
        } else {
            &["--localsend-port", "0"]
        };
        let mut serving = Self::spawn(&[any_port, more].concat());
        serving.port = serving.port();
        serving
    }

    /// Does not wait until it listens.
    fn spawn(more: &[&str]) -> Self {
        Self::spawn_by(landline(), tempfile::tempdir().unwrap(), more)
    }

    /// The same with a command that runs the program, and this folder for received files.
    fn spawn_by(mut command: Command, received: TempDir, more: &[&str]) -> Self {
        let dir = || tempfile::tempdir().unwrap();
        let (shared, settings) = (dir(), dir());
        fs::write(shared.path().join("notes.txt"), "hello").unwrap();
        let mut child = command
            .env("LANDLINE_CONFIG_DIR", settings.path())
            .args(["serve", "--bind", "127.0.0.1", "--port", "0", "--localsend"])
            .arg("--receive")
            .arg(received.path())
            .args(more)
            .arg(shared.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            printed: BufReader::new(child.stdout.take().unwrap()).lines(),
            said: BufReader::new(child.stderr.take().unwrap()).lines(),
            child,
            received,
            _shared: shared,
            _settings: settings,
            port: 0,
        }
    }

    /// Waits until it says where it listens for LocalSend.
    fn port(&mut self) -> u16 {
        let line = self.says("LocalSend devices");
        let port = line.rsplit_once("(port ").unwrap().1;
        port.trim_end_matches(").").parse().unwrap()
    }

    /// The next line on stderr with `text`.
    fn says(&mut self, text: &str) -> String {
        let mut lines = self.said.by_ref().map(Result::unwrap);
        let found = lines.find(|line| line.contains(text));
        found.unwrap_or_else(|| panic!("it does not say: {text}"))
    }

    /// The next line on stdout with `text`.
    fn prints(&mut self, text: &str) -> String {
        let mut lines = self.printed.by_ref().map(Result::unwrap);
        let found = lines.find(|line| line.contains(text));
        found.unwrap_or_else(|| panic!("it does not print: {text}"))
    }

    fn device(&self, is_encrypted: bool) -> Device {
        Device {
            port: self.port,
            is_encrypted,
        }
    }

    /// The port of the share. To be called once.
    fn share(&mut self) -> Device {
        let address = self.prints("http://");
        Device {
            port: address.rsplit_once(':').unwrap().1.parse().unwrap(),
            is_encrypted: false,
        }
    }

    fn received(&self, name: &str) -> std::path::PathBuf {
        self.received.path().join(name)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn offered<'a>(name: &'a str, content: &'a [u8]) -> Offered<'a> {
    Offered {
        name,
        content,
        modified: "2001-09-09T01:46:40Z",
    }
}

#[test]
fn a_file_arrives_with_its_folder_name_and_date() {
    let mut serving = Serving::start(&[]);
    let cases = [(true, true), (true, false), (false, true), (false, false)];
    for (is_encrypted, is_chunked) in cases {
        let name = format!("trip/海 {is_encrypted} {is_chunked}.txt");
        let device = serving.device(is_encrypted);
        let accepted = device.offer(&offered(&name, b"hello sea"), "");
        let answer = device.upload(&accepted, b"hello sea", is_chunked);
        assert_eq!(status(&answer), 200, "{answer}");
        let path = serving.received(&name);
        assert_eq!(fs::read(&path).unwrap(), b"hello sea");
        let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let found = fs::metadata(&path).unwrap().modified().unwrap();
        assert_eq!(found, modified);
        let line = serving.prints("received");
        let is_complete = line.contains("127.0.0.1") && line.contains("海") && line.contains("9 B");
        assert!(is_complete, "{line}");
    }
}

#[test]
fn names_are_made_safe_and_nothing_is_replaced() {
    let serving = Serving::start(&[]);
    let device = serving.device(true);
    fs::write(serving.received("a.txt"), "mine").unwrap();
    for name in ["a.txt", "../../a.txt"] {
        let accepted = device.offer(&offered(name, b"theirs"), "");
        let answer = device.upload(&accepted, b"theirs", false);
        assert_eq!(status(&answer), 200, "{answer}");
    }
    assert_eq!(fs::read(serving.received("a.txt")).unwrap(), b"mine");
    let all = fs::read_dir(serving.received.path()).unwrap().count();
    assert_eq!(all, 3);
}

#[test]
fn a_password_is_the_pin() {
    let settings = tempfile::tempdir().unwrap();
    let file = settings.path().join("password");
    fs::write(&file, "12 34\n").unwrap();
    private(&file);
    let serving = Serving::start(&["--password-file", file.to_str().unwrap()]);
    let device = serving.device(true);
    let file = offered("a.txt", b"hello");
    assert_eq!(status(&device.offer(&file, "")), 401);
    assert_eq!(status(&device.offer(&file, "?pin=1234")), 401);
    let accepted = device.offer(&file, "?pin=12%2034");
    let answer = device.upload(&accepted, b"hello", false);
    assert_eq!(status(&answer), 200, "{answer}");
}

#[test]
fn guesses_at_both_ports_count_together() {
    let settings = tempfile::tempdir().unwrap();
    let file = settings.path().join("password");
    fs::write(&file, "12 34\n").unwrap();
    private(&file);
    let mut serving = Serving::start(&["--password-file", file.to_str().unwrap()]);
    let share = serving.share();
    let receiver = serving.device(true);
    let file = offered("a.txt", b"hello");
    for guess in 0..5 {
        let at_receiver = receiver.offer(&file, &format!("?pin={guess}"));
        let at_share = share.ask(&format!("GET /?k={guess}a"), "", b"");
        assert_eq!([status(&at_receiver), status(&at_share)], [401; 2]);
    }
    let at_receiver = receiver.offer(&file, "?pin=12%2034");
    let at_share = share.ask("GET /?k=b", "", b"");
    assert_eq!([status(&at_receiver), status(&at_share)], [429; 2]);
}

#[test]
fn a_text_is_printed_in_full() {
    let mut serving = Serving::start(&[]);
    let text = format!("{} end", "https://example.org/".repeat(50));
    let sent = format!("two\nlines \u{1b}[31m{text}");
    let files = json!({ "one": {
        "id": "one",
        "fileName": "one.txt",
        "size": sent.len(),
        "fileType": "text/plain",
        "preview": sent,
    }});
    let answer = serving.device(true).prepare(&files, "");
    assert_eq!(status(&answer), 204, "{answer}");
    let line = serving.prints(">>>");
    assert!(
        line.starts_with("Ann’s phone (127.0.0.1) >>> two"),
        "{line}"
    );
    assert!(line.ends_with(&text), "{line}");
    assert!(!line.contains('\u{1b}'));
    let all = fs::read_dir(serving.received.path()).unwrap().count();
    assert_eq!(all, 0);
}

#[test]
fn the_name_is_what_devices_see() {
    let serving = Serving::start(&["--name", "Kitchen"]);
    // Versions before 2.0 have found devices by the first path, and later ones still do.
    for version in ["v1", "v2"] {
        for is_encrypted in [true, false] {
            let request = format!("GET /api/localsend/{version}/info");
            let answer = serving.device(is_encrypted).ask(&request, "", b"");
            assert_eq!(status(&answer), 200, "{answer}");
            let (_, body) = answer.split_once("\r\n\r\n").unwrap();
            let info: serde_json::Value = serde_json::from_str(body).unwrap();
            assert_eq!(info["alias"], "Kitchen");
            assert_eq!(info["deviceType"], "headless");
            assert_eq!(info["fingerprint"].as_str().unwrap().len(), 64);
        }
    }
}

#[test]
fn the_two_ports_have_nothing_in_common() {
    let mut serving = Serving::start(&[]);
    let share = serving.share();
    let receiver = serving.device(false);
    for (device, target, expected) in [
        (&share, "/notes.txt", 200),
        (&receiver, "/notes.txt", 404),
        (&receiver, "/", 404),
        (&share, "/api/localsend/v2/info", 404),
        (&receiver, "/api/localsend/v2/info", 200),
    ] {
        let answer = device.ask(&format!("GET {target}"), "", b"");
        assert_eq!(status(&answer), expected, "{target}: {answer}");
    }
}

#[test]
fn with_encrypted_only_nothing_is_accepted_in_plain_text() {
    let serving = Serving::start(&["--encrypted-only"]);
    let file = offered("a.txt", b"hello");
    let refused = serving.device(false).offer(&file, "");
    assert!(status(&refused) >= 400, "{refused}");
    let device = serving.device(true);
    let accepted = device.offer(&file, "");
    assert_eq!(status(&device.upload(&accepted, b"hello", true)), 200);
}

fn private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = path;
}
