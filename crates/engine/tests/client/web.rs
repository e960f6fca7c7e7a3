//! A hand-written HTTP server for whole folders: concurrent persistent connections, with responses chosen by
//! the test.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use crate::peer::{answer, send};

/// One request.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// The number of earlier requests on the same connection.
    pub before: usize,
    /// The whole head in lower case.
    pub head: String,
}

/// How to respond.
pub enum Reply {
    /// Respond, and read the next request.
    Say(Vec<u8>),
    /// Respond and disconnect.
    Last(Vec<u8>),
    /// Respond, wait for the signal, and disconnect.
    Wait(Vec<u8>, crossbeam_channel::Receiver<()>),
}

type Answers = Arc<dyn Fn(&Asked) -> Reply + Send + Sync>;

pub struct Web {
    pub port: u16,
    /// Whether it serves one connection until it is closed, then the next.
    is_serial: bool,
    asked: Arc<Mutex<Vec<Asked>>>,
    answers: Answers,
    running: Option<Running>,
}

struct Running {
    is_over: Arc<AtomicBool>,
    calls: Arc<Mutex<Vec<TcpStream>>>,
    worker: JoinHandle<()>,
}

impl Web {
    pub fn new(answers: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::at(0, answers)
    }

    /// A server on a port that another one has just left.
    pub fn at(port: u16, answers: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::make(port, false, answers)
    }

    /// A server that serves one connection at a time, however long its client keeps it open.
    pub fn serial(answers: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::make(0, true, answers)
    }

    fn make(
        port: u16,
        is_serial: bool,
        answers: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let mut web = Self {
            port,
            is_serial,
            asked: Arc::default(),
            answers: Arc::new(answers),
            running: None,
        };
        web.start();
        web
    }

    /// Listens again on the same port.
    pub fn start(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).unwrap();
        let is_serial = self.is_serial;
        if is_serial {
            // The backlog of Python's `socketserver`.
            socket2::SockRef::from(&listener).listen(5).unwrap();
        }
        self.port = listener.local_addr().unwrap().port();
        let is_over = Arc::new(AtomicBool::new(false));
        let calls: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let (asked, answers) = (Arc::clone(&self.asked), Arc::clone(&self.answers));
        let (own_over, own_calls) = (Arc::clone(&is_over), Arc::clone(&calls));
        let worker = thread::spawn(move || {
            for socket in listener.incoming() {
                let socket = socket.unwrap();
                if own_over.load(Ordering::SeqCst) {
                    return;
                }
                own_calls.lock().unwrap().push(socket.try_clone().unwrap());
                let (asked, answers) = (Arc::clone(&asked), Arc::clone(&answers));
                let serve = move || serve(&socket, &asked, &answers);
                if is_serial {
                    serve();
                } else {
                    thread::spawn(serve);
                }
            }
        });
        self.running = Some(Running {
            is_over,
            calls,
            worker,
        });
    }

    /// Stops listening and cuts every connection.
    pub fn stop(&mut self) {
        let Some(running) = self.running.take() else {
            return;
        };
        let cut = || {
            for call in running.calls.lock().unwrap().drain(..) {
                let _ = call.shutdown(Shutdown::Both);
            }
        };
        running.is_over.store(true, Ordering::SeqCst);
        cut();
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        running.worker.join().unwrap();
        cut();
    }

    /// The requests since the last call, sorted by path.
    pub fn asked(&self) -> Vec<Asked> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.sort_by(|one, other| one.path.cmp(&other.path));
        asked
    }

    /// The paths of all `GET`s since the last call.
    pub fn gets(&self) -> Vec<String> {
        let gets = self.asked().into_iter().filter(|a| a.method == "GET");
        gets.map(|asked| asked.path).collect()
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve(socket: &TcpStream, asked: &Mutex<Vec<Asked>>, answers: &Answers) {
    for before in 0.. {
        let Some(head) = head(socket) else { return };
        let mut words = head.split(' ').map(String::from);
        let request = Asked {
            method: words.next().unwrap(),
            path: words.next().unwrap(),
            before,
            head: head.to_lowercase(),
        };
        asked.lock().unwrap().push(request.clone());
        let is_head = request.method == "HEAD";
        let said = |mut bytes: Vec<u8>| {
            if let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n")
                && is_head
            {
                bytes.truncate(end + 4);
            }
            send(socket, &bytes);
        };
        match answers(&request) {
            Reply::Say(bytes) => {
                said(bytes);
                continue;
            }
            Reply::Last(bytes) => said(bytes),
            Reply::Wait(bytes, gate) => {
                said(bytes);
                let _ = gate.recv_timeout(crate::peer::PATIENCE);
            }
        }
        let _ = socket.shutdown(Shutdown::Both);
        return;
    }
}

/// Byte by byte: what follows belongs to the next request.
fn head(mut socket: &TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if !matches!(socket.read(&mut byte), Ok(1)) {
            return None;
        }
        head.push(byte[0]);
    }
    Some(String::from_utf8(head).unwrap())
}

/// A folder, given by its files' paths; a path that ends in a slash is an empty folder.
#[derive(Clone, Default)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Files {
    #[cfg(unix)]
    pub fn of(files: &[(&str, &[u8])]) -> Self {
        let files = files.iter();
        Self(
            files
                .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
                .collect(),
        )
    }

    /// Many small files.
    pub fn many(count: usize) -> Self {
        let name = |number| format!("f/{number:04}");
        let files = (0..count).map(|number| (name(number), name(number).into_bytes()));
        Self(files.collect())
    }

    /// Responds like Landline, without digests and dates.
    pub fn reply(&self, asked: &Asked) -> Reply {
        Reply::Say(self.answer(asked))
    }

    pub fn answer(&self, asked: &Asked) -> Vec<u8> {
        let path = percent_decode(&asked.path);
        let path = path.strip_prefix('/').unwrap();
        if path.is_empty() || path.ends_with('/') {
            return self.listing(path);
        }
        match self.0.get(path) {
            Some(bytes) => answer("200 OK", "ETag: \"1\"\r\n", bytes),
            None if self
                .0
                .keys()
                .any(|key| key.starts_with(&format!("{path}/"))) =>
            {
                let fields = format!("Location: {}/\r\n", asked.path);
                answer("301 Moved Permanently", &fields, b"")
            }
            None => answer("404 Not Found", "", b""),
        }
    }

    fn listing(&self, folder: &str) -> Vec<u8> {
        let inside = |key: &String| key.strip_prefix(folder).map(String::from);
        let mut entries = BTreeMap::new();
        for (path, bytes) in self.0.iter().filter_map(|(k, b)| Some((inside(k)?, b))) {
            match path.split_once('/') {
                Some((name, _)) => entries.insert(
                    name.to_owned(),
                    serde_json::json!({"name": name, "kind": "folder"}),
                ),
                None if path.is_empty() => None,
                None => entries.insert(
                    path.clone(),
                    serde_json::json!({"name": path, "kind": "file", "size": bytes.len()}),
                ),
            };
        }
        let is_there = self.0.keys().any(|key| key.starts_with(folder));
        if !is_there {
            return answer("404 Not Found", "", b"");
        }
        let entries: Vec<_> = entries.into_values().collect();
        json(&serde_json::json!({ "entries": entries }).to_string())
    }
}

pub fn json(listing: &str) -> Vec<u8> {
    answer(
        "200 OK",
        "Content-Type: application/json\r\n",
        listing.as_bytes(),
    )
}

pub fn html(page: &str) -> Vec<u8> {
    answer("200 OK", "Content-Type: text/html\r\n", page.as_bytes())
}

pub fn percent_decode(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, more @ ..] = rest {
        if let (b'%', Some(hex)) = (first, more.get(..2)) {
            let hex = std::str::from_utf8(hex).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &more[2..];
        } else {
            bytes.push(*first);
            rest = more;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The content of a folder: each file's bytes and date, and each folder's date.
pub type Tree = BTreeMap<String, (Option<Vec<u8>>, u64)>;

/// Everything in `folder`, recursively.
pub fn tree(folder: &Path) -> Tree {
    fn walk(folder: &Path, above: &str, tree: &mut Tree) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{above}{}", entry.file_name().to_str().unwrap());
            let found = entry.metadata().unwrap();
            let modified = found.modified().unwrap();
            let since = modified.duration_since(SystemTime::UNIX_EPOCH);
            let secs = since.unwrap_or(Duration::ZERO).as_secs();
            if found.is_dir() {
                walk(&entry.path(), &format!("{name}/"), tree);
                tree.insert(format!("{name}/"), (None, secs));
            } else {
                let bytes = fs::read(entry.path()).unwrap_or_default();
                tree.insert(name, (Some(bytes), secs));
            }
        }
    }
    let mut tree = Tree::new();
    walk(folder, "", &mut tree);
    tree
}

/// The files in `folder` and their bytes, and `NAME/` for each empty folder.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let all = tree(folder);
    let is_full = |name: &String| all.keys().any(|key| key != name && key.starts_with(name));
    let names = all
        .iter()
        .filter(|(name, _)| !name.ends_with('/') || !is_full(name));
    names
        .map(|(name, (bytes, _))| (name.clone(), bytes.clone().unwrap_or_default()))
        .collect()
}
