use std::net::{Ipv4Addr, Ipv6Addr};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn v4(number: usize) -> IpAddr {
    let number = u32::try_from(number).unwrap();
    Ipv4Addr::from_bits((10 << 24) + number).into()
}

/// The `number`th /64.
fn v6(number: usize) -> IpAddr {
    Ipv6Addr::from_bits((0xfd00 << 112) + ((number as u128) << 64) + 7).into()
}

/// A limiter and its time.
struct Rig {
    limiter: Limiter,
    now: Instant,
}

impl Rig {
    fn new() -> Self {
        Self {
            limiter: Limiter::default(),
            now: Instant::now(),
        }
    }

    fn wrong(&mut self, peer: IpAddr, id: u64) -> Verdict {
        self.limiter.count(peer, &[id], false, self.now)
    }

    fn right(&mut self, peer: IpAddr) -> Verdict {
        self.limiter.count(peer, &[u64::MAX], true, self.now)
    }

    /// How many of these attempts were decided.
    fn decided(&mut self, peer: IpAddr, ids: std::ops::Range<u64>) -> usize {
        let verdicts = ids.map(|id| self.wrong(peer, id));
        let is_decided = |verdict: &Verdict| matches!(verdict, Verdict::Wrong { .. });
        verdicts.filter(is_decided).count()
    }

    /// What it is told without trying anything.
    fn too_many(&mut self, peer: IpAddr) -> Option<TooMany> {
        match self.limiter.count(peer, &[], false, self.now) {
            Verdict::TooMany(too_many) => Some(too_many),
            Verdict::Wrong { is_new: false } => None,
            other => panic!("{other:?}"),
        }
    }

    fn is_limited(&mut self, peer: IpAddr) -> bool {
        self.too_many(peer).is_some()
    }
}

#[test]
fn ten_different_secrets_a_minute() {
    let mut rig = Rig::new();
    let ann = address("192.168.1.7");
    for id in 0..10 {
        assert!(!rig.is_limited(ann));
        assert_eq!(rig.wrong(ann, id), Verdict::Wrong { is_new: true }, "{id}");
        // Again, as programs do that try by themselves.
        for again in 0..=id {
            if id < 9 {
                assert_eq!(rig.wrong(ann, again), Verdict::Wrong { is_new: false });
            }
        }
        rig.now += SECOND;
    }
    assert!(rig.is_limited(ann));
    // Nothing is said about the right one, and nothing about others.
    assert!(matches!(rig.right(ann), Verdict::TooMany(_)));
    assert_eq!(rig.decided(ann, 100..1_000), 0);
    assert_eq!(rig.right(address("192.168.1.8")), Verdict::Right);
    // A minute after the first, one more; after the second, another.
    rig.now += 50 * SECOND;
    assert_eq!(rig.decided(ann, 1_000..1_010), 1);
    rig.now += SECOND;
    assert_eq!(rig.right(ann), Verdict::Right);
    assert_eq!(rig.decided(ann, 1_010..1_020), 1);
    rig.now += 60 * SECOND;
    assert!(!rig.is_limited(ann));
    assert_eq!(rig.decided(ann, 2_000..2_100), 10);
}

#[test]
fn it_is_reported_once_when_it_begins() {
    let mut rig = Rig::new();
    let ann = address("192.168.1.7");
    assert_eq!(rig.decided(ann, 0..10), 10);
    let too_many = |rig: &mut Rig| rig.too_many(ann);
    let told = |is_first, secs| {
        let retry_after = secs * SECOND;
        Some(TooMany {
            retry_after,
            is_first,
        })
    };
    assert_eq!(too_many(&mut rig), told(true, 60));
    rig.now += 59 * SECOND;
    assert_eq!(too_many(&mut rig), told(false, 1));
    rig.now += SECOND;
    assert_eq!(too_many(&mut rig), None);
    assert_eq!(rig.decided(ann, 0..10), 10);
    assert_eq!(too_many(&mut rig), told(true, 60));
}

#[test]
fn the_right_secret_does_not_count_and_gives_no_new_attempts() {
    let mut rig = Rig::new();
    let ann = address("192.168.1.7");
    for id in 0..10 {
        assert_eq!(rig.right(ann), Verdict::Right);
        assert_eq!(rig.wrong(ann, id), Verdict::Wrong { is_new: true });
    }
    assert!(matches!(rig.right(ann), Verdict::TooMany(_)));
}

#[test]
fn two_secrets_in_one_request_are_two() {
    let ann = address("192.168.1.7");
    for is_right in [false, true] {
        let mut rig = Rig::new();
        assert_eq!(rig.decided(ann, 0..9), 9);
        // Only one more may be tried, and nothing is said about two.
        let verdict = rig.limiter.count(ann, &[50, 51], is_right, rig.now);
        assert!(matches!(verdict, Verdict::TooMany(_)), "{verdict:?}");
        assert!(rig.is_limited(ann));
    }
    let mut rig = Rig::new();
    for id in 0..5 {
        let two = [2 * id, 2 * id + 1];
        let verdict = rig.limiter.count(ann, &two, false, rig.now);
        assert_eq!(verdict, Verdict::Wrong { is_new: true });
    }
    assert!(rig.is_limited(ann));
    // A user's name that comes with every password counts once.
    let mut rig = Rig::new();
    let decided = (0..20).filter(|&id| {
        let verdict = rig.limiter.count(ann, &[99, id], false, rig.now);
        matches!(verdict, Verdict::Wrong { .. })
    });
    assert_eq!(decided.count(), 9);
}

#[test]
fn nothing_is_no_attempt() {
    let mut rig = Rig::new();
    let ann = address("192.168.1.7");
    for _ in 0..100 {
        let verdict = rig.limiter.count(ann, &[], false, rig.now);
        assert_eq!(verdict, Verdict::Wrong { is_new: false });
        assert!(!rig.is_limited(ann));
    }
    assert_eq!(rig.limiter.v4.addresses.by_key.len(), 0);
}

#[test]
fn addresses_that_one_computer_has_are_one() {
    for (one, other, is_same) in [
        ("192.168.1.7", "192.168.1.7", true),
        ("192.168.1.7", "::ffff:192.168.1.7", true),
        ("192.168.1.7", "192.168.1.8", false),
        ("2001:db8::1", "2001:db8::ffff:0:0:1", true),
        ("2001:db8::1", "2001:db8:0:1::1", false),
        ("fe80::1", "fe80::2", true),
        ("::1", "127.0.0.1", false),
    ] {
        let mut rig = Rig::new();
        assert_eq!(rig.decided(address(one), 0..20), 10);
        assert_eq!(rig.is_limited(address(other)), is_same, "{one} {other}");
    }
}

/// An attacker with many addresses neither resets a count nor gets unlimited attempts.
#[test]
fn a_flood_of_addresses_gets_a_bounded_number_of_attempts() {
    for of in [v4, v6] {
        let mut rig = Rig::new();
        assert_eq!(rig.decided(of(0), 0..20), 10);
        // Ten networks' worth more than fit.
        let decided: usize = (1..8_000)
            .map(|number| rig.decided(of(number), 0..11))
            .sum();
        let networks = if of(0).is_ipv4() { 8_000 / 256 } else { 1 };
        let most = 10 * (ADDRESSES_MAX + networks + 1);
        assert!(decided <= most, "{decided} of {most}");
        assert!(decided >= 10 * (ADDRESSES_MAX - 1));
        // The first one is not forgotten.
        assert!(rig.is_limited(of(0)));
        let family = rig.limiter.family(of(0)).0;
        assert!(family.addresses.by_key.len() <= ADDRESSES_MAX);
        assert!(family.networks.by_key.len() <= NETWORKS_MAX);
        // A minute later all is over.
        rig.now += PERIOD;
        assert!(!rig.is_limited(of(0)));
        assert_eq!(rig.decided(of(9_000), 0..11), 10);
    }
}

#[test]
fn a_flood_does_not_lock_out_everyone() {
    let mut rig = Rig::new();
    let honest = address("fd12::7");
    assert_eq!(rig.wrong(honest, 1), Verdict::Wrong { is_new: true });
    for number in 0..8_000 {
        rig.decided(v6(number), 0..11);
    }
    // Who was wrong before has his own count; others are let in from other networks, and over IPv4.
    assert_eq!(rig.right(honest), Verdict::Right);
    assert_eq!(rig.right(address("2001:db8::1")), Verdict::Right);
    assert_eq!(rig.right(address("192.168.1.7")), Verdict::Right);
    assert_eq!(rig.decided(address("192.168.1.7"), 0..20), 10);
    // Newcomers from the attacker's own network wait.
    assert!(rig.is_limited(v6(9_000)));
    assert!(matches!(rig.right(v6(9_000)), Verdict::TooMany(_)));
}

#[test]
fn even_all_networks_have_a_limit() {
    let mut rig = Rig::new();
    // One address in each /48.
    let decided: usize = (0..6_000)
        .map(|number| rig.decided(v6(number << 16), 0..11))
        .sum();
    assert_eq!(decided, 10 * (ADDRESSES_MAX + NETWORKS_MAX + 1));
    let family = &rig.limiter.v6;
    assert_eq!(family.addresses.by_key.len(), ADDRESSES_MAX);
    assert_eq!(family.networks.by_key.len(), NETWORKS_MAX);
    let most = |count: &Count| count.wrong.len() <= WRONG_MAX;
    assert!(family.addresses.by_key.values().all(most));
    assert!(most(&family.others));
}

#[test]
fn a_full_table_is_searched_once_a_second() {
    let mut rig = Rig::new();
    for number in 0..ADDRESSES_MAX {
        rig.wrong(v4(number), 0);
    }
    rig.now += PERIOD;
    assert_eq!(rig.wrong(v4(9_000), 0), Verdict::Wrong { is_new: true });
    assert_eq!(rig.limiter.v4.addresses.by_key.len(), 1);
    assert!(rig.limiter.v4.networks.by_key.is_empty());
}

#[test]
fn a_clock_that_stands_still_or_goes_back_is_survived() {
    let mut rig = Rig::new();
    let ann = address("192.168.1.7");
    rig.now += 100 * SECOND;
    assert_eq!(rig.decided(ann, 0..10), 10);
    rig.now -= 100 * SECOND;
    assert!(rig.is_limited(ann));
}
