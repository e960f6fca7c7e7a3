//! Several downloads, and ending them.

use std::io::Read;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::peer::code;
use crossbeam_channel::unbounded;
use landline_engine::client::{ClientEvent, Limits, Timeouts};
use landline_engine::transfer::{Outcome, Transfer, TransferState};

use crate::peer::{
    Downloader, Handler, PATIENCE, Peer, answer, hang_up, head, http, saved, send, wait_for_end,
};
use crate::web::{Reply, Web};

fn one_at_a_time() -> Downloader {
    Downloader::with(Limits {
        at_once: 1,
        ..Limits::default()
    })
}

/// Begins to send, and then waits until the client has gone.
fn endless() -> Handler {
    Box::new(|socket| {
        head(&socket);
        send(&socket, b"HTTP/1.1 200 OK\r\n\r\nbegun");
        wait_for_end(&socket);
    })
}

#[test]
fn downloads_are_queued_in_order() {
    let (go, gate) = unbounded::<()>();
    let mut handlers: Vec<Handler> = vec![Box::new(move |socket| {
        assert!(head(&socket).starts_with("get /0 "));
        gate.recv_timeout(PATIENCE).unwrap();
        send(&socket, &answer("200 OK", "", b"x"));
        hang_up(socket);
    })];
    for number in 1..4 {
        handlers.push(Box::new(move |socket| {
            assert!(head(&socket).starts_with(&format!("get /{number} ")));
            send(&socket, &answer("200 OK", "", b"x"));
            hang_up(socket);
        }));
    }
    let peer = Peer::new(handlers);
    let downloader = one_at_a_time();
    let transfers: Vec<_> = (0..4)
        .map(|number| downloader.start(peer.port, &number.to_string()))
        .collect();
    for waiting in &transfers[1..] {
        assert_eq!(waiting.state(), TransferState::Queued);
    }
    go.send(()).unwrap();
    for transfer in &transfers {
        saved(&downloader.wait(transfer.id()));
    }
    assert_eq!(downloader.files(), ["0", "1", "2", "3"]);
    peer.done();
}

#[test]
fn one_that_was_paused_by_mistake_comes_next() {
    let (go, gate) = unbounded::<()>();
    let one = |name: &'static str, gate: Option<crossbeam_channel::Receiver<()>>| -> Handler {
        Box::new(move |socket| {
            assert!(head(&socket).starts_with(&format!("get /{name} ")));
            if let Some(gate) = gate {
                gate.recv_timeout(PATIENCE).unwrap();
            }
            send(&socket, &answer("200 OK", "", b"x"));
            hang_up(socket);
        })
    };
    let order = [one("a", Some(gate)), one("c", None), one("b", None)];
    let peer = Peer::new(order.into());
    let downloader = one_at_a_time();
    let [a, b, c] = ["a", "b", "c"].map(|name| downloader.start(peer.port, name));
    downloader.client.pause(c.id());
    assert_eq!(c.outcome(), Some(&Outcome::Paused(None)));
    let request = downloader.request(peer.port, "c");
    let again = downloader.client.go_on_next(request, &c);
    go.send(()).unwrap();
    for transfer in [a, again, b] {
        saved(&downloader.wait(transfer.id()));
    }
    peer.done();
}

#[test]
fn three_run_at_once() {
    // None of the first three is answered before all of them are there.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let calls: Vec<_> = (0..3).map(|_| listener.accept().unwrap().0).collect();
        for call in calls {
            http(answer("200 OK", "", b"x"))(call);
        }
        http(answer("200 OK", "", b"x"))(listener.accept().unwrap().0);
    });
    let downloader = Downloader::new();
    for _ in 0..4 {
        downloader.start(port, "same");
    }
    let ended = (0..).map(|_| downloader.event());
    let ended = ended.filter(|event| matches!(event, ClientEvent::Ended(_)));
    assert_eq!(ended.take(4).count(), 4);
    server.join().unwrap();
    let files = downloader.files();
    assert_eq!(files, ["same", "same (2)", "same (3)", "same (4)"]);
}

#[test]
fn how_many_run_at_once_can_change() {
    let (begun, has_begun) = unbounded();
    let (go, gate) = unbounded::<()>();
    // Says which file was asked for, and waits with its end.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let calls = listener.incoming().take(6).map(|call| {
            let (call, begun, gate) = (call.unwrap(), begun.clone(), gate.clone());
            std::thread::spawn(move || {
                let name = head(&call)["get /".len()..].chars().next().unwrap();
                begun.send(name).unwrap();
                gate.recv_timeout(PATIENCE).unwrap();
                send(&call, &answer("200 OK", "", b"x"));
                hang_up(call);
            })
        });
        let calls: Vec<_> = calls.collect();
        for call in calls {
            call.join().unwrap();
        }
    });
    let next = || has_begun.recv_timeout(PATIENCE).unwrap();
    let downloader = one_at_a_time();
    let transfers: Vec<_> = (0..6)
        .map(|number| downloader.start(port, &number.to_string()))
        .collect();
    let waiting = || {
        let waiting = transfers
            .iter()
            .filter(|t| t.state() == TransferState::Queued);
        waiting.count()
    };
    assert_eq!(next(), '0');
    assert_eq!(waiting(), 5);
    downloader.client.set_at_once(3);
    let mut more = [next(), next()];
    more.sort_unstable();
    assert_eq!(more, ['1', '2']);
    assert_eq!(waiting(), 3);
    // Those that run go on; who ends is followed by nobody until there are few enough.
    downloader.client.set_at_once(0);
    assert_eq!(waiting(), 3);
    let mut ended = 0;
    let mut end = || {
        go.send(()).unwrap();
        while !matches!(downloader.event(), ClientEvent::Ended(_)) {}
        ended += 1;
        ended
    };
    end();
    assert_eq!((end(), waiting()), (2, 3));
    end();
    assert_eq!(next(), '3');
    assert_eq!(waiting(), 2);
    downloader.client.set_at_once(usize::MAX);
    let mut rest = [next(), next()];
    rest.sort_unstable();
    assert_eq!((rest, waiting()), (['4', '5'], 0));
    while end() < 6 {}
    server.join().unwrap();
    for transfer in &transfers {
        saved(transfer.outcome().unwrap());
    }
}

#[test]
fn a_server_that_was_there_is_waited_for() {
    let peer = Peer::new(vec![http(answer("200 OK", "", b"x"))]);
    let port = peer.port;
    let downloader = Downloader::with(Limits::default());
    saved(&downloader.get(port, "a"));
    // Nobody listens any more.
    peer.done();
    let transfer = downloader.start(port, "b");
    while !matches!(downloader.event(), ClientEvent::Changed(t) if t.state().is_backing_off()) {}
    assert_eq!(code(&transfer.interruption().unwrap().why), "refused");
    downloader.client.cancel(transfer.id());
    assert_eq!(downloader.wait(transfer.id()), Outcome::Cancelled);
}

#[test]
fn a_backoff_can_be_ended_early() {
    let long = Duration::from_hours(1);
    let mut web = Web::new(|_| Reply::Say(answer("200 OK", "", b"x")));
    let downloader = Downloader::with(Limits {
        at_once: 1,
        timeouts: Timeouts {
            first_backoff: long,
            longest_backoff: long,
            ..Timeouts::default()
        },
        ..Limits::default()
    });
    saved(&downloader.get(web.port, "a"));
    web.stop();
    let transfer = downloader.start(web.port, "b");
    let rests = || {
        let is_so = |event| matches!(event, ClientEvent::Changed(t) if t.state().is_backing_off());
        while !is_so(downloader.event()) {}
    };
    rests();
    // Nobody is there yet: it has tried, and rests again.
    downloader.client.try_now(transfer.id());
    rests();
    let left = |transfer: &Transfer| {
        let until = transfer.interruption().unwrap().until;
        until.saturating_duration_since(Instant::now())
    };
    assert!(left(&transfer) > long / 2);
    web.start();
    downloader.client.try_now(transfer.id());
    saved(&downloader.wait(transfer.id()));
    // One that has ended, and one that nobody knows.
    downloader.client.try_now(transfer.id());
}

#[test]
fn a_cancelled_waiting_one_ends_at_once() {
    let peer = Peer::new(vec![endless()]);
    let downloader = one_at_a_time();
    let running = downloader.start(peer.port, "a");
    let waiting = downloader.start(peer.port, "b");
    downloader.wait_until_moving();
    downloader.client.cancel(waiting.id());
    assert_eq!(waiting.outcome(), Some(&Outcome::Cancelled));
    assert_eq!(downloader.wait(waiting.id()), Outcome::Cancelled);
    downloader.client.cancel(running.id());
    assert_eq!(downloader.wait(running.id()), Outcome::Cancelled);
    assert!(downloader.files().is_empty());
    peer.done();
}

#[test]
fn a_cancel_ends_a_silent_connection() {
    // The handshake is done by the kernel; nobody ever accepts, reads or answers.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let downloader = Downloader::new();
    let transfer = downloader.start(port, "a");
    let (mut call, _) = listener.accept().unwrap();
    call.read_exact(&mut [0; 4]).unwrap();
    downloader.client.cancel(transfer.id());
    assert_eq!(downloader.wait(transfer.id()), Outcome::Cancelled);
}

#[test]
fn a_cancel_ends_a_pending_connect() {
    // A full backlog: the system drops further calls, and dialling goes on and on.
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let any: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    socket.bind(&any.into()).unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let _filling: Vec<_> = (0..4)
        .map(|_| {
            let filler = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
            let filler = filler.unwrap();
            filler.set_nonblocking(true).unwrap();
            let _ = filler.connect(&address.into());
            filler
        })
        .collect();
    let downloader = Downloader::new();
    let transfer = downloader.start(address.port(), "a");
    assert!(matches!(downloader.event(), ClientEvent::Changed(_)));
    assert_eq!(transfer.state(), TransferState::Connecting);
    downloader.client.cancel(transfer.id());
    assert_eq!(downloader.wait(transfer.id()), Outcome::Cancelled);
}

#[test]
fn dropping_the_client_pauses_everything() {
    let peer = Peer::new(vec![endless()]);
    let downloader = one_at_a_time();
    let running = downloader.start(peer.port, "a");
    let waiting = downloader.start(peer.port, "b");
    downloader.wait_until_moving();
    let Downloader {
        client,
        events,
        folder,
    } = downloader;
    drop(client);
    assert_eq!(waiting.outcome(), Some(&Outcome::Paused(None)));
    // The channel closes when the last worker has gone.
    let ended = events.iter().filter(|e| matches!(e, ClientEvent::Ended(_)));
    assert_eq!(ended.count(), 2);
    assert_eq!(running.outcome(), Some(&Outcome::Paused(None)));
    // Without a validator nothing can go on from it.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    peer.done();
}
