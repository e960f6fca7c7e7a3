//! The TCP sockets of this program, as the system lists them.

use std::collections::{HashMap, HashSet};
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::call::words;
use super::{Model, Opened, Sharing};
use crate::settings::Tab;
use landline_engine::transport::tcp::{Sockets, TcpSocket, TcpState, sockets};
use landline_engine::transport::trace::Trace;

/// How often the system is asked while the table is visible.
const EVERY: Duration = Duration::from_secs(1);

/// A connection: the address on this computer, and the other one.
type Pair = (SocketAddr, SocketAddr);

/// The table of sockets.
#[derive(Debug, Default)]
pub(crate) struct SocketTable {
    /// Whether it is shown.
    pub expanded: bool,
    /// Whether to scroll to it, because it was just expanded.
    pub wanted: bool,
    /// What was found last.
    pub found: Option<Result<Vec<SocketRow>, Unlisted>>,
    asked: Option<Instant>,
    is_asking: bool,
}

/// A socket, and the row that it belongs to.
#[derive(Debug)]
pub(crate) struct SocketRow {
    /// The socket.
    pub socket: TcpSocket,
    /// The tab, and what its row opens.
    pub opens: Option<(Tab, Opened)>,
    /// The name of the file, or of the other side of a call.
    pub name: String,
}

/// Why the system lists no sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unlisted {
    /// Landline does not know how to ask it.
    Unsupported,
    /// It refused, for this reason.
    Failed(String),
}

/// Which sockets belong to this program.
#[derive(Debug)]
pub(crate) struct Wanted {
    port: u16,
    pairs: HashSet<Pair>,
}

impl SocketTable {
    /// Whether the system has to be asked again at `now`.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        let is_recent = self
            .asked
            .is_some_and(|asked| now.saturating_duration_since(asked) < EVERY);
        let is_unsupported = matches!(self.found, Some(Err(Unlisted::Unsupported)));
        !self.is_asking && !is_recent && !is_unsupported
    }
}

impl Wanted {
    /// Asks the system. Blocks for a moment.
    pub(crate) fn look_up(&self) -> Result<Vec<TcpSocket>, Unlisted> {
        let which = if self.pairs.is_empty() {
            Sockets::OfPort(self.port)
        } else {
            Sockets::All
        };
        match sockets(which) {
            Ok(mut found) => {
                found.retain(|socket| self.has(socket));
                Ok(found)
            }
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Err(Unlisted::Unsupported),
            Err(error) => Err(Unlisted::Failed(error.to_string())),
        }
    }

    /// Whether it is one of ours, or the other end of one.
    fn has(&self, socket: &TcpSocket) -> bool {
        let (local, peer) = (socket.local, socket.peer);
        let is_here = peer.ip() == local.ip() || peer.ip().is_loopback();
        local.port() == self.port
            || peer.port() == self.port && is_here
            || self.pairs.contains(&(local, peer))
            || self.pairs.contains(&(peer, local))
    }
}

impl Model {
    /// What to ask the system for the table, if this computer is sharing. The answer must follow.
    pub(crate) fn ask_for_sockets(&mut self, now: Instant) -> Option<Wanted> {
        let Sharing::On { addresses, .. } = &self.server.sharing else {
            return None;
        };
        let port = addresses.first()?.port;
        let pairs = self.lines(Tab::Client).map(|(pair, ..)| pair).collect();
        let table = &mut self.server.sockets;
        table.asked = Some(now);
        table.is_asking = true;
        Some(Wanted { port, pairs })
    }

    /// Takes the answer of the system.
    pub(crate) fn sockets_found(&mut self, found: Result<Vec<TcpSocket>, Unlisted>) {
        let rows = found.map(|sockets| {
            let ours: HashSet<Pair> = sockets.iter().map(|of| (of.local, of.peer)).collect();
            let known: HashMap<Pair, (Tab, Opened, String)> = [Tab::Client, Tab::Server]
                .into_iter()
                .flat_map(|tab| {
                    let lines = self.lines(tab);
                    lines.map(move |(pair, opened, name)| (pair, (tab, opened, name)))
                })
                .filter(|(pair, _)| ours.contains(pair))
                .map(|(pair, (tab, opened, name))| (pair, (tab, opened, name())))
                .collect();
            rows(sockets, &known)
        });
        self.server.sockets.found = Some(rows);
        self.server.sockets.is_asking = false;
    }

    /// The connections of the rows of `tab`, and what each opens.
    fn lines(&self, tab: Tab) -> impl Iterator<Item = (Pair, Opened, impl Fn() -> String)> {
        enum Named<'a> {
            Transfer(&'a super::row::Row),
            Call(&'a landline_engine::call::Call),
        }
        let (transfers, calls) = match tab {
            Tab::Server => (&self.server.transfers, &self.server.calls),
            Tab::Client => (&self.client.transfers, &self.client.calls),
        };
        let pair = |trace: &Trace| (trace.local(), trace.peer());
        let transfers = transfers.rows().flat_map(move |row| {
            let traces = row.transfer.traces().into_iter();
            traces.map(move |trace| (pair(&trace), Opened::Line(row.key), Named::Transfer(row)))
        });
        let calls = calls.all().filter_map(move |call| {
            let trace = call.trace()?;
            Some((pair(&trace), Opened::Call(call.id()), Named::Call(call)))
        });
        transfers.chain(calls).map(|(pair, opened, named)| {
            (pair, opened, move || match &named {
                Named::Transfer(row) => row.name().into_owned(),
                Named::Call(call) => words::peer(call),
            })
        })
    }
}

/// The rows: those that listen first, then by state.
fn rows(sockets: Vec<TcpSocket>, known: &HashMap<Pair, (Tab, Opened, String)>) -> Vec<SocketRow> {
    let order = |state: TcpState| TcpState::ALL.iter().position(|of| *of == state);
    let mut rows: Vec<_> = sockets
        .into_iter()
        .map(|socket| {
            let known = known.get(&(socket.local, socket.peer));
            SocketRow {
                opens: known.map(|(tab, opened, _)| (*tab, *opened)),
                name: known.map_or(String::new(), |(.., name)| name.clone()),
                socket,
            }
        })
        .collect();
    rows.sort_by_key(|row| (order(row.socket.state), row.socket.peer, row.socket.local));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(local: &str, peer: &str, state: TcpState) -> TcpSocket {
        TcpSocket {
            local: local.parse().unwrap(),
            peer: peer.parse().unwrap(),
            state,
            receive_queue: Some(0),
            send_queue: Some(0),
            time_wait_left: None,
            info: None,
        }
    }

    #[test]
    fn the_table_has_our_sockets_and_their_other_ends() {
        let pair = ("192.168.1.5:40000", "192.168.1.7:80");
        let wanted = Wanted {
            port: 8080,
            pairs: [(pair.0.parse().unwrap(), pair.1.parse().unwrap())].into(),
        };
        for (local, peer, is_ours) in [
            ("0.0.0.0:8080", "0.0.0.0:0", true),
            ("192.168.1.5:8080", "192.168.1.9:51324", true),
            ("127.0.0.1:51324", "127.0.0.1:8080", true),
            // Another program asks another computer.
            ("192.168.1.5:51325", "192.168.1.9:8080", false),
            (pair.0, pair.1, true),
            ("192.168.1.5:40001", pair.1, false),
        ] {
            let socket = socket(local, peer, TcpState::Established);
            assert_eq!(wanted.has(&socket), is_ours, "{local} {peer}");
        }
    }

    #[test]
    fn what_listens_is_first() {
        let all = [
            socket("10.0.0.1:1", "10.0.0.2:2", TcpState::TimeWait),
            socket("10.0.0.1:1", "10.0.0.2:3", TcpState::Established),
            socket("0.0.0.0:1", "0.0.0.0:0", TcpState::Listen),
        ];
        let states = rows(all.into(), &HashMap::new());
        let states: Vec<_> = states.iter().map(|row| row.socket.state).collect();
        let expected = [TcpState::Listen, TcpState::Established, TcpState::TimeWait];
        assert_eq!(states, expected);
    }
}
