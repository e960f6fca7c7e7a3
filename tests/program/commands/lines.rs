//! `landline lines`, of the port of a `landline serve`.

use std::net::TcpStream;

use super::{Serve, outcome, text};
use crate::landline;

fn lines(port: u16, more: &[&str]) -> std::process::Output {
    let mut lines = landline();
    lines
        .args(["lines", "--port", &port.to_string()])
        .args(more);
    lines.output().unwrap()
}

#[test]
fn lines_lists_the_sockets_of_a_share() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path(), &[]);
    let client = TcpStream::connect(("127.0.0.1", serve.port)).unwrap();
    let at_client = client.local_addr().unwrap();
    let at_server = client.peer_addr().unwrap();

    let listed = lines(serve.port, &[]);
    let (status, out, err) = outcome(&listed);
    assert_eq!((status, err), (Some(0), ""), "{out}");
    // Connections of other tests may have used this port before, from other addresses of this computer.
    let is_ours = |line: &&str| line.contains(&at_server.to_string()) || line.starts_with("STATE");
    let rows: Vec<Vec<_>> = out
        .lines()
        .filter(is_ours)
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows[0][..3], ["STATE", "LOCAL", "PEER"]);
    let listening = [at_server.to_string(), String::from("*")];
    assert_eq!(rows[1][..3], ["LISTEN", &listening[0], &listening[1]]);
    let ends = [at_server, at_client].map(|end| end.to_string());
    assert_eq!(rows[2][..3], ["ESTABLISHED", &ends[0], &ends[1]]);
    assert_eq!(rows[3][..3], ["ESTABLISHED", &ends[1], &ends[0]]);
    assert_eq!(rows.len(), 4, "{out}");

    let listed = lines(serve.port, &["--json"]);
    let json: serde_json::Value = serde_json::from_str(text(&listed.stdout)).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 3);
    assert_eq!(json[0]["state"], "LISTEN");
    assert_eq!(json[1]["peer_port"], at_client.port());
    assert!(json[1]["segment_size_bytes"].is_u64(), "{json:#}");
}

#[test]
fn lines_says_that_there_are_none() {
    // Nobody uses it.
    let port = 2;
    let listed = lines(port, &[]);
    let (status, out, err) = outcome(&listed);
    assert_eq!((status, err), (Some(0), ""));
    assert!(out.contains("port 2"), "{out}");
    let listed = lines(port, &["--json"]);
    assert_eq!(outcome(&listed), (Some(0), "[]\n", ""));
}
