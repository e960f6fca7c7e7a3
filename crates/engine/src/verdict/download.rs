//! The verdict where this side receives.

use std::time::Duration;

use super::span::{STALL, Span, System};
use super::{Access, Circumstances, Evidence, Part, Stall, Verdict, line_rate};
use crate::transfer::Direction;

/// What takes so much of the time limits the rest.
const MOSTLY: f64 = 0.5;
/// More segments out of order than this mean loss.
const OUT_OF_ORDER: f64 = 0.02;
/// What a queue that overflows brings about at most: more is another cause.
const OVERFLOW: f64 = 0.2;
/// A wait of less may be the network's: Wi-Fi and others deliver in bursts.
const PAUSE: Duration = Duration::from_millis(16);
/// A pause lasts at least so many round trips, and so many times as long as one segment takes on average.
const LONGER: u32 = 4;
/// What a segment usually carries, in bytes.
const SEGMENT: f64 = 1448.0;
/// A window that never grows beyond this is small.
const SMALL_WINDOW: u32 = 64 * 1024;

/// What limited the receiving.
pub(super) fn verdict(span: &Span<'_>, circumstances: &Circumstances) -> Verdict {
    let rate = span.rate(Direction::Download);
    let waits = &span.waits;
    let receive = span.share(waits.receive);
    if let Some(time) = stalled(span, circumstances) {
        let what = Stall::Sending;
        return Verdict::Stalled { time, what };
    }
    if let Some(verdict) = circumstances.by_rate(span, rate) {
        return verdict;
    }
    if let Some(own) = own(span) {
        return own;
    }
    if span.share_between() >= MOSTLY {
        let share = span.share_between();
        return Verdict::Requests { share };
    }
    let queue = span.queue(|info| info.receive_rtt);
    let out_of_order = out_of_order(span.system.as_ref());
    if out_of_order > OVERFLOW || out_of_order > OUT_OF_ORDER && queue.is_none() {
        return Verdict::Loss {
            share: out_of_order,
            evidence: Evidence::OutOfOrder,
        };
    }
    if let Some(line) = circumstances.usual_line(rate) {
        return Verdict::FullSpeed { line: Some(line) };
    }
    if circumstances.is_loopback && line_rate::is_memory_speed(rate) {
        return Verdict::FullSpeed { line: None };
    }
    let paused = span.share(waits.pauses.of_at_least(pause(span)));
    if paused >= MOSTLY {
        return Verdict::Server { waited: paused };
    }
    if queue.is_some() {
        return Verdict::Network { queue };
    }
    if let Some(window) = span.small_window(rate, SMALL_WINDOW, |info| info.own_window) {
        return Verdict::OwnWindow { window };
    }
    Verdict::Elsewhere { waited: receive }
}

/// What this side did instead of receiving, if that took most of the time.
fn own(span: &Span<'_>) -> Option<Verdict> {
    let waits = &span.waits;
    let parts = [waits.disk_write, waits.output, waits.hash];
    let total = parts.iter().sum::<Duration>();
    let [disk, output, hash] = parts.map(|time| span.share(time));
    if span.share(total) >= MOSTLY {
        return Some(if disk >= output.max(hash) {
            Verdict::Disk {
                waited: disk,
                access: Access::Write,
            }
        } else if output >= hash {
            Verdict::Output { waited: output }
        } else {
            Verdict::Hasher { waited: hash }
        });
    }
    let idle = span.share(span.active().saturating_sub(waits.receive + total));
    let full = span.share_of_samples(|sample, _| sample.receive_queue > Some(0));
    (idle >= MOSTLY && full >= MOSTLY).then_some(Verdict::Program {
        idle,
        part: Part::Receiver,
    })
}

/// How long nothing has arrived, if that is long and this side waited for it.
fn stalled(span: &Span<'_>, circumstances: &Circumstances) -> Option<Duration> {
    if circumstances.is_complete {
        return None;
    }
    let last = circumstances.last_byte.unwrap_or(circumstances.since);
    let time = circumstances
        .until
        .saturating_sub(last.max(circumstances.since));
    // That wait is a single one, but for the moments in which the reading looked for a cancel.
    let waited = span.waits.pauses.of_at_least(Duration::from_millis(64));
    (time >= STALL && waited.as_secs_f64() >= time.as_secs_f64() * 0.8).then_some(time)
}

/// What counts as a pause of the server, and not as the network's pace.
fn pause(span: &Span<'_>) -> Duration {
    // Segments over loopback are larger, but nowhere is a line so slow.
    let each = Duration::try_from_secs_f64(SEGMENT / span.rate(Direction::Download).max(1.0));
    let each = each.unwrap_or_default();
    let (_, last) = span.with_info.last().copied().unzip();
    let rtt = last.and_then(|info| info.min_rtt).unwrap_or_default();
    PAUSE.max(each * LONGER).max(rtt * LONGER)
}

/// The share of the segments that arrived out of order.
fn out_of_order(system: Option<&System>) -> f64 {
    match system {
        Some(System {
            out_of_order: Some(count),
            segments_received,
            ..
        }) if *segments_received > 0 => {
            (f64::from(*count) / f64::from(*segments_received)).min(1.0)
        }
        _ => 0.0,
    }
}
