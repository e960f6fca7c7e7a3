//! A running server on a free loopback port, and sockets that talk to it byte by byte.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod alone;
pub mod answers;
pub mod calls;
pub mod proxy;
pub mod texts;
pub mod tls;

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crossbeam_channel::Receiver;
use landline_engine::server::{Config, Server, ServerEvent};
use landline_engine::transfer::Reporter;
use tempfile::TempDir;

/// Long enough for any machine; only a failing test waits this long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A share of a folder of its own, stopped when dropped.
pub struct Shared {
    pub dir: TempDir,
    pub address: SocketAddr,
    pub events: Receiver<ServerEvent>,
    pub server: Option<Server>,
}

impl Shared {
    pub fn start() -> Self {
        Self::with(|_| {})
    }

    /// Writes `files` first.
    pub fn of(files: &[(&str, &[u8])]) -> Self {
        let shared = Self::start();
        for (name, content) in files {
            shared.write(name, content);
        }
        shared
    }

    pub fn with(configure: impl FnOnce(&mut Config)) -> Self {
        let (_, events) = crossbeam_channel::bounded(0);
        let mut shared = Self {
            dir: tempfile::tempdir().unwrap(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            events,
            server: None,
        };
        shared.begin(configure);
        shared
    }

    /// Restarts the server on the same folder, on the port set by `configure` or any other.
    pub fn begin(&mut self, configure: impl FnOnce(&mut Config)) {
        self.stop();
        let mut config = Config::new(self.dir.path());
        config.port = 0;
        config.bind = Some(Ipv4Addr::LOCALHOST.into());
        config.texts = std::sync::Arc::new(texts::TwoLanguages);
        configure(&mut config);
        let (sender, events) = crossbeam_channel::bounded(10_000);
        self.events = events;
        self.server = Some(Server::start(config, Reporter::from(sender)));
        let port = self.wait(|event| match event {
            ServerEvent::Listening(addresses) => Some(addresses[0].port),
            _ => None,
        });
        self.address.set_port(port);
    }

    /// Stops the server and closes every connection.
    pub fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
            server.join();
        }
    }

    /// Writes a file and its parent folders. It is a minute old, so that its `ETag` is strong.
    pub fn write(&self, name: &str, content: &[u8]) {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        settle(&path);
    }

    /// The first of the following events that `pick` accepts.
    pub fn wait<T>(&self, mut pick: impl FnMut(ServerEvent) -> Option<T>) -> T {
        loop {
            let event = self
                .events
                .recv_timeout(PATIENCE)
                .expect("an event in time");
            if let Some(picked) = pick(event) {
                return picked;
            }
        }
    }

    pub fn connect(&self) -> TcpStream {
        let socket = TcpStream::connect(self.address).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket
    }

    /// A connection from another loopback address, as if from another computer.
    #[cfg(target_os = "linux")]
    pub fn connect_from_elsewhere(&self) -> TcpStream {
        use socket2::{Domain, SockAddr, Socket, Type};

        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let address: SocketAddr = "127.0.0.2:0".parse().unwrap();
        socket.bind(&SockAddr::from(address)).unwrap();
        socket.connect(&SockAddr::from(self.address)).unwrap();
        let socket = TcpStream::from(socket);
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket
    }

    /// Sends `bytes` without half-closing, and reads to the end.
    pub fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut socket = self.connect();
        socket.write_all(bytes).unwrap();
        rest(socket)
    }

    /// Sends one request on its own connection; returns the whole response as text.
    pub fn http(&self, request: &str) -> String {
        let mut socket = self.connect();
        socket.write_all(request.as_bytes()).unwrap();
        // The client has no more requests.
        socket.shutdown(Shutdown::Write).unwrap();
        String::from_utf8_lossy(&rest(socket)).into_owned()
    }

    /// GET `target` with more `fields`, each ended by CRLF.
    pub fn get(&self, target: &str, fields: &str) -> String {
        self.http(&format!(
            "GET {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n"
        ))
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Makes the file at `path` a minute old.
pub fn settle(path: &Path) {
    let file = fs::File::options().write(true).open(path).unwrap();
    let a_minute_ago = SystemTime::now() - Duration::from_mins(1);
    file.set_modified(a_minute_ago).unwrap();
}

/// Reads to the end of the connection.
pub fn rest(mut socket: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).expect("a clean end");
    bytes
}

/// `200`, from the status line.
pub fn status(answer: &str) -> u16 {
    answer
        .get(9..12)
        .and_then(|code| code.parse().ok())
        .unwrap_or_else(|| panic!("no status: {answer:?}"))
}

/// The value of one field of an answer.
pub fn field<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().skip(1).find_map(|line| {
        let (found, value) = line.split_once(": ")?;
        found.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// What follows the head.
pub fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").expect("a head").1
}

/// Makes a named pipe. Not every system has the call that rustix makes them with.
#[cfg(unix)]
pub fn make_fifo(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

/// Bytes without repetition.
pub fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}
