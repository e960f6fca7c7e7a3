//! A folder's download that is killed, again and again, ends with what the server has and nothing else.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests wait for what they test")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};

use common::{PATIENCE, Shared, landline, noise};

const KILLS: usize = 12;

/// Passes on what a server sends and counts it; rings once it has been so much.
struct Forwarder {
    port: u16,
    left: Arc<AtomicU64>,
    is_there: Receiver<()>,
}

impl Forwarder {
    fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let left = Arc::new(AtomicU64::new(u64::MAX));
        let (there, is_there) = unbounded();
        let own = Arc::clone(&left);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(server).unwrap());
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || pass(&from, &to, &mut |_| {}));
                let (left, there) = (Arc::clone(&own), there.clone());
                thread::spawn(move || pass(&server, &client, &mut |len| count(&left, len, &there)));
            }
        });
        Self {
            port,
            left,
            is_there,
        }
    }

    fn ring_after(&self, bytes: u64) {
        while self.is_there.try_recv().is_ok() {}
        self.left.store(bytes, Ordering::SeqCst);
    }
}

fn count(left: &AtomicU64, len: u64, there: &Sender<()>) {
    let before = left.fetch_sub(len, Ordering::SeqCst);
    if before <= len {
        left.store(u64::MAX, Ordering::SeqCst);
        let _ = there.send(());
    }
}

fn pass(mut from: &TcpStream, mut to: &TcpStream, count: &mut dyn FnMut(u64)) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        count(read as u64);
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

fn get(port: u16, to: &Path) -> Child {
    landline()
        .args(["get", "127.0.0.1", "tree/", "--port", &port.to_string()])
        .arg("--dir")
        .arg(to)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// By path; a folder's ends in a slash and has no bytes.
type Files = BTreeMap<String, Option<Vec<u8>>>;

fn files(folder: &Path) -> Files {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            let below = files(&path).into_iter();
            all.extend(below.map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
            all.insert(format!("{name}/"), None);
        } else {
            all.insert(name, Some(fs::read(path).unwrap()));
        }
    }
    all
}

#[test]
fn whenever_it_is_killed_the_same_command_goes_on() {
    let shared = Shared::start();
    let bytes = noise(6 << 20);
    for number in 0..300 {
        let folder = number % 7;
        let content = &bytes[number..][..37 * number];
        shared.write(&format!("tree/{folder}/{number}.txt"), content);
    }
    shared.write("tree/big 1", &bytes);
    shared.write("tree/6/big 2", &bytes[1..]);
    fs::create_dir_all(shared.dir.path().join("tree/empty/inner")).unwrap();
    let theirs = files(shared.dir.path());
    let whole: u64 = theirs
        .values()
        .flatten()
        .map(|bytes| bytes.len() as u64)
        .sum();
    let forwarder = Forwarder::start(shared.address);
    let to = tempfile::tempdir().unwrap();
    // The first before and while the first listing comes; the others, in all, before everything has.
    let mut after = vec![0, 1, 300, 4000];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    while after.len() < KILLS {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        after.push((state >> 33) % (whole / KILLS as u64));
    }
    for bytes in after {
        forwarder.ring_after(bytes);
        let mut child = get(forwarder.port, to.path());
        forwarder.is_there.recv_timeout(PATIENCE).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        for name in files(to.path()).keys() {
            let first = name.split('/').next().unwrap();
            assert!(matches!(first, "tree" | "tree.part"), "{name}");
        }
    }
    forwarder.ring_after(u64::MAX);
    let mut last = get(forwarder.port, to.path());
    let mut said = String::new();
    last.stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(last.wait().unwrap().success(), "{said}");
    let here = files(to.path());
    let differs = |one: &Files, other: &Files| -> Vec<String> {
        let keys = one.keys().filter(|key| other.get(*key) != one.get(*key));
        keys.cloned().collect()
    };
    let nothing = (Vec::<String>::new(), Vec::new());
    assert_eq!((differs(&here, &theirs), differs(&theirs, &here)), nothing);
}
