//! Verdicts over any figures, however absurd.

use proptest::prelude::*;

use super::*;

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
