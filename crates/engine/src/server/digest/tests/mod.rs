mod fair;
mod prefix;

use std::sync::atomic::AtomicBool;

use tempfile::TempDir;

use super::jobs::UNWANTED_MAX;
use super::*;
use crate::share::{Found as InShare, Share};
use crate::transfer::{Direction, Outcome};
use crate::transport::CancelToken;

const STEP: u64 = 1 << 20;
const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
const PATIENCE: Duration = Duration::from_secs(20);

struct Folder(TempDir, Share);

impl Folder {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let share = Share::open(dir.path(), Arc::new(AtomicBool::new(false))).unwrap();
        Self(dir, share)
    }

    /// A sparse file of `len` zeros.
    fn zeros(&self, name: &str, len: u64) -> (ShareName, SharedFile) {
        let file = std::fs::File::create(self.0.path().join(name)).unwrap();
        file.set_len(len).unwrap();
        self.find(name)
    }

    fn find(&self, name: &str) -> (ShareName, SharedFile) {
        let name = ShareName::from_raw(name.as_bytes()).unwrap();
        match self.1.find(&name).unwrap() {
            InShare::File(file) => (name, file),
            InShare::Folder(_) => panic!("a folder"),
        }
    }
}

/// A request of `ADDRESS` that accepts any age.
fn want<'a>(name: &'a ShareName, file: &'a SharedFile) -> Want<'a> {
    Want {
        name,
        file,
        address: ADDRESS,
        max_age: None,
    }
}

fn transfer() -> Arc<Transfer> {
    let cancel = CancelToken::new();
    Arc::new(Transfer::new(Direction::Upload, "a", "host", cancel))
}

/// An arbitrary digest, computed from `began` on.
fn found(byte: u8, began: Instant) -> Found {
    Found {
        digest: [byte; 32],
        began,
        is_racy: false,
        is_prefix: false,
    }
}

fn of_zeros(len: usize) -> Sha256 {
    let mut hasher = Hasher::new();
    hasher.update(&vec![0; len]);
    hasher.finish()
}

/// Takes steps until all jobs wait; returns their numbers and how far they were read.
fn steps(jobs: &mut Jobs) -> Vec<(u64, u64)> {
    let mut steps = Vec::new();
    let mut buffer = vec![0; BUFFER_LEN];
    while let Some((number, reading, limit)) = jobs.next_step() {
        match reading.step(limit, &mut buffer) {
            Step::More(reading) => jobs.put_back(number, reading),
            Step::End(found) => {
                let (_, job) = jobs.remove(number).unwrap();
                let found = found.filter(|found| !found.is_prefix);
                job.end(found.map_or(Offer::Nothing, |found| Offer::Digest(found.digest)));
            }
        }
        steps.push((number, limit));
    }
    steps
}

#[test]
fn a_job_stays_behind_its_transfer_until_the_transfer_ends() {
    let folder = Folder::new();
    let (name, file) = folder.zeros("a", 5 * STEP);
    let mut jobs = Jobs::default();
    let transfer = transfer();
    let throttle = Throttle::behind(STEP, &transfer);
    let job = jobs
        .join_or_add(key(&name, &file), &file, throttle, ADDRESS, Instant::now())
        .unwrap();
    // Bytes before its start may be read at once.
    assert_eq!(steps(&mut jobs), [(1, STEP)]);
    transfer.advance(STEP - 1);
    assert_eq!(steps(&mut jobs), []);
    transfer.advance(1);
    assert_eq!(steps(&mut jobs), [(1, 2 * STEP)]);
    assert_eq!(job.get(), None);
    transfer.end(Outcome::Cancelled);
    assert_eq!(steps(&mut jobs), [(1, 5 * STEP); 3]);
    assert_eq!(job.get(), Some(&Offer::Digest(of_zeros(5 << 20))));
    assert!(jobs.is_empty());
}

#[test]
fn requests_for_one_file_share_a_job_with_the_looser_throttle() {
    let folder = Folder::new();
    let (name, file) = folder.zeros("a", 2 * STEP);
    let mut jobs = Jobs::default();
    let (slow, quick) = (transfer(), transfer());
    let mut join = |throttle| {
        jobs.join_or_add(key(&name, &file), &file, throttle, ADDRESS, Instant::now())
            .unwrap()
    };
    let first = join(Throttle::behind(0, &slow));
    let second = join(Throttle::behind(0, &quick));
    assert!(Arc::ptr_eq(&first, &second));
    quick.advance(STEP);
    assert_eq!(steps(&mut jobs), [(1, STEP)]);
    let third = jobs
        .join_or_add(
            key(&name, &file),
            &file,
            Throttle::none(),
            ADDRESS,
            Instant::now(),
        )
        .unwrap();
    assert!(Arc::ptr_eq(&first, &third));
    assert_eq!(steps(&mut jobs), [(1, 2 * STEP)]);
    assert_eq!(first.get(), Some(&Offer::Digest(of_zeros(2 << 20))));
}

#[test]
fn a_job_continues_after_one_of_its_transfers_has_ended() {
    let folder = Folder::new();
    let (name, file) = folder.zeros("a", 3 * STEP);
    let mut jobs = Jobs::default();
    let (short, long) = (transfer(), transfer());
    let now = Instant::now();
    for transfer in [&short, &long] {
        let throttle = Throttle::behind(0, transfer);
        jobs.join_or_add(key(&name, &file), &file, throttle, ADDRESS, now)
            .unwrap();
    }
    short.end(Outcome::Sent);
    let later = now + 10 * UNWANTED_MAX;
    jobs.drop_unwanted(later);
    assert!(!jobs.is_empty());
    long.end(Outcome::Sent);
    jobs.drop_unwanted(later + UNWANTED_MAX / 2);
    assert_eq!(steps(&mut jobs).len(), 3);
}

#[test]
fn abandoned_jobs_are_dropped() {
    let folder = Folder::new();
    // Hours of reading.
    let (name, file) = folder.zeros("a", 1 << 40);
    let mut jobs = Jobs::default();
    let start = Instant::now();
    let soon = UNWANTED_MAX.mul_f32(0.9);
    let transfer = transfer();
    let throttle = Throttle::behind(0, &transfer);
    let ask = |jobs: &mut Jobs, throttle, now| {
        jobs.join_or_add(key(&name, &file), &file, throttle, ADDRESS, now)
            .unwrap()
    };
    drop(ask(&mut jobs, throttle, start));
    // While it is being sent, however slowly.
    let sent = start + 3 * UNWANTED_MAX;
    jobs.drop_unwanted(sent);
    transfer.end(Outcome::Cancelled);
    jobs.drop_unwanted(sent + soon);
    // While somebody waits.
    let job = ask(&mut jobs, Throttle::none(), sent + soon);
    let told = sent + 5 * UNWANTED_MAX;
    jobs.drop_unwanted(told);
    assert_eq!(job.get(), None);
    drop(job);
    // While somebody comes back.
    jobs.drop_unwanted(told + soon);
    drop(ask(&mut jobs, Throttle::none(), told + soon));
    let left = told + soon;
    jobs.drop_unwanted(left + soon);
    assert!(jobs.next_step().is_some());
    assert!(!jobs.is_empty());
    jobs.drop_unwanted(left + UNWANTED_MAX);
    assert!(jobs.is_empty());
    assert!(jobs.next_step().is_none());
}

#[test]
fn the_worker_exits_when_all_jobs_are_abandoned() {
    let folder = Folder::new();
    let digests = Digests::default();
    let (name, file) = folder.zeros("a", 1 << 40);
    let long_ago = Instant::now().checked_sub(UNWANTED_MAX).unwrap();
    let mut state = digests.state.lock();
    state.has_worker = true;
    let job = state.jobs.join_or_add(
        key(&name, &file),
        &file,
        Throttle::none(),
        ADDRESS,
        long_ago,
    );
    drop(state);
    drop(job);
    assert!(digests.next_step().is_none());
    assert!(!digests.state.lock().has_worker);
}

#[test]
fn a_file_that_changes_or_shrinks_while_it_is_read_has_no_digest() {
    let folder = Folder::new();
    // A file that grows is hashed once more from its start; that is not the digest of the file.
    for (new_len, rest) in [(STEP, 1), (2 * STEP, 1), (3 * STEP, 1 + 2)] {
        let (name, file) = folder.zeros("a", 2 * STEP);
        let mut jobs = Jobs::default();
        let transfer = transfer();
        let throttle = Throttle::behind(STEP, &transfer);
        let job = jobs
            .join_or_add(key(&name, &file), &file, throttle, ADDRESS, Instant::now())
            .unwrap();
        assert_eq!(steps(&mut jobs).len(), 1);
        // Until the clock of the file system has ticked.
        while file.is_unchanged() {
            folder.zeros("a", new_len);
        }
        transfer.end(Outcome::Sent);
        assert_eq!(steps(&mut jobs).len(), rest);
        assert_eq!(job.get(), Some(&Offer::Nothing));
    }
}

#[test]
fn digests_are_cached_by_name_and_version() {
    let folder = Folder::new();
    let digests = Arc::new(Digests::default());
    folder.zeros("a", STEP);
    let path = folder.0.path().join("a");
    let open = std::fs::File::options().write(true).open(path).unwrap();
    // Never long enough ago.
    let in_future = std::time::SystemTime::now() + Duration::from_hours(1);
    open.set_modified(in_future).unwrap();
    let (name, file) = folder.find("a");
    assert_eq!(digests.cached(want(&name, &file)), Offer::Nothing);
    let expected = Offer::Digest(of_zeros(1 << 20));
    assert_eq!(digests.wait(want(&name, &file), PATIENCE), expected);
    // Racy, so cached only briefly.
    let key = key(&name, &file);
    let now = Instant::now();
    let late = now + landline_http1::etag::RESOLUTION;
    let mut state = digests.state.lock();
    assert_eq!(state.cache.get(&key, None, late), None);
    state.cache.insert(Key::clone(&key), &found(1, now), now);
    drop(state);
    assert_eq!(digests.cached(want(&name, &file)), Offer::Digest([1; 32]));
    let other = ShareName::from_raw(b"b").unwrap();
    assert_eq!(digests.cached(want(&other, &file)), Offer::Nothing);
}

#[test]
fn waiting_ends_on_timeout_and_on_close() {
    let folder = Folder::new();
    let digests = Arc::new(Digests::default());
    // Minutes of reading.
    let (name, file) = folder.zeros("a", 1 << 40);
    let soon = Duration::from_millis(1);
    assert_eq!(digests.wait(want(&name, &file), soon), Offer::Later);
    let waiting = Arc::clone(&digests);
    let (other_name, other) = (name.clone(), file.try_clone().unwrap());
    let waiter = threads::spawn("waiter", move || {
        waiting.wait(want(&other_name, &other), PATIENCE)
    });
    digests.close();
    #[expect(clippy::disallowed_methods, reason = "tests wait for what they test")]
    let offer = waiter.unwrap().join().unwrap();
    assert_eq!(offer, Offer::Nothing);
    assert_eq!(digests.wait(want(&name, &file), PATIENCE), Offer::Nothing);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests wait for what they test")]
fn a_panic_of_the_worker_wakes_all_waiting_requests() {
    let folder = Folder::new();
    let digests = Arc::new(Digests::default());
    let (name, file) = folder.zeros("a", 2 * STEP);
    let waits_for_ever = transfer();
    // As if there were a worker already.
    digests.state.lock().has_worker = true;
    let throttle = Throttle::behind(0, &waits_for_ever);
    let mut state = digests.state.lock();
    let job = digests
        .begin(&mut state, want(&name, &file), throttle)
        .unwrap();
    drop(state);
    assert_eq!(job.get(), None);
    let panicking = Arc::clone(&digests);
    let worker = threads::spawn("digest", move || {
        let _clearing = ClearingAfterPanic(&panicking);
        panic!("as a test");
    });
    assert!(worker.unwrap().join().is_err());
    assert_eq!(job.get(), Some(&Offer::Nothing));
    // The next job starts another worker.
    let expected = Offer::Digest(of_zeros(2 << 20));
    assert_eq!(digests.wait(want(&name, &file), PATIENCE), expected);
}
