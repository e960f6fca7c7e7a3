//! A loopback port chosen by the system. A file in the settings folder holds the port and a secret without which nothing is
//! answered: other users and web pages can connect to the port, too.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "called before there is a window, or on a thread of its own"
    )
)]

use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use landline_engine::fs::regular_file;

pub(super) use std::net::TcpStream as Stream;

pub(super) const EXTENSION: &str = "port";

/// Longer than a port and a secret.
const FILE_MAX_LEN: u64 = 100;

/// The listening socket. Its file is removed with it.
#[derive(Debug)]
pub(super) struct Listener {
    socket: TcpListener,
    request: String,
    path: Option<PathBuf>,
}

impl Listener {
    /// Listens, and writes to `path`, whose lock the caller holds, how to connect.
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = socket.local_addr()?.port();
        // Each state is seeded by the system.
        let [a, b] = [(); 2].map(|()| RandomState::new().hash_one(port));
        let request = format!("raise {a:016x}{b:016x}\n");
        fs::write(path, format!("{port} {request}"))?;
        let path = Some(path.to_owned());
        Ok(Self {
            socket,
            request,
            path,
        })
    }

    pub(super) fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            socket: self.socket.try_clone()?,
            request: self.request.clone(),
            path: None,
        })
    }

    pub(super) fn accept(&self) -> io::Result<Stream> {
        Ok(self.socket.accept()?.0)
    }

    /// What a request has to be.
    pub(super) fn request(&self) -> &str {
        &self.request
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // The next start replaces it otherwise.
            let _ = fs::remove_file(path);
        }
    }
}

/// Connects to the listener that `path` describes; returns the request to send, too.
pub(super) fn connect(path: &Path) -> io::Result<(Stream, String)> {
    let text = String::from_utf8(regular_file::read(path, FILE_MAX_LEN)?);
    let text = text.unwrap_or_default();
    let parts = text
        .split_once(' ')
        .filter(|(_, request)| request.ends_with('\n'));
    let parts = parts.and_then(|(port, request)| Some((port.parse::<u16>().ok()?, request)));
    let (port, request) = parts.ok_or(ErrorKind::InvalidData)?;
    let stream = Stream::connect((Ipv4Addr::LOCALHOST, port))?;
    Ok((stream, request.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    #[test]
    fn only_who_reads_the_file_knows_the_request() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("window").with_extension(EXTENSION);
        let listener = Listener::bind(&path).unwrap();
        let (mut stream, request) = connect(&path).unwrap();
        assert_eq!(request, listener.request());
        assert_eq!(request.len(), "raise \n".len() + 32);
        stream.write_all(b"hello").unwrap();
        let mut got = [0; 5];
        let clone = listener.try_clone().unwrap();
        clone.accept().unwrap().read_exact(&mut got).unwrap();
        assert_eq!((&got, clone.request()), (b"hello", &*request));
        // The next one has another port or at least another secret.
        drop(clone);
        assert!(path.exists());
        drop(listener);
        assert!(!path.exists());
        assert_ne!(Listener::bind(&path).unwrap().request(), request);
    }

    #[test]
    fn other_files_lead_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("window.port");
        let long = format!("1 raise {}\n", "0".repeat(200));
        for text in [
            "",
            "x",
            "80",
            "raise 1\n",
            "70000 raise 1\n",
            "1 raise 1",
            "-1 raise 1\n",
            &long,
        ] {
            fs::write(&path, text).unwrap();
            assert!(connect(&path).is_err(), "{text:?}");
        }
        fs::remove_file(&path).unwrap();
        assert!(connect(&path).is_err());
        fs::create_dir(&path).unwrap();
        assert!(connect(&path).is_err());
    }
}
