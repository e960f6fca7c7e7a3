//! `landline send`: files and folders to a share, without a window.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use crossbeam_channel::unbounded;
use indicatif::ProgressBar;

use super::get::{GIVE_UP, REDRAW, show};
use super::visit::{self, Visit};
use super::{fail, interrupts, print, unless_unprinted, warn, wrong_usage};
use crate::args::Send;
use crate::sleep_inhibitor::SleepInhibitor;
use crate::text::{Describe, Sentence};
use crate::{sentence, settings};
use landline_engine::client::{Client, ClientEvent, Limits, Location, SendRequest};
use landline_engine::discovery::{announced_name, computer_name};
use landline_engine::error::{ClientError, DeliveryError};
use landline_engine::password::Password;
use landline_engine::secret::Secret;
use landline_engine::transfer::{Outcome, Transfer};
use landline_engine::transport::DEFAULT_PORT;

/// Sends the files, with a progress bar if stderr is a terminal. Prints what was sent to stdout, and warnings or the
/// error to stderr. Blocks.
pub fn run(args: Send) -> ExitCode {
    let given = args.password.clone();
    let (request, token) = match request(args) {
        Ok(request) => request,
        Err(e) => return wrong_usage(&e.sentence()),
    };
    let visit = Visit::new(&request.host, request.port, token, &given);
    match visit {
        Ok(visit) => report(&deliver(&request, visit)),
        Err(why) => fail(&why),
    }
}

/// The request for the arguments, and the secret in the link.
fn request(args: Send) -> Result<(SendRequest, Option<Password>), ClientError> {
    let location = Location::parse(&args.host)?;
    if location.name.is_some_and(|name| name != "/") || location.query.is_some() {
        let typed = args.host;
        return Err(ClientError::BadHost { typed });
    }
    let port = args.port.or(location.port).unwrap_or(DEFAULT_PORT);
    let name = args.name.and_then(|name| announced_name(&name));
    let name = name.unwrap_or_else(computer_name);
    // Errors name the whole path, not `.`.
    let whole = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
    let paths = args.paths.into_iter().map(whole).collect();
    let mut request = SendRequest::new(location.host, port, paths, name);
    request.encryption = location.encryption;
    Ok((request, location.password))
}

/// Runs until everything is sent, or Ctrl-C.
fn deliver(request: &SendRequest, mut visit: Visit) -> Arc<Transfer> {
    let interrupted = interrupts();
    let (sender, events) = unbounded();
    let limits = Limits {
        give_up: Some(GIVE_UP),
        ..Limits::default()
    };
    let secret = Secret::of(settings::dir().as_deref());
    let servers = visit.servers.clone();
    let client = Client::with_servers(sender.into(), limits, secret, servers);
    let sleep_inhibitor = SleepInhibitor::start();
    sleep_inhibitor.set(true);
    loop {
        let transfer = client.send(request.clone());
        let bar = ProgressBar::no_length();
        loop {
            visit.introduce(&transfer, &bar);
            crossbeam_channel::select! {
                recv(events) -> event => match event {
                    Ok(ClientEvent::Ended(_)) | Err(_) => break,
                    Ok(_) => show(&bar, &transfer),
                },
                recv(interrupted) -> _ => client.cancel(transfer.id()),
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

/// Prints how it has ended.
fn report(transfer: &Arc<Transfer>) -> ExitCode {
    let (name, host) = (transfer.name(), transfer.peer());
    for note in transfer.notes() {
        warn(note.sentence());
    }
    let files = transfer.files();
    let done = files.map_or(0, |files| files.done);
    if let Some(why) = visit::reason(transfer) {
        return fail(&why);
    }
    match transfer.outcome() {
        Some(Outcome::Sent) => {
            let count = files.map_or(1, |files| files.total);
            let sent = sentence!("send-done", name = name, host = host, count = count);
            unless_unprinted(ExitCode::SUCCESS, print(sent))
        }
        Some(Outcome::Incomplete(incomplete)) => {
            for file in &incomplete.examples {
                warn(file.why.sentence());
            }
            fail(&Sentence::new("send-incomplete").with("failed", incomplete.failed))
        }
        Some(Outcome::Cancelled | Outcome::Paused(_)) => {
            fail(&sentence!("send-stopped", name = name, done = done))
        }
        Some(Outcome::Saved(_) | Outcome::Failed(_)) | None => {
            let name = name.to_owned();
            fail(&DeliveryError::Crashed { name }.sentence())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser;

    use super::*;
    use crate::args::{Arguments, Command};

    fn parsed(words: &[&str]) -> Result<SendRequest, ClientError> {
        match Arguments::try_parse_from(["landline", "send"].iter().chain(words))
            .unwrap()
            .command
        {
            Some(Command::Send(args)) => request(args).map(|(request, _)| request),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_host_and_files() {
        let request = parsed(&["ann-pc", "a b.txt", "."]).unwrap();
        assert_eq!((&*request.host, request.port), ("ann-pc", 8080));
        assert!(request.paths.len() == 2 && request.paths[1].is_absolute());
        assert!(!request.from.is_empty());
        let request = parsed(&["http://ann-pc:81/", "/a", "--name", "Bo"]).unwrap();
        assert_eq!((request.port, &*request.from), (81, "Bo"));
        assert_eq!(request.paths, [Path::new("/a")].map(Path::to_owned));
        assert_eq!(parsed(&["ann-pc:81", "a", "-p82"]).unwrap().port, 82);
        for host in ["no host", "http://ann-pc/folder", "http://ann-pc/?a"] {
            assert!(parsed(&[host, "a"]).is_err(), "{host}");
        }
    }
}
