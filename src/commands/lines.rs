//! `landline lines`: prints the TCP sockets of a port with their states.

use std::cmp::Reverse;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use serde::Serialize;

use super::{fail, print, table, unless_unprinted, write};
use crate::args::Lines;
use crate::{sentence, t};
use landline_engine::transport::tcp::{Sockets, TcpInfo, TcpSocket, TcpState, sockets};

/// Prints the sockets.
pub fn run(args: &Lines) -> ExitCode {
    let mut found = match sockets(Sockets::OfPort(args.port)) {
        Ok(found) => found,
        Err(e) if e.kind() == ErrorKind::Unsupported => {
            return fail(&sentence!("lines-unsupported"));
        }
        Err(e) => return fail(&sentence!("lines-failed", reason = e.to_string())),
    };
    sort(&mut found, args.port);
    let printed = if args.json {
        print_json(&found)
    } else if found.is_empty() {
        print(t!("lines-none", port = args.port))
    } else {
        write(rows(&found).as_bytes())
    };
    unless_unprinted(ExitCode::SUCCESS, printed)
}

/// Sockets that listen come first, then those that have the port themselves; in each group in the order of the states.
fn sort(found: &mut [TcpSocket], port: u16) {
    let order = |state| TcpState::ALL.iter().position(|&of| of == state);
    found.sort_by_key(|socket| {
        (
            Reverse(socket.state == TcpState::Listen),
            socket.local.port() != port,
            order(socket.state),
            socket.peer,
            socket.local,
        )
    });
}

/// A line of headings and one for each socket, in columns.
fn rows(found: &[TcpSocket]) -> String {
    let mut rows = vec![[
        t!("lines-state"),
        t!("lines-local"),
        t!("lines-peer"),
        t!("lines-receive-queue"),
        t!("lines-send-queue"),
        t!("lines-rtt"),
        t!("lines-retransmitted"),
        t!("lines-left"),
    ]];
    rows.extend(found.iter().map(row));
    table::table(&rows, 3)
}

fn row(socket: &TcpSocket) -> [String; 8] {
    let info = socket.info.unwrap_or_default();
    let peer = match peer(socket) {
        Some(peer) => peer.to_string(),
        None => String::from("*"),
    };
    [
        socket.state.to_string(),
        socket.local.to_string(),
        peer,
        number(socket.receive_queue),
        number(socket.send_queue),
        info.rtt.map(millis).unwrap_or_default(),
        info.retransmitted
            .map(|count| retransmitted(count, info.segments_sent))
            .unwrap_or_default(),
        socket
            .time_wait_left
            .map(|left| left.as_secs_f64().ceil().to_string())
            .unwrap_or_default(),
    ]
}

/// The other end, unless the socket listens.
fn peer(socket: &TcpSocket) -> Option<SocketAddr> {
    Some(socket.peer).filter(|_| socket.state != TcpState::Listen)
}

/// Nothing where the system does not say.
fn number(number: Option<u32>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn millis(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1000.0;
    let decimals = if millis < 10.0 { 2 } else { 1 };
    format!("{millis:.decimals$}")
}

/// How many segments, and their share of those sent.
fn retransmitted(count: u32, sent: Option<u32>) -> String {
    match sent {
        Some(sent) if count > 0 && sent > 0 => {
            let share = f64::from(count) / f64::from(sent) * 100.0;
            format!("{count} ({share:.1} %)")
        }
        _ => count.to_string(),
    }
}

/// One element of `--json`. The keys are listed in `help-lines-more`.
#[derive(Serialize)]
struct Entry {
    state: &'static str,
    local_address: IpAddr,
    local_port: u16,
    peer_address: Option<IpAddr>,
    peer_port: Option<u16>,
    receive_queue_bytes: Option<u32>,
    send_queue_bytes: Option<u32>,
    waiting_connections: Option<u32>,
    backlog_connections: Option<u32>,
    time_wait_left_ms: Option<f64>,
    rtt_ms: Option<f64>,
    min_rtt_ms: Option<f64>,
    sent_bytes: Option<u64>,
    acknowledged_bytes: Option<u64>,
    received_bytes: Option<u64>,
    retransmitted_bytes: Option<u64>,
    sent_segments: Option<u32>,
    received_segments: Option<u32>,
    retransmitted_segments: Option<u32>,
    segment_size_bytes: Option<u32>,
    congestion_window_segments: Option<u32>,
    peer_window_bytes: Option<u32>,
    own_window_bytes: Option<u32>,
    delivery_rate_bytes_per_s: Option<u64>,
    is_app_limited: Option<bool>,
    busy_ms: Option<f64>,
    window_limited_ms: Option<f64>,
    buffer_limited_ms: Option<f64>,
}

impl Entry {
    fn new(socket: &TcpSocket) -> Self {
        let listens = socket.state == TcpState::Listen;
        let of_listener = |number: Option<u32>| number.filter(|_| listens);
        let of_connection = |number: Option<u32>| number.filter(|_| !listens);
        let millis = |time: Option<Duration>| time.map(|time| time.as_secs_f64() * 1000.0);
        let peer = peer(socket);
        let info: TcpInfo = socket.info.unwrap_or_default();
        Self {
            state: socket.state.name(),
            local_address: socket.local.ip(),
            local_port: socket.local.port(),
            peer_address: peer.map(|peer| peer.ip()),
            peer_port: peer.map(|peer| peer.port()),
            receive_queue_bytes: of_connection(socket.receive_queue),
            send_queue_bytes: of_connection(socket.send_queue),
            waiting_connections: of_listener(socket.receive_queue),
            backlog_connections: of_listener(socket.send_queue),
            time_wait_left_ms: millis(socket.time_wait_left),
            rtt_ms: millis(info.rtt),
            min_rtt_ms: millis(info.min_rtt),
            sent_bytes: info.bytes_sent,
            acknowledged_bytes: info.bytes_acked,
            received_bytes: info.bytes_received,
            retransmitted_bytes: info.bytes_retransmitted,
            sent_segments: info.segments_sent,
            received_segments: info.segments_received,
            retransmitted_segments: info.retransmitted,
            segment_size_bytes: info.segment_size,
            congestion_window_segments: info.congestion_window,
            peer_window_bytes: info.peer_window,
            own_window_bytes: info.own_window,
            delivery_rate_bytes_per_s: info.delivery_rate,
            is_app_limited: info.is_app_limited,
            busy_ms: millis(info.busy),
            window_limited_ms: millis(info.window_limited),
            buffer_limited_ms: millis(info.buffer_limited),
        }
    }
}

fn print_json(found: &[TcpSocket]) -> io::Result<()> {
    let entries: Vec<_> = found.iter().map(Entry::new).collect();
    let mut text = serde_json::to_vec_pretty(&entries)?;
    text.push(b'\n');
    write(&text)
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::text::{Language, set_language};

    fn socket(state: TcpState, local: &str, peer: &str) -> TcpSocket {
        TcpSocket {
            local: local.parse().unwrap(),
            peer: peer.parse().unwrap(),
            state,
            receive_queue: Some(0),
            send_queue: Some(17),
            time_wait_left: (state == TcpState::TimeWait).then(|| Duration::from_millis(40_100)),
            info: (state == TcpState::Established).then(|| TcpInfo {
                rtt: Some(Duration::from_micros(1_234)),
                retransmitted: Some(3),
                segments_sent: Some(1000),
                ..TcpInfo::default()
            }),
        }
    }

    fn found() -> Vec<TcpSocket> {
        let mut found = vec![
            socket(TcpState::Established, "127.0.0.1:5000", "127.0.0.1:8080"),
            socket(TcpState::TimeWait, "10.0.0.1:8080", "10.0.0.2:1000"),
            socket(TcpState::Established, "127.0.0.1:8080", "127.0.0.1:5000"),
            socket(TcpState::Listen, "[::]:8080", "[::]:0"),
        ];
        sort(&mut found, 8080);
        found
    }

    #[test]
    fn the_columns_are_aligned_in_both_languages() {
        let expected = "\
STATE        LOCAL           PEER            RECV-Q  SEND-Q  RTT (ms)  RETRANSMITTED  LEFT (s)
LISTEN       [::]:8080       *                    0      17
ESTABLISHED  127.0.0.1:8080  127.0.0.1:5000       0      17      1.23      3 (0.3 %)
TIME-WAIT    10.0.0.1:8080   10.0.0.2:1000        0      17                                 41
ESTABLISHED  127.0.0.1:5000  127.0.0.1:8080       0      17      1.23      3 (0.3 %)
";
        assert_eq!(rows(&found()), expected);
        set_language(Language::Chinese);
        let text = rows(&found());
        let widths: Vec<_> = text.lines().map(UnicodeWidthStr::width).collect();
        // The first line, the one with what is left, and the two that end with the column before it.
        assert_eq!(widths[0], widths[3]);
        assert_eq!(widths[2], widths[4]);
        assert!(text.starts_with("状态"), "{text}");
    }

    #[test]
    fn json_says_what_is_known_and_null_for_the_rest() {
        let entries: Vec<_> = found().iter().map(Entry::new).collect();
        let json = serde_json::to_value(entries).unwrap();
        let (listens, connected) = (&json[0], &json[1]);
        assert_eq!(listens["state"], "LISTEN");
        assert_eq!(listens["local_address"], "::");
        assert_eq!(listens["backlog_connections"], 17);
        assert!(listens["peer_port"].is_null() && listens["send_queue_bytes"].is_null());
        assert_eq!(connected["peer_port"], 5000);
        assert_eq!(connected["rtt_ms"], 1.234);
        assert_eq!(connected["send_queue_bytes"], 17);
        assert!(connected["min_rtt_ms"].is_null() && connected["waiting_connections"].is_null());
        assert_eq!(json[2]["time_wait_left_ms"], 40_100.0);
    }

    #[test]
    fn the_help_lists_every_key() {
        let entry = serde_json::to_value(Entry::new(&found()[0])).unwrap();
        let keys: Vec<_> = entry.as_object().unwrap().keys().cloned().collect();
        for language in [Language::English, Language::Chinese] {
            set_language(language);
            let help = t!("help-lines-more");
            for key in &keys {
                assert!(help.contains(key), "{key}");
            }
        }
    }
}
