//! A cache of digests. The caller supplies the clock.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant, SystemTime};

use super::Key;
use super::reading::Found;
use landline_http1::digest::Sha256;
use landline_http1::etag::RESOLUTION;

/// More files than most shares have, in a megabyte or two; the oldest is evicted first.
const MAX: usize = 10_000;

/// How long a digest is cached. Writes through a mapping (`mmap(2)`) change a file's content but not its times
/// for a while, so its etag stays. Until then, a client that doubts a digest can request a newer one.
const AGE_MAX: Duration = Duration::from_mins(10);

/// Digests by file and version.
#[derive(Debug, Default)]
pub(super) struct Cache {
    entries: HashMap<Key, Entry>,
    /// In the order of insertion. A key that was inserted again occurs twice; only its newest number counts.
    order: VecDeque<(u64, Key)>,
    next: u64,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    digest: Sha256,
    /// When its computation started.
    began: Instant,
    /// When it expires.
    until: Instant,
}

impl Cache {
    /// The digest, unless it is older than `max_age`.
    pub fn get(&mut self, key: &Key, max_age: Option<Duration>, now: Instant) -> Option<Sha256> {
        let entry = self.entries.get(key)?;
        if now >= entry.until {
            self.entries.remove(key);
            return None;
        }
        let age = now.saturating_duration_since(entry.began);
        let is_new = max_age.is_none_or(|max_age| age <= max_age);
        is_new.then_some(entry.digest)
    }

    /// Caches a digest; a [racy](is_racy) one only briefly, but long enough for the client that has just
    /// downloaded the file.
    pub fn insert(&mut self, key: Key, found: &Found, now: Instant) {
        let number = self.next;
        self.next += 1;
        self.order.push_back((number, Key::clone(&key)));
        let entry = Entry {
            number,
            digest: found.digest,
            began: found.began,
            until: now + if found.is_racy { RESOLUTION } else { AGE_MAX },
        };
        self.entries.insert(key, entry);
        if self.order.len() > MAX
            && let Some((number, key)) = self.order.pop_front()
            && self.entries.get(&key).is_some_and(|e| e.number == number)
        {
            self.entries.remove(&key);
        }
    }
}

/// Whether a file last changed at `changed` could have changed after `began`, when reading it started, with the
/// same timestamps.
pub(super) fn is_racy(changed: Option<SystemTime>, began: SystemTime) -> bool {
    changed
        .and_then(|changed| began.duration_since(changed).ok())
        .is_none_or(|age| age < RESOLUTION)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> Key {
        number.to_string().into()
    }

    fn found(byte: u8, is_racy: bool, began: Instant) -> Found {
        Found {
            digest: [byte; 32],
            began,
            is_racy,
            is_prefix: false,
        }
    }

    #[test]
    fn the_oldest_goes_first() {
        let mut cache = Cache::default();
        let now = Instant::now();
        for number in 0..MAX {
            cache.insert(key(number), &found(1, false, now), now);
        }
        assert_eq!(cache.get(&key(0), None, now), Some([1; 32]));
        // Key 0 was inserted again, so number 1 is the oldest now.
        cache.insert(key(0), &found(2, false, now), now);
        cache.insert(key(MAX), &found(3, false, now), now);
        assert_eq!(cache.get(&key(0), None, now), Some([2; 32]));
        assert_eq!(cache.get(&key(1), None, now), None);
        assert_eq!(cache.get(&key(2), None, now), Some([1; 32]));
        assert!(cache.entries.len() <= MAX && cache.order.len() <= MAX);
    }

    #[test]
    fn each_is_forgotten_and_a_racy_one_soon() {
        let mut cache = Cache::default();
        let now = Instant::now();
        for (number, is_racy, time) in [(0, false, AGE_MAX), (1, true, RESOLUTION)] {
            let key = key(number);
            cache.insert(Key::clone(&key), &found(1, is_racy, now), now);
            let soon = now + time.mul_f32(0.9);
            assert_eq!(cache.get(&key, None, soon), Some([1; 32]));
            assert_eq!(cache.get(&key, None, now + time), None);
            // Evicted, not hidden.
            assert_eq!(cache.get(&key, None, now), None);
        }
    }

    #[test]
    fn its_age_counts_from_when_computing_it_began() {
        let mut cache = Cache::default();
        let began = Instant::now();
        let ended = began + Duration::from_secs(10);
        cache.insert(key(0), &found(1, false, began), ended);
        let get = |secs| Some(Duration::from_secs(secs));
        assert_eq!(cache.get(&key(0), get(9), ended), None);
        assert_eq!(cache.get(&key(0), get(10), ended), Some([1; 32]));
    }

    #[test]
    fn racy_is_what_changed_just_before_or_at_no_known_time() {
        let began = SystemTime::now();
        assert!(is_racy(None, began));
        assert!(is_racy(Some(began), began));
        assert!(is_racy(Some(began + RESOLUTION * 2), began));
        assert!(is_racy(Some(began - RESOLUTION / 2), began));
        assert!(!is_racy(Some(began - RESOLUTION), began));
    }
}
