//! One row per situation: what the system and Landline counted in it, and the verdict.

mod any;
mod figures;

use std::time::Duration;

use super::*;
use crate::transport::tcp::{TcpInfo, TcpState};
use crate::transport::trace::Waits;

const SEC: Duration = Duration::from_secs(1);

fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// What happens in each second.
#[derive(Clone, Copy)]
struct Each {
    bytes: u64,
    info: TcpInfo,
    waits: Waits,
    receive_queue: u32,
    send_queue: u32,
}

/// What a sender sees: busy, limited by a full window and by a full buffer, in ms.
fn sends(bytes: u64, busy: u64, window: u64, buffer: u64) -> Each {
    Each {
        bytes,
        info: TcpInfo {
            busy: Some(ms(busy)),
            window_limited: Some(ms(window)),
            buffer_limited: Some(ms(buffer)),
            bytes_acked: Some(bytes),
            segments_sent: Some(segments(bytes)),
            retransmitted: Some(0),
            rtt: Some(Duration::from_micros(400)),
            min_rtt: Some(Duration::from_micros(300)),
            in_flight: Some(10),
            unsent: Some(100_000),
            ..TcpInfo::default()
        },
        waits: Waits {
            send: ms(busy.saturating_sub(100)),
            active: SEC,
            ..Waits::default()
        },
        receive_queue: 0,
        send_queue: 100_000,
    }
}

/// What a receiver sees, which waited for so many ms in waits that lasted `pause`.
fn receives(bytes: u64, receive: u64, pause: u64) -> Each {
    let mut waits = Waits {
        receive: ms(receive),
        active: SEC,
        ..Waits::default()
    };
    for _ in 0..receive / pause.max(1) {
        waits.pauses.add(ms(pause));
    }
    Each {
        bytes,
        info: TcpInfo {
            bytes_received: Some(bytes),
            segments_received: Some(segments(bytes)),
            out_of_order: Some(0),
            min_rtt: Some(Duration::from_micros(300)),
            receive_rtt: Some(Duration::from_micros(500)),
            own_window: Some(3_000_000),
            ..TcpInfo::default()
        },
        waits,
        receive_queue: 0,
        send_queue: 0,
    }
}

fn segments(bytes: u64) -> u32 {
    u32::try_from(bytes / 1448).unwrap()
}

impl Each {
    fn info(mut self, change: impl FnOnce(&mut TcpInfo)) -> Self {
        change(&mut self.info);
        self
    }

    fn waits(mut self, change: impl FnOnce(&mut Waits)) -> Self {
        change(&mut self.waits);
        self
    }

    fn queue(mut self, bytes: u32) -> Self {
        self.receive_queue = bytes;
        self
    }

    /// The sample after `secs` seconds, of which data passed in the first `moving`.
    fn after(&self, secs: u32, moving: u32) -> Sample {
        let moved = secs.min(moving);
        let (time, info) = (|of: Option<Duration>| Some(of? * secs), &self.info);
        let count = |of: Option<u32>| Some(of? * moved);
        let bytes = |of: Option<u64>| Some(of? * u64::from(moved));
        let waits = &self.waits;
        let mut all = Waits {
            receive: waits.receive * secs,
            send: waits.send * secs,
            disk_read: waits.disk_read * secs,
            disk_write: waits.disk_write * secs,
            output: waits.output * secs,
            hash: waits.hash * secs,
            processor: waits.processor * secs,
            active: waits.active * secs,
            ..Waits::default()
        };
        for _ in 0..secs {
            all.pauses = all.pauses.plus(&waits.pauses);
        }
        Sample {
            at: SEC * secs,
            state: TcpState::Established,
            peer_state: None,
            receive_queue: Some(self.receive_queue),
            send_queue: Some(self.send_queue),
            time_wait_left: None,
            peer_time_wait_left: None,
            info: Some(TcpInfo {
                busy: time(info.busy),
                window_limited: time(info.window_limited),
                buffer_limited: time(info.buffer_limited),
                bytes_acked: bytes(info.bytes_acked),
                bytes_received: bytes(info.bytes_received),
                segments_sent: count(info.segments_sent),
                segments_received: count(info.segments_received),
                retransmitted: count(info.retransmitted),
                out_of_order: count(info.out_of_order),
                ..*info
            }),
            sent: self.bytes * u64::from(moved),
            received: self.bytes * u64::from(moved),
            waits: all,
        }
    }

    /// The verdict after `secs` seconds.
    fn after_secs(&self, secs: u32, direction: Direction) -> Finding {
        let samples: Vec<_> = (1..=secs).map(|at| self.after(at, secs)).collect();
        of_samples(&samples, &circumstances(direction, SEC * secs))
    }
}

fn circumstances(direction: Direction, until: Duration) -> Circumstances {
    Circumstances {
        direction,
        since: Duration::ZERO,
        until,
        is_over: false,
        is_complete: false,
        is_own_reset: None,
        line: None,
        is_loopback: false,
        last_byte: Some(until),
    }
}

/// The name of the variant.
fn name(verdict: &Verdict) -> String {
    let words = format!("{verdict:?}");
    let end = words.find([' ', '{']).unwrap_or(words.len());
    words[..end].to_owned()
}

#[test]
fn what_limits_sending() {
    let all = 990;
    let mb = 1_000_000;
    let queued = |info: &mut TcpInfo| info.rtt = Some(ms(48));
    let rows = [
        ("slow reader", sends(3 * mb, all, 970, 0), "Receiver"),
        (
            "a window full a third of the time",
            sends(50 * mb, all, 400, 0),
            "Receiver",
        ),
        (
            "a small send buffer that is sent before more is refused",
            sends(4 * mb, all, 0, 20)
                .info(|info| (info.unsent, info.congestion_window) = (Some(0), Some(400))),
            "SendBuffer",
        ),
        (
            "nothing to send, for want of a processor",
            sends(10 * mb, 500, 0, 0)
                .waits(|waits| (waits.disk_read, waits.processor) = (ms(310), ms(400))),
            "Program",
        ),
        (
            "nothing to send now and then, but more often no window",
            sends(10 * mb, 750, 740, 0),
            "Receiver",
        ),
        (
            "small send buffer",
            sends(40 * mb, all, 0, 700),
            "SendBuffer",
        ),
        ("nothing to send", sends(5 * mb, 300, 0, 0), "Program"),
        (
            "nothing to send, as a disk reads slowly",
            sends(10 * mb, 500, 0, 0).waits(|waits| waits.disk_read = ms(450)),
            "Disk",
        ),
        (
            "a disk that delayed acknowledgements hide",
            sends(10 * mb, all, 0, 0)
                .waits(|waits| (waits.disk_read, waits.send) = (ms(950), ms(0))),
            "Disk",
        ),
        (
            "a disk that reads fast enough for the window",
            sends(10 * mb, all, 900, 0).waits(|waits| waits.disk_read = ms(100)),
            "Receiver",
        ),
        (
            "2% loss",
            sends(9 * mb, all, 0, 0).info(|info| info.retransmitted = Some(124)),
            "Loss",
        ),
        (
            "a line of 20 Mbit/s, whose queue overflows now and then",
            sends(2_400_000, all, 0, 0)
                .info(|info| (info.rtt, info.retransmitted) = (Some(ms(48)), Some(30))),
            "Network",
        ),
        (
            "the same without loss",
            sends(2_400_000, all, 0, 0).info(queued),
            "Network",
        ),
        (
            "a slow line without a queue",
            sends(2_400_000, all, 0, 0),
            "Network",
        ),
        (
            "Gigabit Ethernet",
            sends(117_600_000, all, 0, 0),
            "FullSpeed",
        ),
        (
            "Gigabit Ethernet with a queue",
            sends(117_600_000, all, 0, 0).info(queued),
            "FullSpeed",
        ),
        (
            "a program that sends a little now and then",
            sends(mb, all, 0, 0)
                .info(|info| (info.is_app_limited, info.unsent) = (Some(true), Some(0)))
                .waits(|waits| waits.send = ms(0)),
            "Program",
        ),
        (
            "small files, one after the other",
            sends(mb, 100, 0, 0).waits(|waits| waits.active = ms(300)),
            "Requests",
        ),
    ];
    for (what, each, expected) in rows {
        for secs in [4, 30] {
            let finding = each.after_secs(secs, Direction::Upload);
            assert_eq!(name(&finding.verdict), expected, "{what}: {finding:?}");
            assert_eq!(finding.is_whole, secs == 4);
        }
    }
}

#[test]
fn what_limits_receiving() {
    let mb = 1_000_000;
    let rows = [
        (
            "a server that sends every 50 ms",
            receives(mb, 990, 50),
            "Server",
        ),
        (
            "a server or a network that is slow all the time",
            receives(2 * mb, 990, 1),
            "Elsewhere",
        ),
        (
            "a modem, each of whose segments takes 12 ms",
            receives(120_000, 990, 12).info(|info| info.receive_rtt = Some(ms(200))),
            "Network",
        ),
        (
            "a line of 20 Mbit/s with a queue",
            receives(2_400_000, 990, 1)
                .info(|info| (info.receive_rtt, info.out_of_order) = (Some(ms(48)), Some(60))),
            "Network",
        ),
        (
            "loss",
            receives(9 * mb, 990, 8).info(|info| info.out_of_order = Some(600)),
            "Loss",
        ),
        (
            "a slow disk",
            receives(20 * mb, 100, 1).waits(|waits| waits.disk_write = ms(890)),
            "Disk",
        ),
        (
            "a slow reader of a pipe",
            receives(5 * mb, 10, 1).waits(|waits| waits.output = ms(980)),
            "Output",
        ),
        (
            "hashing",
            receives(500 * mb, 300, 1)
                .waits(|waits| (waits.output, waits.hash) = (ms(100), ms(600))),
            "Hasher",
        ),
        (
            "no processor time",
            receives(5 * mb, 100, 1).queue(200_000),
            "Program",
        ),
        ("Gigabit Ethernet", receives(112 * mb, 800, 0), "FullSpeed"),
        (
            "a small window of its own",
            receives(mb, 900, 1).info(|info| info.own_window = Some(6_000)),
            "Elsewhere",
        ),
        (
            "the same, filled once per round trip",
            receives(11 * mb, 900, 1).info(|info| info.own_window = Some(6_000)),
            "OwnWindow",
        ),
        (
            "small files, one after the other",
            receives(mb, 100, 1).waits(|waits| waits.active = ms(300)),
            "Requests",
        ),
    ];
    for (what, each, expected) in rows {
        for secs in [4, 30] {
            let finding = each.after_secs(secs, Direction::Download);
            assert_eq!(name(&finding.verdict), expected, "{what}: {finding:?}");
        }
    }
}
