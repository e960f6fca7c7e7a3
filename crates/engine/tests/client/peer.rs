//! Small hand-written servers on loopback, and a client with short timeouts.

use std::fmt::Debug;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, unbounded};
use landline_engine::client::{
    Client, ClientEvent, Limits, Place, RemoteFolder, Request, Target, Timeouts,
};
use landline_engine::error::{ClientError, Failure, StoreError};
use landline_engine::secret::Secret;
use landline_engine::transfer::{
    Note, Outcome, Protocol, Reporter, Saved, Transfer, TransferId, TransferState,
};

/// How long a test waits for an event; only a failing one waits this long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A server that accepts as many connections as it has handlers, in order, then closes its port.
pub struct Peer {
    pub port: u16,
    worker: JoinHandle<()>,
}

pub type Handler = Box<dyn FnOnce(TcpStream) + Send>;

impl Peer {
    pub fn new(handlers: Vec<Handler>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let worker = thread::spawn(move || {
            for handler in handlers {
                let (socket, _) = listener.accept().unwrap();
                socket.set_read_timeout(Some(PATIENCE)).unwrap();
                handler(socket);
            }
        });
        Self { port, worker }
    }

    /// Waits until every handler has run without failing.
    pub fn done(self) {
        self.worker.join().unwrap();
    }
}

/// Reads a request head, responds with `bytes`, and closes in an orderly way.
pub fn http(bytes: impl Into<Vec<u8>>) -> Handler {
    let bytes = bytes.into();
    Box::new(move |socket| {
        head(&socket);
        send(&socket, &bytes);
        hang_up(socket);
    })
}

/// An HTTP/1.1 response with `fields` (each with its CRLF).
pub fn answer(status: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    let len = body.len();
    let mut bytes =
        format!("HTTP/1.1 {status}\r\nContent-Length: {len}\r\n{fields}\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// The lecture notes' server: reads once, and sends `bytes` if it got the bare `name`.
pub fn notes(name: &'static str, bytes: &'static [u8]) -> Handler {
    Box::new(move |mut socket| {
        let mut asked = [0; 1024];
        let len = socket.read(&mut asked).unwrap();
        if &asked[..len] == name.as_bytes() {
            send(&socket, bytes);
        }
    })
}

/// The request head in lower case.
pub fn head(socket: &TcpStream) -> String {
    let mut head = String::new();
    let mut reader = BufReader::new(socket);
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
    }
    head.to_lowercase()
}

/// The client may disconnect before it has everything.
pub fn send(mut socket: &TcpStream, bytes: &[u8]) {
    let _ = socket.write_all(bytes);
}

pub fn hang_up(mut socket: TcpStream) {
    let _ = socket.shutdown(Shutdown::Write);
    let _ = std::io::copy(&mut socket, &mut std::io::sink());
}

/// Closes with a RST.
pub fn reset(socket: TcpStream) {
    let socket = socket2::Socket::from(socket);
    socket.set_linger(Some(Duration::ZERO)).unwrap();
}

/// Waits until the peer has disconnected.
pub fn wait_for_end(mut socket: &TcpStream) {
    let _ = socket.read_to_end(&mut Vec::new());
}

/// A client, its events, and a download folder.
pub struct Downloader {
    pub client: Client,
    pub events: Receiver<ClientEvent>,
    pub folder: tempfile::TempDir,
}

impl Downloader {
    /// A client that does not retry interrupted downloads.
    pub fn new() -> Self {
        Self::with(Limits {
            give_up: Some(Duration::ZERO),
            ..Limits::default()
        })
    }

    /// Timeouts short enough to wait for in a test, and long enough for a peer on a busy machine to respond.
    pub fn hasty() -> Self {
        let short = Duration::from_millis(400);
        let timeouts = Timeouts {
            first_answer: short,
            silence: 5 * short,
            listing: 5 * short,
            reply_end: short,
            ..Timeouts::default()
        };
        Self::with(Limits {
            timeouts,
            give_up: Some(Duration::ZERO),
            ..Limits::default()
        })
    }

    pub fn with(limits: Limits) -> Self {
        let (sender, events) = unbounded();
        Self {
            client: Client::with_limits(sender.into(), limits),
            events,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Replaces the client and its events.
    pub fn renew(&mut self, limits: Limits) {
        let (sender, events) = unbounded();
        self.client = Client::with_limits(sender.into(), limits);
        self.events = events;
    }

    pub fn request(&self, port: u16, name: &str) -> Request {
        Request {
            host: "127.0.0.1".to_owned(),
            port,
            encryption: <_>::default(),
            name: name.to_owned(),
            query: None,
            target: Target::Folder(self.folder.path().to_owned()),
            protocol: None,
            exists: landline_engine::client::IfExists::Keep,
        }
    }

    pub fn start(&self, port: u16, name: &str) -> Arc<Transfer> {
        self.client.download(self.request(port, name))
    }

    pub fn wait(&self, id: TransferId) -> Outcome {
        loop {
            if let ClientEvent::Ended(transfer) = self.event()
                && transfer.id() == id
            {
                return transfer.outcome().unwrap().clone();
            }
        }
    }

    pub fn wait_until_moving(&self) {
        while !matches!(self.event(), ClientEvent::Changed(t) if t.state() == TransferState::Moving)
        {
        }
    }

    /// Lists a folder.
    pub fn list(&self, port: u16, path: &str) -> Result<Arc<RemoteFolder>, ClientError> {
        let place = place(port, path);
        self.client.list(place.clone());
        match self.event() {
            ClientEvent::Listed(listed, found) if listed == place => found,
            other => panic!("{other:?}"),
        }
    }

    pub fn event(&self) -> ClientEvent {
        self.events.recv_timeout(PATIENCE).unwrap()
    }

    pub fn run(&self, request: Request) -> Outcome {
        let id = self.client.download(request).id();
        self.wait(id)
    }

    pub fn get(&self, port: u16, name: &str) -> Outcome {
        self.run(self.request(port, name))
    }

    /// Downloads over one protocol, without falling back.
    pub fn get_in(&self, protocol: Protocol, port: u16, name: &str) -> Outcome {
        let mut request = self.request(port, name);
        request.protocol = Some(protocol);
        self.run(request)
    }

    /// Switches to another installation of Landline with its settings in `dir`, and the same download folder.
    pub fn installed_in(&mut self, dir: &Path) {
        let (sender, events) = unbounded();
        let limits = Limits {
            give_up: Some(Duration::ZERO),
            ..Limits::default()
        };
        let secret = Secret::of(Some(dir));
        assert!(secret.is_kept());
        self.client = Client::with_secret(sender.into(), limits, secret);
        self.events = events;
    }

    /// All files in the folder; only finished ones belong there.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// A folder of a server here.
pub fn place(port: u16, path: &str) -> Place {
    Place {
        host: "127.0.0.1".to_owned(),
        port,
        encryption: <_>::default(),
        path: path.to_owned(),
    }
}

/// A downloader whose worker panics when it reports a change of a transfer that `is_due`.
pub fn panicking(is_due: impl Fn(&Transfer) -> bool + Send + Sync + 'static) -> Downloader {
    let (sender, events) = unbounded();
    let mut downloader = Downloader::new();
    downloader.events = events;
    downloader.client = Client::new(Reporter::new(move |event: ClientEvent| {
        if matches!(&event, ClientEvent::Changed(transfer) if is_due(transfer)) {
            panic!("on purpose");
        }
        let _ = sender.send(event);
    }));
    downloader
}

#[track_caller]
pub fn saved(outcome: &Outcome) -> &Saved {
    match outcome {
        Outcome::Saved(saved) => saved,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub fn content(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

/// The [`code`] of the failure, on either side.
#[track_caller]
pub fn failure(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Failed(Failure::Fetch(why)) | Outcome::Paused(Some(why)) => code(why),
        other => panic!("{other:?}"),
    }
}

/// The name of the variant in kebab case, with the details that users see as other sentences.
pub fn code(error: &ClientError) -> &'static str {
    match error {
        ClientError::Status { status, .. } => match status {
            401 | 403 | 407 => "status-denied",
            421 => "status-misdirected",
            500.. => "status-server",
            _ => "status-other",
        },
        ClientError::Store(StoreError::DiskFull {
            lacking: Some(_), ..
        }) => "disk-too-small",
        ClientError::Store(other) => variant(other),
        ClientError::Password(other) => variant(other),
        ClientError::Tls(other) => variant(other),
        ClientError::NoSuchFile { nearest, .. } if !nearest.is_empty() => "no-such-file-near",
        ClientError::NoListing { name, .. } if is_root(name) => "no-listing-root",
        ClientError::ScriptedListing { name, .. } if is_root(name) => "scripted-listing-root",
        ClientError::NotAFile { name, .. } if is_root(name) => "not-a-file-root",
        ClientError::RedirectElsewhere { url, .. } if url.starts_with("https:") => "redirect-https",
        other => variant(other),
    }
}

/// The names of the variants of `notes` in kebab case.
pub fn codes(notes: &[Note]) -> Vec<&'static str> {
    notes.iter().map(|note| variant(note)).collect()
}

fn is_root(name: &str) -> bool {
    name.trim_matches('/').is_empty()
}

fn variant(value: &impl Debug) -> &'static str {
    let text = format!("{value:?}");
    let end = text.find(|c: char| !c.is_alphanumeric());
    let mut kebab = String::new();
    for c in text[..end.unwrap_or(text.len())].chars() {
        if c.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(c.to_ascii_lowercase());
    }
    // Leaks a few bytes per test.
    kebab.leak()
}
