//! Requests to servers that behave well and badly.

mod answers;
mod waits;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;

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
        Self::judging(identity, Verifier::of_clients(), serve)
    }

    /// One whose `clients` judges the certificates of clients.
    fn judging(
        identity: &Identity,
        clients: Arc<dyn ClientCertVerifier>,
        serve: impl FnOnce(Stream) -> T + Send + 'static,
    ) -> Self {
        let tls = ServerTls::with_clients(identity, clients).unwrap();
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
fn another_process_with_this_identity_is_recognised() {
    let own = Identity::generate().unwrap();
    let node = Node::new(own.clone(), "here", DeviceType::Desktop);
    let answers = |identity: &Identity, status: &'static str| {
        let server = Server::tls(identity, move |stream| {
            let asked = request(&stream);
            let _ = (&stream).write_all(status.as_bytes());
            asked
        });
        let at = server.address;
        let is_same = node.answers_at(&[at.ip()], at.port());
        (is_same, server)
    };
    let (is_same, server) = answers(&own, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    assert!(is_same);
    assert!(server.done().starts_with("GET /api/localsend/v2/info "));
    let (is_same, _) = answers(&own, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    assert!(!is_same);
    let other = Identity::generate().unwrap();
    let (is_same, _) = answers(&other, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    assert!(!is_same);
}

#[test]
fn a_device_that_rejects_the_certificate_of_this_one_is_told_apart() {
    let identity = Identity::generate().unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(identity.certified().cert[0].clone()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let nobody = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let server = Server::judging(&identity, nobody.build().unwrap(), move |stream| {
        let error = (&stream).read(&mut [0; 64]).unwrap_err();
        // A close with something unread would be a reset.
        let _ = is_done.recv();
        error.kind()
    });
    let ask = register(server.address, Reach::Anyone);
    let error = super::ask(&node(), &ask, &CancelToken::new()).unwrap_err();
    assert!(matches!(error, NoAnswer::Handshake(_)), "{error:?}");
    drop(done);
    assert_eq!(server.done(), ErrorKind::InvalidData);
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
