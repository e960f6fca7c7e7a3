//! A scripted TCP proxy on loopback: it forwards to a server and injects faults at given byte offsets of the
//! response. Nothing in it depends on time.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::SockRef;

/// Bytes that may be lost from the send buffer on a reset.
const SEND_BUFFER: usize = 64 * 1024;

/// The faults of one connection. Each step is due when that many bytes have been sent to the client, before the
/// next one; they are sorted.
#[derive(Default)]
pub struct Script(VecDeque<(u64, Step)>);

enum Step {
    Flip(u8),
    Call(Box<dyn FnOnce() + Send>),
    End(End),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Fin,
    Reset,
    Stall,
    /// One of the two closed by itself.
    Gone,
}

impl Script {
    /// Forwards everything.
    pub fn pass() -> Self {
        Self::default()
    }

    /// Flips bit `bit` (0 to 7) of the byte at `at`.
    pub fn flip(self, at: u64, bit: u8) -> Self {
        self.then(at, Step::Flip(1 << bit))
    }

    /// Calls `act` while the bytes wait.
    pub fn call(self, at: u64, act: impl FnOnce() + Send + 'static) -> Self {
        self.then(at, Step::Call(Box::new(act)))
    }

    /// Closes in an orderly way, as if the response were complete.
    pub fn fin(self, at: u64) -> Self {
        self.then(at, Step::End(End::Fin))
    }

    /// Closes with a RST, which also discards unsent data.
    pub fn reset(self, at: u64) -> Self {
        self.then(at, Step::End(End::Reset))
    }

    /// Forwards nothing more and stays open.
    pub fn stall(self, at: u64) -> Self {
        self.then(at, Step::End(End::Stall))
    }

    fn then(mut self, at: u64, step: Step) -> Self {
        assert!(self.0.back().is_none_or(|(last, _)| *last <= at));
        self.0.push_back((at, step));
        self
    }

    /// The step due after `at` bytes.
    fn take(&mut self, at: u64) -> Option<Step> {
        let is_due = self.0.front().is_some_and(|(when, _)| *when == at);
        is_due
            .then(|| self.0.pop_front())
            .flatten()
            .map(|due| due.1)
    }

    /// How many bytes may be forwarded after `at` before the next step.
    fn free(&self, at: u64) -> u64 {
        self.0.front().map_or(u64::MAX, |(when, _)| when - at)
    }
}

type Plan = Box<dyn FnMut(usize) -> Script + Send>;

/// A proxy on loopback. Clones refer to the same one; [`Proxy::end`] stops it.
#[derive(Clone)]
pub struct Proxy(Arc<Wire>);

struct Wire {
    port: u16,
    upstream: AtomicU16,
    bytes: AtomicU64,
    connections: AtomicUsize,
    plan: Mutex<Plan>,
    watch: Mutex<Arc<dyn Fn() + Send + Sync>>,
    listener: Mutex<Option<JoinHandle<()>>>,
    is_closed: AtomicBool,
    has_failed: AtomicBool,
    carriers: Mutex<Vec<JoinHandle<()>>>,
    open: Mutex<Vec<Weak<TcpStream>>>,
}

impl Proxy {
    /// Forwards everything to the server on `upstream` until there is a plan.
    pub fn new(upstream: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = Self(Arc::new(Wire {
            port: listener.local_addr().unwrap().port(),
            upstream: AtomicU16::new(upstream),
            bytes: AtomicU64::new(0),
            connections: AtomicUsize::new(0),
            plan: Mutex::new(Box::new(|_| Script::pass())),
            watch: Mutex::new(Arc::new(|| {})),
            listener: Mutex::default(),
            is_closed: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
            carriers: Mutex::default(),
            open: Mutex::default(),
        }));
        proxy.listen(listener);
        proxy
    }

    /// Sets the script for each connection, numbered from 0.
    pub fn plan(&self, plan: impl FnMut(usize) -> Script + Send + 'static) {
        *lock(&self.0.plan) = Box::new(plan);
    }

    /// Sets a callback after every forwarded chunk and every connection; its panic fails the test.
    pub fn watch(&self, watch: impl Fn() + Send + Sync + 'static) {
        *lock(&self.0.watch) = Arc::new(watch);
    }

    pub fn port(&self) -> u16 {
        self.0.port
    }

    /// Sets the server for future connections.
    pub fn set_upstream(&self, port: u16) {
        self.0.upstream.store(port, Ordering::SeqCst);
    }

    /// Bytes sent to clients so far.
    pub fn bytes(&self) -> u64 {
        self.0.bytes.load(Ordering::SeqCst)
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> usize {
        self.0.connections.load(Ordering::SeqCst)
    }

    /// Stops listening: connections are refused.
    pub fn close(&self) {
        self.0.is_closed.store(true, Ordering::SeqCst);
        // It blocks in `accept`.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.0.port));
        if let Some(listener) = lock(&self.0.listener).take() {
            listener.join().unwrap();
        }
    }

    /// Listens again on the same port.
    pub fn open(&self) {
        self.0.is_closed.store(false, Ordering::SeqCst);
        self.listen(TcpListener::bind((Ipv4Addr::LOCALHOST, self.0.port)).unwrap());
    }

    /// Stops everything; panics if any thread has.
    pub fn end(&self) {
        self.close();
        for socket in lock(&self.0.open).drain(..) {
            if let Some(socket) = socket.upgrade() {
                let _ = socket.shutdown(Shutdown::Both);
            }
        }
        for carrier in lock(&self.0.carriers).drain(..) {
            let _ = carrier.join();
        }
        let has_failed = self.0.has_failed.load(Ordering::SeqCst);
        assert!(!has_failed || thread::panicking(), "see the panic above");
    }

    fn listen(&self, listener: TcpListener) {
        let wire = Arc::clone(&self.0);
        let worker = thread::spawn(move || {
            for socket in listener.incoming() {
                if wire.is_closed.load(Ordering::SeqCst) {
                    return;
                }
                let socket = socket.unwrap();
                let number = wire.connections.fetch_add(1, Ordering::SeqCst);
                let script = (lock(&wire.plan))(number);
                let own = Arc::clone(&wire);
                let carrier = thread::spawn(move || {
                    let _failing = Failing(&own);
                    own.carry(socket, script);
                });
                let mut carriers = lock(&wire.carriers);
                carriers.retain(|carrier| !carrier.is_finished());
                carriers.push(carrier);
                lock(&wire.open).retain(|socket| socket.strong_count() > 0);
            }
        });
        *lock(&self.0.listener) = Some(worker);
    }
}

/// Detects a panic in a detached thread.
struct Failing<'a>(&'a Wire);

impl Drop for Failing<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.has_failed.store(true, Ordering::SeqCst);
        }
    }
}

impl Wire {
    /// One connection from its beginning to its end.
    fn carry(&self, client: TcpStream, script: Script) {
        let client = Arc::new(client);
        SockRef::from(&*client)
            .set_send_buffer_size(SEND_BUFFER)
            .unwrap();
        let there = SocketAddr::from((Ipv4Addr::LOCALHOST, self.upstream.load(Ordering::SeqCst)));
        // A missing server closes the connection without a response.
        let server = TcpStream::connect(there).map(Arc::new).ok();
        let sockets = [Some(&client), server.as_ref()];
        lock(&self.open).extend(sockets.into_iter().flatten().map(Arc::downgrade));
        let end = match &server {
            Some(server) => thread::scope(|scope| {
                let up = scope.spawn(|| up(&client, server));
                let end = self.down(server, &client, script);
                match end {
                    End::Fin => {
                        let _ = client.shutdown(Shutdown::Write);
                        let _ = server.shutdown(Shutdown::Both);
                    }
                    // Wakes the other direction; the client notices when the socket is dropped.
                    End::Reset | End::Gone => {
                        let _ = client.shutdown(Shutdown::Read);
                        let _ = server.shutdown(Shutdown::Both);
                    }
                    End::Stall => {}
                }
                up.join().unwrap();
                end
            }),
            None => End::Gone,
        };
        if end == End::Reset {
            let gone = SockRef::from(&*client).set_linger(Some(Duration::ZERO));
            gone.unwrap();
        }
        drop((client, server));
        self.watch();
    }

    /// Forwards from the server, as far as the script allows.
    fn down(&self, mut server: &TcpStream, mut client: &TcpStream, mut script: Script) -> End {
        let mut buffer = vec![0; SEND_BUFFER];
        let mut at = 0;
        loop {
            let mut turned = 0;
            while let Some(step) = script.take(at) {
                match step {
                    Step::Flip(bits) => turned ^= bits,
                    Step::Call(act) => act(),
                    Step::End(end) => return end,
                }
            }
            let free = if turned == 0 { script.free(at) } else { 1 };
            let most = usize::try_from(free).map_or(buffer.len(), |free| free.min(buffer.len()));
            let read = match server.read(&mut buffer[..most]) {
                Ok(0) => return End::Fin,
                Ok(read) => read,
                Err(_) => return End::Reset,
            };
            buffer[0] ^= turned;
            if client.write_all(&buffer[..read]).is_err() {
                return End::Gone;
            }
            at += read as u64;
            self.bytes.fetch_add(read as u64, Ordering::SeqCst);
            self.watch();
        }
    }

    fn watch(&self) {
        let watch = Arc::clone(&*lock(&self.watch));
        watch();
    }
}

/// Forwards from the client until it has finished. Reads even what nobody forwards: closing with unread data
/// would send a RST.
fn up(mut client: &TcpStream, mut server: &TcpStream) {
    let mut buffer = [0; 4096];
    loop {
        match client.read(&mut buffer) {
            Ok(read) if read > 0 => {
                let _ = server.write_all(&buffer[..read]);
            }
            _ => {
                // Our clients never half-close, so nobody is reading any more.
                let _ = server.shutdown(Shutdown::Both);
                return;
            }
        }
    }
}

/// [`Proxy::end`] reports panics elsewhere.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
