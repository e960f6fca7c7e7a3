//! The list of downloads, as it is saved between runs.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::row::Row;
use super::transfers::Transfers;
use crate::stored::Stored;
use landline_engine::client::Request;
use landline_engine::transfer::{Checked, Direction, Files, Incomplete, Outcome, Saved, Transfer};
use landline_engine::transport::CancelToken;

/// The limit for completed downloads. Those that can be resumed are all saved.
const MAX_ENTRIES: usize = 2_000;

/// Downloads in display order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct History {
    downloads: Vec<Entry>,
    /// Requests of removed downloads whose parts have yet to be deleted.
    discarding: Vec<Request>,
}

/// A download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    request: Request,
    /// In seconds since 1970, as `ended`.
    added: u64,
    ended: Option<u64>,
    /// Whether the journals of its parts are authenticated. Version 0.1.0 did not do that.
    #[serde(default)]
    authenticated: bool,
    state: State,
}

/// The state of a saved download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// Can be resumed.
    Unfinished {
        done: u64,
        total: Option<u64>,
        files: Option<Files>,
    },
    /// A folder of which some files failed.
    Incomplete {
        path: PathBuf,
        size: u64,
        files: Option<Files>,
        failed: u64,
    },
    /// Complete.
    Saved {
        path: PathBuf,
        size: u64,
        files: Option<Files>,
        checked: Checked,
        skipped: bool,
    },
}

impl Stored for History {
    const NAME: &'static str = "downloads";
    /// An entry has about 400 bytes, or a few thousand with long paths: 100,000 unfinished ones are
    /// 40 MB.
    const MAX_LEN: u64 = 256 * 1024 * 1024;
    /// A new download must survive a crash soon after it was requested.
    const DEBOUNCE: Duration = Duration::from_millis(20);
    /// Longer than a closing window needs to exit.
    const LOCK_TIMEOUT: Option<Duration> = Some(Duration::from_secs(2));

    /// Writes one line per download: half as long as pretty-printed JSON, and still editable by
    /// hand.
    fn write(&self, mut to: impl Write) -> io::Result<()> {
        to.write_all(b"{\"downloads\":[")?;
        for (at, entry) in self.downloads.iter().enumerate() {
            to.write_all(if at == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut to, entry)?;
        }
        to.write_all(b"\n],\"discarding\":")?;
        serde_json::to_writer(&mut to, &self.discarding)?;
        to.write_all(b"}\n")
    }
}

impl History {
    /// The entries of `transfers` that are worth saving, removed ones that can be brought back
    /// included.
    pub(crate) fn of(transfers: &Transfers) -> Self {
        let mut saved = 0;
        let is_kept = |row: &&Row| {
            let is_saved = matches!(row.transfer.outcome(), Some(Outcome::Saved(_)));
            saved += usize::from(is_saved);
            !is_saved || saved <= MAX_ENTRIES
        };
        let rows = transfers.rows().chain(transfers.removed());
        Self {
            downloads: rows.filter(is_kept).filter_map(Entry::of).collect(),
            discarding: transfers.discarding().to_vec(),
        }
    }

    /// Fills the list of a program that has just started.
    pub(crate) fn restore(self, transfers: &mut Transfers) {
        transfers.restore(self.downloads.into_iter().map(Entry::into_row));
        transfers.restore_discarding(self.discarding);
    }
}

impl Entry {
    fn of(row: &Row) -> Option<Self> {
        let request = row.request.as_ref()?;
        let transfer = &row.transfer;
        let (size, files) = (transfer.done(), transfer.files());
        let state = match transfer.outcome() {
            Some(Outcome::Sent | Outcome::Cancelled) => return None,
            Some(Outcome::Failed(_)) if !transfer.is_kept() => return None,
            Some(Outcome::Saved(saved)) => State::Saved {
                path: saved.path.clone(),
                size,
                files,
                checked: saved.checked,
                skipped: saved.skipped,
            },
            Some(Outcome::Incomplete(incomplete)) => State::Incomplete {
                path: incomplete.path.clone(),
                size,
                files,
                failed: incomplete.failed,
            },
            Some(Outcome::Failed(_) | Outcome::Paused(_)) | None => State::Unfinished {
                done: size,
                total: transfer.total(),
                files,
            },
        };
        Some(Self {
            request: request.clone(),
            added: row.added,
            ended: row.ended,
            authenticated: !row.has_bare_record,
            state,
        })
    }

    fn into_row(self) -> Row {
        let (name, host) = (self.request.shown(), &self.request.host);
        let transfer = Transfer::new(Direction::Download, name, host, CancelToken::new());
        let has_part = match &self.state {
            State::Unfinished { done, files, .. } => *done > 0 || files.is_some(),
            State::Incomplete { .. } => true,
            State::Saved { .. } => false,
        };
        let (done, total, files, outcome) = match self.state {
            State::Unfinished { done, total, files } => (done, total, files, Outcome::Paused(None)),
            State::Incomplete {
                path,
                size,
                files,
                failed,
            } => {
                let incomplete = Incomplete {
                    path,
                    failed,
                    // The reasons are out of date.
                    examples: Vec::new(),
                    notes: Vec::new(),
                };
                (size, None, files, Outcome::Incomplete(incomplete))
            }
            State::Saved {
                path,
                size,
                files,
                checked,
                skipped,
            } => {
                let saved = Saved {
                    path,
                    checked,
                    skipped,
                    notes: Vec::new(),
                };
                (size, Some(size), files, Outcome::Saved(saved))
            }
        };
        transfer.set_done(done);
        transfer.set_total(total);
        if let Some(files) = files {
            transfer.set_files(files);
        }
        transfer.end(outcome);
        let mut row = Row::new(Arc::new(transfer), Some(self.request));
        row.added = self.added;
        row.has_bare_record = has_part && !self.authenticated;
        row.note_end();
        row.ended = self.ended.or(row.ended);
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use landline_engine::client::{IfExists, Target};
    use landline_engine::error::{ClientError, Failure};
    use landline_engine::transfer::{Note, Protocol};

    fn request(name: &str) -> Request {
        Request {
            host: "box".to_owned(),
            port: 8080,
            encryption: <_>::default(),
            name: name.to_owned(),
            query: None,
            target: Target::Folder(PathBuf::from("/home/bo/照片")),
            protocol: Some(Protocol::Raw),
            exists: IfExists::Skip,
        }
    }

    fn add(transfers: &mut Transfers, name: &str) -> Arc<Transfer> {
        let one = Transfer::new(Direction::Download, name, "box", CancelToken::new());
        let one = Arc::new(one);
        transfers.add(Arc::clone(&one), Some(request(name)));
        one.start(Protocol::Http, Some(100));
        one.advance(40);
        one
    }

    fn saved(path: &str) -> Outcome {
        Outcome::Saved(Saved {
            path: PathBuf::from(path),
            checked: Checked::Digest,
            skipped: false,
            notes: vec![Note::UnsendableNames { count: 1 }],
        })
    }

    /// One transfer in each state that is saved, and those that are not.
    fn transfers() -> Transfers {
        let mut transfers = Transfers::default();
        add(&mut transfers, "moving");
        add(&mut transfers, "paused").end(Outcome::Paused(None));
        let failed = add(&mut transfers, "failed");
        failed.keep(true);
        failed.end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
        let folder = add(&mut transfers, "folder/");
        folder.set_files(Files {
            done: 9,
            total: 10,
            failed: 1,
            is_counted: true,
        });
        folder.end(Outcome::Incomplete(Incomplete {
            path: PathBuf::from("/home/bo/照片/folder"),
            failed: 1,
            examples: Vec::new(),
            notes: Vec::new(),
        }));
        add(&mut transfers, "saved").end(saved("/home/bo/照片/saved"));
        add(&mut transfers, "cancelled").end(Outcome::Cancelled);
        add(&mut transfers, "nothing left")
            .end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
        transfers.sample(std::time::Instant::now());
        transfers
    }

    fn restored(history: History) -> Transfers {
        let mut transfers = Transfers::default();
        history.restore(&mut transfers);
        transfers
    }

    #[test]
    fn resumable_and_saved_downloads_are_restored() {
        let dir = tempfile::tempdir().unwrap();
        let history = History::of(&transfers());
        history.save(dir.path()).unwrap();
        assert_eq!(History::load(dir.path()).unwrap(), history);
        let restored = restored(history);
        let names: Vec<_> = restored.rows().map(|row| row.transfer.name()).collect();
        // The latest request comes after the active transfers and before the paused ones.
        assert_eq!(names, ["moving", "folder/", "failed", "paused", "saved"]);
        for row in [0, 2, 3].map(|at| restored.rows().nth(at).unwrap()) {
            assert_eq!(row.transfer.outcome(), Some(&Outcome::Paused(None)));
            let how_far = (row.transfer.done(), row.transfer.total());
            assert_eq!(how_far, (40, Some(100)));
            assert_eq!(row.request, Some(request(row.transfer.name())));
        }
        let folder = &restored.rows().nth(1).unwrap().transfer;
        assert!(matches!(folder.outcome(), Some(Outcome::Incomplete(_))));
        assert_eq!(folder.files().unwrap().failed, 1);
        let Some(Outcome::Saved(saved)) = restored.rows().nth(4).unwrap().transfer.outcome() else {
            panic!("not saved any more");
        };
        assert_eq!(saved.path, PathBuf::from("/home/bo/照片/saved"));
        assert_eq!(saved.checked, Checked::Digest);
    }

    #[test]
    fn a_second_restart_only_changes_active_downloads() {
        let once = restored(History::of(&transfers()));
        let history = History::of(&once);
        assert_eq!(History::of(&restored(history.clone())), history);
    }

    #[test]
    fn unknown_entries_of_another_version_are_ignored() {
        let text = r#"{ "version": 9, "downloads": [ {
            "request": { "host": "box", "port": 1, "name": "a", "colour": "red",
                "target": { "Folder": "/tmp" }, "dialect": null, "exists": "keep" },
            "added": 1, "ended": null, "mood": 3,
            "state": { "unfinished": { "done": 1, "total": null, "files": null, "x": 1 } }
        } ] }"#;
        let history: History = serde_json::from_str(text).unwrap();
        assert_eq!(restored(history).rows().count(), 1);
    }

    #[test]
    fn downloads_of_an_earlier_version_stay_marked() {
        let history = History::of(&transfers());
        let text = serde_json::to_string(&history).unwrap();
        let old = text.replace(",\"authenticated\":true", "");
        assert_ne!(text, old);
        for (text, is_old) in [(text, false), (old, true)] {
            let mut history: History = serde_json::from_str(&text).unwrap();
            for _ in 0..2 {
                let restored = restored(history);
                for row in restored.rows() {
                    // A peer could have written a journal for a completed download.
                    let is_over = row.transfer.name() == "saved";
                    assert_eq!(row.has_bare_record, is_old && !is_over);
                }
                history = History::of(&restored);
            }
        }
    }

    #[test]
    fn only_ended_downloads_are_limited() {
        let mut transfers = Transfers::default();
        for number in 0..MAX_ENTRIES + 5 {
            let name = number.to_string();
            add(&mut transfers, &name).end(saved(&name));
            transfers.sample(std::time::Instant::now());
        }
        for number in 0..MAX_ENTRIES + 7 {
            add(&mut transfers, &format!("open {number}"));
        }
        let kept = restored(History::of(&transfers));
        let open = kept.rows().filter(|row| row.is_unfinished());
        assert_eq!(
            (open.count(), kept.len()),
            (MAX_ENTRIES + 7, 2 * MAX_ENTRIES + 7)
        );
        // People look for the latest.
        let newest = kept.rows().nth(MAX_ENTRIES + 7).unwrap();
        assert_eq!(newest.transfer.name(), (MAX_ENTRIES + 4).to_string());
    }

    #[test]
    fn each_download_is_a_line_and_100_000_fit() {
        let history = History::of(&transfers());
        let mut text = Vec::new();
        history.write(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.lines().count(), history.downloads.len() + 2);
        assert_eq!(serde_json::from_str::<History>(&text).unwrap(), history);
        let longest = text.lines().map(str::len).max().unwrap();
        assert!(
            100_000 * longest as u64 <= History::MAX_LEN / 4,
            "{longest}"
        );
        let mut text = Vec::new();
        History::default().write(&mut text).unwrap();
        let empty: History = serde_json::from_slice(&text).unwrap();
        assert_eq!(empty, History::default());
    }
}
