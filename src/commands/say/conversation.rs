//! `landline say HOST`: lines are sent as they are typed, and what comes is printed as it comes.
#![expect(
    clippy::disallowed_methods,
    reason = "a command has no window to keep drawing"
)]

use std::io::{self, BufRead, IsTerminal as _, Read as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, after, bounded, never, select, unbounded};

use super::wire::Wire;
use crate::commands::{fail, interrupts, unless_unprinted, unprinted, warn, write};
use crate::format::printable;
use crate::sentence;
use crate::text::Describe as _;
use landline_engine::call::encoding::Decoder;
use landline_engine::call::{Call, CallState, EntryKind, hex};
use landline_engine::client::Client;
use landline_engine::error::ClientError;
use landline_engine::threads;

/// Lines wait to be read from stdin while so many bytes wait to be sent: a file may come from there.
const UNSENT_MAX: u64 = 1 << 20;

/// A longer line is sent in pieces of this length, in bytes. Together with what waits, one fits in the queue of the call.
const LINE_MAX_LEN: u64 = 4 << 20;

/// How often it is seen whether they were sent; nothing reports that.
const SENT_CHECK: Duration = Duration::from_millis(20);

/// Holds a conversation. Blocks until the other side hangs up, or Ctrl-C.
pub(super) fn run(host: String, port: u16, wire: Wire) -> ExitCode {
    let interrupted = interrupts();
    let (sender, events) = unbounded();
    let client = Client::new(sender.into());
    let input = match lines() {
        Ok(input) => input,
        Err(e) => {
            let reason = e.to_string();
            return fail(&ClientError::System { reason }.sentence());
        }
    };
    let mut talk = Talk {
        call: client.call(host, port),
        wire,
        printer: Printer::new(wire),
        next: 0,
        sent: 0,
    };
    let mut input = Some(input);
    loop {
        // Before the news: what has led to this state is among them.
        let state = talk.call.state();
        if let Err(e) = talk.show_news() {
            return unprinted(&e);
        }
        match state {
            CallState::Failed(error) => return talk.finish(fail(&error.sentence())),
            state if state.is_over() => return talk.finish(ExitCode::SUCCESS),
            // It has hung up: so does this side.
            CallState::Open {
                sends: true,
                receives: false,
            } => talk.call.hang_up(),
            _ => {}
        }
        let is_full = talk.unsent() > UNSENT_MAX;
        let lines = input.as_ref().filter(|_| !is_full);
        let lines = lines.cloned().unwrap_or_else(never);
        let tick = if is_full { after(SENT_CHECK) } else { never() };
        select! {
            recv(events) -> _ => {}
            recv(tick) -> _ => {}
            recv(lines) -> line => if let Ok(line) = line {
                talk.send(&line);
            } else {
                input = None;
                talk.call.stop_sending();
            },
            // Hang up without waiting for the other side.
            recv(interrupted) -> _ => {
                talk.call.hang_up();
                talk.call.hang_up();
            }
        }
    }
}

/// A line of stdin without its end, or a piece of one that is too long.
struct Line {
    bytes: Vec<u8>,
    is_whole: bool,
}

/// The lines of stdin. The thread ends with the program: nothing else ends a read of a terminal.
fn lines() -> io::Result<Receiver<Line>> {
    let (sender, lines) = bounded(1);
    threads::spawn("stdin", move || {
        let mut stdin = io::stdin().lock();
        while let Ok(Some(line)) = next_line(&mut stdin) {
            if sender.send(line).is_err() {
                return;
            }
        }
    })?;
    Ok(lines)
}

fn next_line(input: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut bytes = Vec::new();
    if input.take(LINE_MAX_LEN).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    let is_whole = (bytes.len() as u64) < LINE_MAX_LEN || bytes.ends_with(b"\n");
    let end = [&b"\r\n"[..], b"\n"]
        .into_iter()
        .find(|end| bytes.ends_with(end));
    bytes.truncate(bytes.len() - end.map_or(0, <[u8]>::len));
    Ok(Some(Line { bytes, is_whole }))
}

struct Talk {
    call: Arc<Call>,
    wire: Wire,
    printer: Printer,
    /// The number of the next entry to be shown.
    next: u64,
    /// Bytes that were given to the call.
    sent: u64,
}

impl Talk {
    fn send(&mut self, line: &Line) {
        match self.wire.encode_line(&line.bytes, line.is_whole) {
            Ok(bytes) => {
                self.sent += bytes.len() as u64;
                self.call.send(bytes);
            }
            Err(why) => warn(why),
        }
    }

    /// Bytes that wait to be sent.
    fn unsent(&self) -> u64 {
        let trace = self.call.trace();
        let sent = trace.map_or(0, |trace| trace.sent().bytes);
        self.sent.saturating_sub(sent)
    }

    /// Prints what has happened since the last time.
    fn show_news(&mut self) -> io::Result<()> {
        let (entries, next) = self.call.entries_since(self.next);
        self.next = next;
        for entry in entries {
            match entry.kind {
                EntryKind::Connected(Some(after)) => {
                    let ms = after.as_secs_f64() * 1000.0;
                    warn(sentence!(
                        "say-connected",
                        host = self.call.host(),
                        ms = format!("{ms:.1}")
                    ));
                }
                EntryKind::Received { bytes } => self.printer.print(&bytes)?,
                EntryKind::PeerFin => {
                    self.printer.end()?;
                    warn(sentence!("say-peer-hung-up", host = self.call.host()));
                }
                // Said by the state of the call.
                EntryKind::Failed(_) if self.call.state().is_over() => {}
                EntryKind::Failed(error) => warn(error.sentence()),
                _ => {}
            }
        }
        Ok(())
    }

    fn finish(mut self, status: ExitCode) -> ExitCode {
        unless_unprinted(status, self.printer.end())
    }
}

/// Prints what is received. On a terminal and in hexadecimal digits, each `recv` has a line of its own.
struct Printer {
    /// `None`: hexadecimal digits.
    decoder: Option<Decoder>,
    is_by_recv: bool,
    /// The last line has no end yet.
    is_within_line: bool,
}

impl Printer {
    fn new(wire: Wire) -> Self {
        Self {
            decoder: (!wire.is_hex).then(|| wire.encoding.decoder()),
            is_by_recv: io::stdout().is_terminal(),
            is_within_line: false,
        }
    }

    fn print(&mut self, bytes: &[u8]) -> io::Result<()> {
        let text = match &mut self.decoder {
            None => hex::format(bytes) + "\n",
            Some(decoder) => printable(&decoder.push(bytes), true),
        };
        self.write(text)
    }

    fn write(&mut self, mut text: String) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        if self.is_by_recv && !text.ends_with('\n') {
            text.push('\n');
        }
        self.is_within_line = !text.ends_with('\n');
        write(text.as_bytes())
    }

    /// Prints what is left of the text, and ends the last line.
    fn end(&mut self) -> io::Result<()> {
        if let Some(decoder) = self.decoder.take() {
            self.write(decoder.finish())?;
        }
        if std::mem::take(&mut self.is_within_line) {
            write(b"\n")?;
        }
        Ok(())
    }
}
