//! Against servers of every temper.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::*;
use crate::identity::Identity;
use crate::localsend::DeviceType;
use crate::localsend::verifier::Verifier;
use crate::transport::tls::ServerTls;
use crate::transport::{Stream, is_timeout};

/// Longer than anything takes.
const LONG: Duration = Duration::from_secs(20);

fn node() -> Node {
    Node::new(Identity::generate().unwrap(), "here", DeviceType::Desktop)
}

/// What `serve` does with the first connection to `address`.
struct Server<T> {
    address: SocketAddr,
    serving: JoinHandle<T>,
}

impl<T: Send + 'static> Server<T> {
    fn plain(serve: impl FnOnce(TcpStream) -> T + Send + 'static) -> Self {
        Self::at("127.0.0.1:0", serve)
    }

    fn at(address: &str, serve: impl FnOnce(TcpStream) -> T + Send + 'static) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let serving = thread::spawn(move || serve(listener.accept().unwrap().0));
        Self { address, serving }
    }

    /// One that asks for a client's certificate.
    fn tls(identity: &Identity, serve: impl FnOnce(Stream) -> T + Send + 'static) -> Self {
        let tls = ServerTls::with_clients(identity, Verifier::of_clients()).unwrap();
        Self::plain(move |socket| {
            let peer = socket.peer_addr().unwrap();
            let stream = Stream::accepted(socket, peer);
            stream.set_read_timeout(LONG).unwrap();
            stream.accept_tls(&tls, b"").unwrap();
            serve(stream)
        })
    }

    fn done(self) -> T {
        self.serving.join().unwrap()
    }
}

fn register(to: SocketAddr, reach: Reach) -> Ask<'static> {
    Ask {
        to,
        reach,
        method: "POST",
        path: "register",
        body: b"{\"alias\":\"here\"}",
        connect: LONG,
        answer: LONG,
    }
}

/// The request that comes, whose body ends in a brace, or what came until the end.
fn request(mut from: impl std::io::Read) -> String {
    let mut got = Vec::new();
    let mut piece = [0; 4096];
    while !got.ends_with(b"}") && !got.starts_with(b"GET") {
        match from.read(&mut piece) {
            Ok(read @ 1..) => got.extend_from_slice(&piece[..read]),
            _ => break,
        }
    }
    String::from_utf8(got).unwrap()
}

fn answers(answer: impl Into<Vec<u8>>) -> Server<String> {
    let answer = answer.into();
    Server::plain(move |socket| {
        let asked = request(&socket);
        (&socket).write_all(&answer).unwrap();
        asked
    })
}

/// The answer to a request over plain HTTP whose server says `wire` and closes.
fn answer_to(wire: impl Into<Vec<u8>>) -> Result<Answer, NoAnswer> {
    let server = answers(wire);
    let answer = ask(
        &node(),
        &register(server.address, Reach::Plain),
        &CancelToken::new(),
    );
    server.done();
    answer
}

#[test]
fn a_request_has_the_fields_that_every_device_wants() {
    let server = answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    let ask = register(server.address, Reach::Plain);
    let answer = super::ask(&node(), &ask, &CancelToken::new()).unwrap();
    assert_eq!((answer.status, &answer.body[..]), (200, &b"{}"[..]));
    assert_eq!(answer.identity, None);
    let (host, version) = (ask.to, env!("CARGO_PKG_VERSION"));
    let expected = format!(
        "POST /api/localsend/v2/register HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Landline/{version}\r\n\
         Content-Type: application/json\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{{\"alias\":\"here\"}}"
    );
    assert_eq!(server.done(), expected);
}

#[test]
fn a_request_without_a_body_says_so() {
    let to: SocketAddr = "[fe80::1%7]:53317".parse().unwrap();
    let cancel = Ask {
        path: "cancel?sessionId=1",
        body: b"",
        ..register(to, Reach::Plain)
    };
    let head = super::head(&cancel);
    assert!(head.contains("\r\nHost: [fe80::1]:53317\r\n"), "{head}");
    assert!(head.contains("\r\nContent-Length: 0\r\n"), "{head}");
    assert!(!head.contains("Content-Type"), "{head}");
    let get = super::head(&Ask {
        method: "GET",
        ..cancel
    });
    assert!(!get.contains("Content-"), "{get}");
}

#[test]
fn devices_are_asked_over_ipv6() {
    let server = Server::at("[::1]:0", |socket| {
        let asked = request(&socket);
        (&socket).write_all(b"HTTP/1.1 204 -\r\n\r\n").unwrap();
        asked
    });
    let ask = register(server.address, Reach::Plain);
    let answer = super::ask(&node(), &ask, &CancelToken::new()).unwrap();
    assert_eq!(answer.status, 204);
    let port = ask.to.port();
    assert!(
        server
            .done()
            .contains(&format!("\r\nHost: [::1]:{port}\r\n"))
    );
}

#[test]
fn bodies_end_in_every_way() {
    for wire in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, more",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\nmore",
        "HTTP/1.1 200 OK\r\n\r\nhello",
        "HTTP/1.0 200\n\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 -\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello",
    ] {
        let answer = answer_to(wire).unwrap();
        let got = (answer.status, &answer.body[..]);
        assert_eq!(got, (200, &b"hello"[..]), "{wire}");
    }
}

/// Byte by byte what other implementations answer.
#[test]
fn captured_answers_are_understood() {
    macro_rules! answers {
        ($($status:literal $len:literal $name:literal)*) => {
            [$(($status, $len, $name, &include_bytes!(concat!("../vectors/", $name, "-answer.http"))[..])),*]
        };
    }
    for (status, len, name, wire) in answers! {
        200 223 "localsendd-register" 200 223 "localsendd-info" 200 144 "localsendd-prepare-upload"
        200 0 "localsendd-upload" 200 0 "localsendd-cancel" 403 0 "localsendd-declined"
        401 0 "localsendd-wrong-pin" 429 0 "localsendd-too-many-pins" 409 0 "localsendd-second-session"
        422 0 "localsendd-wrong-digest" 403 0 "localsendd-wrong-token"
        200 222 "npm-register" 200 222 "npm-info" 200 138 "npm-prepare-upload" 200 40 "npm-upload"
        200 30 "npm-cancel" 403 39 "npm-declined" 401 26 "npm-wrong-pin" 403 27 "npm-wrong-token"
    } {
        let answer = answer_to(wire).unwrap();
        assert_eq!((answer.status, answer.body.len()), (status, len), "{name}");
    }
}

#[test]
fn an_answer_without_a_body_ends_with_its_head() {
    let server = Server::plain(|socket| {
        request(&socket);
        (&socket)
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .unwrap();
        // Closes only once the client has.
        request(&socket)
    });
    let ask = register(server.address, Reach::Plain);
    let answer = super::ask(&node(), &ask, &CancelToken::new()).unwrap();
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(server.done(), "");
}

#[test]
fn what_is_cut_is_no_answer() {
    for wire in [
        "",
        "HTT",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ] {
        let error = answer_to(wire).unwrap_err();
        let NoAnswer::Io(error) = error else {
            panic!("{wire}: {error:?}");
        };
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{wire}");
    }
}

#[test]
fn what_is_not_http_is_malformed() {
    for wire in [
        "hello",
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 two hundred\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 099 -\r\n\r\n",
    ] {
        let error = answer_to(wire).unwrap_err();
        assert!(matches!(error, NoAnswer::Malformed), "{wire}: {error:?}");
    }
}

#[test]
fn endless_answers_are_given_up() {
    let interim = "HTTP/1.1 102 Processing\r\n\r\n";
    for (start, endless) in [
        ("HTTP/1.1 200 OK\r\n", "A: b\r\n"),
        ("HTTP/1.1 200 OK\r\n\r\n", "aaaaaaaaaaaaaaaa"),
        (interim, interim),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "1\r\na\r\n",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "1111111111111111",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            "A: b\r\n",
        ),
    ] {
        let server = Server::plain(|socket| {
            request(&socket);
            (&socket).write_all(start.as_bytes()).unwrap();
            let piece = endless.repeat(4096);
            while (&socket).write_all(piece.as_bytes()).is_ok() {}
        });
        let ask = register(server.address, Reach::Plain);
        let error = super::ask(&node(), &ask, &CancelToken::new()).unwrap_err();
        assert!(matches!(error, NoAnswer::Malformed), "{start}: {error:?}");
        server.done();
    }
}

#[test]
fn only_tokens_may_be_long() {
    let len = SHORT_ANSWER_MAX_LEN + 1;
    let wire = || {
        let mut wire = format!("HTTP/1.1 200 OK\r\nContent-Length: {len}\r\n\r\n").into_bytes();
        wire.resize(wire.len() + len, b'a');
        wire
    };
    let too_long = answer_to(format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {len}\r\n\r\n{{}}"
    ));
    assert!(matches!(too_long, Err(NoAnswer::Malformed)), "{too_long:?}");
    let server = answers(wire());
    let ask = Ask {
        path: "prepare-upload?pin=1",
        ..register(server.address, Reach::Plain)
    };
    let answer = super::ask(&node(), &ask, &CancelToken::new()).unwrap();
    assert_eq!(answer.body.len(), len);
    server.done();
}

#[test]
fn a_device_that_answers_slowly_is_given_up_in_time() {
    for wire in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n"] {
        let (done, is_done) = std::sync::mpsc::channel::<()>();
        let server = Server::plain(move |socket| {
            request(&socket);
            let mut wire = wire.as_bytes().to_vec();
            while is_done.recv_timeout(Duration::from_millis(10)).is_err() {
                let _ = (&socket).write_all(&wire);
                if !wire.is_empty() {
                    wire = b"A".to_vec();
                }
            }
        });
        let answer = Duration::from_millis(300);
        let ask = Ask {
            answer,
            ..register(server.address, Reach::Plain)
        };
        let began = Instant::now();
        let error = super::ask(&node(), &ask, &CancelToken::new()).unwrap_err();
        let NoAnswer::Io(error) = error else {
            panic!("{error:?}");
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(began.elapsed() >= answer && began.elapsed() < LONG / 2);
        done.send(()).unwrap();
        server.done();
    }
}

#[test]
fn a_device_may_refuse_before_it_has_read_everything() {
    let server = Server::plain(|socket| {
        let mut head = [0; 64];
        (&socket).read_exact(&mut head).unwrap();
        (&socket)
            .write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
        socket.shutdown(std::net::Shutdown::Write).unwrap();
        // Read, so that the close is no reset.
        let _ = (&socket).read_to_end(&mut Vec::new());
    });
    let body = vec![b' '; 4 << 20];
    let ask = Ask {
        body: &body,
        ..register(server.address, Reach::Plain)
    };
    let answer = super::ask(&node(), &ask, &CancelToken::new()).unwrap();
    assert_eq!(answer.status, 403);
    server.done();
}

#[test]
fn over_tls_both_sides_prove_who_they_are() {
    let identity = Identity::generate().unwrap();
    let expected = identity.fingerprint();
    for reach in [Reach::Anyone, Reach::Pinned(expected)] {
        let server = Server::tls(&identity, |stream| {
            let asked = request(&stream);
            (&stream)
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                .unwrap();
            (asked, stream.peer_identity())
        });
        let node = node();
        let ask = register(server.address, reach);
        let answer = super::ask(&node, &ask, &CancelToken::new()).unwrap();
        assert_eq!((answer.status, &answer.body[..]), (200, &b"{}"[..]));
        assert_eq!(answer.identity, Some(expected));
        let (asked, client) = server.done();
        assert!(asked.ends_with("{\"alias\":\"here\"}"), "{asked}");
        assert_eq!(client, Some(node.fingerprint()));
    }
}

#[test]
fn nothing_is_sent_to_another_device() {
    let server = Server::tls(&Identity::generate().unwrap(), |stream| {
        let read = (&stream).read(&mut [0; 64]);
        (read.map_err(|e| e.kind()), stream.peer_identity())
    });
    let expected = Identity::generate().unwrap().fingerprint();
    let ask = register(server.address, Reach::Pinned(expected));
    let error = super::ask(&node(), &ask, &CancelToken::new()).unwrap_err();
    assert!(matches!(error, NoAnswer::OtherDevice), "{error:?}");
    // Not even a certificate.
    assert_eq!(server.done(), (Err(ErrorKind::InvalidData), None));
}

#[test]
fn what_answers_without_tls_is_told_apart() {
    let server = Server::plain(|socket| {
        let read = (&socket).read(&mut [0; 4096]).unwrap();
        (&socket)
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
        read
    });
    let ask = register(server.address, Reach::Anyone);
    let error = super::ask(&node(), &ask, &CancelToken::new()).unwrap_err();
    assert!(matches!(error, NoAnswer::NotTls), "{error:?}");
    assert!(server.done() > 0);
}

#[test]
fn an_end_without_close_notify_is_a_cut() {
    let server = Server::tls(&Identity::generate().unwrap(), |stream| {
        request(&stream);
        (&stream).write_all(b"HTTP/1.1 200 OK\r\n\r\n{").unwrap();
        // Then the connection ends, without a word of TLS.
        stream.shutdown(std::net::Shutdown::Both).unwrap();
    });
    let ask = register(server.address, Reach::Anyone);
    let error = super::ask(&node(), &ask, &CancelToken::new()).unwrap_err();
    assert!(matches!(error, NoAnswer::Io(_)), "{error:?}");
    server.done();
}

#[test]
fn nobody_there_is_an_error() {
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for reach in [Reach::Plain, Reach::Anyone] {
        let error = ask(&node(), &register(address, reach), &CancelToken::new());
        let Err(NoAnswer::Io(error)) = error else {
            panic!("{error:?}");
        };
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    }
}

#[test]
fn a_device_that_says_nothing_is_given_up_during_the_handshake() {
    let server = Server::plain(|socket| (&socket).read_to_end(&mut Vec::new()).is_ok());
    let ask = Ask {
        connect: Duration::from_millis(200),
        ..register(server.address, Reach::Anyone)
    };
    let error = super::ask(&node(), &ask, &CancelToken::new()).unwrap_err();
    let NoAnswer::Io(error) = error else {
        panic!("{error:?}");
    };
    assert!(is_timeout(&error), "{error}");
    server.done();
}

#[test]
fn a_cancel_ends_it_wherever_it_waits() {
    let hour = Duration::from_hours(1);
    for reach in [Reach::Plain, Reach::Anyone] {
        for answers_handshake in [false, true] {
            let cancel = CancelToken::new();
            let canceller = cancel.clone();
            let server = if answers_handshake && reach == Reach::Anyone {
                Server::tls(&Identity::generate().unwrap(), move |stream| {
                    request(&stream);
                    // The owner is being asked.
                    canceller.cancel();
                    request(&stream)
                })
            } else {
                Server::plain(move |socket| {
                    (&socket).read_exact(&mut [0; 16]).unwrap();
                    canceller.cancel();
                    let _ = (&socket).read_to_end(&mut Vec::new());
                    String::new()
                })
            };
            let ask = Ask {
                connect: hour,
                answer: hour,
                ..register(server.address, reach)
            };
            let began = Instant::now();
            let error = super::ask(&node(), &ask, &cancel).unwrap_err();
            assert!(matches!(error, NoAnswer::Cancelled), "{error:?}");
            assert!(began.elapsed() < LONG);
            // The device sees it at once.
            assert_eq!(server.done(), "");
        }
    }
}

#[test]
fn what_is_cancelled_already_is_not_begun() {
    let cancel = CancelToken::new();
    cancel.cancel();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let ask = register(listener.local_addr().unwrap(), Reach::Plain);
    let error = super::ask(&node(), &ask, &cancel).unwrap_err();
    assert!(matches!(error, NoAnswer::Cancelled), "{error:?}");
    assert!(is_timeout(&listener.accept().unwrap_err()));
}

#[test]
fn the_peer_is_noticed_when_it_goes_away_while_its_owner_is_asked() {
    let server = Server::plain(|socket| drop(request(&socket)));
    let ask = Ask {
        answer: Duration::from_hours(1),
        ..register(server.address, Reach::Plain)
    };
    let error = super::ask(&node(), &ask, &CancelToken::new()).unwrap_err();
    assert!(matches!(error, NoAnswer::Io(_)), "{error:?}");
    server.done();
}
