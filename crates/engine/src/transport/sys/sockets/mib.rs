//! Reads the tables of TCP sockets of Windows, `MIB_TCPTABLE_OWNER_PID` and `MIB_TCP6TABLE_OWNER_PID`: the number of rows,
//! then the rows, all in words of 4 bytes. Pure.

use std::net::{IpAddr, SocketAddr};

use crate::transport::tcp::{TcpSocket, TcpState};

/// The version of IP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V4,
    V6,
}

/// The sockets of a table. Rows that are cut off are left out.
pub(super) fn sockets(table: &[u32], version: Version) -> Vec<TcpSocket> {
    let Some((count, rows)) = table.split_first() else {
        return Vec::new();
    };
    let len = match version {
        Version::V4 => 6,
        Version::V6 => 14,
    };
    let count = usize::try_from(*count).unwrap_or(usize::MAX);
    rows.chunks_exact(len)
        .take(count)
        .filter_map(|row| match version {
            // State, address, port, address, port, process.
            Version::V4 => socket(row[0], (v4(row[1]), row[2]), (v4(row[3]), row[4])),
            // Address, scope, port, the same for the peer, state, process.
            Version::V6 => socket(row[12], (v6(&row[..4]), row[5]), (v6(&row[6..10]), row[11])),
        })
        .collect()
}

fn socket(state: u32, local: (IpAddr, u32), peer: (IpAddr, u32)) -> Option<TcpSocket> {
    // The first two bytes, in the order of the network.
    let address = |(ip, port): (IpAddr, u32)| {
        let [high, low, ..] = port.to_ne_bytes();
        SocketAddr::new(ip.to_canonical(), u16::from_be_bytes([high, low]))
    };
    let state = name(state)?;
    let local = address(local);
    let peer = match state {
        // Windows leaves random numbers there.
        TcpState::Listen => unspecified_like(local),
        _ => address(peer),
    };
    Some(TcpSocket {
        local,
        peer,
        state,
        receive_queue: None,
        send_queue: None,
        time_wait_left: None,
        info: None,
    })
}

fn unspecified_like(local: SocketAddr) -> SocketAddr {
    match local {
        SocketAddr::V4(_) => SocketAddr::from(([0; 4], 0)),
        SocketAddr::V6(_) => SocketAddr::from(([0_u16; 8], 0)),
    }
}

fn v4(word: u32) -> IpAddr {
    IpAddr::from(word.to_ne_bytes())
}

fn v6(words: &[u32]) -> IpAddr {
    let mut bytes = [0; 16];
    for (to, word) in bytes.chunks_exact_mut(4).zip(words) {
        to.copy_from_slice(&word.to_ne_bytes());
    }
    IpAddr::from(bytes)
}

/// `MIB_TCP_STATE`. `DELETE_TCB` (12) is no state of RFC 9293: the connection is gone.
fn name(state: u32) -> Option<TcpState> {
    Some(match state {
        2 => TcpState::Listen,
        3 => TcpState::SynSent,
        4 => TcpState::SynReceived,
        5 => TcpState::Established,
        6 => TcpState::FinWait1,
        7 => TcpState::FinWait2,
        8 => TcpState::CloseWait,
        9 => TcpState::Closing,
        10 => TcpState::LastAck,
        11 => TcpState::TimeWait,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(bytes: [u8; 4]) -> u32 {
        u32::from_ne_bytes(bytes)
    }

    /// 192.168.1.2:8080 to 10.0.0.1:54321.
    fn row4(state: u32) -> [u32; 6] {
        let (local, peer) = (word([192, 168, 1, 2]), word([10, 0, 0, 1]));
        let ports = [word([0x1f, 0x90, 0, 0]), word([0xd4, 0x31, 7, 7])];
        [state, local, ports[0], peer, ports[1], 4242]
    }

    fn row6(state: u32) -> [u32; 14] {
        let mut row = [0; 14];
        row[0] = word([0xfe, 0x80, 0, 0]);
        row[3] = word([0, 0, 0, 2]);
        row[4] = 9;
        row[5] = word([0x1f, 0x90, 0, 0]);
        row[8] = word([0, 0, 0xff, 0xff]);
        row[9] = word([10, 0, 0, 1]);
        row[11] = word([0xd4, 0x31, 0, 0]);
        row[12] = state;
        row
    }

    #[test]
    fn rows_are_read_in_every_state() {
        let states = (2..=11).filter_map(name).collect::<Vec<_>>();
        assert_eq!(states.len(), TcpState::ALL.len() - 1);
        let mut table = vec![13];
        table.extend((0..13).flat_map(row4));
        let found = sockets(&table, Version::V4);
        assert_eq!(found.iter().map(|at| at.state).collect::<Vec<_>>(), states);
        for socket in &found {
            assert_eq!(socket.local, "192.168.1.2:8080".parse().unwrap());
            let listens = socket.state == TcpState::Listen;
            let peer = if listens {
                "0.0.0.0:0"
            } else {
                "10.0.0.1:54321"
            };
            assert_eq!(socket.peer, peer.parse().unwrap());
            assert_eq!((socket.send_queue, socket.info), (None, None));
        }
    }

    #[test]
    fn ipv6_may_hold_ipv4() {
        let table = [[2].as_slice(), &row6(5), &row6(2)].concat();
        let found = sockets(&table, Version::V6);
        assert_eq!(found[0].local, "[fe80::2]:8080".parse().unwrap());
        assert_eq!(found[0].peer, "10.0.0.1:54321".parse().unwrap());
        assert_eq!(found[1].peer, "[::]:0".parse().unwrap());
    }

    #[test]
    fn a_table_that_is_cut_off_ends_early() {
        let table = [[2].as_slice(), &row4(5), &row4(5)].concat();
        for len in 0..=table.len() {
            let rows = len.saturating_sub(1) / 6;
            assert_eq!(sockets(&table[..len], Version::V4).len(), rows);
        }
        // What is behind the rows is not read.
        let table = [[1].as_slice(), &row4(5), &row4(5)].concat();
        assert_eq!(sockets(&table, Version::V4).len(), 1);
        assert_eq!(sockets(&[u32::MAX; 15], Version::V6).len(), 0);
    }
}
