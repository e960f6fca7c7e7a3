//! What limited a transfer, in words: a title, and a sentence that explains it.

use std::time::Duration;

use super::Sentence;
use crate::{sentence, t};
use landline_engine::numbers::{bytes, rate};
use landline_engine::verdict::{Access, Evidence, Finding, Part, Stall, Verdict};

/// The verdict in a few words, without a full stop.
pub fn title(finding: &Finding) -> Sentence {
    match finding.verdict {
        Verdict::Measuring => sentence!("verdict-measuring"),
        Verdict::TooShort => sentence!("verdict-too-short"),
        Verdict::FullSpeed { .. } => sentence!("verdict-full-speed"),
        Verdict::Receiver { small: None, .. } => sentence!("verdict-receiver"),
        Verdict::Receiver { .. } => sentence!("verdict-receiver-small"),
        Verdict::OwnWindow { .. } => sentence!("verdict-own-window"),
        Verdict::Disk { access, .. } => match access {
            Access::Read => sentence!("verdict-disk-read"),
            Access::Write => sentence!("verdict-disk-write"),
        },
        Verdict::Output { .. } => sentence!("verdict-output"),
        Verdict::Hasher { .. } => sentence!("verdict-hasher"),
        Verdict::Program { .. } => sentence!("verdict-program"),
        Verdict::SendBuffer { .. } => sentence!("verdict-send-buffer"),
        Verdict::Loss { .. } => sentence!("verdict-loss"),
        Verdict::Network { .. } => sentence!("verdict-network", rate = rate(finding.rate)),
        Verdict::Server { .. } => sentence!("verdict-server"),
        Verdict::Stalled { what, .. } => match what {
            Stall::Reading => sentence!("verdict-stalled-reading"),
            Stall::Acknowledging => sentence!("verdict-stalled-acknowledging"),
            Stall::Sending => sentence!("verdict-stalled-sending"),
        },
        Verdict::Elsewhere { .. } if finding.is_upload => sentence!("verdict-elsewhere-sends"),
        Verdict::Elsewhere { .. } => sentence!("verdict-elsewhere-receives"),
        Verdict::Requests { .. } => sentence!("verdict-requests"),
        Verdict::Reset { is_own: true } => sentence!("verdict-reset-own"),
        Verdict::Reset { is_own: false } => sentence!("verdict-reset-other"),
    }
}

/// What the verdict rests on.
pub fn detail(finding: &Finding) -> Option<Sentence> {
    let of = |key, part: f64| {
        let sentence = Sentence::new(key).with("share", share(part));
        sentence.with("span", span(finding))
    };
    let rate = || rate(finding.rate);
    Some(match finding.verdict {
        Verdict::Measuring | Verdict::TooShort => return None,
        Verdict::FullSpeed { line: Some(line) } => sentence!(
            "verdict-full-speed-line",
            rate = rate(),
            line = line_speed(line),
            lost = lost(finding)
        ),
        Verdict::FullSpeed { line: None } => {
            sentence!(
                "verdict-full-speed-rate",
                rate = rate(),
                lost = lost(finding)
            )
        }
        Verdict::Receiver { full, small: None } => {
            of("verdict-receiver-detail", full).with("lost", lost(finding))
        }
        Verdict::Receiver {
            full,
            small: Some(window),
        } => of("verdict-receiver-small-detail", full)
            .with("window", bytes(window.into()))
            .with("lost", lost(finding)),
        Verdict::OwnWindow { window } => {
            sentence!("verdict-own-window-detail", window = bytes(window.into()))
        }
        Verdict::Disk { waited, .. } => of("verdict-disk-detail", waited),
        Verdict::Output { waited } => of("verdict-output-detail", waited),
        Verdict::Hasher { waited } => of("verdict-hasher-detail", waited),
        Verdict::Program { idle, part } => match part {
            Part::Sender => of("verdict-program-sends", idle),
            Part::Network | Part::Receiver => of("verdict-program-receives", idle),
        },
        Verdict::SendBuffer { full } => of("verdict-send-buffer-detail", full),
        Verdict::Loss {
            share: part,
            evidence,
        } => match evidence {
            Evidence::Retransmitted => sentence!("verdict-loss-detail", share = share(part)),
            Evidence::OutOfOrder => sentence!("verdict-loss-order", share = share(part)),
        },
        Verdict::Network {
            queue: Some((now, best)),
        } => sentence!(
            "verdict-network-queue",
            now = round_trip(now),
            best = round_trip(best),
            lost = lost(finding)
        ),
        Verdict::Network { queue: None } => {
            sentence!("verdict-network-detail", lost = lost(finding))
        }
        Verdict::Server { waited } => of("verdict-server-detail", waited).with("rate", rate()),
        Verdict::Stalled { time, what } => {
            let key = match what {
                Stall::Reading => "verdict-stalled-reading-detail",
                Stall::Acknowledging => "verdict-stalled-acknowledging-detail",
                Stall::Sending => "verdict-stalled-sending-detail",
            };
            Sentence::new(key).with("time", seconds(time))
        }
        Verdict::Elsewhere { waited } if finding.is_upload => {
            of("verdict-elsewhere-sends-detail", waited).with("rate", rate())
        }
        Verdict::Elsewhere { waited } => {
            of("verdict-elsewhere-receives-detail", waited).with("rate", rate())
        }
        Verdict::Requests { share } => of("verdict-requests-detail", share),
        Verdict::Reset { .. } => sentence!("verdict-reset-detail", time = seconds(finding.time)),
    })
}

/// Both in one line.
pub fn line(finding: &Finding) -> Sentence {
    let title = title(finding).to_string();
    match detail(finding) {
        Some(detail) => sentence!("verdict-line", title = title, detail = detail.to_string()),
        None => sentence!("verdict-title-only", title = title),
    }
}

/// `82%`, or `0.4%` below ten.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share is between 0 and 1"
)]
pub fn share(share: f64) -> String {
    let permille = (share.clamp(0.0, 1.0) * 1000.0).round() as u64;
    if permille >= 100 || permille == 0 {
        t!("share-of", percent = (permille + 5) / 10)
    } else {
        t!(
            "share-of-tenths",
            percent = permille / 10,
            tenths = permille % 10
        )
    }
}

/// The time that a share is of.
fn span(finding: &Finding) -> String {
    if finding.is_whole {
        t!("span-whole")
    } else {
        t!("span-last", secs = finding.time.as_secs().max(1))
    }
}

/// What was lost, as a sentence; empty if that is not known.
fn lost(finding: &Finding) -> String {
    match finding.lost {
        None => String::new(),
        Some(0) => t!("lost-nothing"),
        Some(count) if finding.is_upload => t!("lost-segments", count = u64::from(count)),
        Some(count) => t!("lost-order", count = u64::from(count)),
    }
}

/// `1 Gbit/s`, `2.5 Gbit/s`, `100 Mbit/s`.
fn line_speed(bits: u64) -> String {
    let mbits = bits / 1_000_000;
    match (mbits / 1000, mbits % 1000 / 100) {
        (0, _) => format!("{mbits} Mbit/s"),
        (gbits, 0) => format!("{gbits} Gbit/s"),
        (gbits, tenths) => format!("{gbits}.{tenths} Gbit/s"),
    }
}

/// A round-trip time, with two decimals below 10 ms.
fn round_trip(time: Duration) -> String {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let ms = if micros < 10_000 {
        format!("{}.{:02}", micros / 1000, micros % 1000 / 10)
    } else {
        (micros / 1000).to_string()
    };
    t!("round-trip-ms", ms = ms)
}

/// Whole seconds, one decimal below ten.
fn seconds(time: Duration) -> String {
    let tenths = u64::try_from(time.as_millis() / 100).unwrap_or(u64::MAX);
    let secs = if tenths < 100 {
        format!("{}.{}", tenths / 10, tenths % 10)
    } else {
        (tenths / 10).to_string()
    };
    t!("took-secs", secs = secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, set_language};

    fn finding(verdict: Verdict) -> Finding {
        Finding {
            verdict,
            time: Duration::from_millis(10_020),
            is_whole: false,
            is_upload: true,
            rate: 106.2e6,
            lost: Some(0),
        }
    }

    #[test]
    fn the_verdict_is_a_title_and_an_explanation() {
        let full = Verdict::Receiver {
            full: 0.82,
            small: None,
        };
        let words = |finding: &Finding| {
            let detail = detail(finding).map(|detail| detail.to_string());
            (title(finding).to_string(), detail.unwrap_or_default())
        };
        let (title, detail) = words(&finding(full));
        assert_eq!(
            title,
            "Limited by the receiver: its disk or program reads too slowly"
        );
        assert_eq!(
            detail,
            "For 82% of the last 10 s its receive window was full. The network lost nothing."
        );
        set_language(Language::Chinese);
        let (title, detail) = words(&finding(Verdict::FullSpeed {
            line: Some(1_000_000_000),
        }));
        assert_eq!(title, "一切正常：线路已用满");
        assert_eq!(
            detail,
            "平均 106.2 MB/s，已接近 1 Gbit/s 线路的上限。没有丢包，也没有重传。"
        );
    }

    #[test]
    fn shares_are_percent_and_small_ones_have_a_decimal() {
        for (of, shown) in [
            (0.0, "0%"),
            (0.0004, "0%"),
            (0.004, "0.4%"),
            (0.0213, "2.1%"),
            (0.0999, "10%"),
            (0.824, "82%"),
            (1.0, "100%"),
            (f64::NAN, "0%"),
        ] {
            assert_eq!(share(of), shown);
        }
        assert_eq!(line_speed(2_500_000_000), "2.5 Gbit/s");
        assert_eq!(line_speed(100_000_000), "100 Mbit/s");
        assert_eq!(round_trip(Duration::from_micros(412)), "0.41 ms");
        assert_eq!(round_trip(Duration::from_micros(48_900)), "48 ms");
        assert_eq!(seconds(Duration::from_millis(3_250)), "3.2 s");
        assert_eq!(seconds(Duration::from_millis(31_250)), "31 s");
    }

    #[test]
    fn a_line_contains_every_value() {
        let ms = Duration::from_millis(40);
        for verdict in [
            Verdict::Measuring,
            Verdict::FullSpeed { line: None },
            Verdict::OwnWindow { window: 4_096 },
            Verdict::Network {
                queue: Some((ms, ms / 100)),
            },
            Verdict::Stalled {
                time: Duration::from_secs(7),
                what: Stall::Reading,
            },
            Verdict::Elsewhere { waited: 0.9 },
            Verdict::Reset { is_own: false },
        ] {
            for (is_upload, language) in [(true, Language::English), (false, Language::Chinese)] {
                set_language(language);
                let finding = Finding {
                    is_upload,
                    ..finding(verdict)
                };
                let line = line(&finding).to_string();
                assert!(!line.contains(['{', '}']) && !line.contains("  "), "{line}");
            }
        }
    }
}
