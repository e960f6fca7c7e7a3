//! `landline get`: one download without a window.
#![expect(
    clippy::disallowed_methods,
    reason = "a command has no window to keep drawing"
)]

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::unbounded;
use indicatif::{ProgressBar, ProgressStyle};

use super::explain::{self, Watching};
use super::visit::{self, Visit};
use super::{fail, interrupts, print_path, unless_unprinted, warn, wrong_usage};
use crate::args::Get;
use crate::settings::{self, Copies};
use crate::sleep_inhibitor::SleepInhibitor;
use crate::text::{Describe, Sentence};
use crate::{format, sentence, t};
use landline_engine::client::{Client, ClientEvent, Limits, Location, Request, Target, is_stream};
use landline_engine::error::ClientError;
use landline_engine::name_bytes;
use landline_engine::password::Password;
use landline_engine::secret::Secret;
use landline_engine::store::safe_name::is_storable;
use landline_engine::transfer::{Checked, Outcome, Protocol, Saved, Transfer, TransferState};
use landline_engine::transport::DEFAULT_PORT;

/// A script should not wait for a host that does not come back.
pub(super) const GIVE_UP: Duration = Duration::from_mins(1);

/// Ten updates per second look smooth.
pub(super) const REDRAW: Duration = Duration::from_millis(100);

/// Runs the download, with a progress bar if stderr is a terminal. Prints the saved path to stdout,
/// and warnings or the error to stderr. Blocks.
pub fn run(args: Get) -> ExitCode {
    let explains = args.explain;
    let given = args.password.clone();
    let (request, token) = match request(args) {
        Ok(request) => request,
        Err(e) => return wrong_usage(&e.sentence()),
    };
    let visit = match Visit::new(&request.host, request.port, token, &given) {
        Ok(visit) => visit,
        Err(why) => return fail(&why),
    };
    let is_stdout = request.target == Target::Stdout;
    let secret = Secret::of(settings::dir().as_deref());
    let is_resumable = secret.is_kept();
    let transfer = download(&request, secret, visit, explains);
    let status = report(&transfer, is_stdout, is_resumable);
    if explains {
        explain::explain(&transfer);
    }
    status
}

/// Prints how the download has ended.
fn report(transfer: &Arc<Transfer>, is_stdout: bool, is_resumable: bool) -> ExitCode {
    if let Some(why) = visit::reason(transfer) {
        return ended_early(transfer, &why, is_stdout, is_resumable);
    }
    let name = transfer.name();
    match transfer.outcome() {
        Some(Outcome::Saved(saved)) => {
            // Only the file's own bytes go to stdout.
            let printed = if is_stdout {
                Ok(())
            } else {
                print_path(&saved.path)
            };
            told(saved, name);
            unless_unprinted(ExitCode::SUCCESS, printed)
        }
        Some(Outcome::Incomplete(incomplete)) => {
            let printed = print_path(&incomplete.path);
            for file in &incomplete.examples {
                warn(file.why.sentence());
            }
            let missing = || {
                let key = if is_resumable {
                    "get-incomplete"
                } else {
                    "get-incomplete-in-vain"
                };
                let missing = Sentence::new(key).with("name", name);
                missing.with("failed", incomplete.failed)
            };
            // If no file failed, the first note says what is missing.
            let (why, notes) = match incomplete.notes.split_first() {
                Some((first, others)) if incomplete.failed == 0 => (first.sentence(), others),
                _ => (missing(), incomplete.notes.as_slice()),
            };
            for note in notes {
                warn(note.sentence());
            }
            let status = fail(&why);
            unless_unprinted(status, printed)
        }
        Some(Outcome::Cancelled | Outcome::Paused(_)) if transfer.is_kept() => {
            let kept = format::bytes(transfer.done());
            fail(&if is_resumable {
                sentence!("get-paused", name = name, kept = kept)
            } else {
                sentence!("get-kept-in-vain", kept = kept)
            })
        }
        Some(Outcome::Cancelled | Outcome::Paused(_)) => {
            fail(&sentence!("get-cancelled", name = name))
        }
        Some(Outcome::Sent | Outcome::Failed(_)) | None => {
            let name = name.to_owned();
            fail(&ClientError::Crashed { name }.sentence())
        }
    }
}

/// Reports `why` the download is incomplete, and what was saved of it.
fn ended_early(
    transfer: &Transfer,
    why: &Sentence,
    is_stdout: bool,
    is_resumable: bool,
) -> ExitCode {
    if transfer.is_kept() {
        let kept = Sentence::new(if is_resumable {
            "get-kept"
        } else {
            "get-kept-in-vain"
        })
        .with("kept", format::bytes(transfer.done()));
        let (first, second) = (why.to_string(), kept.to_string());
        return fail(&sentence!("two-sentences", first = first, second = second));
    }
    // Other programs exit silently on a closed pipe, too.
    if is_stdout && why.key() == "reader-gone" {
        return ExitCode::FAILURE;
    }
    fail(why)
}

/// Prints the notes about a saved file.
fn told(saved: &Saved, name: &str) {
    for note in &saved.notes {
        warn(note.sentence());
    }
    if saved.skipped {
        warn(t!("nothing-fetched"));
    } else if saved.checked == Checked::Nothing {
        warn(t!("saved-unchecked", name = name));
    } else if std::io::stderr().is_terminal() {
        warn(match saved.checked {
            Checked::Digest => t!("digest-checked"),
            _ => t!("length-checked"),
        });
    }
}

/// The names of standard output. Opened by name, it would have its own file position.
const STDOUT: [&str; 4] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// The request for the arguments, and the secret in the link.
fn request(args: Get) -> Result<(Request, Option<Password>), ClientError> {
    let location = Location::parse(&args.host)?;
    let given = args.name.map(|name| name_bytes::from_os(&name));
    let name = match (given, location.name) {
        (Some(_), Some(_)) => return Err(ClientError::TwoNames),
        // The URL of a host without a path means everything that it shares.
        (None, None) if args.host.contains("://") && !args.raw => Some("/".to_owned()),
        (given, in_address) => given.or(in_address).filter(|name| !name.is_empty()),
    };
    let target = match args.output {
        Some(file) if STDOUT.map(Path::new).contains(&&*file) => Target::Stdout,
        Some(path)
            if path.is_dir()
                || path
                    .as_os_str()
                    .to_string_lossy()
                    .ends_with(std::path::is_separator) =>
        {
            Target::Folder(path)
        }
        Some(file) => Target::File(storable(file)?),
        None => Target::Folder(args.dir.unwrap_or_else(|| PathBuf::from("."))),
    };
    // Messages name the whole path, not `.`.
    let target = match target {
        Target::Folder(folder) => Target::Folder(whole(folder)),
        Target::File(file) => Target::File(whole(file)),
        Target::Stdout => Target::Stdout,
    };
    let name = name.ok_or(ClientError::NoName)?;
    if name.ends_with('/') && location.query.is_none() && !args.raw && is_stream(&target) {
        let path = target.path().to_owned();
        return Err(ClientError::FolderIntoStream { path });
    }
    let protocol = match (args.http, args.raw) {
        (true, _) => Some(Protocol::Http),
        (_, true) => Some(Protocol::Raw),
        _ => None,
    };
    let request = Request {
        host: location.host,
        port: args.port.or(location.port).unwrap_or(DEFAULT_PORT),
        encryption: location.encryption,
        name,
        query: location.query,
        target,
        protocol,
        exists: args.exists,
    };
    Ok((request, location.password))
}

/// `path` from the root, without resolving links.
fn whole(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// Returns `file` if that is a valid file name. The error of Windows would be incomprehensible.
fn storable(file: PathBuf) -> Result<PathBuf, ClientError> {
    match file.file_name().map(|name| name.to_string_lossy()) {
        Some(name) if !is_storable(&name) => Err(ClientError::NotStorable {
            name: name.into_owned(),
        }),
        _ => Ok(file),
    }
}

/// Runs the download, and watches its connections if it `explains`. Ctrl-C keeps the part; the same command resumes it.
fn download(request: &Request, secret: Secret, mut visit: Visit, explains: bool) -> Arc<Transfer> {
    let interrupted = interrupts();
    let (sender, events) = unbounded();
    let limits = Limits {
        give_up: Some(GIVE_UP),
        copies: Copies::Automatic.naming(),
        ..Limits::default()
    };
    let servers = visit.servers.clone();
    let client = Client::with_servers(sender.into(), limits, secret, servers);
    let sleep_inhibitor = SleepInhibitor::start();
    sleep_inhibitor.set(true);
    loop {
        let transfer = client.download(request.clone());
        let bar = ProgressBar::no_length();
        let mut watching = Watching::default();
        loop {
            if explains {
                watching.update(&transfer);
            }
            visit.introduce(&transfer, &bar);
            crossbeam_channel::select! {
                recv(events) -> event => match event {
                    Ok(ClientEvent::Ended(_)) | Err(_) => break,
                    Ok(_) => show(&bar, &transfer),
                },
                recv(interrupted) -> _ => transfer.pause(),
                default(REDRAW) => show(&bar, &transfer),
            }
        }
        bar.finish_and_clear();
        visit.introduce(&transfer, &bar);
        if !visit.asks_again(&transfer, &interrupted) {
            visit.remember(&transfer);
            return transfer;
        }
    }
}

/// Updates the progress bar, which is hidden if stderr is not a terminal.
pub(super) fn show(bar: &ProgressBar, transfer: &Transfer) {
    if bar.is_hidden() {
        return;
    }
    let done = transfer.done();
    bar.set_prefix(format::printable(transfer.name(), false));
    bar.set_position(done);
    let total = transfer.total();
    bar.set_message(match transfer.state() {
        TransferState::Preparing => t!("preparing"),
        TransferState::Queued | TransferState::Connecting => t!("connecting"),
        TransferState::Asking => {
            let host = format::printable(transfer.peer(), false);
            t!("send-asking", host = host)
        }
        TransferState::BackingOff(_) => match transfer.interruption() {
            Some(interruption) => format::printable(&interruption.why.sentence().title(), false),
            None => return,
        },
        TransferState::Verifying => t!("checking"),
        TransferState::Ended => return,
        TransferState::Moving => {
            let amount = match total {
                Some(total) => format::bytes_of(done, total),
                None => format::bytes(done),
            };
            let secs = transfer.elapsed().as_secs_f64();
            #[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
            let rate = transfer.moved() as f64 / secs.max(f64::EPSILON);
            let files = transfer.files().map(|files| {
                let (done, total) = (format::grouped(files.done), format::grouped(files.total));
                format!("{done} / {total}  ")
            });
            format!(
                "{}{amount}  {}",
                files.unwrap_or_default(),
                format::rate(rate)
            )
        }
    });
    let template = match total {
        Some(total) => {
            bar.set_length(total);
            "{prefix} [{wide_bar}] {msg}"
        }
        None => "{prefix} {msg}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Arguments, Command};

    fn parsed(words: &[&str]) -> Result<Request, ClientError> {
        match Arguments::try_parse_from(["landline", "get"].iter().chain(words))
            .unwrap()
            .command
        {
            Some(Command::Get(args)) => request(args).map(|(request, _)| request),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_host_and_a_name_or_an_address() {
        let request = parsed(&["ann-pc", "a b.txt"]).unwrap();
        assert_eq!((request.host.as_str(), request.port), ("ann-pc", 8080));
        assert_eq!((request.name.as_str(), request.protocol), ("a b.txt", None));
        assert_eq!(request.target, Target::Folder(whole(".".into())));
        assert_ne!(whole(".".into()), Path::new("."));
        let request = parsed(&["http://ann-pc:81/a%20b.txt", "--raw"]).unwrap();
        assert_eq!((request.port, request.name.as_str()), (81, "a b.txt"));
        assert_eq!(request.protocol, Some(Protocol::Raw));
        assert_eq!(parsed(&["ann-pc:81", "a", "-p82"]).unwrap().port, 82);
        for everything in [
            "http://ann-pc:8080",
            "http://ann-pc:8080/",
            "http://ann-pc/x/..",
        ] {
            assert_eq!(parsed(&[everything]).unwrap().name, "/");
            assert_eq!(parsed(&[everything, "--raw"]), Err(ClientError::NoName));
            assert_eq!(parsed(&[everything, "a"]).unwrap().name, "a");
        }
        assert_eq!(parsed(&["ann-pc"]), Err(ClientError::NoName));
        let request = parsed(&["http://ann-pc/download.php?file=a.zip"]).unwrap();
        assert_eq!(request.query.as_deref(), Some("file=a.zip"));
        assert!(parsed(&["no host", "a"]).is_err());
        assert_eq!(parsed(&["http://h/a", "b"]), Err(ClientError::TwoNames));
    }

    #[test]
    fn an_output_that_is_a_folder_takes_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let into = parsed(&["h", "a", "-o", folder.to_str().unwrap()]).unwrap();
        assert_eq!(into.target, Target::Folder(folder.to_owned()));
        let file = folder.join("b");
        let onto = parsed(&["h", "a", "-o", file.to_str().unwrap()]).unwrap();
        assert_eq!(onto.target, Target::File(file));
        let device = parsed(&["h", "a", "-o", "nul.txt"]);
        let name = "nul.txt".to_owned();
        assert_eq!(device.is_err(), cfg!(windows));
        assert!(device.is_ok() || device == Err(ClientError::NotStorable { name }));
        let missing = parsed(&["h", "a", "-o", "missing/"]).unwrap();
        assert_eq!(missing.target, Target::Folder(whole("missing/".into())));
        let dir = parsed(&["h", "a", "--dir", "d"]).unwrap();
        assert_eq!(dir.target, Target::Folder(whole("d".into())));
    }
}
