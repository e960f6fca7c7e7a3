use super::*;
use crate::localsend::message::Info;

fn claim(address: &str, fingerprint: &str) -> Claim {
    let identity = Fingerprint::of(fingerprint.as_bytes());
    let json = format!(r#"{{"alias":"x","fingerprint":"{identity}","protocol":"https"}}"#);
    Claim {
        info: Info::parse(json.as_bytes()).unwrap(),
        address: address.parse().unwrap(),
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_device_is_asked_once_for_a_burst() {
    let mut now = Instant::now();
    let mut guard = Guard::default();
    let ann = claim("10.0.0.1:53317", "ann");
    guard.offer(ann.clone(), now);
    guard.offer(ann.clone(), now);
    let next = guard.next().unwrap();
    assert!(guard.next().is_none());
    guard.offer(ann.clone(), now);
    assert!(guard.next().is_none());
    guard.done(&next, true, now);
    now += seconds(2);
    guard.offer(ann.clone(), now);
    assert!(guard.next().is_none());
    // Another program on the same computer is another device.
    guard.offer(claim("10.0.0.1:53318", "bo"), now);
    assert!(guard.next().is_some());
    now += ANSWERED;
    guard.offer(ann, now);
    assert!(guard.next().is_some());
    assert!(!guard.is_overrun(now));
}

#[test]
fn an_address_that_does_not_answer_is_left_alone_for_longer_and_longer() {
    let start = Instant::now();
    let mut guard = Guard::default();
    let mut asked = Vec::new();
    for tenths in 0..1300 {
        let now = start + Duration::from_millis(tenths * 100);
        // Always as another device: that does not help.
        guard.offer(claim("10.0.0.1:53317", &tenths.to_string()), now);
        if let Some(claim) = guard.next() {
            guard.done(&claim, false, now);
            asked.push(tenths);
        }
    }
    assert_eq!(asked, [0, 4, 24, 624, 1224]);
    // It answers: all is forgotten.
    let mut now = start + seconds(300);
    let ann = claim("10.0.0.1:53317", "ann");
    guard.offer(ann.clone(), now);
    let next = guard.next().unwrap();
    guard.done(&next, true, now);
    now += ANSWERED;
    guard.offer(ann.clone(), now);
    let next = guard.next().unwrap();
    guard.done(&next, false, now);
    guard.offer(ann, now + QUIET[0]);
    assert!(guard.next().is_some());
}

#[test]
fn few_requests_run_and_wait_whatever_comes() {
    let now = Instant::now();
    let mut guard = Guard::default();
    for at in 0..10_000 {
        let address = match at % 3 {
            0 => format!("10.{}.{}.1:53317", at / 250, at % 250),
            1 => format!("[fe80::{at:x}%3]:53317"),
            _ => "10.0.0.1:53317".to_owned(),
        };
        guard.offer(claim(&address, &at.to_string()), now);
    }
    for lane in &guard.lanes {
        assert_eq!(lane.waiting.len(), WAITING_MAX);
    }
    assert!(guard.is_overrun(now) && !guard.is_overrun(now + OVERRUN));
    let running: Vec<_> = std::iter::from_fn(|| guard.next()).collect();
    assert_eq!(running.len(), 2 * RUNNING_MAX);
    let v6 = running.iter().filter(|of| of.address.is_ipv6());
    assert_eq!(v6.count(), RUNNING_MAX);
    guard.done(&running[0], false, now);
    assert!(guard.next().is_some() && guard.next().is_none());
}

#[test]
fn a_device_gets_through_although_others_are_made_up() {
    let start = Instant::now();
    let mut guard = Guard::default();
    let mut found = None;
    // Each request to nobody takes half a second; the device announces itself once a second among them.
    for half in 0..44_u32 {
        let now = start + half * Duration::from_millis(500);
        let running: Vec<_> = std::iter::from_fn(|| guard.next()).collect();
        for at in 1..=250 {
            let forged = format!("192.168.1.{at}:53317");
            guard.offer(claim(&forged, &format!("{half} {at}")), now);
        }
        if half % 2 == 0 {
            guard.offer(claim("192.168.1.251:53317", "ann"), now);
        }
        for claim in running {
            let is_ann = claim.address.ip().to_string() == "192.168.1.251";
            found = found.or(is_ann.then_some(half));
            guard.done(&claim, is_ann, now);
        }
    }
    assert!(found.is_some());
}

#[test]
fn memory_is_bounded() {
    let mut now = Instant::now();
    let mut guard = Guard::default();
    for at in 0..5000 {
        let claim = claim(&format!("[fe80::{at:x}%3]:53317"), "ann");
        guard.offer(claim, now);
        let claim = guard.next().unwrap();
        guard.done(&claim, at % 2 == 0, now);
        assert!(guard.failed.len() <= REMEMBERED_MAX && guard.answered.len() <= REMEMBERED_MAX);
        now += Duration::from_millis(1);
    }
}
