//! A password that is set, changed or removed while the server runs.

use std::io::{BufReader, Read, Write};

use landline_engine::password::LinkToken;
use landline_engine::server::Privacy;

use super::rig::{PASSWORD, Rig, basic, cookie_of, privacy};
use crate::common::{answers, noise, status};

const GET: &str = "GET /known.txt HTTP/1.1\r\nHost: localhost\r\n";

#[test]
fn a_new_password_counts_at_the_next_request_of_an_open_connection() {
    let rig = Rig::start();
    let cookie = rig.cookie();
    let mut socket = rig.shared.connect();
    let mut reader = BufReader::new(socket.try_clone().unwrap());
    let mut ask = |fields: &str| {
        socket
            .write_all(format!("{GET}{fields}\r\n").as_bytes())
            .unwrap();
        answers::next(&mut reader, true).unwrap().status
    };
    let old = basic(format!(":{PASSWORD}"));
    assert_eq!((ask(&cookie), ask(&old), ask("")), (200, 200, 401));
    rig.set(privacy("another", Some(rig.token)));
    assert_eq!((ask(&cookie), ask(&old)), (401, 401));
    assert_eq!(ask(&basic(":another")), 200);
    rig.set(Privacy::default());
    assert_eq!(ask(""), 200);
    rig.set(privacy(PASSWORD, None));
    // The same password, the same cookie.
    assert_eq!((ask(""), ask(&cookie)), (401, 200));
}

#[test]
fn a_new_link_ends_those_of_the_old_one() {
    let rig = Rig::start();
    let link = format!("/?k={}", rig.token.reveal());
    let by_link = cookie_of(&rig.shared.get(&link, ""));
    let by_password = rig.cookie();
    assert_eq!(rig.status("/known.txt", &by_link), 200);
    let new = LinkToken::random();
    rig.set(privacy(PASSWORD, Some(new)));
    assert_eq!(rig.status("/known.txt", &by_link), 401);
    assert_eq!(rig.status(&link, ""), 401);
    assert_eq!(rig.status("/known.txt", &by_password), 200);
    assert_eq!(rig.status(&format!("/?k={}", new.reveal()), ""), 303);
}

#[test]
fn a_download_that_runs_goes_on() {
    let rig = Rig::start();
    let content = noise(8 << 20);
    rig.shared.write("large", &content);
    let mut socket = rig.shared.connect();
    let fields = basic(format!(":{PASSWORD}"));
    let request =
        format!("GET /large HTTP/1.1\r\nHost: localhost\r\n{fields}Connection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).unwrap();
    let mut first = [0; 1024];
    socket.read_exact(&mut first).unwrap();
    rig.set(privacy("another", None));
    assert_eq!(rig.status("/large", &fields), 401);
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).unwrap();
    assert!(rest.ends_with(&content[1024..]));
}

#[test]
fn a_page_whose_password_was_removed_leads_to_the_folder() {
    let rig = Rig::start();
    rig.set(Privacy::default());
    let answer = rig.sign_in("/folder/?sort=size&password", "password=x", "");
    assert_eq!(status(&answer), 303);
    assert!(answer.contains("Location: /folder/?sort=size\r\n"));
}
