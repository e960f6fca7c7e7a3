//! Downloads into devices and pipes, which cannot be rewound.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::FileTypeExt;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};

use landline_engine::client::{ClientEvent, IfExists, Request, Target};
use landline_engine::transfer::{Checked, Outcome, Protocol, TransferState};
use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::peer::{Downloader, Handler, Peer, answer, failure, head, http, saved, send};
use crate::rig::quick;
use crate::web::{Reply, Web, json};

const CUT: &[u8] = b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 10\r\n\r\n01234";

/// A pipe in a folder of its own.
struct Pipe {
    downloader: Downloader,
    path: PathBuf,
}

impl Pipe {
    fn new() -> Self {
        let downloader = Downloader::with(quick());
        let path = downloader.folder.path().join("pipe");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        Self { downloader, path }
    }

    fn request(&self, port: u16, name: &str) -> Request {
        Request {
            target: Target::File(self.path.clone()),
            exists: IfExists::Overwrite,
            ..self.downloader.request(port, name)
        }
    }

    /// Reads everything from the pipe.
    fn read(&self) -> JoinHandle<Vec<u8>> {
        let path = self.path.clone();
        thread::spawn(move || fs::read(path).unwrap())
    }

    /// It is unchanged, and nothing is next to it.
    #[track_caller]
    fn is_untouched(&self) {
        let found = fs::symlink_metadata(&self.path).unwrap();
        assert!(found.file_type().is_fifo());
        assert_eq!(self.downloader.files(), ["pipe"]);
    }
}

fn rest(from: usize, etag: &'static str) -> Handler {
    Box::new(move |socket| {
        let head = head(&socket);
        assert!(head.contains(&format!("range: bytes={from}-")), "{head}");
        let fields = format!("ETag: \"{etag}\"\r\nContent-Range: bytes {from}-9/10\r\n");
        let bytes = &b"0123456789"[from..];
        send(&socket, &answer("206 Partial Content", &fields, bytes));
    })
}

#[test]
fn a_pipe_receives_the_bytes_and_stays() {
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
    let pipe = Pipe::new();
    for target in [
        Target::File(pipe.path.clone()),
        Target::Folder(pipe.path.clone()),
    ] {
        let peer = Peer::new(vec![http(answer("200 OK", "ETag: \"1\"\r\n", &bytes))]);
        let came = pipe.read();
        let outcome = pipe.downloader.run(Request {
            target,
            ..pipe.request(peer.port, "a.bin")
        });
        let saved = saved(&outcome);
        assert_eq!((&saved.path, saved.checked), (&pipe.path, Checked::Length));
        assert!(saved.notes.is_empty());
        assert!(came.join().unwrap() == bytes);
        pipe.is_untouched();
        peer.done();
    }
}

#[test]
fn a_device_receives_the_bytes_and_stays() {
    for exists in [IfExists::Keep, IfExists::Skip, IfExists::Overwrite] {
        let peer = Peer::new(vec![http(answer("200 OK", "", b"x"))]);
        let downloader = Downloader::new();
        let outcome = downloader.run(Request {
            target: Target::File("/dev/null".into()),
            exists,
            ..downloader.request(peer.port, "a.txt")
        });
        assert!(!saved(&outcome).skipped);
        let null = fs::symlink_metadata("/dev/null").unwrap();
        assert!(null.file_type().is_char_device());
        assert!(!PathBuf::from("/dev/null (2)").exists());
        peer.done();
    }
}

#[test]
fn an_interrupted_download_resumes() {
    let pipe = Pipe::new();
    let peer = Peer::new(vec![http(CUT), rest(5, "1")]);
    let came = pipe.read();
    saved(&pipe.downloader.run(pipe.request(peer.port, "a")));
    assert_eq!(came.join().unwrap(), b"0123456789");
    peer.done();
    pipe.is_untouched();
}

#[test]
fn a_server_without_ranges_may_send_the_same_again() {
    let pipe = Pipe::new();
    let again = http(answer("200 OK", "ETag: \"1\"\r\n", b"0123456789"));
    let peer = Peer::new(vec![http(CUT), again]);
    let came = pipe.read();
    saved(&pipe.downloader.run(pipe.request(peer.port, "a")));
    assert_eq!(came.join().unwrap(), b"0123456789");
    peer.done();
}

#[test]
fn two_versions_never_meet_in_a_pipe() {
    let unnamed = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234";
    let whole = |fields: &str| http(answer("200 OK", fields, b"abcdefghij"));
    for handlers in [
        vec![http(CUT), whole("ETag: \"2\"\r\n")],
        vec![http(CUT), whole("")],
        vec![http(CUT), rest(5, "2"), whole("ETag: \"2\"\r\n")],
        vec![http(&unnamed[..]), whole("")],
    ] {
        let pipe = Pipe::new();
        let peer = Peer::new(handlers);
        let came = pipe.read();
        let outcome = pipe.downloader.run(pipe.request(peer.port, "a"));
        assert_eq!(failure(&outcome), "cannot-rewind");
        assert_eq!(came.join().unwrap(), b"01234");
        peer.done();
        pipe.is_untouched();
    }
}

#[test]
fn what_is_damaged_fails_and_is_not_sent_again() {
    // The digest of something else.
    let digest = "Repr-Digest: sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:\r\n";
    let pipe = Pipe::new();
    let peer = Peer::new(vec![http(answer("200 OK", digest, b"damaged"))]);
    let came = pipe.read();
    let outcome = pipe.downloader.run(pipe.request(peer.port, "a"));
    assert_eq!(failure(&outcome), "damaged");
    assert_eq!(came.join().unwrap(), b"damaged");
    peer.done();
    let peer = Peer::new(vec![http(answer("200 OK", digest, b"hello"))]);
    let came = pipe.read();
    let outcome = pipe.downloader.run(pipe.request(peer.port, "a"));
    assert_eq!(saved(&outcome).checked, Checked::Digest);
    assert_eq!(came.join().unwrap(), b"hello");
    peer.done();
}

#[test]
fn raw_bytes_go_into_a_pipe_once() {
    let pipe = Pipe::new();
    let peer = Peer::new(vec![crate::peer::notes("a", b"raw")]);
    let came = pipe.read();
    let outcome = pipe.downloader.run(Request {
        protocol: Some(Protocol::Raw),
        ..pipe.request(peer.port, "a")
    });
    assert_eq!(saved(&outcome).checked, Checked::Nothing);
    assert_eq!(came.join().unwrap(), b"raw");
    peer.done();
}

#[test]
fn a_pipe_that_nobody_reads_can_be_cancelled() {
    let pipe = Pipe::new();
    let peer = Peer::new(Vec::new());
    let id = pipe
        .downloader
        .client
        .download(pipe.request(peer.port, "a"))
        .id();
    let event = pipe.downloader.event();
    assert!(matches!(event, ClientEvent::Changed(t) if t.state() == TransferState::Connecting));
    pipe.downloader.client.cancel(id);
    assert_eq!(pipe.downloader.wait(id), Outcome::Cancelled);
    pipe.is_untouched();

    // Somebody has opened it, and reads no further than the pipe is long.
    let web = Web::new(|_| Reply::Say(answer("200 OK", "", &vec![b'x'; 1 << 20])));
    let reader = File::options()
        .read(true)
        .write(true)
        .open(&pipe.path)
        .unwrap();
    let transfer = pipe.downloader.client.download(pipe.request(web.port, "a"));
    crate::rig::until(|| transfer.done() > 0);
    pipe.downloader.client.cancel(transfer.id());
    assert_eq!(pipe.downloader.wait(transfer.id()), Outcome::Cancelled);
    drop(reader);
    pipe.is_untouched();
}

#[test]
fn a_reader_that_goes_away_ends_the_download() {
    let pipe = Pipe::new();
    let web = Web::new(|_| Reply::Say(answer("200 OK", "", &vec![b'x'; 1 << 20])));
    let path = pipe.path.clone();
    let reader = thread::spawn(move || {
        let mut some = [0; 100];
        File::open(path).unwrap().read_exact(&mut some).unwrap();
    });
    let outcome = pipe.downloader.run(pipe.request(web.port, "a"));
    assert_eq!(failure(&outcome), "reader-gone");
    reader.join().unwrap();
    assert_eq!(web.gets().len(), 1);
}

#[test]
fn a_full_device_says_so() {
    let web = Web::new(|_| Reply::Say(answer("200 OK", "", b"x")));
    let downloader = Downloader::new();
    let outcome = downloader.run(Request {
        target: Target::File("/dev/full".into()),
        ..downloader.request(web.port, "a")
    });
    assert_eq!(failure(&outcome), "write");
}

#[test]
fn a_folder_does_not_go_into_a_pipe() {
    let web = Web::new(|asked| match asked.path.as_str() {
        "/f" => Reply::Say(answer("301 Moved", "Location: /f/\r\n", b"")),
        _ => Reply::Say(json("[]")),
    });
    let pipe = Pipe::new();
    for name in ["f/", "/", "f"] {
        // For writers that wait for a reader.
        let came = File::options()
            .read(true)
            .write(true)
            .open(&pipe.path)
            .unwrap();
        let outcome = pipe.downloader.run(pipe.request(web.port, name));
        assert_eq!(failure(&outcome), "folder-into-stream", "{name}");
        drop(came);
    }
    pipe.is_untouched();
}

#[test]
fn a_file_of_a_folder_replaces_no_pipe() {
    let pipe = Pipe::new();
    let web = Web::new(|asked| match asked.path.as_str() {
        "/" => Reply::Say(json(r#"[{"name":"pipe","size":1}]"#)),
        _ => Reply::Say(answer("200 OK", "", b"x")),
    });
    let folder = pipe.downloader.folder.path().to_owned();
    for (name, target) in [
        ("pipe", Target::Folder(folder.clone())),
        ("/", Target::File(folder.clone())),
    ] {
        let outcome = pipe.downloader.run(Request {
            target,
            ..pipe.request(web.port, name)
        });
        saved(&outcome);
        assert_eq!(fs::read(folder.join("pipe (2)")).unwrap(), b"x");
        fs::remove_file(folder.join("pipe (2)")).unwrap();
        pipe.is_untouched();
    }
}
