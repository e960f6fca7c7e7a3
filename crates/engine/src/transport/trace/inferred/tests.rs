//! Histories of connections and what their states are.

use super::*;
use TraceEvent::{
    Accepted, Closed as SocketClosed, ConnectFailed, Connected, Connecting, FinReceived, FinSent,
    ResetReceived, ResetSent,
};

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// Events at the given seconds.
fn events(events: &[(u64, TraceEvent)]) -> Vec<(Duration, TraceEvent)> {
    events
        .iter()
        .map(|&(at, event)| (secs(at), event))
        .collect()
}

/// A sample of the state of this side and of the other.
fn sample(at: Duration, state: TcpState, peer_state: Option<TcpState>) -> Sample {
    Sample {
        at,
        state,
        peer_state,
        receive_queue: Some(0),
        send_queue: Some(0),
        time_wait_left: (state == TimeWait).then(|| secs(60)),
        peer_time_wait_left: (peer_state == Some(TimeWait)).then(|| secs(60)),
        info: None,
        sent: 0,
        received: 0,
        waits: <_>::default(),
    }
}

/// The names of the states at second `now`, of a client or a server by its events.
fn names(of: &[(u64, TraceEvent)], samples: &[Sample], now: u64) -> (TcpState, TcpState) {
    let is_server = of.iter().any(|(_, event)| *event == Accepted);
    let role = if is_server {
        Role::Server
    } else {
        Role::Client
    };
    let states = states(role, &events(of), samples, secs(now));
    (states.own, states.peer)
}

#[test]
fn without_samples_the_events_decide() {
    let over = 1000;
    let opened = [(0, Connecting), (1, Connected)];
    let cases: &[(&[_], u64, _, _)] = &[
        (&[(0, Connecting)], 5, SynSent, Listen),
        (&[(0, Connecting), (3, ConnectFailed)], 5, Closed, Closed),
        (
            &[(0, Connecting), (3, ConnectFailed), (3, ResetReceived)],
            5,
            Closed,
            Closed,
        ),
        (&opened, 5, Established, Established),
        (&[(0, Accepted)], 5, Established, Established),
        (&[(0, Accepted), (1, FinReceived)], 5, CloseWait, FinWait2),
        (&[(0, Accepted), (1, FinSent)], 5, FinWait2, CloseWait),
        (
            &[(0, Accepted), (1, FinSent), (2, FinReceived)],
            5,
            TimeWait,
            Closed,
        ),
        (
            &[
                (0, Accepted),
                (1, FinSent),
                (2, FinReceived),
                (3, SocketClosed),
            ],
            5,
            TimeWait,
            Closed,
        ),
        (
            &[
                (0, Accepted),
                (1, FinSent),
                (2, FinReceived),
                (3, SocketClosed),
            ],
            over,
            Closed,
            Closed,
        ),
        // Nobody reads the peer's FIN: the close counts as complete.
        (
            &[(0, Accepted), (3, FinSent), (3, SocketClosed)],
            5,
            TimeWait,
            Closed,
        ),
        (
            &[(0, Accepted), (3, FinSent), (3, SocketClosed)],
            over,
            Closed,
            Closed,
        ),
        // LAST-ACK is over at once; the peer keeps TIME-WAIT.
        (
            &[(0, Accepted), (1, FinReceived), (2, FinSent)],
            5,
            Closed,
            TimeWait,
        ),
        (
            &[
                (0, Accepted),
                (1, FinReceived),
                (2, FinSent),
                (2, SocketClosed),
            ],
            over,
            Closed,
            Closed,
        ),
        (&[(0, Accepted), (1, ResetReceived)], 5, Closed, Closed),
        (
            &[
                (0, Accepted),
                (1, FinReceived),
                (2, ResetSent),
                (2, SocketClosed),
            ],
            5,
            Closed,
            Closed,
        ),
    ];
    for (of, now, own, peer) in cases {
        assert_eq!(names(of, &[], *now), (*own, *peer), "{of:?} at {now}");
        let states = states(Role::Client, &events(of), &[], secs(*now));
        assert!(!states.is_own_observed && !states.is_peer_observed);
    }
}

/// On this system, which is one with a known length of TIME-WAIT or not.
#[test]
fn time_wait_ends_after_two_msl() {
    let of = events(&[
        (0, Accepted),
        (1, FinSent),
        (7, FinReceived),
        (9, SocketClosed),
    ]);
    let length = TIME_WAIT.unwrap_or(LONGEST_TIME_WAIT);
    let ends = secs(7) + length;
    let before = states(Role::Server, &of, &[], secs(6) + length);
    assert_eq!(before.own, TimeWait);
    assert_eq!(before.own_time_wait_left, TIME_WAIT.map(|_| secs(1)));
    let after = states(Role::Server, &of, &[], ends);
    assert_eq!((after.own, after.own_time_wait_left), (Closed, None));
}

#[test]
fn a_fresh_sample_decides() {
    let of = events(&[(0, Accepted), (1, FinSent)]);
    for state in TcpState::ALL {
        let samples = [sample(secs(5), state, None)];
        let at_once = states(Role::Server, &of, &samples, secs(5));
        assert_eq!((at_once.own, at_once.is_own_observed), (state, true));
        assert!(!at_once.is_peer_observed);
        let left = (state == TimeWait).then(|| secs(60));
        assert_eq!(at_once.own_time_wait_left, left);
    }
    let samples = [sample(secs(5), FinWait1, Some(Established))];
    let with_peer = states(Role::Server, &of, &samples, secs(5));
    assert_eq!(
        (with_peer.peer, with_peer.is_peer_observed),
        (Established, true)
    );
}

#[test]
fn the_peer_follows_from_a_listed_state() {
    for (own, peer) in [
        (SynSent, Listen),
        (SynReceived, SynSent),
        (Established, Established),
        (FinWait1, Established),
        (FinWait2, CloseWait),
        (CloseWait, FinWait2),
        (LastAck, FinWait2),
        (Closing, Closing),
        (TimeWait, Closed),
    ] {
        let samples = [sample(secs(5), own, None)];
        let of = [(0, Connecting), (1, Connected)];
        assert_eq!(names(&of, &samples, 5), (own, peer));
    }
}

#[test]
fn an_old_sample_or_one_before_the_last_event_does_not_decide() {
    let samples = [sample(secs(5), Established, Some(Established))];
    let of = [(0, Accepted), (1, FinReceived)];
    assert_eq!(names(&of, &samples, 6), (CloseWait, FinWait2));
    let of = [(0, Accepted), (6, FinReceived)];
    let just_now = states(Role::Server, &events(&of), &samples, secs(6));
    assert_eq!((just_now.own, just_now.is_own_observed), (CloseWait, false));
    assert_eq!(
        (just_now.peer, just_now.is_peer_observed),
        (FinWait2, false)
    );
}

#[test]
fn a_connection_that_is_gone_stays_closed() {
    let of = [
        (0, Accepted),
        (1, FinSent),
        (2, FinReceived),
        (3, SocketClosed),
    ];
    let samples = [sample(secs(4), Closed, None)];
    assert_eq!(names(&of, &samples, 5), (Closed, Closed));
    assert_eq!(names(&of, &samples, 50), (Closed, Closed));
    let of = [
        (0, Accepted),
        (1, FinReceived),
        (2, FinSent),
        (2, SocketClosed),
    ];
    // On another computer, the peer keeps TIME-WAIT; on this one, it is listed.
    assert_eq!(names(&of, &samples, 5), (Closed, TimeWait));
    let samples = [
        sample(secs(3), LastAck, Some(FinWait2)),
        sample(secs(4), Closed, Some(TimeWait)),
    ];
    let states = states(Role::Server, &events(&of), &samples, secs(14));
    assert_eq!((states.own, states.is_own_observed), (Closed, true));
    assert_eq!((states.peer, states.is_peer_observed), (TimeWait, false));
    assert_eq!(states.peer_time_wait_left, Some(secs(50)));
    assert_eq!(names(&of, &samples, 64), (Closed, Closed));
    let samples = [
        sample(secs(3), LastAck, Some(FinWait2)),
        sample(secs(4), Closed, None),
    ];
    assert_eq!(names(&of, &samples, 14), (Closed, Closed));
}

#[test]
fn a_listed_time_wait_is_counted_down_without_further_samples() {
    let of = events(&[(0, Accepted), (1, FinSent), (1, SocketClosed)]);
    let samples = [sample(secs(10), TimeWait, None)];
    let later = states(Role::Server, &of, &samples, secs(40));
    assert_eq!((later.own, later.is_own_observed), (TimeWait, false));
    assert_eq!(later.own_time_wait_left, Some(secs(30)));
    assert_eq!(states(Role::Server, &of, &samples, secs(70)).own, Closed);
}

#[test]
fn after_closing_both_keep_time_wait() {
    let of = [
        (0, Accepted),
        (1, FinSent),
        (2, FinReceived),
        (2, SocketClosed),
    ];
    let samples = [sample(secs(1), Closing, None)];
    assert_eq!(names(&of, &samples, 10), (TimeWait, TimeWait));
    assert_eq!(names(&of, &samples, 1000), (Closed, Closed));
}

/// The program closed without reading the peer's FIN, which the system had seen first.
#[test]
fn a_fin_that_was_never_read_counts() {
    let of = [(0, Accepted), (6, FinSent), (6, SocketClosed)];
    let samples = [sample(secs(5), CloseWait, None)];
    assert_eq!(names(&of, &samples, 10), (Closed, TimeWait));
    // And before the close.
    assert_eq!(names(&of[..1], &samples, 10), (CloseWait, FinWait2));
}
