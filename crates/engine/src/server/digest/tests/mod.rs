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

    /// A file of `len` zeros that takes no room.
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

/// `ADDRESS` wants it, and any will do.
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

/// A digest of nothing in particular, computed from `began` on.
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

/// The turns that are taken until all wait, as numbers of jobs and how far they were read.
fn turns(jobs: &mut Jobs) -> Vec<(u64, u64)> {
    let mut turns = Vec::new();
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
        turns.push((number, limit));
    }
    turns
}

#[test]
fn a_job_keeps_behind_its_transfer_until_that_ends() {
    let folder = Folder::new();
    let (name, file) = folder.zeros("a", 5 * STEP);
    let mut jobs = Jobs::default();
    let transfer = transfer();
    let pace = Pace::behind(STEP, &transfer);
    let job = jobs
        .join_or_add(key(&name, &file), &file, pace, ADDRESS, Instant::now())
        .unwrap();
    // What comes before its start may be read at once.
    assert_eq!(turns(&mut jobs), [(1, STEP)]);
    transfer.advance(STEP - 1);
    assert_eq!(turns(&mut jobs), []);
    transfer.advance(1);
    assert_eq!(turns(&mut jobs), [(1, 2 * STEP)]);
    assert_eq!(job.get(), None);
    transfer.end(Outcome::Cancelled);
    assert_eq!(turns(&mut jobs), [(1, 5 * STEP); 3]);
    assert_eq!(job.get(), Some(&Offer::Digest(of_zeros(5 << 20))));
    assert!(jobs.is_empty());
}

#[test]
fn one_file_is_one_job_at_the_faster_pace() {
    let folder = Folder::new();
    let (name, file) = folder.zeros("a", 2 * STEP);
    let mut jobs = Jobs::default();
    let (slow, quick) = (transfer(), transfer());
    let mut join = |pace| {
        jobs.join_or_add(key(&name, &file), &file, pace, ADDRESS, Instant::now())
            .unwrap()
    };
    let first = join(Pace::behind(0, &slow));
    let second = join(Pace::behind(0, &quick));
    assert!(Arc::ptr_eq(&first, &second));
    quick.advance(STEP);
    assert_eq!(turns(&mut jobs), [(1, STEP)]);
    let third = jobs
        .join_or_add(
            key(&name, &file),
            &file,
            Pace::free(),
            ADDRESS,
            Instant::now(),
        )
        .unwrap();
    assert!(Arc::ptr_eq(&first, &third));
    assert_eq!(turns(&mut jobs), [(1, 2 * STEP)]);
    assert_eq!(first.get(), Some(&Offer::Digest(of_zeros(2 << 20))));
}

#[test]
fn a_job_goes_on_behind_a_transfer_after_another_has_ended() {
    let folder = Folder::new();
    let (name, file) = folder.zeros("a", 3 * STEP);
    let mut jobs = Jobs::default();
    let (short, long) = (transfer(), transfer());
    let now = Instant::now();
    for transfer in [&short, &long] {
        let pace = Pace::behind(0, transfer);
        jobs.join_or_add(key(&name, &file), &file, pace, ADDRESS, now)
            .unwrap();
    }
    short.end(Outcome::Sent);
    let later = now + 10 * UNWANTED_MAX;
    jobs.drop_unwanted(later);
    assert!(!jobs.is_empty());
    long.end(Outcome::Sent);
    jobs.drop_unwanted(later + UNWANTED_MAX / 2);
    assert_eq!(turns(&mut jobs).len(), 3);
}

#[test]
fn what_nobody_wants_any_more_is_not_read_to_its_end() {
    let folder = Folder::new();
    // Hours of reading.
    let (name, file) = folder.zeros("a", 1 << 40);
    let mut jobs = Jobs::default();
    let start = Instant::now();
    let soon = UNWANTED_MAX.mul_f32(0.9);
    let transfer = transfer();
    let pace = Pace::behind(0, &transfer);
    let ask = |jobs: &mut Jobs, pace, now| {
        jobs.join_or_add(key(&name, &file), &file, pace, ADDRESS, now)
            .unwrap()
    };
    drop(ask(&mut jobs, pace, start));
    // As long as it is sent, however slowly.
    let sent = start + 3 * UNWANTED_MAX;
    jobs.drop_unwanted(sent);
    transfer.end(Outcome::Cancelled);
    jobs.drop_unwanted(sent + soon);
    // As long as somebody waits.
    let job = ask(&mut jobs, Pace::free(), sent + soon);
    let told = sent + 5 * UNWANTED_MAX;
    jobs.drop_unwanted(told);
    assert_eq!(job.get(), None);
    drop(job);
    // As long as somebody comes back.
    jobs.drop_unwanted(told + soon);
    drop(ask(&mut jobs, Pace::free(), told + soon));
    let left = told + soon;
    jobs.drop_unwanted(left + soon);
    assert!(jobs.next_step().is_some());
    assert!(!jobs.is_empty());
    jobs.drop_unwanted(left + UNWANTED_MAX);
    assert!(jobs.is_empty());
    assert!(jobs.next_step().is_none());
}

#[test]
fn the_worker_leaves_when_nobody_wants_anything_any_more() {
    let folder = Folder::new();
    let digests = Digests::default();
    let (name, file) = folder.zeros("a", 1 << 40);
    let long_ago = Instant::now().checked_sub(UNWANTED_MAX).unwrap();
    let mut state = lock(&digests.state);
    state.is_working = true;
    let job = state
        .jobs
        .join_or_add(key(&name, &file), &file, Pace::free(), ADDRESS, long_ago);
    drop(state);
    drop(job);
    assert!(digests.next_step().is_none());
    assert!(!lock(&digests.state).is_working);
}

#[test]
fn a_file_that_changes_or_shrinks_while_it_is_read_has_no_digest() {
    let folder = Folder::new();
    // One that grows is read once more from its start, whose digest is not that of the file.
    for (new_len, rest) in [(STEP, 1), (2 * STEP, 1), (3 * STEP, 1 + 2)] {
        let (name, file) = folder.zeros("a", 2 * STEP);
        let mut jobs = Jobs::default();
        let transfer = transfer();
        let pace = Pace::behind(STEP, &transfer);
        let job = jobs
            .join_or_add(key(&name, &file), &file, pace, ADDRESS, Instant::now())
            .unwrap();
        assert_eq!(turns(&mut jobs).len(), 1);
        // Until the clock of the file system has ticked.
        while file.is_unchanged() {
            folder.zeros("a", new_len);
        }
        transfer.end(Outcome::Sent);
        assert_eq!(turns(&mut jobs).len(), rest);
        assert_eq!(job.get(), Some(&Offer::Nothing));
    }
}

#[test]
fn what_was_computed_is_known_by_name_and_state() {
    let folder = Folder::new();
    let digests = Arc::new(Digests::default());
    folder.zeros("a", STEP);
    let path = folder.0.path().join("a");
    let open = std::fs::File::options().write(true).open(path).unwrap();
    // Never long enough ago.
    let in_future = std::time::SystemTime::now() + Duration::from_hours(1);
    open.set_modified(in_future).unwrap();
    let (name, file) = folder.find("a");
    assert_eq!(digests.known(want(&name, &file)), Offer::Nothing);
    let expected = Offer::Digest(of_zeros(1 << 20));
    assert_eq!(digests.wait(want(&name, &file), PATIENCE), expected);
    // Racy, and so not remembered for long.
    let key = key(&name, &file);
    let now = Instant::now();
    let late = now + landline_http1::etag::RESOLUTION;
    let mut state = lock(&digests.state);
    assert_eq!(state.remembered.get(&key, None, late), None);
    state
        .remembered
        .insert(Key::clone(&key), &found(1, now), now);
    drop(state);
    assert_eq!(digests.known(want(&name, &file)), Offer::Digest([1; 32]));
    let other = ShareName::from_raw(b"b").unwrap();
    assert_eq!(digests.known(want(&other, &file)), Offer::Nothing);
}

#[test]
fn waiting_ends_when_its_time_is_over_and_when_all_is_closed() {
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
fn a_panic_of_the_worker_lets_nobody_wait() {
    let folder = Folder::new();
    let digests = Arc::new(Digests::default());
    let (name, file) = folder.zeros("a", 2 * STEP);
    let waits_for_ever = transfer();
    // As if there were a worker already.
    lock(&digests.state).is_working = true;
    let pace = Pace::behind(0, &waits_for_ever);
    let mut state = lock(&digests.state);
    let job = digests.begin(&mut state, want(&name, &file), pace).unwrap();
    drop(state);
    assert_eq!(job.get(), None);
    let panicking = Arc::clone(&digests);
    let worker = threads::spawn("digest", move || {
        let _clearing = ClearingAfterPanic(&panicking);
        panic!("as a test");
    });
    assert!(worker.unwrap().join().is_err());
    assert_eq!(job.get(), Some(&Offer::Nothing));
    // The next one starts another worker.
    let expected = Offer::Digest(of_zeros(2 << 20));
    assert_eq!(digests.wait(want(&name, &file), PATIENCE), expected);
}
