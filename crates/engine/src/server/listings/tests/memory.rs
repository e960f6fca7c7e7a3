//! Division of the memory for lists.

use super::*;

/// A state whose parts are 64, with a list being read for each address.
fn reading(addresses: &[IpAddr]) -> (State, Vec<u64>) {
    let names: Vec<_> = (0..addresses.len()).map(|name| name.to_string()).collect();
    let rig = Rig::empty(&names);
    let mut state = State::new(256);
    let lists = addresses.iter().zip(&names).map(|(address, name)| {
        let user = state.admit(&rig.folder(name).listing_key(), *address);
        state.lead(user.expect("a permit")).unwrap().list
    });
    let lists = lists.collect();
    (state, lists)
}

#[test]
fn a_folder_being_read_is_charged_for_what_it_uses() {
    // From behind one router, while a slow disk reads the first ones.
    let (mut state, lists) = reading(&[ONE; 16]);
    for list in lists {
        assert!(state.grow(list, 4));
    }
}

#[test]
fn folders_started_at_the_same_time_do_not_exceed_the_limit() {
    let addresses: Vec<IpAddr> = (1..=8)
        .map(|last| Ipv4Addr::new(10, 0, 0, last).into())
        .collect();
    let (mut state, lists) = reading(&addresses);
    let mut bytes = vec![0; lists.len()];
    for _ in 0..300 {
        for (list, bytes) in lists.iter().zip(&mut bytes) {
            if state.grow(*list, *bytes + 1) {
                *bytes += 1;
            }
        }
    }
    assert_eq!(bytes.iter().sum::<usize>(), 256);
}

#[test]
fn only_a_folder_that_is_alone_may_exceed_the_limit() {
    let (mut state, lists) = reading(&[ONE]);
    // Nobody else starts then, or it would fail just after it has started.
    assert!(state.grow(lists[0], 193));
    let rig = Rig::empty(&["a"]);
    let key = rig.folder("a").listing_key();
    assert!(state.admit(&key, OTHER).is_none());
    assert!(state.grow(lists[0], 1_000));
    let (mut state, lists) = reading(&[ONE, OTHER]);
    // It leaves a part to others.
    assert!(state.grow(lists[0], 188) && !state.grow(lists[0], 189));
    assert!(state.grow(lists[1], 64) && !state.grow(lists[1], 65));
    // A list that failed returns its memory.
    state.end(lists[1], Err(ErrorKind::QuotaExceeded));
    assert!(state.grow(lists[0], 1_000));
}

#[test]
fn many_folders_of_one_address_leave_memory_to_another() {
    let mut addresses = [ONE; 17];
    addresses[16] = OTHER;
    let (mut state, lists) = reading(&addresses);
    let (greedy, other) = lists.split_at(16);
    for list in greedy {
        // It stays at that size, like one that is read no further.
        let _ = (5..1_000).find(|bytes| !state.grow(*list, *bytes));
    }
    assert!(state.grow(other[0], 64));
}

#[test]
fn the_queue_is_short_and_shorter_for_one_address() {
    let mut state = State::new(1);
    let mut admitted = 0;
    for number in 0..100 {
        let address = IpAddr::V4(Ipv4Addr::new(10, 0, 1, number % 20));
        admitted += usize::from(state.enter_queue(address));
    }
    assert_eq!(admitted, 64);
    let mut state = State::new(1);
    let own = (0..100).filter(|_| state.enter_queue(ONE)).count();
    assert_eq!(own, 8);
    assert!(state.enter_queue(OTHER));
    state.leave_queue(ONE);
    assert!(state.enter_queue(ONE) && !state.enter_queue(ONE));
}
