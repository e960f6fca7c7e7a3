//! Which names the server answers to, and that DNS rebinding gets nothing: a page of the internet whose name leads to this
//! computer sends that name in `Host`.

use landline_engine::server::{LogEntry, ServerEvent};

use crate::common::{Shared, status};

/// The computer `pc` in two networks, as its system would tell.
fn own_names() -> Vec<String> {
    ["pc.fritz.box", "pc.lan.example"].map(String::from).into()
}

fn sharing(allowed: &[&str]) -> Shared {
    let allowed = allowed.iter().map(ToString::to_string).collect();
    Shared::with(|config| {
        config.own_names = own_names;
        config.allowed_hosts = allowed;
    })
}

fn status_for(shared: &Shared, host: &str) -> u16 {
    status(&shared.http(&format!(
        "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )))
}

#[test]
fn rebinding_names_are_refused() {
    let shared = sharing(&["files.example.org"]);
    let (long, longer) = ("x".repeat(300), "pc.".repeat(100));
    for host in [
        "evil.example",
        "pc.evil.example",
        "pc.evil.example.:8080",
        "PC.EVIL.EXAMPLE",
        "pc.fritz.box.evil.example",
        "evil.pc.fritz.box",
        "evil.fritz.box",
        "fritz.box",
        "lan.example",
        "pc.fritz.boxx",
        "pcfritz.box",
        "files.example.org.evil.example",
        "x.files.example.org",
        "localhost.evil.example",
        "xn--pc-fritz-box.example",
        "p\u{441}.fritz.box",
        "pc.fritz.\u{184}ox",
        &format!("{long}.example"),
        &format!("{longer}evil.example"),
        &format!("{long}.pc.fritz.box"),
    ] {
        assert_eq!(status_for(&shared, host), 421, "{host}");
    }
    for host in [
        "pc.fritz.box..",
        ".pc.fritz.box",
        "pc..fritz.box",
        "pc\u{3002}fritz\u{3002}box",
        "pc.fritz.box@evil.example",
    ] {
        assert_eq!(status_for(&shared, host), 400, "{host}");
    }
    // An absolute target counts for more than `Host`.
    let target = "GET http://pc.evil.example/ HTTP/1.1\r\nHost: pc.fritz.box\r\n\r\n";
    assert_eq!(status(&shared.http(target)), 421);
}

#[test]
fn own_names_and_local_ones_are_answered() {
    let shared = sharing(&["files.example.org"]);
    for host in [
        "pc.fritz.box",
        "pc.fritz.box:8080",
        "pc.fritz.box.",
        "pc.fritz.box.:8080",
        "PC.Fritz.Box",
        "pc.lan.example",
        "FILES.example.org.",
        "localhost",
        "LOCALHOST:1",
        "share.localhost",
        "a.b.localhost:8080",
    ] {
        assert_eq!(status_for(&shared, host), 200, "{host}");
    }
}

#[test]
fn names_can_be_allowed_and_refused_while_sharing() {
    let shared = sharing(&[]);
    assert_eq!(status_for(&shared, "files.example.org"), 421);
    shared
        .server
        .as_ref()
        .unwrap()
        .set_allowed_hosts(vec!["files.example.org".to_owned()]);
    assert_eq!(status_for(&shared, "files.example.org"), 200);
    shared
        .server
        .as_ref()
        .unwrap()
        .set_allowed_hosts(Vec::new());
    assert_eq!(status_for(&shared, "files.example.org"), 421);
}

#[test]
fn the_log_says_which_name_was_refused() {
    let shared = sharing(&[]);
    assert_eq!(status_for(&shared, "Files.example.org.:8080"), 421);
    let host = shared.wait(|event| match event {
        ServerEvent::Logged {
            entry: LogEntry::UnknownHost { host },
            ..
        } => Some(host),
        _ => None,
    });
    assert_eq!(host, "Files.example.org");
}
