//! One row per situation: what the system and Landline counted in it, and the verdict.

use std::time::Duration;

use proptest::prelude::*;

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

#[test]
fn figures_are_those_of_the_time_in_question() {
    let slow = sends(3_000_000, 990, 970, 0).after_secs(30, Direction::Upload);
    assert_eq!(
        (slow.time, slow.is_whole, slow.lost),
        (SEC * 10, false, Some(0))
    );
    assert!((slow.rate - 3e6).abs() < 1.0);
    let Verdict::Receiver { full, small: None } = slow.verdict else {
        panic!("{slow:?}");
    };
    assert!((full - 970.0 / 990.0).abs() < 1e-9);
    assert_eq!(slow.verdict.part(), Some(Part::Receiver));
    let small = |bytes| sends(bytes, 990, 970, 0).info(|info| info.peer_window = Some(4_096));
    let slow = small(300_000).after_secs(3, Direction::Upload).verdict;
    assert!(
        matches!(slow, Verdict::Receiver { small: None, .. }),
        "{slow:?}"
    );
    let small = small(12_000_000);
    let small = small.after_secs(3, Direction::Upload).verdict;
    assert!(
        matches!(
            small,
            Verdict::Receiver {
                small: Some(4_096),
                ..
            }
        ),
        "{small:?}"
    );
    // One sample is enough: the system has counted since the connection was opened.
    let one = [sends(3_000_000, 990, 970, 0).after(5, 5)];
    let single = of_samples(&one, &circumstances(Direction::Upload, SEC * 5));
    assert_eq!(
        (name(&single.verdict).as_str(), single.is_whole),
        ("Receiver", true)
    );
}

#[test]
fn a_line_that_is_full_limits_nothing_else() {
    let mut of = circumstances(Direction::Upload, SEC * 4);
    of.line = Some(100_000_000);
    let each = sends(11_700_000, 990, 600, 0);
    let samples: Vec<_> = (1..=4).map(|at| each.after(at, 4)).collect();
    let full = Verdict::FullSpeed { line: of.line };
    assert_eq!(of_samples(&samples, &of).verdict, full);
    assert_eq!(
        (full.part(), full.tone()),
        (Some(Part::Network), Tone::Good)
    );
    of.line = Some(1_000_000_000);
    assert_eq!(name(&of_samples(&samples, &of).verdict), "Receiver");
}

#[test]
fn short_transfers_have_a_verdict_only_at_full_speed() {
    let (direction, until) = (Direction::Download, ms(500));
    let mut sample = receives(58_000_000, 400, 0).after(1, 1);
    (sample.at, sample.waits.active) = (until, until);
    let mut of = circumstances(direction, until);
    let verdict =
        |sample: &Sample, of: &Circumstances| of_samples(std::slice::from_ref(sample), of).verdict;
    assert_eq!(verdict(&sample, &of), Verdict::Measuring);
    of.is_over = true;
    let line = Some(1_000_000_000);
    assert_eq!(verdict(&sample, &of), Verdict::FullSpeed { line });
    sample.received /= 2;
    assert_eq!(verdict(&sample, &of), Verdict::TooShort);
    of.is_own_reset = Some(true);
    assert_eq!(verdict(&sample, &of), Verdict::Reset { is_own: true });
}

#[test]
fn a_stall_is_named_while_it_lasts_and_after_it_was_given_up() {
    for is_over in [false, true] {
        for (window, what) in [(990, Stall::Reading), (0, Stall::Acknowledging)] {
            let each = sends(2_000_000, 990, window, 0);
            let samples: Vec<_> = (1..=8).map(|at| each.after(at, 2)).collect();
            let mut of = circumstances(Direction::Upload, SEC * 8);
            of.is_over = is_over;
            let time = SEC * 6;
            assert_eq!(
                of_samples(&samples, &of).verdict,
                Verdict::Stalled { time, what }
            );
        }
        let each = receives(2_000_000, 990, 990);
        let samples: Vec<_> = (1..=8).map(|at| each.after(at, 2)).collect();
        let mut of = circumstances(Direction::Download, SEC * 8);
        (of.is_over, of.last_byte) = (is_over, Some(SEC * 2));
        let (time, what) = (SEC * 6, Stall::Sending);
        assert_eq!(
            of_samples(&samples, &of).verdict,
            Verdict::Stalled { time, what }
        );
        // What is complete has not stalled.
        of.is_complete = true;
        assert_ne!(name(&of_samples(&samples, &of).verdict), "Stalled");
    }
}

#[test]
fn a_reset_is_the_verdict_if_something_was_still_to_come() {
    let each = sends(3_000_000, 990, 970, 0);
    let samples: Vec<_> = (1..=4).map(|at| each.after(at, 4)).collect();
    let mut of = circumstances(Direction::Upload, SEC * 4);
    of.is_over = true;
    of.is_own_reset = Some(false);
    let reset = of_samples(&samples, &of).verdict;
    assert_eq!(reset, Verdict::Reset { is_own: false });
    assert_eq!((reset.part(), reset.tone()), (None, Tone::Error));
    // A cancel of this side says nothing, why it was slow does.
    of.is_own_reset = Some(true);
    assert_eq!(name(&of_samples(&samples, &of).verdict), "Receiver");
    (of.is_own_reset, of.is_complete) = (Some(false), true);
    assert_eq!(name(&of_samples(&samples, &of).verdict), "Receiver");
}

#[test]
fn without_the_systems_figures_only_what_is_known_is_said() {
    let blind = |each: Each, direction| {
        let samples: Vec<_> = (1..=4)
            .map(|at| Sample {
                info: None,
                ..each.after(at, 4)
            })
            .collect();
        name(&of_samples(&samples, &circumstances(direction, SEC * 4)).verdict)
    };
    let mb = 1_000_000;
    assert_eq!(
        blind(sends(3 * mb, 990, 970, 0), Direction::Upload),
        "Elsewhere"
    );
    assert_eq!(
        blind(sends(117 * mb, 990, 970, 0), Direction::Upload),
        "FullSpeed"
    );
    let disk = sends(3 * mb, 200, 0, 0).waits(|waits| waits.disk_read = ms(900));
    assert_eq!(blind(disk, Direction::Upload), "Disk");
    assert_eq!(blind(receives(mb, 990, 50), Direction::Download), "Server");
    assert_eq!(
        blind(receives(mb, 990, 1), Direction::Download),
        "Elsewhere"
    );
}

fn any_time() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        (0..100_000_u64).prop_map(ms),
        Just(Duration::MAX)
    ]
}

prop_compose! {
    fn any_sample()(
        times in prop::array::uniform12(any_time()),
        counts in prop::array::uniform8(any::<u32>()),
        bytes in any::<u64>(),
        has_info in any::<bool>(),
        is_app_limited in any::<Option<bool>>(),
    ) -> Sample {
        let info = TcpInfo {
            rtt: Some(times[0]),
            min_rtt: Some(times[1] / 4),
            receive_rtt: Some(times[2]),
            bytes_acked: Some(bytes),
            segments_sent: Some(counts[0]),
            segments_received: Some(counts[1]),
            retransmitted: Some(counts[2]),
            out_of_order: Some(counts[3]),
            in_flight: Some(counts[4]),
            unsent: Some(counts[4]),
            peer_window: Some(counts[5]),
            own_window: Some(counts[5]),
            busy: Some(times[3]),
            window_limited: Some(times[4]),
            buffer_limited: Some(times[5]),
            is_app_limited,
            ..TcpInfo::default()
        };
        let mut waits = Waits {
            receive: times[6] / 8,
            send: times[7],
            disk_read: times[8],
            disk_write: times[9] / 8,
            output: times[10] / 8,
            active: times[11],
            ..Waits::default()
        };
        waits.pauses.add(times[6] / 8);
        Sample {
            at: times[0],
            state: TcpState::Established,
            peer_state: None,
            receive_queue: Some(counts[6]),
            send_queue: Some(counts[7]),
            time_wait_left: None,
            peer_time_wait_left: None,
            info: has_info.then_some(info),
            sent: bytes,
            received: bytes,
            waits,
        }
    }
}

proptest! {
    #[test]
    fn shares_are_shares_whatever_comes(
        samples in prop::collection::vec(any_sample(), 0..8),
        times in prop::array::uniform3(any_time()),
        flags in prop::array::uniform4(any::<bool>()),
        is_own_reset in any::<Option<bool>>(),
        line in prop_oneof![Just(None), any::<u64>().prop_map(Some)],
    ) {
        let of = Circumstances {
            direction: if flags[0] { Direction::Upload } else { Direction::Download },
            since: times[0],
            until: times[1],
            is_over: flags[1],
            is_complete: flags[2],
            is_own_reset,
            line,
            is_loopback: flags[3],
            last_byte: Some(times[2]),
        };
        let finding = of_samples(&samples, &of);
        prop_assert!(finding.rate >= 0.0 && finding.rate.is_finite());
        let share = match finding.verdict {
            Verdict::Receiver { full: share, .. }
            | Verdict::Disk { waited: share, .. }
            | Verdict::Output { waited: share }
            | Verdict::Hasher { waited: share }
            | Verdict::Program { idle: share, .. }
            | Verdict::SendBuffer { full: share }
            | Verdict::Loss { share, .. }
            | Verdict::Server { waited: share }
            | Verdict::Elsewhere { waited: share }
            | Verdict::Requests { share } => share,
            _ => 0.0,
        };
        prop_assert!((0.0..=1.0).contains(&share), "{finding:?}");
    }
}
