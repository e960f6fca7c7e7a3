//! Walks connections over loopback through all eleven states of RFC 9293, and finds each in the system's table and in
//! [`Trace::states`](super::Trace::states). Only on Linux: elsewhere a socket cannot be made to miss segments.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, SockFilter, SockRef, Socket, Type};

use super::{States, Trace};
use crate::transport::sys;
use crate::transport::tcp::TcpState::{
    self, CloseWait, Closed, Closing, Established, FinWait1, FinWait2, LastAck, Listen,
    SynReceived, SynSent, TimeWait,
};
use crate::transport::tcp::{Sockets, sockets};
use crate::transport::traced::Traced;

/// Linux sends a lost segment again after 1 s, later 2 s...
const TIMEOUT: Duration = Duration::from_mins(1);

const PAUSE: Duration = Duration::from_millis(2);

/// A server of one client.
struct Walk {
    listener: TcpListener,
    client: Option<Traced>,
    server: Option<Traced>,
    ours: Arc<Trace>,
    theirs: Arc<Trace>,
}

impl Walk {
    /// Both ends ESTABLISHED.
    fn begin() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (client, ours) = sys::connect(&address, TIMEOUT, |_| {}).unwrap();
        let (server, peer) = listener.accept().unwrap();
        let server = Traced::accepted(server, peer);
        let walk = Self {
            listener,
            theirs: Arc::clone(server.trace()),
            client: Some(Traced::new(client, Arc::clone(&ours))),
            server: Some(server),
            ours,
        };
        walk.reach(Established, Established);
        walk
    }

    fn client(&self) -> &Traced {
        self.client.as_ref().unwrap()
    }

    fn server(&self) -> &Traced {
        self.server.as_ref().unwrap()
    }

    /// Waits until client and server are in these states, in the table as well as for both traces.
    fn reach(&self, client: TcpState, server: TcpState) {
        reach(&self.ours, client, server);
        reach(&self.theirs, server, client);
        let listed = [&self.ours, &self.theirs].map(|trace| listed(trace.local(), trace.peer()));
        assert_eq!(listed, [client, server]);
    }
}

/// What the table says of a connection.
fn listed(local: SocketAddr, peer: SocketAddr) -> TcpState {
    let table = sockets(Sockets::OfPort(local.port())).unwrap();
    let found = table.iter().find(|at| (at.local, at.peer) == (local, peer));
    found.map_or(Closed, |found| found.state)
}

/// Waits until both sides are in these states, as the system lists them.
fn reach(trace: &Trace, own: TcpState, peer: TcpState) -> States {
    until(trace, |states| {
        let observed = (states.is_own_observed, states.is_peer_observed);
        (states.own, states.peer) == (own, peer) && observed == (true, true)
    })
}

fn until(trace: &Trace, reached: impl Fn(&States) -> bool) -> States {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        trace.sample_now();
        let states = trace.states();
        if reached(&states) {
            return states;
        }
        assert!(Instant::now() < deadline, "{states:?}");
        thread::sleep(PAUSE);
    }
}

/// Lets `socket` miss every segment from now on.
fn deafen(socket: &impl std::os::fd::AsFd) {
    let return_nothing = SockFilter::new(0x06, 0, 0, 0);
    SockRef::from(socket)
        .attach_filter(&[return_nothing])
        .unwrap();
}

fn undeafen(socket: &impl std::os::fd::AsFd) {
    SockRef::from(socket).detach_filter().unwrap();
}

#[test]
fn an_orderly_close() {
    let mut walk = Walk::begin();
    let address = walk.listener.local_addr().unwrap();
    let nobody = SocketAddr::from(([0, 0, 0, 0], 0));
    assert_eq!(listed(address, nobody), Listen);

    walk.client().shutdown(Shutdown::Write).unwrap();
    walk.reach(FinWait2, CloseWait);
    // Half-closed: the server still sends.
    let mut server = walk.server();
    assert_eq!(server.read(&mut [0]).unwrap(), 0);
    server.write_all(b"bye").unwrap();
    walk.reach(FinWait2, CloseWait);

    let mut client = walk.client();
    client.read_exact(&mut [0; 3]).unwrap();
    walk.server = None;
    walk.reach(TimeWait, Closed);
    let first = walk.ours.states().own_time_wait_left.unwrap();
    assert!(first <= Duration::from_secs(61), "{first:?}");
    let falls = until(&walk.ours, |states| states.own_time_wait_left < Some(first));
    assert_eq!((falls.own, falls.is_own_observed), (TimeWait, true));
    // The server's side is over; that the client waits is known without asking again.
    let theirs = walk.theirs.states();
    assert_eq!((theirs.own, theirs.peer), (Closed, TimeWait));
    assert!(theirs.peer_time_wait_left.is_some());
    walk.client = None;
}

/// FIN-WAIT-1 and LAST-ACK end as soon as the other side's ACK arrives; here, it does not.
#[test]
fn a_close_whose_acks_are_lost() {
    let mut walk = Walk::begin();
    deafen(walk.client().socket());
    walk.client().shutdown(Shutdown::Write).unwrap();
    walk.reach(FinWait1, CloseWait);
    let mut server = walk.server();
    assert_eq!(server.read(&mut [0]).unwrap(), 0);
    walk.server = None;
    walk.reach(FinWait1, LastAck);
    undeafen(walk.client().socket());
    walk.reach(TimeWait, Closed);
}

/// The FIN waits behind data for which the peer has no window; the same from the other side.
#[test]
fn a_fin_behind_data() {
    let fill = |mut socket: &Traced| {
        socket.set_nonblocking(true).unwrap();
        while socket.write(&[0; 1 << 14]).is_ok() {}
    };
    let mut walk = Walk::begin();
    fill(walk.client());
    walk.client().shutdown(Shutdown::Write).unwrap();
    walk.reach(FinWait1, Established);
    let mut server = walk.server();
    while server.read(&mut [0; 1 << 14]).unwrap() > 0 {}
    walk.reach(FinWait2, CloseWait);
    fill(walk.server());
    walk.server = None;
    walk.reach(FinWait2, LastAck);
    let mut client = walk.client();
    client.set_nonblocking(false).unwrap();
    while client.read(&mut [0; 1 << 14]).unwrap() > 0 {}
    walk.reach(TimeWait, Closed);
}

#[test]
fn both_hang_up_at_once() {
    let walk = Walk::begin();
    for socket in [walk.client(), walk.server()] {
        deafen(socket.socket());
    }
    for socket in [walk.client(), walk.server()] {
        socket.shutdown(Shutdown::Write).unwrap();
    }
    walk.reach(FinWait1, FinWait1);
    // It gets the server's FIN, but no ACK of its own.
    undeafen(walk.client().socket());
    walk.reach(Closing, FinWait1);
    undeafen(walk.server().socket());
    walk.reach(TimeWait, TimeWait);
    for trace in [&walk.ours, &walk.theirs] {
        let states = trace.states();
        assert!(states.own_time_wait_left.is_some() && states.peer_time_wait_left.is_some());
    }
}

/// Linux drops a SYN for which it could not keep the connection until it is accepted.
#[test]
fn a_full_backlog() {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    listener.bind(&any.into()).unwrap();
    listener.listen(0).unwrap();
    let listener = TcpListener::from(listener);
    let address = listener.local_addr().unwrap();
    let _first = TcpStream::connect(address).unwrap();

    let (tracing, traces) = mpsc::channel();
    let connecting = thread::spawn(move || {
        sys::connect(&address, TIMEOUT, |trace| {
            tracing.send(Arc::clone(trace)).unwrap();
        })
    });
    let trace = traces.recv().unwrap();
    let states = until(&trace, |states| states.is_own_observed);
    assert_eq!((states.own, states.peer), (SynSent, Listen));
    assert!(!states.is_peer_observed);
    assert_eq!(listed(trace.local(), trace.peer()), SynSent);
    // There is a place now for the next SYN, a second after the first.
    listener.accept().unwrap();
    let _connected = connecting.join().unwrap().unwrap();
    reach(&trace, Established, Established);
}

/// The client misses the SYN+ACK.
#[test]
fn a_lost_answer_to_a_syn() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let client = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    client.set_nonblocking(true).unwrap();
    deafen(&client);
    client.connect(&address.into()).unwrap_err();
    let client = TcpStream::from(client);
    let trace = Trace::connecting(Instant::now(), client.local_addr().unwrap(), address);
    reach(&trace, SynSent, SynReceived);
    assert_eq!(listed(address, trace.local()), SynReceived);
    undeafen(&client);
    reach(&trace, Established, Established);
}

#[test]
fn a_reset() {
    let mut walk = Walk::begin();
    walk.client().set_linger(Some(Duration::ZERO)).unwrap();
    walk.client = None;
    until(&walk.theirs, |states| {
        (states.own, states.is_own_observed) == (Closed, true)
    });
    until(&walk.ours, |states| states.own == Closed);
    assert_eq!(listed(walk.theirs.local(), walk.theirs.peer()), Closed);
    let mut server = walk.server();
    server.read(&mut [0]).unwrap_err();
    assert_eq!(walk.theirs.states().peer, Closed);
}

/// Nothing listens on the port.
#[test]
fn a_refused_connection() {
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let mut refused = None;
    sys::connect(&address, TIMEOUT, |trace| refused = Some(Arc::clone(trace))).unwrap_err();
    let trace = refused.unwrap();
    trace.sample_now();
    let states = trace.states();
    assert_eq!((states.own, states.peer), (Closed, Closed));
}
