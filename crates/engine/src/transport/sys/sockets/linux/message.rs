//! The messages of `sock_diag(7)`: requests for TCP sockets and the answers. Pure.
//!
//! By hand, because the crate for them drops how long TIME-WAIT lasts, and its reader of the figures needs the
//! `struct tcp_info` of one version of Linux.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::super::Ends;
use super::tcp_info;
use crate::transport::tcp::{TcpSocket, TcpState};

const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const NLM_F_REQUEST: u16 = 1;
const NLM_F_DUMP: u16 = 0x300;
const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;
const IPPROTO_TCP: u8 = 6;
/// `struct tcp_info`.
const INET_DIAG_INFO: u16 = 2;
/// The timer that runs in TIME-WAIT.
const TIMER_TIME_WAIT: u8 = 3;
/// `struct nlmsghdr`.
const HEADER_LEN: usize = 16;
/// `struct inet_diag_req_v2` behind it.
pub(super) const REQUEST_LEN: usize = HEADER_LEN + 56;
/// `struct inet_diag_msg`.
const SOCKET_LEN: usize = 72;

/// The version of IP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

/// What to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// All sockets with these ports; port 0 is every port.
    Dump(Family, u16, u16),
    /// One connection. Linux answers with a socket that listens if it finds nothing better.
    Exact(Ends),
}

/// What an answer consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Socket(Box<TcpSocket>),
    /// The dump is complete.
    Done,
    /// An `errno`.
    Error(i32),
}

impl Request {
    /// The bytes of the request with number `sequence`.
    pub(super) fn bytes(self, sequence: u32) -> [u8; REQUEST_LEN] {
        let unspecified = |family| match family {
            Family::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            Family::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        let (flags, local, peer) = match self {
            Self::Dump(family, local, peer) => (
                NLM_F_DUMP,
                SocketAddr::new(unspecified(family), local),
                SocketAddr::new(unspecified(family), peer),
            ),
            Self::Exact(Ends { local, peer }) => (0, local, peer),
        };
        let mut bytes = Vec::with_capacity(REQUEST_LEN);
        bytes.extend(u32::try_from(REQUEST_LEN).unwrap_or(0).to_ne_bytes());
        bytes.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
        bytes.extend((NLM_F_REQUEST | flags).to_ne_bytes());
        bytes.extend(sequence.to_ne_bytes());
        // The kernel knows who asks.
        bytes.extend([0; 4]);

        let family = if local.is_ipv4() { AF_INET } else { AF_INET6 };
        bytes.extend([family, IPPROTO_TCP, 1 << (INET_DIAG_INFO - 1), 0]);
        let every_state = u32::MAX;
        bytes.extend(every_state.to_ne_bytes());
        bytes.extend(local.port().to_be_bytes());
        bytes.extend(peer.port().to_be_bytes());
        bytes.extend(sixteen(local.ip()));
        bytes.extend(sixteen(peer.ip()));
        let any_interface = 0_u32;
        bytes.extend(any_interface.to_ne_bytes());
        let no_cookie = u64::MAX;
        bytes.extend(no_cookie.to_ne_bytes());
        bytes.try_into().unwrap_or([0; REQUEST_LEN])
    }
}

/// `ip` in 16 bytes, an IPv4 address in the first four.
fn sixteen(ip: IpAddr) -> [u8; 16] {
    match ip {
        IpAddr::V4(ip) => {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&ip.octets());
            bytes
        }
        IpAddr::V6(ip) => ip.octets(),
    }
}

/// The answers to request `sequence` in a datagram. What cannot be read is left out.
pub(super) fn answers(datagram: &[u8], sequence: u32) -> impl Iterator<Item = Answer> {
    let mut rest = datagram;
    let messages = std::iter::from_fn(move || {
        let len = usize::try_from(u32_at(rest, 0)?).ok()?;
        let message = rest.get(..len).filter(|_| len >= HEADER_LEN)?;
        rest = rest.get(len.next_multiple_of(4)..).unwrap_or_default();
        Some(message)
    });
    messages
        .filter(move |message| u32_at(message, 8) == Some(sequence))
        .filter_map(|message| {
            let body = &message[HEADER_LEN..];
            match u16_at(message, 4)? {
                SOCK_DIAG_BY_FAMILY => Some(Answer::Socket(Box::new(socket(body)?))),
                NLMSG_DONE => Some(Answer::Done),
                NLMSG_ERROR => Some(Answer::Error(u32_at(body, 0)?.cast_signed().wrapping_neg())),
                _ => None,
            }
        })
}

/// Reads a `struct inet_diag_msg` and its attributes.
fn socket(body: &[u8]) -> Option<TcpSocket> {
    let attributes = body.get(SOCKET_LEN..)?;
    let state = state(body[1])?;
    let address = |port, ip| {
        let ip = ip_at(body, ip)?.to_canonical();
        Some(SocketAddr::new(
            ip,
            u16::from_be_bytes([body[port], body[port + 1]]),
        ))
    };
    let time_wait_left = (state == TcpState::TimeWait && body[2] == TIMER_TIME_WAIT)
        .then(|| u32_at(body, 52))
        .flatten()
        .map(|millis| Duration::from_millis(millis.into()));
    // Of a socket that listens, the figures mean something else.
    let has_figures = state != TcpState::Listen;
    Some(TcpSocket {
        local: address(4, 8)?,
        peer: address(6, 24)?,
        state,
        receive_queue: Some(u32_at(body, 56)?),
        send_queue: Some(u32_at(body, 60)?),
        time_wait_left,
        info: has_figures
            .then(|| attribute(attributes, INET_DIAG_INFO))
            .flatten()
            .map(tcp_info::read),
    })
}

fn ip_at(body: &[u8], at: usize) -> Option<IpAddr> {
    let bytes: [u8; 16] = body.get(at..at + 16)?.try_into().ok()?;
    match body[0] {
        AF_INET => Some(IpAddr::from([bytes[0], bytes[1], bytes[2], bytes[3]])),
        AF_INET6 => Some(IpAddr::from(bytes)),
        _ => None,
    }
}

/// The value of the first attribute (`struct nlattr`) of this kind.
fn attribute(mut attributes: &[u8], kind: u16) -> Option<&[u8]> {
    const HEADER_LEN: usize = 4;
    loop {
        let len = usize::from(u16_at(attributes, 0)?);
        let attribute = attributes.get(..len).filter(|_| len >= HEADER_LEN)?;
        if u16_at(attribute, 2)? == kind {
            return Some(&attribute[HEADER_LEN..]);
        }
        attributes = attributes.get(len.next_multiple_of(4)..)?;
    }
}

/// The numbers of `include/net/tcp_states.h`. `TCP_CLOSE`, a socket that is not connected, is no entry of the table.
fn state(number: u8) -> Option<TcpState> {
    Some(match number {
        1 => TcpState::Established,
        2 => TcpState::SynSent,
        // The second is a request that has no socket yet.
        3 | 12 => TcpState::SynReceived,
        4 => TcpState::FinWait1,
        5 => TcpState::FinWait2,
        6 => TcpState::TimeWait,
        8 => TcpState::CloseWait,
        9 => TcpState::LastAck,
        10 => TcpState::Listen,
        11 => TcpState::Closing,
        _ => return None,
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message with header.
    fn message(kind: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
        let len = u32::try_from(HEADER_LEN + body.len()).unwrap();
        let mut bytes = len.to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0, 0]);
        bytes.extend(sequence.to_ne_bytes());
        bytes.extend([0; 4]);
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    /// A socket 192.168.1.2:8080 to 10.0.0.1:54321 in `state`, with `attributes`.
    fn socket_bytes(state: u8, attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![AF_INET, state, TIMER_TIME_WAIT, 0];
        bytes.extend(8080_u16.to_be_bytes());
        bytes.extend(54321_u16.to_be_bytes());
        bytes.extend(sixteen(IpAddr::from([192, 168, 1, 2])));
        bytes.extend(sixteen(IpAddr::from([10, 0, 0, 1])));
        bytes.extend([0; 12]);
        for number in [59_123_u32, 17, 23, 1000, 4242] {
            bytes.extend(number.to_ne_bytes());
        }
        for (kind, value) in attributes {
            bytes.extend(u16::try_from(value.len() + 4).unwrap().to_ne_bytes());
            bytes.extend(kind.to_ne_bytes());
            bytes.extend(*value);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }

    fn expected(state: TcpState) -> TcpSocket {
        TcpSocket {
            local: "192.168.1.2:8080".parse().unwrap(),
            peer: "10.0.0.1:54321".parse().unwrap(),
            state,
            receive_queue: Some(17),
            send_queue: Some(23),
            time_wait_left: (state == TcpState::TimeWait).then(|| Duration::from_millis(59_123)),
            info: None,
        }
    }

    #[test]
    fn every_state_is_read() {
        for (number, state) in [
            (1, TcpState::Established),
            (2, TcpState::SynSent),
            (3, TcpState::SynReceived),
            (4, TcpState::FinWait1),
            (5, TcpState::FinWait2),
            (6, TcpState::TimeWait),
            (8, TcpState::CloseWait),
            (9, TcpState::LastAck),
            (10, TcpState::Listen),
            (11, TcpState::Closing),
            (12, TcpState::SynReceived),
        ] {
            assert_eq!(socket(&socket_bytes(number, &[])), Some(expected(state)));
        }
        for number in [0, 7, 13, 255] {
            assert_eq!(socket(&socket_bytes(number, &[])), None);
        }
    }

    #[test]
    fn the_figures_are_found_among_other_attributes() {
        let info = [1_u8; 100];
        let bytes = socket_bytes(1, &[(8, &[0]), (INET_DIAG_INFO, &info), (4, b"cubic\0")]);
        let read = socket(&bytes).unwrap();
        assert_eq!(read.info, Some(tcp_info::read(&info)));
        // Those of a socket that listens mean something else.
        let bytes = socket_bytes(10, &[(INET_DIAG_INFO, &info)]);
        assert_eq!(socket(&bytes).unwrap().info, None);
    }

    #[test]
    fn a_datagram_may_hold_several_answers() {
        let mut datagram = message(SOCK_DIAG_BY_FAMILY, 7, &socket_bytes(1, &[(8, &[0])]));
        // Of a request that was given up.
        datagram.extend(message(SOCK_DIAG_BY_FAMILY, 6, &socket_bytes(1, &[])));
        datagram.extend(message(SOCK_DIAG_BY_FAMILY, 7, &socket_bytes(6, &[])));
        datagram.extend(message(NLMSG_ERROR, 7, &(-2_i32).to_ne_bytes()));
        datagram.extend(message(NLMSG_DONE, 7, &[0; 4]));
        let expected = [
            Answer::Socket(Box::new(expected(TcpState::Established))),
            Answer::Socket(Box::new(expected(TcpState::TimeWait))),
            Answer::Error(2),
            Answer::Done,
        ];
        assert_eq!(answers(&datagram, 7).collect::<Vec<_>>(), expected);
        // However it is cut, what is whole is read.
        for len in 0..datagram.len() {
            let read: Vec<_> = answers(&datagram[..len], 7).collect();
            assert_eq!(read, expected[..read.len()]);
        }
    }

    #[test]
    fn nonsense_ends() {
        for byte in 0..=255 {
            let datagram = [byte; 300];
            assert!(answers(&datagram, u32::from_ne_bytes([byte; 4])).count() <= 300);
            let _ = socket(&datagram);
            let _ = attribute(&datagram, u16::MAX);
        }
        let zero_len = [0_u8; 64];
        assert_eq!(answers(&zero_len, 0).count(), 0);
        assert_eq!(attribute(&zero_len, INET_DIAG_INFO), None);
    }

    #[test]
    fn a_request_has_its_fields_in_their_places() {
        let ends = Ends {
            local: "192.168.1.2:8080".parse().unwrap(),
            peer: "10.0.0.1:54321".parse().unwrap(),
        };
        let bytes = Request::Exact(ends).bytes(5);
        assert_eq!(u32_at(&bytes, 0), Some(72));
        assert_eq!((u16_at(&bytes, 4), u16_at(&bytes, 6)), (Some(20), Some(1)));
        assert_eq!(u32_at(&bytes, 8), Some(5));
        assert_eq!(bytes[16..20], [AF_INET, 6, 2, 0]);
        assert_eq!(bytes[24..32], [0x1f, 0x90, 0xd4, 0x31, 192, 168, 1, 2]);
        assert_eq!(bytes[44..48], [10, 0, 0, 1]);
        assert_eq!(bytes[64..], [0xff; 8]);
        let bytes = Request::Dump(Family::V6, 0, 80).bytes(5);
        assert_eq!(u16_at(&bytes, 6), Some(0x301));
        assert_eq!(bytes[16], AF_INET6);
        assert_eq!(bytes[24..28], [0, 0, 0, 80]);
    }
}
