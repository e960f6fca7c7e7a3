//! Which digests are known. Pure: the clock is the caller's.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant, SystemTime};

use super::Key;
use crate::net::digest::Sha256;

/// More files than most shares hold, in a megabyte or two; the oldest is forgotten first.
const MAX: usize = 10_000;

/// The coarsest time stamps (FAT) count in twos of seconds. A file that is changed twice within
/// this time may keep its etag.
pub(super) const RESOLUTION: Duration = Duration::from_secs(2);

/// Digests by what tells a file and its state from every other.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    entries: HashMap<Key, Entry>,
    /// In the order of their coming. An entry that came again stands here twice; only its newest
    /// number counts.
    order: VecDeque<(u64, Key)>,
    next: u64,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    digest: Sha256,
    /// When it must be computed anew.
    until: Option<Instant>,
}

impl Remembered {
    pub fn get(&mut self, key: &Key, now: Instant) -> Option<Sha256> {
        let entry = self.entries.get(key)?;
        if entry.until.is_some_and(|until| now >= until) {
            self.entries.remove(key);
            return None;
        }
        Some(entry.digest)
    }

    /// Remember a digest; one that [`is_racy`] only for a short time, long enough for the client that
    /// has just fetched the file.
    pub fn insert(&mut self, key: Key, digest: Sha256, is_racy: bool, now: Instant) {
        let number = self.next;
        self.next += 1;
        self.order.push_back((number, Key::clone(&key)));
        let entry = Entry {
            number,
            digest,
            until: is_racy.then(|| now + RESOLUTION),
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

/// Whether a file last changed at `changed` could change after `began`, when reading it began, and
/// look the same.
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

    #[test]
    fn the_oldest_goes_first() {
        let mut remembered = Remembered::default();
        let now = Instant::now();
        for number in 0..MAX {
            remembered.insert(key(number), [1; 32], false, now);
        }
        assert_eq!(remembered.get(&key(0), now), Some([1; 32]));
        // It came again, so number 1 is the oldest now.
        remembered.insert(key(0), [2; 32], false, now);
        remembered.insert(key(MAX), [3; 32], false, now);
        assert_eq!(remembered.get(&key(0), now), Some([2; 32]));
        assert_eq!(remembered.get(&key(1), now), None);
        assert_eq!(remembered.get(&key(2), now), Some([1; 32]));
        assert!(remembered.entries.len() <= MAX && remembered.order.len() <= MAX);
    }

    #[test]
    fn a_racy_one_is_forgotten_soon() {
        let mut remembered = Remembered::default();
        let now = Instant::now();
        remembered.insert(key(0), [1; 32], false, now);
        remembered.insert(key(1), [1; 32], true, now);
        let soon = now + RESOLUTION.mul_f32(0.9);
        assert_eq!(remembered.get(&key(1), soon), Some([1; 32]));
        let late = now + RESOLUTION;
        assert_eq!(remembered.get(&key(0), late), Some([1; 32]));
        assert_eq!(remembered.get(&key(1), late), None);
        // Forgotten, not hidden.
        assert_eq!(remembered.get(&key(1), now), None);
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
