//! `landline send`: files and folders to a share, or to a device nearby, without a window.

mod recipient;
mod text;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use crossbeam_channel::{Receiver, unbounded};
use indicatif::ProgressBar;

use self::recipient::{Target, find, is_host, look_at, may_be_device};
use super::get::{GIVE_UP, REDRAW, show};
use super::localsend::LocalSend;
use super::visit::{self, Visit};
use super::{fail, interrupts, print, unless_unprinted, warn, wrong_usage};
use crate::args::Send;
use crate::sleep_inhibitor::SleepInhibitor;
use crate::text::{Describe, Sentence};
use crate::{sentence, settings};
use landline_engine::client::{Client, ClientEvent, Limits, Location, Recipient, SendRequest};
use landline_engine::discovery::{announced_name, computer_name};
use landline_engine::error::{ClientError, DeliveryError};
use landline_engine::password::Password;
use landline_engine::secret::Secret;
use landline_engine::transfer::{Outcome, Transfer};
use landline_engine::transport::DEFAULT_PORT;

/// Sends the files, with a progress bar if stderr is a terminal. Prints what was sent to stdout, and warnings or the
/// error to stderr. Blocks.
pub fn run(args: Send) -> ExitCode {
    let to = match To::new(&args) {
        Ok(to) => to,
        Err(e) => return wrong_usage(&e.sentence()),
    };
    let text = match args.text.as_deref().map(text::read).transpose() {
        Ok(text) => text,
        Err(why) => return fail(&why),
    };
    let interrupted = interrupts();
    // Devices answer whom they can see.
    let localsend = to.may_be_device().then(LocalSend::start).flatten();
    let sent = to
        .resolve(localsend.as_ref(), &interrupted)
        .and_then(|resolved| {
            let Some((target, token)) = resolved else {
                return Ok(fail(&sentence!("send-search-stopped")));
            };
            let visit = Visit::new(&target.host, target.port, token, &args.password)?;
            let request = request(args, target, text)?;
            Ok(report(&deliver(
                &request,
                visit,
                localsend.as_ref(),
                &interrupted,
            )))
        });
    if let Some(localsend) = localsend {
        localsend.end();
    }
    sent.unwrap_or_else(|why| fail(&why))
}

/// Where to send, as it was typed.
#[derive(Debug)]
enum To {
    /// A host, with the secret in the link.
    Host(Target, Option<Password>),
    /// The name of a device nearby, or of a host.
    Name { name: String, may_be_host: bool },
}

impl To {
    fn new(args: &Send) -> Result<Self, ClientError> {
        let typed = &args.host;
        let location = match Location::parse(typed) {
            Ok(location) => location,
            // No host has such a name, but a device may.
            Err(ClientError::BadHost { .. }) if args.port.is_none() && !typed.contains('/') => {
                let (name, may_be_host) = (typed.clone(), false);
                return Ok(Self::Name { name, may_be_host });
            }
            Err(e) => return Err(e),
        };
        if location.name.as_ref().is_some_and(|name| name != "/") || location.query.is_some() {
            let typed = typed.clone();
            return Err(ClientError::BadHost { typed });
        }
        if args.port.is_none() && !is_host(typed, &location) {
            let (name, may_be_host) = (location.host, true);
            return Ok(Self::Name { name, may_be_host });
        }
        let target = Target {
            host: location.host,
            port: args.port.or(location.port).unwrap_or(DEFAULT_PORT),
            encryption: location.encryption,
            called: String::new(),
            to: Recipient::Share,
        };
        Ok(Self::Host(target, location.password))
    }

    /// Whether it may be a LocalSend device.
    fn may_be_device(&self) -> bool {
        match self {
            Self::Host(target, token) => token.is_none() && may_be_device(target),
            Self::Name { .. } => true,
        }
    }

    /// Where it is, and the secret in the link; none after Ctrl-C.
    fn resolve(
        self,
        localsend: Option<&LocalSend>,
        interrupted: &Receiver<()>,
    ) -> Result<Option<(Target, Option<Password>)>, Sentence> {
        match self {
            Self::Host(target, token) => Ok(match localsend {
                Some(own) => look_at(target, own.node(), interrupted).map(|to| (to, token)),
                None => Some((target, token)),
            }),
            Self::Name { name, may_be_host } => {
                let node = localsend.map(LocalSend::node);
                let found = find(&name, may_be_host, node, interrupted)?;
                Ok(found.map(|target| (target, None)))
            }
        }
    }
}

/// The request for the arguments.
///
/// # Errors
/// A text is for a share.
fn request(args: Send, target: Target, text: Option<String>) -> Result<SendRequest, Sentence> {
    if text.is_some() && target.to == Recipient::Share {
        return Err(sentence!("send-no-text", host = target.host));
    }
    let name = args.name.and_then(|name| announced_name(&name));
    let name = name.unwrap_or_else(computer_name);
    // Errors name the whole path, not `.`.
    let whole = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
    let paths = args.paths.into_iter().map(whole).collect();
    let mut request = SendRequest::new(target.host, target.port, paths, name);
    request.encryption = target.encryption;
    request.called = target.called;
    request.to = target.to;
    request.text = text;
    Ok(request)
}

/// Runs until everything is sent, or Ctrl-C.
fn deliver(
    request: &SendRequest,
    mut visit: Visit,
    localsend: Option<&LocalSend>,
    interrupted: &Receiver<()>,
) -> Arc<Transfer> {
    let (sender, events) = unbounded();
    let limits = Limits {
        give_up: Some(GIVE_UP),
        ..Limits::default()
    };
    let secret = Secret::of(settings::dir().as_deref());
    let servers = visit.servers.clone();
    if let Some(own) = localsend {
        own.node().set_alias(&*request.from);
        // It is set once.
        let _ = servers.localsend.set(own.node().clone());
    }
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
        if !visit.asks_again(&transfer, interrupted) {
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

    fn arguments(words: &[&str]) -> Send {
        let parsed = Arguments::try_parse_from(["landline", "send"].iter().chain(words));
        match parsed.unwrap().command {
            Some(Command::Send(args)) => args,
            other => panic!("{other:?}"),
        }
    }

    /// The request if `words` name a host.
    fn parsed(words: &[&str]) -> Result<SendRequest, ClientError> {
        let args = arguments(words);
        match To::new(&args)? {
            To::Host(target, _) => Ok(request(args, target, None).unwrap()),
            To::Name { name, .. } => panic!("{name} is a name"),
        }
    }

    #[test]
    fn a_host_and_files() {
        let request = parsed(&["192.168.1.5", "a b.txt", "."]).unwrap();
        assert_eq!((&*request.host, request.port), ("192.168.1.5", 8080));
        assert!(request.paths.len() == 2 && request.paths[1].is_absolute());
        assert!(!request.from.is_empty());
        let request = parsed(&["http://ann-pc:81/", "/a", "--name", "Bo"]).unwrap();
        assert_eq!((request.port, &*request.from), (81, "Bo"));
        assert_eq!(request.paths, [Path::new("/a")].map(Path::to_owned));
        assert_eq!(parsed(&["ann-pc:81", "a", "-p82"]).unwrap().port, 82);
        for host in ["http://ann-pc/folder", "http://ann-pc/?a", "no/host"] {
            assert!(parsed(&[host, "a"]).is_err(), "{host}");
        }
        assert!(parsed(&["no host", "a", "-p82"]).is_err());
    }

    #[test]
    fn a_name_may_be_that_of_a_host_unless_it_cannot() {
        for (typed, expected) in [("ann-pc", true), ("Ann’s Phone", false), ("海", true)] {
            match To::new(&arguments(&[typed, "a"])).unwrap() {
                To::Name { name, may_be_host } => {
                    assert_eq!((&*name, may_be_host), (typed, expected));
                }
                other @ To::Host(..) => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_text_is_for_devices() {
        let target = |to| Target {
            host: "h".to_owned(),
            port: 1,
            encryption: <_>::default(),
            called: String::new(),
            to,
        };
        let args = arguments(&["h", "--text", "hello"]);
        let text = || Some("hello".to_owned());
        let sent = request(args.clone(), target(Recipient::LocalSend), text()).unwrap();
        assert_eq!((sent.text, sent.paths.len()), (text(), 0));
        let why = request(args, target(Recipient::Share), text()).unwrap_err();
        assert!(why.hint().unwrap().contains("landline say"), "{why}");
        let both = ["landline", "send", "h", "a", "--text", "b"];
        assert!(Arguments::try_parse_from(both).is_err());
        assert!(Arguments::try_parse_from(&both[..3]).is_err());
    }
}
