//! The table of TCP sockets on Windows: `GetExtendedTcpTable`, which `netstat` asks as well, and which no crate lets us
//! call safely. It needs no privileges. It has states, but no queues, no times and no figures.
#![expect(unsafe_code, reason = "no crate has a safe way to this call")]

use std::collections::HashMap;
use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::{ERROR_INSUFFICIENT_BUFFER, ERROR_SUCCESS};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    GetExtendedTcpTable, TCP_TABLE_OWNER_PID_ALL,
};
use windows_sys::Win32::Networking::WinSock::{AF_INET, AF_INET6};

use super::Ends;
use super::mib::{self, Version};
use crate::transport::tcp::{Sockets, TcpSocket};

/// The table may grow while it is asked for.
const TRIES: usize = 8;

/// Words of 4 bytes; enough for 150,000 sockets of IPv6.
const MOST_WORDS: usize = 2 << 20;

/// See [`crate::transport::tcp::sockets`].
///
/// # Errors
/// What the system says.
pub(in crate::transport) fn sockets(which: Sockets) -> io::Result<Vec<TcpSocket>> {
    let mut found = mib::sockets(&table(Version::V4)?, Version::V4);
    found.extend(mib::sockets(&table(Version::V6)?, Version::V6));
    found.retain(|socket| which.includes(socket));
    Ok(found)
}

/// The sockets of `connections`, in the same order; `None` is one that the system does not list (any more).
///
/// # Errors
/// See [`sockets`].
pub(in crate::transport) fn find(connections: &[Ends]) -> io::Result<Vec<Option<TcpSocket>>> {
    let all: HashMap<_, _> = sockets(Sockets::All)?
        .into_iter()
        .map(|socket| ((socket.local, socket.peer), socket))
        .collect();
    let found = connections.iter();
    Ok(found
        .map(|ends| all.get(&(ends.local, ends.peer)).cloned())
        .collect())
}

/// The table of one version of IP, in words of 4 bytes.
fn table(version: Version) -> io::Result<Vec<u32>> {
    const WORD: usize = size_of::<u32>();
    let family = match version {
        Version::V4 => AF_INET,
        Version::V6 => AF_INET6,
    };
    let mut words = vec![0_u32; 4096];
    for _ in 0..TRIES {
        let mut len = u32::try_from(words.len() * WORD).map_err(io::Error::other)?;
        // SAFETY: the pointer is that of `words`, which lives on, is aligned for a table of words and has this length;
        // the call writes no more than that, and the length that it needs to `len`.
        let status = unsafe {
            GetExtendedTcpTable(
                words.as_mut_ptr().cast(),
                ptr::from_mut(&mut len),
                0,
                family.into(),
                TCP_TABLE_OWNER_PID_ALL,
                0,
            )
        };
        match status {
            ERROR_SUCCESS => return Ok(words),
            ERROR_INSUFFICIENT_BUFFER => {
                let needed = usize::try_from(len)
                    .map_err(io::Error::other)?
                    .div_ceil(WORD);
                words.resize(needed.max(words.len()).saturating_mul(5) / 4, 0);
                if words.len() > MOST_WORDS {
                    return Err(io::ErrorKind::OutOfMemory.into());
                }
            }
            error => return Err(io::Error::from_raw_os_error(error.cast_signed())),
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};

    use super::*;
    use crate::transport::tcp::TcpState;

    #[test]
    fn a_connection_is_in_the_table_and_found_alone() {
        for ip in [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()] {
            let ip: std::net::IpAddr = ip;
            let listener = TcpListener::bind((ip, 0)).unwrap();
            let address = listener.local_addr().unwrap();
            let client = TcpStream::connect(address).unwrap();
            let _server = listener.accept().unwrap();
            let table = sockets(Sockets::OfPort(address.port())).unwrap();
            assert_eq!(table.len(), 3, "{table:?}");
            assert!(
                table
                    .iter()
                    .any(|at| at.local == address && at.state == TcpState::Listen)
            );
            let ends = Ends {
                local: client.local_addr().unwrap(),
                peer: address,
            };
            let nobody = Ends {
                local: address,
                peer: address,
            };
            let found = find(&[ends, nobody, ends.reversed()]).unwrap();
            let states: Vec<_> = found
                .into_iter()
                .map(|found| found.map(|found| found.state))
                .collect();
            let open = Some(TcpState::Established);
            assert_eq!(states, [open, None, open]);
        }
    }
}
