//! A shared folder with good files, surrounded by marked ones, and clients that look for the mark.

use std::fs;
use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::thread;

use landline_engine::server::Config;

use crate::common::answers::{self, Answer};
use crate::common::{PATIENCE, Shared, rest};

/// In every file outside, and in the name of one.
pub const MARK: &[u8] = b"outside-5b1f9c";
/// In every file inside.
pub const GOOD: &[u8] = b"inside is fine";

/// Requests pipelined at once.
const BATCH: usize = 50;

pub struct Rig {
    pub shared: Shared,
    /// Above the shared folder.
    pub top: PathBuf,
}

impl Rig {
    /// Share `share` of a folder whose other files are nobody's business. Names that start with a dot
    /// are served, so that it is not for the dot that one is refused.
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// Share only two entries of the folder: in it, too, lies what is nobody's business.
    pub fn selected() -> Self {
        let rig = Self::with(|config| {
            fs::create_dir(config.folder.join("sub")).unwrap();
            fs::write(config.folder.join("a.txt"), GOOD).unwrap();
            let only = ["a.txt", "sub"];
            config.only = Some(only.map(str::to_owned).into());
        });
        for beside in ["secret.txt", "share-secret/secret.txt", "etc/passwd", ".rc"] {
            rig.shared.write(&format!("share/{beside}"), MARK);
        }
        rig.shared.write(&format!("share/{}", text(MARK)), MARK);
        rig
    }

    fn with(configure: impl FnOnce(&mut Config)) -> Self {
        let shared = Shared::with(|config| {
            let share = config.folder.join("share");
            fs::create_dir(&share).unwrap();
            config.folder = share;
            config.hidden = true;
            configure(config);
            // Every name here ends with a line feed.
            config.limits.silence = PATIENCE * 10;
        });
        let top = shared.dir.path().canonicalize().unwrap();
        for outside in ["secret.txt", "share-secret/secret.txt", "etc/passwd"] {
            shared.write(outside, MARK);
        }
        shared.write(&format!("share-secret/{}", text(MARK)), MARK);
        for inside in ["a.txt", "sub/b.txt", "sub/sub/c.txt"] {
            shared.write(&format!("share/{inside}"), GOOD);
        }
        Self { shared, top }
    }

    /// A path in the shared folder.
    pub fn inside(&self, name: &str) -> PathBuf {
        self.top.join("share").join(name)
    }

    /// What a raw client gets for `name`, which is ended by a line feed.
    pub fn raw(&self, name: &[u8]) -> Vec<u8> {
        let got = self.shared.raw(&[name, b"\n"].concat());
        let shown = String::from_utf8_lossy(name);
        assert!(!has_mark(&got), "{shown:.300}");
        assert!(
            got.is_empty() || got == GOOD,
            "{shown:.300}: {}",
            text(&got)
        );
        got
    }

    pub fn http(&self) -> Http<'_> {
        Http {
            rig: self,
            to: None,
        }
    }

    fn connect(&self) -> TcpStream {
        let socket = self.shared.connect();
        socket.set_nodelay(true).unwrap();
        socket
    }
}

/// An HTTP client that keeps its connection.
pub struct Http<'a> {
    rig: &'a Rig,
    to: Option<BufReader<TcpStream>>,
}

impl Http<'_> {
    /// The answer to one request.
    pub fn get(&mut self, target: &str) -> Answer {
        let mut answers = self.get_all(&[target.to_owned()]);
        answers.pop().unwrap()
    }

    /// The answers to these, many to a segment.
    pub fn get_all(&mut self, targets: &[String]) -> Vec<Answer> {
        let mut got = Vec::with_capacity(targets.len());
        while got.len() < targets.len() {
            let left = &targets[got.len()..];
            self.get_batch(&left[..left.len().min(BATCH)], &mut got);
        }
        got
    }

    /// Ask for all of them, and keep the answers up to the first that closes the connection.
    fn get_batch(&mut self, targets: &[String], got: &mut Vec<Answer>) {
        let rig = self.rig;
        let to = self.to.get_or_insert_with(|| BufReader::new(rig.connect()));
        let requests = targets
            .iter()
            .map(|target| {
                format!(
                    "GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"
                )
            })
            .collect::<Vec<_>>()
            .concat();
        to.get_mut().write_all(requests.as_bytes()).unwrap();
        for target in targets {
            let answer =
                answers::next(to, true).unwrap_or_else(|| panic!("no answer: {target:.300}"));
            check(target, &answer);
            let closes = answer.says_close();
            got.push(answer);
            if closes {
                self.to = None;
                return;
            }
        }
    }
}

/// No response may contain the mark; what is served is a file inside.
fn check(target: &str, answer: &Answer) {
    assert!(
        !has_mark(&answer.body),
        "{target:.300}: {}",
        text(&answer.body)
    );
    for (name, value) in &answer.fields {
        assert!(
            !has_mark(value.as_bytes()),
            "{target:.300}: {name}: {value}"
        );
    }
    match answer.status {
        200 => assert!(
            answer.body == GOOD || answer.body.starts_with(b"{\"path\":\"/"),
            "{target:.300}: {}",
            text(&answer.body)
        ),
        301 | 400 | 404 | 414 => {}
        status => panic!("{target:.300}: {status}"),
    }
}

fn has_mark(bytes: &[u8]) -> bool {
    bytes.windows(MARK.len()).any(|window| window == MARK)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The way to `path` as Windows and Unix write it in names, without what it begins with.
pub fn without_root(path: &Path) -> String {
    let text = path.to_str().unwrap();
    text.trim_start_matches(['/', '\\']).to_owned()
}

#[test]
fn the_mark_is_seen() {
    let rig = Rig::new();
    // The same file, put inside: a client that does not see this mark sees none.
    fs::copy(rig.top.join("secret.txt"), rig.inside("leak.txt")).unwrap();
    assert!(has_mark(&rest_of(&rig, b"leak.txt\n")));
    let client = |rig: &Rig| drop(rig.http().get("/leak.txt"));
    let ended = thread::scope(|scope| scope.spawn(|| client(&rig)).join());
    assert!(ended.is_err());
    assert_eq!(rig.raw(b"a.txt"), GOOD);
    assert_eq!(rig.http().get("/a.txt").body, GOOD);
}

fn rest_of(rig: &Rig, bytes: &[u8]) -> Vec<u8> {
    let mut socket = rig.connect();
    socket.write_all(bytes).unwrap();
    rest(socket)
}
