//! A folder download that is killed repeatedly ends with exactly the server's files.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use crossbeam_channel::{Receiver, Sender, unbounded};
use rustix::process::{Pid, Signal};

use crate::common::{PATIENCE, Shared, noise};
use crate::landline;

const KILLS: usize = 12;

/// A proxy that counts the server's bytes and signals once a number has passed.
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

fn get(port: u16, to: &Path, exists: &str) -> Child {
    landline()
        .args(["get", "127.0.0.1", "tree/", "--port", &port.to_string()])
        .args(["--exists", exists])
        .arg("--dir")
        .arg(to)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Runs the download to completion.
fn finish(mut last: Child) {
    let mut said = String::new();
    last.stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(last.wait().unwrap().success(), "{said}");
}

/// Contents by path; a folder's path ends in a slash and has none.
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
fn the_same_command_resumes_whenever_it_is_killed() {
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
    // The first four kills come before and during the first listing, the others before the end.
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
        let mut child = get(forwarder.port, to.path(), "keep");
        forwarder.is_there.recv_timeout(PATIENCE).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        for name in files(to.path()).keys() {
            let first = name.split('/').next().unwrap();
            assert!(matches!(first, "tree" | "tree.part"), "{name}");
        }
    }
    forwarder.ring_after(u64::MAX);
    finish(get(forwarder.port, to.path(), "keep"));
    let here = files(to.path());
    let differs = |one: &Files, other: &Files| -> Vec<String> {
        let keys = one.keys().filter(|key| other.get(*key) != one.get(*key));
        keys.cloned().collect()
    };
    let nothing = (Vec::<String>::new(), Vec::new());
    assert_eq!((differs(&here, &theirs), differs(&theirs, &here)), nothing);
}

/// Sets the same date for all files.
fn date(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        filetime::set_file_mtime(entry.unwrap().path(), at.into()).unwrap();
    }
}

#[test]
fn an_overwrite_that_is_interrupted_or_killed_leaves_no_older_file() {
    const COUNT: usize = 2_000;
    let shared = Shared::start();
    // As in reproducible builds: only the contents differ.
    let name = |number: usize| format!("tree/{number:04}");
    for number in 0..COUNT {
        shared.write(&name(number), format!("new {number:04}").as_bytes());
    }
    date(&shared.dir.path().join("tree"));
    let forwarder = Forwarder::start(shared.address);
    let (int, kill) = (Signal::INT, Signal::KILL);
    for (signals, exists) in [
        (&[int][..], "overwrite"),
        (&[kill, int, kill], "overwrite"),
        // A download into a directory of its own must not contain duplicates.
        (&[kill, kill], "keep"),
    ] {
        let to = tempfile::tempdir().unwrap();
        let here = to.path().join("tree");
        if exists == "overwrite" {
            fs::create_dir(&here).unwrap();
            for number in 0..COUNT {
                fs::write(to.path().join(name(number)), format!("old {number:04}")).unwrap();
            }
            date(&here);
        }
        for &signal in signals {
            // The listing is 150 KB, and each response half a kilobyte with its header.
            forwarder.ring_after(400_000);
            let mut child = get(forwarder.port, to.path(), exists);
            forwarder.is_there.recv_timeout(PATIENCE).unwrap();
            rustix::process::kill_process(Pid::from_child(&child), signal).unwrap();
            child.wait().unwrap();
        }
        forwarder.ring_after(u64::MAX);
        finish(get(forwarder.port, to.path(), exists));
        let found = files(to.path());
        let wrong: Vec<_> = (0..COUNT)
            .filter(|number| {
                let new = Some(format!("new {number:04}").into_bytes());
                found.get(&name(*number)) != Some(&new)
            })
            .collect();
        assert_eq!(wrong.len(), 0, "older or missing with {exists}");
        // Nothing but these files and the folder.
        assert_eq!(found.len(), COUNT + 1, "{exists}");
    }
}
