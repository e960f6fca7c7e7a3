//! A transfer and what was measured of it.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::pace::Pace;
use crate::client::{Exists, Request, Target};
use crate::net::{Outcome, Stage, Transfer, TransferId};

/// A rate is the average of about this long: steady enough to read, quick enough to notice a stall.
const SMOOTHING_SECS: f64 = 3.0;
/// After this long without a byte there is no rate to tell.
const STILL: Duration = Duration::from_secs(3);
/// Below this many bytes per second nothing sensible can be said about the time left.
const STALLED: f64 = 1.0;
/// Nobody waits longer than this; a longer time left is not shown.
const LONGEST_LEFT: Duration = Duration::from_hours(100);
/// After this long without a byte nobody expects the next one any moment: a computer may sleep.
const GIVEN_UP: Duration = Duration::from_mins(5);

/// A transfer and what was measured of it. A download that goes on after an end is a new transfer
/// in the same row.
#[derive(Debug)]
pub(crate) struct Row {
    /// The same for as long as the row is there.
    pub key: TransferId,
    /// How far it is and how it ended.
    pub transfer: Arc<Transfer>,
    /// Bytes per second, once there are two measurements.
    pub rate: Option<f64>,
    /// What to do to try it again, where this end started it.
    pub request: Option<Request>,
    /// Whether the files that did not arrive are shown.
    pub unfolded: bool,
    /// When it was first asked for, in seconds since 1970.
    pub added: u64,
    /// When it ended, in seconds since 1970, once it was seen that it has.
    pub ended: Option<u64>,
    /// How fast it was in the last minute.
    pub pace: Pace,
    /// How high it is drawn, in points, and a number for what that depends on: the drawing's own
    /// note, so that it need not lay out again what has not changed.
    pub height: Option<(f32, u64)>,
    /// It was a folder before it was tried again.
    was_folder: bool,
    measured: Option<(Instant, u64)>,
    /// Bytes that had come when it was looked at last.
    moved: u64,
    /// When bytes came last.
    progressed: Option<Instant>,
}

impl Row {
    pub(crate) fn new(transfer: Arc<Transfer>, request: Option<Request>) -> Self {
        Self {
            key: transfer.id(),
            transfer,
            rate: None,
            request,
            unfolded: false,
            added: unix_time(),
            ended: None,
            pace: Pace::default(),
            height: None,
            was_folder: false,
            measured: None,
            moved: 0,
            progressed: None,
        }
    }

    /// Show `transfer` from now on, which goes on with the same.
    pub(crate) fn go_on(&mut self, transfer: Arc<Transfer>) {
        self.was_folder = self.is_folder();
        self.request = self.again();
        self.transfer = transfer;
        self.ended = None;
        self.unfolded = false;
        self.pace = Pace::default();
        self.height = None;
        self.moved = 0;
        self.progressed = None;
        self.rest();
    }

    /// What it is called: as it was asked for, unless it has another name here.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        let asked = self.transfer.name();
        let Some(Outcome::Saved(saved)) = self.transfer.outcome() else {
            return Cow::Borrowed(asked);
        };
        let last = asked.trim_end_matches('/').rsplit('/').next();
        match saved.path.file_name() {
            Some(stored) if last.map(AsRef::as_ref) != Some(stored) => stored.to_string_lossy(),
            _ => Cow::Borrowed(asked),
        }
    }

    /// Whether it is known to be about more than one file.
    pub(crate) fn is_folder(&self) -> bool {
        let transfer = &self.transfer;
        self.was_folder || transfer.files().is_some() || transfer.name().ends_with('/')
    }

    /// What to ask for to try it again. Into the folder that was cancelled where files of it are
    /// there already, and only for the others.
    pub(crate) fn again(&self) -> Option<Request> {
        let request = self.request.clone()?;
        Some(match self.left_in() {
            Some(folder) => Request {
                target: Target::File(folder),
                exists: Exists::Skip,
                ..request
            },
            None => request,
        })
    }

    /// Of a folder that was cancelled: where the files are that had arrived.
    pub(crate) fn left_in(&self) -> Option<PathBuf> {
        let transfer = &self.transfer;
        let has_files = transfer.files().is_some_and(|files| files.done > 0);
        if has_files && matches!(transfer.outcome(), Some(Outcome::Cancelled)) {
            transfer.place()
        } else {
            None
        }
    }

    /// Whether it is still on its way.
    pub(crate) fn is_active(&self) -> bool {
        self.transfer.outcome().is_none()
    }

    /// Whether it is over, and nobody has to look at it again.
    pub(crate) fn is_finished(&self) -> bool {
        matches!(
            self.transfer.outcome(),
            Some(Outcome::Sent | Outcome::Saved(_) | Outcome::Cancelled)
        )
    }

    /// Whether it ended before all was there, and what is there is kept: it can go on.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.request.is_some()
            && match self.transfer.outcome() {
                Some(Outcome::Paused(_) | Outcome::Incomplete(_)) => true,
                Some(Outcome::Failed(_)) => self.transfer.is_kept(),
                Some(Outcome::Sent | Outcome::Saved(_) | Outcome::Cancelled) | None => false,
            }
    }

    /// Whether it rests until the user lets it go on.
    pub(crate) fn is_paused(&self) -> bool {
        self.request.is_some() && matches!(self.transfer.outcome(), Some(Outcome::Paused(_)))
    }

    /// Whether it goes on from the same part as `request`.
    pub(crate) fn shares_part(&self, request: &Request) -> bool {
        let own = self.request.as_ref();
        own.is_some_and(|own| own.shares_part(request))
    }

    /// Whether the next byte, or the last word about them, may come any moment, so that the computer should stay awake.
    pub(crate) fn is_busy(&self, now: Instant) -> bool {
        match self.transfer.stage() {
            Stage::Connecting | Stage::Moving | Stage::Interrupted | Stage::Checking => self
                .progressed
                .is_none_or(|then| now.saturating_duration_since(then) < GIVEN_UP),
            Stage::Waiting | Stage::Ended => false,
        }
    }

    /// Note how far it is.
    pub(crate) fn measure(&mut self, now: Instant) {
        // Never without a first moment: what never began is given up, too.
        let mut progressed = *self.progressed.get_or_insert(now);
        let moved = self.transfer.moved();
        if self.transfer.stage() != Stage::Waiting {
            self.pace.note(now, moved);
        }
        if self.moved != moved {
            self.moved = moved;
            self.progressed = Some(now);
            progressed = now;
        }
        if self.transfer.stage() != Stage::Moving {
            self.rest();
            return;
        }
        if now.saturating_duration_since(progressed) >= STILL {
            self.rate = None;
            self.measured = Some((now, moved));
            return;
        }
        if let Some((then, before)) = self.measured {
            let secs = now.saturating_duration_since(then).as_secs_f64();
            if secs <= 0.0 {
                return;
            }
            #[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
            let current = moved.saturating_sub(before) as f64 / secs;
            let weight = 1.0 - (-secs / SMOOTHING_SECS).exp();
            self.rate = match self.rate {
                Some(rate) => Some(rate + (current - rate) * weight),
                // Nothing came yet: that is no rate.
                None => Some(current).filter(|current| *current > 0.0),
            };
        }
        self.measured = Some((now, moved));
    }

    /// Nothing moves: the next measurement is the first.
    fn rest(&mut self) {
        self.rate = None;
        self.measured = None;
    }

    /// Note when it ended; whether that is news.
    pub(crate) fn note_end(&mut self) -> bool {
        let is_news = self.ended.is_none() && !self.is_active();
        if is_news {
            self.ended = Some(unix_time());
        }
        is_news
    }

    /// Bytes in all. While a folder is still being looked through, that is not known.
    pub(crate) fn total(&self) -> Option<u64> {
        let files = self.transfer.files();
        let is_counted = files.is_none_or(|files| files.is_counted);
        self.transfer.total().filter(|_| is_counted)
    }

    /// How far it is, from 0 to 1, where the total is known.
    pub(crate) fn fraction(&self) -> Option<f32> {
        self.total().and_then(|_| self.transfer.fraction())
    }

    /// How long the rest will take at the present rate.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        time_left(self.total()?.checked_sub(self.transfer.done())?, self.rate?)
    }
}

/// How long `left` bytes take at `rate` bytes per second, where that can be said.
pub(super) fn time_left(left: u64, rate: f64) -> Option<Duration> {
    if rate < STALLED {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a time for a person")]
    let secs = left as f64 / rate;
    let time = Duration::try_from_secs_f64(secs).ok()?;
    (time <= LONGEST_LEFT).then_some(time)
}

/// Seconds since 1970; 0 where the clock is set to a time before.
fn unix_time() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Cancel, Checked, Dialect, Direction, Files, Saved};
    use crate::sentence;

    const STEP: Duration = Duration::from_millis(100);

    fn row(total: Option<u64>) -> Row {
        let transfer = Transfer::new(Direction::Download, "film.mkv", "box", Cancel::new());
        transfer.moving(Dialect::Http, total);
        Row::new(Arc::new(transfer), None)
    }

    /// Measures every 100 ms with `step` more bytes each time; when the last was.
    fn run(row: &mut Row, from: Instant, steps: u32, step: u64) -> Instant {
        for number in 0..steps {
            row.measure(from + number * STEP);
            row.transfer.advance(step);
        }
        from + (steps - 1) * STEP
    }

    fn rate(row: &Row) -> u64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let rate = row.rate.unwrap().round() as u64;
        rate
    }

    #[test]
    fn a_steady_stream_has_a_steady_rate_and_a_time_left() {
        let mut row = row(Some(100_000));
        run(&mut row, Instant::now(), 11, 1_000);
        assert_eq!(rate(&row), 10_000);
        // 89,000 bytes are left.
        assert_eq!(row.time_left().unwrap().as_millis(), 8_900);
    }

    #[test]
    fn a_stall_takes_the_rate_and_the_time_left_away() {
        let mut row = row(Some(100_000));
        let start = Instant::now();
        run(&mut row, start, 11, 1_000);
        run(&mut row, start + Duration::from_secs(2), 50, 0);
        assert_eq!((row.rate, row.time_left()), (None, None));
    }

    #[test]
    fn without_a_total_there_is_no_time_left() {
        let mut row = row(None);
        run(&mut row, Instant::now(), 5, 1_000);
        assert_eq!(row.time_left(), None);
    }

    #[test]
    fn what_was_here_before_is_no_rate() {
        let mut row = row(Some(1_000_000));
        let last = run(&mut row, Instant::now(), 11, 1_000);
        // Cut off; the answer to the next call begins at another byte.
        row.transfer.interrupted(sentence!("no-reply-yet"), last);
        row.measure(last + STEP);
        assert_eq!(row.rate, None);
        row.transfer.set_done(500_000);
        row.transfer.moving(Dialect::Http, Some(1_000_000));
        let later = last + Duration::from_mins(1);
        run(&mut row, later, 3, 1_000);
        assert_eq!(rate(&row), 10_000);
        // Started anew.
        row.transfer.set_done(0);
        run(&mut row, later + 3 * STEP, 3, 1_000);
        assert_eq!((rate(&row), row.transfer.done()), (10_000, 3_000));
    }

    #[test]
    fn going_on_begins_to_measure_anew() {
        let mut one = row(Some(1_000_000));
        let last = run(&mut one, Instant::now(), 11, 1_000);
        let (key, next) = (one.key, row(Some(1_000_000)).transfer);
        next.set_done(10_000);
        one.go_on(next);
        assert_eq!((one.key, one.rate, one.ended), (key, None, None));
        run(&mut one, last + STEP, 3, 1_000);
        assert_eq!(rate(&one), 10_000);
    }

    #[test]
    fn a_folder_that_is_not_counted_has_no_total() {
        let row = row(Some(1_000));
        let mut files = Files::default();
        row.transfer.set_files(files);
        assert_eq!((row.total(), row.fraction()), (None, None));
        files.is_counted = true;
        row.transfer.set_files(files);
        assert_eq!((row.total(), row.fraction()), (Some(1_000), Some(0.0)));
    }

    #[test]
    fn it_is_called_as_it_is_stored() {
        for (asked, stored, shown) in [
            ("film.mkv", "film.mkv", "film.mkv"),
            ("film.mkv", "[新]film.mkv", "[新]film.mkv"),
            ("2024/a.jpg", "a.jpg", "2024/a.jpg"),
            ("photos/", "photos", "photos/"),
            ("/", "box", "box"),
        ] {
            let transfer = Transfer::new(Direction::Download, asked, "box", Cancel::new());
            let row = Row::new(Arc::new(transfer), None);
            assert_eq!(row.name(), asked);
            row.transfer.end(Outcome::Saved(Saved {
                path: PathBuf::from("/home/bo").join(stored),
                checked: Checked::Digest,
                skipped: false,
                notes: Vec::new(),
            }));
            assert_eq!(row.name(), shown);
        }
    }

    #[test]
    fn a_folder_that_was_cancelled_goes_on_where_its_files_are() {
        let request = Request {
            host: "box".to_owned(),
            port: 8080,
            name: "photos".to_owned(),
            target: Target::Folder(PathBuf::from("/home/bo")),
            dialect: None,
            exists: Exists::Keep,
        };
        let place = PathBuf::from("/home/bo/[新]photos");
        let into_it = Request {
            target: Target::File(place.clone()),
            exists: Exists::Skip,
            ..request.clone()
        };
        for (done, wanted) in [(0, &request), (3, &into_it)] {
            let transfer = row(None).transfer;
            transfer.set_files(Files {
                done,
                ..Files::default()
            });
            transfer.set_place(place.clone());
            let mut row = Row::new(transfer, Some(request.clone()));
            row.transfer.end(Outcome::Cancelled);
            assert_eq!(row.again().as_ref(), Some(wanted));
            let next = Transfer::new(Direction::Download, "photos", "box", Cancel::new());
            row.go_on(Arc::new(next));
            assert_eq!(row.request.as_ref(), Some(wanted));
            // It is not listed yet, and known to be one all the same.
            assert!(row.is_folder() && row.transfer.files().is_none());
        }
    }

    #[test]
    fn nobody_stays_awake_for_what_does_not_come() {
        let mut row = row(None);
        let start = Instant::now();
        let last = run(&mut row, start, 3, 1_000);
        row.transfer.interrupted(sentence!("no-reply-yet"), last);
        row.measure(last + STEP);
        assert!(row.is_busy(last + Duration::from_mins(1)));
        let late = last + STEP + GIVEN_UP;
        assert!(!row.is_busy(late));
        // It answers, but not a byte comes.
        row.transfer.moving(Dialect::Http, None);
        row.measure(late);
        assert!(!row.is_busy(late));
        row.transfer.end(Outcome::Paused(None));
        assert!(!row.is_busy(last));
    }

    #[test]
    fn nobody_stays_awake_for_a_check_that_does_not_end() {
        let mut row = row(None);
        let last = run(&mut row, Instant::now(), 3, 1_000);
        row.transfer.checking();
        row.measure(last + STEP);
        assert!(row.is_busy(last + Duration::from_mins(1)));
        assert!(!row.is_busy(last + STEP + GIVEN_UP));
    }
}
