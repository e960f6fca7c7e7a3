//! Memory for what senders say of their files before it is known whether anybody wants those.

use std::collections::HashMap;
use std::net::IpAddr;

use parking_lot::Mutex;

use crate::localsend::message::PREPARE_MAX_LEN;

/// How much is kept of all requests together, in bytes.
const ALL_MAX: usize = 3 * PER_ADDRESS_MAX;

/// The same for one address: the longest request, and a few short ones.
const PER_ADDRESS_MAX: usize = PREPARE_MAX_LEN + (1 << 20);

/// The memory in use, in bytes, by address.
#[derive(Debug, Default)]
pub(in crate::server) struct Budget(Mutex<HashMap<IpAddr, usize>>);

/// Memory that is in use until this is dropped.
#[derive(Debug)]
pub(in crate::server) struct Used<'a> {
    budget: &'a Budget,
    address: IpAddr,
    bytes: usize,
}

impl Budget {
    /// For a request from `address`, none of which has been read.
    pub fn of(&self, address: IpAddr) -> Used<'_> {
        Used {
            budget: self,
            address,
            bytes: 0,
        }
    }
}

impl Used<'_> {
    /// Takes `bytes` more. False if there is not enough.
    pub fn grow(&mut self, bytes: usize) -> bool {
        let mut used = self.budget.0.lock();
        let all: usize = used.values().sum();
        let of_address = used.get(&self.address).copied().unwrap_or(0);
        if all + bytes > ALL_MAX || of_address + bytes > PER_ADDRESS_MAX {
            return false;
        }
        used.insert(self.address, of_address + bytes);
        self.bytes += bytes;
        true
    }
}

impl Drop for Used<'_> {
    fn drop(&mut self) {
        let mut used = self.budget.0.lock();
        if let Some(of_address) = used.get_mut(&self.address) {
            *of_address -= self.bytes;
            if *of_address == 0 {
                used.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_by_address_and_altogether_and_comes_back() {
        let budget = Budget::default();
        let address = |last: u8| IpAddr::from([10, 0, 0, last]);
        let mut one = budget.of(address(1));
        assert!(one.grow(PER_ADDRESS_MAX) && !one.grow(1));
        assert!(!budget.of(address(1)).grow(1));
        let mut others: Vec<_> = (2..4).map(|last| budget.of(address(last))).collect();
        assert!(others.iter_mut().all(|other| other.grow(PER_ADDRESS_MAX)));
        let mut last = budget.of(address(9));
        assert!(!last.grow(1));
        drop(one);
        assert!(last.grow(PER_ADDRESS_MAX) && !last.grow(1));
        drop((others, last));
        assert!(budget.0.lock().is_empty());
    }
}
