//! `landline identity`, and what is said about those of servers.

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
fn a_server_is_introduced_once() {
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
fn somebody_in_between_is_noticed_on_the_second_visit() {
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
    fails(&output, "has another identity than before");
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
    assert!(
        forgotten.stdout.ends_with(b" are forgotten\n"),
        "{forgotten:?}"
    );
    succeeds(&bob.get(port, &["--password-file", password.to_str().unwrap()]));
}

#[test]
fn a_server_that_is_not_known_cannot_be_forgotten() {
    let bob = Computer::new();
    fails(
        &bob.run(&["identity", "--forget", "ann-pc"]),
        "ann-pc:8080 is known",
    );
    let wrong = bob.run(&["identity", "--forget", "ann pc"]);
    assert_eq!(wrong.status.code(), Some(2));
}
