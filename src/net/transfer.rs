//! One file on its way: how far it is (atomics that anyone may sample) and how it ended.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Cancel;
use crate::text::Sentence;

/// Unique in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransferId(u64);

/// Which way the bytes go, seen from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To a peer that asked for it.
    Upload,
    /// From a server.
    Download,
}

/// How the peers talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// HTTP/1.x.
    Http,
    /// The lecture notes' protocol: a name, then bytes until the close.
    Raw,
}

/// What a transfer is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// In the queue, behind others.
    Waiting,
    /// Looking up, dialling or asking; no byte of the body has come yet.
    Connecting,
    /// Bytes flow.
    Moving,
    /// Over; [`Transfer::outcome`] says how.
    Ended,
}

/// How a transfer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every byte was sent.
    Sent,
    /// Every byte arrived and the file has its final name.
    Saved(Saved),
    /// The user ended it.
    Cancelled,
    /// What went wrong and what to do.
    Failed(Sentence),
}

/// A download that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Where the file is now.
    pub path: PathBuf,
    /// Whether the length was known and is right; a raw server does not say it.
    pub length_checked: bool,
    /// What the user should know about the name it got, when it is not the one asked for.
    pub renamed: Option<Sentence>,
}

/// One file on its way. Shared between the worker that moves it and whoever shows it.
#[derive(Debug)]
pub struct Transfer {
    id: TransferId,
    direction: Direction,
    name: String,
    peer: String,
    created: Instant,
    cancel: Cancel,
    stage: AtomicU8,
    dialect: AtomicU8,
    done: AtomicU64,
    total: AtomicU64,
    /// When bytes began to flow, and when it ended.
    moving_since: OnceLock<Instant>,
    end: OnceLock<(Instant, Outcome)>,
}

/// Stands for "not known" in `total`: no file is this long.
const UNKNOWN: u64 = u64::MAX;

impl Transfer {
    /// A transfer of `name` that waits for its turn. `peer` is the host as the user knows it.
    pub fn new(
        direction: Direction,
        name: impl Into<String>,
        peer: impl Into<String>,
        cancel: Cancel,
    ) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: TransferId(NEXT.fetch_add(1, Ordering::Relaxed)),
            direction,
            name: name.into(),
            peer: peer.into(),
            created: Instant::now(),
            cancel,
            stage: AtomicU8::new(0),
            dialect: AtomicU8::new(0),
            done: AtomicU64::new(0),
            total: AtomicU64::new(UNKNOWN),
            moving_since: OnceLock::new(),
            end: OnceLock::new(),
        }
    }

    /// Its number.
    pub fn id(&self) -> TransferId {
        self.id
    }

    /// Which way the bytes go.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The file's name as it was asked for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host at the other end.
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// Its switch.
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// What it is doing.
    pub fn stage(&self) -> Stage {
        if self.end.get().is_some() {
            return Stage::Ended;
        }
        match self.stage.load(Ordering::Acquire) {
            0 => Stage::Waiting,
            1 => Stage::Connecting,
            _ => Stage::Moving,
        }
    }

    /// It has its turn.
    pub fn connecting(&self) {
        self.stage.store(1, Ordering::Release);
    }

    /// Bytes flow from now on; `total` of them where that is known.
    pub fn moving(&self, dialect: Dialect, total: Option<u64>) {
        self.dialect.store(1 + dialect as u8, Ordering::Relaxed);
        self.total
            .store(total.unwrap_or(UNKNOWN), Ordering::Relaxed);
        let _ = self.moving_since.set(Instant::now());
        self.stage.store(2, Ordering::Release);
    }

    /// How the peers talk, once that is known.
    pub fn dialect(&self) -> Option<Dialect> {
        match self.dialect.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(Dialect::Http),
            _ => Some(Dialect::Raw),
        }
    }

    /// `count` more bytes have gone through.
    pub fn advance(&self, count: u64) {
        self.done.fetch_add(count, Ordering::Relaxed);
    }

    /// Bytes that have gone through.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Bytes in all, where known.
    pub fn total(&self) -> Option<u64> {
        match self.total.load(Ordering::Relaxed) {
            UNKNOWN => None,
            total => Some(total),
        }
    }

    /// How far it is, from 0 to 1, where the total is known.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a fraction for a bar"
    )]
    pub fn fraction(&self) -> Option<f32> {
        match self.total()? {
            0 => Some(1.0),
            total => Some((self.done() as f64 / total as f64).min(1.0) as f32),
        }
    }

    /// It is over. Only the first end counts.
    pub fn end(&self, outcome: Outcome) {
        let _ = self.end.set((Instant::now(), outcome));
    }

    /// How it ended, once it has.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.end.get().map(|(_, outcome)| outcome)
    }

    /// How long bytes have been flowing, or did flow; from its creation if none ever did.
    pub fn elapsed(&self) -> Duration {
        let since = self.moving_since.get().unwrap_or(&self.created);
        let until = self.end.get().map_or_else(Instant::now, |(at, _)| *at);
        until.saturating_duration_since(*since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_end_counts() {
        let transfer = Transfer::new(Direction::Upload, "a", "host", Cancel::new());
        assert_eq!(transfer.stage(), Stage::Waiting);
        transfer.moving(Dialect::Raw, Some(10));
        transfer.advance(5);
        assert_eq!(
            (transfer.stage(), transfer.fraction()),
            (Stage::Moving, Some(0.5))
        );
        transfer.end(Outcome::Cancelled);
        transfer.end(Outcome::Sent);
        assert_eq!(
            (transfer.stage(), transfer.outcome()),
            (Stage::Ended, Some(&Outcome::Cancelled))
        );
    }

    #[test]
    fn an_unknown_total_has_no_fraction() {
        let transfer = Transfer::new(Direction::Download, "a", "host", Cancel::new());
        transfer.moving(Dialect::Raw, None);
        assert_eq!((transfer.total(), transfer.fraction()), (None, None));
    }
}
