//! Reads `struct tcp_info` (linux/tcp.h), which grows from one version of Linux to the next: what a shorter one lacks is
//! `None`.

use std::time::Duration;

use crate::transport::tcp::TcpInfo;

/// The place of a field of 4 bytes.
#[derive(Clone, Copy)]
struct Field32(usize);

/// The place of a field of 8 bytes.
#[derive(Clone, Copy)]
struct Field64(usize);

const FLAGS: usize = 7;
const SND_MSS: Field32 = Field32(16);
const RCV_MSS: Field32 = Field32(20);
const UNACKED: Field32 = Field32(24);
const LAST_DATA_SENT: Field32 = Field32(44);
const LAST_DATA_RECV: Field32 = Field32(52);
const RTT: Field32 = Field32(68);
const SND_CWND: Field32 = Field32(80);
const RCV_RTT: Field32 = Field32(92);
const TOTAL_RETRANS: Field32 = Field32(100);
const BYTES_ACKED: Field64 = Field64(120);
const BYTES_RECEIVED: Field64 = Field64(128);
const NOTSENT_BYTES: Field32 = Field32(144);
const MIN_RTT: Field32 = Field32(148);
const DATA_SEGS_IN: Field32 = Field32(152);
const DATA_SEGS_OUT: Field32 = Field32(156);
const DELIVERY_RATE: Field64 = Field64(160);
const BUSY_TIME: Field64 = Field64(168);
const RWND_LIMITED: Field64 = Field64(176);
const SNDBUF_LIMITED: Field64 = Field64(184);
const BYTES_SENT: Field64 = Field64(200);
const BYTES_RETRANS: Field64 = Field64(208);
const RCV_OOOPACK: Field32 = Field32(224);
const SND_WND: Field32 = Field32(228);
/// Since Linux 6.2.
const RCV_WND: Field32 = Field32(232);

/// `tcpi_delivery_rate_app_limited`, the first bit field of its byte.
const APP_LIMITED: u8 = if cfg!(target_endian = "big") { 0x80 } else { 1 };

/// Reads what is there of a `struct tcp_info`.
pub(super) fn read(bytes: &[u8]) -> TcpInfo {
    let int = |Field32(at)| {
        let field = bytes.get(at..at + 4)?;
        Some(u32::from_ne_bytes(field.try_into().ok()?))
    };
    let long = |Field64(at)| {
        let field = bytes.get(at..at + 8)?;
        Some(u64::from_ne_bytes(field.try_into().ok()?))
    };
    let micros = |field| {
        int(field)
            .map(u64::from)
            .map(Duration::from_micros)
            .filter(|time| !time.is_zero())
    };
    let millis = |field| int(field).map(u64::from).map(Duration::from_millis);
    let long_micros = |field| long(field).map(Duration::from_micros);

    let (segments_sent, segments_received) = (int(DATA_SEGS_OUT), int(DATA_SEGS_IN));
    let (bytes_sent, bytes_retransmitted) = (long(BYTES_SENT), long(BYTES_RETRANS));
    // Linux counts an acknowledged SYN and FIN as a byte each.
    let most = bytes_sent
        .zip(bytes_retransmitted)
        .map_or(u64::MAX, |(sent, again)| sent.saturating_sub(again));
    TcpInfo {
        // 0 before the first measurement.
        rtt: micros(RTT),
        // The greatest number before the first measurement.
        min_rtt: int(MIN_RTT)
            .filter(|&micros| micros != u32::MAX)
            .map(|micros| Duration::from_micros(micros.into())),
        receive_rtt: micros(RCV_RTT),
        bytes_sent,
        bytes_acked: long(BYTES_ACKED).map(|acked| acked.min(most)),
        bytes_received: long(BYTES_RECEIVED),
        bytes_retransmitted,
        segments_sent,
        segments_received,
        retransmitted: int(TOTAL_RETRANS),
        in_flight: int(UNACKED),
        out_of_order: int(RCV_OOOPACK),
        unsent: int(NOTSENT_BYTES),
        peer_window: int(SND_WND),
        own_window: int(RCV_WND),
        congestion_window: int(SND_CWND),
        segment_size: int(SND_MSS),
        peer_segment_size: int(RCV_MSS),
        delivery_rate: long(DELIVERY_RATE),
        is_app_limited: long(DELIVERY_RATE)
            .and(bytes.get(FLAGS))
            .map(|flags| flags & APP_LIMITED != 0),
        busy: long_micros(BUSY_TIME),
        window_limited: long_micros(RWND_LIMITED),
        buffer_limited: long_micros(SNDBUF_LIMITED),
        // Both times start with the connection; before the first segment they say nothing about data.
        since_received: millis(LAST_DATA_RECV).filter(|_| segments_received != Some(0)),
        since_sent: millis(LAST_DATA_SENT).filter(|_| segments_sent != Some(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A `struct tcp_info` of Linux 6.18 in which every field differs.
    fn whole() -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..62_u32)
            .flat_map(|word| (1000 + word).to_ne_bytes())
            .collect();
        let mut put =
            |Field64(at), value: u64| bytes[at..at + 8].copy_from_slice(&value.to_ne_bytes());
        put(BYTES_SENT, 9_000_000_007);
        put(BYTES_RETRANS, 7);
        put(BYTES_ACKED, 9_000_000_002);
        put(BYTES_RECEIVED, 5);
        put(DELIVERY_RATE, 6);
        put(BUSY_TIME, 1_000_001);
        put(RWND_LIMITED, 8);
        put(SNDBUF_LIMITED, 9);
        bytes
    }

    #[test]
    fn every_field_has_its_place_and_unit() {
        let info = read(&whole());
        let word = |at: usize| Some(1000 + u32::try_from(at / 4).unwrap());
        let micros = |at| word(at).map(|n| Duration::from_micros(n.into()));
        let millis = |at| word(at).map(|n| Duration::from_millis(n.into()));
        let expected = TcpInfo {
            rtt: micros(68),
            min_rtt: micros(148),
            receive_rtt: micros(92),
            bytes_sent: Some(9_000_000_007),
            bytes_acked: Some(9_000_000_000),
            bytes_received: Some(5),
            bytes_retransmitted: Some(7),
            segments_sent: word(156),
            segments_received: word(152),
            retransmitted: word(100),
            in_flight: word(24),
            out_of_order: word(224),
            unsent: word(144),
            peer_window: word(228),
            own_window: word(232),
            congestion_window: word(80),
            segment_size: word(16),
            peer_segment_size: word(20),
            delivery_rate: Some(6),
            is_app_limited: Some(whole()[7] & 1 == 1),
            busy: Some(Duration::from_micros(1_000_001)),
            window_limited: Some(Duration::from_micros(8)),
            buffer_limited: Some(Duration::from_micros(9)),
            since_received: millis(52),
            since_sent: millis(44),
        };
        assert_eq!(info, expected);
    }

    #[test]
    fn a_shorter_struct_lacks_what_is_behind_its_end() {
        let whole = whole();
        for len in 0..=whole.len() {
            let info = read(&whole[..len]);
            let fields = [
                (72, info.rtt.is_some()),
                (152, info.min_rtt.is_some()),
                (96, info.receive_rtt.is_some()),
                (208, info.bytes_sent.is_some()),
                (128, info.bytes_acked.is_some()),
                (136, info.bytes_received.is_some()),
                (216, info.bytes_retransmitted.is_some()),
                (160, info.segments_sent.is_some()),
                (156, info.segments_received.is_some()),
                (104, info.retransmitted.is_some()),
                (28, info.in_flight.is_some()),
                (228, info.out_of_order.is_some()),
                (148, info.unsent.is_some()),
                (232, info.peer_window.is_some()),
                (236, info.own_window.is_some()),
                (84, info.congestion_window.is_some()),
                (20, info.segment_size.is_some()),
                (24, info.peer_segment_size.is_some()),
                (168, info.delivery_rate.is_some()),
                (168, info.is_app_limited.is_some()),
                (176, info.busy.is_some()),
                (184, info.window_limited.is_some()),
                (192, info.buffer_limited.is_some()),
                (56, info.since_received.is_some()),
                (48, info.since_sent.is_some()),
            ];
            for (end, is_there) in fields {
                assert_eq!(is_there, len >= end, "the field before {end} of {len}");
            }
        }
    }

    #[test]
    fn what_was_not_measured_is_none() {
        let mut bytes = vec![0; 248];
        bytes[MIN_RTT.0..MIN_RTT.0 + 4].fill(0xff);
        let info = read(&bytes);
        assert_eq!(
            (info.rtt, info.min_rtt, info.receive_rtt),
            (None, None, None)
        );
        assert_eq!((info.since_received, info.since_sent), (None, None));
        assert_eq!(info.is_app_limited, Some(false));
        bytes[FLAGS] = APP_LIMITED;
        assert_eq!(read(&bytes).is_app_limited, Some(true));
    }

    /// The client's SYN and both FINs count in the kernel, not here.
    #[test]
    fn only_bytes_that_were_sent_count_as_acknowledged() {
        let mut bytes = vec![0; 248];
        for (Field64(at), value) in [
            (BYTES_SENT, 110_u64),
            (BYTES_RETRANS, 10),
            (BYTES_ACKED, 102),
        ] {
            bytes[at..at + 8].copy_from_slice(&value.to_ne_bytes());
        }
        assert_eq!(read(&bytes).bytes_acked, Some(100));
    }
}
