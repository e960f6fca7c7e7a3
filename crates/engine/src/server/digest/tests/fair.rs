//! Fairness: which file is read next, and which job is evicted when there are too many.

use std::net::Ipv4Addr;

use super::jobs::JOBS_PER_ADDRESS_MAX;
use super::*;

/// Hours of reading.
const ENDLESS: u64 = 1 << 40;

fn address(number: usize) -> IpAddr {
    Ipv4Addr::new(10, 0, 0, u8::try_from(number).unwrap()).into()
}

/// Jobs, and their files.
struct Queue(Folder, Jobs);

impl Queue {
    fn new() -> Self {
        Self(Folder::new(), Jobs::default())
    }

    /// Adds a job for `address`, for a file `name` of `len` bytes.
    fn add(&mut self, address: IpAddr, name: &str, len: u64) -> Option<Job> {
        let (name, file) = self.0.zeros(name, len);
        self.join(address, &name, &file)
    }

    fn join(&mut self, address: IpAddr, name: &ShareName, file: &SharedFile) -> Option<Job> {
        let key: Key = name.to_string().into();
        let now = Instant::now();
        self.1
            .join_or_add(key, file, Throttle::none(), address, now)
    }

    /// As many endless jobs of `address` as allowed.
    fn fill(&mut self, address: IpAddr) -> Vec<Job> {
        let one = |number| self.add(address, &format!("{address} {number}"), ENDLESS);
        let all: Vec<_> = (0..JOBS_PER_ADDRESS_MAX).map_while(one).collect();
        assert_eq!(all.len(), JOBS_PER_ADDRESS_MAX);
        all
    }

    /// The number of slices until `job` is done.
    fn slices_until(&mut self, job: &Job) -> usize {
        let mut buffer = vec![0; BUFFER_LEN];
        for slices in 0..1000 {
            if job.get().is_some() {
                return slices;
            }
            let (number, reading, limit) = self.1.next_step().unwrap();
            match reading.step(limit, &mut buffer) {
                Step::More(reading) => self.1.put_back(number, reading),
                Step::End(found) => {
                    let (_, job) = self.1.remove(number).unwrap();
                    job.end(Offer::Digest(found.unwrap().digest));
                }
            }
        }
        panic!("it never ended");
    }
}

#[test]
fn small_files_do_not_wait_for_large_ones_of_the_same_address() {
    let mut queue = Queue::new();
    let endless = queue.fill(ADDRESS);
    let small = queue.add(ADDRESS, "small", STEP).unwrap();
    assert!(queue.slices_until(&small) <= 2);
    assert_eq!(small.get(), Some(&Offer::Digest(of_zeros(1 << 20))));
    // One of the large jobs was evicted, and its clients are asked to retry.
    let told: Vec<_> = endless.iter().filter_map(|job| job.get()).collect();
    assert_eq!(told, [&Offer::Later]);
    assert!(queue.add(ADDRESS, "large", ENDLESS).is_some());
    // One that is no shorter is refused.
    assert!(queue.add(ADDRESS, "larger", ENDLESS + 1).is_none());
    assert!(queue.add(ADDRESS, "as large", ENDLESS).is_none());
}

#[test]
fn one_address_does_not_wait_for_the_jobs_of_others() {
    let mut queue = Queue::new();
    for other in 1..=3 {
        queue.fill(address(other));
    }
    // Longer than any of theirs, so that only the round-robin order counts.
    let single = queue.add(ADDRESS, "single", 5 * STEP).unwrap();
    for number in 0..5 {
        queue.add(address(1), &format!("short {number}"), STEP);
    }
    assert!(queue.slices_until(&single) <= 5 * 4);
}

#[test]
fn a_file_wanted_by_two_addresses_is_scheduled_for_both() {
    let mut queue = Queue::new();
    queue.fill(address(1));
    let (name, file) = queue.0.zeros("both", 8 * STEP);
    let job = queue.join(address(2), &name, &file).unwrap();
    queue.join(address(3), &name, &file);
    assert!(queue.slices_until(&job) <= 8 * 3 / 2);
}

#[test]
fn a_large_file_makes_progress_beside_small_ones() {
    let mut queue = Queue::new();
    let large = queue.add(ADDRESS, "large", 4 * STEP).unwrap();
    let (name, small) = queue.0.zeros("small", STEP);
    let mut slices = 0;
    // There is always a small one.
    while large.get().is_none() {
        let job = queue.join(ADDRESS, &name, &small).unwrap();
        slices += queue.slices_until(&job);
    }
    assert!((4..=4 * 4).contains(&slices), "{slices}");
}

#[test]
fn a_job_waiting_for_its_transfer_is_skipped() {
    let mut queue = Queue::new();
    let waiting = transfer();
    let (name, file) = queue.0.zeros("sent", 2 * STEP);
    let throttle = Throttle::behind(0, &waiting);
    let now = Instant::now();
    let key: Key = name.to_string().into();
    let sent = queue
        .1
        .join_or_add(key, &file, throttle, ADDRESS, now)
        .unwrap();
    queue.add(ADDRESS, "b", 3 * STEP);
    let numbers: Vec<_> = steps(&mut queue.1).into_iter().map(|(n, _)| n).collect();
    // Only its end is sampled.
    assert_eq!(numbers, [1, 2, 2, 2]);
    assert_eq!(sent.get(), None);
}

#[test]
fn a_full_queue_has_room_for_addresses_with_fewer_jobs() {
    let mut queue = Queue::new();
    let mut theirs = Vec::new();
    for other in 1..=JOBS_MAX / JOBS_PER_ADDRESS_MAX {
        theirs.push(queue.fill(address(other)));
    }
    let told = |theirs: &[Job]| theirs.iter().filter(|job| job.get().is_some()).count();
    let told_all = |theirs: &[Vec<Job>]| theirs.iter().map(|jobs| told(jobs)).sum::<usize>();
    // However long it is.
    let mine = queue.add(ADDRESS, "mine", 2 * ENDLESS).unwrap();
    assert_eq!(told_all(&theirs), 1);
    // Joining needs no room.
    let (name, file) = queue.0.find("mine");
    assert!(queue.join(address(1), &name, &file).is_some());
    // Nobody can evict it again, even with a shorter one, not even another owner.
    for number in 0..2 * JOBS_MAX {
        let other = address(1 + number % theirs.len());
        queue.add(other, &format!("short {number}"), STEP + number as u64);
    }
    assert_eq!(mine.get(), None);
    // But of two owners with equally many jobs, the shorter job wins.
    let short = queue.add(address(1), "short", STEP);
    assert!(short.is_some());
    queue.1.clear();
    assert_eq!(mine.get(), Some(&Offer::Nothing));
}

#[test]
fn a_full_queue_asks_clients_to_retry() {
    let folder = Folder::new();
    let digests = Arc::new(Digests::default());
    let soon = Duration::from_millis(1);
    for number in 0..=JOBS_PER_ADDRESS_MAX {
        let (name, file) = folder.zeros(&number.to_string(), ENDLESS);
        assert_eq!(digests.wait(want(&name, &file), soon), Offer::Later);
    }
    assert!(digests.state.lock().waiting.is_empty());
    let (name, file) = folder.zeros("small", STEP);
    let expected = Offer::Digest(of_zeros(1 << 20));
    assert_eq!(digests.wait(want(&name, &file), PATIENCE), expected);
    digests.close();
}

#[test]
fn few_requests_per_address_may_wait() {
    let folder = Folder::new();
    let digests = Arc::new(Digests::default());
    let (name, file) = folder.zeros("a", ENDLESS);
    let many = WAITING_PER_ADDRESS_MAX;
    digests.state.lock().waiting.insert(ADDRESS, many);
    let began = Instant::now();
    assert_eq!(digests.wait(want(&name, &file), PATIENCE), Offer::Later);
    assert!(began.elapsed() < PATIENCE / 2);
    // Other addresses are not affected.
    let other = Want {
        address: address(1),
        ..want(&name, &file)
    };
    let soon = Duration::from_millis(1);
    assert_eq!(digests.wait(other, soon), Offer::Later);
    let waiting = digests.state.lock().waiting.clone();
    assert_eq!(waiting, HashMap::from([(ADDRESS, many)]));
    digests.close();
}

#[test]
fn max_age_zero_recomputes_a_cached_digest() {
    let folder = Folder::new();
    let digests = Arc::new(Digests::default());
    let (name, file) = folder.zeros("a", STEP);
    // As if the file had changed without a new etag.
    let long_ago = Instant::now().checked_sub(Duration::from_secs(3)).unwrap();
    let old = found(1, long_ago);
    let key = key(&name, &file);
    let state = || digests.state.lock();
    state().cache.insert(key, &old, long_ago);
    let no_older = |secs| Want {
        max_age: Some(Duration::from_secs(secs)),
        ..want(&name, &file)
    };
    let cache = Offer::Digest([1; 32]);
    assert_eq!(digests.cached(want(&name, &file)), cache);
    assert_eq!(digests.cached(no_older(60)), cache);
    assert_eq!(digests.cached(no_older(1)), Offer::Nothing);
    // The cached digest is still there.
    assert_eq!(digests.cached(want(&name, &file)), cache);
    let right = Offer::Digest(of_zeros(1 << 20));
    assert_eq!(digests.wait(no_older(0), PATIENCE), right);
    // From now on everyone gets it.
    assert_eq!(digests.cached(want(&name, &file)), right);
    assert_eq!(digests.cached(no_older(60)), right);
}
