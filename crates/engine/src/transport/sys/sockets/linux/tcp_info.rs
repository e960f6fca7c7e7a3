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
