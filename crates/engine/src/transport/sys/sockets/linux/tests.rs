//! The kernel's answers, and its own table.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};

use super::*;
use crate::transport::tcp::TcpState;

fn pair(ip: IpAddr) -> (TcpListener, TcpStream, TcpStream) {
    let listener = TcpListener::bind((ip, 0)).unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    (listener, client, server)
}

fn ends(socket: &TcpStream) -> Ends {
    let canonical = |at: SocketAddr| SocketAddr::new(at.ip().to_canonical(), at.port());
    Ends {
        local: canonical(socket.local_addr().unwrap()),
        peer: canonical(socket.peer_addr().unwrap()),
    }
}

#[test]
fn a_connection_is_in_the_table_and_found_alone() {
    for ip in [
        IpAddr::from(Ipv4Addr::LOCALHOST),
        Ipv6Addr::LOCALHOST.into(),
    ] {
        let (listener, client, server) = pair(ip);
        let port = listener.local_addr().unwrap().port();
        let mut table = sockets(Sockets::OfPort(port)).unwrap();
        // What another test had on this port before.
        table.retain(|socket| socket.state != TcpState::TimeWait);
        assert_eq!(table.len(), 3, "{table:?}");
        let found = find(&[ends(&client), ends(&server)]).unwrap();
        for (found, socket) in found.iter().zip([&client, &server]) {
            let found = found.as_ref().unwrap();
            assert_eq!((found.local, found.peer), {
                let ends = ends(socket);
                (ends.local, ends.peer)
            });
            assert_eq!(found.state, TcpState::Established);
            assert!(found.info.is_some_and(|info| info.segment_size.is_some()));
            assert!(table.iter().any(|entry| entry.local == found.local));
        }
        let listens = table
            .iter()
            .find(|at| at.state == TcpState::Listen)
            .unwrap();
        assert_eq!(listens.local, listener.local_addr().unwrap());
        assert_eq!((listens.peer.port(), listens.info), (0, None));
    }
}

#[test]
fn ipv4_over_an_ipv6_socket_is_ipv4() {
    let listener = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let _client = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let (server, _) = listener.accept().unwrap();
    let ends = ends(&server);
    assert!(ends.local.is_ipv4());
    let found = find(&[ends]).unwrap().remove(0).unwrap();
    assert_eq!((found.local, found.peer), (ends.local, ends.peer));
}

/// Linux then answers with the socket that listens on the port.
#[test]
fn a_connection_that_does_not_exist_is_not_found() {
    let (listener, client, _server) = pair(Ipv4Addr::LOCALHOST.into());
    let local = listener.local_addr().unwrap();
    let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
    let nobodys = SocketAddr::from((Ipv4Addr::LOCALHOST, 2));
    let unknown = [
        Ends { local, peer },
        Ends {
            local: nobodys,
            peer,
        },
    ];
    let found = find(&[unknown[0], ends(&client), unknown[1]]).unwrap();
    assert!(found[0].is_none() && found[1].is_some() && found[2].is_none());
}

#[test]
fn time_wait_is_found_with_what_is_left_of_it() {
    let (_listener, client, server) = pair(Ipv4Addr::LOCALHOST.into());
    let ends = ends(&client);
    drop(client);
    let found = once(ends, TcpState::FinWait2);
    assert_eq!(found.time_wait_left, None);
    drop(server);
    let left = once(ends, TcpState::TimeWait).time_wait_left.unwrap();
    assert!(
        left > Duration::from_secs(50) && left <= Duration::from_secs(61),
        "{left:?}"
    );
}

/// The socket once it is in this state; the peer's acknowledgement may take a while.
fn once(ends: Ends, state: TcpState) -> TcpSocket {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let found = find(&[ends]).unwrap().remove(0).unwrap();
        if found.state == state {
            return found;
        }
        assert!(Instant::now() < deadline, "{found:?}");
        std::thread::yield_now();
    }
}
