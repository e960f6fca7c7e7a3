//! Connecting to ports, to see what happens.
#![expect(
    clippy::disallowed_methods,
    reason = "its threads report over a channel that takes everything"
)]

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crossbeam_channel::unbounded;

use crate::doctor::facts::Answer;
use crate::doctor::sys;
use crate::threads;
use crate::transport::Stream;

/// Connects to `address` and closes the connection. Blocks up to `timeout`.
pub(in crate::doctor) fn connect(address: SocketAddr, timeout: Duration) -> Answer {
    let made = Stream::connect(&address, timeout, |_| {});
    answer(made.map(drop).as_ref().err())
}

/// The same, and tells a RST from an ICMP message where that is possible: nothing else of this program should be connecting
/// meanwhile to an address that answers with such messages. From a computer `is_near`, it comes from that computer itself.
pub(in crate::doctor) fn connect_telling(
    address: SocketAddr,
    is_near: bool,
    timeout: Duration,
) -> Answer {
    let before = sys::unreachables();
    let answer = connect(address, timeout);
    let is_message = before.zip(sys::unreachables()).is_some_and(|(a, b)| a < b);
    match answer {
        Answer::Refused if is_message => Answer::Rejected,
        Answer::Unreachable if is_message && is_near => Answer::Rejected,
        answer => answer,
    }
}

/// Connects to several ports at the same time; those that answer or refuse within `timeout`, in their order.
pub(in crate::doctor) fn connect_each(
    ip: IpAddr,
    ports: &[u16],
    timeout: Duration,
) -> Vec<(u16, Answer)> {
    let (sender, receiver) = unbounded();
    for &port in ports {
        let sender = sender.clone();
        // Not joined: it ends in time, and its end is waited for through the channel.
        let dialing = threads::spawn("doctor: port", move || {
            let answer = connect(SocketAddr::new(ip, port), timeout);
            let _ = sender.send((port, answer));
        });
        if let Err(e) = dialing {
            log::info!("port {port} is not tried: {e}");
        }
    }
    drop(sender);
    let mut answers: Vec<_> = receiver.iter().collect();
    answers.sort_unstable_by_key(|(port, _)| *port);
    answers
}

fn answer(error: Option<&io::Error>) -> Answer {
    let Some(error) = error else {
        return Answer::Open;
    };
    match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => Answer::Refused,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Answer::Silent,
        _ => {
            log::info!("connecting: {error}");
            Answer::Unreachable
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn open_ports_are_told_from_closed_ones() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let timeout = Duration::from_secs(20);
        assert_eq!(connect_telling(address, true, timeout), Answer::Open);
        let ports = [address.port()];
        let each = connect_each(address.ip(), &ports, timeout);
        assert_eq!(each, [(address.port(), Answer::Open)]);
        drop(listener);
        assert_eq!(connect(address, timeout), Answer::Refused);
    }
}
