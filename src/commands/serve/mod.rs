//! `landline serve`: shares a folder until Ctrl-C.
#![expect(
    clippy::disallowed_methods,
    reason = "a command has no window to keep drawing"
)]

mod config;
mod privacy;

use std::fmt::{self, Write as _};
use std::io::{ErrorKind, IsTerminal};
use std::iter;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Sender, TrySendError};
use jiff::Zoned;

use self::privacy::Links;
use super::announcing::Announcing;
use super::explain::Uploads;
use super::{fail, interrupts, qr_code, unprinted, warn, write};
use crate::format::printable;
use crate::sleep_inhibitor::SleepInhibitor;
use crate::text::{Describe as _, describe};
use crate::{sentence, t};
use landline_engine::error::ServerError;
use landline_engine::server::{Server, ServerEvent};
use landline_engine::threads;
use landline_engine::transfer::Reporter;
use landline_engine::transport::addresses::Reach;

/// The capacity of the event channel to the printer. When the terminal is slower than the requests,
/// lines are dropped, but transfers are not slowed down.
const INBOX_LEN: usize = 16 * 1024;

/// Events within this time are printed in one batch, so that thousands of requests per second do
/// not wake the printer for each.
const GATHER: Duration = Duration::from_millis(20);

/// How long to wait for pending output on exit. A reader that has stopped reading must not keep the
/// process alive.
const LAST_LINES: Duration = Duration::from_secs(1);

/// How often to check for active transfers. Shorter ones need no sleep inhibitor.
const AWAKE_CHECK: Duration = Duration::from_secs(1);

/// Serves the folder of `args`. Blocks until Ctrl-C or until the server stops by itself.
pub fn run(args: crate::args::Serve) -> ExitCode {
    let uploads = args.explain.then(Arc::<Uploads>::default);
    let has_code = !args.no_qr && std::io::stdout().is_terminal() && qr_code::is_supported();
    let (announces, has_link) = (!args.no_announce, args.link);
    let config = match config::prepare(args) {
        Ok(config) => config,
        Err(why) => return fail(&why),
    };
    let start = Start {
        ready: config::ready(&config),
        links: Links::new(&config, has_link),
        has_code,
    };
    let interrupted = interrupts();
    let (sender, events) = crossbeam_channel::bounded(INBOX_LEN);
    let (end, ended) = crossbeam_channel::bounded(1);
    let sleep_inhibitor = SleepInhibitor::start();
    let moving = Arc::new(AtomicUsize::new(0));
    let mut announcing = Announcing::new(&config, announces);
    let (listening, listens) = crossbeam_channel::bounded(1);
    let report = reporter(sender, end, Arc::clone(&moving), uploads.clone());
    let server = Server::start(
        config,
        Reporter::new(move |event| {
            if let ServerEvent::Listening(addresses) = &event {
                let port = addresses.first().map(|address| address.port);
                let _ = listening.try_send(port);
            }
            report.report(event);
        }),
    );
    // On its own thread, because stdout may be slow, and Ctrl-C must work all the same.
    let (done, all_printed) = crossbeam_channel::bounded::<()>(0);
    let (failed, stdout_failed) = crossbeam_channel::bounded(1);
    let stdout_fails = failed.clone();
    let printer = threads::spawn("printer", move || {
        let mut lines = String::new();
        let mut has_printed = false;
        let mut told = 0;
        for event in &events {
            let time = Zoned::now().strftime("%H:%M:%S").to_string();
            for event in iter::once(event).chain(events.try_iter().take(INBOX_LEN)) {
                if let ServerEvent::Counted {
                    omitted,
                    more: false,
                    ..
                } = event
                {
                    warn_omitted(omitted, &mut told);
                }
                if let (ServerEvent::Ended(transfer), Some(uploads)) = (&event, &uploads) {
                    uploads.explain(transfer);
                }
                show(event, &start, &time, &mut lines);
            }
            match write(lines.as_bytes()) {
                Ok(()) => has_printed = true,
                Err(error) => {
                    // Without a reader, or if the addresses could not be printed, exit. A log on a
                    // full disk is no reason to interrupt downloads.
                    let is_end = !has_printed || error.kind() == ErrorKind::BrokenPipe;
                    let _ = stdout_fails.try_send((error, is_end));
                }
            }
            lines.clear();
            thread::sleep(GATHER);
        }
        drop(done);
    });
    if let Err(e) = printer {
        return fail(&ServerError::from(&e).sentence());
    }
    let mut status = None;
    let result = loop {
        crossbeam_channel::select! {
            recv(ended) -> result => break result.unwrap_or(Ok(())),
            recv(interrupted) -> _ => server.stop(),
            recv(listens) -> port => if let Ok(Some(port)) = port {
                announcing.listening(port);
            },
            recv(stdout_failed) -> failure => if let Ok((error, is_end)) = failure {
                status.get_or_insert_with(|| unprinted(&error));
                if is_end {
                    server.stop();
                }
            },
            default(AWAKE_CHECK) => sleep_inhibitor.set(moving.load(Ordering::Relaxed) > 0),
        }
    };
    announcing.end();
    server.join();
    // Disconnected once the last connection has dropped the sender.
    let _ = all_printed.recv_timeout(LAST_LINES);
    // Kept open until here, so that its disconnection does not count as a message.
    drop(failed);
    if let Ok((error, _)) = stdout_failed.try_recv() {
        status.get_or_insert_with(|| unprinted(&error));
    }
    match result {
        Ok(()) => status.unwrap_or(ExitCode::SUCCESS),
        Err(e) => fail(&e.sentence()),
    }
}

/// `Stopped` has its own channel, so that no flood of requests can crowd it out.
fn reporter(
    events: Sender<ServerEvent>,
    end: Sender<Result<(), ServerError>>,
    moving: Arc<AtomicUsize>,
    uploads: Option<Arc<Uploads>>,
) -> Reporter<ServerEvent> {
    Reporter::new(move |event| {
        match &event {
            ServerEvent::Started(transfer) => {
                moving.fetch_add(1, Ordering::Relaxed);
                if let Some(all) = &uploads {
                    all.started(transfer);
                }
            }
            ServerEvent::Ended(transfer) => {
                moving.fetch_sub(1, Ordering::Relaxed);
                if let Some(all) = &uploads {
                    all.ended(transfer);
                }
            }
            _ => {}
        }
        match event {
            ServerEvent::Stopped(result) => drop(end.try_send(result)),
            // Given up at once: the server then knows that nobody answers by hand.
            ServerEvent::Caller(_) | ServerEvent::CallChanged(_) => {}
            event => {
                if let Err(TrySendError::Full(ServerEvent::Ended(lost))) = events.try_send(event)
                    && let Some(all) = &uploads
                {
                    all.forget(&lost);
                }
            }
        }
    })
}

/// What is printed as soon as others can connect.
struct Start {
    /// On a terminal.
    ready: String,
    links: Links,
    /// Whether with a QR code.
    has_code: bool,
}

/// Appends the output for `event` at `time` to `lines`.
fn show(event: ServerEvent, start: &Start, time: &str, lines: &mut String) {
    match event {
        ServerEvent::Listening(addresses) => {
            for address in &addresses {
                add(lines, format_args!("{}", start.links.url(address)));
            }
            if let Some(link) = addresses.first().and_then(|best| start.links.printed(best)) {
                add(lines, format_args!("{link}"));
            }
            // No phone reaches a loopback address.
            let best = addresses
                .first()
                .filter(|best| best.reach != Reach::Loopback);
            if let Some(code) = best
                .filter(|_| start.has_code)
                .and_then(|best| qr_code::lines(&start.links.code(best)))
            {
                lines.push_str(&code);
            }
            if std::io::stderr().is_terminal() {
                for line in start.ready.lines() {
                    eprintln!("{}", printable(line, false));
                }
            }
        }
        ServerEvent::Ended(transfer) | ServerEvent::Over(transfer) => {
            request_line(
                lines,
                time,
                transfer.peer(),
                &describe::summary(&transfer).to_string(),
            );
        }
        ServerEvent::Logged { peer, entry } => {
            let what = entry.sentence().to_string();
            request_line(lines, time, &peer.to_string(), &what);
        }
        ServerEvent::Message { peer, text, .. } => {
            let line = t!("message-line", peer = peer.to_string(), text = text);
            add(lines, format_args!("{line}"));
        }
        _ => {}
    }
}

/// Warns about names that cannot be sent, once per new count.
fn warn_omitted(omitted: u64, told: &mut u64) {
    if omitted != *told && omitted > 0 {
        warn(sentence!("names-omitted", count = omitted));
    }
    *told = omitted;
}

fn request_line(lines: &mut String, time: &str, peer: &str, what: &str) {
    let what = printable(what, false);
    add(lines, format_args!("{time}  {peer}  {what}"));
}

fn add(lines: &mut String, line: fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = writeln!(lines, "{line}");
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use landline_engine::transport::addresses::Address;

    use super::*;

    #[test]
    fn a_terminal_gets_a_code_of_the_best_address_that_a_phone_can_reach() {
        let cases = [
            (Reach::Lan, true, true),
            (Reach::Lan, false, false),
            (Reach::Loopback, true, false),
        ];
        for (reach, has_code, is_shown) in cases {
            let address = Address {
                ip: Ipv4Addr::new(192, 168, 1, 5).into(),
                port: 8080,
                reach,
            };
            let mut lines = String::new();
            let event = ServerEvent::Listening(vec![address]);
            let start = Start {
                ready: String::new(),
                links: Links::default(),
                has_code,
            };
            show(event, &start, "", &mut lines);
            let code = if is_shown {
                qr_code::lines("http://192.168.1.5:8080").unwrap()
            } else {
                String::new()
            };
            assert_eq!(lines, format!("http://192.168.1.5:8080\n{code}"));
        }
    }
}
