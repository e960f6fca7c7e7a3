//! What `landline serve` shares, and how it is called.
#![expect(
    clippy::disallowed_methods,
    reason = "a command has no window to keep drawing"
)]

use std::path::Path;
use std::sync::Arc;

use super::privacy;
use crate::text::page::FluentTexts;
use crate::text::{Describe as _, Sentence};
use crate::{args, settings, t};
use landline_engine::call::Answering;
use landline_engine::client::CopyNaming;
use landline_engine::discovery::{announced_name, computer_name};
use landline_engine::error::ServerError;
use landline_engine::secret::Secret;
use landline_engine::server::Config;
use landline_engine::server::receiving::{Access, Consent, Receiving};

/// The share that `args` describe.
///
/// # Errors
/// The password, the identity or the folder for received files cannot be used.
pub(super) fn prepare(args: args::Serve) -> Result<Config, Sentence> {
    let privacy = privacy::privacy(&args)?;
    let identity = privacy::identity(privacy.is_encrypted_only || args.localsend)?;
    let mut config = Config {
        privacy,
        identity,
        ..Config::from(args)
    };
    resolve_folders(&mut config).map_err(|e| e.sentence())?;
    config.secret = Secret::of(settings::dir().as_deref());
    Ok(config)
}

/// Makes the folders absolute, because messages and errors show them.
///
/// # Errors
/// There is no folder for received files.
fn resolve_folders(config: &mut Config) -> Result<(), ServerError> {
    if let Ok(folder) = std::path::absolute(&config.folder) {
        config.folder = folder;
    }
    if let Some(receiving) = &mut config.receiving {
        check_received(&receiving.folder)?;
        if let Ok(folder) = std::path::absolute(&receiving.folder) {
            receiving.folder = folder;
        }
    }
    Ok(())
}

/// Whether the folder for received files is there, before anything is shared.
fn check_received(folder: &Path) -> Result<(), ServerError> {
    let path = folder.to_owned();
    match std::fs::metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(ServerError::NotAFolder { path }),
        Err(_) => Err(ServerError::FolderMissing { path }),
    }
}

/// What is said on a terminal as soon as others can connect.
pub(super) fn ready(config: &Config) -> String {
    let Some(identity) = &config.identity else {
        return sharing(config);
    };
    let words = identity.fingerprint().words().join(" ");
    format!(
        "{}\n{}",
        t!("serve-identity", words = words),
        sharing(config)
    )
}

fn sharing(config: &Config) -> String {
    let folder = config.folder.display().to_string();
    let Some(receiving) = &config.receiving else {
        return t!("serve-ready", folder = folder);
    };
    let received = receiving.folder.display().to_string();
    match config.access {
        Access::Send => t!("serve-ready-to-receive", folder = received),
        Access::Download | Access::Both => {
            t!("serve-ready-for-both", folder = folder, received = received)
        }
    }
}

impl From<crate::args::Serve> for Config {
    fn from(args: crate::args::Serve) -> Self {
        Self {
            port: args.port,
            bind: args.bind,
            hidden: args.hidden,
            answering: args.answer.map(|text| Answering {
                keeps_open: args.keep_open,
                ..Answering::with_text(text)
            }),
            allowed_hosts: args.allow_host,
            name: args
                .name
                .and_then(|name| announced_name(&name))
                .unwrap_or_else(computer_name),
            access: match (&args.receive, args.drop_only) {
                (None, _) => Access::Download,
                (Some(_), true) => Access::Send,
                (Some(_), false) => Access::Both,
            },
            // Whoever gives the option has agreed; there may be nobody to ask.
            receiving: args.receive.map(|folder| Receiving {
                folder,
                consent: Consent::Given,
                copies: CopyNaming::default(),
            }),
            texts: Arc::new(FluentTexts),
            ..Self::new(args.folder)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::{Arguments, Command};

    #[test]
    fn what_others_may_do_is_said() {
        let to = |words: &[&str]| {
            let words = ["landline", "serve", "share"].iter().chain(words);
            match Arguments::try_parse_from(words).unwrap().command {
                Some(Command::Serve(args)) => ready(&Config::from(args)),
                other => panic!("{other:?}"),
            }
        };
        let end = "Press Ctrl-C to stop.";
        assert_eq!(to(&[]), format!("Sharing share. {end}"));
        assert_eq!(
            to(&["--receive", "in"]),
            format!("Sharing share, and receiving files in in. {end}")
        );
        assert_eq!(
            to(&["--receive", "in", "--drop-only"]),
            format!("Receiving files in in. {end}")
        );
    }
}
