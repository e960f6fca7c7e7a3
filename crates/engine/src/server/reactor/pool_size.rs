//! How many workers the reactor for Linux has. Pure: what was counted decides whether a worker starts or ends.
//!
//! As many workers are ready as there are processors. One that is about to block is not ready until it returns, and
//! another one takes its place; when it returns, it may be one too many.
//!
//! A worker that the disk holds up before it could say that it blocks still counts as ready. Where none was idle in a
//! whole interval and none took an event, all are held up so: another one starts, and for a minute each batch is taken
//! for one that may block.

use std::ops::RangeInclusive;

/// How many workers are ready: fewer could all be busy with a disk that is slow, more only wake each other.
const TARGET: RangeInclusive<usize> = 2..=8;

/// How many workers stay ready for small requests and for names without an end, where no more can start.
pub(super) const RESERVE: usize = 2;

/// For how many intervals (of 250 ms) each batch is taken for one that may block once all workers were held up, by a
/// disk that has to spin up or does not answer.
const CAREFUL_INTERVALS: u64 = 240;

/// How many workers should be ready on a computer with so many processors.
pub(super) fn target(processors: usize) -> usize {
    processors.clamp(*TARGET.start(), *TARGET.end())
}

/// The workers at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Workers {
    /// How many should be ready.
    pub target: usize,
    /// Those that can be counted on: they wait for an event, or will soon.
    pub ready: usize,
    /// Those of them that wait.
    pub idle: usize,
    /// For how many more intervals each batch is taken for one that may block.
    pub careful: u64,
}

/// What follows from a look at the workers, once in each interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Review {
    /// Another one is to start.
    pub starts: bool,
    /// See [`Workers::careful`].
    pub careful: u64,
}

impl Workers {
    /// Whether another one is to start because one is about to block, which is not counted as ready any more.
    pub(super) fn needs_another(self) -> bool {
        // Of those that count as ready, a disk may hold up some: only one that is idle is certain to come.
        self.ready < self.target || self.careful > 0 && self.idle == 0
    }

    /// Whether one that has finished a batch is to end.
    pub(super) fn has_one_too_many(self) -> bool {
        // Where all are busy none is one too many, whatever keeps them.
        self.ready > self.target && self.idle > 0
    }

    /// Look at the workers, which have taken `events` in the last interval.
    pub(super) fn review(self, events: u64) -> Review {
        let are_held_up = events == 0 && self.idle == 0;
        Review {
            starts: are_held_up || self.ready < self.target,
            careful: if are_held_up {
                CAREFUL_INTERVALS
            } else {
                self.careful.saturating_sub(1)
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workers(ready: usize, idle: usize, careful: u64) -> Workers {
        let target = 4;
        Workers {
            target,
            ready,
            idle,
            careful,
        }
    }

    #[test]
    fn there_are_as_many_as_processors_but_never_one_or_dozens() {
        for (processors, expected) in [(0, 2), (1, 2), (2, 2), (3, 3), (8, 8), (64, 8)] {
            assert_eq!(target(processors), expected, "{processors}");
        }
    }

    #[test]
    fn one_that_blocks_is_replaced_where_too_few_are_left() {
        for (workers, expected) in [
            (workers(3, 0, 0), true),
            (workers(3, 3, 0), true),
            (workers(4, 0, 0), false),
            (workers(5, 0, 0), false),
            // Those that are ready may be held up.
            (workers(9, 0, 1), true),
            (workers(9, 1, 1), false),
        ] {
            assert_eq!(workers.needs_another(), expected, "{workers:?}");
        }
    }

    #[test]
    fn one_ends_where_more_are_ready_than_needed_and_one_is_idle() {
        for (workers, expected) in [
            (workers(5, 1, 0), true),
            (workers(5, 0, 0), false),
            (workers(4, 4, 0), false),
            (workers(5, 1, 9), true),
        ] {
            assert_eq!(workers.has_one_too_many(), expected, "{workers:?}");
        }
    }

    #[test]
    fn when_all_were_held_up_a_minute_of_caution_begins() {
        let review = |workers: Workers, events| {
            let review = workers.review(events);
            (review.starts, review.careful)
        };
        // Nothing to do, or busy.
        assert_eq!(review(workers(4, 4, 0), 0), (false, 0));
        assert_eq!(review(workers(4, 0, 0), 1), (false, 0));
        // One has panicked.
        assert_eq!(review(workers(3, 3, 0), 0), (true, 0));
        assert_eq!(review(workers(4, 0, 0), 0), (true, CAREFUL_INTERVALS));
        // It begins anew as long as that lasts, and then ends.
        assert_eq!(review(workers(5, 0, 7), 0), (true, CAREFUL_INTERVALS));
        assert_eq!(review(workers(5, 1, 2), 0), (false, 1));
        assert_eq!(review(workers(5, 0, 1), 3), (false, 0));
    }

    /// However many block and return at once, one is ready where a thread may start, and none is left over.
    #[test]
    fn the_pool_grows_with_what_blocks_and_shrinks_back() {
        let mut pool = workers(4, 4, 0);
        let mut all = 4;
        for _ in 0..100 {
            (pool.ready, pool.idle) = (pool.ready - 1, pool.idle - 1);
            if pool.needs_another() {
                (pool.ready, pool.idle, all) = (pool.ready + 1, pool.idle + 1, all + 1);
            }
        }
        assert_eq!((pool.ready, all), (4, 104));
        for _ in 0..100 {
            pool.ready += 1;
            if pool.has_one_too_many() {
                (pool.ready, all) = (pool.ready - 1, all - 1);
            } else {
                pool.idle += 1;
            }
        }
        assert_eq!((pool.ready, all), (4, 4));
    }
}
