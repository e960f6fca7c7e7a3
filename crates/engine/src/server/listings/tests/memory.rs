//! How the memory for lists is divided.

use super::*;

/// A state whose parts are 64, and lists in it of one address and another that are being read.
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
fn a_folder_that_is_being_read_takes_what_it_has_and_not_a_part() {
    // From behind one router, while a slow disk reads the first ones.
    let (mut state, lists) = reading(&[ONE; 16]);
    for list in lists {
        assert!(state.grow(list, 4));
    }
}

#[test]
fn folders_that_are_begun_at_once_do_not_exceed_the_limit() {
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
fn the_only_folder_may_become_larger_than_the_limit_and_others_may_not() {
    let (mut state, lists) = reading(&[ONE]);
    // Nobody else begins then, or it would be ended for a folder that has hardly begun.
    assert!(state.grow(lists[0], 193));
    let rig = Rig::empty(&["a"]);
    let key = rig.folder("a").listing_key();
    assert!(state.admit(&key, OTHER).is_none());
    assert!(state.grow(lists[0], 1_000));
    let (mut state, lists) = reading(&[ONE, OTHER]);
    // It leaves a part to others.
    assert!(state.grow(lists[0], 188) && !state.grow(lists[0], 189));
    assert!(state.grow(lists[1], 64) && !state.grow(lists[1], 65));
    // One that was ended gives back what it had.
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
        // It stays, as one does that nobody reads on.
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
