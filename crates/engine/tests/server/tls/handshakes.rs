//! Clients that do not get through their handshake, and those that go on saying nothing after it.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::{REQUEST, answer};
use crate::common::Shared;
#[cfg(target_os = "linux")]
use crate::common::alone::is_alone;
use crate::common::tls::{Tls, config, config_of};
#[cfg(target_os = "linux")]
use rustix::process::{Resource, getrlimit, setrlimit};
use rustls::pki_types::ServerName;

/// Long enough that no timeout ends what a test waits for.
const NEVER: Duration = Duration::from_hours(1);

fn start(head: Duration) -> Shared {
    let shared = Shared::encrypted_with(|config| config.limits.head = head);
    shared.write("a", b"content");
    shared
}

/// The first flight of a client.
fn hello(shared: &Shared) -> Vec<u8> {
    Tls::before_handshake(shared.connect(), config()).records()
}

/// Reads until the server ends it, and returns what came before.
fn ended(mut socket: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    match socket.read_to_end(&mut bytes) {
        Err(e) if e.kind() != ErrorKind::ConnectionReset => panic!("{e}"),
        _ => bytes,
    }
}

/// The resident memory of this process, in bytes.
#[cfg(target_os = "linux")]
fn memory() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages = statm.split(' ').nth(1).unwrap();
    pages.parse::<usize>().unwrap() * 4096
}

#[cfg(target_os = "linux")]
fn workers() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == "connection").count()
}

#[cfg(target_os = "linux")]
#[test]
fn a_thousand_clients_in_the_middle_of_a_handshake_cost_no_thread() {
    const HEAD: Duration = Duration::from_secs(6);
    const COUNT: usize = 1000;
    /// What both ends of one may take.
    const MEMORY: usize = 64 * 1024;
    // It counts threads and memory of the process.
    if !is_alone("tls::handshakes::a_thousand_clients_in_the_middle_of_a_handshake_cost_no_thread")
    {
        return;
    }
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();

    let shared = start(HEAD);
    let hello = hello(&shared);
    let longest = [
        [22_u8, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc].as_slice(),
        &[0; 9000],
    ]
    .concat();
    let firsts: [&[u8]; 6] = [
        // After it, the server waits for the client's keys.
        &hello,
        &hello[..hello.len() - 1],
        &hello[..100],
        &hello[..5],
        &hello[..1],
        // As much of a record as is kept until it is whole.
        &longest,
    ];
    let mut kept = shared.connect_tls();
    let before = memory();
    let stuck: Vec<_> = (0..COUNT)
        .map(|number| {
            let mut socket = shared.connect();
            socket.write_all(firsts[number % firsts.len()]).unwrap();
            (socket, Instant::now())
        })
        .collect();
    // Some go on, a byte at a time, which gives them no more time.
    let mut dripping: Vec<_> = stuck
        .iter()
        .filter(|(_, begun)| begun.elapsed() < HEAD)
        .skip(2)
        .step_by(firsts.len())
        .map(|(socket, _)| socket.try_clone().unwrap())
        .collect();
    let drip = thread::spawn(move || {
        for byte in &hello[100..] {
            thread::sleep(Duration::from_millis(200));
            dripping.retain_mut(|socket| socket.write_all(&[*byte]).is_ok());
            if dripping.is_empty() {
                return;
            }
        }
    });

    for _ in 0..20 {
        kept.write_all(REQUEST).unwrap();
        assert_eq!(answer(&mut kept).body, b"content");
        let mut newcomer = shared.connect_tls();
        newcomer.write_all(REQUEST).unwrap();
        assert_eq!(answer(&mut newcomer).body, b"content");
    }
    let mut late = stuck.last().unwrap().1.elapsed();
    assert!(late < HEAD, "too slow a machine: {late:?}");
    assert!(workers() <= 8, "{} workers", workers());
    let taken = memory().saturating_sub(before);
    assert!(taken < COUNT * MEMORY, "{} KiB", taken >> 10);

    for (socket, begun) in stuck {
        ended(socket);
        late = begun.elapsed();
        assert!(late + Duration::from_secs(1) > HEAD, "{late:?}");
    }
    assert!(late < HEAD * 2, "{late:?}");
    drip.join().unwrap();
    kept.write_all(REQUEST).unwrap();
    assert_eq!(answer(&mut kept).body, b"content");
}

#[test]
fn a_handshake_and_the_first_request_have_one_deadline() {
    let head = Duration::from_millis(1500);
    let shared = start(head);
    let begun = Instant::now();
    let mut silent = shared.connect_tls();
    let mut half = shared.connect_tls();
    half.write_all(&REQUEST[..20]).unwrap();
    // Nothing was asked, so nothing is answered.
    let mut said = Vec::new();
    let _ = silent.read_to_end(&mut said);
    assert!(said.is_empty());
    assert!(begun.elapsed() < head * 3);
    assert_eq!(answer(&mut half).status, 408);
    assert!(begun.elapsed() < head * 3);
}

#[test]
fn garbage_ends_a_handshake_at_once() {
    let shared = start(NEVER);
    let hello = hello(&shared);
    let mut mangled = hello.clone();
    // The length of the session's identifier.
    mangled[43] ^= 0xff;
    let record = |kind: u8, len: u16, content: &[u8]| {
        let [high, low] = len.to_be_bytes();
        [&[kind, 3, 3, high, low] as &[u8], content].concat()
    };
    for (what, bytes) in [
        (
            "noise",
            [[22_u8, 3].as_slice(), &crate::common::noise(500)].concat(),
        ),
        ("zeros", [[22_u8, 3].as_slice(), &[0; 500]].concat()),
        (
            "no handshake",
            [
                [22_u8, 3, 1, 0, 4].as_slice(),
                b"GET ",
                b"/ HTTP/1.1\r\n\r\n",
            ]
            .concat(),
        ),
        ("another message", record(22, 4, &[14, 0, 0, 0])),
        // All of it would be kept until its end.
        (
            "a hello that does not end",
            [
                record(
                    22,
                    16384,
                    &[[1_u8, 0, 0xff, 0xff].as_slice(), &[3; 16380]].concat(),
                ),
                record(22, 16384, &[3; 16384]),
            ]
            .concat(),
        ),
        ("a mangled hello", mangled),
        ("a record that is too long", record(22, 0xffff, &[1; 100])),
        (
            "a record that is longer than encrypted ones",
            record(22, 0x4801, &[1; 100]),
        ),
        (
            "a hello that is too long",
            record(
                22,
                16384,
                &[[1_u8, 0xff, 0xff, 0xff].as_slice(), &[0; 16380]].concat(),
            ),
        ),
        ("an empty record", record(22, 0, b"").repeat(50)),
        (
            "an alert first",
            [&hello[..3], &[0, 0], &record(21, 2, &[2, 40])].concat(),
        ),
        ("another version", [&[22, 0xff, 1], &hello[3..]].concat()),
    ] {
        let mut socket = shared.connect();
        socket.write_all(&bytes).unwrap();
        let said = ended(socket);
        // An alert, or nothing where the first bytes are no TLS.
        assert!(
            said.is_empty() || said.starts_with(&[21, 3]),
            "{what}: {said:?}"
        );
    }
    let mut newcomer = shared.connect_tls();
    newcomer.write_all(REQUEST).unwrap();
    assert_eq!(answer(&mut newcomer).body, b"content");
}

#[test]
fn a_plain_request_after_tls_began_is_not_answered() {
    let shared = start(NEVER);
    let hello = hello(&shared);
    let mut socket = shared.connect();
    socket.write_all(&[&hello, REQUEST].concat()).unwrap();
    let said = ended(socket);
    assert!(!String::from_utf8_lossy(&said).contains("HTTP"), "{said:?}");

    let mut tls = shared.connect_tls();
    tls.write_all(REQUEST).unwrap();
    assert_eq!(answer(&mut tls).body, b"content");
    tls.socket.write_all(REQUEST).unwrap();
    let said = ended(tls.socket);
    assert!(!String::from_utf8_lossy(&said).contains("HTTP"), "{said:?}");
}

#[test]
fn a_client_that_leaves_in_the_middle_is_forgotten() {
    let mut shared = start(NEVER);
    let hello = hello(&shared);
    for len in [1, 5, 100, hello.len()] {
        let mut socket = shared.connect();
        socket.write_all(&hello[..len]).unwrap();
        socket.shutdown(Shutdown::Write).unwrap();
        ended(socket);
    }
    shared.stop();
}

/// Sends `flood` again and again until the server ends the connection. Others are served meanwhile.
fn flood(shared: &Shared, mut socket: TcpStream, flood: &[u8]) {
    let mut flooding = socket.try_clone().unwrap();
    let many = flood.repeat(10_000 / flood.len() + 1);
    let flooder = thread::spawn(move || while flooding.write_all(&many).is_ok() {});
    let mut other = shared.connect_tls();
    for _ in 0..20 {
        other.write_all(REQUEST).unwrap();
        assert_eq!(answer(&mut other).body, b"content");
    }
    let mut piece = [0; 4096];
    while socket.read(&mut piece).is_ok_and(|read| read > 0) {}
    drop(socket);
    flooder.join().unwrap();
}

#[test]
fn floods_of_records_without_data_end() {
    let shared = start(Duration::from_secs(3));
    for record in [
        // Empty, of every kind; the compatibility record of TLS 1.3; warnings.
        [22_u8, 3, 3, 0, 0].as_slice(),
        &[23, 3, 3, 0, 0],
        &[21, 3, 3, 0, 0],
        &[20, 3, 3, 0, 0],
        &[20, 3, 3, 0, 1, 1],
        &[21, 3, 3, 0, 2, 1, 90],
        &[21, 3, 3, 0, 2, 1, 100],
        &[22, 3, 3, 0, 4, 0, 0, 0, 0],
    ] {
        let hello = hello(&shared);
        for first in [&hello as &[u8], &[22, 3]] {
            let mut socket = shared.connect();
            socket.write_all(first).unwrap();
            flood(&shared, socket, record);
        }
    }
}

#[test]
fn a_flood_of_new_keys_ends() {
    let shared = start(Duration::from_secs(3));
    let mut tls = shared.connect_tls();
    tls.write_all(REQUEST).unwrap();
    assert_eq!(answer(&mut tls).body, b"content");
    let mut updates = Vec::new();
    for _ in 0..1000 {
        tls.connection.refresh_traffic_keys().unwrap();
        updates.extend(tls.records());
    }
    let _ = tls.socket.write_all(&updates);
    ended(tls.socket);
}

#[test]
fn any_name_is_served_and_only_http_1() {
    let shared = start(NEVER);
    for name in [
        "localhost",
        "evil.example",
        "127.0.0.1",
        "::1",
        "my_pc.local",
        "xn--a.b",
    ] {
        let name = ServerName::try_from(name).unwrap();
        let connection = rustls::ClientConnection::new(config(), name).unwrap();
        let mut tls = Tls::before_handshake(shared.connect(), config());
        tls.connection = connection;
        tls.write_all(REQUEST).unwrap();
        assert_eq!(answer(&mut tls).body, b"content");
    }
    for (offered, agreed) in [
        (&["http/1.1"] as &[&str], Some("http/1.1")),
        (&["h2", "http/1.1"], Some("http/1.1")),
        (&["h2"], None),
        (&["http/1.0", "landline"], None),
    ] {
        let mut config = config_of(rustls::ALL_VERSIONS);
        config.alpn_protocols = offered.iter().map(|name| name.as_bytes().into()).collect();
        let tls = Tls::try_over(shared.connect(), Arc::new(config));
        assert_eq!(tls.is_ok(), agreed.is_some(), "{offered:?}");
        if let Ok(tls) = tls {
            let protocol = tls.connection.alpn_protocol().unwrap();
            assert_eq!(Some(protocol), agreed.map(str::as_bytes));
        }
    }
}
