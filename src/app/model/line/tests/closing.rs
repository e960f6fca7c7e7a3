use super::*;
use TraceEvent::{
    Accepted, Closed, Connected, Connecting, FinReceived, FinSent, ResetReceived, ResetSent,
};

/// A client whose download is complete, with these events after the handshake.
fn client(now: u64, events: &[(u64, TraceEvent)]) -> Seen {
    let mut all = vec![(0, Connecting), (1, Connected)];
    all.extend(events);
    let mut seen = seen(Role::Client, now, &all);
    seen.sent = passed(100, 1, 1);
    seen.received = passed(1_800_000, 2, 17);
    seen
}

/// The lines of the close.
fn close(seen: &Seen) -> Vec<String> {
    let lines = lines(seen);
    let at = lines.iter().position(|line| line.contains("Close {"));
    lines[at.unwrap() + 1..].to_vec()
}

fn states(seen: &Seen) -> (TcpState, TcpState) {
    let diagram = Diagram::of(seen);
    (diagram.own.0, diagram.peer.0)
}

#[test]
fn who_hangs_up_first_waits() {
    let mut seen = client(12_000, &[(18, FinSent), (19, FinReceived), (19, Closed)]);
    seen.observed = vec![observed(TcpState::TimeWait)];
    seen.is_current = true;
    seen.time_wait_left = [Some(ms(48_000)), None];
    assert_eq!(
        close(&seen),
        [
            "FIN-WAIT-1 -> FIN u CLOSE-WAIT @18",
            "FIN-WAIT-2 <- ACK u ",
            "TIME-WAIT <- FIN w ACK u LAST-ACK @19",
            " -> ACK w CLOSED",
            "> Own waits 48 of 60 s @12000",
            "? Own CLOSED",
        ]
    );
    let diagram = Diagram::of(&seen);
    assert_eq!(diagram.own, (TcpState::TimeWait, true));
    assert_eq!(diagram.peer, (TcpState::Closed, false));
    assert_eq!(diagram.hung_up, Some(HungUp::First(Side::Own)));
    let letters = Note::Letters {
        u: Some(101),
        w: Some(1_800_001),
    };
    assert!(diagram.notes.contains(&letters), "{:?}", diagram.notes);
    assert!(diagram.notes.contains(&Note::PeerInferred));
    // A minute later the system has forgotten it.
    seen.observed.push(observed(TcpState::Closed));
    seen.now = ms(62_000);
    assert_eq!(close(&seen)[4..], ["Own waits", "Own CLOSED"]);
    assert_eq!(states(&seen), (TcpState::Closed, TcpState::Closed));
}

#[test]
fn who_hangs_up_second_is_done_at_once() {
    let mut seen = client(2_000, &[(18, FinReceived), (19, FinSent), (19, Closed)]);
    seen.observed = vec![observed(TcpState::Closed)];
    assert_eq!(
        close(&seen),
        [
            "CLOSE-WAIT <- FIN u FIN-WAIT-1 @18",
            " -> ACK u FIN-WAIT-2",
            "LAST-ACK -> FIN w ACK u TIME-WAIT @19",
            "CLOSED <- ACK w ",
            "> Peer waits",
            "? Peer CLOSED",
        ]
    );
    assert_eq!(states(&seen), (TcpState::Closed, TcpState::TimeWait));
    assert_eq!(Diagram::of(&seen).hung_up, Some(HungUp::First(Side::Peer)));
}

/// Events after the handshake, the state that the system lists, and the states that follow.
type Case<'a> = (
    &'a [(u64, TraceEvent)],
    Option<TcpState>,
    TcpState,
    TcpState,
);

#[test]
fn each_step_of_the_close_is_a_state() {
    let fin = (50, FinSent);
    let peer_fin = (50, FinReceived);
    let cases: &[Case<'_>] = &[
        (&[], None, TcpState::Established, TcpState::Established),
        (&[fin], None, TcpState::FinWait1, TcpState::Established),
        (
            &[fin],
            Some(TcpState::FinWait1),
            TcpState::FinWait1,
            TcpState::Established,
        ),
        (
            &[fin],
            Some(TcpState::FinWait2),
            TcpState::FinWait2,
            TcpState::CloseWait,
        ),
        (&[peer_fin], None, TcpState::CloseWait, TcpState::FinWait2),
        // Not read yet.
        (
            &[],
            Some(TcpState::CloseWait),
            TcpState::CloseWait,
            TcpState::FinWait2,
        ),
        (
            &[peer_fin, (51, FinSent)],
            Some(TcpState::LastAck),
            TcpState::LastAck,
            TcpState::FinWait2,
        ),
        (
            &[fin, (51, FinReceived)],
            None,
            TcpState::TimeWait,
            TcpState::Closed,
        ),
    ];
    for (events, listed, own, peer) in cases {
        let mut seen = client(100, events);
        seen.observed = listed.iter().map(|state| observed(*state)).collect();
        seen.is_current = listed.is_some();
        assert_eq!(states(&seen), (*own, *peer), "{events:?} {listed:?}");
        let lines = lines(&seen);
        let past = lines.iter().filter(|line| !line.starts_with(['?', '>']));
        let last = past.clone().any(|line| line.contains(own.name()));
        assert!(last, "{own} is not in {lines:?}");
        // One line says where now is, unless something counts down there.
        let now = lines
            .iter()
            .filter(|line| line.starts_with("> now"))
            .count();
        assert_eq!(now, usize::from(*own != TcpState::TimeWait), "{lines:?}");
    }
}

#[test]
fn both_may_hang_up_at_once() {
    let mut seen = client(300, &[(50, FinSent)]);
    seen.observed = vec![observed(TcpState::FinWait1), observed(TcpState::Closing)];
    seen.is_current = true;
    assert_eq!(
        close(&seen),
        [
            "FIN-WAIT-1 -> FIN u CLOSING @50",
            "CLOSING <- FIN w crossing FIN-WAIT-1",
            "> now @300",
            "?  -> ACK w TIME-WAIT",
            "? TIME-WAIT <- ACK u crossing ",
            "? Own waits",
            "? Own CLOSED",
        ]
    );
    assert_eq!(Diagram::of(&seen).hung_up, Some(HungUp::Both));
    assert_eq!(states(&seen), (TcpState::Closing, TcpState::Closing));
}

#[test]
fn a_reset_ends_everything() {
    for (event, by, line) in [
        (ResetReceived, Side::Peer, "CLOSED <- RST reset CLOSED @60"),
        (ResetSent, Side::Own, "CLOSED -> RST reset CLOSED @60"),
    ] {
        let seen = client(5_000, &[(60, event), (60, Closed)]);
        let lines = lines(&seen);
        assert_eq!(lines[lines.len() - 2..], ["Reset", line]);
        assert!(!lines.iter().any(|line| line.starts_with(['?', '>'])));
        assert_eq!(states(&seen), (TcpState::Closed, TcpState::Closed));
        assert_eq!(Diagram::of(&seen).hung_up, Some(HungUp::Reset(by)));
    }
    // After one side has hung up, its FIN stays.
    let seen = client(5_000, &[(50, FinSent), (60, ResetReceived), (60, Closed)]);
    let lines = lines(&seen);
    assert!(lines.contains(&"FIN-WAIT-1 -> FIN u CLOSE-WAIT @50".to_owned()));
    assert!(!lines.iter().any(|line| line.contains("FIN w")));
}

#[test]
fn what_nobody_saw_is_not_invented() {
    // The socket was closed long ago, and the system no longer knows the connection.
    let mut late = client(400_000, &[(50, FinSent), (50, Closed)]);
    for observed in [vec![], vec![observed(TcpState::Closed)]] {
        late.observed = observed;
        assert_eq!(
            close(&late),
            [
                "FIN-WAIT-1 -> FIN u CLOSE-WAIT @50",
                "FIN-WAIT-2 <- ACK u unseen ",
                "TIME-WAIT <- FIN w ACK u unseen LAST-ACK",
                " -> ACK w unseen CLOSED",
            ]
        );
        let diagram = Diagram::of(&late);
        assert!(diagram.notes.contains(&Note::EndNotSeen));
        assert_eq!(diagram.own.0, TcpState::Closed);
    }
    // Right after the close, the system has not been asked yet: nothing is known to be over.
    late.now = ms(300);
    late.observed.clear();
    assert_eq!(states(&late).0, TcpState::FinWait1);
    assert!(lines(&late).contains(&"> now @300".to_owned()));
}

#[test]
fn real_states_of_both_ends_are_shown() {
    let mut server = seen(Role::Server, 900, &[(0, Accepted), (500, FinReceived)]);
    server.observed = vec![
        (TcpState::Established, Some(TcpState::Established)),
        (TcpState::CloseWait, Some(TcpState::FinWait2)),
    ];
    server.is_current = true;
    let diagram = Diagram::of(&server);
    assert_eq!(diagram.own, (TcpState::CloseWait, true));
    assert_eq!(diagram.peer, (TcpState::FinWait2, true));
    assert!(!diagram.notes.contains(&Note::PeerInferred));
    // The system gives up the other end, whose program has closed it long ago.
    server.observed.push((TcpState::CloseWait, None));
    let diagram = Diagram::of(&server);
    assert_eq!(diagram.own, (TcpState::CloseWait, true));
    assert_eq!(diagram.peer, (TcpState::Closed, true));
}
