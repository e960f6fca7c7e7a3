//! The last minute of a connection as curves.

use std::time::Duration;

use super::diagram::Side;
use landline_engine::transport::trace::Sample;

/// The longest time that a plot shows.
const LONGEST: Duration = Duration::from_mins(1);
/// The shortest time over its width, so that the first samples are not spread over all of it.
const SHORTEST: Duration = Duration::from_secs(10);

/// What is plotted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plotted {
    /// Bytes per second.
    Rate,
    /// In seconds.
    RoundTrip,
    /// The receive window of the side that receives, in bytes.
    Window,
}

/// A curve.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plot {
    /// What is plotted.
    pub what: Plotted,
    /// Time and value, each from 0 to 1, oldest first.
    pub points: Vec<[f32; 2]>,
    /// The current value.
    pub now: f64,
    /// The maximum over the time shown.
    pub most: f64,
    /// The time over the width.
    pub span: Duration,
}

/// The curves of a connection whose data comes `from` a side; none before there are samples.
pub(crate) fn plots(samples: &[Sample], from: Side) -> Vec<Plot> {
    let Some(last) = samples.last() else {
        return Vec::new();
    };
    let begin = last.at.saturating_sub(LONGEST);
    let shown: Vec<&Sample> = samples.iter().filter(|sample| sample.at >= begin).collect();
    let first = shown.first().map_or(last.at, |first| first.at);
    let span = last.at.saturating_sub(first).max(SHORTEST);
    let bytes = |sample: &Sample| match from {
        Side::Own => sample.sent,
        Side::Peer => sample.received,
    };
    let rates = shown.windows(2).filter_map(|pair| {
        let secs = pair[1].at.saturating_sub(pair[0].at).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
        let rate = bytes(pair[1]).saturating_sub(bytes(pair[0])) as f64 / secs;
        (secs > 0.0).then_some((pair[1].at, rate))
    });
    let rtts = shown.iter().filter_map(|sample| {
        let info = sample.info?;
        let rtt = info.rtt.or(info.receive_rtt)?;
        Some((sample.at, rtt.as_secs_f64()))
    });
    let windows = shown.iter().filter_map(|sample| {
        let info = sample.info?;
        let window = match from {
            Side::Own => info.peer_window?,
            Side::Peer => info.own_window?,
        };
        Some((sample.at, f64::from(window)))
    });
    let curves: [(Plotted, Vec<(Duration, f64)>); 3] = [
        (Plotted::Rate, rates.collect()),
        (Plotted::RoundTrip, rtts.collect()),
        (Plotted::Window, windows.collect()),
    ];
    let curves = curves
        .into_iter()
        .filter(|(_, values)| values.len() > 1 && values.iter().any(|(_, value)| *value > 0.0));
    curves
        .map(|(what, values)| plot(what, &values, last.at, span))
        .collect()
}

fn plot(what: Plotted, values: &[(Duration, f64)], end: Duration, span: Duration) -> Plot {
    let most = values.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    #[expect(clippy::cast_possible_truncation, reason = "from 0 to 1")]
    let points = values.iter().map(|(at, value)| {
        let ago = end.saturating_sub(*at).as_secs_f32() / span.as_secs_f32();
        [1.0 - ago, (value / most.max(f64::MIN_POSITIVE)) as f32]
    });
    Plot {
        what,
        points: points.collect(),
        now: values.last().map_or(0.0, |(_, value)| *value),
        most,
        span,
    }
}
