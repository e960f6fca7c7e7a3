//! The facts about a connection, each with a "?" that explains its term.

use std::time::Duration;

use egui::{Align2, Rect, Ui, pos2};

use super::words;
use crate::app::model::line::{Fact, HungUp, Side};
use crate::app::theme;
use crate::app::theme::font;
use crate::app::ui::widgets::{self, HELP_AFTER, Text, help};
use crate::{format, t};
use landline_engine::transport::trace::Role;

/// The height of a row.
pub(super) const ROW: f32 = 26.0;
/// The minimum width of a term.
const MIN_TERM: f32 = 60.0;

/// Draws `facts` from the top of `area`.
pub(super) fn ui(ui: &mut Ui, area: Rect, facts: &[Fact], role: Role, peer: &str) {
    let mut top = area.top();
    for (index, fact) in facts.iter().enumerate() {
        let row = Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + ROW));
        top += ROW;
        self::row(ui, row, fact, role, peer);
        if index + 1 < facts.len() {
            widgets::line(ui, row.left(), row.right(), row.bottom() - 0.5);
        }
    }
}

fn row(ui: &mut Ui, row: Rect, fact: &Fact, role: Role, peer: &str) {
    let (term, about) = term(fact);
    let value = value(fact, role, peer);
    let font = match fact {
        Fact::State(_) => font::mono(font::CAPTION),
        _ => font::regular(font::NUMBER),
    };
    let color = theme::palette(ui).text;
    let value = Text::new(&value).font(font).color(color).tabular();
    let value = value.align(Align2::RIGHT_CENTER);
    let width = value.width(ui) + 2.0;
    let name = Text::new(&term).font(font::regular(font::NUMBER));
    let name = name.color(theme::palette(ui).muted);
    let room = (row.width() - width - 2.0 * HELP_AFTER - 8.0).max(MIN_TERM);
    let mut place = row;
    place.max.x = place.left() + room;
    let shown = name.show(ui, place);
    let mark = pos2(shown.rect.right() + HELP_AFTER, row.center().y);
    help(ui, mark, &term, &about);
    place = row;
    place.min.x = (mark.x + HELP_AFTER).max(row.right() - width);
    value.show(ui, place);
}

/// The term of a fact, and what it means.
fn term(fact: &Fact) -> (String, String) {
    match fact {
        Fact::State(state) => {
            let now = t!(
                "fact-state-now",
                state = state.name(),
                meaning = words::state(*state)
            );
            let about = t!("fact-state-about", now = now);
            (t!("fact-state"), about)
        }
        Fact::RoundTrip(..) => (t!("fact-round-trip"), t!("fact-round-trip-about")),
        Fact::Sent { acked: Some(_), .. } => (t!("fact-sent-acked"), t!("fact-sent-about")),
        Fact::Sent { .. } => (t!("fact-sent"), t!("fact-sent-about")),
        Fact::Received(_) => (t!("fact-received"), t!("fact-received-about")),
        Fact::Retransmitted(..) => (t!("fact-retransmitted"), t!("fact-retransmitted-about")),
        Fact::OutOfOrder(_) => (t!("fact-out-of-order"), t!("fact-out-of-order-about")),
        Fact::Window { of: Side::Peer, .. } => (t!("fact-peer-window"), t!("fact-window-about")),
        Fact::Window { .. } => (t!("fact-own-window"), t!("fact-window-about")),
        Fact::CongestionWindow(_) => (t!("fact-congestion"), t!("fact-congestion-about")),
        Fact::SegmentSize(_) => (t!("fact-segment-size"), t!("fact-segment-size-about")),
        Fact::DeliveryRate(_) => (t!("fact-delivery-rate"), t!("fact-rate-about")),
        Fact::OwnPort(_) => (t!("fact-own-port"), t!("fact-own-port-about")),
        Fact::HungUp(HungUp::Reset(_)) => (t!("fact-reset"), t!("what-is-a-reset-answer")),
        Fact::HungUp(_) => (t!("fact-hung-up"), t!("fact-hung-up-about")),
    }
}

fn value(fact: &Fact, role: Role, peer: &str) -> String {
    match *fact {
        Fact::State(state) => state.name().to_owned(),
        Fact::RoundTrip(rtt, Some(min)) => t!(
            "round-trip-and-min",
            now = millis(rtt),
            min = bare_millis(min)
        ),
        Fact::RoundTrip(rtt, None) => millis(rtt),
        Fact::Sent {
            bytes,
            acked: Some((acked, flying)),
        } => {
            let (sent, acked) = (format::bytes(bytes), format::bytes(acked));
            if sent != acked {
                t!("sent-and-acked", sent = sent, acked = acked)
            } else if flying == 0 {
                t!("sent-all-acked", sent = sent)
            } else {
                t!(
                    "sent-in-flight",
                    sent = sent,
                    flying = format::bytes(flying)
                )
            }
        }
        Fact::Sent { bytes, .. } | Fact::Received(bytes) => format::bytes(bytes),
        Fact::Retransmitted(0, _) => t!("segments", count = 0_u64),
        Fact::Retransmitted(again, Some(of)) if of > 0 => {
            t!("segments-share", count = again, share = percent(again, of))
        }
        Fact::Retransmitted(count, _) | Fact::OutOfOrder(count) | Fact::CongestionWindow(count) => {
            t!("segments", count = count)
        }
        Fact::Window { bytes, is_full, .. } => {
            let size = format::bytes(bytes);
            match is_full {
                Some(true) => t!("window-full", size = size),
                Some(false) => t!("window-free", size = size),
                None => size,
            }
        }
        Fact::SegmentSize(bytes) => t!("exact-bytes", count = bytes),
        Fact::DeliveryRate(rate) => self::rate(rate),
        Fact::OwnPort(port) => port.to_string(),
        Fact::HungUp(HungUp::Both) => t!("hung-up-both"),
        Fact::HungUp(HungUp::First(side) | HungUp::Reset(side)) => who(side, role, peer),
    }
}

/// `This computer`, or the other one with its part.
fn who(side: Side, role: Role, peer: &str) -> String {
    match (side, role) {
        (Side::Own, _) => t!("this-computer"),
        (Side::Peer, Role::Client) => t!("the-server", peer = peer),
        (Side::Peer, Role::Server) => t!("the-client", peer = peer),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
fn rate(bytes_per_sec: u64) -> String {
    format::rate(bytes_per_sec as f64)
}

/// `0.41 ms`.
pub(super) fn millis(time: Duration) -> String {
    t!("millis", ms = bare_millis(time))
}

/// A number of milliseconds with two or three significant digits.
pub(super) fn bare_millis(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 0.1 {
        format!("{ms:.3}")
    } else if ms < 10.0 {
        format!("{ms:.2}")
    } else if ms < 100.0 {
        format!("{ms:.1}")
    } else {
        format!("{ms:.0}")
    }
}

/// `0.0006%`: with the digits that a small share needs.
fn percent(part: u64, of: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a share for a person")]
    let share = part as f64 * 100.0 / of as f64;
    let digits = match share {
        1.0.. => 1,
        0.01..1.0 => 2,
        _ => 4,
    };
    format!("{share:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_share_is_not_zero() {
        for (part, of, shown) in [
            (12, 1_900_000, "0.0006"),
            (1, 1000, "0.10"),
            (2, 100, "2.0"),
            (1, 1, "100.0"),
        ] {
            assert_eq!(percent(part, of), shown);
        }
    }

    #[test]
    fn a_round_trip_has_two_or_three_digits() {
        for (micros, shown) in [
            (410, "0.41"),
            (24, "0.024"),
            (12_300, "12.3"),
            (300_000, "300"),
        ] {
            assert_eq!(bare_millis(Duration::from_micros(micros)), shown);
        }
    }
}
