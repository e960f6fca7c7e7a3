//! How many different wrong secrets an address may try: ten within any minute. Pure: whoever asks says what time it is.
//!
//! Memory is bounded. While as many addresses as fit have been wrong within the last minute, which is an attack from a
//! network with many addresses, none of them is forgotten, because that would give everyone in it new attempts.
//! Addresses that are not known yet are counted together with their network instead (IPv4: /24, IPv6: /48), and when
//! there are too many networks as well, together with each other. So an attacker with any number of addresses gets a
//! bounded number of attempts, and locks out only newcomers: whoever has a cookie is not asked, whoever was wrong before
//! has their own count, and addresses of the other family are counted separately.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How many different wrong secrets an address may try in [`PERIOD`].
const WRONG_MAX: usize = 10;

/// For how long a wrong secret counts.
const PERIOD: Duration = Duration::from_mins(1);

/// How many addresses of each family are counted separately; 300 bytes each.
const ADDRESSES_MAX: usize = 2048;

/// How many networks of each family are counted, once there are more addresses.
const NETWORKS_MAX: usize = 256;

/// The counts of all addresses.
#[derive(Debug, Default)]
pub(super) struct Limiter {
    v4: Family,
    v6: Family,
}

/// What an attempt gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is right.
    Right,
    /// It is wrong.
    Wrong {
        /// And it counts: it was not tried before within [`PERIOD`].
        is_new: bool,
    },
    /// It is not said whether it is right.
    TooMany(TooMany),
}

/// An address that has been wrong too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany {
    /// How long until it may try again.
    pub retry_after: Duration,
    /// It has not been told before.
    pub is_first: bool,
}

#[derive(Debug, Default)]
struct Family {
    addresses: Counts,
    networks: Counts,
    /// All others together.
    others: Count,
}

/// Counts by address or network.
#[derive(Debug, Default)]
struct Counts {
    by_key: HashMap<u64, Count>,
    /// When those that do not count any more were last removed.
    cleaned: Option<Instant>,
}

/// The wrong secrets of one address or network.
#[derive(Debug, Default)]
struct Count {
    /// When each was tried, and its number; the oldest first.
    wrong: Vec<(Instant, u64)>,
    /// [`TooMany::is_first`] was reported.
    is_told: bool,
}

impl Limiter {
    /// Counts an attempt of `peer` with these secrets, one of which is right or not. One without secrets finds out whether
    /// `peer` may try any.
    pub fn count(&mut self, peer: IpAddr, tried: &[u64], is_right: bool, now: Instant) -> Verdict {
        let (family, keys) = self.family(peer);
        let (new, left) = match family.find(keys, now) {
            Some(count) => match count.too_many(now) {
                Some(too_many) => return Verdict::TooMany(too_many),
                None => (count.new_among(tried), WRONG_MAX - count.wrong.len()),
            },
            None => (tried.to_vec(), WRONG_MAX),
        };
        // A request may carry two secrets. Nothing is said about them if only one more may be tried.
        let is_beyond = new.len() > left;
        if is_right && !is_beyond {
            return Verdict::Right;
        }
        if new.is_empty() {
            return Verdict::Wrong { is_new: false };
        }
        let count = family.find_or_insert(keys, now);
        let counted = new.iter().take(left).map(|id| (now, *id));
        count.wrong.extend(counted);
        let too_many = is_beyond.then(|| count.too_many(now)).flatten();
        too_many.map_or(Verdict::Wrong { is_new: true }, Verdict::TooMany)
    }

    /// The family of an address, and the keys of it and of its network.
    fn family(&mut self, peer: IpAddr) -> (&mut Family, (u64, u64)) {
        match peer.to_canonical() {
            IpAddr::V4(v4) => {
                let bits = u64::from(v4.to_bits());
                (&mut self.v4, (bits, bits >> 8))
            }
            IpAddr::V6(v6) => {
                // Whoever has one address has all in its /64.
                let [a, b, c, d, ..] = v6.segments().map(u64::from);
                let bits = a << 48 | b << 32 | c << 16 | d;
                (&mut self.v6, (bits, bits >> 16))
            }
        }
    }
}

/// Where an address is counted.
#[derive(Clone, Copy)]
enum Place {
    Address,
    Network,
    Others,
}

impl Family {
    fn place(&mut self, (address, network): (u64, u64), now: Instant) -> Place {
        let (addresses, networks) = (&mut self.addresses, &mut self.networks);
        if addresses.has(address) || addresses.has_room(ADDRESSES_MAX, now) {
            Place::Address
        } else if networks.has(network) || networks.has_room(NETWORKS_MAX, now) {
            Place::Network
        } else {
            Place::Others
        }
    }

    /// The count for an address, if there is one.
    fn find(&mut self, keys: (u64, u64), now: Instant) -> Option<&mut Count> {
        let count = match self.place(keys, now) {
            Place::Address => self.addresses.by_key.get_mut(&keys.0),
            Place::Network => self.networks.by_key.get_mut(&keys.1),
            Place::Others => Some(&mut self.others),
        };
        count.map(|count| count.at(now))
    }

    /// The same, with a new one where there is none.
    fn find_or_insert(&mut self, keys: (u64, u64), now: Instant) -> &mut Count {
        let count = match self.place(keys, now) {
            Place::Address => self.addresses.by_key.entry(keys.0).or_default(),
            Place::Network => self.networks.by_key.entry(keys.1).or_default(),
            Place::Others => &mut self.others,
        };
        count.at(now)
    }
}

impl Counts {
    fn has(&self, key: u64) -> bool {
        self.by_key.contains_key(&key)
    }

    /// Whether there are fewer than `max`, or will be after removing what does not count any more. That walks through all
    /// of them, and is done once a second at most.
    fn has_room(&mut self, max: usize, now: Instant) -> bool {
        const REST: Duration = Duration::from_secs(1);
        if self.by_key.len() < max {
            return true;
        }
        let since = self.cleaned.map(|at| now.saturating_duration_since(at));
        if since.is_none_or(|since| since >= REST) {
            self.cleaned = Some(now);
            self.by_key
                .retain(|_, count| !count.at(now).wrong.is_empty());
        }
        self.by_key.len() < max
    }
}

impl Count {
    /// It without what does not count any more.
    fn at(&mut self, now: Instant) -> &mut Self {
        let counts = |at: Instant| now.saturating_duration_since(at) < PERIOD;
        self.wrong.retain(|(at, _)| counts(*at));
        if self.wrong.is_empty() {
            self.is_told = false;
        }
        self
    }

    /// Those that were not tried yet.
    fn new_among(&self, tried: &[u64]) -> Vec<u64> {
        let is_new = |id: &&u64| !self.wrong.iter().any(|(_, known)| known == *id);
        tried.iter().filter(is_new).copied().collect()
    }

    fn too_many(&mut self, now: Instant) -> Option<TooMany> {
        if self.wrong.len() < WRONG_MAX {
            return None;
        }
        let (oldest, _) = self.wrong.first()?;
        let age = now.saturating_duration_since(*oldest);
        let is_first = !std::mem::replace(&mut self.is_told, true);
        Some(TooMany {
            retry_after: PERIOD.saturating_sub(age),
            is_first,
        })
    }
}

#[cfg(test)]
mod tests;
