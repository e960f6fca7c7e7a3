//! `landline doctor`: finds out why a device cannot be reached.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use crossbeam_channel::unbounded;

use super::{unless_unprinted, write, wrong_usage};
use crate::args;
use crate::format::printable;
use crate::t;
use crate::text::{Describe, doctor};
use landline_engine::client::Location;
use landline_engine::doctor::{Check, Diagnosis, Finding, OwnShare, Rating, Target, examine};
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
    examine(target, sender.into(), cancel.clone());
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

/// The cause, in bold if `styled`, and what to do; then a line for each check.
fn text(diagnosis: &Diagnosis, styled: bool) -> String {
    let (bold, normal) = if styled {
        ("\x1b[1m", "\x1b[0m")
    } else {
        ("", "")
    };
    let title = match diagnosis.cause() {
        Some(finding) => doctor::cause(finding),
        None => t!("doctor-fine"),
    };
    let mut text = format!("{bold}{}{normal}\n", printable(&title, false));
    if let Some(finding) = diagnosis.cause() {
        let hint = finding.sentence().hint();
        for line in hint.into_iter().chain(finding.command()) {
            text += &format!("{}\n", printable(&line, false));
        }
    }
    text.push('\n');
    for check in &diagnosis.checks {
        text += &line(check);
    }
    text
}

/// A mark, and what the check found.
fn line(check: &Check) -> String {
    let (mark, found) = match &check.finding {
        Some(finding) => (mark(finding), finding.sentence().title()),
        None => ("…", doctor::kind(check.kind).title()),
    };
    format!("{mark} {}\n", printable(&found, false))
}

fn mark(finding: &Finding) -> &'static str {
    match finding.rating() {
        Rating::Good => "✓",
        Rating::Neutral => "-",
        Rating::Suspect => "?",
        Rating::Bad => "✗",
    }
}

#[cfg(test)]
mod tests {
    use landline_engine::doctor::CheckKind;

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
        assert_eq!(fine, "No obstacle was found.\n\n✓ 192.168.1.5 answers\n");
    }
}
