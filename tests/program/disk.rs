//! Whatever a server sends or claims, a download leaves some disk space free. The disk is a tmpfs
//! of 200 MB in a mount namespace that only the program sees.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::landline;

const DISK_LEN: u64 = 200 << 20;

/// A twentieth of a small disk stays free.
const MARGIN: u64 = DISK_LEN / 20;

/// The minimum of the free space, as observed by the server.
#[derive(Clone, Default)]
struct Disk(Arc<Mutex<(Option<PathBuf>, Option<u64>)>>);

impl Disk {
    /// Sets where the disk is visible.
    fn is_at(&self, path: PathBuf) {
        self.0.lock().unwrap().0 = Some(path);
    }

    /// Measures and returns the free bytes.
    fn look(&self) -> u64 {
        let mut disk = self.0.lock().unwrap();
        let path = disk.0.as_ref().expect("the program asks when it runs");
        let Ok(found) = rustix::fs::statvfs(path) else {
            // The program has just exited.
            return 0;
        };
        let free = found.f_bavail * found.f_frsize;
        assert!(free <= DISK_LEN, "it is another disk");
        disk.1 = Some(disk.1.map_or(free, |least| least.min(free)));
        free
    }
}

/// The output of `landline get` for `name` from a server that `answers` each path, and the minimum
/// of the free space. `None` if the system does not allow mounting.
fn get(
    name: &str,
    answers: impl Fn(&str, &mut TcpStream, &Disk) -> io::Result<()> + Send + Sync + 'static,
) -> Option<(String, u64)> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let disk = Disk::default();
    let (seen, answers) = (disk.clone(), Arc::new(answers));
    thread::spawn(move || {
        for socket in listener.incoming() {
            let (disk, answers) = (seen.clone(), Arc::clone(&answers));
            thread::spawn(move || {
                let mut socket = socket.unwrap();
                let asked = BufReader::new(socket.try_clone().unwrap());
                for line in asked.lines().map_while(Result::ok) {
                    let words: Vec<_> = line.split(' ').collect();
                    if let ["GET" | "HEAD", path, _] = words[..]
                        && answers(path, &mut socket, &disk).is_err()
                    {
                        break;
                    }
                }
            });
        }
    });
    let mount = tempfile::tempdir().unwrap();
    // The program starts once this process knows where the disk is.
    let script = format!(
        r#"mount -t tmpfs -o size={DISK_LEN} tmpfs "$1" && echo mounted && read _ && cd "$1" && shift && exec "$@""#
    );
    let program = landline();
    let child = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            &script,
            "sh",
        ])
        .arg(mount.path())
        .arg(program.get_program())
        .args(["get", "127.0.0.1", name, "--port", &port.to_string()])
        .env_remove("RUST_LOG")
        .env_remove("LANGUAGE")
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(e) => {
            eprintln!("not tested, there is no unshare(1): {e}");
            return None;
        }
    };
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut first)
        .unwrap();
    if first != "mounted\n" {
        let said = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&said.stderr);
        eprintln!("not tested, this user may not have a mount namespace: {said}");
        return None;
    }
    let inside = mount.path().strip_prefix("/").unwrap();
    disk.is_at(
        format!("/proc/{}/root", child.id())
            .parse::<PathBuf>()
            .unwrap()
            .join(inside),
    );
    assert_eq!(disk.look(), DISK_LEN);
    child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("There is not enough free space in "),
        "{said}"
    );
    let least = disk.0.lock().unwrap().1.unwrap();
    Some((said, least))
}

#[track_caller]
fn leaves_the_margin(found: Option<(String, u64)>) {
    if let Some((said, least)) = found {
        // Nor does it leave far too much.
        let range = MARGIN..=DISK_LEN * 15 / 100;
        assert!(range.contains(&least), "{least} were free; {said}");
    }
}

#[test]
fn a_file_as_large_as_the_disk_is_refused_before_any_of_it_comes() {
    let found = get("film.bin", |_, socket, disk| {
        let len = disk.look() - MARGIN + 1;
        write!(
            socket,
            "HTTP/1.1 200 OK\r\nContent-Length: {len}\r\nETag: \"1\"\r\n\r\nbeginning"
        )?;
        // Until the client has read it.
        let closed = io::copy(&mut socket.try_clone()?, &mut io::sink());
        disk.look();
        closed.map(drop)
    });
    if let Some((said, least)) = found {
        assert!(said.contains("more is needed"), "{said}");
        assert!(least > DISK_LEN / 2, "{least}");
    }
}

#[test]
fn a_file_without_an_end_leaves_the_margin() {
    leaves_the_margin(get("film.bin", |_, socket, disk| {
        write!(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
        let piece = vec![7; 1 << 20];
        loop {
            socket.write_all(&piece)?;
            disk.look();
        }
    }));
}

#[test]
fn a_list_without_an_end_leaves_the_margin() {
    leaves_the_margin(get("f/", |_, socket, disk| {
        write!(
            socket,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n["
        )?;
        // No entry is a file.
        let entry = r#"{"name":"a","type":"socket"},"#;
        let piece = entry.repeat((1 << 20) / entry.len());
        loop {
            socket.write_all(piece.as_bytes())?;
            disk.look();
        }
    }));
}

#[test]
fn a_folder_of_more_small_files_than_fit_leaves_the_margin() {
    leaves_the_margin(get("f/", |path, socket, disk| {
        disk.look();
        let json = "Content-Type: application/json\r\n";
        let (kind, body) = if path.ends_with('/') {
            // Without their sizes.
            let entries: Vec<_> = (0..5_000).map(|n| format!(r#"{{"name":"{n}"}}"#)).collect();
            (json, format!("[{}]", entries.join(",")).into_bytes())
        } else {
            ("", vec![7; 100_000])
        };
        let len = body.len();
        write!(
            socket,
            "HTTP/1.1 200 OK\r\n{kind}Content-Length: {len}\r\n\r\n"
        )?;
        socket.write_all(&body)
    }));
}
