//! The verdict where this side sends.

use std::time::Duration;

use super::span::{STALL, Span, System, share};
use super::{Access, Circumstances, Evidence, Part, Stall, Verdict, line_rate};
use crate::transfer::Direction;
use crate::transport::tcp::TcpInfo;
use crate::transport::trace::Sample;

/// Less of the time with something on its way means that this side is too slow.
const BUSY: f64 = 0.8;
/// For so much of the busy time a window or a buffer was full, or of the time the disk was waited for.
const LIMITED: f64 = 0.3;
/// Disks are the cause when they were waited for so long.
const MOSTLY: f64 = 0.5;
/// More loss than this slows TCP down.
const LOSS: f64 = 0.01;
/// What a queue that overflows loses at most: more is another cause.
const OVERFLOW: f64 = 0.05;
/// A window that never grows beyond this is small.
const SMALL_WINDOW: u32 = 256 * 1024;

/// What limited the sending.
pub(super) fn verdict(span: &Span<'_>, circumstances: &Circumstances) -> Verdict {
    if let Some(stalled) = stalled(span, circumstances) {
        return stalled;
    }
    let rate = span.rate(Direction::Upload);
    if let Some(verdict) = circumstances.by_rate(span, rate) {
        return verdict;
    }
    if span.share_between() >= MOSTLY {
        let share = span.share_between();
        return Verdict::Requests { share };
    }
    let (disk, send) = (
        span.share(span.waits.disk_read),
        span.share(span.waits.send),
    );
    let reading = Verdict::Disk {
        waited: disk,
        access: Access::Read,
    };
    if disk >= MOSTLY && send < LIMITED {
        return reading;
    }
    let Some((system, busy)) = span.system.as_ref().and_then(|of| Some((of, of.busy?))) else {
        return unseen(span, circumstances, rate);
    };
    let busy_share = share(busy, system.active);
    let is_window_worse = share(system.window_limited, system.active) > 1.0 - busy_share;
    if busy_share < BUSY && !is_window_worse {
        let processor = span.share(span.waits.processor);
        return if disk >= LIMITED && disk > processor {
            reading
        } else {
            idle(1.0 - busy_share)
        };
    }
    let window = share(system.window_limited, busy);
    if window > LIMITED {
        return Verdict::Receiver {
            full: window,
            // Though the receiver reads.
            small: span.small_window(rate, SMALL_WINDOW, |info| info.peer_window),
        };
    }
    let buffer = share(system.buffer_limited, busy);
    if buffer > LIMITED {
        return Verdict::SendBuffer { full: buffer };
    }
    if send >= MOSTLY && span.share_of_samples(is_buffer_full) >= MOSTLY {
        return Verdict::SendBuffer { full: send };
    }
    let queue = span.queue(|info| info.rtt);
    let loss = loss(system);
    if loss > OVERFLOW || loss > LOSS && queue.is_none() {
        return Verdict::Loss {
            share: loss,
            evidence: Evidence::Retransmitted,
        };
    }
    if let Some(line) = circumstances.usual_line(rate) {
        return Verdict::FullSpeed { line: Some(line) };
    }
    if queue.is_some() {
        return Verdict::Network { queue };
    }
    if circumstances.is_loopback {
        return Verdict::FullSpeed { line: None };
    }
    // Acknowledgements that are delayed make it look busy.
    let is_starved = |sample: &Sample, info: &TcpInfo| {
        info.is_app_limited == Some(true)
            && info.unsent == Some(0)
            && sample.send_queue.is_some_and(|queue| queue < SMALL_WINDOW)
    };
    let starved = span.share_of_samples(is_starved);
    if starved >= MOSTLY && send < LIMITED {
        return idle(starved);
    }
    Verdict::Network { queue: None }
}

fn idle(idle: f64) -> Verdict {
    Verdict::Program {
        idle,
        part: Part::Sender,
    }
}

/// All of the send buffer is on its way, and the network would take more. Linux counts this as limited by the buffer only
/// where the program was refused before the last segment left.
fn is_buffer_full(sample: &Sample, info: &TcpInfo) -> bool {
    /// Less than what Landline lets the system keep unsent where the network is what limits.
    const LITTLE: u32 = 16 * 1024;

    let (Some(in_flight), Some(window)) = (info.in_flight, info.congestion_window) else {
        return false;
    };
    sample.send_queue.is_some_and(|queue| queue > 0)
        && info.unsent.is_some_and(|unsent| unsent < LITTLE)
        && in_flight < window / 4 * 3
}

/// Without figures of the system, all that is known is whether this side waited.
fn unseen(span: &Span<'_>, circumstances: &Circumstances, rate: f64) -> Verdict {
    let (disk, send) = (
        span.share(span.waits.disk_read),
        span.share(span.waits.send),
    );
    match circumstances.usual_line(rate) {
        Some(line) => Verdict::FullSpeed { line: Some(line) },
        None if circumstances.is_loopback && line_rate::is_memory_speed(rate) => {
            Verdict::FullSpeed { line: None }
        }
        None if send >= MOSTLY => Verdict::Elsewhere { waited: send },
        None if disk >= LIMITED => Verdict::Disk {
            waited: disk,
            access: Access::Read,
        },
        None => Verdict::Elsewhere { waited: send },
    }
}

/// Nothing was acknowledged for long.
fn stalled(span: &Span<'_>, circumstances: &Circumstances) -> Option<Verdict> {
    if circumstances.is_complete {
        return None;
    }
    let (last, info) = span.with_info.last()?;
    let acked = info.bytes_acked?;
    let since = span
        .with_info
        .iter()
        .find(|(_, info)| info.bytes_acked == Some(acked))
        .map(|(sample, _)| sample.at)?;
    let time = circumstances.until.saturating_sub(since);
    if time < STALL || last.send_queue == Some(0) && info.in_flight.unwrap_or(0) == 0 {
        return None;
    }
    let during = |of: Option<Duration>| of.unwrap_or_default();
    let before = span
        .with_info
        .iter()
        .find(|(sample, _)| sample.at == since)
        .map(|(_, info)| during(info.window_limited))?;
    let window = during(info.window_limited).saturating_sub(before);
    let what = if share(window, last.at.saturating_sub(since)) > MOSTLY {
        Stall::Reading
    } else {
        Stall::Acknowledging
    };
    Some(Verdict::Stalled { time, what })
}

/// The share of the segments that were retransmitted.
fn loss(system: &System) -> f64 {
    match system.retransmitted {
        Some(lost) if system.segments_sent > 0 => {
            (f64::from(lost) / f64::from(system.segments_sent)).min(1.0)
        }
        _ => 0.0,
    }
}
