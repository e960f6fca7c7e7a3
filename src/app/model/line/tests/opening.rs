use super::*;
use TraceEvent::{
    Accepted, Closed, ConnectFailed, Connected, Connecting, FinReceived, FinSent, ResetReceived,
};

#[test]
fn a_syn_waits_for_its_answer() {
    let seen = seen(Role::Client, 1200, &[(0, Connecting)]);
    assert_eq!(
        lines(&seen),
        [
            "CLOSED | CLOSED LISTEN",
            "Open",
            "SYN-SENT -> SYN  @0",
            "> now @1200",
            "? ESTABLISHED <- SYN+ACK SYN-RCVD",
            "?  -> ACK y ESTABLISHED",
        ]
    );
    let diagram = Diagram::of(&seen);
    assert_eq!(diagram.own, (TcpState::SynSent, false));
    assert_eq!(diagram.hung_up, None);
}

#[test]
fn a_refusal_is_a_reset() {
    let events = [(0, Connecting), (1, ConnectFailed), (1, ResetReceived)];
    let seen = seen(Role::Client, 9000, &events);
    assert_eq!(
        lines(&seen),
        [
            "CLOSED | CLOSED",
            "NotOpened",
            "SYN-SENT -> SYN  @0",
            "CLOSED <- RST reset  @1",
        ]
    );
    assert_eq!(Diagram::of(&seen).own, (TcpState::Closed, false));
}

#[test]
fn without_an_answer_the_syn_did_not_arrive() {
    let seen = seen(
        Role::Client,
        9000,
        &[(0, Connecting), (5000, ConnectFailed), (5000, Closed)],
    );
    assert_eq!(
        lines(&seen)[2..],
        ["SYN-SENT -> SYN lost  @0", "Own CLOSED @5000"]
    );
}

#[test]
fn an_open_connection_shows_what_is_to_come() {
    let mut open = seen(Role::Client, 29_500, &[(0, Connecting), (4, Connected)]);
    open.sent = passed(180, 5, 5);
    open.received = passed(2_600_000, 9, 29_400);
    assert_eq!(
        lines(&open),
        [
            "CLOSED | CLOSED LISTEN",
            "Open",
            "SYN-SENT -> SYN SYN-RCVD @0",
            "ESTABLISHED <- SYN+ACK  @4",
            " -> ACK y ESTABLISHED",
            " -> 180  @5",
            "> data of Peer: 2600000 @9",
            ">  -> ACK  ",
            "> now @29500",
            "? Close { has_begun: false }",
            "? FIN-WAIT-1 -> FIN u CLOSE-WAIT",
            "? FIN-WAIT-2 <- ACK u ",
            "? TIME-WAIT <- FIN w ACK u LAST-ACK",
            "?  -> ACK w CLOSED",
            "? Own waits",
            "? Own CLOSED",
        ]
    );
    // Seen from the server, which did not see the handshake.
    let mut server = seen(Role::Server, 100, &[(0, Accepted)]);
    server.received = passed(80, 1, 1);
    server.sent = passed(9_000, 2, 60);
    let lines = lines(&server);
    assert_eq!(
        lines[..9],
        [
            "CLOSED LISTEN | CLOSED",
            "Open",
            "SYN-RCVD <- SYN SYN-SENT",
            " -> SYN+ACK ESTABLISHED",
            "ESTABLISHED <- ACK y  @0",
            " <- 80  @1",
            "> data of Own: 9000 @2",
            ">  <- ACK  ",
            "> now @100",
        ]
    );
    assert!(Diagram::of(&server).notes.contains(&Note::HandshakeUntimed));
    assert!(!Diagram::of(&open).notes.contains(&Note::HandshakeUntimed));
}

#[test]
fn a_full_window_and_retransmissions_show() {
    let mut server = seen(Role::Server, 100, &[(0, Accepted)]);
    server.sent = passed(900_000, 2, 60);
    server.observed = vec![observed(TcpState::Established)];
    server.is_current = true;
    server.info = Some(landline_engine::transport::tcp::TcpInfo {
        peer_window: Some(65_536),
        segment_size: Some(1448),
        segments_sent: Some(640),
        retransmitted: Some(12),
        unsent: Some(4_000),
        ..Default::default()
    });
    server.send_queue = Some(65_000 + 4_000);
    assert_eq!(
        after_handshake(&server)[..5],
        [
            "> data of Own: 900000 @2",
            ">  -> 12 lost lost ",
            ">  -> again ",
            ">  <- ACK  ",
            ">  <- full ",
        ]
    );
    server.send_queue = Some(30_000);
    assert!(!lines(&server).contains(&">  <- full ".to_owned()));
}

#[test]
fn messages_are_arrows_with_gaps() {
    let mut call = seen(Role::Client, 42_000, &[(0, Connecting), (1, Connected)]);
    let message = |at, from, bytes| Message {
        at: ms(at),
        from,
        bytes,
        is_acked: true,
    };
    call.messages = vec![
        message(3120, Side::Own, 9),
        message(3121, Side::Peer, 6),
        message(37_804, Side::Own, 6),
    ];
    assert_eq!(
        after_handshake(&call)[..6],
        [
            " -> 9  @3120",
            " <- 6 ACK  @3121",
            " -> ACK  ",
            "34683 ms later",
            " -> 6  @37804",
            " <- ACK  ",
        ]
    );
    // Those after the peer has hung up come after its FIN.
    call.events.push((ms(20_000), FinReceived));
    let half = lines(&call);
    let at = |what: &str| half.iter().position(|line| line.starts_with(what)).unwrap();
    assert!(at("CLOSE-WAIT <- FIN u FIN-WAIT-1") < at(" -> 6  @37804"));
    assert!(at(" -> 6  @37804") < at("? LAST-ACK -> FIN w ACK u TIME-WAIT"));
    // The oldest are only counted.
    call.messages = (0..30).map(|at| message(at * 10, Side::Own, 1)).collect();
    assert_eq!(after_handshake(&call)[0], "22 before");
    let _ = FinSent;
}
