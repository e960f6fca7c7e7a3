//! Prints what happens to stdout, in a thread of its own: stdout may be slow, and Ctrl-C must work all the same.

use std::fmt::{self, Write as _};
use std::io::{self, ErrorKind, IsTerminal};
use std::iter;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};
use jiff::Zoned;

use super::privacy::Links;
use crate::commands::explain::Uploads;
use crate::commands::{qr_code, warn, write};
use crate::format::printable;
use crate::text::{Describe as _, describe};
use crate::{sentence, t};
use landline_engine::server::ServerEvent;
use landline_engine::threads;
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

/// The thread that prints.
pub(super) struct Printer {
    failures: Receiver<Failure>,
    /// Disconnected when everything is printed.
    done: Receiver<()>,
    /// Keeps `failures` connected: that it is disconnected must not count as a message.
    _failing: Sender<Failure>,
}

/// Standard output cannot be written.
pub(super) struct Failure {
    pub error: io::Error,
    /// Whether there is no point in going on.
    pub is_end: bool,
}

impl Printer {
    /// Starts the thread, which prints the events that are sent to the second result until all its clones are dropped.
    ///
    /// # Errors
    /// The system is out of threads.
    pub fn start(
        start: Start,
        uploads: Option<Arc<Uploads>>,
    ) -> io::Result<(Self, Sender<ServerEvent>)> {
        let (sender, events) = crossbeam_channel::bounded(INBOX_LEN);
        let (done, all_printed) = crossbeam_channel::bounded(0);
        let (failing, failures) = crossbeam_channel::bounded(1);
        let fails = failing.clone();
        threads::spawn("printer", move || {
            print_all(&events, &start, uploads.as_deref(), &fails);
            drop(done);
        })?;
        let printer = Self {
            failures,
            done: all_printed,
            _failing: failing,
        };
        Ok((printer, sender))
    }

    /// What cannot be printed.
    pub fn failures(&self) -> &Receiver<Failure> {
        &self.failures
    }

    /// Waits for what is left to print, and returns the last failure.
    pub fn finish(self) -> Option<io::Error> {
        let _ = self.done.recv_timeout(LAST_LINES);
        self.failures.try_recv().ok().map(|failure| failure.error)
    }
}

fn print_all(
    events: &Receiver<ServerEvent>,
    start: &Start,
    uploads: Option<&Uploads>,
    failing: &Sender<Failure>,
) {
    let mut lines = String::new();
    let mut has_printed = false;
    let mut told = 0;
    for event in events {
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
            if let (ServerEvent::Ended(transfer), Some(uploads)) = (&event, uploads) {
                uploads.explain(transfer);
            }
            show(event, start, &time, &mut lines);
        }
        match write(lines.as_bytes()) {
            Ok(()) => has_printed = true,
            Err(error) => {
                // Without a reader, or if the addresses could not be printed, exit. A log on a
                // full disk is no reason to interrupt downloads.
                let is_end = !has_printed || error.kind() == ErrorKind::BrokenPipe;
                let _ = failing.try_send(Failure { error, is_end });
            }
        }
        lines.clear();
        thread::sleep(GATHER);
    }
}

/// What is printed as soon as others can connect.
pub(super) struct Start {
    /// On a terminal.
    pub ready: String,
    pub links: Links,
    /// Whether with a QR code.
    pub has_code: bool,
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
        ServerEvent::Message { peer, name, text } => {
            let peer = match name {
                Some(name) => t!("named-peer", name = name, peer = peer.to_string()),
                None => peer.to_string(),
            };
            // Long texts in sentences are shortened, but somebody sent this one to be read.
            let begin = t!("message-line", peer = peer, text = "");
            let (begin, text) = (begin.trim_end(), printable(&text, false));
            add(lines, format_args!("{begin} {text}"));
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
