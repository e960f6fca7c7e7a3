//! What comes at any moment is answered, and a disk that does not answer holds up workers that have not said that they
//! may wait.

mod tls;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;

use super::*;
use crate::identity::Identity;
use crate::server::host_names::HostNames;
use crate::server::shared::OfferedEncryption;
use crate::server::{EnglishTexts, Limits, Live, LogEntry, ServerEvent};
use crate::share::Share;
use crate::transfer::Reporter;
use crate::transport::Stream;
use crate::transport::tls::ServerTls;

/// Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(10);

struct Rig {
    reactor: Arc<Reactor>,
    listener: TcpListener,
    /// Says that one more worker is held up.
    held_up: mpsc::Receiver<()>,
    /// Dropped, it lets them go on.
    disk: Option<mpsc::Sender<()>>,
    /// Called when an answer has been sent, before anything else happens to its connection.
    when_sent: Arc<Mutex<Option<WhenSent>>>,
    _dir: tempfile::TempDir,
}

type WhenSent = Box<dyn FnOnce() + Send>;

impl Rig {
    /// Whoever asks for `slow` holds up its worker.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a"), "content").unwrap();
        let (report_held, held_up) = mpsc::channel();
        let (disk, answers) = mpsc::channel();
        let answers = Mutex::new(answers);
        let when_sent = Arc::new(Mutex::new(None::<WhenSent>));
        let act = Arc::clone(&when_sent);
        let report = move |event| {
            if matches!(event, ServerEvent::Over(_))
                && let Some(act) = act.lock().take()
            {
                act();
            }
            let ServerEvent::Logged { entry, .. } = event else {
                return;
            };
            if matches!(entry, LogEntry::NotFound { name } if name == "slow") {
                let _ = report_held.send(());
                let _: Result<(), _> = answers.lock().recv();
            }
        };
        let limits = Limits {
            head: Duration::from_hours(1),
            idle: Duration::from_hours(1),
            ..Limits::default()
        };
        let hidden = Arc::new(AtomicBool::new(false));
        let live = Arc::new(Live {
            callers: crate::server::calls::Callers::default(),
            answering: Mutex::default(),
            receiving: Mutex::default(),
            hidden: Arc::clone(&hidden),
            privacy: Mutex::default(),
            auth: crate::server::auth::Auth::new(
                crate::secret::Secret::of_process(),
                &crate::server::Privacy::default(),
                <_>::default(),
            ),
            host_names: HostNames::new(Vec::new(), Vec::new),
        });
        let tls = ServerTls::new(&Identity::generate().unwrap()).unwrap();
        let share = Share::open(dir.path(), hidden).unwrap();
        let shared = Shared::new(
            share,
            &limits,
            (Arc::new(EnglishTexts), String::new()),
            crate::store::seal::Seal::new(crate::secret::Secret::of_process(), false),
            live,
            (Some(OfferedEncryption::new(tls, 0)), None),
            Reporter::new(report),
        );
        Self {
            reactor: Reactor::open(Arc::new(shared)).unwrap(),
            listener: TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap(),
            held_up,
            disk: Some(disk),
            when_sent,
            _dir: dir,
        }
    }

    fn connect(&self) -> TcpStream {
        self.connect_after(|_| {})
    }

    /// A connection on which the client does something before anybody looks at it.
    fn connect_after(&self, acts: impl FnOnce(&mut TcpStream)) -> TcpStream {
        let address = self.listener.local_addr().unwrap();
        let mut client = TcpStream::connect(address).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        acts(&mut client);
        self.accept();
        client
    }

    /// Serves the next connection, and returns the server's end of it.
    fn accept(&self) -> Arc<Stream> {
        let (socket, peer) = self.listener.accept().unwrap();
        let connection =
            Connection::admit(&self.reactor, Stream::accepted(socket, peer), peer.ip()).unwrap();
        let stream = Arc::clone(&connection.stream);
        self.reactor.add(connection).unwrap();
        stream
    }

    fn hold_up(&self, client: &mut TcpStream) {
        ask(client, "slow");
        self.held_up.recv_timeout(PATIENCE).expect("a worker");
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.disk.take();
        self.reactor.shut_down();
    }
}

fn ask(client: &mut TcpStream, name: &str) {
    let request = format!("GET /{name} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.write_all(request.as_bytes()).unwrap();
}

fn expect_content(client: &mut TcpStream) {
    ask(client, "a");
    expect_answer(client);
}

fn expect_answer(client: &mut TcpStream) {
    let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
    while !answer.ends_with(b"content") {
        let read = client.read(&mut piece).expect("an answer");
        assert!(read > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&piece[..read]);
    }
}

#[test]
fn a_disk_that_does_not_answer_holds_up_nobody_else() {
    let rig = Rig::new();
    let reactor = &rig.reactor;
    let mut kept: Vec<_> = (0..10).map(|_| rig.connect()).collect();
    kept.iter_mut().for_each(expect_content);

    // All workers, without a word.
    let mut slow: Vec<_> = (0..reactor.target).map(|_| rig.connect()).collect();
    for client in &mut slow {
        rig.hold_up(client);
    }
    reactor.maintain();
    reactor.maintain();
    assert!(reactor.careful.load(Ordering::Relaxed) > 0);

    // Nobody looks after them any more: each has to be given a worker by the one before.
    let mut new: Vec<_> = (0..10).map(|_| rig.connect()).collect();
    for client in new.iter_mut().chain(&mut kept) {
        rig.hold_up(client);
    }
    expect_content(&mut rig.connect());
    // Those that are held up now are not counted on.
    let ready = reactor.ready.load(Ordering::Acquire);
    assert!(ready <= reactor.target + 2, "{ready}");
}

#[test]
fn what_comes_while_a_connection_is_served_is_answered_next() {
    let mut rig = Rig::new();
    let mut client = rig.connect();
    rig.hold_up(&mut client);
    let before = rig.reactor.events.load(Ordering::Relaxed);
    ask(&mut client, "a");
    // Another worker has heard of it, and that the connection is taken.
    while rig.reactor.events.load(Ordering::Relaxed) == before {
        thread::yield_now();
    }
    rig.disk.take();
    expect_answer(&mut client);
}

#[test]
fn what_one_read_leaves_behind_is_answered_next() {
    const READ_LEN: usize = 4096;
    let rig = Rig::new();
    // The first read ends where the first request does.
    let request = |pad: &str| format!("GET /none HTTP/1.1\r\nHost: localhost\r\nX: {pad}\r\n\r\n");
    let pad = READ_LEN - request("").len();
    let mut client = rig.connect_after(|client| {
        let request = request(&"x".repeat(pad));
        client.write_all(request.as_bytes()).unwrap();
        ask(client, "a");
    });
    expect_answer(&mut client);
}

#[test]
fn a_client_that_has_closed_its_side_gets_its_answer_and_the_end() {
    let rig = Rig::new();
    let mut client = rig.connect_after(|client| {
        ask(client, "a");
        client.shutdown(Shutdown::Write).unwrap();
    });
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).unwrap();
    assert!(answer.ends_with(b"content"));
}
