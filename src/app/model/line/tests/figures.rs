use super::*;
use TraceEvent::{Accepted, Closed, Connected, Connecting, FinReceived, FinSent};
use landline_engine::transport::tcp::TcpInfo;
use landline_engine::transport::trace::{Sample, Waits};

fn sample(at: u64, sent: u64, info: Option<&TcpInfo>) -> Sample {
    Sample {
        at: ms(at),
        state: TcpState::Established,
        peer_state: None,
        receive_queue: Some(0),
        send_queue: Some(0),
        time_wait_left: None,
        peer_time_wait_left: None,
        info: info.copied(),
        sent,
        received: 0,
        waits: Waits::default(),
    }
}

#[test]
fn what_the_system_does_not_report_has_no_row() {
    let mut bare = seen(Role::Server, 100, &[(0, Accepted)]);
    bare.sent = passed(9_000, 2, 60);
    let of = |seen: &Seen| facts(seen, &Diagram::of(seen), Side::Own, 8080, true);
    let sent = Fact::Sent {
        bytes: 9_000,
        acked: None,
    };
    assert_eq!(of(&bare), [Fact::State(TcpState::Established), sent]);
    bare.info = Some(TcpInfo {
        rtt: Some(Duration::from_micros(410)),
        retransmitted: Some(2),
        segments_sent: Some(100),
        congestion_window: Some(10),
        ..TcpInfo::default()
    });
    bare.send_queue = Some(1_000);
    let sent = Fact::Sent {
        bytes: 9_000,
        acked: Some((8_000, 1_000)),
    };
    assert_eq!(
        of(&bare),
        [
            Fact::State(TcpState::Established),
            Fact::RoundTrip(Duration::from_micros(410), None),
            sent,
            Fact::Retransmitted(2, Some(100)),
            Fact::CongestionWindow(10),
        ]
    );
}

#[test]
fn the_plots_are_of_the_last_minute() {
    let info = |micros| {
        Some(TcpInfo {
            rtt: Some(Duration::from_micros(micros)),
            ..TcpInfo::default()
        })
    };
    assert_eq!(plots(&[], Side::Own), []);
    let samples: Vec<_> = (0..400_u64)
        .map(|n| sample(n * 250, n * 1_000, info(400 + n % 3).as_ref()))
        .collect();
    let plots = plots(&samples, Side::Own);
    let what: Vec<_> = plots.iter().map(|plot| plot.what).collect();
    assert_eq!(what, [Plotted::Rate, Plotted::RoundTrip]);
    assert_eq!(plots[0].span, Duration::from_mins(1));
    assert!((plots[0].now - 4_000.0).abs() < 0.1, "{}", plots[0].now);
    assert!((plots[1].most - 402e-6).abs() < 1e-9);
    for plot in &plots {
        assert!(plot.points.len() >= 240);
        for [time, value] in &plot.points {
            assert!((0.0..=1.0).contains(time) && (0.0..=1.0).contains(value));
        }
    }
    // The first samples do not fill the width.
    let plots = super::plots(&samples[..5], Side::Own);
    assert!(plots[0].points[0][0] > 0.9, "{:?}", plots[0].points);
}

#[test]
fn the_time_of_a_finished_connection_is_divided() {
    let events = [
        (0, Connecting),
        (4, Connected),
        (170, FinSent),
        (178, FinReceived),
        (178, Closed),
    ];
    let mut client = seen(Role::Client, 5_000, &events);
    client.sent = passed(100, 5, 5);
    client.received = passed(1_800_000, 9, 165);
    let took = |parts: Vec<(Part, Duration)>| -> Vec<_> {
        let each = parts.into_iter();
        each.map(|(part, time)| (part, time.as_millis())).collect()
    };
    assert_eq!(
        took(parts(&client)),
        [
            (Part::Connecting, 4),
            (Part::FirstByte, 5),
            (Part::Data, 156),
            (Part::HangingUp, 13),
        ]
    );
    let events = [(0, Accepted), (90, FinSent), (90, Closed)];
    let mut server = seen(Role::Server, 5_000, &events);
    server.received = passed(20, 3, 3);
    server.sent = passed(1_000, 4, 80);
    assert_eq!(
        took(parts(&server)),
        [
            (Part::Request, 3),
            (Part::FirstByte, 1),
            (Part::Data, 76),
            (Part::HangingUp, 10),
        ]
    );
    // While it is open, there is no end to divide.
    server.events.truncate(1);
    assert_eq!(parts(&server), []);
}
