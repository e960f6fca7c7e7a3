//! `landline identity`, and what is said about those of servers.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use super::{Computer, fails, stderr, succeeds};

#[test]
fn this_computer_has_one_identity() {
    let ann = Computer::new();
    let words = ann.words();
    assert_eq!(words.split(' ').count(), 4);
    assert_eq!(ann.words(), words);
    assert_ne!(Computer::new().words(), words);
    let json = ann.run(&["identity", "--json"]).stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["words"], *words);
    let fingerprint = json["fingerprint"].as_str().unwrap();
    assert!(fingerprint.len() == 64 && fingerprint.bytes().all(|b| b.is_ascii_hexdigit()));
    assert_eq!(json["servers"].as_array().unwrap().len(), 0);
}

#[test]
fn the_identity_of_a_new_server_is_printed_once() {
    let (ann, bob) = (Computer::new(), Computer::new());
    let serve = ann.serve(&[]);
    let words = ann.words();
    let output = bob.get(serve.port, &[]);
    succeeds(&output);
    let introduced = format!("First visit to 127.0.0.1: its identity is “{words}”");
    assert!(stderr(&output).contains(&introduced), "{output:?}");
    let output = bob.get(serve.port, &["--exists", "overwrite"]);
    succeeds(&output);
    assert_eq!(stderr(&output), "");
    let known = String::from_utf8(bob.run(&["identity"]).stdout).unwrap();
    assert!(
        known.contains(&format!("127.0.0.1:{}  {words}", serve.port)),
        "{known}"
    );
}

#[test]
fn a_man_in_the_middle_is_noticed_on_the_second_visit() {
    let (ann, eve, bob) = (Computer::new(), Computer::new(), Computer::new());
    let serve = ann.serve(&[]);
    let port = serve.port;
    succeeds(&bob.get(port, &[]));
    drop(serve);
    let port_text = port.to_string();
    let file = eve.file("share", "hunter2");
    let file = file.to_str().unwrap();
    let serve = eve.serve(&["--port", &port_text, "--password-file", file]);
    assert_eq!(serve.port, port);
    // A password that eve would like to see.
    let password = bob.file("password", "hunter2");
    let output = bob.get(port, &["--password-file", password.to_str().unwrap()]);
    fails(&output, "The identity of 127.0.0.1 has changed");
    for expected in [
        ann.words(),
        eve.words(),
        format!("landline identity --forget 127.0.0.1:{port}"),
        "Nothing was sent".to_owned(),
    ] {
        assert!(stderr(&output).contains(&expected), "{}", stderr(&output));
    }
    let server = format!("127.0.0.1:{port}");
    let forgotten = bob.run(&["identity", "--forget", &server]);
    succeeds(&forgotten);
    let said = format!("Forgot the identity and the password of {server}.\n");
    assert_eq!(forgotten.stdout, said.as_bytes());
    succeeds(&bob.get(port, &["--password-file", password.to_str().unwrap()]));
}

#[test]
fn a_server_that_is_not_known_cannot_be_forgotten() {
    let bob = Computer::new();
    fails(
        &bob.run(&["identity", "--forget", "ann-pc"]),
        "password of ann-pc:8080 is remembered",
    );
    let wrong = bob.run(&["identity", "--forget", "ann pc"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn a_server_without_tls_is_not_asked_over_https() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let _ = client.read(&mut [0; 1000]);
            let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let bob = Computer::new();
    let output = bob.run(&["get", &format!("https://{server}/notes.txt"), "-o", "-"]);
    fails(&output, "does not offer encryption");
    let step = format!("landline identity --forget {server}");
    assert!(stderr(&output).contains(&step), "{}", stderr(&output));
}
