//! Starting and stopping, exhausted resources, and the errors reported.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use crate::common::{PATIENCE, Shared, field, rest, status};
use landline_engine::call::Answering;
use landline_engine::error::{Failure, SendError, ServerError};
use landline_engine::server::{Config, LogEntry, Server, ServerEvent};
use landline_engine::transfer::{Outcome, Reporter};

/// The error of a server that is expected to fail.
fn failure(config: Config) -> ServerError {
    let (sender, events) = crossbeam_channel::bounded(100);
    let _server = Server::start(config, Reporter::from(sender));
    match events.recv_timeout(PATIENCE).unwrap() {
        ServerEvent::Stopped(Err(e)) => e,
        other => panic!("{other:?}"),
    }
}

fn config(folder: &std::path::Path) -> Config {
    let mut config = Config::new(folder);
    config.bind = Some(Ipv4Addr::LOCALHOST.into());
    config.port = 0;
    config
}

#[test]
fn a_port_in_use_is_reported_with_a_free_one() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = failure(Config {
        port,
        ..config(dir.path())
    });
    let ServerError::PortTaken { port: said, free } = error else {
        panic!("{error:?}");
    };
    assert_eq!(said, port);
    assert!(free.is_none_or(|free| free > port));
    assert!(error.to_string().contains(&port.to_string()), "{error}");
}

/// There a program that asks to share a port gets it from whoever does not refuse.
#[cfg(windows)]
#[test]
fn ports_are_exclusive() {
    use socket2::{Domain, Socket, Type};

    let sharing = |port| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_reuse_address(true).unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        socket.bind(&address.into()).map(|()| socket)
    };
    let shared = Shared::start();
    assert!(sharing(shared.address.port()).is_err());

    let theirs = sharing(0).unwrap();
    theirs.listen(1).unwrap();
    let port = theirs.local_addr().unwrap().as_socket().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let error = failure(Config {
        port,
        ..config(folder.path())
    });
    assert!(matches!(error, ServerError::PortTaken { .. }), "{error}");
}

#[test]
fn a_wrong_folder_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("none");
    assert_eq!(
        failure(config(&missing)),
        ServerError::FolderMissing { path: missing }
    );
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert_eq!(
        failure(config(&file)),
        ServerError::NotAFolder { path: file }
    );
}

#[test]
fn stopping_ends_transfers_within_a_second() {
    let mut shared = Shared::of(&[("big", &vec![1; 64 << 20])]);
    let mut socket = shared.connect();
    socket.write_all(b"big\n").unwrap();
    let transfer = shared.wait(|event| match event {
        ServerEvent::Started(transfer) => Some(transfer),
        _ => None,
    });
    let idle = shared.connect();
    let began = Instant::now();
    let server = shared.server.take().unwrap();
    server.stop();
    server.join();
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(transfer.outcome(), Some(&Outcome::Cancelled));
    shared.wait(|event| matches!(event, ServerEvent::Stopped(Ok(()))).then_some(()));
    // The client sees an error, not a clean end.
    assert!(socket.read_to_end(&mut Vec::new()).is_err());
    drop(idle);
    assert!(TcpStream::connect(shared.address).is_err());
}

#[test]
fn after_a_stop_no_transfer_is_unfinished_even_where_its_thread_hangs() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("big"), vec![1; 16 << 20]).unwrap();
    let (sender, events) = crossbeam_channel::bounded(100);
    let (release, is_released) = crossbeam_channel::bounded::<()>(0);
    let reporter = Reporter::new(move |event| {
        let is_start = matches!(event, ServerEvent::Started(_));
        sender.send(event).unwrap();
        if is_start {
            // As a disk that does not answer.
            let _ = is_released.recv();
        }
    });
    let server = Server::start(config(folder.path()), reporter);
    let port = loop {
        if let ServerEvent::Listening(addresses) = events.recv_timeout(PATIENCE).unwrap() {
            break addresses[0].port;
        }
    };
    let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    socket.write_all(b"big\n").unwrap();
    let transfer = loop {
        if let ServerEvent::Started(transfer) = events.recv_timeout(PATIENCE).unwrap() {
            break transfer;
        }
    };
    server.stop();
    server.join();
    assert_eq!(transfer.outcome(), Some(&Outcome::Cancelled));
    drop(release);
    let told: Vec<_> = events.iter().collect();
    let ends = told
        .iter()
        .filter(|event| matches!(event, ServerEvent::Ended(_) | ServerEvent::Over(_)));
    assert_eq!(ends.count(), 1);
}

#[test]
fn cancelling_one_transfer_leaves_the_others() {
    let shared = Shared::of(&[("big", &vec![1; 64 << 20]), ("small", b"x")]);
    let mut socket = shared.connect();
    socket.write_all(b"big\n").unwrap();
    let transfer = shared.wait(|event| match event {
        ServerEvent::Started(transfer) => Some(transfer),
        _ => None,
    });
    transfer.cancel().cancel();
    shared.wait(|event| matches!(event, ServerEvent::Ended(_)).then_some(()));
    assert_eq!(transfer.outcome(), Some(&Outcome::Cancelled));
    assert!(socket.read_to_end(&mut Vec::new()).is_err());
    assert_eq!(shared.raw(b"small\n"), b"x");
}

#[test]
fn a_reader_that_keeps_up_sees_that_an_upload_was_cancelled() {
    // Nothing is ever queued at a reader this quick, so a clean end would get through at once.
    for _ in 0..20 {
        let shared = Shared::start();
        let file = std::fs::File::create(shared.dir.path().join("big")).unwrap();
        file.set_len(1 << 40).unwrap();
        let mut socket = shared.connect();
        socket.write_all(b"big\n").unwrap();
        let transfer = shared.wait(|event| match event {
            ServerEvent::Started(transfer) => Some(transfer),
            _ => None,
        });
        let reader = std::thread::spawn(move || std::io::copy(&mut socket, &mut std::io::sink()));
        transfer.cancel().cancel();
        let end = reader.join().unwrap();
        assert!(
            end.is_err(),
            "a clean end after {end:?} bytes of a cancelled upload"
        );
    }
}

#[test]
fn a_client_that_is_asked_to_wait_sees_that_the_server_stopped() {
    let mut shared = Shared::with(|config| config.limits.silence = PATIENCE);
    shared.write("notes.txt", b"hello");
    let mut socket = shared.connect();
    socket.write_all(b"notes.txt").unwrap();
    // The next connection is accepted after the first one.
    shared.raw(b"none\n");
    drop(shared.server.take());
    shared.wait(|event| matches!(event, ServerEvent::Stopped(Ok(()))).then_some(()));
    assert!(
        socket.read(&mut [0; 1]).is_err(),
        "an empty close says that there is no such file"
    );
}

#[test]
fn a_stalled_reader_is_disconnected() {
    let shared = Shared::with(|config| config.limits.stalled = Duration::from_millis(300));
    shared.write("big", &vec![1; 64 << 20]);
    let mut socket = shared.connect();
    socket.write_all(b"big\n").unwrap();
    let transfer = shared.wait(|event| match event {
        ServerEvent::Ended(transfer) => Some(transfer),
        _ => None,
    });
    let stalled = Failure::Send(SendError::Stalled { secs: 0 });
    assert_eq!(transfer.outcome(), Some(&Outcome::Failed(stalled)));
    assert!(socket.read_to_end(&mut Vec::new()).is_err());
}

#[test]
fn settings_apply_from_the_start() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".hidden"), "x").unwrap();
    let (sender, events) = crossbeam_channel::bounded(100);
    let server = Server::start(config(dir.path()), Reporter::from(sender));
    // Before it listens, or after: both must do.
    server.set_hidden(true);
    server.set_answering(Some(Answering::with_text("thanks")));
    let port = match events.recv_timeout(PATIENCE).unwrap() {
        ServerEvent::Listening(addresses) => addresses[0].port,
        other => panic!("{other:?}"),
    };
    for (name, expected) in [(".hidden\n", "x"), ("are u ok?\n", "thanks")] {
        let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
        socket.write_all(name.as_bytes()).unwrap();
        assert_eq!(rest(socket), expected.as_bytes());
    }
}

#[test]
fn a_server_that_is_dropped_stops() {
    let mut shared = Shared::start();
    drop(shared.server.take());
    shared.wait(|event| matches!(event, ServerEvent::Stopped(Ok(()))).then_some(()));
    assert!(TcpStream::connect(shared.address).is_err());
}

#[test]
fn when_all_slots_are_taken_the_next_connection_waits() {
    let shared = Shared::with(|config| config.limits.slots = 2);
    shared.write("a", b"x");
    let first = shared.connect();
    let second = shared.connect();
    let mut third = shared.connect();
    third.write_all(b"a\n").unwrap();
    third
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    assert!(third.read(&mut [0; 1]).is_err(), "served without a slot");
    drop(first);
    third.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(rest(third), b"x");
    drop(second);
}

#[test]
fn both_families_are_served_where_there_are_both() {
    let shared = Shared::with(|config| config.bind = None);
    shared.write("a", b"x");
    assert_eq!(shared.raw(b"a\n"), b"x");
    let v6 = SocketAddr::new("::1".parse().unwrap(), shared.address.port());
    // Only where this machine has IPv6 at all.
    if TcpListener::bind("[::1]:0").is_ok() {
        let mut socket = TcpStream::connect(v6).unwrap();
        socket.write_all(b"a\n").unwrap();
        assert_eq!(rest(socket), b"x");
    }
    // An IPv4 caller is shown as such.
    shared.raw(b"none\n");
    let peer = shared.wait(|event| match event {
        ServerEvent::Logged { peer, .. } => Some(peer),
        _ => None,
    });
    assert_eq!(peer, Ipv4Addr::LOCALHOST);
}

/// Windows keeps a folder that is shared.
#[cfg(unix)]
#[test]
fn a_removed_folder_ends_the_sharing_with_the_reason() {
    let shared = Shared::start();
    std::fs::remove_dir(shared.dir.path()).unwrap();
    let result = shared.wait(|event| match event {
        ServerEvent::Stopped(result) => Some(result),
        _ => None,
    });
    assert!(
        matches!(result, Err(ServerError::FolderGone { .. })),
        "{result:?}"
    );
}

#[test]
fn files_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("sub")).unwrap();
    for name in ["a", "sub/b", ".hidden"] {
        std::fs::write(dir.path().join(name), "").unwrap();
    }
    let (sender, events) = crossbeam_channel::bounded(100);
    let server = Server::start(config(dir.path()), Reporter::from(sender));
    let files = loop {
        if let ServerEvent::Counted {
            files, more: false, ..
        } = events.recv_timeout(PATIENCE).unwrap()
        {
            break files;
        }
    };
    assert_eq!(files, 2);
    drop(server);
}

#[cfg(target_os = "linux")]
#[test]
fn a_greedy_address_leaves_threads_for_others() {
    const BIG: &[u8] = b"GET /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    const SMALL: &[u8] = b"GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let shared = Shared::with(|config| {
        config.limits.stalled = Duration::from_hours(1);
        config.limits.threads = 12;
    });
    shared.write("a", b"content");
    shared.write("big", &vec![1; 32 << 20]);

    // They read the beginning only. As many get one as there are threads to spare; the others are to come again.
    let mut greedy: Vec<_> = (0..30).map(|_| shared.connect()).collect();
    let mut served = 0;
    for socket in &mut greedy {
        socket.write_all(BIG).unwrap();
        let mut answer = [0; 400];
        let read = socket.read(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]);
        if status(&answer) == 200 {
            served += 1;
        } else {
            assert_eq!(status(&answer), 503);
            assert_eq!(field(&answer, "Retry-After"), Some("1"));
        }
    }
    assert!((4..=12).contains(&served), "{served}");
    shared.wait(|event| match event {
        ServerEvent::Logged { entry, .. } => (entry == LogEntry::OutOfThreads).then_some(()),
        _ => None,
    });

    // Small files go on as ever, to that address, too, and where the name has no end.
    for mut newcomer in [shared.connect_from_elsewhere(), shared.connect()] {
        newcomer.write_all(SMALL).unwrap();
        assert!(rest(newcomer).ends_with(b"\r\n\r\ncontent"));
    }
    assert_eq!(shared.raw(b"a"), b"content");
    // A big one of another address ends one of those.
    let mut newcomer = shared.connect_from_elsewhere();
    newcomer.write_all(BIG).unwrap();
    let got = rest(newcomer);
    assert!(got.starts_with(b"HTTP/1.1 200 OK\r\n") && got.len() > 32 << 20);
    shared.wait(|event| match event {
        ServerEvent::Ended(transfer) => {
            matches!(transfer.outcome(), Some(Outcome::Cancelled)).then_some(())
        }
        _ => None,
    });
}
