//! Waiting for what happens in calls, by the events that report it.

use std::time::Instant;

use crossbeam_channel::Receiver;
use landline_engine::call::{Call, CallState, EntryKind};

use super::PATIENCE;

/// Waits until `pick` accepts `call`. Each of `events` says that something may have changed.
#[track_caller]
pub fn until<E, T>(
    call: &Call,
    events: &Receiver<E>,
    mut pick: impl FnMut(&Call) -> Option<T>,
) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(picked) = pick(call) {
            return picked;
        }
        assert!(
            events.recv_deadline(deadline).is_ok(),
            "nothing more happened: {:?} {:?}",
            call.state(),
            kinds(call)
        );
    }
}

/// Waits until `call` is in `state`.
#[track_caller]
pub fn until_state<E>(call: &Call, events: &Receiver<E>, state: &CallState) {
    until(call, events, |call| (call.state() == *state).then_some(()));
}

/// Waits until `kind` has happened.
#[track_caller]
pub fn until_entry<E>(call: &Call, events: &Receiver<E>, kind: &EntryKind) {
    until(call, events, |call| {
        kinds(call).contains(kind).then_some(())
    });
}

/// Waits until `call` has received `bytes` in all, in whatever pieces.
#[track_caller]
pub fn until_received<E>(call: &Call, events: &Receiver<E>, bytes: &[u8]) {
    until(call, events, |call| (received(call) == bytes).then_some(()));
}

/// What happened, without the times.
pub fn kinds(call: &Call) -> Vec<EntryKind> {
    call.entries().into_iter().map(|entry| entry.kind).collect()
}

/// All bytes that `call` has received.
pub fn received(call: &Call) -> Vec<u8> {
    let bytes = call.entries().into_iter().map(|entry| match entry.kind {
        EntryKind::Received { bytes } => bytes.to_vec(),
        _ => Vec::new(),
    });
    bytes.flatten().collect()
}

/// The state of the TCP connection between two loopback ports, by its name in RFC 9293, from the first one's side.
#[cfg(target_os = "linux")]
pub fn tcp_state(local: u16, remote: u16) -> Option<&'static str> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| {
        let table = std::fs::read_to_string(path).unwrap_or_default();
        table.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    });
    tables.concat().iter().find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let port = |word: Option<&str>| u16::from_str_radix(word?.rsplit_once(':')?.1, 16).ok();
        let (of, to) = (port(words.next())?, port(words.next())?);
        let state = words.next()?;
        (of == local && to == remote).then_some(match state {
            "01" => "ESTABLISHED",
            "02" => "SYN-SENT",
            "04" => "FIN-WAIT-1",
            "05" => "FIN-WAIT-2",
            "06" => "TIME-WAIT",
            "07" => "CLOSED",
            "08" => "CLOSE-WAIT",
            "09" => "LAST-ACK",
            "0B" => "CLOSING",
            _ => "another",
        })
    })
}
