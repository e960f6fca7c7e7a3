//! The owner is asked first, and nothing is stored before the answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use landline_engine::server::ServerEvent;
use landline_engine::server::receiving::{
    Access, Answer, Consent, Offer, Receiving, TrustedDevice,
};
use landline_http1::digest::Hasher;

use super::rig::{Rig, answer, receiving, wait_until};
use crate::common::PATIENCE;

const TOKEN: &str = "0123456789abcdef";

fn asking() -> Rig {
    asking_with(Vec::new(), PATIENCE)
}

fn asking_with(trusted: Vec<TrustedDevice>, time: Duration) -> Rig {
    Rig::with(Access::Send, Consent::Ask { trusted }, |config| {
        config.limits.answer = time;
    })
}

fn offered(rig: &Rig) -> Arc<Offer> {
    rig.shared.wait(|event| match event {
        ServerEvent::Offered(offer) => Some(offer),
        _ => None,
    })
}

fn over(rig: &Rig, offer: &Offer) {
    rig.shared.wait(|event| match event {
        ServerEvent::OfferOver(id) if id == offer.id() => Some(()),
        _ => None,
    });
}

fn send(rig: &Rig, path: &str, fields: &str, body: &str) -> TcpStream {
    let len = body.len();
    let mut socket = rig.begin("PUT", path, &format!("Content-Length: {len}\r\n{fields}"));
    socket.write_all(body.as_bytes()).unwrap();
    socket
}

fn batch(files: u64, bytes: u64) -> String {
    format!("Landline-Batch: id={TOKEN}, files={files}, bytes={bytes}, name=Ann%27s%20phone\r\n")
}

#[test]
fn nothing_is_stored_before_the_answer() {
    let rig = asking();
    let socket = send(&rig, "/d/a.txt", "", "hello");
    let offer = offered(&rig);
    assert_eq!(offer.from(), rig.shared.address.ip());
    assert_eq!((offer.count(), offer.len()), (1, Some(5)));
    assert_eq!(offer.files()[0].name, "d/a.txt");
    assert!(offer.free().is_some());
    assert!(!offer.can_remember());
    rig.assert_empty();
    offer.answer(Answer::Accept);
    // Only the first answer counts.
    offer.answer(Answer::Decline);
    assert_eq!(answer(&socket).status, 201);
    assert_eq!(rig.read("d/a.txt"), b"hello");
    over(&rig, &offer);
}

#[test]
fn the_body_is_invited_after_the_answer() {
    let rig = asking();
    let fields = "Content-Length: 1\r\nExpect: 100-continue\r\n";
    let mut socket = rig.begin("PUT", "/a", fields);
    let offer = offered(&rig);
    socket
        .set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    assert!(socket.read(&mut [0]).is_err());
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    offer.answer(Answer::Accept);
    let mut interim = [0; 25];
    socket.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(b"a").unwrap();
    assert_eq!(answer(&socket).status, 201);
}

#[test]
fn what_is_declined_or_not_answered_is_not_stored() {
    let rig = asking();
    let socket = send(&rig, "/a", "", "evil");
    let offer = offered(&rig);
    offer.answer(Answer::Decline);
    assert_eq!(answer(&socket).status, 403);
    over(&rig, &offer);
    let late = asking_with(Vec::new(), Duration::from_millis(50));
    let socket = send(&late, "/a", "", "evil");
    let offer = offered(&late);
    assert_eq!(answer(&socket).status, 403);
    over(&late, &offer);
    // Too late.
    offer.answer(Answer::Accept);
    assert_eq!(offer.answered(), Some(Answer::Decline));
    for rig in [rig, late] {
        rig.assert_empty();
    }
}

#[test]
fn an_offer_ends_with_its_sender() {
    let rig = asking();
    let socket = send(&rig, "/a", "", "evil");
    let offer = offered(&rig);
    drop(socket);
    over(&rig, &offer);
    offer.answer(Answer::Accept);
    rig.assert_empty();
}

#[test]
fn an_offer_ends_with_the_server() {
    let mut rig = asking();
    let _socket = send(&rig, "/a", "", "evil");
    let offer = offered(&rig);
    rig.shared.stop();
    offer.answer(Answer::Accept);
    rig.assert_empty();
}

#[test]
fn a_batch_is_asked_once_and_held_to_what_it_said() {
    let rig = asking();
    let of_batch = batch(3, 10);
    let first = send(&rig, "/a", &of_batch, "aaaa");
    let offer = offered(&rig);
    assert_eq!((offer.count(), offer.len()), (3, Some(10)));
    assert_eq!(offer.device(), Some("Ann's phone"));
    // Says more than the owner has seen.
    let second = send(&rig, "/b", &batch(1000, 1_000_000), "bbbb");
    wait_until(|| offer.files().len() == 2);
    offer.answer(Answer::Accept);
    for socket in [&first, &second] {
        assert_eq!(answer(socket).status, 201);
    }
    over(&rig, &offer);
    let put = |path: &str, body: &str| rig.put(path, &of_batch, body.as_bytes()).status;
    assert_eq!(put("/c", "ccc"), 413);
    assert_eq!(put("/c", "cc"), 201);
    assert_eq!(put("/d", ""), 413);
    // The same again is not stored again, and counts once.
    let again = rig.put("/a", &of_batch, b"aaaa");
    assert_eq!((again.status, again.field("Location")), (200, Some("/a")));
    assert_eq!(rig.stored().len(), 3);
    // Another batch, or another device with the name of this one, asks anew.
    let other = format!("{of_batch}Landline-Device: {TOKEN}\r\n");
    let other = send(&rig, "/e", &other, "e");
    offered(&rig).answer(Answer::Decline);
    assert_eq!(answer(&other).status, 403);
}

#[test]
fn a_batch_without_lengths_is_held_to_its_files_and_bytes() {
    let rig = asking();
    let of_batch = batch(2, 4);
    let chunked = |path: &str, chunks: &str| {
        let fields = format!("Transfer-Encoding: chunked\r\n{of_batch}");
        let mut socket = rig.begin("PUT", path, &fields);
        socket.write_all(chunks.as_bytes()).unwrap();
        socket
    };
    let socket = chunked("/a", "3\r\naaa\r\n0\r\n\r\n");
    offered(&rig).answer(Answer::Accept);
    assert_eq!(answer(&socket).status, 201);
    let socket = chunked("/b", "3\r\nbbb\r\n0\r\n\r\n");
    assert_eq!(answer(&socket).status, 413);
    assert_eq!(rig.stored(), [("a".to_owned(), b"aaa".to_vec())]);
}

#[test]
fn a_declined_batch_is_not_asked_again() {
    let rig = asking();
    let socket = send(&rig, "/a", &batch(2, 2), "a");
    offered(&rig).answer(Answer::Decline);
    assert_eq!(answer(&socket).status, 403);
    assert_eq!(rig.put("/b", &batch(2, 2), b"b").status, 403);
    rig.assert_empty();
}

#[test]
fn a_device_can_be_accepted_always() {
    let rig = asking();
    let device = format!("Landline-Device: {TOKEN}\r\n");
    let socket = send(&rig, "/a", &(device.clone() + &batch(1, 1)), "a");
    let offer = offered(&rig);
    assert!(offer.can_remember());
    offer.answer(Answer::AcceptAlways);
    let accepted = answer(&socket);
    assert_eq!(accepted.status, 201);
    assert_eq!(accepted.field("Set-Cookie"), None);
    let trusted = trusted(&rig);
    let mut hasher = Hasher::new();
    hasher.update(TOKEN.as_bytes());
    let key = (hasher.finish().iter()).fold(String::new(), |key, byte| format!("{key}{byte:02x}"));
    let expected = TrustedDevice {
        name: "Ann's phone".to_owned(),
        key,
    };
    assert_eq!(trusted, expected);
    let consent = Consent::Ask {
        trusted: vec![trusted],
    };
    let receiving = receiving(rig.around.path(), consent);
    let server = rig.shared.server.as_ref().unwrap();
    server.set_receiving(Access::Send, Some(receiving));
    assert_eq!(rig.put("/b", &device, b"b").status, 201);
    // Nobody else.
    let socket = send(&rig, "/c", "Landline-Device: 0123456789abcdeX\r\n", "c");
    offered(&rig).answer(Answer::Decline);
    assert_eq!(answer(&socket).status, 403);
}

fn trusted(rig: &Rig) -> TrustedDevice {
    rig.shared.wait(|event| match event {
        ServerEvent::Trusted(device) => Some(device),
        _ => None,
    })
}

#[test]
fn a_browser_gets_a_cookie() {
    let rig = asking();
    let origin = format!("Origin: http://{}\r\n", rig.shared.address);
    let of_batch = origin.clone() + &batch(2, 2);
    let socket = send(&rig, "/a", &of_batch, "a");
    let offer = offered(&rig);
    assert!(offer.can_remember());
    offer.answer(Answer::AcceptAlways);
    let accepted = answer(&socket);
    let cookie = accepted.field("Set-Cookie").expect("a cookie");
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    // The rest of the batch comes with the cookie, before the device is one of those that are known.
    let with_cookie = format!("{of_batch}Cookie: {pair}\r\n");
    assert_eq!(rig.put("/c", &with_cookie, b"c").status, 201);
    assert_eq!(
        attributes,
        "HttpOnly; SameSite=Strict; Path=/; Max-Age=31536000"
    );
    let consent = Consent::Ask {
        trusted: vec![trusted(&rig)],
    };
    let receiving = receiving(rig.around.path(), consent);
    let server = rig.shared.server.as_ref().unwrap();
    server.set_receiving(Access::Send, Some(receiving));
    let fields = format!("{origin}Cookie: x=y; {pair}\r\n");
    assert_eq!(rig.put("/b", &fields, b"b").status, 201);
}

#[test]
fn a_flood_of_offers_is_bounded() {
    let rig = asking();
    // Each is another batch, or they would join one offer.
    let socket = |number: u32| {
        let fields = format!("Landline-Batch: id={TOKEN}{number}, files=1\r\n");
        send(&rig, "/a", &fields, "a")
    };
    let waiting = [socket(0), socket(1)];
    let offers = [offered(&rig), offered(&rig)];
    for number in 2..20 {
        let refused = answer(&socket(number));
        assert_eq!(refused.status, 503);
        assert_eq!(refused.field("Retry-After"), Some("30"));
    }
    offers[0].answer(Answer::Decline);
    over(&rig, &offers[0]);
    let next = socket(20);
    let offer = offered(&rig);
    offer.answer(Answer::Decline);
    assert_eq!(answer(&next).status, 403);
    offers[1].answer(Answer::Decline);
    for socket in waiting {
        assert_eq!(answer(&socket).status, 403);
    }
    rig.assert_empty();
}

#[test]
fn requests_of_one_sender_without_a_batch_are_one_question() {
    let rig = asking();
    let sockets = ["a", "b"].map(|name| send(&rig, &format!("/{name}"), "", name));
    let offer = offered(&rig);
    wait_until(|| offer.count() == 2);
    assert_eq!(offer.len(), Some(2));
    offer.answer(Answer::Accept);
    for socket in &sockets {
        assert_eq!(answer(socket).status, 201);
    }
    // The next one asks again.
    let socket = send(&rig, "/c", "", "c");
    offered(&rig).answer(Answer::Decline);
    assert_eq!(answer(&socket).status, 403);
}

#[test]
fn a_device_that_was_forgotten_is_asked_even_about_its_batch() {
    let rig = Rig::start();
    let of_batch = batch(3, 3);
    assert_eq!(rig.put("/a", &of_batch, b"a").status, 201);
    let consent = Consent::Ask {
        trusted: Vec::new(),
    };
    let server = rig.shared.server.as_ref().unwrap();
    server.set_receiving(Access::Send, Some(receiving(rig.around.path(), consent)));
    let socket = send(&rig, "/b", &of_batch, "b");
    offered(&rig).answer(Answer::Accept);
    assert_eq!(answer(&socket).status, 201);
    // Now it is held to what it said.
    assert_eq!(rig.put("/c", &of_batch, b"cccc").status, 413);
}

#[test]
fn what_the_owner_changes_while_asked_counts() {
    let rig = asking();
    let server = rig.shared.server.as_ref().unwrap();
    let form =
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nf\r\n--b--\r\n";
    let post = || {
        let len = form.len();
        let kind = "Content-Type: multipart/form-data; boundary=b";
        let mut socket = rig.begin("POST", "/", &format!("Content-Length: {len}\r\n{kind}\r\n"));
        socket.write_all(form.as_bytes()).unwrap();
        socket
    };
    let put = || send(&rig, "/a", "", "a");
    let trusted = Vec::new();
    let receiving = receiving(rig.around.path(), Consent::Ask { trusted });
    for begin in [&put as &dyn Fn() -> TcpStream, &post] {
        server.set_receiving(Access::Send, Some(receiving.clone()));
        let socket = begin();
        let offer = offered(&rig);
        server.set_receiving(Access::Download, Some(receiving.clone()));
        over(&rig, &offer);
        assert_eq!(answer(&socket).status, 405);
        rig.assert_empty();
        // Another folder.
        server.set_receiving(Access::Send, Some(receiving.clone()));
        let socket = begin();
        let offer = offered(&rig);
        let elsewhere = tempfile::tempdir().unwrap();
        let folder = elsewhere.path().to_owned();
        let moved = Receiving {
            folder,
            ..receiving.clone()
        };
        server.set_receiving(Access::Send, Some(moved));
        offer.answer(Answer::Accept);
        assert_eq!(answer(&socket).status, 201);
        rig.assert_empty();
        assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    }
}

#[test]
fn two_files_with_one_name_are_two_files_of_a_batch() {
    let rig = asking();
    let of_batch = batch(2, 5);
    let socket = send(&rig, "/a", &of_batch, "aa");
    offered(&rig).answer(Answer::Accept);
    assert_eq!(answer(&socket).status, 201);
    let other = rig.put("/a", &of_batch, b"bbb");
    assert_eq!(
        (other.status, other.field("Location")),
        (201, Some("/a%20(2)"))
    );
    assert_eq!(rig.put("/a", &of_batch, b"bbb").status, 200);
    assert_eq!(rig.put("/a", &of_batch, b"c").status, 413);
    assert_eq!(rig.read("a"), b"aa");
    assert_eq!(rig.read("a (2)"), b"bbb");
}

#[test]
fn one_name_many_times_in_a_form_is_one_file_of_a_batch() {
    let rig = asking();
    let part = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nf\r\n";
    let form = part.repeat(20) + "--b--\r\n";
    let fields = format!(
        "Content-Length: {}\r\nContent-Type: multipart/form-data; boundary=b\r\n{}",
        form.len(),
        batch(1, 1)
    );
    let mut socket = rig.begin("POST", "/", &fields);
    socket.write_all(form.as_bytes()).unwrap();
    offered(&rig).answer(Answer::Accept);
    assert_eq!(answer(&socket).status, 200);
    assert_eq!(rig.stored(), [("f".to_owned(), b"f".to_vec())]);
}
