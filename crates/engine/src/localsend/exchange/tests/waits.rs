//! Devices that keep a request waiting, and cancelling it.

use super::*;

#[test]
fn a_device_that_answers_slowly_is_given_up_in_time() {
    for wire in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n"] {
        let (done, is_done) = std::sync::mpsc::channel::<()>();
        let server = Server::plain(move |socket| {
            request(&socket);
            let mut wire = wire.as_bytes().to_vec();
            while is_done.recv_timeout(Duration::from_millis(10)).is_err() {
                let _ = (&socket).write_all(&wire);
                if !wire.is_empty() {
                    wire = b"A".to_vec();
                }
            }
        });
        let answer = Duration::from_millis(300);
        let ask = Ask {
            answer,
            ..register(server.address, Reach::Plain)
        };
        let began = Instant::now();
        let error = super::ask(&node(), &ask, &CancelToken::new()).unwrap_err();
        let NoAnswer::Io(error) = error else {
            panic!("{error:?}");
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(began.elapsed() >= answer && began.elapsed() < LONG / 2);
        done.send(()).unwrap();
        server.done();
    }
}

#[test]
fn a_device_that_says_nothing_is_given_up_during_the_handshake() {
    let server = Server::plain(|socket| (&socket).read_to_end(&mut Vec::new()).is_ok());
    let ask = Ask {
        connect: Duration::from_millis(200),
        ..register(server.address, Reach::Anyone)
    };
    let error = super::ask(&node(), &ask, &CancelToken::new()).unwrap_err();
    let NoAnswer::Io(error) = error else {
        panic!("{error:?}");
    };
    assert!(is_timeout(&error), "{error}");
    server.done();
}

#[test]
fn a_cancel_ends_it_wherever_it_waits() {
    let hour = Duration::from_hours(1);
    for reach in [Reach::Plain, Reach::Anyone] {
        for answers_handshake in [false, true] {
            let cancel = CancelToken::new();
            let canceller = cancel.clone();
            let server = if answers_handshake && reach == Reach::Anyone {
                Server::tls(&Identity::generate().unwrap(), move |stream| {
                    request(&stream);
                    // The owner is being asked.
                    canceller.cancel();
                    request(&stream)
                })
            } else {
                Server::plain(move |socket| {
                    (&socket).read_exact(&mut [0; 16]).unwrap();
                    canceller.cancel();
                    let _ = (&socket).read_to_end(&mut Vec::new());
                    String::new()
                })
            };
            let ask = Ask {
                connect: hour,
                answer: hour,
                ..register(server.address, reach)
            };
            let began = Instant::now();
            let error = super::ask(&node(), &ask, &cancel).unwrap_err();
            assert!(matches!(error, NoAnswer::Cancelled), "{error:?}");
            assert!(began.elapsed() < LONG);
            // The device sees it at once.
            assert_eq!(server.done(), "");
        }
    }
}

#[test]
fn what_is_cancelled_already_is_not_begun() {
    let cancel = CancelToken::new();
    cancel.cancel();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let ask = register(listener.local_addr().unwrap(), Reach::Plain);
    let error = super::ask(&node(), &ask, &cancel).unwrap_err();
    assert!(matches!(error, NoAnswer::Cancelled), "{error:?}");
    assert!(is_timeout(&listener.accept().unwrap_err()));
}

#[test]
fn the_peer_is_noticed_when_it_goes_away_while_its_owner_is_asked() {
    let server = Server::plain(|socket| drop(request(&socket)));
    let ask = Ask {
        answer: Duration::from_hours(1),
        ..register(server.address, Reach::Plain)
    };
    let error = super::ask(&node(), &ask, &CancelToken::new()).unwrap_err();
    assert!(matches!(error, NoAnswer::Io(_)), "{error:?}");
    server.done();
}
