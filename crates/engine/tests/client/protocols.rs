//! Finding out how a server talks, and talking the raw way.

use std::io::Read;
use std::net::TcpListener;
use std::thread;

use landline_engine::client::ClientEvent;
use landline_engine::error::ClientError;
use landline_engine::transfer::{Checked, Outcome, Protocol};

use crate::peer::{
    Downloader, Handler, Peer, answer, content, failure, hang_up, head, http, notes, reset, saved,
    send, wait_for_end,
};

#[test]
fn a_raw_server_is_detected() {
    type MakeHandler = fn() -> Handler;
    let on_http: [(&str, MakeHandler); 3] = [
        ("closes", || notes("a.txt", b"")),
        ("resets", || {
            Box::new(|socket| {
                // Before that the system may take it for a call refused.
                head(&socket);
                reset(socket);
            })
        }),
        ("talks", || {
            Box::new(|socket| {
                head(&socket);
                send(&socket, b"no such file");
            })
        }),
    ];
    for (what, handler) in on_http {
        let peer = Peer::new(vec![handler(), notes("a.txt", b"hello")]);
        let downloader = Downloader::new();
        let transfer = downloader.start(peer.port, "a.txt");
        let outcome = downloader.wait(transfer.id());
        let saved = saved(&outcome);
        assert_eq!(saved.checked, Checked::Nothing);
        assert_eq!(content(&saved.path), b"hello", "{what}");
        assert_eq!(transfer.protocol(), Some(Protocol::Raw));
        peer.done();
    }
}

#[test]
fn the_protocol_of_a_server_is_cached() {
    // The third call is a raw one at once: no handler would understand HTTP.
    let peer = Peer::new(vec![
        notes("a.txt", b""),
        notes("a.txt", b"one"),
        notes("b.txt", b"two"),
    ]);
    let downloader = Downloader::new();
    downloader.get(peer.port, "a.txt");
    let outcome = downloader.get(peer.port, "b.txt");
    assert_eq!(content(&saved(&outcome).path), b"two");
    peer.done();
}

#[test]
fn a_cached_protocol_is_replaced_when_it_is_wrong() {
    let peer = Peer::new(vec![
        notes("a", b""),
        notes("a", b"raw"),
        // Somebody started another program on that port.
        Box::new(|socket| send(&socket, b"HTTP/1.1 400 Bad Request\r\n\r\n")),
        http(answer("200 OK", "", b"http")),
    ]);
    let downloader = Downloader::new();
    downloader.get(peer.port, "a");
    let outcome = downloader.get(peer.port, "b");
    assert_eq!(content(&saved(&outcome).path), b"http");
    peer.done();
}

#[test]
fn a_chosen_protocol_is_the_only_one_tried() {
    let peer = Peer::new(vec![notes("a", b"raw"), notes("a", b"")]);
    let downloader = Downloader::new();
    let outcome = downloader.get_in(Protocol::Raw, peer.port, "a");
    assert_eq!(content(&saved(&outcome).path), b"raw");
    let outcome = downloader.get_in(Protocol::Http, peer.port, "a");
    assert_eq!(failure(&outcome), "not-http");
    peer.done();
}

#[test]
fn a_raw_file_may_look_like_http_where_raw_was_chosen() {
    let peer = Peer::new(vec![notes("a", b"HTTP/1.1 200 OK")]);
    let downloader = Downloader::new();
    let outcome = downloader.get_in(Protocol::Raw, peer.port, "a");
    assert_eq!(content(&saved(&outcome).path), b"HTTP/1.1 200 OK");
}

#[test]
fn nothing_sent_makes_no_file() {
    let peer = Peer::new(vec![notes("a", b""), notes("a", b"")]);
    let downloader = Downloader::new();
    let outcome = downloader.get(peer.port, "a");
    assert_eq!(failure(&outcome), "nothing-sent");
    assert!(downloader.files().is_empty());
    peer.done();
}

#[test]
fn a_waiting_raw_server_gets_a_raw_request() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || {
        // It waits for something that HTTP never says, and serves the next call meanwhile.
        let (waiting, _) = listener.accept().unwrap();
        notes("a", b"raw")(listener.accept().unwrap().0);
        wait_for_end(&waiting);
    });
    let downloader = Downloader::hasty();
    let outcome = downloader.get(port, "a");
    assert_eq!(content(&saved(&outcome).path), b"raw");
    server.join().unwrap();
}

#[test]
fn a_slow_http_server_is_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || {
        let (first, _) = listener.accept().unwrap();
        // By now the client has lost patience and asks the raw way too; that call is closed.
        drop(listener.accept().unwrap());
        head(&first);
        send(&first, &answer("200 OK", "", b"slow"));
        hang_up(first);
    });
    let downloader = Downloader::hasty();
    let outcome = downloader.get(port, "a");
    assert_eq!(content(&saved(&outcome).path), b"slow");
    server.join().unwrap();
}

#[test]
fn a_server_of_one_connection_is_reported() {
    let peer = Peer::new(vec![notes("a", b"")]);
    let downloader = Downloader::new();
    let outcome = downloader.get(peer.port, "a");
    assert_eq!(failure(&outcome), "one-call-only");
}

#[test]
fn a_cancelled_raw_download_leaves_nothing() {
    let peer = Peer::new(vec![Box::new(|mut socket| {
        socket.read_exact(&mut [0; 1]).unwrap();
        send(&socket, b"half of it");
        wait_for_end(&socket);
    })]);
    let downloader = Downloader::new();
    let mut request = downloader.request(peer.port, "a");
    request.protocol = Some(Protocol::Raw);
    let transfer = downloader.client.download(request);
    downloader.wait_until_moving();
    downloader.client.cancel(transfer.id());
    assert_eq!(downloader.wait(transfer.id()), Outcome::Cancelled);
    assert!(downloader.files().is_empty());
    peer.done();
}

#[test]
fn messages_are_answered_or_not() {
    let says = |reply: &'static [u8]| {
        let peer = Peer::new(vec![notes("你好", reply)]);
        let downloader = Downloader::new();
        let host = "127.0.0.1".to_owned();
        downloader.client.say(host, peer.port, "你好".to_owned());
        match downloader.event() {
            ClientEvent::Replied { text, reply, .. } => {
                assert_eq!(text, "你好");
                reply
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(says("谢谢".as_bytes()), Ok("谢谢".to_owned()));
    let host = "127.0.0.1".to_owned();
    assert_eq!(says(b""), Err(ClientError::NoReply { host }));
}

#[test]
fn a_reply_from_a_server_that_never_closes_is_a_reply() {
    let peer = Peer::new(vec![Box::new(|mut socket| {
        assert_ne!(socket.read(&mut [0; 1024]).unwrap(), 0);
        send(&socket, b"thanks");
        wait_for_end(&socket);
    })]);
    let downloader = Downloader::hasty();
    let host = "127.0.0.1".to_owned();
    downloader.client.say(host, peer.port, "hello".to_owned());
    let event = downloader.event();
    assert!(
        matches!(&event, ClientEvent::Replied { reply: Ok(reply), .. } if reply == "thanks"),
        "{event:?}"
    );
    peer.done();
}

#[test]
fn impossible_messages_are_not_sent() {
    let downloader = Downloader::new();
    for (host, text) in [("a b", "x"), ("ann-pc", ""), ("ann-pc", &*"x".repeat(1025))] {
        downloader.client.say(host.to_owned(), 1, text.to_owned());
        let event = downloader.event();
        assert!(
            matches!(
                event,
                ClientEvent::Replied {
                    reply: Err(ClientError::BadHost { .. }
                        | ClientError::MessageEmpty
                        | ClientError::MessageTooLong { .. }),
                    ..
                }
            ),
            "{event:?}"
        );
    }
}
