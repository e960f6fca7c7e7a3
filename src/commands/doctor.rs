//! `landline doctor`: finds out why a device cannot be reached.
#![expect(clippy::disallowed_methods, reason = "a command waits for its result")]

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use crossbeam_channel::unbounded;

use super::{unless_unprinted, write, wrong_usage};
use crate::args;
use crate::format::printable;
use crate::text::{Describe, doctor};
use landline_engine::client::Location;
use landline_engine::doctor::{Diagnosis, OwnShare, Target, examine};
use landline_engine::transport::{CancelToken, DEFAULT_PORT};

/// Longer than [`examine`] takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Examines this computer and the other one, prints the cause and each check. The exit status is 1 if there is a cause.
pub fn run(args: &args::Doctor) -> ExitCode {
    let peer = match args.host.as_deref().map(Location::parse).transpose() {
        Ok(location) => location.map(|it| (it.host, it.port.unwrap_or(DEFAULT_PORT))),
        Err(e) => return wrong_usage(&e.sentence()),
    };
    let target = Target {
        share: OwnShare::Unknown,
        peer,
        nearby: Vec::new(),
    };
    let (sender, reports) = unbounded();
    let cancel = CancelToken::new();
    examine(target, &sender.into(), cancel.clone());
    let mut last = Diagnosis::default();
    while !last.is_over {
        match reports.recv_timeout(PATIENCE) {
            Ok(diagnosis) => last = diagnosis,
            // Only a defect.
            Err(_) => break,
        }
    }
    cancel.cancel();
    let status = match last.cause() {
        Some(_) => ExitCode::FAILURE,
        None => ExitCode::SUCCESS,
    };
    let text = text(&last, io::stdout().is_terminal());
    unless_unprinted(status, write(text.as_bytes()))
}

/// The report, with the cause in bold if `styled`.
fn text(diagnosis: &Diagnosis, styled: bool) -> String {
    let mut lines = doctor::report(diagnosis)
        .into_iter()
        .map(|line| printable(&line, false));
    let cause = lines.next().unwrap_or_default();
    let cause = if styled {
        format!("\x1b[1m{cause}\x1b[0m")
    } else {
        cause
    };
    let mut text = format!("{cause}\n");
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use landline_engine::doctor::{Check, CheckKind, Finding};

    use super::*;

    #[test]
    fn the_cause_comes_first_then_a_line_for_each_check() {
        let ip = "192.168.1.5".parse().unwrap();
        let check = |kind, finding| Check {
            kind,
            finding: Some(finding),
        };
        let elsewhere = Finding::LandlineElsewhere {
            ip,
            port: 8080,
            other: 8083,
        };
        let mut diagnosis = Diagnosis {
            checks: vec![
                check(CheckKind::Host, Finding::HostAnswers { ip }),
                check(CheckKind::Port, elsewhere),
            ],
            cause: Some(1),
            ..Diagnosis::default()
        };
        assert_eq!(
            text(&diagnosis, false),
            "192.168.1.5 shares on port 8083, not on 8080.\nUse port 8083.\n\n\
             ✓ 192.168.1.5 answers\n✗ 192.168.1.5 shares on port 8083, not on 8080\n"
        );
        let styled = text(&diagnosis, true);
        assert!(styled.starts_with("\x1b[1m192.168.1.5 shares"), "{styled}");
        diagnosis.cause = None;
        diagnosis.checks.truncate(1);
        let fine = text(&diagnosis, false);
        assert_eq!(fine, "No problem was found.\n\n✓ 192.168.1.5 answers\n");
    }
}
