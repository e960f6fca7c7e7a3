//! A man in the middle between a client and a share, with a certificate of his own.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use landline_engine::client::Encryption;
use landline_engine::error::TlsError;

use super::{Certified, Heard, read_head, tls_error};
use crate::common::Shared;
use crate::common::tls::{Tls, config, identity};
use crate::peer::{Downloader, PATIENCE, answer, saved};
use crate::receiver::Sender;

/// What the man in the middle does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Forwards everything.
    Honest,
    /// Terminates TLS with a certificate of his own, and reads and forwards what is inside.
    Intercepts,
    /// Answers with plain HTTP, without `Alt-Svc`.
    StripsTls,
    /// Sends clients back to plain HTTP.
    Redirects,
    /// Closes when a client begins TLS.
    Closes,
}

struct Middle {
    port: u16,
    mode: Arc<Mutex<Mode>>,
    /// What was read of requests.
    heard: Heard,
    own: Certified,
}

impl Middle {
    fn before(shared: &Shared) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let middle = Self {
            port: listener.local_addr().unwrap().port(),
            mode: Arc::new(Mutex::new(Mode::Honest)),
            heard: Heard::default(),
            own: Certified::new(),
        };
        let (mode, heard, own) = (
            Arc::clone(&middle.mode),
            middle.heard.clone(),
            middle.own.clone(),
        );
        let upstream = shared.address;
        // It ends with the test program.
        thread::spawn(move || {
            for socket in listener.incoming() {
                let (socket, mode) = (socket.unwrap(), *mode.lock().unwrap());
                let (record, own) = (heard.clone(), own.clone());
                socket.set_read_timeout(Some(PATIENCE)).unwrap();
                thread::spawn(move || match mode {
                    Mode::Honest => forward(&socket, &TcpStream::connect(upstream).unwrap()),
                    Mode::Intercepts => {
                        let mut inner = own.accept(socket);
                        let request = read_head(&mut inner);
                        record.add(request.as_bytes());
                        if request.is_empty() {
                            return;
                        }
                        let mut outer = Tls::over(TcpStream::connect(upstream).unwrap(), config());
                        outer.write_all(request.as_bytes()).unwrap();
                        outer.say_end().unwrap();
                        inner.write_all(&outer.rest()).unwrap();
                        inner.conn.send_close_notify();
                        let _ = inner.flush();
                    }
                    Mode::StripsTls => plain(socket, &record, &answer("200 OK", "", b"forged")),
                    Mode::Redirects => {
                        let fields =
                            format!("Location: http://127.0.0.1:{}/a\r\n", upstream.port());
                        plain(
                            socket,
                            &record,
                            &answer("308 Permanent Redirect", &fields, b""),
                        );
                    }
                    Mode::Closes => {
                        let mut first = [0; 4096];
                        let read = (&socket).read(&mut first).unwrap_or(0);
                        record.add(&first[..read]);
                    }
                });
            }
        });
        middle
    }

    fn set(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    /// The client reaches the share.
    #[track_caller]
    fn met_by(&self, downloader: &Downloader) {
        let transfer = downloader.get_with(Encryption::Required, self.port, "secret.txt");
        std::fs::remove_file(&saved(transfer.outcome().unwrap()).path).unwrap();
        assert_eq!(downloader.known(self.port), Some(identity().fingerprint()));
    }

    /// Nothing of any request was heard, in plain text or decrypted.
    #[track_caller]
    fn heard_no_request(&self, context: &str) {
        let heard = self.heard.bytes();
        let text = String::from_utf8_lossy(&heard).to_lowercase();
        // Records of TLS, which begin like this; names of hosts that are addresses are not in it.
        assert!(
            heard.is_empty() || heard.starts_with(&[22, 3]),
            "{context}: {text}"
        );
        for secret in ["http/1.1\r\n", "secret", "host:", "landline/"] {
            assert!(!text.contains(secret), "{context}: {text}");
        }
    }
}

fn plain(mut socket: TcpStream, heard: &Heard, answer: &[u8]) {
    let mut first = [0; 4096];
    let read = socket.read(&mut first).unwrap_or(0);
    heard.add(&first[..read]);
    let _ = socket.write_all(answer);
    let _ = socket.shutdown(Shutdown::Write);
    let mut rest = Vec::new();
    let _ = socket.read_to_end(&mut rest);
    heard.add(&rest);
}

fn forward(client: &TcpStream, server: &TcpStream) {
    thread::scope(|scope| {
        for (from, to) in [(client, server), (server, client)] {
            scope.spawn(move || {
                let (mut from, mut to) = (from, to);
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Write);
            });
        }
    });
}

const ATTACKS: [Mode; 4] = [
    Mode::Intercepts,
    Mode::StripsTls,
    Mode::Redirects,
    Mode::Closes,
];

fn shared() -> Shared {
    let shared = Shared::encrypted();
    shared.write("secret.txt", b"content");
    shared
}

/// What an attack came to: nothing of the request was heard.
#[track_caller]
fn noticed(middle: &Middle, mode: Mode, downloader: &Downloader, encryption: Encryption) {
    let context = format!("{mode:?} {encryption:?}");
    let transfer = downloader.get_with(encryption, middle.port, "secret.txt");
    middle.heard_no_request(&context);
    assert!(downloader.files().is_empty(), "{context}");
    match (mode, encryption) {
        // A connection that is cut says nothing of who the server is.
        (Mode::Closes, _) => assert!(transfer.outcome().is_some()),
        (Mode::Intercepts, Encryption::Pinned(pin) | Encryption::Announced(pin))
            if downloader.known(middle.port).is_none() =>
        {
            let found = middle.own.fingerprint;
            let (host, port) = ("127.0.0.1".to_owned(), middle.port);
            let wrong = TlsError::WrongIdentity {
                host,
                port,
                pin,
                found,
            };
            assert_eq!(tls_error(&transfer), &wrong);
        }
        (Mode::Intercepts, _) => {
            let changed = TlsError::IdentityChanged {
                host: "127.0.0.1".to_owned(),
                port: middle.port,
                known: identity().fingerprint(),
                found: middle.own.fingerprint,
            };
            assert_eq!(tls_error(&transfer), &changed);
        }
        (Mode::StripsTls | Mode::Redirects, _) => {
            let (host, port) = ("127.0.0.1".to_owned(), middle.port);
            assert_eq!(tls_error(&transfer), &TlsError::NotEncrypted { host, port });
        }
        (Mode::Honest, _) => panic!("no attack"),
    }
}

#[test]
fn every_attack_is_noticed_on_the_second_visit() {
    let shared = shared();
    for mode in ATTACKS {
        let middle = Middle::before(&shared);
        let downloader = Downloader::new();
        middle.met_by(&downloader);
        middle.set(mode);
        for again in [Encryption::IfOffered, Encryption::Required] {
            noticed(&middle, mode, &downloader, again);
        }
        // Nobody else is remembered, and the share is asked again when they are gone.
        middle.set(Mode::Honest);
        middle.met_by(&downloader);
    }
}

#[test]
fn every_attack_is_noticed_on_the_first_visit_with_a_link_or_an_announcement() {
    let shared = shared();
    let pin = identity().fingerprint().pin();
    for encryption in [Encryption::Pinned(pin), Encryption::Announced(pin)] {
        for mode in ATTACKS {
            let middle = Middle::before(&shared);
            middle.set(mode);
            let downloader = Downloader::new();
            noticed(&middle, mode, &downloader, encryption);
            assert_eq!(downloader.known(middle.port), None);
        }
    }
}

#[test]
fn listings_and_deliveries_notice_it_too() {
    let shared = shared();
    for mode in [Mode::Intercepts, Mode::StripsTls, Mode::Redirects] {
        let middle = Middle::before(&shared);
        let downloader = Downloader::new();
        middle.met_by(&downloader);
        downloader.list(middle.port, "").unwrap();
        middle.set(mode);
        let error = downloader.list(middle.port, "").unwrap_err();
        assert!(
            matches!(error, landline_engine::error::ClientError::Tls(_)),
            "{error:?}"
        );
        let sender = Sender { downloader };
        let file = sender.write("secret.txt", b"content");
        tls_error(&sender.send(middle.port, &[file]));
        middle.heard_no_request(&format!("{mode:?}"));
    }
}

/// Nobody can notice that. But it cannot be kept up.
#[test]
fn whoever_intercepts_the_first_visit_is_noticed_when_they_go() {
    let shared = shared();
    let middle = Middle::before(&shared);
    middle.set(Mode::Intercepts);
    let downloader = Downloader::new();
    let transfer = downloader.get_with(Encryption::Required, middle.port, "secret.txt");
    saved(transfer.outcome().unwrap());
    assert!(String::from_utf8_lossy(&middle.heard.bytes()).contains("GET /secret.txt"));
    assert!(!middle.heard.bytes().is_empty());
    middle.set(Mode::Honest);
    let transfer = downloader.get_with(Encryption::Required, middle.port, "secret.txt");
    let changed = TlsError::IdentityChanged {
        host: "127.0.0.1".to_owned(),
        port: middle.port,
        known: middle.own.fingerprint,
        found: identity().fingerprint(),
    };
    assert_eq!(tls_error(&transfer), &changed);
}
