//! What answers look like.

use super::*;

#[test]
fn bodies_end_in_every_way() {
    for wire in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, more",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\nmore",
        "HTTP/1.1 200 OK\r\n\r\nhello",
        "HTTP/1.0 200\n\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 -\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello",
    ] {
        let answer = answer_to(wire).unwrap();
        let got = (answer.status, &answer.body[..]);
        assert_eq!(got, (200, &b"hello"[..]), "{wire}");
    }
}

/// Byte by byte what other implementations answer.
#[test]
fn captured_answers_are_understood() {
    macro_rules! answers {
        ($($status:literal $len:literal $name:literal)*) => {
            [$(($status, $len, $name, &include_bytes!(concat!("../../vectors/", $name, "-answer.http"))[..])),*]
        };
    }
    for (status, len, name, wire) in answers! {
        200 223 "localsendd-register" 200 223 "localsendd-info" 200 144 "localsendd-prepare-upload"
        200 0 "localsendd-upload" 200 0 "localsendd-cancel" 403 0 "localsendd-declined"
        401 0 "localsendd-wrong-pin" 429 0 "localsendd-too-many-pins" 409 0 "localsendd-second-session"
        422 0 "localsendd-wrong-digest" 403 0 "localsendd-wrong-token"
        200 222 "npm-register" 200 222 "npm-info" 200 138 "npm-prepare-upload" 200 40 "npm-upload"
        200 30 "npm-cancel" 403 39 "npm-declined" 401 26 "npm-wrong-pin" 403 27 "npm-wrong-token"
    } {
        let answer = answer_to(wire).unwrap();
        assert_eq!((answer.status, answer.body.len()), (status, len), "{name}");
    }
}

#[test]
fn an_answer_without_a_body_ends_with_its_head() {
    let server = Server::plain(|socket| {
        request(&socket);
        (&socket)
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .unwrap();
        // Closes only once the client has.
        request(&socket)
    });
    let ask = register(server.address, Reach::Plain);
    let answer = super::ask(&node(), &ask, &CancelToken::new()).unwrap();
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(server.done(), "");
}

#[test]
fn what_is_cut_is_no_answer() {
    for wire in [
        "",
        "HTT",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ] {
        let error = answer_to(wire).unwrap_err();
        let NoAnswer::Io(error) = error else {
            panic!("{wire}: {error:?}");
        };
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{wire}");
    }
}

#[test]
fn what_is_not_http_is_malformed() {
    for wire in [
        "hello",
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 two hundred\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 099 -\r\n\r\n",
    ] {
        let error = answer_to(wire).unwrap_err();
        assert!(matches!(error, NoAnswer::Malformed), "{wire}: {error:?}");
    }
}

#[test]
fn endless_answers_are_given_up() {
    let interim = "HTTP/1.1 102 Processing\r\n\r\n";
    for (start, endless) in [
        ("HTTP/1.1 200 OK\r\n", "A: b\r\n"),
        ("HTTP/1.1 200 OK\r\n\r\n", "aaaaaaaaaaaaaaaa"),
        (interim, interim),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "1\r\na\r\n",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "1111111111111111",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            "A: b\r\n",
        ),
    ] {
        let server = Server::plain(|socket| {
            request(&socket);
            (&socket).write_all(start.as_bytes()).unwrap();
            let piece = endless.repeat(4096);
            while (&socket).write_all(piece.as_bytes()).is_ok() {}
        });
        let ask = register(server.address, Reach::Plain);
        let error = super::ask(&node(), &ask, &CancelToken::new()).unwrap_err();
        assert!(matches!(error, NoAnswer::Malformed), "{start}: {error:?}");
        server.done();
    }
}

#[test]
fn only_tokens_may_be_long() {
    let len = SHORT_ANSWER_MAX_LEN + 1;
    let wire = || {
        let mut wire = format!("HTTP/1.1 200 OK\r\nContent-Length: {len}\r\n\r\n").into_bytes();
        wire.resize(wire.len() + len, b'a');
        wire
    };
    let too_long = answer_to(format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {len}\r\n\r\n{{}}"
    ));
    assert!(matches!(too_long, Err(NoAnswer::Malformed)), "{too_long:?}");
    let server = answers(wire());
    let ask = Ask {
        path: "prepare-upload?pin=1",
        ..register(server.address, Reach::Plain)
    };
    let answer = super::ask(&node(), &ask, &CancelToken::new()).unwrap();
    assert_eq!(answer.body.len(), len);
    server.done();
}
