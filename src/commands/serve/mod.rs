//! `landline serve`: shares a folder until Ctrl-C.
#![expect(
    clippy::disallowed_methods,
    reason = "a command has no window to keep drawing"
)]

mod config;
mod localsend;
mod printer;
mod privacy;
mod running;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use crossbeam_channel::{Receiver, never, select};

use self::localsend::{LocalSend, Port};
use self::printer::{Failure, Printer, Start};
use self::privacy::Links;
use self::running::{Report, Running, State};
use super::announcing::Announcing;
use super::explain::Uploads;
use super::{fail, interrupts, qr_code, unprinted, wrong_usage};
use crate::sentence;
use crate::sleep_inhibitor::SleepInhibitor;
use crate::text::{Describe as _, Sentence};
use landline_engine::error::ServerError;
use landline_engine::server::Config;

/// How often to check for active transfers. Shorter ones need no sleep inhibitor.
const AWAKE_CHECK: Duration = Duration::from_secs(1);

/// Serves the folder of `args`. Blocks until Ctrl-C or until a server stops by itself.
pub fn run(args: crate::args::Serve) -> ExitCode {
    if args.localsend && args.receive.is_none() {
        return wrong_usage(&sentence!("localsend-needs-receive"));
    }
    let uploads = args.explain.then(Arc::<Uploads>::default);
    let has_code = !args.no_qr && std::io::stdout().is_terminal() && qr_code::is_supported();
    let (announces, has_link) = (!args.no_announce, args.link);
    let port = args.localsend_port.map_or(Port::Usual, Port::Chosen);
    let localsend = args.localsend.then_some(port);
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
    let (printer, events) = match Printer::start(start, uploads.clone()) {
        Ok(started) => started,
        Err(e) => return fail(&ServerError::from(&e).sentence()),
    };
    let report = Report {
        events,
        moving: Arc::new(AtomicUsize::new(0)),
        uploads,
    };
    let servers = Servers::start(config, localsend, announces, report);
    let (ended, mut status) = servers.wait(&interrupted, printer.failures());
    if let Some(error) = printer.finish() {
        status.get_or_insert_with(|| unprinted(&error));
    }
    match ended {
        Ok(()) => status.unwrap_or(ExitCode::SUCCESS),
        Err(why) => fail(&why),
    }
}

/// The share, the receiver for LocalSend, and the announcements of both.
struct Servers {
    share: Running,
    localsend: Option<LocalSend>,
    announcing: Announcing,
    report: Report,
}

impl Servers {
    /// Starts them. `localsend`: where the receiver listens, if there is one.
    fn start(config: Config, localsend: Option<Port>, announces: bool, report: Report) -> Self {
        let localsend =
            localsend.and_then(|port| LocalSend::start(&config, port, announces, &report));
        let node = localsend.as_ref().map(LocalSend::node);
        Self {
            announcing: Announcing::new(&config, announces, node),
            share: Running::start(config, &report),
            localsend,
            report,
        }
    }

    /// Blocks until all of them have ended: on Ctrl-C, because one of them cannot go on, or because there is no point in
    /// printing any more. The second result is the exit status if not everything could be printed.
    fn wait(
        mut self,
        interrupted: &Receiver<()>,
        unprintable: &Receiver<Failure>,
    ) -> (Result<(), Sentence>, Option<ExitCode>) {
        let sleep_inhibitor = SleepInhibitor::start();
        let mut status = None;
        let mut ended = Ok(());
        loop {
            let localsend = self
                .localsend
                .as_ref()
                .map_or_else(never, LocalSend::states);
            select! {
                recv(self.share.states()) -> state => match state {
                    Ok(State::Listening(port)) => self.announcing.listening(port),
                    Ok(State::Stopped(Err(e))) => {
                        ended = Err(e.sentence());
                        break;
                    }
                    Ok(State::Stopped(Ok(()))) | Err(_) => break,
                },
                recv(localsend) -> state => {
                    let state = state.unwrap_or(State::Stopped(Ok(())));
                    if let Some(why) = self.localsend_changed(state) {
                        ended = Err(why);
                        self.stop();
                    }
                }
                recv(interrupted) -> _ => self.stop(),
                recv(unprintable) -> failure => if let Ok(Failure { error, is_end }) = failure {
                    status.get_or_insert_with(|| unprinted(&error));
                    if is_end {
                        self.stop();
                    }
                },
                default(AWAKE_CHECK) => sleep_inhibitor.set(self.report.is_active()),
            }
        }
        self.stop();
        self.announcing.end();
        self.share.join();
        if let Some(localsend) = self.localsend {
            localsend.join();
        }
        (ended, status)
    }

    fn localsend_changed(&mut self, state: State) -> Option<Sentence> {
        let localsend = self.localsend.as_mut()?;
        localsend.changed(state, &self.report)
    }

    /// Stops them at the same time.
    fn stop(&self) {
        self.share.stop();
        if let Some(localsend) = &self.localsend {
            localsend.stop();
        }
    }
}
