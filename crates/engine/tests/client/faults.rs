//! Broken, stalled and corrupting connections: the file arrives complete or not at all.

use std::io::Read as _;
use std::time::Duration;

use crate::peer::code;
use landline_engine::client::Limits;
use landline_engine::transfer::{Checked, Outcome};

use crate::common::noise;
use crate::common::proxy::Script;
use crate::peer::{Handler, Peer, content, failure, saved, send};
use crate::rig::{MIB, NAME, Rig, quick};

#[test]
fn a_file_that_is_cut_again_and_again_is_fetched_once() {
    let file = noise(64 << 20);
    for cut in [Script::fin, Script::reset] {
        let rig = Rig::of(&file);
        rig.proxy.plan(move |_| cut(Script::pass(), 7 * MIB));
        assert!(rig.gets(&file, Checked::Digest).is_empty());
        assert!(rig.proxy.connections() > 9);
        // Elsewhere a reset discards more.
        if cfg!(target_os = "linux") {
            assert!(rig.ratio(&file) < 1.15);
        }
    }
}

#[test]
fn a_stalled_connection_is_replaced() {
    let file = noise(4 << 20);
    let mut limits = quick();
    limits.timeouts.silence = Duration::from_millis(500);
    let rig = Rig::with(&file, limits);
    rig.proxy.plan(|number| match number {
        0..3 => Script::pass().stall(MIB),
        _ => Script::pass(),
    });
    rig.gets(&file, Checked::Digest);
    assert!(rig.proxy.connections() > 3);
    assert!(rig.ratio(&file) < 1.15);
}

#[test]
fn a_flipped_bit_is_detected_and_the_file_downloaded_again() {
    let file = noise(2 << 20);
    let rig = Rig::of(&file);
    rig.proxy.plan(|number| match number {
        0 => Script::pass().flip(MIB, 3),
        _ => Script::pass(),
    });
    rig.gets(&file, Checked::Digest);
    let ratio = rig.ratio(&file);
    assert!((2.0..2.1).contains(&ratio));
}

#[test]
fn bits_flipped_every_time_are_a_failure() {
    let file = noise(2 << 20);
    let rig = Rig::of(&file);
    rig.proxy.plan(|_| Script::pass().flip(MIB, 0));
    let outcome = rig.get();
    assert!(matches!(outcome, Outcome::Failed(_)));
    assert_eq!(failure(&outcome), "damaged");
    assert!(rig.downloader.files().is_empty());
    assert!(rig.ratio(&file) < 2.1);
}

#[test]
fn what_is_kept_is_checked_too() {
    let file = noise(4 << 20);
    let rig = Rig::of(&file);
    rig.proxy.plan(|number| match number {
        0 => Script::pass().flip(MIB / 2, 7).fin(MIB),
        1..3 => Script::pass().fin(MIB),
        _ => Script::pass(),
    });
    rig.gets(&file, Checked::Digest);
    let ratio = rig.ratio(&file);
    assert!((2.0..2.1).contains(&ratio));
}

#[test]
fn what_an_earlier_client_kept_is_checked_too() {
    let file = noise(4 << 20);
    let once = Limits {
        give_up: Some(Duration::ZERO),
        ..quick()
    };
    let mut rig = Rig::with(&file, once);
    rig.proxy.plan(|number| match number {
        0 => Script::pass().flip(MIB / 2, 7).fin(MIB),
        _ => Script::pass(),
    });
    assert_eq!(failure(&rig.get()), "cut");
    let part = format!("{NAME}.part");
    assert_eq!(rig.downloader.files(), [part.clone(), part + ".json"]);
    rig.downloader.renew(quick());
    rig.gets(&file, Checked::Digest);
}

#[test]
fn a_server_that_comes_back_is_found_again() {
    let file = noise(4 << 20);
    let rig = Rig::of(&file);
    for is_elsewhere in [false, true] {
        let (proxy, shared) = (rig.proxy.clone(), rig.shared.clone());
        let restart = move || {
            let mut shared = shared.lock().unwrap();
            let shared = shared.as_mut().unwrap();
            let port = shared.address.port();
            shared.begin(|config| config.port = if is_elsewhere { 0 } else { port });
            proxy.set_upstream(shared.address.port());
        };
        let first = rig.proxy.connections();
        let mut restart = Some(restart);
        rig.proxy.plan(move |number| match restart.take() {
            Some(restart) if number == first => Script::pass().call(MIB, restart).fin(MIB),
            _ => Script::pass(),
        });
        rig.gets(&file, Checked::Digest);
        std::fs::remove_file(rig.path()).unwrap();
    }
    assert!(rig.ratio(&file) < 2.1);
}

#[test]
fn a_server_that_is_gone_for_a_while_is_waited_for() {
    let file = noise(4 << 20);
    let rig = Rig::of(&file);
    let proxy = rig.proxy.clone();
    let mut close = Some(move || proxy.close());
    rig.proxy.plan(move |_| match close.take() {
        Some(close) => Script::pass().call(MIB, close).fin(MIB),
        None => Script::pass(),
    });
    let transfer = rig.start();
    let mut refused = 0;
    while refused < 3 {
        rig.downloader.event();
        let interruption = transfer.interruption();
        refused += u32::from(interruption.is_some_and(|found| code(&found.why) == "refused"));
    }
    rig.proxy.open();
    let outcome = rig.downloader.wait(transfer.id());
    assert_eq!(saved(&outcome).checked, Checked::Digest);
    assert!(rig.ratio(&file) < 1.1);
}

#[test]
fn a_server_that_began_to_answer_is_not_taken_for_a_raw_one() {
    let file = noise(1 << 20);
    let rig = Rig::of(&file);
    rig.proxy.plan(|number| match number {
        0 => Script::pass().fin(1),
        1..4 => Script::pass().fin(0),
        // To a raw request it would respond with this, as if complete.
        4 => Script::pass().fin(MIB / 2),
        _ => Script::pass(),
    });
    assert!(rig.gets(&file, Checked::Digest).is_empty());
}

#[test]
fn a_raw_server_gets_another_raw_request_after_a_reset() {
    let file = noise(1000);
    let raw = |sent: &[u8]| -> Handler {
        let sent = sent.to_vec();
        Box::new(move |mut socket| {
            let mut asked = [0; 1024];
            let len = socket.read(&mut asked).unwrap();
            if &asked[..len] == NAME.as_bytes() {
                send(&socket, &sent);
            }
        })
    };
    let peer = Peer::new(vec![raw(b""), raw(&file), raw(&file)]);
    let rig = Rig::over(peer.port, &file, quick());
    let (go, gate) = crossbeam_channel::bounded::<()>(1);
    rig.proxy.plan(move |number| {
        let gate = gate.clone();
        match number {
            // A RST overtakes unread data.
            1 => Script::pass()
                .call(500, move || gate.recv().unwrap())
                .reset(500),
            _ => Script::pass(),
        }
    });
    let transfer = rig.start();
    rig.downloader.wait_until_moving();
    go.send(()).unwrap();
    let outcome = rig.downloader.wait(transfer.id());
    assert_eq!(saved(&outcome).checked, Checked::Nothing);
    assert!(content(&rig.path()) == file);
    assert_eq!(rig.downloader.files(), [NAME]);
    peer.done();
}
