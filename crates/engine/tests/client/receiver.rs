//! A small server that stores what is sent to it, unless a script says otherwise, and a client that sends.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use landline_engine::client::{Limits, SendRequest, Timeouts};
use landline_engine::transfer::{Outcome, Transfer, TransferState};
use landline_http1::digest::{self, Hasher};

use crate::peer::{Downloader, PATIENCE, reset};

/// A request, without its body.
#[derive(Clone, Debug)]
pub struct Asked {
    /// As of all requests, from 0.
    pub number: usize,
    pub method: String,
    /// Percent-encoded.
    pub path: String,
    /// In lower case.
    pub head: String,
}

impl Asked {
    /// The value of a field, in lower case.
    pub fn field(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1);
        let mut fields = lines.filter_map(|line| line.split_once(": "));
        fields
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    fn len(&self) -> usize {
        self.field("content-length")
            .map_or(0, |len| len.parse().unwrap())
    }
}

/// What the server does with a request.
pub enum Act {
    /// Take the body, store it, and say so.
    Store,
    /// Take the body, and answer this.
    Answer(Vec<u8>),
    /// Answer this at once, and close.
    Early(Vec<u8>),
    /// Take so many bytes of the body, keep them, and reset the connection.
    Cut(usize),
    /// Take the body, keep it, and close without an answer.
    Hush,
    /// Take the head, and say nothing until the client has closed.
    Wait,
}

type Script = dyn Fn(&Asked) -> Act + Send + Sync;

/// What a server has.
#[derive(Default)]
pub struct Kept {
    pub asked: Vec<Asked>,
    /// Files by their decoded names.
    pub files: HashMap<String, Vec<u8>>,
    pub unfinished: HashMap<String, Vec<u8>>,
}

/// A server with a script.
pub struct Receiver {
    pub port: u16,
    pub kept: Arc<Mutex<Kept>>,
}

impl Receiver {
    /// One that stores everything.
    pub fn new() -> Self {
        Self::with(|_| Act::Store)
    }

    pub fn with(script: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept: Arc<Mutex<Kept>> = Arc::default();
        let script: Arc<Script> = Arc::new(script);
        let all = Arc::clone(&kept);
        // It ends with the test program.
        thread::spawn(move || {
            for socket in listener.incoming() {
                let (socket, kept, script) =
                    (socket.unwrap(), Arc::clone(&all), Arc::clone(&script));
                socket.set_read_timeout(Some(PATIENCE)).unwrap();
                socket.set_nodelay(true).unwrap();
                thread::spawn(move || serve(socket, &kept, &*script));
            }
        });
        Self { port, kept }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.kept.lock().unwrap().asked.clone()
    }

    #[track_caller]
    pub fn file(&self, name: &str) -> Vec<u8> {
        let kept = self.kept.lock().unwrap();
        kept.files
            .get(name)
            .unwrap_or_else(|| panic!("{name} of {:?}", kept.files.keys()))
            .clone()
    }

    pub fn names(&self) -> Vec<String> {
        let kept = self.kept.lock().unwrap();
        let mut names: Vec<_> = kept.files.keys().cloned().collect();
        names.sort();
        names
    }
}

fn serve(socket: TcpStream, kept: &Mutex<Kept>, script: &Script) {
    let mut reader = BufReader::new(socket.try_clone().unwrap());
    while let Some(mut asked) = read_head(&mut reader) {
        if asked.method == "HEAD" && asked.path == "/.well-known/landline" {
            // Whether it offers TLS.
            let _ = (&socket).write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            continue;
        }
        {
            let mut kept = kept.lock().unwrap();
            asked.number = kept.asked.len();
            kept.asked.push(asked.clone());
        }
        let name = percent_decoded(asked.path.trim_start_matches('/'));
        let act = script(&asked);
        let takes = match &act {
            Act::Early(answer) => {
                let _ = (&socket).write_all(answer);
                return;
            }
            Act::Wait => {
                let _ = reader.read_to_end(&mut Vec::new());
                return;
            }
            Act::Cut(len) => (*len).min(asked.len()),
            _ => asked.len(),
        };
        if asked.field("expect").is_some() {
            let _ = (&socket).write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        let mut body = vec![0; takes];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let mut kept = kept.lock().unwrap();
        let before = kept.unfinished.remove(&name).unwrap_or_default();
        let range = asked.field("content-range").map(|range| {
            let from = range.split([' ', '-']).nth(1).unwrap();
            from.parse::<usize>().unwrap()
        });
        if let Act::Answer(answer) = &act {
            drop(kept);
            let _ = (&socket).write_all(answer);
            continue;
        }
        let whole = [&before[..range.unwrap_or(0)], &body].concat();
        let answer = match act {
            Act::Cut(_) => {
                kept.unfinished.insert(name, whole);
                reset(socket);
                return;
            }
            Act::Hush => {
                kept.files.insert(name, whole);
                return;
            }
            _ => store(&mut kept, &asked, name, before, whole),
        };
        drop(kept);
        if (&socket).write_all(&answer).is_err() {
            return;
        }
    }
}

fn read_head(reader: &mut impl BufRead) -> Option<Asked> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let mut words = head.split(' ');
    Some(Asked {
        number: 0,
        method: words.next()?.to_owned(),
        path: words.next()?.to_owned(),
        head: head.to_lowercase(),
    })
}

/// Does what the request says; the answer.
fn store(kept: &mut Kept, asked: &Asked, name: String, before: Vec<u8>, body: Vec<u8>) -> Vec<u8> {
    match &*asked.method {
        "HEAD" if before.is_empty() => status("404 Not Found", ""),
        "HEAD" => {
            let fields = format!("Upload-Offset: {}\r\n", before.len());
            kept.unfinished.insert(name, before);
            format!("HTTP/1.1 204 No Content\r\n{fields}\r\n").into_bytes()
        }
        "POST" => {
            let mut files = Vec::new();
            for (name, content) in parts(asked, &body) {
                files.push(format!(
                    "{{\"name\":{name:?},\"stored\":{name:?},\"status\":201}}"
                ));
                kept.files.insert(name, content);
            }
            json(&files.join(","))
        }
        _ => {
            let fields = format!(
                "Location: {}\r\nRepr-Digest: {}\r\n",
                asked.path,
                digest_of(&body)
            );
            kept.files.insert(name, body);
            status("201 Created", &fields)
        }
    }
}

/// The answer to a form with these `files`.
pub fn json(files: &str) -> Vec<u8> {
    let body = format!("{{\"files\":[{files}]}}");
    let len = body.len();
    format!("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len}\r\n\r\n{body}")
        .into_bytes()
}

/// An answer without a body.
pub fn status(line: &str, fields: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\n{fields}\r\n").into_bytes()
}

pub fn digest_of(bytes: &[u8]) -> String {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    digest::field(&hasher.finish())
}

/// The names and contents of a form.
pub fn parts(asked: &Asked, body: &[u8]) -> Vec<(String, Vec<u8>)> {
    // The head is in lower case, and the boundary is not.
    let end = body.windows(2).position(|pair| pair == b"\r\n").unwrap();
    let boundary = &body[..end];
    let kind = asked.field("content-type").unwrap();
    let said = String::from_utf8_lossy(&boundary[2..]).to_lowercase();
    assert_eq!(kind, format!("multipart/form-data; boundary={said}"));
    let separator = [b"\r\n", boundary].concat();
    let mut found = Vec::new();
    let mut rest = &body[boundary.len()..];
    while rest != b"--\r\n" {
        let next = position(rest, &separator);
        let (part, after) = rest.split_at(next);
        rest = &after[separator.len()..];
        let head_end = position(part, b"\r\n\r\n");
        let head = std::str::from_utf8(&part[..head_end]).unwrap();
        let content = &part[head_end + 4..];
        let name = head.split("filename=\"").nth(1).unwrap();
        let name = name.split('"').next().unwrap().to_owned();
        let digest = format!("Content-Digest: {}", digest_of(content));
        assert!(head.contains(&digest), "{head}");
        found.push((name, content.to_vec()));
    }
    found
}

fn position(bytes: &[u8], what: &[u8]) -> usize {
    let mut windows = bytes.windows(what.len());
    windows
        .position(|window| window == what)
        .expect("it is in there")
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, others)) = rest.split_first() {
        rest = others;
        if first == b'%' {
            let hex = std::str::from_utf8(&rest[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &rest[2..];
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// A client that sends files of a folder of its own.
pub struct Sender {
    pub downloader: Downloader,
}

impl Sender {
    /// One that retries soon, for as long as a test may take.
    pub fn new() -> Self {
        Self::with(Limits {
            give_up: Some(PATIENCE),
            timeouts: Timeouts {
                first_backoff: Duration::from_millis(1),
                longest_backoff: Duration::from_millis(8),
                ..Timeouts::default()
            },
            ..Limits::default()
        })
    }

    pub fn with(limits: Limits) -> Self {
        Self {
            downloader: Downloader::with(limits),
        }
    }

    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.downloader.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn request(port: u16, paths: &[PathBuf]) -> SendRequest {
        SendRequest::new("127.0.0.1", port, paths.to_vec(), "Ann's PC")
    }

    pub fn start(&self, port: u16, paths: &[PathBuf]) -> Arc<Transfer> {
        self.downloader.client.send(Self::request(port, paths))
    }

    /// Sends `paths`; the transfer after its end.
    pub fn send(&self, port: u16, paths: &[PathBuf]) -> Arc<Transfer> {
        let transfer = self.start(port, paths);
        self.downloader.wait(transfer.id());
        transfer
    }

    /// Waits until `transfer` is in a state that `is_it`.
    pub fn wait_for(transfer: &Transfer, is_it: impl Fn(&TransferState) -> bool) {
        let began = std::time::Instant::now();
        while !is_it(&transfer.state()) {
            assert!(began.elapsed() < PATIENCE, "{:?}", transfer.state());
            thread::yield_now();
        }
    }
}

#[track_caller]
pub fn assert_sent(transfer: &Transfer) {
    assert_eq!(transfer.outcome(), Some(&Outcome::Sent));
    assert_eq!(Some(transfer.done()), transfer.total());
}
