//! Guessing the password.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};

use landline_engine::server::{FailedAttempts, LogEntry};

use super::rig::{PASSWORD, Rig, basic};
use crate::common::{PATIENCE, field, rest, status};

#[test]
fn ten_wrong_ones_are_enough() {
    let rig = Rig::start();
    let cookie = rig.cookie();
    let right = basic(format!(":{PASSWORD}"));
    let ways: [&dyn Fn(usize) -> u16; 4] = [
        &|number| rig.status("/known.txt", &basic(format!(":{number}"))),
        &|number| rig.status("/none", &basic(format!("{number}:"))),
        &|number| status(&rig.sign_in("/?password", &format!("password=a{number}"), "")),
        &|number| rig.status(&format!("/?k=b{number}"), ""),
    ];
    for number in 0..10 {
        let way = ways[number % ways.len()];
        assert_eq!(way(number), 401, "{number}");
        // Programs that try again by themselves do not count.
        if number < 9 {
            assert_eq!(way(number), 401, "{number}");
        }
    }
    // Not even the right one counts now.
    for (target, fields) in [
        ("/known.txt", &*right),
        ("/known.txt", ""),
        ("/none", ""),
        (&*format!("/?k={}", rig.token.reveal()), ""),
        ("/?k=other", ""),
    ] {
        for accept in ["*/*", "text/html"] {
            let answer = rig
                .shared
                .get(target, &format!("{fields}Accept: {accept}\r\n"));
            assert_eq!(status(&answer), 429, "{target}");
            let after: u64 = field(&answer, "Retry-After").unwrap().parse().unwrap();
            assert!((1..=60).contains(&after), "{after}");
            assert_eq!(field(&answer, "Set-Cookie"), None);
            assert!(
                answer.contains(&format!("Try again in {after} second")),
                "{answer}"
            );
        }
    }
    let form = rig.sign_in("/?password", "password=corr%C3%A9ct+horse", "");
    assert_eq!(status(&form), 429);
    // Whoever is let in stays, and what needs no password needs none.
    assert_eq!(rig.status("/known.txt", &cookie), 200);
    assert_eq!(rig.status("/.well-known/landline", ""), 200);
    let mut expected = vec![LogEntry::WrongPassword; 10];
    expected.push(LogEntry::TooManyPasswords);
    assert_eq!(rig.log(), expected);
}

#[test]
fn connections_in_parallel_try_no_more() {
    let rig = Rig::start();
    let (tried, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (rig, tried, refused) = (&rig, &tried, &refused);
            scope.spawn(move || {
                for number in 0..10 {
                    let fields = basic(format!("{thread}-{number}:a{thread}-{number}"));
                    match rig.status("/known.txt", &fields) {
                        401 => tried.fetch_add(2, Ordering::Relaxed),
                        429 => refused.fetch_add(2, Ordering::Relaxed),
                        other => panic!("{other}"),
                    };
                }
            });
        }
    });
    assert_eq!(tried.into_inner(), 10);
    assert_eq!(refused.into_inner(), 150);
}

#[cfg(target_os = "linux")]
#[test]
fn every_address_has_its_own_count() {
    use socket2::{Domain, SockAddr, Socket, Type};

    let rig = Rig::start();
    let from = |last: u8, fields: &str| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let address = SocketAddr::from(([127, 0, 0, last], 0));
        socket.bind(&SockAddr::from(address)).unwrap();
        socket.connect(&SockAddr::from(rig.shared.address)).unwrap();
        let mut socket = TcpStream::from(socket);
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = format!(
            "GET /known.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{fields}\r\n"
        );
        socket.write_all(request.as_bytes()).unwrap();
        status(&String::from_utf8_lossy(&rest(socket)))
    };
    for last in 10..14 {
        let statuses: Vec<u16> = (0..12)
            .map(|number| from(last, &basic(format!(":{number}"))))
            .collect();
        assert_eq!(statuses, [&[401; 10][..], &[429; 2]].concat());
    }
    let right = basic(format!(":{PASSWORD}"));
    assert_eq!(from(10, &right), 429);
    assert_eq!(from(20, &right), 200);
}

#[test]
fn servers_with_one_password_count_together() {
    let failed_attempts = FailedAttempts::default();
    let share = || Rig::with(|config| config.failed_attempts = failed_attempts.clone());
    let (one, two, alone) = (share(), share(), Rig::start());
    for number in 0..10 {
        let guess = basic(format!(":{number}"));
        let at = if number % 2 == 0 { &one } else { &two };
        assert_eq!(at.status("/known.txt", &guess), 401, "{number}");
        // The same at the other is no new one.
        if number < 9 {
            assert_eq!(one.status("/known.txt", &guess), 401, "{number}");
            assert_eq!(two.status("/known.txt", &guess), 401, "{number}");
        }
    }
    let right = basic(format!(":{PASSWORD}"));
    assert_eq!(one.status("/known.txt", &right), 429);
    assert_eq!(two.status("/known.txt", &right), 429);
    assert_eq!(alone.status("/known.txt", &right), 200);
}
