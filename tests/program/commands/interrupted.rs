//! Ctrl-C.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Stdio;

use super::{Serve, interrupt};
use crate::common::PATIENCE;
use crate::landline;

/// The output of `get` after Ctrl-C with settings in this folder, when half of a file has arrived.
fn interrupted_get(settings: Option<&std::path::Path>) -> String {
    // Half of the file arrives, and then nothing.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let to = tempfile::tempdir().unwrap();
    let mut get = landline();
    if let Some(settings) = settings {
        get.env("LANDLINE_CONFIG_DIR", settings);
    }
    let mut get = get
        .args(["get", "127.0.0.1", "a.txt", "--port", &port, "--dir"])
        .arg(to.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut socket, _) = listener.accept().unwrap();
    assert_ne!(socket.read(&mut [0; 4096]).unwrap(), 0);
    let half = b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 10\r\n\r\nhello";
    socket.write_all(half).unwrap();
    let arrived = to.path().join("a.txt.part");
    let began = std::time::Instant::now();
    while !std::fs::metadata(&arrived).is_ok_and(|found| found.len() == 5) {
        assert!(began.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
    interrupt(&get);
    assert_eq!(get.wait().unwrap().code(), Some(1));
    let mut why = String::new();
    get.stderr.take().unwrap().read_to_string(&mut why).unwrap();
    assert_eq!(std::fs::read(&arrived).unwrap(), b"hello");
    why
}

#[test]
fn ctrl_c_stops_get_and_keeps_the_part() {
    let why = interrupted_get(None);
    assert!(
        why.contains("the 5 B received so far are kept. Run the same command"),
        "{why}"
    );
    // Without a persistent key, its part could not be told from somebody else's.
    let file = tempfile::NamedTempFile::new().unwrap();
    let why = interrupted_get(Some(file.path()));
    assert!(
        why.contains("The 5 B received so far are kept, but the download cannot resume"),
        "{why}"
    );
    assert!(why.contains("LANDLINE_CONFIG_DIR"), "{why}");
}

#[test]
fn ctrl_c_stops_serve_with_success() {
    let dir = tempfile::tempdir().unwrap();
    let mut serve = Serve::start(dir.path(), &[]);
    interrupt(&serve.child);
    assert_eq!(serve.child.wait().unwrap().code(), Some(0));
}

/// How often the kernel has woken the thread that accepts connections.
#[cfg(target_os = "linux")]
fn wakes_of_the_listener(serve: &Serve) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", serve.child.id())).unwrap();
    let mut tasks = tasks.map(|task| task.unwrap().path());
    let is_listener = |task: &std::path::PathBuf| {
        let name = std::fs::read_to_string(task.join("comm"));
        name.is_ok_and(|name| name == "listener\n")
    };
    let task = tasks.find(is_listener).expect("the thread");
    let status = std::fs::read_to_string(task.join("status")).unwrap();
    let mut lines = status.lines();
    let wakes = lines.find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    wakes.unwrap().trim().parse().unwrap()
}

/// Waits until that thread sleeps for longer than it would if it had connections to look after.
#[cfg(target_os = "linux")]
fn wait_for_rest(serve: &Serve) {
    let began = std::time::Instant::now();
    loop {
        let wakes = wakes_of_the_listener(serve);
        std::thread::sleep(std::time::Duration::from_millis(600));
        if wakes_of_the_listener(serve) == wakes {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "it wakes up again and again");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn serve_sleeps_until_a_client_or_ctrl_c_wakes_it() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.txt"), "hello").unwrap();
    let mut serve = Serve::start(dir.path(), &[]);
    for _ in 0..2 {
        wait_for_rest(&serve);
        let mut client = std::net::TcpStream::connect(("127.0.0.1", serve.port)).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        client.write_all(b"GET /a.txt HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
    }
    wait_for_rest(&serve);
    interrupt(&serve.child);
    assert_eq!(serve.child.wait().unwrap().code(), Some(0));
}
