//! Samples of real connections.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr};
use std::thread;

use super::*;
use crate::transport::Stream;

const TIMEOUT: Duration = Duration::from_secs(30);

fn trace(stream: &Stream) -> Arc<Trace> {
    Arc::clone(stream.trace().unwrap())
}

/// A sampler of the test's own: other tests watch connections as well.
fn sampler() -> &'static Sampler {
    Box::leak(Box::new(Sampler {
        state: Mutex::new(State {
            watched: Vec::new(),
            is_running: false,
        }),
        changed: Condvar::new(),
    }))
}

fn wait_until(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + TIMEOUT;
    while !condition() {
        assert!(Instant::now() < deadline);
        thread::sleep(Duration::from_millis(2));
    }
}

fn is_running(sampler: &Sampler) -> bool {
    sampler.state.lock().is_running
}

#[test]
fn there_is_a_thread_as_long_as_something_is_watched() {
    let sampling = sampler();
    let (client, server) = Stream::both_ends();
    let (ours, theirs) = (trace(&client), trace(&server));
    sampling.add(&ours);
    sampling.add(&ours);
    assert!(is_running(sampling));
    wait_until(|| ours.samples().len() >= 3);
    let samples = ours.samples();
    assert!(samples.windows(2).all(|pair| pair[0].at < pair[1].at));
    assert!(
        samples[2].at > samples[0].at + PERIOD,
        "two and a half periods"
    );
    assert_eq!(samples[0].state, TcpState::Established);
    assert_eq!(samples[0].peer_state, Some(TcpState::Established));

    // The first sample of another comes at once.
    let began = theirs.started().elapsed();
    sampling.add(&theirs);
    wait_until(|| theirs.last_sample().is_some());
    assert!(theirs.samples()[0].at >= began);
    sampling.remove(&theirs);

    sampling.remove(&ours);
    assert!(is_running(sampling), "it is still watched once");
    sampling.remove(&ours);
    wait_until(|| !is_running(sampling));
    // One that was not watched changes nothing; the next one starts a thread again.
    sampling.remove(&ours);
    sampling.add(&theirs);
    let seen = theirs.samples().len();
    wait_until(|| theirs.samples().len() > seen);
    sampling.remove(&theirs);
}

#[test]
fn what_passed_and_the_figures_are_in_a_sample() {
    let (client, server) = Stream::both_ends();
    let (ours, theirs) = (trace(&client), trace(&server));
    (&client).write_all(&[7; 1000]).unwrap();
    (&server).read_exact(&mut [0; 400]).unwrap();
    wait_until(|| {
        ours.sample_now();
        ours.last_sample().unwrap().send_queue == Some(0)
    });
    theirs.sample_now();
    let (sent, received) = (ours.last_sample().unwrap(), theirs.last_sample().unwrap());
    assert_eq!((sent.sent, sent.received), (1000, 0));
    assert_eq!((received.sent, received.received), (0, 400));
    assert_eq!(received.receive_queue, Some(600));
    let (at_client, at_server) = (sent.info.unwrap(), received.info.unwrap());
    assert_eq!(at_client.bytes_sent, Some(1000));
    assert_eq!(at_client.bytes_acked, Some(1000), "without the SYN");
    assert_eq!(at_client.bytes_retransmitted, Some(0));
    assert_eq!(at_client.segments_sent, Some(1));
    assert_eq!(at_client.in_flight, Some(0));
    assert!(at_client.rtt.is_some() && at_client.min_rtt.is_some());
    assert!(at_client.since_sent < Some(TIMEOUT) && at_client.since_received.is_none());
    assert_eq!(at_server.bytes_received, Some(1000));
    assert_eq!(at_server.segments_received, Some(1));
}

#[test]
fn the_last_sample_says_that_the_connection_is_gone() {
    let sampling = sampler();
    let (client, server) = Stream::both_ends();
    let theirs = trace(&server);
    sampling.add(&theirs);
    client.shutdown(Shutdown::Write).unwrap();
    wait_until(|| {
        theirs
            .last_sample()
            .is_some_and(|last| last.state == TcpState::CloseWait)
    });
    drop(server);
    // Nothing is left to be seen, and the thread ends although it is watched.
    wait_until(|| !is_running(sampling));
    let closed = |sample: &&Sample| sample.state == TcpState::Closed;
    let samples = theirs.samples();
    assert_eq!(samples.iter().filter(closed).count(), 1);
    assert!(samples.last().as_ref().is_some_and(closed));
    assert_eq!(samples.last().unwrap().peer_state, Some(TcpState::TimeWait));
    theirs.sample_now();
    assert_eq!(theirs.samples().len(), samples.len());
    drop(theirs.watch());
    sampling.remove(&theirs);
}

#[test]
fn at_most_a_minute_is_kept() {
    let (client, _server) = Stream::both_ends();
    let ours = trace(&client);
    for _ in 0..super::super::SAMPLES_KEPT + 9 {
        ours.sample_now();
    }
    let samples = ours.samples();
    assert_eq!(samples.len(), super::super::SAMPLES_KEPT);
    assert_eq!(samples.last(), ours.last_sample().as_ref());
}

#[test]
fn a_later_connection_between_the_same_ports_is_another_one() {
    let ends = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let found = |state| {
        Some(TcpSocket {
            local: ends(1),
            peer: ends(2),
            state,
            receive_queue: Some(0),
            send_queue: Some(0),
            time_wait_left: None,
            info: None,
        })
    };
    for (was_closed, listed, expected) in [
        (false, TcpState::Established, TcpState::Established),
        (true, TcpState::Established, TcpState::Closed),
        (true, TcpState::SynSent, TcpState::Closed),
        (true, TcpState::FinWait2, TcpState::FinWait2),
        (true, TcpState::TimeWait, TcpState::TimeWait),
    ] {
        let trace = Trace::accepted(ends(1), ends(2));
        let look = Look {
            trace: &trace,
            at: Duration::from_secs(1),
            was_closed,
        };
        look.finish(found(listed), found(listed));
        let sample = trace.last_sample().unwrap();
        assert_eq!(sample.state, expected);
        assert_eq!(sample.peer_state.is_none(), expected != listed);
    }
}

#[test]
fn without_an_address_there_is_nothing_to_ask_for() {
    let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let trace = Trace::accepted(nowhere, nowhere);
    trace.sample_now();
    let _watch = trace.watch();
    assert_eq!(trace.samples(), []);
    assert!(!is_observable(&trace));
}

#[test]
fn a_sample_is_taken_at_the_end_if_much_was_moved() {
    for (len, samples) in [(1000, 0), (100_000, 1)] {
        let (client, server) = Stream::both_ends();
        let theirs = trace(&server);
        let reader = thread::spawn(move || (&client).read_to_end(&mut Vec::new()).unwrap());
        (&server).write_all(&vec![0; len]).unwrap();
        drop(server);
        assert_eq!(reader.join().unwrap(), len);
        assert_eq!(theirs.samples().len(), samples);
        let last = theirs.last_sample();
        assert!(last.is_none_or(|last| last.sent == 100_000 && last.info.is_some()));
    }
}

/// Nobody has looked for a while, or somebody did just now.
#[test]
fn no_sample_is_taken_at_the_end_right_after_another() {
    let (client, server) = Stream::both_ends();
    let theirs = trace(&server);
    let reader = thread::spawn(move || (&client).read_to_end(&mut Vec::new()).unwrap());
    (&server).write_all(&vec![0; 100_000]).unwrap();
    let before = Instant::now();
    theirs.sample_now();
    theirs.sample_at_end();
    // If it took so long, a second one is right.
    assert!(theirs.samples().len() == 1 || before.elapsed() > PERIOD);
    drop(server);
    reader.join().unwrap();
}
