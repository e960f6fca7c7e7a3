//! Listings of large folders that nobody reads to their end, and what others get meanwhile.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::common::{PATIENCE, Shared, body, field, rest, status};
use landline_engine::server::{Config, LogEntry, ServerEvent};
use socket2::{Domain, SockAddr, SockRef, Socket, Type};

/// Entries of a large folder. Their names are long: what is listed of them fits into no buffer.
const COUNT: usize = 8_000;

const NEVER: Duration = Duration::from_hours(1);

/// A share with some folders that are large, and `few/`, which is not.
fn large(folders: &[&str], configure: impl FnOnce(&mut Config)) -> Shared {
    let shared = Shared::with(|config| {
        config.limits.stalled = NEVER;
        config.limits.idle = NEVER;
        configure(config);
    });
    shared.write("few/a", b"x");
    for folder in folders {
        let at = shared.dir.path().join(folder);
        fs::create_dir(&at).unwrap();
        for number in 0..COUNT {
            fs::write(at.join(entry(number)), "").unwrap();
        }
    }
    shared
}

fn entry(number: usize) -> String {
    format!("{}{number:06}", "n".repeat(220))
}

fn request(target: &str, fields: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n").into_bytes()
}

/// A client that has room for little, at an address that stands for another computer.
fn connect_from(shared: &Shared, address: Ipv4Addr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let address = SocketAddr::from((address, 0));
    socket.bind(&SockAddr::from(address)).unwrap();
    socket.connect(&SockAddr::from(shared.address)).unwrap();
    let socket = TcpStream::from(socket);
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

/// A client that has the first rows of a listing, and does not read on.
fn hold(shared: &Shared, target: &str) -> TcpStream {
    let mut socket = connect_from(shared, Ipv4Addr::LOCALHOST);
    socket.write_all(&request(target, "")).unwrap();
    let mut seen = Vec::new();
    let mut piece = [0; 1024];
    while !String::from_utf8_lossy(&seen).contains("<li class=") {
        let read = match socket.read(&mut piece) {
            // A read with a timeout is not restarted after a stop of the process (signal(7)).
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            read => read.unwrap(),
        };
        assert!(read > 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&piece[..read]);
    }
    socket
}

/// A whole answer, read by a client with room for it.
#[cfg(target_os = "linux")]
fn get_from(shared: &Shared, address: Ipv4Addr, target: &str) -> String {
    let mut socket = connect_from(shared, address);
    SockRef::from(&socket)
        .set_recv_buffer_size(1 << 20)
        .unwrap();
    socket.write_all(&request(target, "")).unwrap();
    socket.shutdown(std::net::Shutdown::Write).unwrap();
    String::from_utf8(rest(socket)).unwrap()
}

fn is_whole(answer: &str) -> bool {
    status(answer) == 200
        && answer.ends_with("</html>\n\r\n0\r\n\r\n")
        && answer.matches("<li class=").count() == COUNT
}

#[test]
fn without_memory_for_a_listing_the_response_has_retry_after() {
    let shared = large(&["a", "b"], |config| {
        config.limits.listing_bytes = 1;
        config.limits.listing_queue = Duration::from_millis(50);
    });
    let held = hold(&shared, "/a/");
    for (fields, text) in [
        ("", "Too many large folders are being listed right now."),
        ("Accept: application/json\r\n", "Too many large folders"),
        ("Accept-Language: zh\r\n", "正在列出的大文件夹太多"),
    ] {
        let answer = shared.get("/b/", fields);
        assert_eq!(status(&answer), 503, "{answer}");
        let secs = field(&answer, "Retry-After").expect("when");
        assert!((1..=30).contains(&secs.parse::<u32>().unwrap()), "{secs}");
        assert!(body(&answer).starts_with(text), "{answer}");
    }
    // What needs no memory is answered all the same.
    assert_eq!(status(&shared.get("/few/", "")), 200);
    assert_eq!(shared.raw(b"few/a\n"), b"x");
    let answer = shared.http("HEAD /b/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!((status(&answer), body(&answer)), (200, ""));
    assert!(is_whole(&shared.get("/a/", "")));
    drop(held);
}

#[test]
fn a_listing_begins_when_the_client_that_held_the_memory_has_left() {
    let shared = large(&["a", "b"], |config| {
        config.limits.listing_bytes = 1;
        config.limits.listing_queue = NEVER;
    });
    let held = hold(&shared, "/a/");
    let refused = |count| {
        for _ in 0..count {
            shared.wait(|event| match event {
                ServerEvent::Logged { entry, .. } => {
                    matches!(entry, LogEntry::ListingsBusy { .. }).then_some(())
                }
                _ => None,
            });
        }
    };
    // More than one address may have in the queue: the others are told at once.
    let sockets: Vec<_> = (0..20)
        .map(|_| {
            let mut socket = shared.connect();
            socket.write_all(&request("/b/", "")).unwrap();
            socket
        })
        .collect();
    refused(12);
    // Those that leave give their places back.
    for socket in sockets {
        reset(&socket);
    }
    refused(8);
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            let mut socket = shared.connect();
            let fields = "Connection: close\r\n";
            socket.write_all(&request("/b/", fields)).unwrap();
            socket
        })
        .collect();
    drop(held);
    for socket in waiting {
        let answer = String::from_utf8(rest(socket)).unwrap();
        assert!(is_whole(&answer), "{}", &answer[..100]);
    }
}

/// Close it so that the server sees an error, as when a computer is switched off.
fn reset(socket: &TcpStream) {
    SockRef::from(socket)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
}

/// The addresses of 127/8 stand for other computers on Linux alone.
#[cfg(target_os = "linux")]
#[test]
fn a_greedy_address_leaves_listings_for_others() {
    let shared = large(&["a", "b", "c"], |config| {
        // A list of these names takes about 2 MB: more than the part of one address.
        config.limits.listing_bytes = 6 << 20;
        config.limits.listing_queue = Duration::from_millis(50);
    });
    let greedy = hold(&shared, "/a/");
    assert_eq!(status(&shared.get("/b/", "")), 503);
    let other = Ipv4Addr::new(127, 0, 0, 2);
    assert!(is_whole(&get_from(&shared, other, "/b/")));
    // The same folder again is no more.
    assert!(is_whole(&shared.get("/a/", "")));
    drop(greedy);
}

#[test]
fn a_client_that_reads_a_listing_for_too_long_is_cut() {
    let shared = large(&["a"], |config| {
        config.limits.listing_unread = Duration::from_millis(300);
    });
    let mut socket = hold(&shared, "/a/");
    // It takes a little now and then, as one does whose line is slow.
    let (_pause, pauses) = std::sync::mpsc::channel::<()>();
    let mut piece = [0; 1024];
    let end = loop {
        let _ = pauses.recv_timeout(Duration::from_millis(2));
        match socket.read(&mut piece) {
            Ok(0) => panic!("a clean end"),
            Ok(_) => {}
            Err(e) => break e,
        }
    };
    assert_eq!(end.kind(), ErrorKind::ConnectionReset);
    // One that takes it as it comes has all of it.
    assert!(is_whole(&shared.get("/a/", "")));
}

#[test]
fn a_file_that_is_there_when_somebody_asks_is_listed() {
    let shared = large(&["a"], |_| {});
    // Others list it all the while.
    let held: Vec<_> = (0..3).map(|_| hold(&shared, "/a/")).collect();
    for number in 0..6 {
        let name = format!("added-{number}");
        shared.write(&format!("a/{name}"), b"");
        let answer = shared.get("/a/", "");
        assert!(answer.contains(&format!("\"./{name}\"")), "{name}");
        fs::remove_file(shared.dir.path().join(format!("a/{name}"))).unwrap();
        assert!(!shared.get("/a/", "").contains(&name));
    }
    drop(held);
}

#[test]
fn a_client_waiting_for_a_slow_folder_is_sent_whitespace() {
    let shared = large(&["a"], |config| {
        config.limits.listing_space = Duration::ZERO;
    });
    let space = "\r\n1\r\n\n\r\n";
    let page = shared.get("/a/", "");
    assert!(is_whole(&page) && page.contains(space), "{}", &page[..2000]);
    let json = shared.get("/a/", "Accept: application/json\r\n");
    assert!(json.contains(space), "{}", &json[..1000]);
    assert!(json.ends_with("]}\r\n0\r\n\r\n"));
    // Where the close ends the body, nothing has changed.
    let old = shared.http("GET /a/ HTTP/1.0\r\nAccept: application/json\r\n\r\n");
    assert!(body(&old).starts_with("{\"path\":\"/a/\",\"entries\":[{"));
    let listed: serde_json::Value = serde_json::from_str(body(&old)).unwrap();
    assert_eq!(listed["entries"].as_array().unwrap().len(), COUNT);
}

#[test]
fn a_listing_that_is_waited_for_ends_with_the_server() {
    let mut shared = large(&["a", "b"], |config| {
        config.limits.listing_bytes = 1;
        config.limits.listing_queue = NEVER;
    });
    let mut held = hold(&shared, "/a/");
    let mut waits = shared.connect();
    waits.write_all(&request("/b/", "")).unwrap();
    shared.stop();
    let stopped = shared.events.iter().find_map(|event| match event {
        ServerEvent::Stopped(result) => Some(result),
        _ => None,
    });
    assert!(stopped.expect("the end").is_ok());
    for socket in [&mut held, &mut waits] {
        let end = std::io::copy(socket, &mut std::io::sink()).map_err(|e| e.kind());
        assert_eq!(end, Err(ErrorKind::ConnectionReset));
    }
}
