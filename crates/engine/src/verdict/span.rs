//! What came between two samples: the differences of the counters.

use std::time::Duration;

use super::{Circumstances, RECENT};
use crate::transfer::Direction;
use crate::transport::tcp::TcpInfo;
use crate::transport::trace::{Sample, Waits};

/// Nothing can be told from less.
const LEAST: Duration = Duration::from_millis(900);

/// Nothing has passed for so long that it counts as a stall.
pub(super) const STALL: Duration = Duration::from_secs(3);

/// The samples of the time in question, and the differences between the first and the last of them.
#[derive(Debug)]
pub(super) struct Span<'a> {
    /// The samples with the system's figures.
    pub(super) with_info: Vec<(&'a Sample, &'a TcpInfo)>,
    /// The time in all.
    pub(super) elapsed: Duration,
    /// Whether nothing came before.
    pub(super) is_whole: bool,
    /// What was waited for.
    pub(super) waits: Waits,
    /// Bytes of the program.
    sent: u64,
    received: u64,
    /// What the system counted, if it did.
    pub(super) system: Option<System>,
}

/// The differences of the system's counters.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct System {
    /// The time in which they were counted, without that between bodies.
    pub(super) active: Duration,
    pub(super) busy: Option<Duration>,
    pub(super) window_limited: Duration,
    pub(super) buffer_limited: Duration,
    pub(super) bytes_acked: Option<u64>,
    pub(super) segments_sent: u32,
    pub(super) segments_received: u32,
    pub(super) retransmitted: Option<u32>,
    pub(super) out_of_order: Option<u32>,
}

impl<'a> Span<'a> {
    pub(super) fn of(samples: &'a [Sample], circumstances: &Circumstances) -> Self {
        let until = circumstances.until;
        let begin = if circumstances.is_over {
            circumstances.since
        } else {
            circumstances.since.max(until.saturating_sub(RECENT))
        };
        let is_whole = begin == circumstances.since;
        let inside = || samples.iter().filter(|sample| sample.at >= begin);
        let with_info = inside()
            .filter_map(|sample| Some((sample, sample.info.as_ref()?)))
            .collect::<Vec<_>>();
        // All counters are 0 when a connection is opened, and little but the bodies in question came since, where these
        // are the first.
        let is_first =
            circumstances.since == Duration::ZERO || samples_begin_with_it(samples, circumstances);
        let zero = Waits::default();
        let last = inside().next_back();
        let first = inside()
            .next()
            .filter(|first| !(is_whole && is_first) && Some(*first) != last);
        let (begin, waits_before, sent_before, received_before) = match first {
            Some(first) => (first.at, first.waits, first.sent, first.received),
            None => (begin, zero, 0, 0),
        };
        let waits = last.map_or(zero, |last| difference(&last.waits, &waits_before));
        let system = with_info.last().map(|(last, info)| {
            let first = with_info.first().filter(|_| first.is_some());
            let first = first.filter(|(first, _)| first.at < last.at);
            let before = first.map_or(TcpInfo::default(), |(_, info)| **info);
            let active = match first {
                Some((first, _)) => difference(&last.waits, &first.waits).active,
                None => last.waits.active,
            };
            System::between(&before, info, active)
        });
        Self {
            with_info,
            elapsed: until.saturating_sub(begin),
            is_whole,
            waits,
            sent: last.map_or(0, |last| last.sent.saturating_sub(sent_before)),
            received: last.map_or(0, |last| last.received.saturating_sub(received_before)),
            system,
        }
    }

    /// Whether it is too short for a verdict.
    pub(super) fn is_short(&self) -> bool {
        self.active() < LEAST
    }

    /// The time in which bodies were on their way.
    pub(super) fn active(&self) -> Duration {
        self.waits.active.min(self.elapsed)
    }

    /// `time` as a share of the active time.
    pub(super) fn share(&self, time: Duration) -> f64 {
        share(time, self.active())
    }

    /// The share of the time in which no body was on its way.
    pub(super) fn share_between(&self) -> f64 {
        share(self.elapsed.saturating_sub(self.active()), self.elapsed)
    }

    /// Bytes per second.
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    pub(super) fn rate(&self, direction: Direction) -> f64 {
        let of = |bytes: u64, time: Duration| {
            let rate = bytes as f64 / time.as_secs_f64();
            if rate.is_finite() { rate } else { 0.0 }
        };
        match (direction, &self.system) {
            // What was given to the system may not have left.
            (
                Direction::Upload,
                Some(System {
                    bytes_acked: Some(acked),
                    active,
                    ..
                }),
            ) if *acked > 0 => of(*acked, *active),
            (Direction::Upload, _) => of(self.sent, self.active()),
            (Direction::Download, _) => of(self.received, self.active()),
        }
    }

    /// See [`super::Finding::lost`].
    pub(super) fn lost(&self, direction: Direction) -> Option<u32> {
        let system = self.system.as_ref()?;
        match direction {
            Direction::Upload => system.retransmitted,
            Direction::Download => system.out_of_order,
        }
    }

    /// The median of a figure over the samples.
    pub(super) fn median<T: Ord + Copy>(
        &self,
        of: impl Fn(&Sample, &TcpInfo) -> Option<T>,
    ) -> Option<T> {
        let figures = self.with_info.iter();
        let mut figures: Vec<T> = figures
            .filter_map(|(sample, info)| of(sample, info))
            .collect();
        figures.sort_unstable();
        figures.get(figures.len() / 2).copied()
    }

    /// The shortest round-trip time, and `now` if it is so much longer that there must be a queue.
    pub(super) fn queue(
        &self,
        now: impl Fn(&TcpInfo) -> Option<Duration>,
    ) -> Option<(Duration, Duration)> {
        /// A busy computer answers so much later.
        const NOISE: Duration = Duration::from_millis(8);

        let (_, last) = self.with_info.last()?;
        let best = last.min_rtt?;
        let now = self.median(|_, info| now(info))?;
        (now > best * 2 && now > best + NOISE).then_some((now, best))
    }

    /// The share of the samples for which `is` is true.
    #[expect(clippy::cast_precision_loss, reason = "at most 240 samples")]
    pub(super) fn share_of_samples(&self, is: impl Fn(&Sample, &TcpInfo) -> bool) -> f64 {
        let count = self
            .with_info
            .iter()
            .filter(|(sample, info)| is(sample, info))
            .count();
        if count == 0 {
            0.0
        } else {
            count as f64 / self.with_info.len() as f64
        }
    }
}

/// Whether nothing but the bodies in question was counted before the first sample.
fn samples_begin_with_it(samples: &[Sample], circumstances: &Circumstances) -> bool {
    samples.first().is_some_and(|first| {
        let before = first.at.saturating_sub(circumstances.since);
        // Of earlier bodies, nothing was active.
        first.waits.active <= before
    })
}

impl System {
    fn between(before: &TcpInfo, now: &TcpInfo, active: Duration) -> Self {
        let time = |of: fn(&TcpInfo) -> Option<Duration>| {
            Some(of(now)?.saturating_sub(of(before).unwrap_or_default()))
        };
        let count = |of: fn(&TcpInfo) -> Option<u32>| {
            Some(of(now)?.saturating_sub(of(before).unwrap_or_default()))
        };
        Self {
            active,
            busy: time(|info| info.busy),
            window_limited: time(|info| info.window_limited).unwrap_or_default(),
            buffer_limited: time(|info| info.buffer_limited).unwrap_or_default(),
            bytes_acked: now
                .bytes_acked
                .map(|acked| acked.saturating_sub(before.bytes_acked.unwrap_or_default())),
            segments_sent: count(|info| info.segments_sent).unwrap_or_default(),
            segments_received: count(|info| info.segments_received).unwrap_or_default(),
            retransmitted: count(|info| info.retransmitted),
            out_of_order: count(|info| info.out_of_order),
        }
    }
}

fn difference(now: &Waits, before: &Waits) -> Waits {
    Waits {
        receive: now.receive.saturating_sub(before.receive),
        send: now.send.saturating_sub(before.send),
        disk_read: now.disk_read.saturating_sub(before.disk_read),
        disk_write: now.disk_write.saturating_sub(before.disk_write),
        output: now.output.saturating_sub(before.output),
        hash: now.hash.saturating_sub(before.hash),
        processor: now.processor.saturating_sub(before.processor),
        pauses: now.pauses.since(&before.pauses),
        active: now.active.saturating_sub(before.active),
    }
}

/// `part` as a share of `whole`, from 0 to 1; 0 where there is no time.
pub(super) fn share(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() {
        0.0
    } else {
        (part.as_secs_f64() / whole.as_secs_f64()).min(1.0)
    }
}

impl Span<'_> {
    /// The largest window that `of` gave, if it is at most `most` bytes and about one of it passes in each round trip.
    pub(super) fn small_window(
        &self,
        rate: f64,
        most: u32,
        of: impl Fn(&TcpInfo) -> Option<u32>,
    ) -> Option<u32> {
        let windows = self.with_info.iter().filter_map(|(_, info)| of(info));
        let window = windows.max().filter(|&window| window <= most)?;
        let (_, last) = self.with_info.last()?;
        is_one_per_round_trip(rate, last.min_rtt?, window).then_some(window)
    }
}

/// Whether `rate` bytes per second are about one `window` for each round trip. A round trip under load takes several
/// times as long as the shortest one.
fn is_one_per_round_trip(rate: f64, shortest: Duration, window: u32) -> bool {
    rate * shortest.as_secs_f64() >= f64::from(window) / 16.0
}
